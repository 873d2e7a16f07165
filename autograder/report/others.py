"""Answers that are right for what somebody else was given; `count` asks.

Where an exercise gives each student something of their own, a wrong answer is judged once more as if it were that of
each other student. Nothing of a student's runs here: answers are plain values that the journal keeps.
"""

from collections.abc import Callable, Mapping, Sequence

from autograder.checking.registry import find, key_of, names
from autograder.personal.codes import Code
from autograder.personal.whose import as_owner
from autograder.report.numbers import Fits
from autograder.results.outcome import Key, Outcome


def fitting(
    outcomes: Sequence[Outcome], codes: Mapping[str, Code], called: Callable[[Key], str]
) -> tuple[Fits, ...]:
    """The answers that fit other students, by student; none where the course has no key."""
    found = []
    for outcome in outcomes:
        for each in outcome.findings:
            if each.answer and each.exercise in names() and codes:
                others = {student: code for student, code in codes.items() if student != outcome.student}
                if owners := _owners(each.exercise, each.answer, others):
                    found.append(Fits(outcome.student, called(each.key), owners))
    return tuple(sorted(found, key=lambda each: (each.student, each.cell)))


def _owners(exercise: str, text: str, codes: Mapping[str, Code]) -> tuple[str, ...]:
    """For whom an answer is right as a whole."""
    # PyTorch, which other courses' reports do without
    from autograder.checking.examine import examine
    from autograder.checking.kinds.written import read

    try:
        answer, key = read(text), key_of(exercise)
    except (ImportError, ValueError):
        return ()
    owners = []
    for student, code in codes.items():
        with as_owner(code.secret):
            if examine(find(exercise), lambda: answer, key).share == 1:
                owners.append(student)
    return tuple(sorted(owners))
