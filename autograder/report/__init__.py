"""The instructor's report on an assignment: counts, figures, one HTML page, JSON."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
