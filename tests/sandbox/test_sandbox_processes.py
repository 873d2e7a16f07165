"""Other processes; in both modes of the sandbox."""

import contextlib
import fcntl
import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest
from locked_in import error_of, libc_call, lock_in, number_of, run

from autograder.kernels.sandbox import landlock


def _victim(uid: int) -> subprocess.Popen:
    """A process of the grader's own user, stopped: a signal that reached it would show."""
    victim = subprocess.Popen(["/bin/sleep", "60"], user=uid or None, env={"SECRET": "hunter2"})
    victim.send_signal(signal.SIGSTOP)
    return victim


@pytest.mark.parametrize("abi", [None, 5, 0], ids=["this kernel", "Landlock without scopes", "no Landlock"])
def test_other_processes_can_be_neither_read_nor_touched(mode: str, uid: int, abi: int, monkeypatch) -> None:
    if abi == 0 and mode == "landlock":
        return  # there it is all there is
    if abi is not None:
        monkeypatch.setattr(landlock, "abi", lambda: abi)
    victim = _victim(uid)
    grader, pid = os.getpid(), victim.pid

    def student(tell) -> dict:
        pids = {"victim": pid, "grader": grader, "first": os.getppid()}
        found = {}
        for name, number in pids.items():
            for file in ("environ", "mem", "maps", "cwd/gradebook.db", "root/etc/shadow", "fd/0"):
                found[f"{name} {file}"] = error_of(
                    lambda n=number, f=file: os.read(os.open(f"/proc/{n}/{f}", os.O_RDONLY), 1)
                )
            found[f"{name} ptrace"] = libc_call(number_of("ptrace"), 16, number, 0, 0)
            found[f"{name} stop"] = _harmless(number)
            if mode == "landlock":
                found[f"{name} prlimit"] = error_of(
                    lambda n=number: resource.prlimit(n, resource.RLIMIT_NOFILE, (9, 9))
                )
                found[f"{name} affinity"] = error_of(lambda n=number: os.sched_setaffinity(n, {0}))
                found[f"{name} priority"] = error_of(lambda n=number: os.setpriority(os.PRIO_PROCESS, n, 19))
                found[f"{name} pidfd"] = error_of(
                    lambda n=number: signal.pidfd_send_signal(os.pidfd_open(n), signal.SIGCONT)
                )
                # done for nobody, and said to have worked: libzmq needs it for its own threads
                error_of(lambda n=number: os.sched_setscheduler(n, os.SCHED_BATCH, os.sched_param(0)))
                found[f"{name} owner"] = error_of(lambda n=number: fcntl.fcntl(0, fcntl.F_SETOWN, n))
        with contextlib.suppress(OSError):  # "works" when every single one was refused
            os.kill(-1, signal.SIGCONT)
        return found

    def _harmless(number: int) -> str:
        # PID 1 of the namespace may be signalled by name only: the kernel drops what it has no handler for.
        if mode == "namespaces" and number == 1:
            with contextlib.suppress(PermissionError):
                os.kill(1, signal.SIGKILL)
            return "still here"
        return error_of(lambda: os.kill(number, signal.SIGCONT))

    try:
        result = run(mode, student, uid).result
        assert all(result.values()), [k for k, v in result.items() if not v]
        assert victim.poll() is None and os.sched_getscheduler(pid) == os.SCHED_OTHER
        assert Path(f"/proc/{pid}/stat").read_text().split()[2] == "T"
    finally:
        victim.kill()
        victim.wait()


def test_in_namespaces_only_its_own_processes_exist(uid: int) -> None:
    locked = run(
        "namespaces", lambda tell: [p.name for p in Path("/proc").iterdir() if p.name.isdigit()], uid
    )
    assert locked.result == ["1", "2"]


def test_in_namespaces_nothing_is_shared_with_the_host(uid: int) -> None:
    kinds = ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")

    def student(tell) -> dict:
        return {kind: str(Path(f"/proc/self/ns/{kind}").readlink()) for kind in kinds}

    own = run("namespaces", student, uid).result
    assert [kind for kind in kinds if str(Path(f"/proc/self/ns/{kind}").readlink()) == own[kind]] == []


@pytest.mark.parametrize("abi", [None, 5], ids=["this kernel", "Landlock without scopes"])
def test_a_signal_to_its_own_group_reaches_no_supervisor(mode: str, uid: int, abi, monkeypatch) -> None:
    if abi is not None:
        monkeypatch.setattr(landlock, "abi", lambda: abi)
    locked = lock_in(mode, lambda tell: os.kill(0, signal.SIGKILL), uid)
    assert locked.wait() == 128 + signal.SIGKILL


def test_in_landlock_the_table_of_processes_is_closed(uid: int) -> None:
    locked = run("landlock", lambda tell: error_of(lambda: list(Path("/proc").iterdir())), uid)
    assert locked.result == "PermissionError"


def test_a_program_may_stop_its_own_children(mode: str, uid: int) -> None:
    def student(tell) -> int:
        child = subprocess.Popen(["/bin/sleep", "60"])
        child.terminate()
        return child.wait()

    assert run(mode, student, uid).result == -signal.SIGTERM


def test_proc_shows_no_way_out(mode: str, uid: int, secret: Path) -> None:
    def student(tell) -> list[str]:
        return [
            error_of(lambda: Path(f"/proc/self/root{secret}").read_text()),
            error_of(lambda: Path("/proc/self/cwd/../gradebook.db").read_text()),
            error_of(lambda: Path("/proc/1/root/etc/shadow").read_text()),
            error_of(lambda: Path(f"/proc/self/fd/0/../../../../..{secret}").read_text()),
            error_of(lambda: Path("/proc/sys/kernel/core_pattern").write_text("|/x")),
            error_of(lambda: Path("/proc/sysrq-trigger").write_text("h")),
            error_of(lambda: Path("/proc/self/uid_map").write_text("0 0 1")),
        ]

    assert all(run(mode, student, uid).result)
