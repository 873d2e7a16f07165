"""The results of submissions: typed records, the journal that keeps them, and the gradebook's scores."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
