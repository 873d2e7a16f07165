"""Exercises in which students put given lines in order (Parsons problems), some of which belong to known mistakes.

The student's function returns a text of all lines, each behind its letter; those above a line of dashes are used. So
an editor's own keys put them in order (Alt+Up and Alt+Down in JupyterLab), and nothing has to be dragged. The letters
alone do as well, as "C A B", "CAB", "C, A, B" or ["C", "A", "B"]. What is examined is the function that these lines
make, so that any right order counts and a wrong line is named as the mistake that it is. The lines are the course's own
text, and run where the check runs; the student chooses their order and nothing else.
"""

from __future__ import annotations

import re
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

DASHES = "---"  # begin the line below which nothing is used
MOVED = re.compile(r"\s*(\w) {4}(.*\w\w.*)")  # a letter and its line, as the cell has them
NO_LETTERS = 'expected the letters of the lines in their order, as "B A C"; the lines are {known}.'
NO_LINES = (
    "no line is above the dashes; move those that are used there, in order (Alt+Up and Alt+Down move a line)."
)
CHANGED = "line {letter} is {found!r}, expected {line!r}: lines are moved, not changed."
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


def _chosen(exercise: Exercise, value: Any) -> list[tuple[str, str]]:
    """The letters that are used, each with the line that stands behind it; "" where none does."""
    if isinstance(value, (list, tuple)):
        return [(str(item).strip().upper(), "") for item in value]
    chosen: list[tuple[str, str]] = []
    for line in value.splitlines() if isinstance(value, str) else ():
        if line.strip().startswith(DASHES):
            break
        if moved := MOVED.fullmatch(line.rstrip()):
            chosen.append((moved[1].upper(), moved[2]))
        elif line.strip() != exercise.head:
            chosen += [(each.upper(), "") for each in line if not (each.isspace() or each == ",")]
    return chosen


def _wrong_letters(exercise: Exercise, found: Observation) -> str:
    chosen, known = _chosen(exercise, found.value), ", ".join(exercise.lines)
    letters = [letter for letter, _ in chosen]
    if not letters:
        unmoved = isinstance(found.value, str) and DASHES in found.value
        return NO_LINES if unmoved else NO_LETTERS.format(known=known)
    unknown = [letter for letter in letters if letter not in exercise.lines]
    twice = sorted({letter for letter in letters if letters.count(letter) > 1})
    if unknown:
        return f"found {unknown[0][:20]!r}, which is no line; the lines are {known}."
    if twice:
        return f"found line {twice[0]} twice; each line is used once or not at all."
    for letter, line in chosen:
        if line not in ("", exercise.lines[letter]):
            return CHANGED.format(letter=letter, found=line[:100], line=exercise.lines[letter])
    return ""


def _text(exercise: Exercise, value: Any) -> str:
    lines = (exercise.lines[letter] for letter, _ in _chosen(exercise, value))
    return "\n".join([exercise.head, *(f"    {line}" for line in lines)]) + "\n"
