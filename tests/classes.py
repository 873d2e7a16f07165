"""Outcomes of made-up classes, for the tests of reports: what `grade` would have kept, without grading."""

import dataclasses

from autograder.core.records import CellName, Incident, IncidentKind, Reason, ReasonKind
from autograder.results.finding import Cause, Finding, Kind, Mistake
from autograder.results.outcome import GRADED, Outcome, Question
from autograder.submissions.fingerprints import Fingerprints, fingerprints, pack

EXCHANGED = Mistake("h and c were exchanged", "h_new comes first.", "notebooks/03_gates.ipynb#See")
NO_TANH = Mistake(
    "h was computed as o * c", "A tanh is missing.", "notebooks/03_gates.ipynb#h-is-bounded,-c-is-not"
)
RIGHT = Cause(Kind.PROPERTY, "The result is right.")


def outcome(
    student: str, easy: float | None = 2, hard: float | None = 3, *mistakes: Mistake, **changes: object
) -> Outcome:
    """One graded submission: `easy` of 2 points, `hard` of 3, where `mistakes` were made and named."""
    questions = (Question("nb", "easy", easy, 2), Question("nb", "hard", hard, 3))
    findings = ()
    if hard is not None and hard < 3:
        findings = (Finding("nb", "hard", (RIGHT,), mistakes, 1, 2),)
    made = Outcome(
        student=student,
        assignment="t1",
        status=GRADED,
        score=(easy or 0) + (hard or 0),
        max_score=5,
        reason=None,
        repairs=(),
        seconds=1.0,
        questions=questions,
        submission_digest="s",
        assignment_digest="a",
        findings=findings,
    )
    return dataclasses.replace(made, **changes)


def fingerprints_in(source: str) -> tuple[Fingerprints, ...]:
    """The fingerprints of an answer."""
    return (Fingerprints("nb", "easy", pack(sorted(fingerprints(source)))),)


def hung(cell: str) -> tuple[Incident, ...]:
    """A cell that took too long."""
    return (Incident(IncidentKind.CELL_TIME_LIMIT, CellName(cell), seconds=3.0),)


def because(text: str) -> Reason:
    """A reason of which only the words matter."""
    return Reason(ReasonKind.NOT_GRADED, text=text)
