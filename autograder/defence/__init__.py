"""Questions for each student on the code that they handed in, with keys that were computed from that very code."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
