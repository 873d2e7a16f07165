"""What grading costs: `grade` keeps a record of each run beside the journal, and `plan` estimates with it."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.core.files import write_text
from autograder.core.json_records import from_json, to_json
from autograder.course.course import Course
from autograder.kernels.sandbox.processes import Memory, memory_of_tree

KEPT = 20  # runs remembered of each assignment
PAUSE = 5.0  # seconds at least from one look at the memory to the next
SHARE = 0.01  # of the time at most goes into looking, which takes some 10 ms for each process
MIB = 1 << 20


@dataclass(frozen=True)
class Run:
    """One run of `autograder grade`. Times are seconds, memory is in MiB.

    `before`: until the first submission was recorded; `coordinator`: processor time of the process that writes
    gradebook and pages, from then on. `peak`: its largest resident size; `shared` and `own`: what all workers on a
    machine have in common, and what each has for itself; 0 where they ran elsewhere.
    """

    when: str
    submissions: int
    workers: int
    elsewhere: bool
    before: float
    coordinator: float
    peak: float
    shared: float
    own: float


class Tally:
    """Counts while a run goes on; `run` ends it. `elsewhere`: the workers are on other machines."""

    def __init__(self, began: float, elsewhere: bool) -> None:
        self.began, self.elsewhere = began, elsewhere
        self.submissions, self.before = 0, 0.0
        self.memory = Memory(0, 0)
        self._next = 0.0  # when to look again
        self._busy = time.process_time()

    def count(self) -> None:
        """A submission is recorded, its pages made. Looks at the workers' memory, unless that was done just now."""
        self.submissions += 1
        if self.submissions == 1:
            self.before, self._busy = time.monotonic() - self.began, time.process_time()
        if (began := time.monotonic()) >= self._next:
            found = memory_of_tree(os.getpid())
            self.memory = max(self.memory, found, key=lambda each: each.own)
            ended = time.monotonic()
            self._next = ended + max(PAUSE, (ended - began) / SHARE)

    def run(self, workers: int) -> Run:
        """The run, at its end."""
        memory = Memory(0, 0) if self.elsewhere else self.memory
        return Run(
            when=time.strftime("%Y-%m-%d %H:%M"),
            submissions=self.submissions,
            workers=workers,
            elsewhere=self.elsewhere,
            before=round(self.before, 2),
            coordinator=round(time.process_time() - self._busy, 3),
            peak=round(_peak() / MIB, 1),
            shared=round(memory.shared / MIB, 1),
            own=round(memory.own / MIB / workers, 1),
        )


def _peak() -> int:
    """Bytes. Not getrusage's ru_maxrss, which begins with what the process that started this one held."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    return 0


def keep(course: Course, assignment: str, run: Run) -> None:
    """Adds a run to those remembered of an assignment."""
    lines = [to_json(each) for each in (*remembered(course, assignment), run)]
    write_text(_path(course, assignment), "\n".join(lines[-KEPT:]) + "\n")


def remembered(course: Course, assignment: str) -> list[Run]:
    """The last runs of an assignment, oldest first; a line that another version wrote is passed over."""
    runs = []
    with suppress(FileNotFoundError):
        for line in _path(course, assignment).read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                runs.append(from_json(Run, line))
    return runs


def _path(course: Course, assignment: str) -> Path:
    return course.private / f"{assignment}.runs.jsonl"
