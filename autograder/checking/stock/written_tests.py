"""Exercises in which students write a test: it has to accept every right answer, and find as many wrong ones as it can.

What is examined is the test. Its properties are functions that it is called with, in a random order: right ones, without
which nothing counts, wrong ones that are named, and, while work is graded, the answers of the exercise that the test is
for, which are counted and not described. A test finds a function wrong by raising.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from autograder.checking.found import Finding, FindingKind, Observation, said
from autograder.checking.language import Case, Exercise, Property
from autograder.checking.observing.candidate import Candidate
from autograder.checking.stock.answers import answers_to, function_in

ACCEPTS = "It accepts what is right."
FINDS = "It finds out that {mistake}."
ACCEPTS_ALL = "It accepts every right answer, however it is written."
FINDS_MORE = "It finds further wrong answers."


def written_test(
    exercise: Exercise, shown: Sequence[str], hints: tuple[str, str, str], name: str = ""
) -> Exercise:
    """The exercise of writing a test for the function of another one, `test_NAME` by default.

    shown: the known mistakes whose first variant the self-check tries. Raises LookupError for one that is unknown.
    """
    mistakes = {mistake.name: mistake for mistake in exercise.mistakes}
    if unknown := [each for each in shown if each not in mistakes]:
        raise LookupError(
            f"{exercise.name} has no mistake {unknown[0]!r}; expected some of {', '.join(mistakes)}"
        )
    wrong = [_wrong(exercise.name, mistakes[each].variants[0], FINDS.format(mistake=each)) for each in shown]
    return Exercise(
        name or f"test_{exercise.name}",
        exercise.oracle,
        (_right(exercise.name, exercise.oracle, ACCEPTS), *wrong),
        (),
        hints,
        tells_apart=True,
    )


@functools.cache
def unseen(exercise: str, without: tuple[str, ...] = ()) -> tuple[Property, ...]:
    """All answers to an exercise that the course has, for the hidden cell of a test that students write.

    without: titles of answers whose fault no test can see. Raises FileNotFoundError where the course's folder of answers
    is not there, and LookupError for a title that is in no answer's section.
    """
    answers = answers_to(exercise)
    titles = {each.title for each in (*answers.right, *answers.wrong)}
    if unknown := [each for each in without if each not in titles]:
        raise LookupError(
            f"no answer to {exercise} is called {unknown[0]!r}; expected some of {', '.join(titles)}"
        )
    return tuple(
        make(exercise, function_in(each.source, exercise, f"<{exercise}>"), title)
        for kind, make, title in ((answers.right, _right, ACCEPTS_ALL), (answers.wrong, _wrong, FINDS_MORE))
        for each in kind
        if each.title not in without
    )


def _right(name: str, function: Callable[..., Any], title: str) -> Property:
    return Property(title, _case(name, function), weight=0.0, verdict=_accused, vital=True)


def _wrong(name: str, function: Callable[..., Any], title: str) -> Property:
    return Property(title, _case(name, function), verdict=_survived)


def _case(name: str, function: Callable[..., Any]) -> Callable[[Any], Case]:
    return lambda generator: Case({name: Candidate(function, name)})


def _accused(case: Case, found: Observation, ask: Any) -> Finding | None:
    if found.fault is None:
        return None
    line = f" in your line {found.fault.lines[-1][0]}" if found.fault.lines else ""
    values = {"lines": found.fault.lines, "error": found.fault.kinds[0], "message": found.fault.message}
    return Finding(
        FindingKind.SAID,
        {"text": f"your test raised an error{line} on a right answer: wrongly accused."},
        values,
    )


def _survived(case: Case, found: Observation, ask: Any) -> Finding | None:
    if found.fault is not None:
        return None
    if found.value is not None:
        return said(
            "a wrong answer survived: your test returned something; a test says no by raising, with assert."
        )
    return said("a wrong answer survived: your test raised nothing.")
