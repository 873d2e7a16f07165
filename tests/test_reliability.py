"""Kill -9 at random moments: whatever dies, the gradebook at the end is that of an undisturbed run.

Each victim dies at twenty moments; two of them run in `make test`, all in `make test-all`. The moments come from
a seed that a failing test prints; KILL_SEED=... runs the same ones again.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from gradebooks import kept
from tiny_course import DOUBLE, LAST, TinyCourse

SEED = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(10**6)))
MOMENTS = [0, 1, *(pytest.param(number, marks=pytest.mark.slow) for number in range(2, 20))]
COMMAND = [
    sys.executable,
    "-c",
    "import sys, pathlib; from autograder.grading import grade_assignment as grade;"
    "sys.exit(grade(pathlib.Path(sys.argv[1]), 't1'))",
]
GONE = 30  # seconds until all that belonged to a killed run must have ended


def hand_in(course: TinyCourse) -> TinyCourse:
    """Six students: two right, one half, one whose kernel dies by itself, one broken file, one untouched."""
    slow = "import time\ntime.sleep(0.3)\n"
    course.submit("ada", course.answer(last=slow + LAST))
    course.submit("bob", course.answer(double=slow + DOUBLE))
    course.submit("cyd", course.answer(last=f"{slow}def last(items):\n    return items[0]"))
    course.submit("dan", course.answer(double="import os\ndef double(x):\n    os._exit(1)"))
    course.submit("eve", b'{"cells": [')
    course.submit("fay", course.untouched()).with_name("timestamp.txt").write_text("2026-02-03 10:00:00 UTC")
    return course


@pytest.fixture(scope="module")
def undisturbed(tiny_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run leaves behind when nobody disturbs it."""
    from shutil import copytree

    course = hand_in(TinyCourse(Path(copytree(tiny_template, tmp_path_factory.mktemp("calm") / "course"))))
    status, said = course.grade()
    assert status == 0, said
    found = kept(course.root)
    scores = {row["student_id"]: row["score"] for row in found["grades.csv"]}
    assert scores == {"ada": "5", "bob": "5", "cyd": "3", "dan": "3", "eve": "0", "fay": "0"}
    return found


def draw(victim: str, moment: int) -> random.Random:
    """The random numbers of one moment; printed, so that a failure tells how to repeat it."""
    print(f"KILL_SEED={SEED}, {victim}, moment {moment}")
    return random.Random(f"{SEED} {victim} {moment}")


# --- the coordinator


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_whose_coordinator_was_killed_goes_on_to_the_undisturbed_gradebook(
    tiny: TinyCourse, undisturbed: dict[str, Any], moment: int
) -> None:
    chance = draw("coordinator", moment)
    hand_in(tiny)
    lines, pause = chance.randrange(0, 7), chance.uniform(0, 2)
    print(f"killed {pause:.2f} s after line {lines}")
    run = subprocess.Popen([*COMMAND, str(tiny.root)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    for _ in range(lines):
        run.stdout.readline()
    time.sleep(pause)
    family = psutil.Process(run.pid).children(recursive=True) if run.poll() is None else []
    run.kill()
    run.wait()
    run.stdout.close()
    assert still_there(family) == [], "workers and kernels end with the run"
    status, said = tiny.grade()
    assert status == 0, said
    assert kept(tiny.root) == undisturbed


def still_there(family: list[psutil.Process]) -> list[str]:
    """Those of the processes that do not end in time, zombies not counted: their new parent reaps those."""
    found = []
    for process in psutil.wait_procs(family, timeout=GONE)[1]:
        with suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {process.status()} {process.cmdline()}")
    return found


# --- everything else, while the coordinator lives


def coordinator_children(words: str) -> list[psutil.Process]:
    """Those children of this process, which coordinates, whose command line has these words."""
    found = []
    for process in psutil.Process().children():
        try:
            if words in " ".join(process.cmdline()):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def workers() -> list[psutil.Process]:
    """Worker processes: what the fork server forked."""
    return [each for server in coordinator_children("forkserver") for each in server.children()]


def parents() -> list[psutil.Process]:
    """The warm parent."""
    return coordinator_children("autograder.kernels.parent")


def kernels() -> list[psutil.Process]:
    """Every process of every kernel: supervisors, and those that run the student's or the examiner's cells."""
    return [each for parent in parents() for each in parent.children(recursive=True)]


VICTIMS = {"worker": workers, "parent": parents, "kernel": kernels}


class Killer:
    """Kills one of `victims()` when `pause` seconds have passed since there first was one that works."""

    def __init__(self, victims: Callable[[], list[psutil.Process]], chance: random.Random, pause: float):
        self.victims, self.chance, self.pause = victims, chance, pause
        self.killed = ""
        self.thread = threading.Thread(target=self._lurk)

    def __enter__(self) -> "Killer":
        self.stop = threading.Event()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def _lurk(self) -> None:
        while not kernels() and not self.stop.wait(0.02):
            pass
        self.stop.wait(self.pause)
        while not self.killed and not self.stop.wait(0.01):
            try:
                there = sorted(self.victims(), key=lambda process: process.pid)
                if there:
                    victim = self.chance.choice(there)
                    victim.kill()
                    self.killed = f"{victim.pid}, one of {len(there)}"
            except psutil.NoSuchProcess:
                continue


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("victim", list(VICTIMS))
def test_a_run_survives_the_death_of_a_part_with_the_undisturbed_gradebook(
    tiny: TinyCourse, undisturbed: dict[str, Any], victim: str, moment: int
) -> None:
    chance = draw(victim, moment)
    hand_in(tiny)
    with Killer(VICTIMS[victim], chance, chance.uniform(0, 2.5)) as killer:
        status, said = tiny.grade()
    print(f"killed {killer.killed or 'nobody, all was over'} after {killer.pause:.2f} s")
    assert status == 0, said
    assert kept(tiny.root) == undisturbed


def test_a_submission_under_which_workers_die_three_times_is_set_aside_and_can_be_tried_again(
    tiny: TinyCourse,
) -> None:
    tiny.submit("cursed", tiny.answer(last="import time\ntime.sleep(1)\n" + LAST))
    killed: list[int] = []
    over = threading.Event()

    def curse() -> None:
        while not over.wait(0.05):
            if kernels():
                for worker in workers():
                    killed.append(worker.pid)
                    worker.kill()
                over.wait(0.5)

    thread = threading.Thread(target=curse)
    thread.start()
    try:
        status, said = tiny.grade()
    finally:
        over.set()
        thread.join()
    assert status == 1, said
    assert len(set(killed)) == 3
    assert "given up: 3 times its worker was lost" in tiny.grades()["cursed"]["reason"]
    status, said = tiny.grade()
    assert status == 0, said
    assert tiny.grades()["cursed"]["score"] == "5"
