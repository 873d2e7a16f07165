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
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from autograder.checking.found import Finding, Observation, said
from autograder.checking.judging.compare import kind
from autograder.checking.judging.judge import raised
from autograder.checking.language import Case, Exercise
from autograder.checking.observing.observe import observe
from autograder.checking.stock.answers import function_in

DASHES = (
    "-",
    "–",
    "—",
    "above:",
)  # begin the line below which nothing is used, also where dashes were edited
CODE = re.compile(r"[=:]|\w\(|\breturn\b")  # in a row that is a line, and not letters alone
MOVED = re.compile(r"(\w)[.:)]?(\s+)(?!\s*=)(.*)")  # a letter and its line; the h of `h = 0` is none
BETWEEN = " " * 4  # a letter and its line in the cell
NO_TEXT = (
    "the function returned {found}, expected the text of the cell with its lines in order, or letters: "
    'return "B A C".'
)
NO_LETTERS = (
    'found no line, expected lines in their order, or their letters, as "B A C"; the lines are {known}.'
)
NO_LINES = (
    "no line is above the dashes; move those that are used there, in order (Alt+Up and Alt+Down move a line)."
)
NO_LETTER = (
    "found {found!r}, which is no line; expected a letter before it, as in the cell: {example!r}. Undo the change "
    '(Ctrl+Z), or return the letters alone, as "B A C".'
)
NO_DASHES = (
    "found no line of dashes, so that all lines are used; write --- on a line of its own, and leave below it the "
    "lines that are not used."
)
ALL_LINES = (
    "all lines are above the dashes, and some belong to mistakes; move those below the dashes (Alt+Down)."
)
UNKNOWN = (
    'found {found!r}, which is no line; the lines are {known}. Return their letters in order, as "B A C".'
)
TWICE = "found line {letter} twice; each line is used once or not at all. Take one of the two away."
CHANGED = (
    "line {letter} is {found!r}, expected {line!r}: lines are moved, not changed. Undo the change (Ctrl+Z)."
)
INDENTED = (
    "line {letter} has {found} between its letter and its text, expected {wanted}: lines are moved, not changed. "
    "Undo the change (Ctrl+Z)."
)
NO_FUNCTION = (
    "the lines make no function: {why}. See line {letter}, in line {line} counted from `def`. Move it, or one above "
    "it."
)


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
        letters = [row.letter for row in _rows(exercise, found.value)]
        line = min(error.lineno or 0, len(letters) + 1)
        return said(NO_FUNCTION.format(why=error.msg, letter=letters[max(line - 2, 0)], line=line))


@dataclass(frozen=True)
class _Row:
    """A line that is used: its `letter`, and where the text has it, what is `between` and the `line` itself."""

    letter: str
    between: str = ""
    line: str = ""


def _asked(function: Callable[..., Any]) -> Observation:
    return observe(function, Case({}))


def _in_text(value: Any) -> str:
    """What the student returned, as rows of a text."""
    if isinstance(value, (list, tuple)):
        return "\n".join(map(str, value))
    return value if isinstance(value, str) else ""


def _rows(exercise: Exercise, value: Any) -> list[_Row]:
    """The lines above the dashes, in order. A row that is a line without its letter has "" for a letter."""
    rows: list[_Row] = []
    for each in map(str.strip, _in_text(value).splitlines()):
        if each.startswith(DASHES):
            break
        if each.startswith(("def ", "#")):  # the first line is always the exercise's own
            continue
        if not CODE.search(each):
            rows += [_Row(letter.upper()) for letter in each if letter.isalnum() or letter == "_"]
        elif moved := MOVED.fullmatch(each):
            rows.append(_Row(moved[1].upper(), moved[2], moved[3]))
        else:
            rows.append(_Row("", line=each))
    return rows


def _wrong_letters(exercise: Exercise, found: Observation) -> str:
    if not isinstance(found.value, (str, list, tuple)):
        return NO_TEXT.format(found=kind(found.value))
    rows, known = _rows(exercise, found.value), ", ".join(exercise.lines)
    letters = [row.letter for row in rows]
    dashes = any(line.strip().startswith(DASHES) for line in _in_text(found.value).splitlines())
    if not letters:
        return NO_LINES if dashes else NO_LETTERS.format(known=known)
    for row in rows:
        if not row.letter:
            same = [letter for letter, line in exercise.lines.items() if line.strip() == row.line]
            letter = same[0] if same else next(iter(exercise.lines))
            return NO_LETTER.format(
                found=row.line[:100], example=f"{letter}{BETWEEN}{exercise.lines[letter]}"
            )
        if row.letter not in exercise.lines:
            return UNKNOWN.format(found=row.letter, known=known)
    if twice := sorted({letter for letter in letters if letters.count(letter) > 1}):
        return TWICE.format(letter=twice[0])
    if set(letters) == set(exercise.lines):
        return ALL_LINES if dashes or not any(row.line for row in rows) else NO_DASHES
    return next(filter(None, (_changed(exercise, row) for row in rows)), "")


def _changed(exercise: Exercise, row: _Row) -> str:
    """What is other in a line than in the cell."""
    line = exercise.lines[row.letter]
    wanted = BETWEEN + line[: len(line) - len(line.lstrip())]
    if row.line not in ("", line.lstrip()):
        return CHANGED.format(letter=row.letter, found=row.line[:100], line=line.lstrip())
    if row.line and row.between != wanted:
        return INDENTED.format(letter=row.letter, found=_blank(row.between), wanted=_blank(wanted))
    return ""


def _blank(text: str) -> str:
    return f"{len(text)} space{'s' * (len(text) != 1)}" if set(text) <= {" "} else repr(text)


def _text(exercise: Exercise, value: Any) -> str:
    lines = (exercise.lines[row.letter] for row in _rows(exercise, value))
    return "\n".join([exercise.head, *(f"    {line}" for line in lines)]) + "\n"
