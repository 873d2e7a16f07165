"""The sandbox against each threat it answers, in both modes, for a grader who is root and one who is not."""

import contextlib
import ctypes
import errno
import fcntl
import json
import mmap
import os
import platform
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest
from locked_in import NOBODY, Locked, error_of, lock_in, run, stop

from autograder.kernels import landlock, linux, modes, pages, sandbox, seccomp
from autograder.kernels.sandbox import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is made of Linux's own parts")
MODES = ("namespaces", "landlock")


@pytest.fixture(scope="module", autouse=True)
def prepared() -> None:
    """As the warm parent does; a fork of user nobody could not import from root's Python."""
    sandbox.prepare()


@pytest.fixture(autouse=True)
def folder_for_folders(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    """Where tests make theirs: not in pytest's folder, which only root may search."""
    tmp_path_factory.getbasetemp()  # which pytest makes below tempdir when it is first asked for
    folder = Path(tempfile.mkdtemp(prefix="sandbox-"))
    folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    shutil.rmtree(folder)


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=["root", "nobody"] if os.geteuid() == 0 else ["self"])
def uid(request: pytest.FixtureRequest) -> int:
    """Who the grader is: 0 for whoever runs the tests."""
    return NOBODY if request.param == "nobody" else 0


@pytest.fixture
def secret(uid: int):
    """A gradebook beside the scratch folder, which its owner, the grader, may read and write."""
    folder = Path(tempfile.mkdtemp(prefix="course-"))
    book = folder / "gradebook.db"
    book.write_text("grades")
    if uid:
        for path in (folder, book):
            os.chown(path, uid, uid)
    yield book
    assert book.read_text() == "grades"
    assert [p.name for p in folder.iterdir()] == ["gradebook.db"]
    shutil.rmtree(folder)


def _libc_call(number: int, *arguments: int) -> int:
    """The error number of a system call, 0 where it works."""
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments])
    return ctypes.get_errno() if result < 0 else 0


def _number(name: str) -> int:
    tables = (seccomp.REFUSED, seccomp.REFUSED_IN_SIGHT, seccomp.SIGNALS_REFUSED, seccomp.OWN_PROCESS_ONLY)
    every = {k: v for table in (*tables, seccomp.SIGNALS) for k, v in table.items()}
    return every[name][linux.ARCHITECTURES.index(os.uname().machine)] or 0


@pytest.fixture
def small() -> Limits:
    """Narrow limits: of memory, 400 MB more than this process holds, which the sandbox is forked from."""
    own = psutil.Process().memory_full_info().data >> 20
    return Limits(memory_mb=400 + own, processes=12, file_mb=2, scratch_mb=8)


# Files


def test_a_program_reads_and_writes_its_scratch_folder(mode: str, uid: int) -> None:
    def student(tell) -> list[str]:
        Path("new.txt").write_text(Path("data.txt").read_text() * 2)
        names = sorted(p.name for p in Path().iterdir() if p.name != ".tmp")
        return [*names, Path("new.txt").read_text()]

    assert run(mode, student, uid, files=["data.txt"]).result == ["data.txt", "new.txt", "data.txtdata.txt"]


def test_nothing_outside_the_scratch_folder_can_be_read(mode: str, uid: int, secret: Path) -> None:
    places = [
        str(secret),
        "/etc/shadow",
        "/etc/hostname",
        "/root/.bashrc",
        "/home",
        "/var/log",
        str(secret.parent),
    ]

    def student(tell) -> dict:
        link = Path("link")
        link.symlink_to(secret)
        relative = os.path.relpath(secret)
        return {
            p: error_of(lambda p=p: list(Path(p).iterdir()) if Path(p).is_dir() else Path(p).read_bytes())
            for p in (*places, "link", relative)
        }

    result = run(mode, student, uid).result
    assert {"PermissionError", "FileNotFoundError"} >= set(result.values()), result


