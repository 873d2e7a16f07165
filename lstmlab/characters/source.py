"""The source of Python's standard library as text, and what stands where in it: strings, comments, brackets, lines.

The text is on every reader's machine. `train` learns from all but HELD_OUT; the lesson and the tests read those.
"""

from __future__ import annotations

import io
import sysconfig
import tokenize
from pathlib import Path

import torch
from torch import Tensor

LETTERS = "\n" + "".join(map(chr, range(32, 127)))
# Modules that each Python from 3.11 on has, of different kinds.
HELD_OUT = ("calendar", "csv", "fractions", "heapq", "shlex", "statistics", "textwrap", "zipapp")
ANNOTATIONS = ("column", "indentation", "string", "comment", "brackets")


def folder() -> Path:
    """Where the standard library of this Python lies. Raises FileNotFoundError where its source is not there."""
    found = Path(sysconfig.get_path("stdlib"))
    if missing := [name for name in HELD_OUT if not (found / f"{name}.py").is_file()]:
        raise FileNotFoundError(
            f"{found} has no {missing[0]}.py; use a Python that comes with the source of its standard library, "
            "as that of python.org, of a Linux distribution or of conda does"
        )
    return found


def module(name: str) -> str:
    """The source of one module of the standard library, in LETTERS."""
    return known((folder() / f"{name}.py").read_text(encoding="utf-8"))


def held_out() -> str:
    """What no model here was trained on."""
    return "".join(map(module, HELD_OUT))


def to_train_on() -> str:
    """All modules beside the held out ones that are written in LETTERS alone."""
    texts = []
    for path in sorted(folder().glob("*.py")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.stem not in HELD_OUT and known(text) == text:
            texts.append(text)
    return "".join(texts)


def known(text: str) -> str:
    """The text with "?" for each character that is not in LETTERS; a tab is four spaces."""
    every = set(LETTERS)
    return "".join(letter if letter in every else "?" for letter in text.replace("\t", " " * 4))


def codes(text: str) -> Tensor:
    """The number of each letter in LETTERS, (time,). Raises ValueError for one that is not there."""
    places = {letter: number for number, letter in enumerate(LETTERS)}
    if wrong := next((letter for letter in text if letter not in places), ""):
        raise ValueError(f"{wrong!r} is none of the {len(LETTERS)} letters; pass known(text)")
    return torch.tensor([places[letter] for letter in text], dtype=torch.long)


def annotate(text: str) -> dict[str, Tensor]:
    """What holds after each letter of a module's `text`, (time,) each, by the names of ANNOTATIONS.

    column: letters since the line began; indentation: blanks that it began with; string, comment: 1.0 inside, the
    closing quote is outside; brackets: how many are open, outside strings and comments. Python's own tokenizer says
    what is what; raises tokenize.TokenError or SyntaxError where the text is no Python.
    """
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    marks = {name: torch.zeros(len(text)) for name in ANNOTATIONS}
    opened = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        first, last = (starts[row - 1] + column for row, column in (token.start, token.end))
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            opened = first
        elif kind in ("STRING", "FSTRING_END"):
            marks["string"][(opened if kind == "FSTRING_END" else first) : last - 1] = 1.0
        elif kind == "COMMENT":
            marks["comment"][first:last] = 1.0
        elif token.string in ("(", "[", "{"):
            marks["brackets"][first:] += 1.0
        elif token.string in (")", "]", "}"):
            marks["brackets"][first:] -= 1.0
    for start, line in zip(starts, text.splitlines(keepends=True), strict=False):
        inside = torch.arange(1.0, len(line) + 1) * torch.tensor([letter != "\n" for letter in line])
        marks["column"][start : start + len(line)] = inside
        blanks = float(len(line) - len(line.lstrip(" ")))
        marks["indentation"][start : start + len(line)] = inside.clamp(max=blanks)
    return marks
