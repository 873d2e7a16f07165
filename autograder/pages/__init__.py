"""The pages that students get back."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
