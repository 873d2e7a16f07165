"""Grading for nbgrader courses, and the tools that build this one; the console command is `autograder`."""
