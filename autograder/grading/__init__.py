"""Grades an nbgrader course: what stands behind `autograder grade`, `feedback`, `audit` and `plan`."""

from autograder import lean  # noqa: F401 - it has to come first
from autograder.grading.grade import audit_split, grade_assignment, write_feedback
from autograder.grading.plan import plan

__all__ = ["audit_split", "grade_assignment", "plan", "write_feedback"]
