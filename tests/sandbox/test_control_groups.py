"""Memory's owner where there is cgroup v2: a control group for each program; elsewhere the reason why not.

Most tests need a group that was given to them, and say so. As root, on a machine with systemd and cgroup v2:
systemd-run --scope -p Delegate=yes .venv/bin/python -m pytest tests/sandbox/test_control_groups.py
"""

import json
import os
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from locked_in import NOBODY, Locked, growing_in_forks, lock_in, run, stop, wait_for_the_end

from autograder.kernels.child import EndKind
from autograder.kernels.client import WarmParent
from autograder.kernels.sandbox import control_groups, processes, visible_paths
from autograder.kernels.sandbox.confinement import Limits
from autograder.kernels.sandbox.modes import probe_mode
from autograder.rpc.kernel_handle import start_lone_kernel


@pytest.fixture
def delegated() -> Path:
    """The group that was given to the tests. Without one they are skipped, or fail where REQUIRE_CGROUP is set."""
    found = control_groups.find()
    if found.folder:
        return found.folder
    if os.environ.get("REQUIRE_CGROUP"):
        pytest.fail(found.reason)
    pytest.skip(f"{found.reason}; see the first lines of this file")


@pytest.fixture(params=["namespaces", "landlock", "off"])
def mode(request: pytest.FixtureRequest) -> str:
    if request.param != "off" and not (tried := probe_mode(request.param)).works:
        pytest.skip(tried.reason)
    return request.param


def _groups(delegated: Path) -> set[str]:
    return {each.name for each in delegated.iterdir() if control_groups.NAME.fullmatch(each.name)}


def _group_of(delegated: Path, locked: Locked) -> Path:
    return delegated / f"autograder-{locked.pid}"


def _pids(group: Path) -> set[int]:
    return set(map(int, (group / "cgroup.procs").read_text().split()))


def _start(tell: Callable[[object], None]) -> None:
    if os.fork():
        tell("here")
    time.sleep(60)


def test_a_program_has_a_group_with_its_limit_as_long_as_it_lives(delegated: Path, mode: str) -> None:
    locked = lock_in(mode, _start, limits=Limits(memory_mb=500, scratch_mb=8)).wait_ready()
    locked.told()
    group = _group_of(delegated, locked)
    most = 500 + (8 if mode == "namespaces" else 0)  # where what is written lies in memory
    assert (group / "memory.max").read_text() == f"{most << 20}\n"
    assert (group / "memory.oom.group").read_text() == "1\n"
    assert _pids(group) == set(locked.inner()) and len(_pids(group)) == 3
    assert stop(locked) == 143
    assert not group.exists()


