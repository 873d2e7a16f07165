"""Names for what nbformat gives, which ships no types: they say what is meant, a type checker knows nothing of it."""

from typing import Any

Notebook = Any  # a NotebookNode, version 4.5
NotebookCell = Any  # one of its cells
Output = Any  # one of a cell's outputs
