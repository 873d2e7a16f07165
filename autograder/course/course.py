"""The course directory: its configuration as nbgrader reads it, its assignments, its submissions.

Called first by every command; problems with the directory are raised here as `WrongUse`.
"""

import glob
import logging
import os
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import traitlets.config
from jupyter_core.paths import jupyter_config_path
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import IncludeHeaderFooter
from traitlets.config import Config
from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader
from traitlets.utils.importstring import import_item

from autograder.core.environment import with_own_programs
from autograder.core.errors import WrongUse
from autograder.core.text import is_text, natural_order, printable
from autograder.course.gradebook import make_gradebook, patient_address, sqlite_file


@dataclass(frozen=True)
class Course:
    """An nbgrader course: its root, its configuration, and nbgrader's own view of its folders."""

    root: Path
    config: Config
    folders: CourseDirectory

    @property
    def private(self) -> Path:
        """Grading's private folder: journals, staged files, logs."""
        return self.root / ".autograder"

    def make_private(self) -> Path:
        """The private folder, made where there is none: its owner's alone, in a `groupshared` course its group's."""
        self.private.mkdir(mode=0o770 if self.folders.groupshared else 0o700, exist_ok=True)
        return self.private

    def reports(self, assignment: str) -> Path:
        """The folder of grades.csv and report.html."""
        return self.root / "reports" / assignment

    def journal(self, assignment: str) -> Path:
        """One JSON line for each submission that was graded."""
        return self.private / f"{assignment}.jsonl"

    def seeds(self, assignment: str) -> Path:
        """One JSON line for each run: the seed of its cases."""
        return self.private / f"{assignment}.seeds.jsonl"

    def autograded(self, student: str, assignment: str) -> Path:
        """Where nbgrader keeps a graded submission."""
        return Path(self.folders.format_path(self.folders.autograded_directory, student, assignment))

    def feedback(self, student: str, assignment: str) -> Path:
        """Where nbgrader keeps a student's feedback pages."""
        return Path(self.folders.format_path(self.folders.feedback_directory, student, assignment))

    def step(self, step: str, assignment: str) -> Path:
        """The assignment's folder in a step without students: source or release."""
        return Path(self.folders.format_path(step, ".", assignment))

    def gradebook(self) -> Gradebook:
        """An open gradebook; use it in a `with` statement."""
        make_gradebook(self.folders.db_url)
        return Gradebook(patient_address(self.folders.db_url), self.folders.course_id)

    def coursedir(self, **changes: str) -> CourseDirectory:
        """nbgrader's course directory with some of its traits changed."""
        return CourseDirectory(config=self.config, root=str(self.root), **changes)

    def frame(self) -> dict[str, str]:
        """nbgrader's `header` and `footer` of every notebook, as far as there are any: paths from the root. A course
        that `nbgrader quickstart` made has a header."""
        frame = IncludeHeaderFooter(config=self.config)
        return {name: path for name in ("header", "footer") if (path := getattr(frame, name))}

    def assignments(self) -> list[str]:
        """Names of all assignments that have a source, a release or a submission."""
        folders = self.folders
        names: set[str] = set()
        for step, student in (
            (folders.source_directory, "."),
            (folders.release_directory, "."),
            (folders.submitted_directory, "*"),
        ):
            names |= {found["assignment"] for found in _find(folders, step, student, "*")}
        return sorted(names, key=natural_order)

    def submissions(self, assignment: str) -> dict[str, Path]:
        """Each student's submitted folder (which may be a link or a file: `intake` judges that).

        A student whose id is not UTF-8 is listed with those bytes written as codes.
        """
        excluded = set(filter(None, self.folders.student_id_exclude.split(",")))
        found = _find(self.folders, self.folders.submitted_directory, "*", assignment)
        paths = {
            each["student"] if is_text(each["student"]) else printable(each["student"]): Path(each["path"])
            for each in found
        }
        return {student: paths[student] for student in sorted(paths) if student not in excluded}


def _find(folders: CourseDirectory, step: str, student: str, assignment: str) -> Iterator[dict[str, str]]:
    wanted = "*" if assignment == "*" else glob.escape(assignment)
    regexp = folders.format_path(step, "(?P<student>[^/]+)", "(?P<assignment>[^/]+)", escape=True)
    for path in glob.glob(folders.format_path(step, student, wanted)):  # noqa: PTH207  Path.glob passes over dead links
        match = re.fullmatch(regexp, path)
        if match and (assignment != "*" or Path(path).is_dir()):
            yield {**match.groupdict(), "path": path}


