"""Grades a few submissions in a copy of the course, so that the course itself stays as it is; for `plan`."""

import contextlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from autograder.core.errors import WrongUse
from autograder.core.scratch import temporary_folder
from autograder.course.course import Course, open_course

STAND_IN = "student{:03}"


@contextmanager
def graded_sample(
    course: Course, assignment: str, size: int, sandbox: str, out: TextIO
) -> Iterator[tuple[Course, str]]:
    """A copy in which at most `size` submissions were graded by one worker, and in words what they were.

    They are drawn from those handed in, the same ones each time; where there are none yet, the reference
    solution stands in for the students. Raises WrongUse where the copy cannot be graded.
    """
    with temporary_folder("plan-") as scratch:
        root = scratch / "course"
        root.mkdir()
        for path in course.root.iterdir():  # the configuration, and what it may import
            if path.is_file() and path.suffix in (".py", ".json"):
                shutil.copy2(path, root)
        for name in course.frame().values():
            if (course.root / name).is_file() and not Path(name).is_absolute():
                _inside(root, (root / name).resolve())
                shutil.copy2(course.root / name, root / name)
        copy = open_course(_with_mark(root), f"sqlite:///{root}/gradebook.db")
        source = course.step(course.folders.source_directory, assignment)
        if not source.is_dir():
            raise WrongUse(f"A sample cannot be graded without the assignment's source:\n  {source}/")
        shutil.copytree(source, _inside(root, copy.step(copy.folders.source_directory, assignment)))
        handed_in = course.submissions(assignment)
        who = _hand_in(copy, assignment, handed_in, size, source)
        print(f"Grading {who} in a copy of the course, to measure ...", file=out, flush=True)
        _grade(copy, assignment, sandbox)
        yield copy, who


def _with_mark(root: Path) -> Path:
    if not (root / "nbgrader_config.py").exists():  # a course may do without; a folder must have something
        (root / "nbgrader_config.py").write_text("")
    return root


def _inside(root: Path, path: Path) -> Path:
    if not path.is_relative_to(root.resolve()):
        raise WrongUse(
            f"The configuration puts its files at {path}, whatever the course's folder is; so no copy of the course"
            " can be\ngraded beside it. Grade the class once: autograder plan then reckons with what that took."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _hand_in(copy: Course, assignment: str, handed_in: dict[str, Path], size: int, source: Path) -> str:
    """Fills the copy's folder of submissions; returns whose they are."""
    drawn = random.Random(0).sample(sorted(handed_in), min(size, len(handed_in)))
    works = {student: handed_in[student] for student in drawn}
    works = works or {STAND_IN.format(number): source for number in range(size)}
    for student, folder in works.items():
        place = copy.folders.format_path(copy.folders.submitted_directory, student, assignment)
        target = _inside(copy.root, Path(place))
        if folder.is_dir():
            shutil.copytree(folder, target, symlinks=True)
        else:  # a link or a file in a folder's place, which grading has a word for
            shutil.copy2(folder, target, follow_symlinks=False)
    if drawn:
        return f"{len(drawn)} of the {len(handed_in)} submissions"
    return f"the reference solution {size} times, as nobody has handed in yet,"


def _grade(copy: Course, assignment: str, sandbox: str) -> None:
    """In a process of its own, whose memory is then that of a coordinator."""
    command = [sys.executable, "-m", "autograder.cli", "--course", str(copy.root), "grade", assignment]
    command += ["--workers", "1", "--sandbox", sandbox, "--db", copy.folders.db_url]
    with contextlib.chdir(copy.root):
        done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ))
    if done.returncode not in (0, 1):
        raise WrongUse(f"The sample could not be graded:\n{(done.stdout + done.stderr).strip()[-2000:]}")
