"""What an instructor learns from a graded assignment: `autograder report`, and the page that `grade` writes."""

import autograder.grading  # noqa: F401 - it has to come first: `grade` imports `report`, which reads its records
from autograder.reporting.report import report_assignment, write_report

__all__ = ["report_assignment", "write_report"]
