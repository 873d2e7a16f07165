"""Environment and privileges of a locked-in program; in both modes of the sandbox."""

import errno
import os
import platform
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
from pathlib import Path

import pytest
from locked_in import libc_call, lock_in, run, stop, wait_for_the_end

from autograder.kernels.sandbox import linux, seccomp
from autograder.kernels.sandbox.launch import shield


def test_environment_variables_of_the_grader_are_gone(mode: str, uid: int, monkeypatch) -> None:
    monkeypatch.setenv("GRADEBOOK_PASSWORD", "hunter2")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    locked = run(mode, lambda tell: dict(os.environ), uid)
    assert "hunter2" not in str(locked.result)
    assert locked.result["OMP_NUM_THREADS"] == "1"
    assert locked.result["HOME"] != os.environ["HOME"]


def test_temporary_files_are_the_sandboxs_own(mode: str, uid: int) -> None:
    tempfile.gettempdir()  # remembered from here on

    def student(tell) -> str:
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x")
            return str(Path(file.name).parent)

    locked = run(mode, student, uid)
    assert locked.result == ("/tmp" if mode == "namespaces" else f"{locked.folder}/.tmp")


def test_a_setuid_program_gains_nothing(mode: str, uid: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="programs-"))
    folder.chmod(0o755)
    shutil.copy("/usr/bin/id", folder / "id")
    (folder / "id").chmod(0o4755)

    def student(tell) -> list:
        done = subprocess.run([folder / "id", "-u"], capture_output=True, text=True, check=False)
        status = Path("/proc/self/status").read_text()
        return [done.stdout.strip(), "NoNewPrivs:\t1" in status, "CapBnd" in status]

    euid, no_new_privileges, _ = run(mode, student, uid, readable=[str(folder)]).result
    assert euid not in ("", "0") or os.geteuid() != 0
    assert no_new_privileges


def test_no_capability_is_left(mode: str, uid: int) -> None:
    status = run(mode, lambda tell: Path("/proc/self/status").read_text(), uid).result
    held = {
        k: int(v, 16) for k, v in (line.split(":") for line in status.splitlines()) if k.startswith("Cap")
    }
    # Where root's Python lies below a closed folder, mode landlock keeps the right to search.
    allowed = 1 << linux.CAP_DAC_READ_SEARCH if mode == "landlock" and uid == 0 else 0
    kinds = ["CapPrm", "CapEff", "CapAmb", "CapInh"]
    if mode == "namespaces" or uid == os.geteuid() == 0:  # who is nobody has no say about the last
        kinds.append("CapBnd")
    assert all(held[kind] & ~allowed == 0 for kind in kinds), held


def test_no_process_of_a_sandbox_keeps_a_capability_or_is_open_to_its_user(mode: str, uid: int) -> None:
    locked = lock_in(mode, wait_for_the_end, uid).wait_ready()
    locked.told()
    inner = locked.inner()
    if mode == "namespaces":  # where the first process had them all
        for pid in inner:
            status = Path(f"/proc/{pid}/status").read_text()
            assert re.findall(r"CapEff:\t(\w+)", status) == ["0" * 16]
    # What /proc has of a process that is closed to its own user is root's.
    owners = [Path(f"/proc/{pid}/environ").stat().st_uid for pid in (locked.pid, inner[0])]
    assert stop(locked) == 143
    assert owners == [0, 0]


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has one user only")
def test_a_grader_who_is_root_gives_each_sandbox_a_user_of_its_own(mode: str) -> None:
    both = [lock_in(mode, wait_for_the_end).wait_ready() for _ in range(2)]
    owners = {
        Path(f"/proc/{locked.inner()[-1]}/status").read_text().split("Uid:")[1].split()[1] for locked in both
    }
    for locked in both:
        assert stop(locked) == 143
    assert len(owners) == 2 and str(os.getuid()) not in owners