def test_nothing_outside_the_scratch_folder_can_be_written(mode: str, uid: int, secret: Path) -> None:
    site = Path(sys.prefix) / "bin"

    def student(tell) -> list[str]:
        return [
            error_of(lambda: secret.write_text("A+")),
            error_of(lambda: (secret.parent / "new").mkdir()),
            error_of(lambda: secret.unlink()),
            error_of(lambda: (site / "planted").write_text("")),
            error_of(lambda: Path("/usr/planted").write_text("")),
            error_of(lambda: Path("/planted").write_text("")),
            error_of(lambda: os.truncate(secret, 0)),
            error_of(lambda: os.link(secret, "mine")),
            error_of(lambda: Path("../planted").rename("x")),
        ]

    assert all(run(mode, student, uid).result)


def test_nothing_outside_changes_its_mode_owner_or_time(mode: str, uid: int, secret: Path) -> None:
    def state() -> tuple:
        status = secret.stat()
        return status.st_mode, status.st_uid, status.st_mtime_ns

    def student(tell) -> str:
        for change in (
            lambda: secret.chmod(0),
            lambda: os.utime(secret, (0, 0)),
            lambda: os.chown(secret, os.getuid(), os.getgid()),
            lambda: os.setxattr(secret, "user.grade", b"1"),
        ):
            error_of(change)
        Path("mine").write_text("copied")
        shutil.copy("mine", "yours")
        return Path("yours").read_text()

    before = state()
    assert run(mode, student, uid).result == "copied"
    assert state() == before
    assert not error_of(lambda: os.listxattr(secret)) and os.listxattr(secret) == []


def test_two_sandboxes_do_not_see_each_other(mode: str, uid: int) -> None:
    def waits(tell) -> None:
        Path("answer.txt").write_text("42")
        tell("written")
        time.sleep(60)

    neighbour = lock_in(mode, waits, uid).wait_ready()
    neighbour.told()
    pids = [neighbour.pid, *neighbour.inner()]

    def student(tell) -> list[str]:
        theirs = neighbour.folder
        return [
            error_of(lambda: list(theirs.iterdir())),
            error_of(lambda: (theirs / "answer.txt").read_text()),
            error_of(lambda: (theirs / "answer.txt").write_text("0")),
            *[error_of(lambda p=p: os.kill(p, signal.SIGKILL)) for p in pids],
        ]

    assert all(run(mode, student, uid).result)
    assert stop(neighbour) == 143


def test_a_deleted_working_directory_ends_nothing(mode: str, uid: int) -> None:
    def student(tell) -> str:
        here = Path.cwd()
        shutil.rmtree(here, ignore_errors=True)
        return "still here"

    assert run(mode, student, uid, files=["data.txt"]).result == "still here"


def test_in_namespaces_the_host_keeps_nothing_that_was_written(uid: int) -> None:
    locked = run("namespaces", lambda tell: Path("data.txt").write_text("changed"), uid, files=["data.txt"])
    assert (locked.folder / "data.txt").read_text() == "data.txt"


def test_the_open_files_of_the_grader_are_closed(mode: str, uid: int, secret: Path) -> None:
    with secret.open("r+") as book:
        os.set_inheritable(book.fileno(), True)

        def student(tell) -> dict:
            numbers = [n for n in range(256) if not error_of(lambda n=n: os.fstat(n))]
            return {n: str(Path(f"/proc/self/fd/{n}").readlink()) for n in numbers}

        found = run(mode, student, uid).result
    assert {"0", "1", "2"} < set(found) and len(found) == 4, found
    assert [found[n] for n in "012"] == ["/dev/null"] * 3


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user can always search his own folders")
def test_python_below_a_closed_folder_is_shown_and_nothing_beside_it(mode: str, tmp_path: Path) -> None:
    package = tmp_path / "closed" / "environment"
    package.mkdir(parents=True)
    (package / "deep.py").write_text("VALUE = 7")
    (tmp_path / "closed" / "gradebook.db").write_text("grades")
    (tmp_path / "closed").chmod(0o700)

    def student(tell) -> list:
        sys.path.insert(0, str(package))
        import deep  # made by this test

        beside = package.parent / "gradebook.db"
        return [deep.VALUE, error_of(beside.read_text), error_of(lambda: (package / "x.py").write_text(""))]

    value, *errors = run(mode, student, readable=[str(package)]).result
    assert value == 7 and all(errors)


