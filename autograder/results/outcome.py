"""What became of submissions: what the journal keeps, the gradebook's scores fill in and the reports are made of."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from autograder.course.model import Costs, Incident
from autograder.results.finding import Finding
from autograder.submissions.fingerprints import Fingerprints

GRADED, ZERO, MANUAL, FAILED = "graded", "zero", "manual", "failed"
STATUSES = {
    GRADED: "graded",
    ZERO: "zero, with a reason",
    MANUAL: "to be graded by hand",
    FAILED: "could not be graded",
}

NEAR = 1e-6  # points that make no difference: they are sums of floats
Key = tuple[str, str]  # of a graded cell: its notebook and its own name


@dataclass(frozen=True)
class Question:
    """The points of one graded cell; `score` is None until a person has graded it."""

    notebook: str
    cell: str
    score: float | None
    max_score: float

    @property
    def key(self) -> Key:
        """Which cell it is."""
        return self.notebook, self.cell


@dataclass(frozen=True)
class Outcome:
    """What became of one submission: one line of the journal, one row of grades.csv.

    `reason` says why it is zero, or which cells ran out of time; the reports are made of the last three.
    """

    student: str
    assignment: str
    status: str
    score: float
    max_score: float
    reason: str
    repairs: tuple[str, ...]
    seconds: float
    questions: tuple[Question, ...]
    submission_digest: str
    assignment_digest: str
    findings: tuple[Finding, ...] = ()
    incidents: tuple[Incident, ...] = ()
    fingerprints: tuple[Fingerprints, ...] = ()
    costs: Costs | None = None  # None where it was not run, or an older version graded it

    def to_dict(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Outcome":
        """The inverse of `to_dict`; what an older version did not keep stays empty.

        Raises KeyError or TypeError on a line that is none.
        """
        costs = values.get("costs")
        values.get("fingerprints") or values.get("prints", ())  # as older versions called them
        known = {each.name for each in fields(cls)}
        return cls(
            **{
                **{name: value for name, value in values.items() if name in known},
                "costs": Costs(**costs) if costs else None,
                "questions": tuple(Question(**each) for each in values["questions"]),
                "repairs": tuple(values["repairs"]),
                "findings": tuple(Finding.from_dict(each) for each in values.get("findings", ())),
                "incidents": tuple(Incident(**each) for each in values.get("incidents", ())),
                "fingerprints": tuple(
                    Fingerprints(**each) for each in values.get("fingerprints", values.get("prints", ()))
                ),
            }
        )


def namer(cells: Iterable[Key]) -> Callable[[Key], str]:
    """How to call graded cells: by their name, with the notebook's before it where there are several notebooks."""
    several = len({notebook for notebook, _ in cells}) > 1
    return lambda key: f"{key[0]}/{key[1]}" if several else key[1]
