"""Grades the graders: exercises tried on answers known to be right or wrong; and on anybody's plain files.

`autograder check` calls `check_files`, `autograder audit` calls `audit_graders`.
"""

from autograder.audit.audit import audit_graders
from autograder.audit.check import check_files

__all__ = ["audit_graders", "check_files"]
