"""Hints, one at a time; `autograder.checks.hint` calls `next_hint`.

How many were asked for is known to this process alone: it is forgotten when the kernel ends.
"""

from __future__ import annotations

import textwrap

from autograder.checks.language import Exercise

_asked: dict[str, int] = {}


def next_hint(exercise: Exercise) -> str:
    """The next hint in words, or that there is no other, and then the last one again."""
    whole = len(exercise.hints)
    number = _asked[exercise.name] = _asked.get(exercise.name, 0) + 1
    shown = min(number, whole)
    title = f"Hint {shown} of {whole} for {exercise.name}"
    title += " (the last one, again):" if number > whole else ":"
    return "\n".join([title, *textwrap.wrap(exercise.hints[shown - 1], 94)])
