"""grades.csv, a line for each student; `grade` has it written, beside the report (`autograder.report`).

It comes from the journal's reasons and the gradebook's scores, and is replaced as a whole or not at all.
"""

from collections.abc import Mapping, Sequence

from autograder.core.csv_tables import write_table
from autograder.course.course import Course
from autograder.results import wording
from autograder.results.merged import names_of
from autograder.results.outcome import FAILED, Outcome, namer


def write_grades(course: Course, assignment: str, outcomes: Sequence[Outcome]) -> None:
    """Writes the file. Raises OSError where the disk refuses; then the old one is still there."""
    write_table(course.reports(assignment) / "grades.csv", csv_rows(outcomes, names_of(course)))


def csv_rows(outcomes: Sequence[Outcome], names: Mapping[str, str]) -> list[list[str]]:
    """The rows of grades.csv, its heading first; a score that is still to come is empty. `names`: by id."""
    every = list(dict.fromkeys(q.key for outcome in outcomes for q in outcome.questions))
    heading = ["student_id", "name", "assignment", "score", "max_score", "late_penalty", "late", "due"]
    heading += ["status", "reason", "repairs", "seconds"]
    rows = [heading + list(map(namer(every), every))]
    for outcome in outcomes:
        scores = {q.key: q.score for q in outcome.questions}
        known = outcome.status != FAILED
        rows.append(
            [
                outcome.student,
                names.get(outcome.student, ""),
                outcome.assignment,
                f"{outcome.score:g}" if known else "",
                f"{outcome.max_score:g}" if known else "",
                f"{outcome.penalty:.6g}" if known and outcome.penalty else "",
                wording.late(outcome.late, outcome.penalty),
                outcome.until,
                outcome.status,
                wording.reason(outcome.reason),
                wording.repairs(outcome.repairs, outcome.flags),
                f"{outcome.seconds:.1f}",
                *("" if scores.get(key) is None else f"{scores[key]:g}" for key in every),
            ]
        )
    return rows
