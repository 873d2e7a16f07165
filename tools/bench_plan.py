"""Holds `autograder plan` against a real run: what 20 submissions foretell of 2,000; `make bench-plan` calls this.

PYTHONPATH=tests .venv/bin/python tools/bench_plan.py [--students 2000] [--sample 20]

The course is the small one of the tests, with answers of every kind, so that it ends in minutes. The same run
shows the coordinator's memory: after 100 of the submissions, and after all of them.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from tiny_course import DOUBLE, LAST, TinyCourse

from autograder.commands.plan import Measured, forecast, recorded
from autograder.commands.sample import graded_sample
from autograder.course.course import Course, open_course
from autograder.engine import costs
from autograder.results import journal

FEW = 100
WORKERS = 2
BUSY = "sum(i * i for i in range({}))\n"  # 100_000 take about 10 ms


def main() -> int:
    """Prints foretold and measured. Returns 1 where the run failed."""
    parser = argparse.ArgumentParser(prog="make bench-plan", description=__doc__)
    parser.add_argument("--students", type=int, default=2000)
    parser.add_argument("--sample", type=int, default=20)
    arguments = parser.parse_args()
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="bench-plan-") as folder:
        course = make(Path(folder) / "course", arguments.students)
        with graded_sample(course, "t1", arguments.sample, "auto", sys.stdout) as (copy, who):
            measured = recorded(copy, "t1", who)
        assert measured is not None
        foretold = forecast(measured, arguments.students, WORKERS, cores)
        few = [f"--student=student{number:05}" for number in range(FEW)]
        grade(course, *few)
        small = costs.remembered(course, "t1")[-1]
        before = busy()
        seconds = grade(course, "--force")
        taken = busy() - before
        large = costs.remembered(course, "t1")[-1]
        real = reckoned(course, large)
    others = max(0.0, taken - arguments.students * real.processor) / seconds
    print(f"\n{arguments.students} submissions, {WORKERS} workers on {cores} cores,")
    print(f"of which other programs used {others:.2f} meanwhile\n")
    print(f"{'':32}{'foretold':>12}{'measured':>12}")
    span_ = f"{foretold.low:.0f} to {foretold.high:.0f}"
    line("seconds, the range " + span_, foretold.seconds, seconds)
    line("the same on the cores left", foretold.seconds * cores / (cores - others), seconds)
    line("processor ms of each", 1000 * measured.processor, 1000 * real.processor)
    line("coordinator's ms for each", 1000 * measured.coordinator, 1000 * real.coordinator)
    line("KiB on disk for each", measured.disk, real.disk)
    line("KiB of gradebook for each", measured.gradebook, real.gradebook)
    print(
        f"coordinator's memory: {small.coordinator:.0f} MiB at most with {small.submissions} submissions, "
        f"{large.coordinator:.0f} MiB with {large.submissions}: "
        f"{100 * (large.coordinator / small.coordinator - 1):+.0f} %"
    )
    return 0


def line(what: str, foretold: float, measured: float) -> None:
    """One row, with the error of what was foretold."""
    print(f"{what:32}{foretold:12.1f}{measured:12.1f}  {100 * (foretold / measured - 1):+.0f} %")


def busy() -> float:
    """Processor seconds that all programs of this machine have used."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def make(root: Path, students: int) -> Course:
    """Right, wrong, untouched and broken work, of short cells and longer ones; one in 500 hangs."""
    course = TinyCourse.make(root)
    for number in range(students):
        answer = course.answer(
            double=DOUBLE if number % 3 else "def double(x):\n    return x + x + 1",
            last=BUSY.format(100_000 * (number % 7))
            + (LAST if number % 4 else "def last(items):\n    return 0"),
        )
        if number % 500 == 250:
            answer = course.answer(last="while True:\n    pass\n" + LAST)
        elif number % 25 == 24:
            answer = course.untouched()
        course.submit(f"student{number:05}", b"{" if number % 50 == 49 else answer)
    return open_course(root)


def grade(course: Course, *options: str) -> float:
    """Seconds that the real command takes."""
    command = [sys.executable, "-m", "autograder.cli", "--course", str(course.root), "grade", "t1"]
    started = time.perf_counter()
    subprocess.run([*command, "--workers", str(WORKERS), *options], check=True, capture_output=True)
    return time.perf_counter() - started


def reckoned(course: Course, run: costs.Run) -> Measured:
    """What the large run took, in the form in which the sample's costs are."""
    found = recorded(course, "t1", "all")
    assert found is not None and found.run == run
    kept = journal.read_journal(course.journal("t1")).values()
    print(f"mean score {statistics.mean(each.score for each in kept):.2f}, {run.seconds:.0f} s of grading")
    return found


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