def test_the_kernel_ends_all_of_a_program_at_its_limit_and_nobody_looks_at_memory(
    delegated: Path, mode: str, small: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, there = os.pipe()

    def bound(*_: object) -> int:
        os.write(there, b"x")
        return 0

    monkeypatch.setattr(processes, "_bound", bound)
    locked = lock_in(mode, growing_in_forks(100), limits=small)
    assert locked.wait() == 73
    os.close(there)
    with os.fdopen(looked) as said:
        assert said.read() == ""
    assert not _group_of(delegated, locked).exists()


def test_files_in_memory_leave_a_program_its_own_limit(delegated: Path) -> None:
    """The same work fits where the scratch folder lies on a disk."""

    def student(tell: Callable[[object], None]) -> int:
        for name in "ab":
            Path(name).write_bytes(bytes(60 << 20))
        return len(bytearray(b"x") * (60 << 20))

    data = int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE") >> 20
    limits = Limits(memory_mb=data + 100, processes=12, file_mb=64, scratch_mb=128)
    assert run("namespaces", student, limits=limits).result == 60 << 20


def test_who_is_killed_otherwise_did_not_reach_the_limit(delegated: Path, mode: str) -> None:
    locked = lock_in(mode, lambda tell: os.kill(os.getpid(), signal.SIGKILL))
    assert locked.wait() == 128 + signal.SIGKILL
    assert not _group_of(delegated, locked).exists()


def _remove_left_until(done: Callable[[], bool]) -> None:
    """As each warm parent does once; what was killed may still be on its way out."""
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        control_groups.remove_left()
        time.sleep(0.05)


def test_what_a_kill_left_behind_goes_with_the_next_run_and_what_is_used_stays(delegated: Path) -> None:
    used = lock_in("off", wait_for_the_end).wait_ready()
    left = lock_in("off", wait_for_the_end).wait_ready()
    os.kill(left.pid, signal.SIGKILL)
    os.waitpid(left.pid, 0)
    left.until_all_are_gone()
    assert {_group_of(delegated, used).name, _group_of(delegated, left).name} <= _groups(delegated)
    _remove_left_until(lambda: not _group_of(delegated, left).exists())
    assert _group_of(delegated, used).is_dir()
    assert stop(used) == 143


def test_a_process_number_that_comes_again_finds_its_group_anew(delegated: Path) -> None:
    child = os.fork()
    if child == 0:
        (delegated / f"autograder-{os.getpid()}").mkdir()
        made = control_groups.make(1 << 30)
        os._exit(0 if made and not made.is_out_of_memory() else 1)
    assert os.waitpid(child, 0)[1] == 0
    control_groups.remove(child)
    assert not (delegated / f"autograder-{child}").exists()


def test_groups_end_with_their_warm_parent_or_with_the_next_one(delegated: Path, tmp_path: Path) -> None:
    before = _groups(delegated)
    with WarmParent(large=()) as parent:
        kernels = [start_lone_kernel(parent, str(tmp_path)) for _ in range(2)]
        assert len(_groups(delegated) - before) == 2
        kernels[0].close()
        assert len(_groups(delegated) - before) == 1
        os.kill(parent.pid, signal.SIGKILL)
        assert parent.address  # another one
        kernels[1].close()
        _remove_left_until(lambda: _groups(delegated) == before)


def test_a_kernel_at_its_limit_says_so(delegated: Path, tmp_path: Path) -> None:
    with WarmParent(large=()) as parent:
        kernel = start_lone_kernel(parent, str(tmp_path))
        (delegated / f"autograder-{kernel.child.pid}" / "memory.max").write_text("0")
        assert kernel.child.wait(10) is not None
        ending = kernel.child.ending()
        kernel.close()
    assert ending and ending.kind is EndKind.MEMORY_LIMIT


@pytest.fixture
def given(delegated: Path):
    """A group below, as systemd gives one to user nobody; and a function that runs another in it."""
    group = delegated / "given"
    group.mkdir()
    for path in (group, *(group / name for name in ("cgroup.procs", "cgroup.subtree_control"))):
        os.chown(path, NOBODY, NOBODY)
    os.setxattr(group, "user.delegate", b"1")

    def in_it(call: Callable[[], object], uid: int = NOBODY) -> object:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                (group / "cgroup.procs").write_text("0")
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                control_groups.find.cache_clear()
                visible_paths.base_paths.cache_clear()
                os.write(write, json.dumps(call()).encode())
            except BaseException:
                os.write(write, json.dumps(traceback.format_exc()).encode())
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as said:
            answer = said.read()
        os.waitpid(child, 0)
        return json.loads(answer)

    yield group, in_it
    for folder in (*group.glob("*/"), group):
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a group to another user")
@pytest.mark.parametrize("kind", ["namespaces", "off"])
def test_an_ordinary_user_limits_memory_in_the_group_that_is_his(given, kind: str, small: Limits) -> None:
    group, in_it = given
    folder = Path(tempfile.mkdtemp(prefix="locked-"))
    os.chown(folder, NOBODY, NOBODY)

    def grade() -> list[object]:
        code = lock_in(kind, growing_in_forks(100), limits=small, folder=folder).wait()
        return [str(control_groups.find().folder), code, Path("/proc/self/cgroup").read_text().strip()[-17:]]

    assert in_it(grade) == [str(group), 73, "/given/autograder"]
    assert [each.name for each in group.iterdir() if each.is_dir()] == ["autograder"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a group to another user")
def test_a_group_that_nobody_gave_away_is_left_alone(given) -> None:
    group, in_it = given
    os.setxattr(group, "user.delegate", b"0")
    found = in_it(lambda: control_groups.find().reason, uid=0)
    assert str(found).endswith("/given is not delegated")
    assert not (group / "autograder").exists()


# What /proc says, and what is found: a folder below the place of the mount, or why none.
TOLD = {
    "cgroup v1 alone": ("4:memory:/job\n", "cgroup", "/", None, "no cgroup v2 is mounted here"),
    "not mounted": ("0::/job\n", "tmpfs", "/", None, "no cgroup v2 is mounted here"),
    "systemd's": ("0::/user.slice/shell.scope\n", "cgroup2", "/", None, "is not delegated"),
    "given": ("0::/user.slice/given.scope\n", "cgroup2", "/", "user.slice/given.scope", ""),
    "the machine's or a container's": ("1:name=systemd:/\n0::/\n", "cgroup2", "/", "", ""),
    "where a grader is already": ("0::/shell.scope/autograder\n", "cgroup2", "/", "shell.scope", ""),
    "seen from a container": ("0::/docker/1/given.scope\n", "cgroup2", "/docker/1", "given.scope", ""),
    "out of sight": ("0::/../other\n", "cgroup2", "/", None, "is mounted here"),
}


@pytest.mark.parametrize("name", TOLD)
def test_the_group_that_was_given_is_found_or_why_not(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, kind, root, folder, reason = TOLD[name]
    for path in ("user.slice/shell.scope", "user.slice/given.scope", "given.scope", "shell.scope/autograder"):
        (tmp_path / path).mkdir(parents=True)
    for path in ("user.slice/given.scope", "given.scope"):
        os.setxattr(tmp_path / path, "user.delegate", b"1")
    mounts = f"30 23 0:26 {root} {tmp_path} rw,relatime - {kind} none rw\n"
    files = {"/proc/self/cgroup": told, "/proc/self/mountinfo": mounts}
    monkeypatch.setattr(control_groups, "_lines", lambda path: files[path].splitlines())
    if folder is None:
        with pytest.raises(control_groups.NotDelegated, match=reason):
            control_groups._own_group()
    else:
        assert control_groups._own_group() == tmp_path / folder


def test_a_group_without_the_controller_for_memory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu io\n")
    with pytest.raises(control_groups.NotDelegated, match="does not have the controller for memory"):
        control_groups._emptied(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["cgroup.controllers"]


def test_without_a_group_memory_is_looked_at_from_outside(
    mode: str, small: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_groups, "find", lambda: control_groups.Found(None, "not here"))
    assert lock_in(mode, growing_in_forks(100), limits=small).wait() == 73
