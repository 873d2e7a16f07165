"""Outcomes of submissions: the journal keeps them, the gradebook fills in scores, reports are made of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from autograder.core.json_records import from_values, to_values
from autograder.core.records import Flag, Incident, IncidentKind, Reason, ReasonKind, Repair, RepairKind
from autograder.course.policies import Late
from autograder.results.finding import Finding, up_to_date
from autograder.submissions.fingerprints import Fingerprints

GRADED, ZERO, MANUAL, FAILED = "graded", "zero", "manual", "failed"
STATUSES = (GRADED, ZERO, MANUAL, FAILED)

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

    `reason` says why it is zero, or which cells ran out of time; the reports are made of what follows the digests.
    `late`: what the `penalty` (points that the score lacks) came from; `until`: the student's own deadline in UTC,
    where it is not the class's.
    """

    student: str
    assignment: str
    status: str
    score: float
    max_score: float
    reason: Reason | None
    repairs: tuple[Repair, ...]
    seconds: float
    questions: tuple[Question, ...]
    submission_digest: str
    assignment_digest: str
    findings: tuple[Finding, ...] = ()
    incidents: tuple[Incident, ...] = ()
    fingerprints: tuple[Fingerprints, ...] = ()
    flags: tuple[Flag, ...] = ()
    late: Late | None = None
    penalty: float = 0.0
    until: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        values: dict[str, Any] = to_values(self)
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Outcome":
        """The inverse of `to_dict`; what an older version did not keep stays empty.

        Raises ValueError, KeyError or TypeError on a line that is not an outcome.
        """
        return from_values(cls, _up_to_date(values))


def _up_to_date(values: dict[str, Any]) -> dict[str, Any]:
    """A line of the journal as this version would have written it: before records, there were sentences."""
    reason = values["reason"]
    if isinstance(reason, str):
        reason = {"kind": ReasonKind.LEGACY, "text": reason} if reason else None
    return {
        **values,
        "reason": reason,
        "repairs": [
            {"kind": RepairKind.LEGACY, "text": each} if isinstance(each, str) else each
            for each in values["repairs"]
        ],
        "incidents": [
            {"kind": IncidentKind.LEGACY, "cell": _cell_name(each["cell"]), "text": each["what"]}
            if "what" in each
            else each
            for each in values.get("incidents", ())
        ],
        "findings": [up_to_date(each) for each in values.get("findings", ())],
        "fingerprints": values.get("fingerprints", values.get("prints", ())),
    }


def _cell_name(said: str) -> dict[str, Any]:
    return {"number": int(said)} if said.isdecimal() else {"grade_id": said.strip("`")}


def namer(cells: Iterable[Key]) -> Callable[[Key], str]:
    """Names graded cells: by their id, with the notebook's name before it if there are several notebooks."""
    several = len({notebook for notebook, _ in cells}) > 1
    return lambda key: f"{key[0]}/{key[1]}" if several else key[1]
