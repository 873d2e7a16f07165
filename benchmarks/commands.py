"""Times the project's commands and prints the first table of docs/performance.md; `make bench` calls this.

Each command runs in its own process tree; memory is the largest sum of the tree's resident sizes, sampled
ten times a second (pages shared between processes count once for each, so it is an upper bound).
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
PORT = 18888
LAB = f"http://127.0.0.1:{PORT}/api"


@dataclass(frozen=True)
class Measured:
    """One run: seconds on the clock, largest memory of the process tree in MiB, and the exit status."""

    seconds: float
    mebibytes: float
    status: int


def main() -> int:
    """Prints one line a command. Returns 1 when a command failed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="time `make test` too (many minutes)")
    arguments = parser.parse_args()
    python = platform.python_version()
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {python}\n")
    print("| command | seconds | MiB |\n| --- | ---: | ---: |")
    failed = False
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        for name, command in commands(Path(scratch), tests=arguments.tests):
            result = measure(command, answers_at=LAB if "lab" in command else None)
            note = "" if result.status == 0 else f" (exit status {result.status})"
            failed |= result.status != 0
            print(f"| {name}{note} | {result.seconds:.0f} | {result.mebibytes:.0f} |", flush=True)
    return int(failed)


def commands(scratch: Path, *, tests: bool) -> list[tuple[str, list[str]]]:
    """What is measured, in the order in which the table lists it."""
    python, folder = sys.executable, str(scratch / "class")
    lesson = ROOT / "notebooks/03_gates.ipynb"
    found = [
        ("`make lab`, until it answers", [
            "make", "lab", f"LAB_ARGS=--no-browser --ServerApp.port={PORT} --ServerApp.port_retries=0",
        ]),
        ("the lesson `03_gates`, all cells", [
            python, "-m", "jupyter", "nbconvert", "--execute", "--to", "notebook",
            "--output-dir", str(scratch), str(lesson),
        ]),
        ("`make grade`, the first time", [python, "-m", "examples", "--folder", folder]),
        ("`make grade`, nothing new", [python, "-m", "examples", "--folder", folder]),
        ("`make notebooks`", [python, "-m", "autograder.cli", "notebooks", "--check"]),
        ("`make release`", [python, "-m", "autograder.cli", "release", "--check"]),
    ]  # fmt: skip
    return [*found, ("`make test`", ["make", "test"])] if tests else found


def measure(command: list[str], answers_at: str | None = None) -> Measured:
    """Runs a command to its end, or a server until it answers at an address; output is thrown away."""
    start, peak = time.perf_counter(), 0
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, tree_memory(process))
        if answers_at and answers(answers_at):
            took = time.perf_counter() - start
            for one in [*process.children(recursive=True), process]:
                one.terminate()
            process.wait()
            return Measured(took, peak / 2**20, 0)
        time.sleep(0.1)
    return Measured(time.perf_counter() - start, peak / 2**20, process.returncode)


def answers(address: str) -> bool:
    """Whether a server is there yet."""
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def tree_memory(process: psutil.Process) -> int:
    """Bytes resident in a process and all below it, now."""
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.NoSuchProcess:  # it ended while we looked; the next sample sees the rest
        pass
    return total


if __name__ == "__main__":
    sys.exit(main())
