"""Text that comes from students and their kernels, before it goes into a sentence of ours."""

import re
from typing import Any

ANSI = re.compile(r"\x1b\[[0-9;]*m")  # the colours of a terminal


def plain(text: str, limit: int = 160) -> str:
    """A student's text made safe to put into a sentence: one line, printable, no markup, cut to `limit`."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    line = line.replace("`", "'").replace("<", "‹").replace(">", "›")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def error_line(output: Any) -> str:
    """A notebook's error output in one line, made safe too."""
    return plain(f"{output.ename}: {ANSI.sub('', output.evalue)}".rstrip(": "))
