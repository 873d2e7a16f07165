"""Cards, myths, pitfalls and explain-it-yourself on the screen: the items of `quiz` that the reader marks.

Built by `quiz.Quiz`.
"""

from __future__ import annotations

from lstmlab.bank.items import Card, Concept, Myth, Pitfall, Prompt
from lstmlab.bank.matching import Seen, look
from lstmlab.draw.display import inline
from lstmlab.quiz.item_widgets import Item, code_html, folded, status
from lstmlab.quiz.words import CARDS, EXPLAIN
from lstmlab.storage.explanations import Explanation, keep_explanation, load_explanation
from lstmlab.storage.folder import ELSEWHERE


class CardsWidget(Item):
    """Flash cards: say the back to yourself, turn the card, say whether you knew it; the rest come again."""

    BUTTONS = (
        ("turn", "Turn", "Turn the card"),
        ("knew", "I knew it", "Put this card away"),
        ("again", "Again", "Put this card at the end of the deck"),
    )

    def __init__(self, deck: tuple[Card, ...]) -> None:
        self._deck, self._open, self._shown = deck, list(range(len(deck))), False
        super().__init__("<b>Cards</b>", status_first=True)
        self._draw()

    @property
    def left(self) -> int:
        """Cards not yet put away."""
        return len(self._open)

    def on_turn(self) -> None:
        if not self._open:
            self._open = list(range(len(self._deck)))  # the deck is through: turning starts it again
            self._shown = False
        else:
            self._shown = not self._shown
        self._draw()

    def on_knew(self) -> None:
        self._open.pop(0)
        self._shown = False
        self._draw()

    def on_again(self) -> None:
        self._open.append(self._open.pop(0))
        self._shown = False
        self._draw()

    def _draw(self) -> None:
        self.off = [] if self._open and self._shown else ["knew", "again"]
        if not self._open:
            self.status = status(CARDS["done"])
            return
        card = self._deck[self._open[0]]
        face = f"<b>{inline(card.front)}</b>" + (f"<br>{inline(card.back)}" if self._shown else "")
        left = CARDS["left"].format(left=len(self._open), all=len(self._deck))
        self.status = f'<div class="lq-face">{face}</div>{left}'

    def text(self) -> str:
        return "\n".join(f"Card {k}. {c.front}\n  {c.back}" for k, c in enumerate(self._deck, start=1))

    def html(self) -> str:
        return "".join(folded(card.front, f"<p>{inline(card.back)}</p>") for card in self._deck)


class MythWidget(Item):
    """A question to say yes or no to; then what many believe, what holds, and why it matters."""

    BUTTONS = (("commit", "Commit", "Commit to yes or no, then see what holds"),)

    def __init__(self, myth: Myth) -> None:
        self.myth = myth
        options = [["yes", "yes"], ["no", "no"]]
        super().__init__(
            f"<b>{inline(myth.question)}</b>", options=options, status="Say yes or no, then commit."
        )

    def on_commit(self) -> None:
        if not self.chosen:
            self.status = status("Choose yes or no first, then commit.")
            return
        self.status = status(self.myth.verdict(self.chosen))
        self.more = self._rest()

    def _rest(self) -> str:
        return (
            f"<p><b>Many believe:</b> {inline(self.myth.belief)}</p>"
            f"<p><b>Why it matters:</b> {inline(self.myth.why)}</p>"
        )

    def text(self) -> str:
        myth = self.myth
        return (
            f"Yes or no? {myth.question}\nThe answer is {myth.says}. {myth.reality}\n"
            f"Many believe: {myth.belief}\nWhy it matters: {myth.why}"
        )

    def html(self) -> str:
        answer = f"<p><b>{self.myth.says.capitalize()}.</b> {inline(self.myth.reality)}</p>{self._rest()}"
        return f"<p><b>{inline(self.myth.question)}</b></p>{folded('The answer', answer)}"


