"""What a reader did on the book's pages taken into the notebooks, and back: one file, `lstm-course-reader.json`.

Lesson `10_review` calls both functions; the book's pages write and read the same file. Nothing that is kept is lost:
answers to reviews are united, and of two predictions or texts the reader's own on this side stays.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstmlab.bank.load import Bank, lessons, load_bank
from lstmlab.review.schedule import Reviews
from lstmlab.storage.explanations import Explanation, keep_explanation, load_explanation
from lstmlab.storage.folder import write_atomically
from lstmlab.storage.predictions import keep_prediction, load_predictions

FILE = "lstm-course-reader.json"
VERSION = 1  # of the file's format; book/js/exchange.js has it too
FROM_A_PAGE = "On any page of the book press Save, at its end, and put the file beside this notebook."


@dataclass(frozen=True)
class Taken:
    """What a file brought that was not there before."""

    reviews: int = 0
    predictions: int = 0
    texts: int = 0

    def __str__(self) -> str:
        return f"New: {self.reviews} answers to reviews, {self.predictions} predictions, {self.texts} texts."


def save_for_the_book(path: str | Path = FILE) -> str:
    """Write the file that a page of the book loads; returns what to tell the reader. Raises OSError."""
    banks = [load_bank(lesson) for lesson in lessons()]
    content = {
        "version": VERSION,
        "reviews": Reviews().rows(),
        "answers": {bank.name: kept for bank in banks if (kept := load_predictions(bank.name))},
        "explanations": {bank.name: texts for bank in banks if (texts := _texts(bank))},
    }
    path = Path(path)
    write_atomically(path, json.dumps(content, ensure_ascii=False, sort_keys=True))
    return f"Written: {path.resolve()}. On any page of the book press Load, at its end."


def take_from_the_book(path: str | Path = FILE) -> str:
    """Take a file of the book's pages into the reader's own; returns what to tell the reader.

    Raises ValueError, with what was found, for a file that is none of the book's, and OSError where nothing can be kept.
    """
    path = Path(path)
    if not path.is_file():
        return f"There is no {path} here. {FROM_A_PAGE}"
    content = _read(path)
    reviews = Reviews().unite(content["reviews"])
    predictions = texts = 0
    for bank in (load_bank(lesson) for lesson in lessons()):
        mine = load_predictions(bank.name)
        for key, option in content["answers"].get(bank.name, {}).items():
            question = bank.questions.get(key)
            if question and not question.level and option in question.options and key not in mine:
                keep_prediction(bank.name, key, option)
                predictions += 1
        for key, written in content["explanations"].get(bank.name, {}).items():
            if key in bank.prompts and written.text.strip() and not load_explanation(bank.name, key)[0].text:
                keep_explanation(bank.name, key, written, "")
                texts += 1
    return str(Taken(reviews, predictions, texts))


def _texts(bank: Bank) -> dict[str, Any]:
    kept = {key: load_explanation(bank.name, key)[0] for key in bank.prompts}
    return {
        key: {"text": found.text, "ticks": list(found.ticks), "found": list(found.found)}
        for key, found in kept.items()
        if found.text
    }


def _read(path: Path) -> dict[str, Any]:
    """The file's three tables, checked. Raises ValueError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        version = content["version"]
        if version != VERSION:
            raise ValueError(f"its version is {version!r}, and this course reads {VERSION}")
        explanations = {
            lesson: {
                key: Explanation(
                    str(kept["text"]), tuple(map(bool, kept["ticks"])), tuple(map(bool, kept["found"]))
                )
                for key, kept in texts.items()
            }
            for lesson, texts in content["explanations"].items()
        }
        answers = {lesson: dict(chosen) for lesson, chosen in content["answers"].items()}
        return {
            "reviews": Reviews.checked(content["reviews"]),
            "answers": answers,
            "explanations": explanations,
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        said = f"{type(error).__name__}: {error}"
        raise ValueError(f"{path} is no file of the book's pages ({said}). {FROM_A_PAGE}") from None
