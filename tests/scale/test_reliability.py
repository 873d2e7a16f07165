"""Kill -9 at random moments: whatever dies, the gradebook at the end is that of an undisturbed run.

Each of coordinator, worker, warm parent and kernel dies at ten moments, and at twenty in `make test-all`. Several
deaths fall into one run, each when what the one before had hit is recorded. The moments come from a seed that a failing
test prints; AUTOGRADER_SEED=... draws others.
"""

import io
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from gradebooks import kept
from tiny_course import DOUBLE, LAST, TinyCourse

from autograder.commands.grade import grade_assignment
from autograder.course.course import open_course
from autograder.course.skeleton import load_assignment
from autograder.engine import one_submission as work
from autograder.engine.one_submission import grade_submission
from autograder.engine.workplace import make_rules
from autograder.kernels.child import Child
from autograder.kernels.client import WarmParent
from autograder.results import wording
from autograder.submissions.intake import read

SEED = os.environ.get("AUTOGRADER_SEED") or str(random.SystemRandom().randrange(10**6))
MOMENTS = int(os.environ.get("AUTOGRADER_MOMENTS", "5"))
COMMAND = [
    sys.executable,
    "-c",
    "import sys, pathlib; from autograder.commands.grade import grade_assignment as grade;"
    "sys.exit(grade(pathlib.Path(sys.argv[1]), 't1', force=sys.argv[2] == 'all'))",
]
GONE = 30  # seconds until all that belonged to a killed run must have ended
IN_FLIGHT = 4  # submissions that two workers have, or have waiting: any of them may be hit by a death
FOR_EACH_DEATH = 7  # and so many students keep a run going until the next one is due
KINDS = {"ada": "5", "bob": "5", "cyd": "3", "dan": "3", "fay": "0", "eve": "0"}


def hand_in(course: TinyCourse, students: int) -> list[str]:
    """Students of six kinds in turn: two right, one half, one whose kernel dies by itself, one untouched, one
    broken file. Returns their names, in the order in which they are graded."""
    pause = "import time\ntime.sleep(0.15)\n"
    work = {
        "ada": course.answer(last=pause + LAST),
        "bob": course.answer(double=pause + DOUBLE),
        "cyd": course.answer(last=f"{pause}def last(items):\n    return items[0]"),
        "dan": course.answer(double="import os\ndef double(x):\n    os._exit(1)"),
        "fay": course.untouched(),
        "eve": b'{"cells": [',
    }
    names = [f"{number:03}-{list(KINDS)[number % len(KINDS)]}" for number in range(students)]
    for name in names:
        handed_in = course.submit(name, work[kind_of(name)])
        if kind_of(name) == "fay":
            handed_in.with_name("timestamp.txt").write_text("2026-02-03 10:00:00 UTC")
    return names


def kind_of(name: str) -> str:
    return name.partition("-")[2]


def by_student(course: TinyCourse) -> dict[str, Any]:
    """What a run leaves behind of each student, without their names, and of the assignment."""
    found = kept(course.root)
    rows = {row.pop("student_id"): row for row in found["grades.csv"]}
    assert set(rows) == {student for student, _ in found["submissions"]} == {s for s, *_ in found["students"]}
    files: dict[str, list[str]] = {}
    for path in found["files"]:
        name = (re.findall(r"\d{3}-[a-z]{3}", path) or [""])[0]
        files.setdefault(name, []).append(path.replace(name, "NAME") if name else path)
    about = {name: [rows[name], found["submissions"][name, "t1"], files.pop(name)] for name in rows}
    return about | {"assignment": [found["cells"], files]}


