"""Makes text from students and their kernels safe to put into our sentences."""

import re
from typing import Any

ANSI = re.compile(r"\x1b\[[0-9;]*m")  # the colours of a terminal


def natural_order(name: str) -> list[tuple[int, str]]:
    """The key by which names are sorted as people do: a2_rnns before a12_scan."""
    return [(int(digits or 0), word) for digits, word in re.findall(r"(\d+)|(\D+)", name)]


def plain(text: str, limit: int = 160) -> str:
    """A student's text made safe to put into a sentence: one line, printable, no markup, cut to `limit`."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    line = line.replace("`", "'").replace("<", "‹").replace(">", "›")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def printable(text: str) -> str:
    """A name that may come from anywhere, on one line of a terminal: what cannot be printed is written as its code."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_text(name: str) -> bool:
    """Whether the name of a file, as Python gives it, is UTF-8: no database, page or table takes any other."""
    return not any("\ud800" <= c <= "\udfff" for c in name)


def with_name(id: str, name: str) -> str:
    """A student in a list: the id, and the name where it is known."""
    return printable(f"{id} ({name})" if name and name != id else id)


def counted(number: int, noun: str) -> str:
    """A number with its noun: "no problems", "1 problem", "3 problems"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def error_line(output: Any) -> str:
    """A notebook's error output in one line, made safe too."""
    return plain(f"{output.ename}: {ANSI.sub('', output.evalue)}".rstrip(": "))
