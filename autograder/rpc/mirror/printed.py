"""What a call prints in the student's kernel, and where the test sees it; for `student` and `examiner`."""

import io
import sys
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from autograder.rpc.outputs import CellStream
from autograder.rpc.wire.codec import Json

STREAMS = ("stdout", "stderr")
MOST_PRINTED = 100_000  # characters that a call's printing may bring back


class Printed:
    """What one call prints on standard output and error, as much of it as may go back."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []
        self.length = 0

    def stream(self, name: str) -> "_Stream":
        """What stands for the stream of this name while the call runs."""
        return _Stream(self, name)

    def add(self, name: str, text: str) -> None:
        """Appends to a stream."""
        if self.length < MOST_PRINTED:
            self.texts.append((name, text[: MOST_PRINTED - self.length]))
            self.length += len(text)

    def pieces(self) -> list[tuple[str, str]]:
        """The names of streams, each with its text, in the order of printing."""
        groups = groupby(self.texts, key=itemgetter(0))
        return [(name, "".join(text for _, text in texts)) for name, texts in groups]


class _Stream(io.TextIOBase):
    def __init__(self, printed: Printed, name: str):
        self.printed, self.name = printed, name

    def write(self, text: str) -> int:
        self.printed.add(self.name, text)
        return len(text)


def show(pieces: Iterable[tuple[Json, Json]], hidden: bool) -> None:
    """Writes these to the streams of the process that asked, where a test may have put its own in the place of either.

    `hidden`: only to those. What else came over the wire is passed over.
    """
    for name, text in pieces:
        if name in STREAMS and isinstance(text, str):
            stream = getattr(sys, name)
            if not (hidden and stream is getattr(sys, f"__{name}__")):
                write = stream.write_of_student if isinstance(stream, CellStream) else stream.write
                write(text)
