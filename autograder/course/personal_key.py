"""The course's key, from which the personal codes follow; `grade` asks for codes, `autograder codes` makes the key.

A file of the instructor's, made once: another key gives every student other values. It leaves this machine in no
release, bundle or worker. Workers get the codes of the student whose work they grade.
"""

import secrets
from collections.abc import Iterable
from pathlib import Path

from autograder.core.errors import WrongUse
from autograder.course.course import Course
from autograder.personal.codes import Code, code_of

BYTES = 32


def key_file(course: Course) -> Path:
    """Where the key is."""
    return course.private / "personal.key"


def make_key(course: Course) -> bool:
    """Makes the key where there is none. Returns whether it did. Raises OSError where the disk refuses."""
    path = key_file(course)
    course.make_private()
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_hex(BYTES) + "\n")
    except FileExistsError:
        return False
    return True


def codes_of(course: Course, students: Iterable[str]) -> dict[str, Code]:
    """The code of each student; none in a course that has no key. Raises WrongUse where the key cannot be read."""
    path = key_file(course)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return {}
    except ValueError:
        key = b""
    if len(key) != BYTES:
        raise WrongUse(
            f"{path} is damaged: expected {2 * BYTES} hexadecimal digits. Put your copy of it back. A new key would give"
            " every student other values."
        )
    return {student: code_of(key, student) for student in students}