class PitfallWidget(Item):
    """Code with a mistake in it; on request what is wrong, the right code and why people write the wrong one."""

    BUTTONS = (("show", "Show the mistake", "Say what goes wrong, and show the right code"),)

    def __init__(self, pitfall: Pitfall) -> None:
        self.pitfall = pitfall
        super().__init__(
            "<b>What goes wrong here?</b>",
            code="\n".join(part.strip() for part in (pitfall.setup, pitfall.wrong) if part.strip()),
            status="Find it first, then look.",
        )

    def on_show(self) -> None:
        self.status = status(self.pitfall.text)
        self.more = self._rest()

    def _rest(self) -> str:
        cause = f"<p><b>Why people write it:</b> {inline(self.pitfall.cause)}</p>"
        return f"<p><b>Right:</b></p>{code_html(self.pitfall.right)}{cause}"

    def text(self) -> str:
        parts = [("Wrong", self.code), ("What goes wrong", self.pitfall.text)]
        parts += [("Right", self.pitfall.right.strip()), ("Why people write it", self.pitfall.cause)]
        return "\n".join(f"{name}:\n" + "\n".join(f"  {x}" for x in t.splitlines()) for name, t in parts)

    def html(self) -> str:
        answer = f"<p>{inline(self.pitfall.text)}</p>{self._rest()}"
        return f"<p><b>What goes wrong here?</b></p>{code_html(self.code)}{folded('The mistake', answer)}"


class ExplainWidget(Item):
    """A text to write, which is kept; on request the concepts to compare with, those found ticked.

    The matcher sees words. It says which, and the reader's ticks count.
    """

    BUTTONS = (("compare", "Compare", "Show the concepts to look for"),)

    def __init__(self, prompt: Prompt, lesson: str) -> None:
        self.prompt, self.lesson = prompt, lesson
        hint = f' <span class="lq-level">{inline(prompt.hint)}</span>' if prompt.hint else ""
        kept, trouble = load_explanation(lesson, prompt.key)
        heading = f"<b>{inline(prompt.text)}</b>{hint}"
        super().__init__(heading, writes=True, written=kept.text, status=status(trouble))
        self._base, self._found = kept.text, list(kept.found)
        if len(kept.ticks) == len(kept.found) == len(prompt.concepts):
            self.ticks = list(kept.ticks)
            self._show_boxes()
        self.observe(self._keep, names=["written", "ticks"])

    def on_compare(self) -> None:
        if not self.written.strip():
            self.status = status(EXPLAIN["write"])
            return
        before, self._found = self._found, [self._seen(concept).found for concept in self.prompt.concepts]
        if self.boxes:  # where the reader had another opinion than the matcher, it stays
            asked = zip(self.ticks, before, self._found, strict=True)
            self.ticks = [own if own != then else now for own, then, now in asked]
        else:
            self.ticks = list(self._found)
        self._show_boxes()
        self._count()

    def _seen(self, concept: Concept) -> Seen:
        return look(self.written, concept.words, concept.text)

    def _show_boxes(self) -> None:
        self.boxes_label = EXPLAIN["concepts"]
        self.boxes = [[str(k), self._labelled(k)] for k in range(len(self.prompt.concepts))]

    def _labelled(self, k: int) -> str:
        concept = self.prompt.concepts[k]
        return f'{inline(concept.text)} <span class="lq-seen">({inline(str(self._seen(concept)))})</span>'

    def _count(self) -> None:
        self.status = status(EXPLAIN["ticked"].format(ticked=sum(self.ticks), all=len(self.prompt.concepts)))

    def _keep(self, change: dict[str, object]) -> None:
        if self.boxes and change["name"] == "ticks":
            self._count()
        kept = Explanation(self.written, tuple(self.ticks), tuple(self._found))
        try:
            if note := keep_explanation(self.lesson, self.prompt.key, kept, self._base):
                self.status = status(note)
            self._base = self.written
        except OSError as error:
            self.status = status(
                f"Your text could not be saved ({error}). Copy it before you close the notebook. {ELSEWHERE}"
            )

    def text(self) -> str:
        concepts = (f"  - {concept.text}" for concept in self.prompt.concepts)
        return "\n".join([f"Explain: {self.prompt.text}", EXPLAIN["concepts"], *concepts])

    def html(self) -> str:
        items = "".join(f"<li>{inline(concept.text)}</li>" for concept in self.prompt.concepts)
        heading = f"<p><b>{inline(self.prompt.text)}</b></p>"
        return heading + folded("What a good answer says", f"<ul>{items}</ul>")
