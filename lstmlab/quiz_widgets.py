"""The questions of `quiz` on the screen: ordinary ipywidgets, all of them reached with Tab and Enter.

Built by the functions of `quiz`. Each widget writes what the reader does into the session it is given and says
the outcome in a status line; wrong options say why they are wrong.
"""

from __future__ import annotations

import html

import ipywidgets as widgets

from lstmlab.display import Readable, inline
from lstmlab.quiz import Question, Session

# Options wrap instead of being cut; the rule is scoped to the course's own class.
STYLE = (
    "<style>.lstmlab-quiz .widget-radio-box label{white-space:normal;height:auto;line-height:1.4;"
    "display:flex;align-items:flex-start;gap:6px;padding:2px 0}"
    ".lstmlab-quiz .widget-radio-box{width:100%;height:auto;max-height:none}"
    ".lstmlab-quiz .widget-radio-box input{margin:4px 0 0;flex:none}"
    ".lstmlab-quiz :focus-visible{outline:2px solid #4c8fd6;outline-offset:2px}</style>"
)
FRAME = {"border_left": "3px solid #8a9199", "padding": "2px 0 6px 12px", "margin": "4px 0", "max_width": "760px"}


def status(text: str, mark: str = "") -> str:
    """HTML for a status line. `mark` is a word, not a colour: right and wrong differ without seeing colours."""
    lead = f"<b>{mark}</b> " if mark else ""
    return f'<div role="status" style="line-height:1.45;margin:4px 0">{lead}{inline(text)}</div>'


def folded(title: str, body: str) -> str:
    return f"<details><summary>{html.escape(title)}</summary>{body}</details>"


class Note(Readable, widgets.HTML):
    """A few lines of text that no one needs to click."""

    def __init__(self, text: str, markup: str) -> None:
        self._text = text
        super().__init__(value=markup)

    def text(self) -> str:
        return self._text

    def html(self) -> str:
        return self.value


class _Frame(Readable, widgets.VBox):
    """A bar on the left and the course's rules for long options."""

    def __init__(self, children: list[widgets.Widget]) -> None:
        super().__init__([widgets.HTML(STYLE, layout={"display": "none"}), *children], layout=FRAME)
        self.add_class("lstmlab-quiz")


def _options(question: Question, session: Session) -> widgets.RadioButtons:
    labels = [(question.lettered(letter).replace("`", ""), letter) for letter in question.letters]
    return widgets.RadioButtons(
        options=labels, value=session.chosen.get(question.key), layout={"width": "100%"}, description=""
    )


class PredictWidget(_Frame):
    """Options and a button that keeps the choice. Nothing says whether it is right before `reveal`."""

    def __init__(self, question: Question, session: Session) -> None:
        self._question, self._session = question, session
        self.options = _options(question, session)
        self.commit = widgets.Button(description="Commit", tooltip="Keep this prediction until the answer appears")
        self._status = widgets.HTML(self._state())
        self.commit.on_click(lambda button: self._commit())
        super().__init__([widgets.HTML(question.heading_html()), self.options, self.commit, self._status])

    def _commit(self) -> None:
        if self.options.value is None:
            self._status.value = status("Choose an option first, then commit.")
            return
        self._session.choose(self._question.key, self.options.value)
        self._status.value = self._state()

    def _state(self) -> str:
        letter = self._session.chosen.get(self._question.key)
        return status(f"Kept: {letter}. The answer comes further down." if letter else "Choose, then commit.")

    def text(self) -> str:
        return f"Predict. {self._question.plain()}\nCommit to an answer before you read on."

    def html(self) -> str:
        return f"<div>{self._question.heading_html()}{self._question.options_html()}</div>"


class RevealWidget(_Frame):
    """The answer beside what the reader had committed to; a reader who has not is asked to, once."""

    def __init__(self, question: Question, session: Session) -> None:
        self._question, self._session = question, session
        self.show = widgets.Button(description="Compare", tooltip="Compare my prediction with the answer")
        self._status = widgets.HTML()
        self.show.on_click(lambda button: self.compare())
        super().__init__([widgets.HTML(question.heading_html()), self.show, self._status])
        if question.key in session.chosen:
            self.compare()
        else:
            self._status.value = status("You have not committed yet. Do so above, then press Compare.")

    def compare(self) -> None:
        letter = self._session.chosen.get(self._question.key)
        self._status.value = status(self._question.verdict(letter))

    def text(self) -> str:
        letter = self._session.chosen.get(self._question.key)
        return f"You were asked: {self._question.text}\n{self._question.verdict(letter)}"

    def html(self) -> str:
        return f"{self._question.heading_html()}{folded('The answer', self._question.solution_html())}"


