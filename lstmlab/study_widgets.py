"""Flash cards and explain-it-yourself on the screen: the items of `quiz` that the reader marks.

Built by `quiz.Quiz`.
"""

from __future__ import annotations

import ipywidgets as widgets

from lstmlab.bank import Card, Prompt
from lstmlab.display import inline
from lstmlab.quiz_widgets import Frame, folded, status


class CardsWidget(Frame):
    """Flash cards: say the back to yourself, turn the card, say whether you knew it; the rest come again."""

    def __init__(self, deck: tuple[Card, ...]) -> None:
        self._deck, self._open, self._shown = deck, list(range(len(deck))), False
        self._face, self._status = widgets.HTML(), widgets.HTML()
        self.turn = widgets.Button(description="Turn", tooltip="Turn the card")
        self.knew = widgets.Button(description="I knew it", tooltip="Put this card away")
        self.again = widgets.Button(description="Again", tooltip="Put this card at the end of the deck")
        self.turn.on_click(lambda button: self._turn())
        self.knew.on_click(lambda button: self._next(keep=False))
        self.again.on_click(lambda button: self._next(keep=True))
        buttons = widgets.HBox([self.turn, self.knew, self.again], layout={"flex_flow": "row wrap"})
        super().__init__([self._face, buttons, self._status])
        self._draw()

    def _turn(self) -> None:
        if not self._open:
            self._open = list(range(len(self._deck)))  # the deck is through: turning starts it again
            self._shown = False
        else:
            self._shown = not self._shown
        self._draw()

    def _next(self, keep: bool) -> None:
        card = self._open.pop(0)
        if keep:
            self._open.append(card)
        self._shown = False
        self._draw()

    def _draw(self) -> None:
        self.knew.disabled = self.again.disabled = not (self._open and self._shown)
        if not self._open:
            self._face.value = status("That was the last card. Turn to start again.")
            self._status.value = ""
            return
        card = self._deck[self._open[0]]
        face = f"<b>{inline(card.front)}</b>" + (f"<br>{inline(card.back)}" if self._shown else "")
        self._face.value = (
            f'<div role="status" style="line-height:1.5;min-height:4.5em;padding-top:4px">{face}</div>'
        )
        self._status.value = f"{len(self._open)} of {len(self._deck)} cards left"

    @property
    def left(self) -> int:
        """Cards not yet put away."""
        return len(self._open)

    def text(self) -> str:
        return "\n".join(
            f"Card {k}. {card.front}\n  {card.back}" for k, card in enumerate(self._deck, start=1)
        )

    def html(self) -> str:
        return "".join(
            f"<details><summary>{inline(card.front)}</summary><p>{inline(card.back)}</p></details>"
            for card in self._deck
        )


class ExplainWidget(Frame):
    """A text area; on request the concepts to compare with. The reader ticks what the text has."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        self.answer = widgets.Textarea(placeholder="In your own words", rows=5, layout={"width": "98%"})
        self.compare = widgets.Button(description="Compare", tooltip="Show the concepts to look for")
        self.boxes = [
            widgets.Checkbox(description=c, indent=False, layout={"width": "100%"}) for c in prompt.concepts
        ]
        self._list = widgets.VBox(self.boxes, layout={"display": "none"})
        self._status = widgets.HTML()
        self.compare.on_click(lambda button: self._compare())
        for box in self.boxes:
            box.observe(lambda change: self._count(), names="value")
        heading = widgets.HTML(f'<p style="line-height:1.45;margin:2px 0"><b>{inline(prompt.text)}</b></p>')
        super().__init__([heading, self.answer, self.compare, self._list, self._status])

    def _compare(self) -> None:
        if not self.answer.value.strip():
            self._status.value = status("Write your explanation first; a few words will do.")
            return
        self._list.layout.display = ""
        self._count()

    def _count(self) -> None:
        found = sum(box.value for box in self.boxes)
        self._status.value = status(
            f"Tick what your text says. So far: {found} of {len(self.boxes)} concepts."
        )

    def text(self) -> str:
        return "\n".join(
            [
                f"Explain: {self._prompt.text}",
                "A good answer says:",
                *(f"  - {c}" for c in self._prompt.concepts),
            ]
        )

    def html(self) -> str:
        items = "".join(f"<li>{inline(concept)}</li>" for concept in self._prompt.concepts)
        heading = f"<p><b>{inline(self._prompt.text)}</b></p>"
        return heading + folded("What a good answer says", f"<ul>{items}</ul>")
