"""What `input()` and standard input give while a notebook is graded: what the test that calls the code has to say.

`shell` puts `NullStdin` and, in the student's kernel, `asking` in place; `examiner` answers with `answer_line`.
"""

import builtins
import io
import os
import sys
from collections.abc import Callable, Mapping

from autograder.rpc.wire.codec import Value
from autograder.rpc.wire.peer import Peer

INPUT = builtins.input


class NullStdin(io.TextIOBase):
    """Standard input while grading: nobody is there to type, but a test may provide the input."""

    def __init__(self, peer: Peer):
        self.peer = peer

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        return self.peer.line("")[0]

    def fileno(self) -> int:
        return os.open(os.devnull, os.O_RDONLY)


def asking(peer: Peer) -> Callable[..., str]:
    """The `input` of the student's kernel: a test's own hears the prompt, which else is printed."""

    def input(prompt: object = None, /) -> str:
        said = None if prompt is None else str(prompt)
        line, typed = peer.line(said)
        if said and not typed:
            print(said, end="")
        if not line:
            raise EOFError("EOF when reading a line")
        return line.removesuffix("\n")

    return input


def answer_line(namespace: Mapping[str, Value], prompt: str | None) -> tuple[str, bool]:
    """A line from what a test has put in the place of a person at the keyboard, its own `input` or `sys.stdin`, and
    whether it was the former.
    """
    typed = namespace.get("input", builtins.input)
    if typed is not INPUT:
        return f"{typed() if prompt is None else typed(str(prompt))}\n", True
    return str(sys.stdin.readline()), False
