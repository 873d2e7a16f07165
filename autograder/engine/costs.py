"""What grading costs: `grade` keeps a tally of each run beside the journal, and `plan` reckons with both.

The journal has each submission's own processor seconds (`model.Costs`); a run adds what is shared: the
coordinator's work, the memory of all processes, and the seconds before the first submission could start.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.core.files import write_text
from autograder.core.json_records import from_json, to_json
from autograder.core.waiting import waited
from autograder.course.course import Course
from autograder.course.model import Costs
from autograder.kernels.sandbox.processes import Memory, memory_of_tree, own_seconds
from autograder.rpc.session import Session

KEPT = 20  # runs remembered of each assignment
PAUSE = 5.0  # seconds from one look at the memory to the next, which takes some 10 ms for each process
MIB = 1 << 20


@dataclass(frozen=True)
class Run:
    """One run of `autograder grade`. Times are seconds, sums over its submissions; memory is in MiB.

    `before`: until the first submission was recorded; it pays for what is done only once, and the sums are over
    the others. `forks`: processor time of the warm parent, for making kernels.
    `gradebook` and `pages`: of the coordinator on a free core, its waiting for the disk included; `other`: its
    processor seconds for all else. `coordinator`: its largest resident size. `shared` and `own`: what all
    workers on a machine have in common, and what each has for itself; 0 where they ran elsewhere.
    """

    when: str
    submissions: int
    workers: int
    cores: int
    elsewhere: bool
    before: float
    seconds: float
    forks: float
    gradebook: float
    pages: float
    other: float
    coordinator: float
    shared: float
    own: float

    @property
    def others(self) -> int:
        """Over how many submissions the sums are."""
        return max(1, self.submissions - 1)


class Meter:
    """Adds up what one submission takes, in the thread of a worker."""

    def __init__(self) -> None:
        self._busy = time.thread_time()
        self._sessions: list[Session] = []

    def add(self, session: Session) -> None:
        """One that has ended, well or not."""
        self._sessions.append(session)

    def costs(self) -> Costs:
        """Of all until now."""
        start: dict[str, float] = defaultdict(float)
        cells: dict[str, float] = defaultdict(float)
        for session in self._sessions:
            for use in session.usages:
                start[use.role] += use.start
                cells[use.role] += use.cells
        idle = sum(session.used for session in self._sessions) - sum(cells.values())
        return Costs(
            start=round(sum(start.values()), 3),
            cells=round(cells["student"], 3),
            tests=round(cells["examiner"], 3),
            worker=round(time.thread_time() - self._busy, 3),
            idle=round(max(0.0, idle), 3),
        )


class Tally:
    """Counts while a run goes on; `run` ends it. `parent`: the warm parent's process, 0 where there is none."""

    def __init__(self, began: float, parent: int) -> None:
        self.began, self.parent = began, parent
        self.submissions = 0
        self.memory = Memory(0, 0)
        self._looked = -PAUSE
        self._reset()

    def _reset(self) -> None:
        self.before = time.monotonic() - self.began
        self.parts: dict[str, float] = defaultdict(float)
        self._inside = 0.0  # processor seconds within `parts`
        self._coordinator = time.process_time()
        self._forks = own_seconds(self.parent)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Adds the block's seconds to a part, without those in which this process waited for a core."""
        began, waiting, busy = time.monotonic(), waited(), time.thread_time()
        try:
            yield
        finally:
            self.parts[name] += max(0.0, time.monotonic() - began - (waited() - waiting))
            self._inside += time.thread_time() - busy

    def count(self) -> None:
        """A submission is recorded, its pages made. Looks at the workers' memory, unless that was done just now."""
        self.submissions += 1
        if self.submissions == 1:
            self._reset()
        if time.monotonic() - self._looked >= PAUSE:
            found = memory_of_tree(os.getpid())
            self.memory = max(self.memory, found, key=lambda each: each.own)
            self._looked = time.monotonic()

    def run(self, workers: int) -> Run:
        """The run, at its end."""
        return Run(
            when=time.strftime("%Y-%m-%d %H:%M:%S"),
            submissions=self.submissions,
            workers=workers,
            cores=os.cpu_count() or 1,
            elsewhere=not self.parent,
            before=round(self.before, 2),
            seconds=round(time.monotonic() - self.began, 2),
            forks=round(max(0.0, own_seconds(self.parent) - self._forks), 2),
            gradebook=round(self.parts["gradebook"], 3),
            pages=round(self.parts["pages"], 3),
            other=round(max(0.0, time.process_time() - self._coordinator - self._inside), 3),
            coordinator=round(_peak() / MIB, 1),
            shared=round(self.memory.shared / MIB, 1) if self.parent else 0.0,
            own=round(self.memory.own / MIB / workers, 1) if self.parent else 0.0,
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
