"""Brings students' work into an nbgrader course, from wherever it was handed in; `autograder collect` calls it."""
