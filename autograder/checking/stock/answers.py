"""Answers known to be right or wrong, written by hand: one file for each exercise. The audit tries them, and exercises
in which students write a test have them as candidates (see `written_tests`).

A file is a Python script in the percent format: what all answers need comes first, then one answer in each
section. `# %% right: words` and `# %% wrong: words` say what it is; a wrong answer's words are the name of the
known mistake that it should be told, in quotation marks where no mistake is expected to be named. `# %%
equivalent: line` is not an answer: it names a mutant by its changed line, and gives the reason why it is right. Files
that answers need beside them (trained weights) lie in the same folder.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.checking.registry import find, names

LEAST_RIGHT, LEAST_WRONG = 3, 8  # answers written by hand that the audit of an exercise needs
SECTION = re.compile(r"^# %% (right|wrong|equivalent): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One answer. mistake: the name of the known mistake that it is; none for a right one or another fault."""

    title: str
    source: str
    mistake: str | None = None


@dataclass(frozen=True)
class Answers:
    """All answers to one exercise, tried in `folder`. equivalent: changed line of a mutant -> why it is right."""

    right: tuple[Answer, ...] = ()
    wrong: tuple[Answer, ...] = ()
    equivalent: dict[str, str] | None = None
    folder: Path = Path()


def read_answers(path: Path) -> Answers:
    """The answers in a file. Raises FileNotFoundError, and ValueError for a reason that is missing."""
    head, *parts = SECTION.split(path.read_text(encoding="utf-8"))
    right, wrong, equivalent = [], [], {}
    for kind, title, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if kind == "equivalent":
            equivalent[title] = " ".join(line.lstrip("# ") for line in text.split("\n") if line.strip())
            if not equivalent[title]:
                raise ValueError(f"{path}: the equivalent mutant {title!r} has no reason; write one below it")
        elif kind == "right":
            right.append(Answer(title, head + text))
        else:
            wrong.append(Answer(title, head + text, None if title.startswith('"') else title))
    return Answers(tuple(right), tuple(wrong), equivalent, path.parent)


def answers_to(exercise: str) -> Answers:
    """The answers to an exercise: its own, or those of the exercise that it is like, under its name.

    Raises FileNotFoundError where neither has a file.
    """
    path, like = names()[exercise].answers / f"{exercise}.py", find(exercise).like
    if not like or path.exists():
        return read_answers(path.resolve())
    theirs = answers_to(like)
    right, wrong = (
        tuple(replace(each, source=f"{each.source}\n\n{exercise} = {like}\n") for each in kind)
        for kind in (theirs.right, theirs.wrong)
    )
    return replace(theirs, right=right, wrong=wrong, equivalent={})


def function_in(source: str, name: str, file: str, **known: Any) -> Callable[..., Any]:
    """The function `name` of a file's text, its lines known to tracebacks; `known`: what the text may use without an
    import. Raises whatever the file raises, and NameError when it defines no such thing."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "answer", "__file__": file, **known}
    exec(compile(source, file, "exec"), namespace)
    if name not in namespace:
        raise NameError(f"{file} defines no {name}; expected a function of this name")
    function: Callable[..., Any] = namespace[name]
    return function
