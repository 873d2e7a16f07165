"""Whose notebook this is: what the student typed or, while work is graded, what the grader knows.

The grader computes the code from the student's folder and the course's key and tells both kernels (`rpc.shell`); what
the notebook says does not matter then. Until it has told them there are no values, so that nothing which differs from
student to student can come into a process that many kernels are forked from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograder.personal.codes import Code, read_code, seed_of
from autograder.personal.draws import Draws

NOBODY = (
    "No personal code yet: you see the values for practice. If your instructor sent you a code, type it between the"
    " quotes and run all cells again, because your work is graded with your own values."
)
TYPE_ANEW = "Copy the whole code that your instructor sent you between the quotes, such as me({example!r})."
WAITING = "mine(...) was called before anybody said whose values are wanted: call it in a cell below me(...)."
EXAMPLE = "ada:7KQ2MX-A9T4BC-YPQ83F"


class _Whose:
    """The secret that values follow from, "" for practice. `told`: the grader has said it; `waiting`: it will."""

    def __init__(self) -> None:
        self.secret, self.told, self.waiting = "", False, False


_whose = _Whose()


def me(code: str = "") -> None:
    """Says whose notebook this is: `me("ada:7KQ2MX-A9T4BC-YPQ83F")`, the code that the instructor sent.

    Without a code, `mine` gives the values for practice. While work is graded, the code is that of the student whose
    work it is, whatever is typed. Raises ValueError for a text that is no code.
    """
    if _whose.told or _whose.waiting:
        return
    typed = code.strip()
    try:
        found = read_code(typed) if typed else Code("", "")
    except ValueError as error:
        raise ValueError(f"{error}. {TYPE_ANEW.format(example=EXAMPLE)}") from None
    _whose.secret = found.secret
    print(f"The values of {found.student}." if typed else NOBODY)


def mine(name: str) -> Draws:
    """The draws called `name` of the student whose notebook this is: from the start, in each call.

    There is no way to ask for another student's. Raises LookupError in a cell that many submissions share.
    """
    if _whose.waiting:
        raise LookupError(WAITING)
    return Draws(seed_of(_whose.secret, name))


def tell(secret: str) -> None:
    """From now on, and for good, values are those of the owner of this secret; the grader's kernels call it."""
    _whose.secret, _whose.told, _whose.waiting = secret, True, False


def wait() -> None:
    """There are no values before `tell`; a kernel of the grader's calls it when it starts."""
    _whose.waiting = True


@contextmanager
def as_owner(secret: str) -> Iterator[None]:
    """In the body, values are those of the owner of this secret; the audit and the report look at them one by one."""
    before = vars(_whose).copy()
    tell(secret)
    try:
        yield
    finally:
        vars(_whose).update(before)
