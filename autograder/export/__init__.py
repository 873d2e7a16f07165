"""Grades as spreadsheets: grades.csv, and the files that Canvas and Moodle import."""

from autograder.core import lean  # noqa: F401 - before anything that reads notebooks
