"""Kinds of memory that are in no process's resident size: the machine keeps its own, whatever kind a program takes.

Each is tried from a process of its own, for the tests' own may hold gigabytes, and a program's limit is above that.
"""

import contextlib
import ctypes
import json
import mmap
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from locked_in import lock_in

from autograder.kernels.sandbox import launch
from autograder.kernels.sandbox.confinement import Limits

TESTS = Path(__file__).parent.parent
PROCESSES = 24


def fill_sockets(tell) -> None:
    """Many processes with as many sockets as each may have, all full."""
    for _ in range(PROCESSES):
        if os.fork() == 0:
            held = []
            with contextlib.suppress(OSError):
                while True:
                    held += socket.socketpair()
                    for end in held[-2:]:
                        end.setblocking(False)
                        with contextlib.suppress(BlockingIOError):
                            while end.send(bytes(1 << 14)):
                                pass
            time.sleep(60)
    time.sleep(60)


def fill_pipes(tell) -> None:
    """The same with pipes. Linux gives one user 64 MB of them, and then a page for each: so these need no end."""
    for _ in range(PROCESSES):
        if os.fork() == 0:
            with contextlib.suppress(OSError):
                while True:
                    _, end = os.pipe2(os.O_NONBLOCK)
                    with contextlib.suppress(BlockingIOError):
                        while os.write(end, bytes(1 << 12)):
                            pass
            time.sleep(60)
    time.sleep(4)


def fill_page_tables(tell) -> None:
    """Reads one byte of each 2 MB of addresses that hold nothing: the page of zeros, and a page table each time."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    private_anonymous = 0x22
    for _ in range(64):
        start = libc.mmap(None, 1 << 36, mmap.PROT_READ, private_anonymous, -1, 0)
        there = np.frombuffer((ctypes.c_uint8 * (1 << 36)).from_address(start), np.uint8)
        assert not there[:: 1 << 21].any()
    time.sleep(60)


@pytest.mark.parametrize("fill", [fill_sockets, fill_pipes, fill_page_tables])
def test_the_machine_keeps_its_memory_whatever_kind_a_program_takes(mode: str, uid: int, fill) -> None:
    command = [sys.executable, __file__, mode, str(uid), fill.__name__]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(TESTS)}
    )
    assert done.returncode == 0, done.stderr
    code, taken, limit = json.loads(done.stdout.splitlines()[-1])
    assert code == (0 if fill is fill_pipes else 73)
    assert taken < limit + (1 << 30)  # other programs take some, too


def main(mode: str, uid: str, fill: str) -> None:
    """Prints how the program ended, by how much the machine's free memory fell meanwhile, and the program's limit."""
    launch.prepare()
    own = psutil.Process().memory_full_info().data >> 20
    limits = Limits(memory_mb=400 + own, processes=2 * PROCESSES)
    before, free, over = psutil.virtual_memory().available, [], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            free.append(psutil.virtual_memory().available)

    locked = lock_in(mode, globals()[fill], int(uid), limits=limits)
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        code = locked.wait()
    finally:
        over.set()
        thread.join()
    print(json.dumps([code, before - min(free), limits.memory_mb << 20]))


if __name__ == "__main__":
    main(*sys.argv[1:])
