"""An nbgrader course as it lies on the disk: configuration, gradebook, roster, assignments and their notebooks."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
