"""An nbgrader course on disk: configuration, gradebook, roster, assignments and their notebooks."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
