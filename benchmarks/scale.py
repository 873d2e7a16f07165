"""Measures how grading scales: two dask workers against one, and the coordinator's memory; `make bench` calls it.

PYTHONPATH=tests .venv/bin/python benchmarks/scale.py cluster
PYTHONPATH=tests .venv/bin/python benchmarks/scale.py memory

The small course and the cluster are those of the tests.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cluster import running
from tiny_course import LAST, TinyCourse

from autograder.commands.grade import grade_assignment
from autograder.course.model import Assignment, Rules, Submission
from autograder.engine import workplace
from autograder.engine.one_submission import grade_submission
from autograder.results.graded import Graded

CLASS = 24
WORK = "sum(i * i for i in range(4_000_000))\n"  # about 0.4 s on one core, as a cell of a real assignment
SIZES = (100, 2000)


@dataclass(frozen=True)
class Scaling:
    """Seconds for one class with one worker and with two."""

    submissions: int
    one: float
    two: float

    @property
    def ratio(self) -> float:
        """How many times faster two are."""
        return self.one / self.two


def cluster_scaling(submissions: int = CLASS) -> Scaling:
    """Grades the same class on one dask worker, then on two; workers are warm before the clock starts."""
    with tempfile.TemporaryDirectory() as folder, running(1) as cluster:
        course = TinyCourse.make(Path(folder) / "course")
        answer = course.answer(last=WORK + LAST)
        for number in range(submissions):
            course.submit(f"student{number:02}", answer)
        seconds = []
        for workers in (1, 2):
            if workers == 2:
                cluster.add()
                cluster.wait(2)
            _timed(course, cluster.address, workers, tuple(f"student{n:02}" for n in range(2 * workers)))
            seconds.append(_timed(course, cluster.address, workers, ()))
    return Scaling(submissions, *seconds)


def _timed(course: TinyCourse, address: str, workers: int, students: tuple[str, ...]) -> float:
    """Seconds of grading alone: the pace from when each worker has graded one to the end, times the class."""
    out = Stamps()
    if grade_assignment(course.root, "t1", cluster=address, students=students, force=True, out=out) != 0:
        raise RuntimeError(out.getvalue())
    times = out.times
    return (times[-1] - times[workers - 1]) * len(times) / (len(times) - workers)


class Stamps(io.StringIO):
    """Remembers when each submission's line was printed."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def write(self, text: str) -> int:
        """As the base class does."""
        if text.startswith("["):
            self.times.append(time.monotonic())
        return super().write(text)


# --- memory


class Canned(Executor):
    """Answers every submission with one student's real result, at once; no kernel is started."""

    def __init__(self, result: Graded):
        self.result = result

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As concurrent.futures has it; the work is not done."""
        future: Future[Any] = Future()
        submission: Submission = args[0]
        future.set_result(replace(self.result, student=submission.student))
        return future


def coordinator_peak(submissions: int) -> tuple[float, float]:
    """The coordinator's largest resident size in MiB, and its CPU seconds, in a process of its own.

    It reads, records, reports and writes feedback as always; only the executor is a stub.
    """
    command = [sys.executable, __file__, "coordinate", str(submissions)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak, seconds = json.loads(done.stdout.splitlines()[-1])
    return peak, seconds


def _coordinate(submissions: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        course = TinyCourse.make(Path(folder) / "course")
        answer = course.answer(last="def last(items):\n    return items[0]")
        for number in range(submissions):
            course.submit(f"student{number:05}", answer)
        real = workplace.this_machine
        results: list[Graded] = []

        @contextlib.contextmanager
        def stub(*arguments: Any) -> Iterator[workplace.Workplace]:
            with real(*arguments) as place:

                def grade(submission: Submission, assignment: Assignment, rules: Rules) -> Graded:
                    if not results:
                        results.append(grade_submission(submission, assignment, rules))
                    return results[0]

                # The reference solution is graded first, to see that its tests can be split.
                yield replace(place, executor=lambda: Canned(results[0]), grade=grade)

        workplace.this_machine = stub
        out = io.StringIO()
        if grade_assignment(course.root, "t1", out=out) != 0:
            raise RuntimeError(out.getvalue()[-2000:])
    # Not getrusage's ru_maxrss, which begins with what the process that started this one held.
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    print(json.dumps([peak / 1024, time.process_time()]))


def main() -> int:
    """Prints what was asked for."""
    if sys.argv[1] == "cluster":
        found = cluster_scaling()
        print(
            f"{found.submissions} submissions: one dask worker {found.one:.1f} s, two {found.two:.1f} s, ",
            end="",
        )
        print(f"{found.ratio:.2f}x")
    elif sys.argv[1] == "memory":
        small, large = (coordinator_peak(size) for size in SIZES)
        for size, (peak, seconds) in zip(SIZES, (small, large), strict=True):
            print(f"{size} submissions: coordinator {peak:.0f} MiB at most, {seconds:.1f} s of CPU")
        print(f"{100 * (large[0] / small[0] - 1):+.0f} %")
    else:
        _coordinate(int(sys.argv[2]))
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
