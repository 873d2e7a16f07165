"""Builds the two wheels, the grader's and the course's: `make wheels` calls this.

    python tools/wheels.py [FOLDER]

Each is built from a copy of what git tracks, as the build leaves files beside its sources that a later build would
take for sources.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Where each pyproject.toml lies, and what it needs beside it.
GRADER, COURSE = ("autograder", ("autograder",)), (".", ("exercises*", "lstmlab*"))
FILES = ("pyproject.toml", "README.md", "LICENSE")


def build(folder: Path) -> list[Path]:
    """Builds both into `folder`, which then holds no other wheels; raises CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    for project, trees in (GRADER, COURSE):
        with tempfile.TemporaryDirectory() as scratch:
            for tracked in _tracked(*FILES, *trees):
                (copy := Path(scratch) / tracked).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / tracked, copy)
            pip = [
                sys.executable,
                "-m",
                "pip",
                "--disable-pip-version-check",
                "wheel",
                "--quiet",
                "--no-deps",
            ]
            subprocess.run([*pip, "--wheel-dir", folder.absolute(), f"./{project}"], cwd=scratch, check=True)
    return sorted(folder.glob("*.whl"))


def _tracked(*paths: str) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


def main() -> int:
    """Prints what was built."""
    for wheel in build(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/wheels")):
        print(f"{wheel}: {wheel.stat().st_size / 1024:.0f} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