def test_a_folder_that_would_show_everything_is_refused(mode: str, uid: int) -> None:
    for path in ("/", "/home", "/tmp"):
        locked = lock_in(mode, lambda tell: None, uid, readable=[path])
        assert locked.wait() == 71
        assert f"{path} would be shown" in locked.report["error"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_hard_link_in_the_scratch_folder_is_not_given_away(mode: str, tmp_path: Path) -> None:
    scratch = Path(tempfile.mkdtemp(prefix="locked-"))
    outside = Path(tempfile.mkdtemp(prefix="course-")) / "gradebook.db"
    outside.write_text("grades")
    os.link(outside, scratch / "data.db")
    locked = lock_in(mode, lambda tell: None, folder=scratch)
    assert locked.wait() == 71
    assert "hard link" in locked.report["error"]
    assert outside.stat().st_uid == 0


# Environment and privileges


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
    assert all(v & ~allowed == 0 for k, v in held.items() if k in ("CapPrm", "CapEff", "CapAmb", "CapInh")), (
        held
    )


def test_the_kernels_machinery_is_out_of_reach(mode: str, uid: int) -> None:
    here = linux.ARCHITECTURES.index(os.uname().machine)
    numbers = {name: pair[here] for name, pair in seccomp.REFUSED.items() if pair[here] is not None}

    def student(tell) -> dict:
        found = {name: _libc_call(number, -1, 0, 0, 0, 0, 0) for name, number in numbers.items()}
        found["newer than the list"] = _libc_call(seccomp.FIRST_UNKNOWN)
        found["clone3"] = _libc_call(435, 0, 0)
        return found

    found = run(mode, student, uid).result
    assert found.pop("newer than the list") == errno.ENOSYS
    assert found.pop("clone3") == errno.ENOSYS
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
        mode, lambda tell: [_libc_call(clone, flag | signal.SIGCHLD, 0, 0, 0, 0) for flag in flags], uid
    )
    assert locked.result == [errno.EPERM] * len(flags)


# Network and sockets


def test_no_network_socket_can_be_made(mode: str, uid: int) -> None:
    kinds = [
        (socket.AF_INET, socket.SOCK_STREAM),
        (socket.AF_INET, socket.SOCK_DGRAM),
        (socket.AF_INET6, socket.SOCK_STREAM),
    ]
    kinds += [
        (socket.AF_NETLINK, socket.SOCK_RAW),
        (socket.AF_PACKET, socket.SOCK_RAW),
        (40, socket.SOCK_STREAM),
    ]
    locked = run(mode, lambda tell: [error_of(lambda k=k: socket.socket(*k)) for k in kinds], uid)
    assert locked.result == ["OSError"] * len(kinds)


def test_loopback_servers_of_the_host_cannot_be_reached(mode: str, uid: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        locked = run(mode, lambda tell: error_of(lambda: socket.create_connection(address, 1)), uid)
        assert locked.result == "OSError"


def test_unix_sockets_of_the_host_cannot_be_reached(mode: str, uid: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="sockets-"))
    folder.chmod(0o777)
    abstract = f"\0autograder-{os.getpid()}-{mode}-{uid}"
    with contextlib.ExitStack() as stack:
        servers = []
        for name in (str(folder / "named"), abstract):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                server = stack.enter_context(socket.socket(socket.AF_UNIX, kind))
                server.bind(name + str(int(kind)))
                server.settimeout(0)
                if kind == socket.SOCK_STREAM:
                    server.listen()
                servers.append((server, kind, name + str(int(kind))))
                if not name.startswith("\0"):
                    Path(name + str(int(kind))).chmod(0o777)

        def reach(kind: int, name: str) -> None:
            with socket.socket(socket.AF_UNIX, kind) as client:
                if kind == socket.SOCK_DGRAM:
                    client.sendto(b"hello", name)
                client.connect(name)

        def pair(name: str) -> None:
            ours, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            ours.sendto(b"hello", name)

        def student(tell) -> list[str]:
            direct = [error_of(lambda k=k, n=n: reach(k, n)) for _, k, n in servers]
            return direct + [error_of(lambda n=n: pair(n)) for _, k, n in servers if k == socket.SOCK_DGRAM]

        assert all(run(mode, student, uid).result)
        for server, kind, _ in servers:
            with pytest.raises(BlockingIOError):
                server.accept() if kind == socket.SOCK_STREAM else server.recv(1)


