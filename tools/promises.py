"""Whether each promise of the sandbox's and the border's docstrings has a test: `make promises` calls this.

    python tools/promises.py [--jobs N] [WORD ...]     only promises whose file or text holds one of the words

promises.toml lists them: the words of the promise, where they stand, the code that keeps it, tests that must miss it.
In copies of the project each promise is removed, one at a time, and its tests run; the working tree is not touched.
Survivors, whose tests pass without the code, are listed at the end; the exit status is 1 where there are any.
"""

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "tools/promises.toml"
COPIED = ("autograder", "book", "exercises", "lstmlab", "tests", "conftest.py", "pyproject.toml")
LINKED = ("examples", "source", "release", "notebooks", "nbgrader_config.py")
PASSED, FAILED = 0, 1  # pytest's exit statuses


@dataclass(frozen=True)
class Promise:
    """Its words in `file` (below autograder/), the code there that keeps it with what takes its place, and tests."""

    file: str
    text: str
    code: str
    tests: tuple[str, ...]
    instead: str = ""

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.file}: {self.text}"

    def faults(self) -> list[str]:
        """What is wrong with the entry itself: words or code that do not stand there, or stand there twice."""
        source = (ROOT / "autograder" / self.file).read_text(encoding="utf-8")
        plain = " ".join(source.replace("#", " ").split())
        found = [] if self.text in plain else ["the text is not in the file"]
        return found + ([] if (n := source.count(self.code)) == 1 else [f"the code is in the file {n} times"])

    def removed_from(self, source: str) -> str:
        """The file without the code."""
        return source.replace(self.code, self.instead)


def promises() -> list[Promise]:
    """The table's."""
    entries = tomllib.loads(TABLE.read_text(encoding="utf-8"))["promise"]
    return [Promise(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


class Copy:
    """A copy of the project with a Python of its own that imports it, in a folder that vanishes."""

    def __init__(self, folder: Path) -> None:
        self.root, self.python = folder / "project", folder / "venv/bin/python"
        self.root.mkdir(parents=True)
        for name in COPIED:
            place = ROOT / name
            if place.is_dir():
                shutil.copytree(place, self.root / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(place, self.root / name)
        for name in LINKED:
            (self.root / name).symlink_to(ROOT / name)
        venv.create(folder / "venv", with_pip=False)
        for name in ("share", "etc"):  # nbconvert's templates and other libraries' files
            if (Path(sys.prefix) / name).is_dir():
                (folder / "venv" / name).symlink_to(Path(sys.prefix) / name)
        # Also for `python -I`, which warm parents are: PYTHONPATH would not do.
        (site,) = folder.glob("venv/lib/python*/site-packages")
        libraries = [each for each in sys.path if each.endswith("site-packages")]
        (site / "copy.pth").write_text("\n".join([str(self.root), *libraries]) + "\n")

    def run(self, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Runs tests here, until the first that fails."""
        options = ["-q", "-x", "-p", "no:cacheprovider", "-m", "slow or not slow", "--timeout=120"]
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # alembic and others stay this environment's
        return subprocess.run(
            [str(self.python), "-m", "pytest", *options, *(f"tests/{test}" for test in tests)],
            cwd=self.root,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PATH": path},
            capture_output=True,
            text=True,
        )


def survives(copy: Copy, promise: Promise) -> bool:
    """Whether its tests pass without the code. Raises RuntimeError where they do not run."""
    file = copy.root / "autograder" / promise.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(promise.removed_from(whole), encoding="utf-8")
    try:
        compile(file.read_text(encoding="utf-8"), file, "exec")
        done = copy.run(promise.tests)
    finally:
        file.write_text(whole, encoding="utf-8")
    if done.returncode not in (PASSED, FAILED):
        raise RuntimeError(
            f"{promise.name}: its tests do not run:\n{done.stdout[-2000:]}{done.stderr[-500:]}"
        )
    return done.returncode == PASSED


def main(words: Sequence[str], jobs: int) -> int:
    """Tries each promise and prints survivors."""
    chosen = [each for each in promises() if not words or any(word in each.name for word in words)]
    if wrong := [f"{each.name}: {fault}" for each in chosen for fault in each.faults()]:
        print("\n".join(["promises.toml does not fit the code:", *wrong]))
        return 2
    with tempfile.TemporaryDirectory(prefix="promises-") as folder:
        Path(folder).chmod(0o755)  # tests of other users than root read it
        free: queue.Queue[Copy] = queue.Queue()
        for number in range(jobs):
            free.put(Copy(Path(folder) / str(number)))

        def tried(promise: Promise) -> bool:
            copy, started = free.get(), time.monotonic()
            try:
                survived = survives(copy, promise)
            finally:
                free.put(copy)
            verdict = "SURVIVES" if survived else "is missed"
            print(f"{time.monotonic() - started:4.0f} s  {verdict}  {promise.name}", flush=True)
            return survived

        whole = free.queue[0].run(sorted({test for promise in chosen for test in promise.tests}))
        if whole.returncode != PASSED:
            print(f"tests fail with every promise kept:\n{whole.stdout[-3000:]}")
            return 2
        with ThreadPoolExecutor(jobs) as pool:
            survived = list(pool.map(tried, chosen))
    survivors = [promise for promise, did in zip(chosen, survived, strict=True) if did]
    print(f"{len(chosen)} promises, {len(survivors)} survivors")
    for promise in survivors:
        print(f"  {promise.name}")
    return 1 if survivors else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    sys.exit(main(arguments.words, arguments.jobs))
