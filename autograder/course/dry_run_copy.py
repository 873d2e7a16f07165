"""A course that a dry run may write to, with the real files and a copy of the gradebook; for `regrade` and `plan`.

The real gradebook is opened for reading only, by the database's own word: SQLite with `mode=ro`, PostgreSQL in a
transaction that is read-only. Everything written goes to a temporary folder.
"""

import contextlib
import copy
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from nbgrader.api import Base, Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from autograder.core.errors import WrongUse
from autograder.core.scratch import temporary_folder
from autograder.course.course import Course, find_submissions, open_course
from autograder.course.gradebook import check_gradebook, make_gradebook, patiently
from autograder.course.personal_key import key_file
from autograder.course.platforms import NAME as PLATFORMS
from autograder.course.policies_file import NAME as POLICIES
from autograder.course.runtime import ensure_idle

AT_ONCE = 1_000  # rows


@contextmanager
def dry_run_copy(root: Path, assignment: str, db: str = "") -> Iterator[Course]:
    """The course in `root` for a run whose results are thrown away. Raises WrongUse as `course_lock` does."""
    real = open_course(root, db)
    with temporary_folder("dry-") as here, contextlib.chdir(real.root):
        find_submissions(real, assignment, (), "regrade")
        ensure_idle(real)
        _copy_gradebook(real.folders.db_url, here / "gradebook.db", assignment)
        course = _beside(real, here)
        patiently(lambda: check_gradebook(course.folders.db_url))
        kept = (
            real.journal(assignment).name,
            real.seeds(assignment).name,
            f"{assignment}.split.json",
            PLATFORMS,
        )
        for name in kept:
            if (real.private / name).is_file():
                shutil.copy(real.private / name, course.private)
        yield course


@contextmanager
def empty_copy(real: Course) -> Iterator[Course]:
    """The course with an empty gradebook and without results, for grading a sample."""
    with temporary_folder("plan-") as here, contextlib.chdir(real.root):
        course = _beside(real, here)
        patiently(lambda: check_gradebook(course.folders.db_url))
        yield course


def _beside(real: Course, scratch: Path) -> Course:
    """The same course, read where it is and written to in `scratch`."""
    config, folders = copy.deepcopy(real.config), real.folders
    if not folders.directory_structure.startswith("{nbgrader_step}"):
        raise WrongUse(
            f"A dry run needs folders that begin with the step, as source/ and submitted/ do; found\n"
            f"  CourseDirectory.directory_structure = {folders.directory_structure!r}\n"
            "Copy the course's folder, and grade in the copy."
        )
    for step in ("source", "release", "submitted"):
        name = f"{step}_directory"
        setattr(config.CourseDirectory, name, str(real.root / getattr(folders, name)))
    for name, path in real.frame().items():
        setattr(config.IncludeHeaderFooter, name, str(real.root / path))
    if (real.root / POLICIES).is_file():
        shutil.copy(real.root / POLICIES, scratch)
    config.CourseDirectory.autograded_directory = str(scratch / "autograded")
    config.CourseDirectory.feedback_directory = str(scratch / "feedback")
    config.CourseDirectory.db_url = f"sqlite:///{scratch / 'gradebook.db'}"
    config.CourseDirectory.course_id = folders.course_id
    copied = Course(scratch, config, CourseDirectory(config=config, root=str(scratch)))
    copied.make_private()
    if key_file(real).is_file():  # without it, everybody would be graded with the values for practice
        shutil.copy(key_file(real), key_file(copied))
    return copied


def _copy_gradebook(url: str, target: Path, assignment: str) -> None:
    """The gradebook as an SQLite file; the original is read in one transaction."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        original = Path(address.database or "").absolute()
        if not original.is_file():
            raise WrongUse(
                f"There is no gradebook {original}: nothing is graded yet.\n  autograder grade {shlex.quote(assignment)}"
            )
        with (
            closing(sqlite3.connect(f"{original.as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copied,
        ):
            source.backup(copied)
        return
    check_gradebook(url)
    engine = create_engine(url, poolclass=NullPool)  # so that nothing is left open
    make_gradebook(f"sqlite:///{target}")
    with Gradebook(f"sqlite:///{target}") as book, engine.connect() as source:
        source.execution_options(postgresql_readonly=True, stream_results=True)
        for table in reversed(Base.metadata.sorted_tables):  # the course that every new gradebook has
            book.db.execute(table.delete())
        for table in Base.metadata.sorted_tables:
            for rows in source.execute(select(table)).mappings().partitions(AT_ONCE):
                book.db.execute(insert(table), [dict(row) for row in rows])
        book.db.commit()
