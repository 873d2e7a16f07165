"""`python -m examples` builds the example class as a course of its own in examples/class/ and grades it.

`make grade` calls it. The course's own gradebook and submissions are never touched.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from examples.make_class import ASSIGNMENT, make_class

ROOT = Path(__file__).parent.parent
CLASS = Path(__file__).parent / "class"


def main() -> int:
    """Builds, grades, and says where the results are. Returns the grader's exit status."""
    parser = argparse.ArgumentParser(prog="python -m examples", description=__doc__)
    parser.add_argument("--folder", type=Path, default=CLASS, help="where to build it (examples/class)")
    parser.add_argument("--only-build", action="store_true", help="build the class without grading it")
    arguments = parser.parse_args()
    folder = arguments.folder.absolute()
    try:
        build(folder)
    except OSError as error:
        print(f"cannot build the example class in {folder}: {error}", file=sys.stderr)
        print(
            "free some space, or name a folder you may write to: python -m examples --folder DIR",
            file=sys.stderr,
        )
        return 2
    if arguments.only_build:
        return 0
    return subprocess.run(
        [sys.executable, "-m", "autograder.cli", "--course", str(folder), "grade", ASSIGNMENT], check=False
    ).returncode


def build(folder: Path) -> None:
    """Writes the class's course: configuration, source, release, and a submission for each student.

    Files that are as they should be are left alone, so a second run grades nothing again.
    """
    shutil.copytree(ROOT / "source" / ASSIGNMENT, folder / "source" / ASSIGNMENT, dirs_exist_ok=True)
    shutil.copytree(ROOT / "release" / ASSIGNMENT, folder / "release" / ASSIGNMENT, dirs_exist_ok=True)
    shutil.copy2(ROOT / "nbgrader_config.py", folder)
    make_class(folder / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", folder / "submitted")


if __name__ == "__main__":
    sys.exit(main())
