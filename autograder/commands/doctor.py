"""Checks whether this machine can grade, part by part, with the command that fixes each gap: `autograder doctor`."""

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO

from autograder.core.environment import with_own_programs
from autograder.core.errors import WrongUse
from autograder.core.scratch import temporary_folder
from autograder.core.text import counted
from autograder.course.course import open_course
from autograder.course.gradebook import check_gradebook, count_students, sqlite_file
from autograder.kernels.child import KernelFailed
from autograder.kernels.client import WarmParent
from autograder.kernels.sandbox import control_groups
from autograder.kernels.sandbox.modes import SandboxUnavailable, probe, resolve_mode
from autograder.rpc.kernel_handle import start_lone_kernel

NEEDED_BYTES = 2 * 2**30


@dataclass(frozen=True)
class Part:
    """One line of the report. `remedy`: what to type; a part that is not `needed` may be missing."""

    name: str
    works: bool
    words: str
    remedy: str = ""
    needed: bool = True


def examine_machine(course: Path, db: str = "", out: TextIO = sys.stdout) -> int:
    """Prints every part. Returns 0, or 1 when something that grading needs does not work."""
    missing = 0
    checks: tuple[Callable[[], list[Part]], ...] = (
        _python,
        _packages,
        _sandbox,
        _kernels,
        lambda: [_database(course, db)],
        _disk,
    )
    for check in checks:
        for part in check():
            mark = "ok  " if part.works else "GAP " if part.needed else "-   "
            missing += part.needed and not part.works
            print(f"{mark} {part.name:20} {part.words}", file=out)
            if not part.works and part.remedy:
                print(f"     {'':20} {part.remedy}", file=out, flush=True)
    print(
        f"\n{counted(missing, 'problem')} to fix before grading." if missing else "\nThis machine can grade.",
        file=out,
    )
    return 1 if missing else 0


def _python() -> list[Part]:
    system = f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} cores"
    return [
        Part("system", sys.platform == "linux", system, "Grade in a Linux container, or on Windows in WSL2."),
        Part(
            "Python", sys.version_info >= (3, 11), platform.python_version(), "Install Python 3.11 or newer."
        ),
    ]


def _packages() -> list[Part]:
    parts = [
        _package("torch", "pip install -r requirements.txt", needed=False),
        _package("nbgrader", "pip install -r requirements.txt"),
        _package("distributed", 'for --cluster: pip install "nbautograder[cluster]"', needed=False),
        _package("psycopg", 'for PostgreSQL: pip install "nbautograder[postgres]"', needed=False),
    ]
    found = shutil.which("alembic", path=with_own_programs(os.environ)["PATH"])
    return [*parts, Part("alembic", found is not None, found or "not found", "pip install alembic")]


def _package(name: str, remedy: str, needed: bool = True) -> Part:
    try:
        return Part(name, True, version(name))
    except PackageNotFoundError:
        return Part(name, False, "not installed", remedy, needed)


def _sandbox() -> list[Part]:
    try:
        best, remedy = resolve_mode("auto"), ""
    except SandboxUnavailable as error:
        best, remedy = "", str(error)
    parts = [
        Part(f"  {each.mode}", each.works, each.reason or "works", each.remedy, needed=False)
        for each in probe()
        if each.mode != "off"
    ]
    return [Part("sandbox", bool(best), best or "none works", remedy), *parts, _memory()]


def _memory() -> Part:
    """Who limits the memory of a kernel with all it starts."""
    found = control_groups.find()
    words = "a control group for each kernel" if found.folder else f"looked at from outside: {found.reason}"
    return Part("  memory", found.folder is not None, words, control_groups.DELEGATE, needed=False)


def _kernels() -> list[Part]:
    """Starts a warm parent and forks a kernel from it, as grading does."""
    try:
        started = time.monotonic()
        with WarmParent() as parent, temporary_folder("doctor-") as scratch:
            address = parent.address
            loaded = time.monotonic() - started
            kernel = start_lone_kernel(parent, str(scratch))
            took = time.monotonic() - started - loaded
            kernel.close()
        words = f"warm parent loaded in {loaded:.1f} s, a kernel ready in {1000 * took:.0f} ms"
        return [Part("kernels", bool(address), words)]
    except (KernelFailed, SandboxUnavailable, OSError) as error:
        return [Part("kernels", False, str(error).splitlines()[0], "See the message above.")]


def _database(course: Path, db: str) -> Part:
    """Checks the course's gradebook, without creating a missing one."""
    try:
        opened = open_course(course, db)
    except WrongUse as error:
        return Part("gradebook", True, f"not checked: {str(error).splitlines()[0]}"[:160])
    address = opened.folders.db_url
    file = sqlite_file(address)
    if file and not file.exists():
        folder = file.absolute().parent
        may = folder.is_dir() and os.access(folder, os.W_OK)
        words = (
            f"{file} will be created by the first run"
            if may
            else f"{file} does not exist and cannot be created"
        )
        return Part("gradebook", may, words, f"Create the folder, or allow writing to it: {folder}")
    try:
        check_gradebook(address)
        return Part("gradebook", True, f"{address.split('@')[-1]} opens, {count_students(address)} students")
    except Exception as error:  # each database driver raises its own
        last = [line for line in str(error).splitlines() if line.strip()]
        return Part(
            "gradebook",
            False,
            f"{type(error).__name__}: {last[0] if last else ''}"[:160],
            "If an older nbgrader made it: back it up, then `nbgrader db upgrade`. PostgreSQL: check --db.",
        )


def _disk() -> list[Part]:
    free = shutil.disk_usage(tempfile.gettempdir()).free
    words = f"{free / 2**30:.1f} GB free in {tempfile.gettempdir()}"
    return [
        Part("scratch space", free > NEEDED_BYTES, words, "Free some space, or set TMPDIR to a larger disk.")
    ]
