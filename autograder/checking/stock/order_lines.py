"""Exercises in which students put given lines in order (Parsons problems), some of which belong to known mistakes.

The student's function returns the letters of the lines, as "C A B", "CAB", "C, A, B" or ["C", "A", "B"]. What is
examined is the function that these lines make, so that any right order counts and a wrong line is named as the mistake
that it is. The lines are the course's own text, and run where the check runs; the student chooses letters and nothing
else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from autograder.checking.found import Finding, Observation, said
from autograder.checking.judging.judge import raised
from autograder.checking.language import Case, Exercise
from autograder.checking.observing.observe import observe
from autograder.checking.stock.answers import function_in

NO_FUNCTION = "the lines make no function: {why}, in line {line} counted from `def`."


def order_lines(
    exercise: Exercise,
    name: str,
    head: str,
    lines: Mapping[str, str],
    mistakes: Collection[str],
    hints: tuple[str, str, str],
) -> Exercise:
    """The exercise `name` of making a function for another exercise out of lines.

    head: the line with `def`; lines: letter -> line, without the four spaces of a function's body; mistakes: the
    known ones that these lines can make.
    """
    known = tuple(each for each in exercise.mistakes if each.name in mistakes)
    return replace(exercise, name=name, hints=hints, head=head, lines=lines, mistakes=known, guard=None)


def again(exercise: Exercise, name: str, hints: tuple[str, str, str]) -> Exercise:
    """An exercise that comes back under another name, in a cell that has all lines but one. Its answers are those of
    the other."""
    return replace(exercise, name=name, hints=hints, like=exercise.name)


def written_out(exercise: Exercise, function: Callable[..., Any]) -> str:
    """The function that the student's order makes, as text; "" where it is no order."""
    found = _asked(function)
    return _text(exercise, found.value) if not _wrong_letters(exercise, found) else ""


def assembled(exercise: Exercise, function: Callable[..., Any]) -> Callable[..., Any] | Finding | None:
    """The function that the student's order makes, or what keeps it from being one; None while no order is written."""
    found = _asked(function)
    if found.fault and found.fault.kinds[0] == "NotImplementedError":
        return None
    if found.fault:
        return raised(found.fault)
    if wrong := _wrong_letters(exercise, found):
        return said(wrong)
    name = exercise.head.removeprefix("def ").partition("(")[0]
    try:
        return function_in(_text(exercise, found.value), name, f"<your order of {name}>", torch=torch, nn=nn)
    except SyntaxError as error:
        return said(NO_FUNCTION.format(line=error.lineno, why=error.msg))


def _asked(function: Callable[..., Any]) -> Observation:
    return observe(function, Case({}))


def _letters(value: Any) -> list[str]:
    if isinstance(value, str):
        return [letter.upper() for letter in value if not (letter.isspace() or letter == ",")]
    return [str(item).strip().upper() for item in value] if isinstance(value, (list, tuple)) else []


def _wrong_letters(exercise: Exercise, found: Observation) -> str:
    letters, known = _letters(found.value), ", ".join(exercise.lines)
    if not letters:
        return f'expected the letters of the lines in their order, as "B A C"; the lines are {known}.'
    unknown = [letter for letter in letters if letter not in exercise.lines]
    twice = sorted({letter for letter in letters if letters.count(letter) > 1})
    if unknown:
        return f"found {unknown[0][:20]!r}, which is no line; the lines are {known}."
    return f"found line {twice[0]} twice; each line is used once or not at all." if twice else ""


def _text(exercise: Exercise, value: Any) -> str:
    return "\n".join([exercise.head, *(f"    {exercise.lines[each]}" for each in _letters(value))]) + "\n"
