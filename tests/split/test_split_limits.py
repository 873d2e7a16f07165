"""What costs a question: crashes, hangs, memory without end; and that the rest goes on."""

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sessions import STUDENT, TEST

from autograder.core.records import Incident, IncidentKind
from autograder.kernels.child import Child, KernelFailed
from autograder.kernels.client import WarmParent
from autograder.kernels.sandbox.confinement import Confinement, Limits
from autograder.kernels.sandbox.processes import processor_seconds
from autograder.results import wording
from autograder.rpc import clock
from autograder.rpc import session as module
from autograder.rpc.clock import Clock
from autograder.rpc.session import Bounds, Session

ANSWER = STUDENT.cell
FULL = Incident(IncidentKind.MEMORY_LIMIT, ANSWER)
CRASHED = Incident(IncidentKind.KERNEL_KILLED, ANSWER, number=signal.SIGSEGV)
DEAF = "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass"


@pytest.mark.parametrize(
    ("code", "incident"),
    [
        ("import os\nos._exit(3)", Incident(IncidentKind.KERNEL_EXITED, ANSWER, number=3)),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", CRASHED),
        ("while True: pass", Incident(IncidentKind.CELL_TIME_LIMIT, ANSWER, seconds=2)),
        (DEAF, Incident(IncidentKind.CELL_TIME_LIMIT, ANSWER, seconds=2)),
    ],
)  # fmt: skip
def test_a_crash_or_a_hang_costs_its_cell_and_the_rest_goes_on(run_cells, code, incident):
    session, outputs = run_cells(
        ("kept = 1", STUDENT), (code, STUDENT), ("assert kept == 1", TEST), seconds=2
    )
    assert session.incidents == [incident]
    assert outputs[1][0].output_type == "error" and outputs[2] == []


def test_a_test_that_forgives_everything_gives_nothing_where_the_kernel_died(run_cells):
    dies = "import os\ndef die():\n    os._exit(3)"
    forgiving = "try:\n    die()\nexcept Exception:\n    pass\n2.5"
    _, outputs = run_cells((dies, STUDENT), (forgiving, TEST))
    # nbgrader takes the first that it finds, an error or a number of points.
    assert [each.output_type for each in outputs[1]] == ["error", "execute_result"]


def test_nor_where_the_kernel_hung_up_and_lives_on(run_cells):
    hangs_up = "import gc, time\nfrom autograder.rpc.student.student import Student\ndef die():\n"
    hangs_up += (
        "    for each in gc.get_objects():\n        if type(each) is Student: each.channel.give_up()\n"
    )
    hangs_up += "    time.sleep(60)"
    forgiving = "try:\n    die()\nexcept Exception:\n    pass\n2.5"
    _, outputs = run_cells((hangs_up, STUDENT), (forgiving, TEST))
    assert [each.output_type for each in outputs[1]] == ["error", "execute_result"]


def test_a_hang_in_a_function_under_test_costs_that_test(run_cells):
    hang = "def hang():\n    while True: pass"
    session, outputs = run_cells(
        (hang, STUDENT), ("hang()", TEST), ("assert callable(hang)", TEST), seconds=2
    )
    assert session.incidents == [Incident(IncidentKind.CELL_TIME_LIMIT, TEST.cell, seconds=2)]
    assert outputs[1][0].ename == "TimeLimit" and outputs[2] == []


NARROW = Limits(memory_mb=1500)


NOTES = "open('runs', 'a').write('once ')\n"


HOARD = "hoard = []\nwhile True:\n    hoard.append(bytearray(2**24))"


NEEDS = (
    ("def need():\n    return len(bytearray(2**28))", STUDENT),
    ("assert kept == 1 and need() == 2**28", TEST),
)


@pytest.mark.parametrize(
    "hoards",
    [
        HOARD,
        "import torch\nhoard = []\nwhile True:\n    hoard.append(torch.empty(2**22))",
        "def grow():\n    hoard = [0]\n    while True: hoard.append(bytearray(2**24))\ngrow()",
        "hoard = []\ntry:\n    while True: hoard.append(bytearray(2**24))\nexcept MemoryError:\n    while True: pass",
    ],
)
def test_a_cell_that_takes_all_memory_runs_once_and_leaves_the_others_theirs(
    run_cells, tmp_path: Path, hoards
):
    session, outputs = run_cells(
        ("kept = 1", STUDENT), (NOTES + hoards, STUDENT), *NEEDS, seconds=4, limits=NARROW
    )
    assert outputs[1][0].output_type == "error" and outputs[3] == []
    assert FULL in session.incidents or outputs[1][0].ename == "TimeLimit"
    assert (tmp_path / "runs").read_text().split() == ["once"] and session.deaths == set()


