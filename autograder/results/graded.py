"""A worker's result for one submission; `engine.one_submission` returns it and `record` keeps it."""

from dataclasses import dataclass

from autograder.core.records import Flag, Incident, Reason, Repair
from autograder.course.model import Mark
from autograder.results.finding import Finding
from autograder.submissions.fingerprints import Fingerprints


@dataclass(frozen=True)
class Graded:
    """A worker's answer: the graded notebooks as text, the files beside them, the points and the report.

    `missing`: notebooks that nobody handed in or that cannot be read. `unanswered`: (notebook, cell) of
    answers left as released, which nbgrader comments on.
    """

    student: str
    missing: tuple[str, ...]
    notebooks: dict[str, str]
    files: dict[str, bytes]
    marks: tuple[Mark, ...]
    unanswered: tuple[tuple[str, str], ...]
    reason: Reason | None
    repairs: tuple[Repair, ...]
    flags: tuple[Flag, ...]
    findings: tuple[Finding, ...]
    incidents: tuple[Incident, ...]
    fingerprints: tuple[Fingerprints, ...]
    seconds: float
