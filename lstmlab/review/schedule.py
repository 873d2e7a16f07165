"""Spaced repetition over all cards and questions of the course: what is due, how strong each topic is.

Lesson `10_review` shows it through `quiz.review_widgets` and `review.plots`; `quiz` adds a lesson's answers. What is
kept is the log of answers, one line each; everything else is computed from it by the scheduler FSRS (the package
`fsrs`), without its random shifts, so that the same log always gives the same days.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fsrs
from fsrs import Rating

from lstmlab.bank.load import Card, Question, lessons, load_bank
from lstmlab.review.local_days import DAY, begin_of_day, end_of_day
from lstmlab.storage.folder import data_dir
from lstmlab.storage.json_file import JsonFile, Kept

VERSION = 1  # of the file's format
NEW_A_DAY = 10  # items met for the first time on one day, unless asked for more
COUNTS = "Your first answer to a question of a lesson is also its first review: `10_review` asks it when it is due."
AGAIN_IN = timedelta(minutes=10)  # what was forgotten comes back within the session

# An item goes to days at once: this is a course, not a deck one opens every few minutes.
SCHEDULER = fsrs.Scheduler(learning_steps=[AGAIN_IN], relearning_steps=[AGAIN_IN], enable_fuzzing=False)


@dataclass(frozen=True)
class Answer:
    """One answer to one item: when (UTC), and how it went."""

    when: datetime
    rating: Rating


Rows = dict[str, list[list[Any]]]  # the log as JSON: id of an item -> [time in ISO 8601, rating]
Log = Mapping[str, Sequence[Answer]]  # id of an item -> its answers, the oldest first


@dataclass(frozen=True)
class Item:
    """A card or a multiple-choice question; `id` is lesson/kind/key and never changes while the key does not."""

    id: str
    lesson: str
    section: str
    content: Card | Question

    @property
    def where(self) -> str:
        """'03 gates, A forget gate is a timescale'"""
        return f"{titled(self.lesson)}, {self.section.replace('*', '')}"

    @property
    def link(self) -> str:
        """The section in the file of the lesson. Jupyter's name for a heading has - for blanks, and neither the marks of
        code nor those of stress.
        """
        return f"{self.lesson}.ipynb#{re.sub('[`*]', '', self.section).replace(' ', '-')}"


def titled(lesson: str) -> str:
    """'03_gates' as '03 gates'"""
    return lesson.replace("_", " ")


def load_items(names: Iterable[str] | None = None) -> list[Item]:
    """The cards and questions of these lessons (None: of all), lesson by lesson. Predictions stay in their lesson.

    Raises ValueError naming a lesson that is not there.
    """
    known = lessons()
    wanted = known if names is None else tuple(names)
    if missing := [name for name in wanted if name not in known]:
        raise ValueError(f"no lesson {', '.join(map(repr, missing))}; pass some of {', '.join(known)}.")
    return [item for lesson in wanted for item in _items(lesson)]


def _items(lesson: str) -> list[Item]:
    bank = load_bank(lesson)
    choices = [question for question in bank.questions.values() if question.level]
    return [Item(item_id(lesson, "card", card.key), lesson, card.section, card) for card in bank.cards] + [
        Item(item_id(lesson, "choice", question.key), lesson, question.section, question)
        for question in choices
    ]


def item_id(lesson: str, kind: str, key: str) -> str:
    """What an item is called in the log; `kind` is card or choice."""
    return f"{lesson}/{kind}/{key}"


# -- the log on disk ---------------------------------------------------------------------------------------


class Reviews:
    """The reader's log of answers. `path` replaces the file in the reader's own data folder."""

    def __init__(self, path: Path | None = None) -> None:
        path = data_dir() / "reviews.json" if path is None else path
        self.file = JsonFile(path, VERSION, lambda content: _parse(content["answers"]))

    def read(self) -> tuple[dict[str, list[Answer]], str]:
        """The log, and a sentence for the reader where the file could not be used. Nothing on disk changes."""
        found = self.file.read()
        return _parse(found.content.get("answers", {})), self.file.warning(found, "with your next answer")

    def add(self, answers: Mapping[str, Answer]) -> tuple[dict[str, list[Answer]], str]:
        """Keep some answers, by the ids of their items. Returns the log on disk, those of other notebooks included,
        and a sentence where an unusable file was put aside. Raises OSError where it cannot be written.
        """

        def edit(content: dict[str, Any]) -> None:
            kept = content.setdefault("answers", {})
            for item, answer in answers.items():
                kept.setdefault(item, []).append(_row(answer))

        kept: Kept = self.file.change(edit)
        return _parse(kept.content["answers"]), kept.note

    def meet(self, item: str, answer: Answer) -> str:
        """Keep an answer given in a lesson, where the item was never answered before. Returns what to tell the reader:
        that it counts, once in a reader's life, and where an unusable file was put aside. Raises OSError as `add`.
        """
        said: list[str] = []

        def edit(content: dict[str, Any]) -> None:
            if item not in content.setdefault("answers", {}):
                content["answers"][item] = [_row(answer)]
                if not content.get("told"):
                    said.append(COUNTS)
                    content["told"] = True

        note = self.file.change(edit).note
        return " ".join([*said, note]).strip()

    def rows(self) -> Rows:
        """The log as it stands in the file."""
        log, _ = self.read()
        return {item: [_row(answer) for answer in answers] for item, answers in log.items()}

    def unite(self, rows: Rows) -> int:
        """Keep what is not in the log yet, by time and rating; returns how many answers that were. Raises OSError."""
        new = 0

        def edit(content: dict[str, Any]) -> None:
            nonlocal new
            kept = content.setdefault("answers", {})
            for item, answers in rows.items():
                missing = [row for row in answers if row not in kept.get(item, [])]
                if missing:
                    kept[item] = sorted([*kept.get(item, []), *missing])
                    new += len(missing)

        self.file.change(edit)
        return new

    @staticmethod
    def checked(rows: Rows) -> Rows:
        """Rows as a page wrote them, in this file's own form. Raises TypeError, ValueError or AttributeError."""
        return {item: [_row(answer) for answer in answers] for item, answers in _parse(rows).items()}


