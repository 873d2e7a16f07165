"""Failing closed: the choice of a mode, machines that have none, and mode "off"."""

import json
import os
import resource
import time
from pathlib import Path

from locked_in import Locked, error_of, lock_in, run

from autograder.kernels import memory as pages
from autograder.kernels.sandbox import linux, modes, seccomp
from autograder.kernels.sandbox.confinement import Limits


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
    assert answer.startswith("SandboxUnavailable: student code cannot be sandboxed")
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


def test_the_start_says_that_the_program_is_ready(mode: str, uid: int) -> None:
    locked = run(mode, lambda tell: None, uid)
    assert locked.report == {"ready": True}
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
