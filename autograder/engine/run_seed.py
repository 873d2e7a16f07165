"""The seed of a run: checks draw their cases from it, the same for all submissions; `grade` and `regrade` ask here.

It is drawn when the run begins, so that nobody can know it before, and kept beside the journal, so that `regrade` can
repeat the cases. Workers send it to the examiner's kernel over the channel of its orders. It must never be in the memory
of a process that students' kernels are forked from.
"""

import secrets
import shlex
import time
from contextlib import suppress
from dataclasses import dataclass

from autograder.core.errors import WrongUse
from autograder.core.files import replacing
from autograder.core.json_records import from_json, to_json
from autograder.course.course import Course

KEPT = 20  # runs remembered of each assignment
BYTES = 16  # nobody finds it by trying


@dataclass(frozen=True)
class Drawn:
    """The seed of one run, in hexadecimal digits, and when the run began."""

    when: str
    seed: str


def new_seed() -> str:
    """A seed that nobody can know, in hexadecimal digits."""
    return secrets.token_hex(BYTES)


def keep_seed(course: Course, assignment: str, seed: str) -> None:
    """Adds a seed to those remembered of an assignment, before the first submission of its run is graded."""
    lines = [
        to_json(each) for each in (*_kept(course, assignment), Drawn(time.strftime("%Y-%m-%d %H:%M"), seed))
    ]
    with replacing(course.seeds(assignment)) as draft:
        draft.touch(0o600)
        draft.write_text("\n".join(lines[-KEPT:]) + "\n", encoding="utf-8")


def last_seed(course: Course, assignment: str) -> str:
    """The seed of the last run over an assignment. Raises WrongUse where none is kept."""
    kept = _kept(course, assignment)
    if not kept:
        raise WrongUse(
            f"Found no seed of an earlier run over {assignment!r}, expected one in\n  {course.seeds(assignment)}\n"
            f"Leave out --same-cases, and new cases are drawn:\n  autograder regrade {shlex.quote(assignment)}"
        )
    return kept[-1].seed


def _kept(course: Course, assignment: str) -> list[Drawn]:
    """Oldest first; a line that another version wrote is passed over."""
    found = []
    with suppress(FileNotFoundError):
        for line in course.seeds(assignment).read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                found.append(from_json(Drawn, line))
    return found
