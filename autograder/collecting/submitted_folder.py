"""Puts a submission where nbgrader looks for it, in one step, and never over something newer; `collect` calls it."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.core.files import write_files

NEW, UPDATED, SAME, KEPT = "collected", "updated", "unchanged", "kept"
STAMP = "timestamp.txt"  # nbgrader's name for the time of a submission


@dataclass(frozen=True)
class Plan:
    """What is to become of one submission: `files` go to `folder` where `what` is NEW or UPDATED."""

    folder: Path
    files: dict[str, bytes]
    what: str
    why: str = ""


def plan(folder: Path, files: dict[str, bytes], time: datetime | None, update: bool) -> Plan:
    """Compares what was found with what was collected. `time` in UTC; `update`: replace what differs."""
    if time:
        # Microseconds are left out as 0, in the form in which nbgrader's exchange writes and reads times.
        files = {**files, STAMP: f"{time:%Y-%m-%d %H:%M:%S.%f} UTC\n".encode()}
    if not folder.exists() and not folder.is_symlink():
        return Plan(folder, files, NEW)
    there = _there(folder)
    if there is None:
        return Plan(
            folder, files, KEPT, "the place in submitted/ is not a plain folder: look at it, and move it away"
        )
    had = _time(there.get(STAMP, b""))
    if _work(files) == _work(there):
        if time and (had is None or time > had):
            return Plan(folder, files, UPDATED, "the same files with a new time")
        return Plan(folder, files, SAME)
    if update:
        return Plan(folder, files, UPDATED, "--update was given")
    if time and had and time > had:
        return Plan(folder, files, UPDATED, f"handed in {time:%Y-%m-%d %H:%M} UTC, after the collected one")
    if time and had:
        return Plan(folder, files, KEPT, f"the collected one was handed in later, {had:%Y-%m-%d %H:%M} UTC")
    return Plan(
        folder,
        files,
        KEPT,
        "differs from the collected one, and it is unknown which is newer; --update takes it",
    )


def carry_out(plan: Plan, replaced: Path) -> None:
    """Writes the files beside their place, then puts them there; what was there is moved to `replaced`."""
    if plan.what not in (NEW, UPDATED):
        return
    staged = plan.folder.with_name(f".{plan.folder.name}.collecting")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    try:
        write_files(plan.files, staged)
        if plan.what == UPDATED:
            replaced.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(plan.folder, replaced)
        staged.rename(plan.folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _there(folder: Path) -> dict[str, bytes] | None:
    """The files in a submission's folder, None if it is not a folder or contains anything but files."""
    if folder.is_symlink() or not folder.is_dir():
        return None
    paths = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    if any(path.is_symlink() or not path.is_file() for path in paths):
        return None
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _work(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name != STAMP}


def _time(content: bytes) -> datetime | None:
    try:
        found: datetime | None = parse_utc(content.decode().strip()) if content.strip() else None
    except (ValueError, ArithmeticError):
        return None
    return found