def test_socket_pairs_and_event_loops_work(mode: str, uid: int) -> None:
    def student(tell) -> str:
        a, b = socket.socketpair()
        a.send(b"hello")
        return b.recv(9).decode()

    assert run(mode, student, uid).result == "hello"


def test_the_socket_folder_closes_when_the_program_is_ready(mode: str, uid: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="s-"))
    if uid:
        os.chown(folder, uid, uid)
    servers = []

    def before() -> None:
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(folder / "kernel"))
        server.listen()
        servers.append(server)

    def student(tell) -> list:
        tell("listening")
        connection, _ = servers[0].accept()
        connection.send(b"hello")
        with contextlib.suppress(OSError):
            folder.chmod(0o777)
        return [
            error_of(lambda: (folder / "big").write_bytes(b"x")),
            error_of(lambda: (folder / "kernel").unlink()),
            error_of(lambda: socket.socket(socket.AF_UNIX).bind(str(folder / "other"))),
        ]

    locked = lock_in(mode, student, uid, sockets=str(folder), before=before).wait_ready()
    locked.told()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(folder / "kernel"))
        assert client.recv(9) == b"hello"
    assert locked.wait() == 0
    assert all(locked.result)
    assert [p.name for p in folder.iterdir()] == ["kernel"]


# Other processes


def _victim(uid: int) -> subprocess.Popen:
    """A process of the grader's own user, stopped: a signal that reached it would show."""
    victim = subprocess.Popen(["/bin/sleep", "60"], user=uid or None, env={"SECRET": "hunter2"})
    victim.send_signal(signal.SIGSTOP)
    return victim


@pytest.mark.parametrize("abi", [0, 5], ids=["this kernel", "Landlock without scopes"])
def test_other_processes_can_be_neither_read_nor_touched(mode: str, uid: int, abi: int, monkeypatch) -> None:
    if abi:
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
            found[f"{name} ptrace"] = _libc_call(_number("ptrace"), 16, number, 0, 0)
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
        assert victim.poll() is None
        assert Path(f"/proc/{pid}/stat").read_text().split()[2] == "T"
    finally:
        victim.kill()
        victim.wait()


def test_in_namespaces_only_its_own_processes_exist(uid: int) -> None:
    locked = run(
        "namespaces", lambda tell: [p.name for p in Path("/proc").iterdir() if p.name.isdigit()], uid
    )
    assert locked.result == ["1", "2"]


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


# Limits


def test_one_process_gets_a_memory_error(mode: str, uid: int, small: Limits) -> None:
    locked = run(mode, lambda tell: error_of(lambda: bytearray(600 << 20)), uid, limits=small)
    assert locked.result == "MemoryError"


def _grow_in_forks(tell) -> None:
    for _ in range(8):
        if os.fork() == 0:
            held = bytearray(b"x") * (300 << 20)
            time.sleep(60)
            os._exit(len(held) & 1)
    time.sleep(60)


def test_memory_of_all_processes_together_is_limited(mode: str, uid: int, small: Limits) -> None:
    assert lock_in(mode, _grow_in_forks, uid, limits=small).wait() == 73


