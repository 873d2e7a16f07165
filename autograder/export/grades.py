"""Base of the exports for Canvas and Moodle: everyone's grade, and cells that no spreadsheet evaluates.

`canvas` and `moodle` beside it are plugins of `nbgrader export --exporter NAME`; nbgrader makes one and calls
`export` with the gradebook.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Enum

from autograder.core.csv_tables import write_table
from autograder.core.errors import WrongUse
from autograder.core.text import with_name
from autograder.course.course import Course, open_course
from autograder.course.platforms import Platforms, read_platforms
from autograder.course.policies import Policies
from autograder.course.policies_file import read_policies
from autograder.course.roster import Person, Roster
from autograder.results import wording
from autograder.results.headings import in_order
from autograder.results.journal import read_journal
from autograder.results.outcome import Key

GRADED, MISSING, PENDING, UNGRADED, EXCUSED = "graded", "missing", "pending", "ungraded", "excused"
SHOWN = 20  # students of a kind that are named
WORDS = {
    EXCUSED: "are excused",
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
            self.course = self._course()
            self.policies = read_policies(self.course) if self.course else Policies()
            self.platforms = read_platforms(self.course) if self.course else Platforms()
            names = self._assignments(gradebook)
            people = self._people(gradebook)
            grades = {name: self._grades(gradebook, name, people) for name in names}
            to = Path(self.to or self.default_file)
            self.written, self.troubles = set[str](), 0
            rows = self.write(grades, Roster(people))
            write_table(to, rows, self.delimiter)
        except WrongUse as error:
            self.fail(str(error))
        except OSError as error:
            self.fail(f"{error.filename}: {error.strerror}")
        for name, theirs in grades.items():
            mine = {student: grade for student, grade in theirs.items() if student in self.written}
            self._say(name, mine, people)
            given = sum(g.state != EXCUSED and bool(self.points(g, g.most)) for g in mine.values())
            counts = (name, len(mine), given, len(mine) - given, to)
            self.log.info("%s: %d students, %d with a grade and %d without, written to %s", *counts)

    default_file = "grades.csv"
    delimiter = ","
    platform = ""
    excused = ""  # what the platform takes for an assignment that does not count

    def mine(self, student: str) -> bool:
        """Whether a student may be of this platform: those whom only another one's files name are not."""
        theirs = self.platforms.known(student).platforms
        return not theirs or self.platform in theirs

    def say_strangers(self, names: Sequence[str], path: Path) -> None:
        """Warns of people in the platform's file whom the gradebook does not know."""
        if names:
            self.troubles += len(names)
            self.log.warning("%s in %s but not in the gradebook: no grade", _all(names, "; "), path)

    def say_left(self, students: Iterable[str], path: Path) -> None:
        """Warns of this platform's students who are not in its file."""
        left = sorted(student for student in students if self.mine(student))
        if left:
            self.troubles += len(left)
            self.log.warning("%s in the gradebook but not in %s: not written", _all(left, ", "), path)

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
        if grade.state == EXCUSED:
            return self.excused
        if grade.state == UNGRADED or (grade.state == PENDING and self.pending == "empty"):
            return ""
        score = grade.score
        if most is not None and grade.most and abs(most - grade.most) > 1e-6:
            if not self.scale:
                raise WrongUse(
                    f"The platform's maximum is {most:g} and the assignment's {grade.most:g}. Change it there, or have"
                    f" the points converted:\n  --scale (autograder export), or {type(self).__name__}.scale"
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
            if each.id in wanted or (not wanted and self.mine(each.id))
        }
        if unknown := sorted(wanted - people.keys()):
            raise WrongUse(f"The gradebook has no student {', '.join(unknown)}")
        return people

    def _grades(self, gradebook: Gradebook, name: str, people: Iterable[str]) -> dict[str, Grade]:
        """Everyone's grade for an assignment, by id."""
        course = self.course
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
            if self.policies.is_excused(name, student):
                grades[student] = Grade(EXCUSED, 0.0, most)
                continue
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

    def _say(self, name: str, grades: dict[str, Grade], people: Mapping[str, Person]) -> None:
        """Lists students without a grade and what the file has for them."""
        for state, words in WORDS.items():
            these = [with_name(s, people[s].name) for s, grade in grades.items() if grade.state == state]
            if these:
                cell = {MISSING: self.missing, PENDING: self.pending}.get(state, "empty")
                stands = {"empty": "no grade", "zero": "zero", "score": "their score so far"}[cell]
                stands = self.excused if state == EXCUSED and self.excused else stands
                shown = ", ".join(these[:SHOWN])
                shown += f" and {len(these) - SHOWN} more" if len(these) > SHOWN else ""
                self.log.warning("%s: %d %s, %s: %s", name, len(these), words.format(name), stands, shown)


def _all(names: Sequence[str], comma: str) -> str:
    """Names with their verb: "ada is", "ada, bob and 3 more are"."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{comma.join(names[:SHOWN])}{more} {'is' if len(names) == 1 else 'are'}"


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
