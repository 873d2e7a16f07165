"""The whole bank as a deck for Anki: `make anki` calls this, and writes build/lstm-course.apkg.

    python -m lstmlab.quiz.anki [FILE]

A subdeck for each lesson. Every id is made from what the item is called in the bank, never from what it says, so
that importing a later deck updates the cards and keeps what Anki knows about them. Needs the package genanki, which
`make anki` installs.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lstmlab.bank.items import list_html
from lstmlab.bank.load import Bank, lessons, load_bank
from lstmlab.draw.display import inline
from lstmlab.quiz.item_widgets import code_html
from lstmlab.quiz.pages import asked_html
from lstmlab.review.schedule import titled

if TYPE_CHECKING:
    import genanki

COURSE = "LSTMs from the inside"
MODEL_ID = 1_607_392_319  # of the note type; a new number would leave a reader with two types and two copies
CSS = """
.card { font: 19px/1.5 sans-serif; max-width: 40em; margin: auto; text-align: left; color: #1f2328; background: #fff }
code { font: 0.92em/1.4 ui-monospace, Menlo, Consolas, monospace; background: #eef0f2; padding: 1px 4px;
  border-radius: 3px; white-space: pre-wrap }
pre { background: #eef0f2; padding: 6px 9px; white-space: pre-wrap; font: 0.86em/1.4 ui-monospace, Menlo, Consolas,
  monospace }
ul { list-style: none; padding-left: 1em }
.where { font-size: 13px; color: #5c636b; margin-top: 1.5em }
.nightMode.card, .night_mode .card { color: #e8eaed; background: #1f2328 }
.nightMode :is(code, pre), .night_mode :is(code, pre) { background: #3a4048 }
.nightMode .where, .night_mode .where { color: #b3bac1 }
"""


@dataclass(frozen=True)
class Note:
    """One note: `id` is lesson/kind/key; front and back are HTML; `level` as in the bank, if the item has one."""

    id: str
    section: str
    front: str
    back: str
    level: str = ""

    @property
    def where(self) -> str:
        """The lesson and its section, as HTML."""
        return inline(f"Lesson {titled(self.id.split('/')[0])}, {self.section}")

    @property
    def tags(self) -> list[str]:
        """By which Anki's browser finds it: the lesson, the kind, the level."""
        return [*self.id.split("/")[:2], *([self.level] if self.level else [])]

    @property
    def guid(self) -> str:
        """Anki's name for the note, under which an import finds the one to update."""
        return hashlib.sha256(f"lstm-course/{self.id}".encode()).hexdigest()[:20]


def notes(bank: Bank) -> Iterator[Note]:
    """Every item of a lesson: cards, questions, predictions, myths, pitfalls, prompts, terms."""
    for kind, key, section, front, back, *level in _sides(bank):
        yield Note(f"{bank.name}/{kind}/{key}", section, front, back, *level)


def _sides(bank: Bank) -> Iterator[tuple[str, ...]]:
    """Kind, key, section, front and back of each item, and its level if it has one."""
    for card in bank.cards:
        yield "card", card.key, card.section, _p(card.front), _p(card.back), card.level
    for question in bank.questions.values():
        kind = "choice" if question.level else "predict"
        front = asked_html(question) + question.options_html()
        yield kind, question.key, question.section, front, question.solution_html(), question.level
    for myth in bank.myths.values():
        back = (
            _p(f"{myth.says.capitalize()}. {myth.reality}")
            + _p(f"Many believe: {myth.belief}")
            + _p(myth.why)
        )
        yield "myth", myth.key, myth.section, _p(f"Yes or no? {myth.question}"), back
    for pitfall in bank.pitfalls.values():
        front = _p("What goes wrong here?") + code_html(f"{pitfall.setup.strip()}\n{pitfall.wrong.strip()}")
        back = (
            _p(pitfall.text)
            + _p("Right:")
            + code_html(pitfall.right)
            + _p(f"Why people write it: {pitfall.cause}")
        )
        yield "pitfall", pitfall.key, pitfall.section, front, back
    for prompt in bank.prompts.values():
        back = "<p>A good answer says:</p>" + list_html((concept.text for concept in prompt.concepts), "disc")
        yield "explain", prompt.key, prompt.section, _p(f"Explain: {prompt.text}"), back
    for term in bank.terms:
        yield "term", term.key, term.section, _p(f"In one sentence: {term.name}"), _p(term.text)


def _p(text: str) -> str:
    return f"<p>{inline(text)}</p>"


def deck_id(name: str) -> int:
    """A number for a deck that stays the same as long as its name does; Anki wants one from 2**30 to 2**31."""
    return 2**30 + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % 2**30


def decks() -> list[genanki.Deck]:
    """A deck for each lesson. Raises ModuleNotFoundError without genanki."""
    import genanki  # an extra: only who makes the deck needs it

    model = genanki.Model(
        MODEL_ID,
        COURSE,
        fields=[{"name": name} for name in ("Front", "Back", "Where")],
        templates=[
            {
                "name": "Card",
                "qfmt": "{{Front}}",
                "afmt": '{{FrontSide}}<hr id="answer">{{Back}}<p class="where">{{Where}}</p>',
            }
        ],
        css=CSS,
    )
    made = []
    for lesson in lessons():
        name = f"{COURSE}::{titled(lesson)}"
        deck = genanki.Deck(deck_id(name), name)
        for note in notes(load_bank(lesson)):
            fields = [note.front, note.back, note.where]
            deck.add_note(genanki.Note(model=model, fields=fields, guid=note.guid, tags=note.tags))
        made.append(deck)
    return made


def write(path: Path) -> int:
    """Write the package to `path`; returns the number of notes."""
    import genanki  # as in decks()

    made = decks()
    path.parent.mkdir(parents=True, exist_ok=True)
    genanki.Package(made).write_to_file(path)
    return sum(len(deck.notes) for deck in made)


def main() -> int:
    """Returns 2 where genanki is missing."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "build/lstm-course.apkg")
    try:
        count = write(path)
    except ModuleNotFoundError as error:
        if error.name != "genanki":
            raise
        print(
            "found no genanki, which writes Anki's files; type: make anki (or: pip install genanki)",
            file=sys.stderr,
        )
        return 2
    print(
        f"wrote {path}: {count} notes. In Anki: File, Import. A later import updates these and keeps your progress."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
