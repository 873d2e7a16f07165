"""Answers that are right for what somebody else was given; `count` asks.

Where an exercise gives each student something of their own, a wrong answer is judged once more as if it were that of
each other student. Nothing of a student's runs here: answers are plain values that the journal keeps.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from autograder.checking.registry import find, key_of, names
from autograder.personal.codes import Code
from autograder.personal.whose import as_owner
from autograder.report.numbers import Fits
from autograder.results.outcome import Key, Outcome


def fitting(
    outcomes: Sequence[Outcome], codes: Mapping[str, Code], called: Callable[[Key], str]
) -> tuple[Fits, ...]:
    """The answers that fit other students, by student; none where the course has no key."""
    answers = [
        (outcome.student, each)
        for outcome in outcomes
        for each in outcome.findings
        if each.answer and each.exercise in names()
    ]
    texts: dict[str, dict[str, None]] = {}
    for _, each in answers if codes else ():
        texts.setdefault(each.exercise, {})[each.answer] = None
    owners = {exercise: _owners(exercise, theirs, codes) for exercise, theirs in texts.items()}
    found = []
    for student, each in answers:
        others = tuple(o for o in owners.get(each.exercise, {}).get(each.answer, ()) if o != student)
        if others:
            found.append(Fits(student, called(each.key), others))
    return tuple(sorted(found, key=lambda each: (each.student, each.cell)))


def _owners(exercise: str, texts: Iterable[str], codes: Mapping[str, Code]) -> dict[str, list[str]]:
    """For whom each answer is right as a whole.

    Student by student: what is right for one takes a tenth of a second to find out, and then holds for all answers.
    """
    # PyTorch, which other courses' reports do without
    from autograder.checking.examine import examine
    from autograder.checking.kinds.written import read

    answers: dict[str, Any] = {}
    for text in texts:
        with suppress(ValueError):
            answers[text] = read(text)
    try:
        key = key_of(exercise)
    except ImportError:
        return {}
    owners: dict[str, list[str]] = {text: [] for text in answers}
    for student in sorted(codes):
        with as_owner(codes[student].secret):
            for text, answer in answers.items():
                # One property by one: most answers fail the first.
                if all(examine(find(exercise), partial(_same, answer), (each,)).share == 1 for each in key):
                    owners[text].append(student)
    return owners


def _same(answer: Any) -> Any:
    return answer
