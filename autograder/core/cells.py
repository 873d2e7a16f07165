"""Cells of a notebook as code: the file names that tell them, and which of their lines are hidden tests."""

from pathlib import Path

CELLS = "ipykernel_"  # begins the folder that code of cells claims to be in


def hidden_lines(source: str, begin: str, end: str) -> dict[int, str]:
    """The lines of a cell's hidden tests by their numbers, from 1; nbgrader's marks around them are `begin`, `end`."""
    found, inside = {}, False
    for number, line in enumerate(source.splitlines(), 1):
        inside = inside or begin in line
        if inside or end in line:
            found[number] = line
        inside = inside and end not in line
    return found


def is_cell(file: str) -> bool:
    """Whether code with this file name is that of a notebook's cell."""
    return Path(file).parent.name.startswith(CELLS)
