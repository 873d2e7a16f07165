"""Messages over a socket: a JSON header and raw buffers behind it. Both ends of every pipe here use it.

The other end may be a student's process: sizes are bounded before anything is read, and whatever is not a
message raises `BadMessage`.
"""

import json
import select
import socket
import struct
import time
from collections.abc import Sequence
from contextlib import suppress

from autograder.core.json_records import containers_in
from autograder.rpc.wire.codec import Buffer, Json

MOST_BYTES = 256 * 2**20  # of one message; a lesson's tensors have kilobytes
MOST_HEADER = 32 * 2**20
ONE_PIECE = 2**18  # bytes of buffers that are sent together with their header
AT_ONCE = 512  # buffers filled by one call; Linux takes 1024
MOST_BUFFERS = 500_000
# Lists and tables in a message of which all is data. Once read, each takes up to a hundred times as much memory as it
# has characters; 32 MB of empty ones would be 2 GB.
MOST_CONTAINERS = 300_000
STALL = 10.0  # seconds that one message may take once it has begun: a slow sender means to keep us
_LENGTHS = struct.Struct("!II")  # bytes of the header, number of buffers


class ChannelClosed(Exception):
    """The other end is gone."""


class BadMessage(Exception):
    """The bytes that came are not a valid message."""


class Channel:
    """One end of a connected stream socket. `outside`: one of the two ends is in a process whose memory no sandbox
    limits, so that a message has few lists and tables, and no buffers."""

    def __init__(self, link: socket.socket, outside: bool = False):
        self.link, self.outside = link, outside
        link.settimeout(STALL)

    def fileno(self) -> int:
        """For select()."""
        return self.link.fileno()

    def send(self, content: Json, buffers: Sequence[Buffer] = ()) -> None:
        """Sends a JSON value and its buffers. Raises ChannelClosed, and BadMessage when it is too large."""
        header = json.dumps([content, [len(buffer) for buffer in buffers]]).encode()
        if len(header) > MOST_HEADER or len(header) + sum(map(len, buffers)) > MOST_BYTES:
            raise BadMessage(f"a message of more than {MOST_BYTES // 2**20} MB")
        if self.outside and containers_in(header) > MOST_CONTAINERS:
            raise BadMessage("too many lists and tables")
        start = _LENGTHS.pack(len(header), len(buffers)) + header
        # In one piece where it is small: each piece wakes the other end, which then waits for the next.
        small = sum(map(len, buffers)) <= ONE_PIECE
        try:
            for piece in (b"".join((start, *buffers)),) if small else (start, *buffers):
                self.link.sendall(piece)
        except OSError as error:
            raise ChannelClosed(str(error)) from error

    def receive(self, seconds: float | None = None) -> tuple[Json, list[bytearray]]:
        """The next message, waited for at most `seconds` (TimeoutError then; the message is not lost)."""
        if not self.poll(seconds):
            raise TimeoutError
        deadline = time.monotonic() + STALL
        (lengths,) = self._exactly([_LENGTHS.size], deadline)
        length, count = _LENGTHS.unpack(lengths)
        if length > MOST_HEADER or count > (0 if self.outside else MOST_BUFFERS):
            raise BadMessage("a header that is too long, or too many buffers")
        try:
            (header,) = self._exactly([length], deadline)
            if self.outside and containers_in(header) > MOST_CONTAINERS:
                raise BadMessage("too many lists and tables")
            content, sizes = json.loads(header)
        except (ValueError, TypeError, RecursionError) as error:
            raise BadMessage("not valid JSON") from error
        honest = isinstance(sizes, list) and len(sizes) == count
        if (
            not honest
            or not all(type(size) is int and size >= 0 for size in sizes)
            or sum(sizes) > MOST_BYTES
        ):
            raise BadMessage("buffers of impossible sizes")
        return content, self._exactly(sizes, deadline)

    def poll(self, seconds: float | None) -> bool:
        """Whether something came within `seconds`."""
        return bool(select.select([self.link], [], [], seconds)[0])

    def close(self) -> None:
        """Closes this end; the other one sees ChannelClosed."""
        self.link.close()

    def give_up(self) -> None:
        """Ends the conversation and keeps the descriptor: from now on both ends see ChannelClosed."""
        with suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)

    def _exactly(self, sizes: Sequence[int], deadline: float) -> list[bytearray]:
        """Buffers of these sizes, filled in order; many with one call of the operating system."""
        filled = [bytearray(size) for size in sizes]
        views = [memoryview(buffer) for buffer in filled if buffer]
        first = 0  # of those that are not full
        while first < len(views):
            if not self.poll(remaining(deadline)):
                raise ChannelClosed("the other end does not finish its message")
            try:
                count, *_ = self.link.recvmsg_into(views[first : first + AT_ONCE])
            except OSError as error:
                raise ChannelClosed(str(error)) from error
            if not count:
                raise ChannelClosed("the other end has closed")
            while first < len(views) and count >= len(views[first]):
                count -= len(views[first])
                first += 1
            if count:
                views[first] = views[first][count:]
        return filled


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected ends, with room for the messages of a small call."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**20)
    return ends


def relink(orders: Channel, end: socket.socket) -> None:
    """Orders the examiner to go on with another student's kernel, at the other end of `end`."""
    orders.send({"relink": True})
    socket.send_fds(orders.link, [b"L"], [end.fileno()])


def relinked(orders: Channel) -> Channel:
    """The link that came with the order."""
    _, fds, _, _ = socket.recv_fds(orders.link, 1, 1)
    return Channel(socket.socket(fileno=fds[0]))


def remaining(deadline: float) -> float:
    """Seconds until a time of `time.monotonic`, never below zero."""
    return max(0.0, deadline - time.monotonic())