@pytest.fixture(scope="module")
def undisturbed(tiny_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run leaves behind of each kind of student when nobody disturbs it."""
    course = TinyCourse(Path(shutil.copytree(tiny_template, tmp_path_factory.mktemp("calm") / "course")))
    hand_in(course, len(KINDS))
    status, said = course.grade()
    assert status == 0, said
    assert {kind_of(name): row["score"] for name, row in course.grades().items()} == KINDS
    return {kind_of(name) or name: about for name, about in by_student(course).items()}


def check(course: TinyCourse, names: list[str], undisturbed: dict[str, Any]) -> None:
    """Each student has what the undisturbed one of their kind has, and nothing else is there."""
    found = by_student(course)
    assert found.pop("assignment") == undisturbed["assignment"]
    assert set(found) == set(names)
    assert {name: about for name, about in found.items() if about != undisturbed[kind_of(name)]} == {}


def draw(what: str) -> random.Random:
    """The random numbers of one test; printed, so that a failure tells how to repeat it."""
    print(f"AUTOGRADER_SEED={SEED}, {what}")
    return random.Random(f"{SEED} {what}")


# --- the coordinator


@pytest.mark.parametrize("course", range(MOMENTS // 5))
def test_runs_whose_coordinator_is_killed_five_times_end_in_the_undisturbed_gradebook(
    tiny: TinyCourse, undisturbed: dict[str, Any], course: int
) -> None:
    chance = draw(f"coordinator, course {course}")
    names = hand_in(tiny, 9)
    left = len(names)
    deaths = 0
    while deaths < 5:
        # Where nothing is left to be graded, all is graded again.
        lines = chance.randint(0, left or len(names))
        pause = chance.uniform(0, 0.5 if lines else 4)
        printed, killed = kill_coordinator(tiny, lines, pause, again=not left)
        print(
            f"{lines} lines and {pause:.2f} s: {printed} recorded, {'killed' if killed else 'all was over'}"
        )
        deaths += killed
        left = max(0, left - printed) if killed else 0
    status, said = tiny.grade()
    assert status == 0, said
    check(tiny, names, undisturbed)


def test_a_death_while_old_pages_are_removed_leaves_nobody_without_pages(
    tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.submit("ada", tiny.answer())
    assert tiny.grade()[0] == 0
    (page,) = tiny.root.glob("feedback/ada/t1/*.html")
    remove = shutil.rmtree

    def dies(folder: str | Path, *options: Any, **more: Any) -> None:
        if (last := Path(folder) / page.name).exists():
            last.unlink()
            raise KeyboardInterrupt
        remove(folder, *options, **more)

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", dies)
        with suppress(KeyboardInterrupt):
            tiny.grade(force=True)
    assert tiny.grade()[0] == 0
    assert page.exists()


def kill_coordinator(course: TinyCourse, lines: int, pause: float, again: bool) -> tuple[int, bool]:
    """Kills a run `pause` seconds after it printed so many lines; returns how many it did, and whether it lived."""
    order = [*COMMAND, str(course.root), "all" if again else "new"]
    run = subprocess.Popen(order, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    heard = [run.stdout.readline() for _ in range(lines)]
    time.sleep(pause)
    alive = run.poll() is None
    family = psutil.Process(run.pid).children(recursive=True) if alive else []
    run.kill()
    heard += run.stdout.readlines()
    assert (run.wait() == -9) is alive or run.returncode == 0, heard
    run.stdout.close()
    assert still_there(family) == [], "workers and kernels end with the run"
    return len(recorded("".join(heard))), run.returncode == -9


def recorded(said: str) -> list[str]:
    """The students whose result a run has said so far."""
    return re.findall(r"^\[ *\d+/\d+\] (\S+):", said, re.MULTILINE)


def still_there(family: list[psutil.Process]) -> list[str]:
    """Those of the processes that do not end in time, zombies not counted: their new parent reaps those."""
    found = []
    for process in psutil.wait_procs(family, timeout=GONE)[1]:
        with suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {process.status()} {process.cmdline()}")
    return found


# --- everything else, while the coordinator lives


class Family:
    """The processes of the one run that this process, which coordinates, has going."""

    def __init__(self) -> None:
        self.others = {each.pid for each in self._children("autograder.kernels.warm_parent")}

    def workers(self) -> list[psutil.Process]:
        """Worker processes: what the fork server forked."""
        return [each for server in self._children("forkserver") for each in server.children()]

    def parents(self) -> list[psutil.Process]:
        """The warm parent, but not those that other tests had started."""
        return [
            each for each in self._children("autograder.kernels.warm_parent") if each.pid not in self.others
        ]

    def kernels(self) -> list[psutil.Process]:
        """Every process of every kernel: supervisors, and those that run the student's or the examiner's cells."""
        return [each for parent in self.parents() for each in parent.children(recursive=True)]

    @staticmethod
    def _children(words: str) -> list[psutil.Process]:
        found = []
        for process in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                if words in " ".join(process.cmdline()):
                    found.append(process)
        return found


class Killer:
    """Kills one of each of `victims` in turn, at random moments while a run is under way that says `out`."""

    def __init__(self, victims: list[str], chance: random.Random, out: io.StringIO):
        self.family, self.victims, self.chance, self.out = Family(), victims, chance, out
        self.killed: list[str] = []
        self.thread = threading.Thread(target=self._lurk)

    def __enter__(self) -> "Killer":
        self.stop = threading.Event()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def _lurk(self) -> None:
        safe = 0
        for victim in self.victims:
            while len(recorded(self.out.getvalue())) < safe and not self.stop.wait(0.02):
                pass
            self.stop.wait(self.chance.uniform(0, 0.4))
            while not self._kill(victim) and not self.stop.wait(0.01):
                pass
            # A second death under the same submission might be taken for its own fault.
            safe = len(recorded(self.out.getvalue())) + IN_FLIGHT

    def _kill(self, victim: str) -> bool:
        try:
            there = sorted(getattr(self.family, victim)(), key=lambda process: process.pid)
            if there:
                self.chance.choice(there).kill()
        except psutil.NoSuchProcess:
            return False
        if there:
            count = len(recorded(self.out.getvalue()))
            self.killed.append(f"one of {len(there)} {victim} when {count} were recorded")
        return bool(there)


@pytest.mark.timeout(1800)  # sixty deaths, on a machine that may be busy
def test_a_run_whose_workers_warm_parents_and_kernels_die_ends_in_the_undisturbed_gradebook(
    tiny: TinyCourse, undisturbed: dict[str, Any]
) -> None:
    chance = draw(f"{MOMENTS} deaths of each part")
    victims = ["workers", "parents", "kernels"] * MOMENTS
    chance.shuffle(victims)
    names = hand_in(tiny, FOR_EACH_DEATH * len(victims))
    out = io.StringIO()
    with Killer(victims, chance, out) as killer:
        status = grade_assignment(tiny.root, "t1", out=out)
    print(*killer.killed, sep="\n")
    assert status == 0, out.getvalue()
    assert len(killer.killed) == len(victims), "all was over before"
    check(tiny, names, undisturbed)


def test_a_submission_under_which_workers_die_three_times_is_set_aside_and_can_be_tried_again(
    tiny: TinyCourse,
) -> None:
    tiny.submit("cursed", tiny.answer(last="import time\ntime.sleep(1)\n" + LAST))
    killed: list[int] = []
    family, over = Family(), threading.Event()

    def curse() -> None:
        while not over.wait(0.05):
            if family.kernels():
                for worker in family.workers():
                    killed.append(worker.pid)
                    worker.kill()
                over.wait(0.5)

    thread = threading.Thread(target=curse)
    thread.start()
    try:
        status, said = tiny.grade(parent=None)  # one of its own, whose kernels are known by that
    finally:
        over.set()
        thread.join()
    assert status == 1, said
    assert len(set(killed)) == 3
    assert "given up: 3 times its worker was lost" in tiny.grades()["cursed"]["reason"]
    status, said = tiny.grade()
    assert status == 0, said
    assert tiny.grades()["cursed"]["score"] == "5"


def test_an_answer_that_ends_its_kernel_is_charged_with_that_alone_when_a_stranger_kills_another(
    tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.submit("dan", tiny.answer(double="import os\ndef double(x):\n    os._exit(1)"))
    students: list[int] = []

    class Killed(work.Spawner):
        def __call__(self, role: str, fds: tuple[int, int]) -> Child:
            child = super().__call__(role, fds)
            if role == "student":
                students.append(child.pid)
            if role == "student" and len(students) == 3:  # the first of the second session
                psutil.Process(child.pid).kill()
            return child

    monkeypatch.setattr(work, "Spawner", Killed)
    course = open_course(tiny.root)
    assignment = load_assignment(course, "t1")
    submission = read("dan", tiny.root / "submitted/dan/t1")
    rules = make_rules(course, "auto", None, 2000)
    with WarmParent() as parent:
        graded = grade_submission(submission, assignment, replace(rules, warm=parent.address))
    assert [(mark.cell, mark.score) for mark in graded.marks] == [("test_double", 0), ("test_last", 3)]
    assert wording.reason(graded.reason) == "the kernel died (exit code 1) in cell `test_double`"
    assert len(students) == 2 + 3 + 2


def test_a_warm_parent_that_is_killed_while_it_loads_is_started_again() -> None:
    with WarmParent() as parent:
        psutil.Process(parent.pid).kill()
        first = parent.pid
        assert parent.address
        assert parent.pid != first


def test_what_a_killed_run_had_begun_to_write_is_cleared_away(tiny: TinyCourse) -> None:
    hand_in(tiny, 1)
    status, said = tiny.grade()
    assert status == 0, said
    for name in (".t1.new", ".t1.old"):
        (tiny.root / "autograded/000-ada" / name / "deeper").mkdir(parents=True)
    status, said = tiny.grade()
    assert status == 0 and "1 unchanged" in said
    assert [path.name for path in (tiny.root / "autograded/000-ada").iterdir()] == ["t1"]