def load_config(root: Path) -> Config:
    """The configuration nbgrader would use in `root`; unlike nbgrader, stops at a file with an error."""
    config = Config()
    for folder in [*reversed(jupyter_config_path()), str(root)]:
        for loader, name in ((JSONFileConfigLoader, ".json"), (PyFileConfigLoader, ".py")):
            path = Path(folder) / f"nbgrader_config{name}"
            if not path.is_file():
                continue
            try:
                with _get_config(opened := loader(path.name, path=folder)):
                    config.merge(opened.load_config())
            except Exception as error:  # the file is the instructor's program: it may raise anything
                raise WrongUse(
                    f"{path} has an error: {type(error).__name__}: {error}\nFix it first."
                ) from error
    return config


@contextmanager
def _get_config(loader: Any) -> Iterator[None]:
    """Has `from traitlets.config import get_config` in a configuration give what it gives where a Jupyter
    application reads it. Without one it would be a Config that nobody reads."""
    real = traitlets.config.get_config
    traitlets.config.get_config = lambda: loader.config
    try:
        yield
    finally:
        traitlets.config.get_config = real


def open_course(root: Path, db: str = "") -> Course:
    """The course in `root`, with the gradebook at the address `db` if one is given.

    Raises WrongUse if it is not an nbgrader course directory.
    """
    root = root.resolve()
    if not root.is_dir():
        raise WrongUse(f"There is no folder {root}. Give the course's folder: autograder --course FOLDER ...")
    os.environ.update(with_own_programs(os.environ))
    # nbgrader, too, finds a course's own plugins there; at the end, for they must not hide Python's modules.
    if str(root) not in sys.path:
        sys.path.append(str(root))
    config = load_config(root)
    if db:
        config.CourseDirectory.db_url = db
    folders = CourseDirectory(config=config, root=str(root))
    if not folders.course_id and not folders.db_url.startswith("sqlite"):
        # A real database insists that assignments belong to a course; this is what nbgrader's API calls it.
        config.CourseDirectory.course_id = "default_course"
        folders = CourseDirectory(config=config, root=str(root))
    file = sqlite_file(folders.db_url)
    if file and not file.is_absolute():  # nbgrader means the course's folder, wherever this process is
        config.CourseDirectory.db_url = f"sqlite:///{root / file}"
        folders = CourseDirectory(config=config, root=str(root))
    marks = ["nbgrader_config.py", "gradebook.db", folders.source_directory, folders.submitted_directory]
    if not any((root / mark).exists() for mark in marks):
        raise WrongUse(
            f"{root} is not an nbgrader course directory: it has none of {', '.join(marks)}.\n"
            "Go to the course's folder first: cd COURSE"
        )
    return Course(root, config, folders)


def find_submissions(
    course: Course, assignment: str, students: tuple[str, ...], command: str = "grade"
) -> dict[str, Path]:
    """The submissions to grade, all or those of `students`. Raises WrongUse where there are none, with the `command` of
    autograder to type instead."""
    known = course.assignments()
    if assignment not in known:
        raise WrongUse(
            f"There is no assignment {assignment!r} in {course.root}."
            + did_you_mean(assignment, known, "assignment", f"autograder {command} {{}}")
        )
    found = course.submissions(assignment)
    if not found:
        place = course.folders.format_path(course.folders.submitted_directory, "STUDENT", assignment)
        raise WrongUse(f"Nobody has handed in {assignment!r}: submissions are expected in\n  {place}/")
    for student in students:
        if student not in found:
            raise WrongUse(
                f"There is no submission of {assignment!r} by {student!r}."
                + did_you_mean(
                    student,
                    list(found),
                    "student",
                    f"autograder {command} {shlex.quote(assignment)} --student={{}}",
                )
            )
    return {student: found[student] for student in found if not students or student in students}


def did_you_mean(wrong: str, known: list[str], noun: str, command: str) -> str:
    """The end of an error message: the most similar name with the command to type, or the known names."""
    if not known:
        return f" There is no {noun} at all."
    folded = [name for name in known if name.casefold() == wrong.casefold()]
    close = folded or get_close_matches(wrong, known, n=1, cutoff=0.4)
    if close:
        return f" Did you mean {close[0]!r}?\n  {command.format(shlex.quote(close[0]))}"
    shown = ", ".join(map(shlex.quote, known[:10])) + (
        f" and {len(known) - 10} more" if len(known) > 10 else ""
    )
    return f" There {'is' if len(known) == 1 else 'are'}: {shown}"


def preprocessors(named: Sequence[Any]) -> list[Any]:
    """A list of nbgrader's preprocessors, those that the configuration gives as dotted names imported."""
    return [import_item(each) if isinstance(each, str) else each for each in named]


@contextmanager
def nbgrader_log() -> Iterator[tuple[list[str], list[BaseException]]]:
    """Collects what nbgrader logs as errors while the block runs, and the exceptions it keeps to itself."""
    lines: list[str] = []
    errors: list[BaseException] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())
            if error := sys.exc_info()[1]:
                errors.append(error)

    handler = Collect(logging.ERROR)
    logger = logging.getLogger("traitlets")
    logger.addHandler(handler)
    try:
        yield lines, errors
    finally:
        logger.removeHandler(handler)
