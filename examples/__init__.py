"""A class to try the grader on: built from the released assignment, graded like any other course."""
