"""Base of the exports for Canvas and Moodle: everyone's grade, and cells that no spreadsheet evaluates.

`canvas` and `moodle` beside it are plugins of `nbgrader export --exporter NAME`; nbgrader makes one and calls
`export` with the gradebook.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Enum

from autograder.core.csv_tables import write_table
from autograder.core.errors import WrongUse
from autograder.course.course import Course, open_course
from autograder.course.roster import Person, Roster
from autograder.results import wording
from autograder.results.headings import in_order
from autograder.results.journal import read_journal
from autograder.results.outcome import Key

GRADED, MISSING, PENDING, UNGRADED = "graded", "missing", "pending", "ungraded"
WORDS = {
    MISSING: "handed in nothing",
    PENDING: "have an answer to be graded by hand (nbgrader formgrader)",
    UNGRADED: "handed in but are not graded yet (autograder grade {})",
}


@dataclass(frozen=True)
class Grade:
    """One student's points for one assignment, late penalty deducted; `said`: in words, for the student."""

    state: str
    score: float = 0.0
    most: float = 0.0
    said: str = ""


class LmsExport(ExportPlugin):
    """Base of both exports. A subclass writes its learning platform's rows in `write`."""

    missing = Enum(
        ("empty", "zero"), "empty", help="What students who handed in nothing get: no grade (empty), or zero."
    ).tag(config=True)
    pending = Enum(
        ("empty", "score"),
        "empty",
        help="While an answer waits to be graded by hand: no grade (empty), or the score so far.",
    ).tag(config=True)
    scale = Bool(
        False, help="Convert points to the platform's maximum if it differs from the assignment's."
    ).tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Writes the file. On wrong use it says what to do, and nbgrader ends with exit status 1."""
        try:
            names = self._assignments(gradebook)
            people = self._people(gradebook)
            grades = {name: self._grades(gradebook, name, people) for name in names}
            to = Path(self.to or self.default_file)
            rows = self.write(grades, Roster(people))
            write_table(to, rows, self.delimiter)
        except WrongUse as error:
            self.fail(str(error))
        except OSError as error:
            self.fail(f"{error.filename}: {error.strerror}")
        for name, theirs in grades.items():
            self._say(name, theirs)
        self.log.info("%d students, %d assignments written to %s", len(people), len(names), to)

    default_file = "grades.csv"
    delimiter = ","

    def write(self, grades: dict[str, dict[str, Grade]], roster: Roster) -> list[list[str]]:
        """The rows of the file, heading first. Raises WrongUse."""
        raise NotImplementedError

    def fail(self, message: str) -> NoReturn:
        """Ends nbgrader with a message."""
        self.log.error(message)
        raise SystemExit(1)

    def points(self, grade: Grade | None, most: float | None = None) -> str:
        """The cell of a grade; `most`: the platform's maximum. Raises WrongUse where that differs unasked."""
        if grade is None or (grade.state == MISSING and self.missing == "empty"):
            return ""
        if grade.state == UNGRADED or (grade.state == PENDING and self.pending == "empty"):
            return ""
        score = grade.score
        if most is not None and grade.most and abs(most - grade.most) > 1e-6:
            if not self.scale:
                raise WrongUse(
                    f"The platform's maximum is {most:g} and the assignment's {grade.most:g}. Change it there, or have"
                    f" the points converted: --{type(self).__name__}.scale=True"
                )
            score = score * most / grade.most
        return f"{round(score, 4):.10g}"

    def _assignments(self, gradebook: Gradebook) -> list[str]:
        known = [assignment.name for assignment in gradebook.assignments]
        wanted = [str(name) for name in self.assignment] or known
        for name in wanted:
            if name not in known:
                raise WrongUse(f"The gradebook has no assignment {name!r}, only {', '.join(known) or 'none'}")
        return wanted

    def _people(self, gradebook: Gradebook) -> dict[str, Person]:
        wanted = {str(name) for name in self.student}
        people = {
            each.id: Person(
                each.id,
                each.first_name or "",
                each.last_name or "",
                "",
                each.email or "",
                "",
                each.lms_user_id or "",
            )
            for each in sorted(gradebook.students, key=lambda student: student.id)
            if not wanted or each.id in wanted
        }
        if unknown := sorted(wanted - people.keys()):
            raise WrongUse(f"The gradebook has no student {', '.join(unknown)}")
        return people

    def _grades(self, gradebook: Gradebook, name: str, people: Iterable[str]) -> dict[str, Grade]:
        """Everyone's grade for an assignment, by id."""
        course = self._course()
        handed_in = set(course.submissions(name)) if course else set()
        reasons = (
            {student: wording.reason(o.reason) for student, o in read_journal(course.journal(name)).items()}
            if course
            else {}
        )
        found = {each.student_id: each for each in gradebook.assignment_submissions(name)}
        most = float(gradebook.find_assignment(name).max_score)
        place = in_order(course, name) if course else lambda key: (0, key)
        grades = {}
        for student in people:
            entry = found.get(student)
            if entry is None:
                grades[student] = Grade(UNGRADED if student in handed_in else MISSING, 0.0, most)
                continue
            penalty = float(entry.late_submission_penalty or 0)
            score = max(0.0, float(entry.score) - penalty)
            state = PENDING if entry.needs_manual_grade else GRADED
            grades[student] = Grade(
                state, score, most, _words(entry, score, penalty, reasons.get(student, ""), place)
            )
        return grades

    def _course(self) -> Course | None:
        """The course that the command runs in; None where a program calls the plugin by itself."""
        folders = getattr(self.parent, "coursedir", None)
        return open_course(Path(folders.root)) if folders else None

    def _say(self, name: str, grades: dict[str, Grade]) -> None:
        """Lists students without a grade and what the file has for them."""
        for state, words in WORDS.items():
            these = [student for student, grade in grades.items() if grade.state == state]
            if these:
                cell = {MISSING: self.missing, PENDING: self.pending}.get(state, "empty")
                stands = {"empty": "no grade", "zero": "zero", "score": "their score so far"}[cell]
                shown = ", ".join(these[:20]) + (f" and {len(these) - 20} more" if len(these) > 20 else "")
                self.log.warning("%s: %d %s, %s: %s", name, len(these), words.format(name), stands, shown)


def owner(roster: Roster, keys: Sequence[str]) -> str | None:
    """The student of the first of these keys that fits exactly one; see `Roster.who`."""
    return next((student for key in keys if (student := roster.who(key))), None)


def _words(
    entry: Any, score: float, penalty: float, reason: str, place: Callable[[Key], tuple[int, Key]]
) -> str:
    """A submission's points in a sentence or two, for the student, the questions in the order of `place`."""
    grades = {(notebook.name, grade.name): grade for notebook in entry.notebooks for grade in notebook.grades}
    questions = [_points_of(grades[key]) for key in sorted(grades, key=place)]
    late = f" {penalty:g} taken off because it was late." if penalty else ""
    why = f" {reason[:1].upper()}{reason[1:]}." if reason else ""
    so_far = " so far" if any(_waits(grade) for grade in grades.values()) else ""
    return f"{score:g} of {float(entry.max_score):g} points{so_far}: {', '.join(questions)}.{late}{why}"


def _waits(grade: Any) -> bool:
    """Whether nobody has read the answer yet."""
    return grade.auto_score is None and grade.manual_score is None


def _points_of(grade: Any) -> str:
    if _waits(grade):
        return f"{grade.name} not read yet ({grade.max_score:g} points)"
    return f"{grade.name} {grade.score:g} of {grade.max_score:g}"
