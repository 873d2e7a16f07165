"""Grading on a real dask cluster, whose workers see neither the course nor the gradebook."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dask
import psutil
import pytest
from cluster import Cluster, running
from distributed import Client, Security
from gradebooks import kept
from tiny_course import DOUBLE, LAST, TinyCourse

from autograder.engine import cluster as clusters

SLOW = "import time\ntime.sleep(1)\n"


@pytest.fixture(scope="module")
def two() -> Iterator[Cluster]:
    """Two workers that no test ends."""
    with running(2) as found:
        yield found


@pytest.fixture
def lonely() -> Iterator[Cluster]:
    """A scheduler without a worker."""
    with running(0) as found:
        yield found


def hand_in(course: TinyCourse, pause: str = "") -> None:
    """Four students: right, half right, one whose kernel dies, and a broken file."""
    course.submit("ada", course.answer(last=pause + LAST))
    course.submit("bob", course.answer(last=pause + "def last(items):\n    return items[0]"))
    course.submit(
        "cyd", course.answer(double=f"import os\n{DOUBLE.replace('return', 'os._exit(1); return')}")
    )
    course.submit("dan", b"{")


def test_a_cluster_gives_the_same_gradebook_as_this_machine(two: Cluster, tiny: TinyCourse) -> None:
    hand_in(tiny)
    assert tiny.grade()[0] == 0
    here = kept(tiny.root)
    (tiny.root / "gradebook.db").unlink()
    status, said = tiny.grade(cluster=two.address)
    assert status == 0, said
    assert "4 graded" in said
    assert kept(tiny.root) == here
    assert not list(two.folder.rglob("gradebook.db")), "workers need no gradebook"
    assert not list(two.folder.rglob("*.ipynb")), "and no course"


def test_a_worker_that_dies_costs_nobody_a_grade(lonely: Cluster, tiny: TinyCourse) -> None:
    hand_in(tiny, SLOW)
    workers = [lonely.add(), lonely.add()]
    lonely.wait(2)

    def kill_one_at_work(over: threading.Event) -> None:
        while not over.wait(0.05):
            for worker in workers:
                if forks(worker.pid):
                    worker.kill()
                    return

    with meanwhile(kill_one_at_work):
        status, said = tiny.grade(cluster=lonely.address)
    assert status == 0, said
    assert sum(worker.poll() is None for worker in workers) == 1
    assert [row["score"] for row in tiny.grades().values()] == ["5", "3", "3", "0"]


@contextlib.contextmanager
def meanwhile(action: Callable[[threading.Event], None]) -> Iterator[None]:
    """Does `action` in a thread beside the block; it gets the event that the block is over."""
    over = threading.Event()
    thread = threading.Thread(target=action, args=(over,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def forks(pid: int) -> list[psutil.Process]:
    """The kernels of a worker: what its warm parent has forked."""
    try:
        children = psutil.Process(pid).children()
        parents = [each for each in children if "autograder.kernels.warm_parent" in each.cmdline()]
        return [fork for parent in parents for fork in parent.children()]
    except psutil.NoSuchProcess:
        return []


@pytest.mark.long
def test_when_all_workers_are_gone_the_run_stops_and_goes_on_with_new_ones(
    lonely: Cluster, tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters.await_workers, "__defaults__", (2.0,))
    for number in range(4):
        tiny.submit(f"student{number}", tiny.answer(last=SLOW + LAST))
    worker = lonely.add()
    lonely.wait(1)

    def kill_after_the_first(over: threading.Event) -> None:
        while not (tiny.root / ".autograder/t1.jsonl").exists() and not over.wait(0.05):
            pass
        worker.kill()

    with meanwhile(kill_after_the_first):
        status, said = tiny.grade(cluster=lonely.address)
    assert status == 2, said
    assert "has had no worker for 2 s" in said
    assert f"dask worker {lonely.address}" in said
    kept_lines = len(tiny.journal())
    assert 1 <= kept_lines < 4
    lonely.add()
    lonely.wait(1)
    status, said = tiny.grade(cluster=lonely.address)
    assert (status, f"{kept_lines} unchanged since last time" in said) == (0, True), said


def test_a_scheduler_that_goes_away_is_said_so(lonely: Cluster, tiny: TinyCourse) -> None:
    for number in range(3):
        tiny.submit(f"student{number}", tiny.answer(last=SLOW + LAST))
    lonely.add()
    lonely.wait(1)

    def end_after_the_first(over: threading.Event) -> None:
        while not (tiny.root / ".autograder/t1.jsonl").exists() and not over.wait(0.05):
            pass
        lonely.scheduler.kill()

    with meanwhile(end_after_the_first):
        started = time.monotonic()
        status, said = tiny.grade(cluster=lonely.address)
    assert status == 2, said
    assert f"The scheduler at {lonely.address} is gone" in said
    assert time.monotonic() - started < 300
    assert tiny.grade()[0] == 0, "and this machine does the rest"


@pytest.mark.parametrize(
    ("gone", "patience", "words"),
    [
        ("worker", 2.0, "has had no worker for 2 s"),
        pytest.param("scheduler", 60.0, "is gone", marks=pytest.mark.long),
    ],
)
def test_a_part_that_goes_away_before_the_first_result_keeps_nobody_waiting(
    lonely: Cluster, tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch, gone: str, patience: float, words: str
) -> None:
    monkeypatch.setattr(clusters.await_workers, "__defaults__", (patience,))
    tiny.submit("ada", tiny.answer())
    worker = lonely.add()
    lonely.wait(1)

    def end_at_the_first_kernel(over: threading.Event) -> None:
        while not forks(worker.pid) and not over.wait(0.05):
            pass
        (worker if gone == "worker" else lonely.scheduler).kill()

    with meanwhile(end_at_the_first_kernel):  # which the reference has, with which the split is checked
        status, said = tiny.grade(cluster=lonely.address)
    assert (status, words in said) == (2, True), said


def test_a_cluster_with_certificates_grades(tiny: TinyCourse, tmp_path: Path) -> None:
    tiny.submit("ada", tiny.answer())
    made = Security.temporary()
    certificate, key = tmp_path / "certificate", tmp_path / "key"
    certificate.write_text(str(made.tls_ca_file))
    key.write_text(str(made.tls_client_key))
    tls = {"distributed.comm.tls.ca-file": str(certificate)}
    for role in ("client", "scheduler", "worker"):
        tls |= {f"distributed.comm.tls.{role}.cert": str(certificate)}
        tls |= {f"distributed.comm.tls.{role}.key": str(key)}
    with dask.config.set(tls), running(1, tls) as found:
        status, said = tiny.grade(cluster=found.address)
    assert found.address.startswith("tls://")
    assert (status, "ada: 5 of 5" in said) == (0, True), said


def test_a_scheduler_without_a_worker_is_refused(lonely: Cluster, tiny: TinyCourse) -> None:
    hand_in(tiny)
    status, said = tiny.grade(cluster=lonely.address)
    assert status == 2
    assert "has no worker" in said
    assert f"dask worker {lonely.address}" in said


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://no-such-host.invalid:8786"])
def test_an_address_where_nobody_answers_is_refused(
    tiny: TinyCourse, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "CONNECTING", 2)
    hand_in(tiny)
    before = set(threading.enumerate())
    status, said = tiny.grade(cluster=address)
    assert status == 2
    assert f"No dask scheduler answers at {address!r}" in said
    assert "dask scheduler\n" in said
    loops = [thread for thread in threading.enumerate() if thread.name == "IO loop"]
    assert set(loops) <= before, "no client was left half made"


def test_an_address_where_another_program_answers_is_refused(
    two: Cluster, tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "CONNECTING", 2)
    hand_in(tiny)
    with Client(two.address, set_as_default=False) as client:
        worker = next(iter(client.scheduler_info()["workers"]))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        for address, words in (
            (worker, "it is the address of a worker"),
            (mute, "dask did not answer within 2 s"),
        ):
            status, said = tiny.grade(cluster=address)
            assert (status, f"No dask scheduler answers at {address!r} ({words})" in said) == (2, True), said


OTHER_TORCH = """
from importlib import metadata
from autograder.engine import cluster
real = metadata.version
cluster.version = lambda name: "1.0" if name == "torch" else real(name)
"""
NO_SANDBOX = """
from autograder.engine import cluster
from autograder.kernels.sandbox.modes import SandboxUnavailable
def refuse(sandbox):
    raise SandboxUnavailable("this machine can do neither mode")
cluster.resolved = refuse
"""
NO_AUTOGRADER = """
import sys
sys.modules["autograder.engine"] = None
"""


@pytest.mark.parametrize(
    ("preload", "words"),
    [
        (OTHER_TORCH, "has torch 1.0; this machine has torch "),
        (NO_SANDBOX, "cannot grade safely: this machine can do neither mode"),
        (NO_AUTOGRADER, "Install this project there"),
    ],
)
def test_a_worker_that_would_grade_otherwise_is_refused(
    lonely: Cluster, tiny: TinyCourse, tmp_path: Path, preload: str, words: str
) -> None:
    hand_in(tiny)
    path = tmp_path / "preload.py"
    path.write_text(preload)
    lonely.add(path)
    lonely.wait(1)
    status, said = tiny.grade(cluster=lonely.address)
    assert status == 2, said
    assert words in said
    assert not (tiny.root / ".autograder/t1.jsonl").exists()
