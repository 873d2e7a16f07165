"""What became of submissions: typed records, the journal that keeps them, and the gradebook's scores beside them."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