def test_memory_that_no_process_shows_cannot_be_had(mode: str, uid: int) -> None:
    def student(tell) -> list[str]:
        return [
            error_of(lambda: mmap.mmap(-1, 1 << 20)),
            error_of(lambda: os.memfd_create("x")),
            error_of(lambda: os.open("/dev/zero", os.O_RDWR)),
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
    assert 0 < locked.result <= small.processes


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


@pytest.mark.parametrize("fill", [_fill_disk, _fill_disk_without_a_name])
def test_the_scratch_folder_has_a_largest_size(mode: str, uid: int, fill, small: Limits) -> None:
    locked = lock_in(mode, fill, uid, limits=small)
    code = locked.wait()
    assert (code, locked.result) == (0, "ENOSPC") if mode == "namespaces" else (75, None)
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

    assert lock_in(mode, student, limits=Limits(cpu_s=1, wall_s=20)).wait() in (74, 128 + signal.SIGXCPU)


# Life and death


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
    assert os.read(read, 1) == b""  # held by the outer process, which inherited it and ends last
    os.close(read)


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


# Failing closed


def _as_docker_does(names: set[str]) -> None:
    """Deny what Docker's default profile denies, to this process and its children."""
    here = linux.ARCHITECTURES.index(os.uname().machine)
    numbers = {"unshare": (272, 97), "landlock_create_ruleset": (444, 444), "open_tree": (428, 428)}
    lines = [line for n in names for line in seccomp._refuse_call(numbers[n][here])]
    load, allow = seccomp._statement(seccomp._LOAD, 0), seccomp._statement(seccomp._RETURN, seccomp._ALLOW)
    seccomp.install(b"".join([load, *lines, allow]))


def _resolve(wanted: str, denied: set[str]) -> str:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _as_docker_does(denied)
            answer = modes.resolve_mode(wanted)
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        os.write(write, json.dumps(answer).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as lines:
        answer = json.load(lines)
    os.waitpid(child, 0)
    return answer


def test_the_best_mode_that_works_is_chosen() -> None:
    assert modes.resolve_mode("auto") == "namespaces"
    assert _resolve("auto", {"unshare", "open_tree"}) == "landlock"
    assert modes.resolve_mode("off") == "off"


def test_a_machine_that_can_do_neither_refuses_and_says_what_to_do() -> None:
    answer = _resolve("auto", {"unshare", "landlock_create_ruleset"})
    assert answer.startswith("SandboxUnavailable: student code cannot be locked in")
    for part in (
        "namespaces: ",
        "unshare",
        "landlock: Landlock ABI 0",
        "--security-opt",
        "6.7",
        "--sandbox off",
    ):
        assert part in answer, answer
    assert "SandboxUnavailable" in _resolve("namespaces", {"unshare"})
    assert "unknown sandbox mode" in _resolve("best", set())


def test_each_mode_is_probed_by_making_it() -> None:
    assert [(p.mode, p.works) for p in modes.probe()] == [("namespaces", True), ("landlock", True)]


def test_a_sandbox_that_cannot_be_made_runs_nothing(tmp_path: Path) -> None:
    def never(tell) -> None:
        (tmp_path / "ran").touch()

    for mode in ("auto", "none"):
        locked = lock_in(mode, never)
        assert locked.wait() == 71
        assert "expected one of namespaces, landlock, off" in locked.report["error"]
    assert not (tmp_path / "ran").exists()


def test_off_still_limits_and_supervises(uid: int, small: Limits) -> None:
    def student(tell) -> list:
        return [resource.getrlimit(resource.RLIMIT_FSIZE)[0], error_of(lambda: bytearray(600 << 20))]

    assert run("off", student, uid, limits=small).result == [2 << 20, "MemoryError"]
    assert lock_in("off", lambda tell: time.sleep(60), uid, limits=Limits(wall_s=0.3)).wait() == 72


def test_the_start_says_what_each_stage_took(mode: str, uid: int) -> None:
    locked = run(mode, lambda tell: None, uid)
    assert {"prepare", "fork of first", "fork of program", "seccomp"} <= set(locked.report["ms"])
    assert isinstance(locked, Locked)


def test_a_fork_after_gathering_pages_still_has_its_parents_memory() -> None:
    kept = bytearray(b"x") * (8 << 20)
    child = os.fork()
    if child == 0:
        pages.gather_pages()
        kept[4096] = 7
        if os.fork() == 0:
            os._exit(0 if kept[4096] == 7 and kept.count(b"x") == len(kept) - 1 else 1)
        os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
