"""Test yourself: ten questions of mixed levels drawn from a seed, and a report of what to read again.

Lesson `10_review` shows it through `quiz.self_test_widget`. The same seed over the same lessons asks the same questions.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lstmlab.bank.load import LEVELS, Question
from lstmlab.review.schedule import Item

# What `Report.score` fills in; the book's pages do, too.
SCORE = {"all": "{right} of {all} right: {levels}.", "level": "{level} {right} of {all}"}
MIX = {"easy": 3, "medium": 4, "hard": 3}


def draw(items: Sequence[Item], seed: int, mix: Mapping[str, int] | None = None) -> list[Item]:
    """Questions from `items`: of each level as many as `mix` says, easy ones first, from as many lessons as possible.

    Raises ValueError where the items do not have that many.
    """
    mix = MIX if mix is None else mix
    if unknown := set(mix) - set(LEVELS):
        raise ValueError(f"no level {', '.join(sorted(unknown))}; give numbers for {', '.join(LEVELS)}.")
    chance = random.Random(seed)
    asked = dict.fromkeys((item.lesson for item in items), 0)  # lesson -> questions drawn from it
    drawn = []
    for level in sorted(mix, key=LEVELS.index):
        pool = [item for item in items if isinstance(item.content, Question) and item.content.level == level]
        if len(pool) < mix[level]:
            raise ValueError(
                f"{mix[level]} {level} questions wanted, {len(pool)} found; name more lessons, or ask for fewer."
            )
        chance.shuffle(pool)
        for _ in range(mix[level]):
            item = min(pool, key=lambda one: asked[one.lesson])  # the first of those least asked
            pool.remove(item)
            asked[item.lesson] += 1
            drawn.append(item)
    return drawn


@dataclass(frozen=True)
class Mark:
    """One question of a test and the letter chosen, None where it was left open."""

    item: Item
    letter: str | None

    @property
    def question(self) -> Question:
        assert isinstance(self.item.content, Question)
        return self.item.content

    @property
    def right(self) -> bool:
        return self.letter == self.question.answer


@dataclass(frozen=True)
class Report:
    """A finished test."""

    marks: tuple[Mark, ...]

    def count(self, level: str = "") -> tuple[int, int]:
        """How many of a level (of all) are right, and how many there are."""
        own = [mark for mark in self.marks if level in ("", mark.question.level)]
        return sum(mark.right for mark in own), len(own)

    @property
    def score(self) -> str:
        """'7 of 10 right: easy 3 of 3, medium 3 of 4, hard 1 of 3.'"""
        right, total = self.count()
        levels = [level for level in LEVELS if self.count(level)[1]]
        counts = {level: self.count(level) for level in levels}
        parts = [SCORE["level"].format(level=level, right=own, all=of) for level, (own, of) in counts.items()]
        return SCORE["all"].format(right=right, all=total, levels=", ".join(parts))

    @property
    def again(self) -> list[Mark]:
        """What was not right, in the order of the course."""
        return sorted((mark for mark in self.marks if not mark.right), key=lambda mark: mark.item.lesson)


def grade(drawn: Sequence[Item], chosen: Mapping[str, str | None]) -> Report:
    """The report on `drawn`; `chosen` has the letters by the ids of the items."""
    return Report(tuple(Mark(item, chosen.get(item.id)) for item in drawn))
