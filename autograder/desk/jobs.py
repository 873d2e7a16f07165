"""Jobs: commands of `autograder` that the desk has started, each in a process of its own, one at a time.

A job is a folder `.autograder/desk/jobs/ID/`: `job.json` says what was started, `events.jsonl` what the command tells
(`autograder.core.events`), `output.txt` what it prints. So a job outlives the page and the server: another server of the
course finds it, running or ended. A stopped one clears up as after Ctrl-C: what is graded is kept.
"""

import contextlib
import json
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock

from autograder.core.environment import DB
from autograder.core.errors import WrongUse
from autograder.core.events import Ended
from autograder.core.files import write_text
from autograder.core.json_records import from_json, from_values, to_json
from autograder.course.gradebook import without_password

KEPT = 30  # jobs
AT_ONCE = 1_000  # events that one answer holds
LAST = 200  # bytes that hold the last line where it tells the end
TAIL = 100_000  # bytes of the output that are shown
OURS: dict[
    int, subprocess.Popen[bytes]
] = {}  # by process id: a child that nobody waits for stays as a zombie


@dataclass(frozen=True)
class Job:
    """A command that was started. `request`: what the page asked for, as JSON values; `command`: as a person types it in
    the course's folder; `started` in UTC; `process`, `born`: the process's id, and when it began in seconds since the
    epoch, which tell it from a later one of the same id."""

    id: str
    request: dict[str, Any]
    command: str
    started: str
    process: int = 0
    born: float = 0.0


@dataclass(frozen=True)
class JobState:
    """A job now. `status`: the exit status; None while it runs, and where it was killed."""

    job: Job
    running: bool
    status: int | None


@dataclass(frozen=True)
class JobNews:
    """What a job has told since the `next` of the answer before."""

    state: JobState
    events: tuple[Any, ...]
    next: int
    output: str


class Busy(WrongUse):
    """Another job of this course runs."""


@dataclass(frozen=True)
class Jobs:
    """The jobs of the course in `root`, kept in `folder`."""

    root: Path
    folder: Path
    db: str = ""

    def start(self, request: dict[str, Any], arguments: Sequence[str]) -> JobState:
        """Starts `autograder ARGUMENTS`. Raises Busy while another job runs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / "start.lock"):  # the course may have several desks
            return self._start(request, arguments)

    def all(self) -> list[JobState]:
        """All jobs that are kept, the latest first."""
        return [self.state(id) for id in sorted(self._ids(), reverse=True)]

    def running(self) -> JobState | None:
        """The job that runs."""
        return next((each for each in self.all() if each.running), None)

    def state(self, id: str) -> JobState:
        """A job now. Raises WrongUse where there is none."""
        job = self._job(id)
        alive = _process(job) is not None  # before its last line is read: it may end in between
        status = self._status(id)
        return JobState(job, alive and status is None, status)

    def news(self, id: str, since: int) -> JobNews:
        """What a job has told after its first `since` events."""
        state = self.state(id)
        events = tuple(self._events(id, since))[:AT_ONCE]
        output = self.folder / id / "output.txt"
        said = b""
        if output.is_file():
            with output.open("rb") as file:
                file.seek(max(0, output.stat().st_size - TAIL))
                said = file.read()
        return JobNews(state, events, since + len(events), said.decode(errors="replace"))

    def stop(self, id: str) -> None:
        """Asks a running job to stop. Not by Ctrl-C's signal: a server in the background ignores it, and so its jobs."""
        process = _process(self._job(id))
        if process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()

    def _start(self, request: dict[str, Any], arguments: Sequence[str]) -> JobState:
        if running := self.running():
            raise Busy(f"Another command is running: {running.job.command}. Wait for it, or stop it.")
        id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        place = self.folder / id
        place.mkdir()
        shown = list(arguments)
        if self.db and arguments[0] != "release":  # which keeps nbgrader's own gradebook
            shown.insert(1, f"--db={without_password(self.db)}")
        started = datetime.now(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
        job = Job(id, request, shlex.join(["autograder", *shown]), started)
        options = ["--course", str(self.root), "--events", str(place / "events.jsonl")]
        with (place / "output.txt").open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "autograder.cli", *options, *arguments],
                cwd=self.root,
                # not among the arguments, which everybody on this machine can read
                env={**os.environ, **({DB: self.db} if self.db else {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # the server's Ctrl-C, and its end, are not the job's
            )
        OURS[process.pid] = process
        born = psutil.Process(process.pid).create_time()  # a child that nobody has waited for is there
        job = replace(job, process=process.pid, born=born)
        write_text(place / "job.json", to_json(job))
        self._forget()
        return self.state(id)

    def _ids(self) -> list[str]:
        return [each.parent.name for each in self.folder.glob("*/job.json")] if self.folder.is_dir() else []

    def _job(self, id: str) -> Job:
        if id not in self._ids():
            raise WrongUse(f"There is no job {id!r}.")
        return from_json(Job, (self.folder / id / "job.json").read_text(encoding="utf-8"))

    def _status(self, id: str) -> int | None:
        """The exit status, which the last line of the events has; asked for often, so nothing else is read."""
        path = self.folder / id / "events.jsonl"
        if not path.is_file():
            return None
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LAST))
            *_, last, rest = [b"", *file.read().split(b"\n")]
        if rest or not last.startswith(b'{"kind":"Ended"'):
            return None
        return from_values(Ended, json.loads(last)["record"]).status

    def _events(self, id: str, since: int) -> Iterator[dict[str, Any]]:
        path = self.folder / id / "events.jsonl"
        if not path.is_file():
            return
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number >= since and line.endswith("\n"):  # the last one may be half written
                    yield json.loads(line)

    def _forget(self) -> None:
        """Removes the oldest jobs."""
        for id in sorted(self._ids())[:-KEPT]:
            shutil.rmtree(self.folder / id, ignore_errors=True)


def _process(job: Job) -> psutil.Process | None:
    """The job's process while it runs."""
    ours = OURS.get(job.process)
    if ours is not None and ours.poll() is not None:
        OURS.pop(job.process, None)
    try:
        process = psutil.Process(job.process)
        if abs(process.create_time() - job.born) > 1 or process.status() == psutil.STATUS_ZOMBIE:
            return None
    except (psutil.NoSuchProcess, ValueError):
        return None
    return process


def wait(jobs: Jobs, id: str, seconds: float) -> JobState:
    """Waits until a job has ended, at most so long."""
    until = time.monotonic() + seconds
    while (state := jobs.state(id)).running and time.monotonic() < until:
        time.sleep(0.05)
    return state
