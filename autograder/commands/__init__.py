"""What stands behind each command that works on a whole assignment; `autograder.cli` calls it."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
