"""Runs submissions: one of them, many on this machine, many on a cluster."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
