"""Grades an nbgrader course: what stands behind `autograder grade` and `autograder feedback`."""

from autograder.grading.grade import grade_assignment, write_feedback

__all__ = ["grade_assignment", "write_feedback"]
