"""Question and answer over a channel, nested as calls are: each side may ask while the other waits for it.

The student's side asks when a function that a test handed in is called; the examiner's side asks all the rest.
"""

import errno
import threading
import traceback
from collections.abc import Callable, Sequence

from autograder.core.cells import is_cell
from autograder.rpc.wire.channel import BadMessage, Channel, ChannelClosed
from autograder.rpc.wire.codec import Buffer, Codec, Json, Table, Value

Answer = tuple[Json, Codec]  # the node of an answer, and the codec that has its buffers
MOST_SAID = 2_000  # characters of an exception's message
ALLOCATOR = "DefaultCPUAllocator"  # PyTorch's, by its name in the exception that it raises


class Peer:
    """One side of a conversation. Subclasses say how values travel (`codec`) and what they answer (`answer`)."""

    def __init__(self, channel: Channel):
        self.channel = channel
        self.asking = threading.RLock()  # a test may call from several threads, and so may what it calls
        self.redacted: set[str] = set()  # what the cell's outputs must not show
        self.out_of_memory = False  # whether something lacked memory since the cell began

    def codec(self, buffers: Sequence[Buffer] = ()) -> Codec:
        """A codec for one message."""
        return Codec(buffers)

    def answer(self, question: Table, codec: Codec) -> Answer:
        """Answers a question: the node of the answer and the codec that made it. May raise anything."""
        raise NotImplementedError

    def relink(self, channel: Channel) -> None:
        """Continues with another kernel at the other end."""
        self.channel = channel

    def begin(self) -> None:
        """Called once in a kernel's own folder, when it is ready."""

    def look_for_files(self) -> None:
        """Called before a test."""

    def push_changes(self) -> None:
        """Called after each cell."""

    def line(self, prompt: str | None) -> tuple[str, bool]:
        """What a person would have typed, and whether they saw the prompt. Raises EOFError where nobody is there."""
        raise EOFError("nobody answers input() while a notebook is graded")

    def ask(self, question: Table, codec: Codec) -> tuple[Json, Codec]:
        """Sends a question and serves the other side until its answer comes.

        Returns the answer's node with a codec to read it by; an error's description is a dict with "error".
        """
        with self.asking:
            self.channel.send({"q": question}, codec.buffers)
            while True:
                content, buffers = self.channel.receive()
                if not isinstance(content, dict):
                    raise BadMessage("neither a question nor an answer")
                if "q" not in content:
                    return content, self.codec(buffers)
                self.serve(content["q"], self.codec(buffers))

    def serve(self, question: Json, codec: Codec) -> None:
        """Answers one question; whatever goes wrong is the answer."""
        try:
            node, used = self.answer(question, codec)
            self.channel.send({"a": node}, used.buffers)
        except ChannelClosed:
            raise
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: they are the call's outcome
            self.channel.send({"error": self.describe(error)})

    def describe(self, error: BaseException) -> Table:
        """Describes an exception here for the other side."""
        return describe(error)


def describe(error: BaseException) -> Table:
    """An exception as plain text: the names of its classes, its message, the lines of notebook code it passed, and
    whether it means that there is no more memory."""
    try:
        message = str(error)[:MOST_SAID]
    except Exception:
        message = "(its message cannot be shown)"
    names = [kind.__name__[:80] for kind in type(error).__mro__ if issubclass(kind, BaseException)]
    lines = [
        [frame.lineno or 0, (frame.line or "")[:200]]
        for frame in _safely(lambda: traceback.extract_tb(error.__traceback__), [])
        if is_cell(frame.filename)
    ]
    memory = is_out_of_memory(error)
    return {"names": names[:20], "message": message, "lines": lines[:1] + lines[1:][-2:], "memory": memory}


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an exception says that memory ran out: Python's and NumPy's own, the operating system's, or that of the
    allocator of PyTorch, which has no class of its own."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and ALLOCATOR in _safely(lambda: str(error), "")
    )


def _safely(action: Callable[[], Value], otherwise: Value) -> Value:
    try:
        return action()
    except Exception:
        return otherwise
