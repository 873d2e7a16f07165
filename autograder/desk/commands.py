"""What the page may ask for: each request is a subcommand of `autograder`, and says with which arguments.

Names come from the page, so each is looked up in the course; files are uploads of this desk, by the ids that it gave.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from autograder.core.errors import WrongUse
from autograder.course.course import Course
from autograder.results.merged import names_of

Platform = Literal["canvas", "moodle"]
File = Callable[[str], Path]  # of an upload's id: where it is, from the course's folder
LONGEST = 2_000  # characters of a text


class Request(msgspec.Struct, frozen=True, tag_field="do", forbid_unknown_fields=True):
    """One request. A subclass's `arguments` raises WrongUse where a name is none of the course's."""

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        raise NotImplementedError


class Release(Request, frozen=True, tag="release"):
    """The students' version of an assignment."""

    assignment: str

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        return _typed("release", [], [_assignment(course, self.assignment)])


class Collect(Request, frozen=True, tag="collect"):
    """Submissions out of an upload; without one, from nbgrader's exchange."""

    upload: str = ""
    source: Literal["", "moodle", "canvas", "folder", "exchange"] = ""
    assignment: str = ""
    roster: str = ""
    times: tuple[str, ...] = ()
    due: str = ""
    update: bool = False
    dry_run: bool = True

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        options = [f"--from={self.source}"] if self.source else []
        if self.assignment:
            options.append(f"--assignment={_assignment(course, self.assignment)}")
        options += [f"--roster={file(self.roster)}"] if self.roster else []
        options += [f"--times={file(each)}" for each in self.times]
        options += [f"--due={_text(self.due)}"] if self.due else []
        options += ["--update"] * self.update + ["--dry-run"] * self.dry_run
        return _typed("collect", options, [str(file(self.upload))] if self.upload else [])


class Grade(Request, frozen=True, tag="grade"):
    """Grades what is new or changed; with `force` everything."""

    assignment: str
    students: tuple[str, ...] = ()
    force: bool = False

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        options = _students(course, self.assignment, self.students) + ["--force"] * self.force
        return _typed("grade", options, [_assignment(course, self.assignment)])


class Regrade(Request, frozen=True, tag="regrade"):
    """Grades everybody again; a dry run only says what would change."""

    assignment: str
    students: tuple[str, ...] = ()
    same_cases: bool = False
    dry_run: bool = True

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        options = _students(course, self.assignment, self.students)
        options += ["--same-cases"] * self.same_cases + ["--dry-run"] * self.dry_run
        return _typed("regrade", options, [_assignment(course, self.assignment)])


class Feedback(Request, frozen=True, tag="feedback"):
    """Pages and reports again, after grading by hand."""

    assignment: str

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        return _typed("feedback", [], [_assignment(course, self.assignment)])


class Report(Request, frozen=True, tag="report"):
    """The report; `anonymous`: to show in class."""

    assignment: str
    anonymous: bool = False

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        return _typed("report", ["--anonymous"] * self.anonymous, [_assignment(course, self.assignment)])


class Return(Request, frozen=True, tag="return"):
    """The zip of pages that a platform takes back."""

    assignment: str
    to: Platform
    waiting: bool = False

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        options = [f"--to={self.to}", *["--waiting"] * self.waiting]
        return _typed("return", options, [_assignment(course, self.assignment)])


class Export(Request, frozen=True, tag="export"):
    """The grades as a platform imports them; `upload`: what it exported, to be filled in; `column`: what Canvas calls
    the assignment."""

    assignment: str
    to: Platform
    upload: str = ""
    column: str = ""
    missing_zero: bool = False
    pending_score: bool = False
    scale: bool = False

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        name = _assignment(course, self.assignment)
        out = (course.reports(name) / f"grades-{self.to}.csv").relative_to(course.root)
        options = [f"--to={self.to}", f"--out={out}"]
        options += [f"--file={file(self.upload)}"] if self.upload else []
        options += [f"--column={name}={_text(self.column)}"] if self.column else []
        options += ["--missing=zero"] * self.missing_zero + ["--pending=score"] * self.pending_score
        return _typed("export", options + ["--scale"] * self.scale, [name])


class Extend(Request, frozen=True, tag="extend"):
    """More time for a student."""

    assignment: str
    student: str
    when: str
    why: str = ""

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        name = _assignment(course, self.assignment)
        given = [name, _student(course, name, self.student), _text(self.when)]
        return _typed("extend", [f"--why={_text(self.why)}"] if self.why else [], given)


class Policy(Request, frozen=True, tag="policy"):
    """Whose points course.toml changes; `apply` changes them."""

    assignment: str
    apply: bool = False

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        return _typed("policy", ["--apply"] * self.apply, [_assignment(course, self.assignment)])


class Dispute(Request, frozen=True, tag="request"):
    """A student's regrade request."""

    assignment: str
    student: str
    cell: str
    text: str

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        name = _assignment(course, self.assignment)
        given = [name, _student(course, name, self.student), _text(self.cell), _text(self.text)]
        return _typed("request", [], given)


class Decide(Request, frozen=True, tag="decide"):
    """The decision on a request; without points it is refused."""

    number: int
    why: str
    points: float | None = None

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        answer = "--refuse" if self.points is None else f"--points={self.points:g}"
        return _typed("decide", [answer, f"--why={_text(self.why)}"], [str(self.number)])


class Term(Request, frozen=True, tag="term"):
    """The gradebook of the term, as files."""

    def arguments(self, course: Course, file: File) -> list[str]:
        """What follows `autograder`."""
        return ["term"]


Requests = (
    Release | Collect | Grade | Regrade | Feedback | Report | Return | Export | Extend | Policy | Dispute
    | Decide | Term
)  # fmt: skip


def _typed(name: str, options: list[str], given: list[str]) -> list[str]:
    """The arguments as a person types them; nothing that is given is taken for an option."""
    return [name, *options, *(["--"] if any(each.startswith("-") for each in given) else []), *given]


def _assignment(course: Course, name: str) -> str:
    if name not in course.assignments():
        raise WrongUse(f"There is no assignment {name!r}.")
    return name


def _student(course: Course, assignment: str, student: str) -> str:
    if student not in course.submissions(assignment) and student not in names_of(course):
        raise WrongUse(f"There is no student {student!r}.")
    return student


def _students(course: Course, assignment: str, students: tuple[str, ...]) -> list[str]:
    return [f"--student={_student(course, _assignment(course, assignment), each)}" for each in students]


def _text(text: str) -> str:
    """A text that somebody typed, on one line."""
    line = " ".join(text.split())
    if not line or len(line) > LONGEST or not line.isprintable():
        raise WrongUse(
            f"Found {len(line)} characters, expected a line of 1 to {LONGEST} that can be printed."
        )
    return line
