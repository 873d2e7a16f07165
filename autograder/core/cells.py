"""Tells a notebook's code by its file names, which cells have under Jupyter, too."""

from pathlib import Path

CELLS = "ipykernel_"  # begins the folder that code of cells claims to be in


def is_cell(file: str) -> bool:
    """Whether code with this file name is that of a notebook's cell."""
    return Path(file).parent.name.startswith(CELLS)
