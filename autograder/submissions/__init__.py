"""One submission read and understood: intake, which notebook it is, its answers put into the assignment's own."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