def test_the_warm_parent_closes_itself_to_its_user() -> None:
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setresuid(65534, 65534, 65534)
            linux.prctl(linux.PR_SET_DUMPABLE, 1)  # as for a program that an ordinary user starts
            before = Path("/proc/self/environ").stat().st_uid
            shield()
            after = Path("/proc/self/environ").stat().st_uid
            os._exit(0 if (before, after) == (os.getuid(), 0) else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0


MACHINERY = """
mount umount2 pivot_root chroot unshare setns open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr
open_by_handle_at name_to_handle_at ptrace process_vm_readv process_vm_writev process_madvise process_mrelease
pidfd_getfd kcmp move_pages migrate_pages bpf perf_event_open userfaultfd seccomp io_uring_setup io_uring_enter
io_uring_register keyctl add_key request_key personality fanotify_init lookup_dcookie modify_ldt iopl ioperm uselib
vhangup kexec_load kexec_file_load init_module finit_module delete_module reboot acct swapon swapoff syslog quotactl
quotactl_fd settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname memfd_create memfd_secret
shmget msgget semget mq_open vmsplice
"""


def test_the_machinery_that_is_refused_is_what_it_was() -> None:
    assert set(MACHINERY.split()) <= set(seccomp.REFUSED)


def test_the_kernels_machinery_is_out_of_reach(mode: str, uid: int) -> None:
    here = linux.ARCHITECTURES.index(os.uname().machine)
    numbers = {name: pair[here] for name, pair in seccomp.REFUSED.items() if pair[here] is not None}

    def student(tell) -> dict:
        found = {name: libc_call(number, -1, 0, 0, 0, 0, 0) for name, number in numbers.items()}
        found["newer than the list"] = libc_call(seccomp.FIRST_UNKNOWN)
        found["clone3"] = libc_call(435, 0, 0)
        return found

    found = run(mode, student, uid).result
    assert found.pop("newer than the list") == errno.ENOSYS
    assert found.pop("clone3") == errno.ENOSYS
    assert set(found.values()) == {errno.EPERM}, found


def test_nobody_types_into_a_terminal_or_says_who_gets_signals(mode: str, uid: int) -> None:
    here = linux.ARCHITECTURES.index(os.uname().machine)
    requests = {"TIOCSTI": 0x5412, "TIOCLINUX": 0x541C, "FIOSETOWN": 0x8901, "SIOCSPGRP": 0x8902}
    commands = {"F_SETOWN": 8, "F_SETSIG": 10, "F_SETOWN_EX": 15}

    def student(tell) -> dict:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            place = ours.fileno()
            found = {
                name: libc_call(seccomp.IOCTL[here], place, number, 0) for name, number in requests.items()
            }
            return found | {
                name: libc_call(seccomp.FCNTL[here], place, number, 0) for name, number in commands.items()
            }

    found = run(mode, student, uid).result
    assert set(found.values()) == {errno.EPERM}, found


def _verdict(program: bytes, arch: int, call: int, *arguments: int) -> int:
    """What a filter answers, by a small machine for the instructions that filters here are made of."""
    data = struct.pack("=iIQ6Q", call, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    held, at = 0, 0
    while True:
        code, yes, no, value = struct.unpack_from("=HBBI", program, 8 * at)
        at += 1
        if code == seccomp._RETURN:
            return value
        if code == seccomp._LOAD:
            held = struct.unpack_from("=I", data, value)[0]
        elif code == seccomp._AND:
            held &= value
        else:
            tests = {
                seccomp._EQUAL: held == value,
                seccomp._AT_LEAST: held >= value,
                seccomp._ANY_BIT: held & value,
            }
            at += yes if tests[code] else no


@pytest.mark.parametrize("machine", linux.ARCHITECTURES)
def test_the_filter_means_the_same_on_both_machines(machine: str, monkeypatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    seccomp.build.cache_clear()
    here = linux.ARCHITECTURES.index(machine)
    arch, refused = seccomp.AUDIT_ARCH[here], 0x50000 | errno.EPERM
    apart, in_sight = seccomp.build(), seccomp.build(pid=77, signals_scoped=False)
    seccomp.build.cache_clear()
    for program in (apart, in_sight):
        for name, pair in seccomp.REFUSED.items():
            assert pair[here] is None or _verdict(program, arch, pair[here], 0) == refused, name
        assert _verdict(program, arch, seccomp.SOCKET[here], 1, 1 | 0o2000000) == seccomp._ALLOW
        assert _verdict(program, arch, seccomp.SOCKET[here], 2, 1) == 0x50000 | errno.EAFNOSUPPORT
        assert _verdict(program, arch, seccomp.CLONE[here], 0x11) == seccomp._ALLOW
        assert _verdict(program, arch, seccomp.CLONE[here], 0x10000011) == refused
        assert _verdict(program, arch, seccomp.MMAP[here], 0, 9, 3, 0x22) == seccomp._ALLOW
        assert _verdict(program, arch, seccomp.MMAP[here], 0, 9, 3, 0x21) == refused
        assert _verdict(program, arch ^ 1, 0) == seccomp._KILL
    kill = seccomp.SIGNALS["kill"][here]
    assert [_verdict(in_sight, arch, kill, pid & (1 << 64) - 1, 9) for pid in (77, 0, -77)] == [
        seccomp._ALLOW
    ] * 3
    assert [_verdict(in_sight, arch, kill, pid & (1 << 64) - 1, 9) for pid in (78, 1, -1)] == [refused] * 3
    assert _verdict(apart, arch, kill, 78, 9) == seccomp._ALLOW


def test_no_namespace_can_be_made(mode: str, uid: int) -> None:
    flags = (linux.CLONE_NEWUSER, linux.CLONE_NEWNS, linux.CLONE_NEWPID, linux.CLONE_NEWNET)
    clone = seccomp.CLONE[linux.ARCHITECTURES.index(os.uname().machine)]
    locked = run(
        mode, lambda tell: [libc_call(clone, flag | signal.SIGCHLD, 0, 0, 0, 0) for flag in flags], uid
    )
    assert locked.result == [errno.EPERM] * len(flags)