class ChoiceWidget(_Frame):
    """Multiple choice: check as often as you like; hint and solution are a button away."""

    def __init__(self, question: Question, session: Session) -> None:
        self._question, self._session = question, session
        self.options = _options(question, session)
        self.check = widgets.Button(description="Check", tooltip="Check the chosen option")
        self.hint = widgets.Button(description="Hint", tooltip="Show a hint")
        self.solution = widgets.Button(description="Solution", tooltip="Show the worked solution")
        self._status, self._more = widgets.HTML(), widgets.HTML()
        self.check.on_click(lambda button: self._check())
        self.hint.on_click(lambda button: self._show(status(f"Hint: {question.hint}")))
        self.solution.on_click(lambda button: self._show(question.solution_html()))
        buttons = widgets.HBox([self.check, self.hint, self.solution], layout={"flex_flow": "row wrap"})
        super().__init__(
            [widgets.HTML(question.heading_html()), self.options, buttons, self._status, self._more]
        )

    def _show(self, markup: str) -> None:
        self._more.value = markup

    def _check(self) -> None:
        letter = self.options.value
        if letter is None:
            self._status.value = status("Choose an option first, then check.")
            return
        self._session.choose(self._question.key, letter)
        reason = self._question.reasons[self._question.letters.index(letter)]
        right = letter == self._question.answer
        self._status.value = status(f"{letter}: {reason}", "Right." if right else "Not this one.")

    @property
    def feedback(self) -> str:
        """The status line as it stands (HTML)."""
        return self._status.value

    def text(self) -> str:
        return f"{self._question.plain()}\n\n{self._question.plain_answer()}"

    def html(self) -> str:
        question = self._question
        return (
            question.heading_html()
            + question.options_html()
            + folded("Hint", f"<p>{inline(question.hint)}</p>")
            + folded("Solution", question.solution_html())
        )


class CardsWidget(_Frame):
    """Flash cards: say the back to yourself, turn the card, say whether you knew it; the rest come again."""

    def __init__(self, deck: tuple[tuple[str, str], ...]) -> None:
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
        front, back = self._deck[self._open[0]]
        face = f"<b>{inline(front)}</b>" + (f"<br>{inline(back)}" if self._shown else "")
        self._face.value = f'<div role="status" style="line-height:1.5;min-height:4.5em;padding-top:4px">{face}</div>'
        self._status.value = f"{len(self._open)} of {len(self._deck)} cards left"

    @property
    def left(self) -> int:
        """Cards not yet put away."""
        return len(self._open)

    def text(self) -> str:
        return "\n".join(f"Card {k}. {front}\n  {back}" for k, (front, back) in enumerate(self._deck, start=1))

    def html(self) -> str:
        return "".join(f"<details><summary>{inline(a)}</summary><p>{inline(b)}</p></details>" for a, b in self._deck)


class ExplainWidget(_Frame):
    """A text area; on request the concepts to compare with. The reader ticks what the text has, and is counted."""

    def __init__(self, prompt: str, concepts: tuple[str, ...]) -> None:
        self._prompt, self._concepts = prompt, concepts
        self.answer = widgets.Textarea(placeholder="In your own words", rows=5, layout={"width": "98%"})
        self.compare = widgets.Button(description="Compare", tooltip="Show the concepts to look for")
        self.boxes = [
            widgets.Checkbox(description=c, indent=False, layout={"width": "100%"}) for c in concepts
        ]
        self._list = widgets.VBox(self.boxes, layout={"display": "none"})
        self._status = widgets.HTML()
        self.compare.on_click(lambda button: self._compare())
        for box in self.boxes:
            box.observe(lambda change: self._count(), names="value")
        heading = widgets.HTML(f'<p style="line-height:1.45;margin:2px 0"><b>{inline(prompt)}</b></p>')
        super().__init__([heading, self.answer, self.compare, self._list, self._status])

    def _compare(self) -> None:
        if not self.answer.value.strip():
            self._status.value = status("Write your explanation first; a few words will do.")
            return
        self._list.layout.display = ""
        self._count()

    def _count(self) -> None:
        found = sum(box.value for box in self.boxes)
        self._status.value = status(f"Tick what your text says. So far: {found} of {len(self.boxes)} concepts.")

    def text(self) -> str:
        return "\n".join([f"Explain: {self._prompt}", "A good answer says:", *(f"  - {c}" for c in self._concepts)])

    def html(self) -> str:
        items = "".join(f"<li>{inline(concept)}</li>" for concept in self._concepts)
        return f"<p><b>{inline(self._prompt)}</b></p>{folded('What a good answer says', f'<ul>{items}</ul>')}"