def _row(answer: Answer) -> list[Any]:
    """An answer as it stands in the file."""
    return [answer.when.astimezone(UTC).isoformat(timespec="seconds"), int(answer.rating)]


def _parse(answers: Rows) -> dict[str, list[Answer]]:
    """Answers as they stand in the file. Raises TypeError, ValueError or AttributeError for anything else."""
    log = {}
    for item, rows in answers.items():
        read = [Answer(datetime.fromisoformat(when).astimezone(UTC), Rating(rating)) for when, rating in rows]
        if read:
            log[item] = sorted(read, key=lambda answer: answer.when)
    return log


# -- what follows from it ----------------------------------------------------------------------------------


def memory(answers: Sequence[Answer]) -> fsrs.Card:
    """FSRS's view of an item after these answers, the oldest first; at least one."""
    card = fsrs.Card(card_id=1, due=answers[0].when)
    for answer in answers:
        card, _ = SCHEDULER.review_card(card, answer.rating, answer.when)
    return card


def recall(card: fsrs.Card, when: datetime) -> float:
    """The chance, by FSRS, that the item is remembered at `when`; it counts whole days since the last answer.

    Source: the power law of FSRS-6, (1 + F t / S) ** D with S the stability in days, equal to 0.9 at t = S.
    """
    return float(SCHEDULER.get_card_retrievability(card, when))


def days_until(card: fsrs.Card) -> float:
    """Days from the last answer to the next review."""
    return (card.due - (card.last_review or card.due)) / DAY


def counted(log: Log, now: datetime) -> dict[str, list[Answer]]:
    """The log without answers of the future, which a clock that was ahead leaves behind: an item known in ten years
    would not be asked before. A day is let pass, for two machines that differ.
    """
    past = {item: [answer for answer in answers if answer.when <= now + DAY] for item, answers in log.items()}
    return {item: answers for item, answers in past.items() if answers}


def due(items: Sequence[Item], log: Log, now: datetime) -> list[Item]:
    """The items met before whose day has come, the most overdue first."""
    limit = end_of_day(now)
    dated = [(memory(log[item.id]).due, item) for item in items if item.id in log]
    return [item for when, item in sorted(dated, key=lambda pair: pair[0]) if when < limit]


def session(items: Sequence[Item], log: Log, now: datetime, new: int = NEW_A_DAY) -> list[Item]:
    """What to review today: all that is due, then items not met before, at most `new` of them a day.

    The new ones come in a mixed order, the same at every call: one topic after another is easier, and teaches less.
    """
    begins = begin_of_day(now)
    today = sum(log[item.id][0].when >= begins for item in items if item.id in log)
    fresh = [item for item in items if item.id not in log]
    fresh.sort(key=lambda item: hashlib.sha256(item.id.encode()).digest())
    return due(items, log, now) + fresh[: max(0, new - today)]


@dataclass(frozen=True)
class Strength:
    """A topic: how many items it has, how many were met, how many are due, and `known`, the number that FSRS
    expects to be remembered a day from now. Items not met count as not known.
    """

    lesson: str
    total: int
    met: int
    due: int
    known: float

    @property
    def share(self) -> float:
        """Of all items of the topic, from 0 to 1."""
        return self.known / self.total

    def __str__(self) -> str:
        rest = f"{self.met:>3} of {self.total:>3} met, {self.due:>3} due today"
        return f"{titled(self.lesson):<17} strength {self.share:4.0%}  {rest}"


def strengths(items: Sequence[Item], log: Log, now: datetime) -> list[Strength]:
    """The strength of each lesson that `items` belong to, in their order."""
    waiting = {item.id for item in due(items, log, now)}
    tomorrow = now.astimezone(UTC) + DAY
    rows = []
    for lesson in dict.fromkeys(item.lesson for item in items):
        own = [item for item in items if item.lesson == lesson]
        chances = [recall(memory(log[item.id]), tomorrow) for item in own if item.id in log]
        overdue = sum(item.id in waiting for item in own)
        rows.append(Strength(lesson, len(own), len(chances), overdue, sum(chances)))
    return rows
