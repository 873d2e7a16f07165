"""Hints, one at a time; `autograder.checks.hint` calls `next_hint`.

Which were asked for is known to this process alone, and forgotten when the kernel ends.
"""

from __future__ import annotations

import textwrap

from autograder.checking.language import Exercise

_asked: dict[str, int] = {}


def next_hint(exercise: Exercise, number: int | None = None) -> str:
    """Hint `number` of an exercise in words, from 1; by default the one after the last that was asked for."""
    whole = len(exercise.hints)
    if number is None:
        number = min(_asked.get(exercise.name, 0) + 1, whole)
    if not 1 <= number <= whole:
        return f"{exercise.name} has {whole} hints: hint({exercise.name}, 1) shows the first."
    _asked[exercise.name] = number
    lines = [f"Hint {number} of {whole}:"]
    for line in exercise.hints[number - 1].splitlines():  # one that is indented is code
        lines += [line] if line.startswith(" ") else textwrap.wrap(line, 94)
    return "\n".join(lines)
