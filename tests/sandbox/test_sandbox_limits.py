"""Limits: memory, processes, threads, files, disk, recursion, time; in both modes of the sandbox."""

import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import resource
import shutil
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
from locked_in import error_of, growing_in_forks, lock_in, run, stop

from autograder.kernels.sandbox.confinement import Limits


def test_one_process_gets_a_memory_error(mode: str, uid: int, small: Limits) -> None:
    locked = run(mode, lambda tell: error_of(lambda: bytearray(600 << 20)), uid, limits=small)
    assert locked.result == "MemoryError"


def test_memory_of_all_processes_together_is_limited(mode: str, uid: int, small: Limits) -> None:
    assert lock_in(mode, growing_in_forks(300), uid, limits=small).wait() == 73


def _give_to_a_pipe() -> None:
    libc, page = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(4096)
    pages = (ctypes.c_size_t * 2)(ctypes.addressof(page), len(page))
    if libc.vmsplice(os.pipe()[1], pages, 1, 0) < 0:
        raise OSError(ctypes.get_errno(), "vmsplice")


def _enlarge(size: int) -> None:
    end, _ = socket.socketpair()
    end.setsockopt(socket.SOL_SOCKET, size, 1 << 20)


def test_memory_that_no_process_shows_cannot_be_had(mode: str, uid: int) -> None:
    def student(tell) -> list[str]:
        return [
            error_of(_give_to_a_pipe),
            error_of(lambda: mmap.mmap(-1, 1 << 20)),
            error_of(lambda: os.memfd_create("x")),
            error_of(lambda: os.open("/dev/zero", os.O_RDWR)),
            error_of(lambda: fcntl.fcntl(os.pipe()[1], fcntl.F_SETPIPE_SZ, 1 << 20)),
            *(error_of(lambda size=size: _enlarge(size)) for size in (socket.SO_SNDBUF, socket.SO_RCVBUF)),
        ]

    assert all(run(mode, student, uid).result)


def test_a_fork_bomb_stops_at_the_limit_and_leaves_nobody(mode: str, uid: int, small: Limits) -> None:
    def student(tell) -> None:
        while True:
            try:
                if os.fork():
                    tell("child")
            except OSError:
                time.sleep(0.01)

    locked = lock_in(mode, student, uid, limits=small).wait_ready()
    for _ in range(5):
        locked.told()
    time.sleep(0.1)
    # an ordinary user's other processes count in mode landlock, so it may be fewer
    assert 5 <= len(locked.inner()) <= small.processes + 2
    assert stop(locked) == 143


def test_threads_are_limited(mode: str, uid: int, small: Limits) -> None:
    def student(tell) -> int:
        for n in range(100):
            try:
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            except RuntimeError:
                return n
        return 100

    locked = lock_in(mode, student, uid, limits=small)
    locked.wait()
    # in mode landlock the limit is above what this ordinary user runs besides, some of which may have ended since
    assert 0 < locked.result <= small.processes + 2


def test_a_file_has_a_largest_size(mode: str, uid: int, small: Limits) -> None:
    def student(tell) -> str:
        try:
            Path("big").write_bytes(bytes(3 << 20))
        except OSError as error:
            return errno.errorcode[error.errno]
        return ""

    assert run(mode, student, uid, limits=small).result == "EFBIG"


def _fill_disk(tell) -> str:
    try:
        for n in range(100):
            with open(f"file{n}", "wb") as file:  # noqa: PTH123 - as students write it
                file.write(bytes(1 << 20))
    except OSError as error:
        return errno.errorcode[error.errno]
    time.sleep(5)
    return "no limit"


def _fill_disk_without_a_name(tell) -> str:
    files = []
    try:
        for n in range(100):
            files.append(open(f"file{n}", "wb", buffering=0))  # noqa: PTH123, SIM115 - kept open
            os.unlink(f"file{n}")  # noqa: PTH108 - beside open
            files[-1].write(bytes(1 << 20))
            assert len(files[-1].name)
            if os.fstat(files[-1].fileno()).st_size < 1 << 20:
                return "ENOSPC"
    except OSError as error:
        return errno.errorcode[error.errno]
    time.sleep(5)
    return "no limit"


def _fill_disk_with_names(tell) -> str:
    """Files without content: each takes memory of the kernel's that no size counts."""
    try:
        for n in range(25_000):
            os.close(os.open(f"file{n}", os.O_CREAT))
    except OSError as error:
        return errno.errorcode[error.errno]
    time.sleep(5)
    return "no limit"


@pytest.mark.parametrize("fill", [_fill_disk, _fill_disk_without_a_name, _fill_disk_with_names])
def test_the_scratch_folder_has_a_largest_size(mode: str, uid: int, fill, small: Limits) -> None:
    locked = lock_in(mode, fill, uid, limits=small)
    code = locked.wait()
    assert (code, locked.result) == ((0, "ENOSPC") if mode == "namespaces" else (75, None))
    shutil.rmtree(locked.folder)


def test_in_namespaces_tmp_and_shared_memory_count_with_the_scratch_folder(uid: int, small: Limits) -> None:
    def student(tell) -> str:
        for n in range(5):
            Path(f"/tmp/{n}").write_bytes(bytes(1 << 20))
            Path(f"/dev/shm/{n}").write_bytes(bytes(1 << 20))
        return ""

    assert "No space left" in run("namespaces", student, uid, limits=small).result


def test_endless_recursion_ends(mode: str, uid: int) -> None:
    class Mirror:
        def __repr__(self) -> str:
            return repr(self)

    def student(tell) -> None:
        sys.setrecursionlimit(10**9)
        repr(Mirror())

    locked = lock_in(mode, student, uid)
    code = locked.wait()
    assert code == 128 + signal.SIGSEGV or "RecursionError" in str(locked.result), (code, locked.result)


def test_wall_clock_ends_a_hang_in_native_code_that_ignores_every_signal(mode: str, uid: int) -> None:
    def student(tell) -> None:
        for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        ctypes.PyDLL(None).sleep(60)

    assert lock_in(mode, student, uid, limits=Limits(wall_s=0.4)).wait() == 72


def test_processor_time_is_limited(mode: str) -> None:
    def student(tell) -> None:
        for _ in range(2):
            os.fork()
        while True:
            pass

    # none of the four gets so far alone, which the kernel would see
    assert lock_in(mode, student, limits=Limits(cpu_s=2, wall_s=30)).wait() == 74


def test_the_kernel_itself_ends_a_process_that_no_sampling_sees(mode: str, uid: int) -> None:
    found = run(mode, lambda tell: resource.getrlimit(resource.RLIMIT_CPU), uid, limits=Limits(cpu_s=7))
    assert found.result == [7, 12]


def test_no_core_is_dumped_and_few_files_are_open(mode: str, uid: int) -> None:
    def student(tell) -> dict:
        opened = []
        with contextlib.suppress(OSError):
            while len(opened) < 2000:
                opened.append(os.open("/dev/null", os.O_RDONLY))
        many = len(opened)
        for descriptor in opened:
            os.close(descriptor)
        kinds = (resource.RLIMIT_CORE, resource.RLIMIT_MSGQUEUE)
        return {"opened": many, "limits": [resource.getrlimit(kind) for kind in kinds]}

    found = run(mode, student, uid).result
    assert 400 < found["opened"] < 512
    assert [tuple(pair) for pair in found["limits"]] == [(0, 0), (0, 0)]
