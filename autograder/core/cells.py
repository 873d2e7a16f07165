"""Which code is a notebook's: the file names that cells claim to have, as they do under Jupyter."""

from pathlib import Path

CELLS = "ipykernel_"  # begins the folder that code of cells claims to be in


def is_cell(file: str) -> bool:
    """Whether code with this file name is that of a notebook's cell."""
    return Path(file).parent.name.startswith(CELLS)
