"""Life and death: nobody survives, and how an end is told; in both modes of the sandbox."""

import ctypes
import os
import select
import signal
import time

import psutil
import pytest
from locked_in import MODES, PATIENCE_S, lock_in, run

from autograder.kernels.sandbox import identity


def _leave_a_daemon(tell) -> str:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            tell("daemon")
            time.sleep(60)
        os._exit(0)
    time.sleep(0.05)
    return "done"


@pytest.mark.parametrize("mode", [*MODES, "off"])
def test_nobody_survives_the_program(mode: str, uid: int) -> None:
    run(mode, _leave_a_daemon, uid)  # which waits until nobody holds the pipe any more


def _daemon_and_wait(tell) -> None:
    _leave_a_daemon(tell)
    time.sleep(60)


@pytest.mark.parametrize("mode", [*MODES, "off"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nobody_survives_the_outer_process(mode: str, uid: int, number: int) -> None:
    locked = lock_in(mode, _daemon_and_wait, uid).wait_ready()
    assert locked.told() == "daemon"
    os.kill(locked.pid, number)
    assert locked.wait() == (143 if number == signal.SIGTERM else -signal.SIGKILL)


@pytest.mark.parametrize("mode", [*MODES, "off"])
def test_nobody_survives_the_first_process(mode: str, uid: int) -> None:
    locked = lock_in(mode, _daemon_and_wait, uid).wait_ready()
    assert locked.told() == "daemon"
    os.kill(locked.inner()[0], signal.SIGKILL)
    assert locked.wait() == 128 + signal.SIGKILL


@pytest.mark.parametrize("mode", [*MODES, "off"])
def test_nobody_survives_the_warm_parent(mode: str, uid: int) -> None:
    read, write = os.pipe()
    parent = os.fork()
    if parent == 0:
        locked = lock_in(mode, _daemon_and_wait, uid).wait_ready()
        locked.told()
        os.write(write, b"x")
        time.sleep(60)
    os.close(write)
    assert os.read(read, 1) == b"x"
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert select.select([read], [], [], PATIENCE_S)[0], "something of the sandbox is still alive"
    assert os.read(read, 1) == b""  # held by the outer process, which inherited it and ends last
    os.close(read)


@pytest.mark.parametrize("mode", [*MODES, "off"])
def test_a_program_dies_with_the_first_process_where_nobody_else_ends_it(mode: str, uid: int) -> None:
    locked = lock_in(mode, _daemon_and_wait, uid).wait_ready()
    assert locked.told() == "daemon"
    first = locked.inner()[0]
    program = min(psutil.Process(first).children(), key=psutil.Process.create_time).pid  # not the daemon
    os.kill(locked.pid, signal.SIGSTOP)  # the outer process, which would end what is left
    try:
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while psutil.pid_exists(program) and psutil.Process(program).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline, "the program outlived the first process"
            time.sleep(0.01)
    finally:
        os.kill(locked.pid, signal.SIGCONT)
    assert locked.wait() == 128 + signal.SIGKILL


@pytest.mark.parametrize("mode", [*MODES, "off"])
def test_what_a_program_closes_is_closed(mode: str, uid: int) -> None:
    def student(tell) -> None:
        os.closerange(3, 256)
        time.sleep(60)

    locked = lock_in(mode, student, uid).wait_ready()
    assert locked._read() == b""  # while all processes of the sandbox live
    os.kill(locked.pid, signal.SIGTERM)
    assert locked.wait() == 143


def test_an_interrupt_before_the_program_runs_ends_nothing(mode: str, uid: int, monkeypatch) -> None:
    choose = identity.sandbox_user

    def interrupted() -> identity.User | None:
        os.kill(os.getpid(), signal.SIGINT)
        return choose()

    monkeypatch.setattr(identity, "sandbox_user", interrupted)  # which the outer process calls early
    assert run(mode, lambda tell: "done", uid).result == "done"


@pytest.mark.parametrize("mode", [*MODES, "off"])
def test_an_interrupt_reaches_the_program(mode: str, uid: int) -> None:
    def student(tell) -> None:
        tell("running")
        time.sleep(60)

    locked = lock_in(mode, student, uid).wait_ready()
    locked.told()
    os.kill(locked.pid, signal.SIGINT)
    assert locked.wait() == 0
    assert locked.result == "KeyboardInterrupt: "


def test_a_program_cannot_pretend_that_a_limit_ended_it(mode: str, uid: int) -> None:
    for code, seen in ((71, 70), (73, 70), (3, 3)):
        assert lock_in(mode, lambda tell, code=code: os._exit(code), uid).wait() == seen


def test_a_crash_says_its_signal(mode: str, uid: int) -> None:
    assert lock_in(mode, lambda tell: ctypes.string_at(0), uid).wait() == 128 + signal.SIGSEGV


def test_an_error_before_the_program_is_ready_is_reported(mode: str, uid: int) -> None:
    def before() -> None:
        raise ValueError("no such port")

    locked = lock_in(mode, lambda tell: None, uid, before=before)
    assert locked.wait() == 71
    assert locked.report == {"error": "ValueError: no such port"}
    locked = lock_in(mode, lambda tell: None, uid, before=lambda: os._exit(5))
    assert locked.wait() == 71
    assert "exit status 5" in locked.report["error"]
