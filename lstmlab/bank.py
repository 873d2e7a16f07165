"""The questions of a lesson, read from `data/<lesson>.toml`.

They are not in the notebook because a reader who is to predict must not see the answer in the code above the
question. `quiz.Quiz` loads a bank; every item reads as plain text and as static HTML by itself. The glossary is
written from the terms of all banks.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from lstmlab.display import inline

LEVELS = ("easy", "medium", "hard")
CARD_LEVELS = ("", "beginner", "intermediate")


@dataclass(frozen=True)
class Question:
    """A question with lettered options, one of them right; `reasons` says of each why.

    A question without a level is a prediction: it has neither hint nor solution but the lesson itself.
    """

    key: str
    text: str
    options: tuple[str, ...]
    reasons: tuple[str, ...]
    answer: str
    level: str = ""
    hint: str = ""
    solution: str = ""
    mistakes: tuple[str, ...] = ()

    @property
    def letters(self) -> str:
        return string.ascii_uppercase[: len(self.options)]

    def lettered(self, letter: str) -> str:
        """'B. the text of option B'"""
        return f"{letter}. {self.options[self.letters.index(letter)]}"

    def quoted(self, letter: str) -> str:
        """'B (the text of option B)', for use within a sentence"""
        return f"{letter} ({self.options[self.letters.index(letter)]})"

    def reason(self, letter: str) -> str:
        return self.reasons[self.letters.index(letter)]

    def verdict(self, letter: str | None) -> str:
        """What to tell a reader who chose `letter`, or nothing."""
        answer = f"The answer is {self.quoted(self.answer)}. {self.reason(self.answer)}"
        if letter is None:
            return f"No choice yet. {answer}"
        if letter == self.answer:
            return f"You said {self.quoted(letter)}. Right. {self.reason(letter)}"
        return f"You said {self.quoted(letter)}. Not so. {self.reason(letter)} {answer}"

    def plain(self) -> str:
        """The question and its options, no answer."""
        level = f" ({self.level})" if self.level else ""
        return "\n".join([f"Question{level}: {self.text}", *(f"  {self.lettered(a)}" for a in self.letters)])

    def plain_answer(self) -> str:
        """What comes after the reader has tried: hint, answer, a word on each option, solution, mistakes."""
        lines = [f"Hint: {self.hint}"] if self.hint else []
        lines.append(f"Answer: {self.lettered(self.answer)}")
        lines += [f"  {letter}: {self.reason(letter)}" for letter in self.letters]
        lines += [f"Solution: {self.solution}"] if self.solution else []
        lines += [f"Common mistake: {text}" for text in self.mistakes]
        return "\n".join(lines)

    def heading_html(self) -> str:
        level = f' <span style="opacity:.75">({self.level})</span>' if self.level else ""
        return f'<p style="line-height:1.45;margin:2px 0"><b>{inline(self.text)}</b>{level}</p>'

    def options_html(self) -> str:
        return _list_html(self.lettered(letter) for letter in self.letters)

    def solution_html(self) -> str:
        """The worked solution, why each option is right or wrong, and the common mistakes."""
        body = f"<p><b>Answer: {inline(self.lettered(self.answer))}</b><br>{inline(self.solution)}</p>"
        body += "<p>Option by option:</p>" + _list_html(f"{a}. {self.reason(a)}" for a in self.letters)
        return body + (f"<p>Common mistakes:</p>{_list_html(self.mistakes, 'disc')}" if self.mistakes else "")


def _list_html(items: Iterable[str], marker: str = "none") -> str:
    # Options carry their letter in the text: notebook styles put numbers on <ol type="A">.
    rows = "".join(f"<li>{inline(item)}</li>" for item in items)
    return f'<ul style="list-style:{marker};padding-left:1.2em">{rows}</ul>'


@dataclass(frozen=True)
class Prompt:
    """Something to explain, and the concepts a good explanation contains."""

    key: str
    text: str
    concepts: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """A flash card; `level` is beginner, intermediate or nothing."""

    front: str
    back: str
    level: str = ""


@dataclass(frozen=True)
class Term:
    """A term that the lesson introduces, for the glossary; other names for it follow a comma or stand in brackets."""

    name: str
    text: str

    @property
    def names(self) -> tuple[str, ...]:
        """All names in lower case: 'cell state, c' is found as 'cell state' and as 'c'."""
        return tuple(part.strip() for part in re.split(r"[,()]", self.name.lower()) if part.strip())


@dataclass(frozen=True)
class Bank:
    """All items of one lesson."""

    name: str
    questions: dict[str, Question]
    cards: tuple[Card, ...]
    prompts: dict[str, Prompt]
    terms: tuple[Term, ...] = ()


def load_bank(name: str) -> Bank:
    """Read `data/<name>.toml`. Raises ValueError naming the item when one could not be answered."""
    source = files("lstmlab") / "data" / f"{name}.toml"
    if not source.is_file():
        raise ValueError(f"no questions for {name!r}: lstmlab/data/{name}.toml is missing.")
    return parse_bank(name, tomllib.loads(source.read_text(encoding="utf-8")))


def parse_bank(name: str, data: dict[str, Any]) -> Bank:
    """Build a Bank from the tables of its file. Raises ValueError for an item that could not be answered."""
    questions: dict[str, Question] = {}
    for kind in ("predict", "choice"):
        for item in data.get(kind, []):
            question = _question(f"{name}.toml, {kind} {item.get('key')!r}", kind, item)
            if question.key in questions:
                raise ValueError(f"{name}.toml has two questions with the key {question.key!r}; rename one.")
            questions[question.key] = question
    prompts = {p["key"]: Prompt(p["key"], p["text"], tuple(p["concepts"])) for p in data.get("explain", [])}
    if not all(prompt.concepts for prompt in prompts.values()):
        raise ValueError(f"{name}.toml: every explain item needs a list of concepts to compare with.")
    cards = tuple(_card(name, item) for item in data.get("card", []))
    return Bank(name, questions, cards, prompts, _terms(name, data.get("term", [])))


def _card(name: str, item: dict[str, Any]) -> Card:
    where = f"{name}.toml, card {item.get('front')!r}"
    if not item.get("front") or not item.get("back"):
        raise ValueError(f"{where}: give a front and a back.")
    card = Card(**item)
    if card.level not in CARD_LEVELS:
        raise ValueError(f"{where}: level {card.level!r}; give beginner or intermediate, or leave it out.")
    return card


def _terms(name: str, items: list[dict[str, Any]]) -> tuple[Term, ...]:
    if not all(item.get("name") and item.get("text") for item in items):
        raise ValueError(f"{name}.toml: every term needs a name and a text.")
    terms = tuple(Term(**item) for item in items)
    names = [other for term in terms for other in term.names]
    doubled = sorted({one for one in names if names.count(one) > 1})
    if doubled:
        raise ValueError(f"{name}.toml explains {', '.join(doubled)} twice; leave one of them out.")
    return terms


def _question(where: str, kind: str, item: dict[str, Any]) -> Question:
    options = item["options"]
    if not 2 <= len(options) <= 6 or not all(len(option) == 2 and all(option) for option in options):
        raise ValueError(f"{where}: give 2 to 6 options as [text, why it is right or wrong].")
    texts, reasons = zip(*options, strict=True)
    if len(set(texts)) < len(texts):
        raise ValueError(f"{where}: two options read the same; a reader could not tell them apart.")
    question = Question(
        **{**item, "options": texts, "reasons": reasons, "mistakes": tuple(item.get("mistakes", ()))}
    )
    if question.answer not in tuple(question.letters):
        raise ValueError(f"{where}: answer {question.answer!r}; give one of {', '.join(question.letters)}.")
    if kind == "choice" and (question.level not in LEVELS or not question.hint or not question.solution):
        raise ValueError(f"{where}: give a level ({', '.join(LEVELS)}), a hint and a solution.")
    return question
