"""What each command that works on a whole assignment does; `autograder.cli` calls it."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