def test_a_function_that_takes_all_memory_costs_its_own_tests(run_cells):
    hoards = "hoard = []\ndef grow():\n    while True: hoard.append(bytearray(2**24))"
    cells = ("kept = 1", STUDENT), (hoards, STUDENT), ("grow()", TEST), *NEEDS
    _, outputs = run_cells(*cells, limits=NARROW)
    assert outputs[2][0].output_type == "error" and outputs[4] == []


GONE_SILENT = """
import os, socket, stat
for fd in range(3, 512):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode): socket.socket(fileno=fd).shutdown(socket.SHUT_RDWR)
    except OSError: pass
while True: pass"""


@pytest.mark.parametrize(("cell", "seconds"), [(DEAF, 0.4), (GONE_SILENT, 2.0)])
def test_a_cell_whose_kernel_has_to_be_killed_takes_its_time_from_the_notebooks(
    run_cells, monkeypatch: pytest.MonkeyPatch, cell: str, seconds: float
) -> None:
    """Else a notebook of a thousand such cells takes a thousand limits, and not ten."""
    monkeypatch.setattr(module, "GRACE", 0.5)
    ran, outputs = run_cells((cell, STUDENT), (cell, STUDENT), (cell, STUDENT), seconds=seconds, total=0.6)
    assert 0.6 < ran.used < 5
    assert outputs[2][0].evalue == "the time limit of 1 s for all cells was reached"


def test_a_cell_that_ended_well_keeps_its_memory_until_another_lacks_it(run_cells, tmp_path: Path):
    holds = f"{NOTES}kept, hoard = 1, []\ntry:\n    while True: hoard.append(bytearray(2**24))\n"
    holds += "except MemoryError: hoard.pop()\nmany = len(hoard)"
    cells = (("kept = 1", STUDENT), (holds, STUDENT), ("1 / 0", STUDENT), ("assert many > 30", TEST), *NEEDS)
    session, outputs = run_cells(*cells, *NEEDS, *NEEDS, limits=NARROW)
    assert outputs[1] == [] and outputs[3] == []
    assert outputs[5][0].output_type == "error" and outputs[7] == outputs[9] == []
    assert (tmp_path / "runs").read_text().split() == [
        "once",
        "once",
    ]  # the second time it is known by what it takes
    assert session.deaths == set()


def test_a_limit_is_no_death_that_a_second_session_could_explain(run_cells):
    forks = "import os\nfor _ in range(5): os.fork()\nhoard = bytearray(b'x') * 2**27\nwhile True: pass"
    session, outputs = run_cells(("kept = 1", STUDENT), (forks, STUDENT), *NEEDS, limits=NARROW)
    assert session.incidents == [FULL] and session.deaths == set()
    assert outputs[3] == []


BUSY = "import os\nfor _ in range(6):\n    if not os.fork(): break\nprint(flush=True)\nwhile True: pass"


def test_who_waits_for_processes_of_their_own_gets_no_more_time_for_it():
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdout=subprocess.PIPE, start_new_session=True
    ) as busy:
        try:
            assert busy.stdout is not None and busy.stdout.readline()
            clock, began, used = Clock([busy.pid]), time.monotonic(), processor_seconds(busy.pid)
            time.sleep(2)
            used = processor_seconds(busy.pid) - used
            assert used > 0.2
            assert clock.seconds() > 0.9 * min(used, time.monotonic() - began) - 0.1
        finally:
            os.killpg(busy.pid, signal.SIGKILL)


def test_who_claims_to_wait_for_ever_gets_five_times_as_long_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "waited", lambda pid: 10 * time.monotonic())
    measured, began = Clock([os.getppid()]), time.monotonic()
    time.sleep(1)
    passed = time.monotonic() - began
    assert 0.19 * passed < measured.seconds() <= passed + 0.1


def test_waiting_for_a_core_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "waited", lambda pid: 0.5 * time.monotonic())
    monkeypatch.setattr(clock, "processor_seconds", lambda pid: 0.0)
    measured, began = Clock([os.getpid()]), time.monotonic()
    time.sleep(1)
    assert measured.seconds() < 0.7 * (time.monotonic() - began)


def test_a_session_whose_examiner_does_not_start_leaves_no_kernel_and_no_socket(
    parent: WarmParent, tmp_path: Path
) -> None:
    started: list[Child] = []

    def spawn(role: str, fds: tuple[int, int]) -> Child:
        if role == "examiner":
            raise KernelFailed("no")
        confinement = Confinement("off", str(tmp_path))
        started.append(parent.spawn("shell", confinement, fds=fds, request={"role": role}))
        return started[0]

    with pytest.raises(KernelFailed):
        Session(spawn, Bounds(20.0, 200.0), wording.incident).run([], {})
    assert [child.exit is not None for child in started] == [True]
    gc.collect()  # a socket that nobody closed would warn here
