"""Around every run: turns errors into a message and an exit status, and holds the course's lock."""

import contextlib
import errno
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TextIO

from filelock import lock_descriptor
from sqlalchemy.exc import DBAPIError, SAWarning

from autograder.core.errors import WrongUse
from autograder.core.events import Refused, tell
from autograder.course.course import Course, open_course
from autograder.course.gradebook import check_gradebook, in_words, patiently
from autograder.kernels.child import KernelFailed

PAUSE = 0.05  # seconds between attempts to take the course's lock
PATIENCE = 1.0  # seconds that a command waits for it: a reader's mark has it for a moment only
# Who refuses where it is no matter of room or permission, and what helps.
CURES = {
    errno.EMFILE: ("this system", "Allow more open files (ulimit -n 1024)"),
    errno.ENFILE: ("this system", "Close other programs: all of them together have too many files open"),
    errno.EAGAIN: ("this system", "Allow more processes (ulimit -u 1000)"),
    errno.ENOMEM: ("this system", "Close other programs or take fewer --workers"),
}


class CourseBusy(WrongUse):
    """Another run has the course's lock; nothing was done."""


@contextmanager
def report_errors(out: TextIO) -> Iterator[list[int]]:
    """Turns the errors that end a run into a message and the exit status 2, first of the list."""
    status: list[int] = []
    try:
        with warnings.catch_warnings():
            # nbgrader fills in a new submission in an order that SQLAlchemy, rightly, finds odd each time.
            warnings.simplefilter("ignore", SAWarning)
            yield status
    except WrongUse as error:
        _refuse(str(error), out)
        status[:] = [2]
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        who, cure = CURES.get(error.errno or 0, ("the disk", "Free some space or allow writing there"))
        _refuse(
            f"Stopped, {who} refused ({error.strerror or error}){where}.\n"
            f"{cure}, then run the same command again: what is graded is kept.",
            out,
        )
        status[:] = [2]
    except KernelFailed as error:
        _refuse(
            f"Stopped, no kernel can be started: {error}\nSee what this machine lacks: autograder doctor", out
        )
        status[:] = [2]
    except DBAPIError as error:
        _refuse(in_words(error), out)
        status[:] = [2]


def _refuse(text: str, out: TextIO) -> None:
    """Says why the command cannot start or go on."""
    with contextlib.suppress(OSError):  # the disk may be what is full
        tell(Refused(text))
    print(text, file=out)


@contextmanager
def course_lock(root: Path, db: str = "") -> Iterator[Course]:
    """The course in `root`, locked, with a gradebook that can be used. Raises WrongUse otherwise."""
    course = open_course(root, db)
    with contextlib.chdir(course.root), alone(course):
        patiently(lambda: check_gradebook(course.folders.db_url))
        yield course


@contextmanager
def alone(course: Course, patience: float = PATIENCE) -> Iterator[None]:
    """Holds the course's lock; raises CourseBusy where another run has it for `patience` seconds. A killed run leaves
    none behind."""
    with (course.make_private() / "lock").open("w") as lock:
        _hold(lock, course, patience)
        yield


def ensure_idle(course: Course) -> None:
    """Raises WrongUse while a run is active in the course. Writes nothing there, not even a lock."""
    with contextlib.suppress(FileNotFoundError), (course.private / "lock").open() as lock:
        _hold(lock, course)


def _hold(lock: TextIO, course: Course, patience: float = PATIENCE) -> None:
    """Takes the lock until the file is closed."""
    deadline = time.monotonic() + patience
    try:
        while not lock_descriptor(lock.fileno(), blocking=False):
            if time.monotonic() > deadline:
                break
            time.sleep(PAUSE)
        else:
            return
    except OSError as error:
        raise WrongUse(
            f"The disk of {course.root} does not support locks ({error.strerror}), like some network drives. Two"
            " runs at once\ncould damage the gradebook there. Keep the course on a disk of this machine:"
            f"\n  cp -r {quote(str(course.root))} ~/course && cd ~/course"
        ) from error
    raise CourseBusy(
        f"Another `autograder` is running in {course.root}.\nWhen it has finished, run the same command again."
    )
