"""The whole bank as a deck for Anki: `make anki` calls this, and writes build/lstm-course.apkg.

    python -m lstmlab.anki [FILE]

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

from lstmlab.bank import Bank, load_bank
from lstmlab.display import inline
from lstmlab.review import lesson_names, titled

if TYPE_CHECKING:
    import genanki

COURSE = "LSTMs from the inside"
MODEL_ID = 1_607_392_319  # of the note type; a new number would leave a reader with two types and two copies
CSS = """
.card { font: 19px/1.5 sans-serif; max-width: 40em; margin: auto; text-align: left; color: #1f2328; background: #fff }
code { font: 0.92em/1.4 ui-monospace, Menlo, Consolas, monospace; background: #eef0f2; padding: 1px 4px;
  border-radius: 3px; white-space: pre-wrap }
ul { list-style: none; padding-left: 1em }
.where { font-size: 13px; color: #5c636b; margin-top: 1.5em }
.nightMode.card, .night_mode .card { color: #e8eaed; background: #1f2328 }
.nightMode code, .night_mode code { background: #3a4048 }
.nightMode .where, .night_mode .where { color: #b3bac1 }
"""


@dataclass(frozen=True)
class Note:
    """One note: `id` is lesson/kind/key; front and back are HTML."""

    id: str
    front: str
    back: str

    @property
    def guid(self) -> str:
        """Anki's name for the note, under which an import finds the one to update."""
        return hashlib.sha256(f"lstm-course/{self.id}".encode()).hexdigest()[:20]


def notes(bank: Bank) -> Iterator[Note]:
    """Everything of a lesson that has a question and an answer: cards, questions, predictions, prompts, terms."""
    for card in bank.cards:
        key = getattr(card, "key", "") or card.front
        yield Note(f"{bank.name}/card/{key}", f"<p>{inline(card.front)}</p>", f"<p>{inline(card.back)}</p>")
    for question in bank.questions.values():
        kind = "choice" if question.level else "predict"
        front = question.heading_html() + question.options_html()
        yield Note(f"{bank.name}/{kind}/{question.key}", front, question.solution_html())
    for prompt in bank.prompts.values():
        concepts = "".join(f"<li>{inline(concept)}</li>" for concept in prompt.concepts)
        front, back = (
            f"<p>Explain: {inline(prompt.text)}</p>",
            f"<p>A good answer says:</p><ul>{concepts}</ul>",
        )
        yield Note(f"{bank.name}/explain/{prompt.key}", front, back)
    for term in bank.terms:
        front = f"<p>In one sentence: {inline(term.name)}</p>"
        yield Note(f"{bank.name}/term/{term.names[0]}", front, f"<p>{inline(term.text)}</p>")


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
    for lesson in lesson_names():
        name = f"{COURSE}::{titled(lesson)}"
        deck = genanki.Deck(deck_id(name), name)
        for note in notes(load_bank(lesson)):
            fields, tags = (
                [note.front, note.back, f"Lesson {titled(lesson)}"],
                [lesson, note.id.split("/")[1]],
            )
            deck.add_note(genanki.Note(model=model, fields=fields, guid=note.guid, tags=tags))
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
