"""Puts a submission where nbgrader looks for it, in one step, and never over something newer; `collect` calls it."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.core.files import write_files
from autograder.course.platforms import Handed

NEW, UPDATED, SAME, KEPT = "collected", "updated", "unchanged", "kept"
STAMP = "timestamp.txt"  # nbgrader's name for the time of a submission


@dataclass(frozen=True)
class Plan:
    """What is to become of one submission: `files` go to `folder` where `what` is NEW or UPDATED. `note`: something
    that is left as it is."""

    folder: Path
    files: dict[str, bytes]
    what: str
    why: str = ""
    note: str = ""


@dataclass(frozen=True)
class Arrived:
    """What tells of an arrival whether it is newer: its `time` in UTC (`guessed`: made up), and its `order`, which grows
    with each attempt (0 where nothing tells). `weak`: it must not replace anything."""

    time: datetime | None = None
    guessed: bool = False
    order: int = 0
    weak: bool = False

    @property
    def stamp(self) -> str:
        """The content of timestamp.txt, in the form in which nbgrader's exchange writes and reads times."""
        return f"{self.time:%Y-%m-%d %H:%M:%S.%f} UTC\n" if self.time else ""


def plan(
    folder: Path, files: dict[str, bytes], arrived: Arrived, update: bool, before: Handed | None = None
) -> Plan:
    """Compares what was found with what is there. `update`: replace what differs; `before`: what was collected last."""
    if arrived.stamp:
        files = {**files, STAMP: arrived.stamp.encode()}
    if not folder.exists() and not folder.is_symlink():
        return Plan(folder, files, NEW)
    there = _there(folder)
    if there is None:
        why = "the place in submitted/ is not a plain folder: look at it, and move it away"
        return Plan(folder, files, KEPT, why)
    stamp = there.get(STAMP, b"").decode(errors="replace")
    by_hand = before is not None and stamp != before.stamp
    had = time_of(there.get(STAMP, b"").decode(errors="replace"))
    if _work(files) == _work(there):
        if by_hand:
            differs = stamp.strip() != arrived.stamp.strip()
            note = "timestamp.txt was changed by hand and stays" if differs else ""
            return Plan(folder, files, SAME, note=note)
        made_up = before is not None and (before.guessed or arrived.guessed) and stamp != arrived.stamp
        if made_up or (arrived.time and (had is None or arrived.time > had)):
            return Plan(folder, files, UPDATED, "the same files with a new time")
        return Plan(folder, files, SAME)
    if arrived.weak:
        return Plan(folder, files, KEPT, "what was collected before is of this assignment")
    if update:
        return Plan(folder, files, UPDATED, "--update was given")
    return _newer(folder, files, arrived, before, None if before and before.guessed and not by_hand else had)


def _newer(
    folder: Path, files: dict[str, bytes], arrived: Arrived, before: Handed | None, had: datetime | None
) -> Plan:
    """What becomes of work that differs. `had`: when the collected work was handed in, where that is known."""
    if arrived.order and before and before.order and arrived.order != before.order:
        if arrived.order > before.order:
            return Plan(folder, files, UPDATED, "a later attempt")
        return Plan(folder, files, KEPT, "the collected one is a later attempt")
    time = None if arrived.guessed else arrived.time
    if time and had and time > had:
        return Plan(folder, files, UPDATED, f"handed in {time:%Y-%m-%d %H:%M} UTC, after the collected one")
    if time and had:
        return Plan(folder, files, KEPT, f"the collected one was handed in later, {had:%Y-%m-%d %H:%M} UTC")
    why = "differs from the collected one, and it is unknown which is newer; --update takes it"
    return Plan(folder, files, KEPT, why)


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


def time_of(stamp: str) -> datetime | None:
    """The time in the text of a timestamp.txt, in UTC; None where there is none that can be read."""
    try:
        found: datetime | None = parse_utc(stamp.strip()) if stamp.strip() else None
    except (ValueError, ArithmeticError):
        return None
    return found
