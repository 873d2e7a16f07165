"""Pages shared between forks are those that one process makes. Each run is a process: forks want no threads."""

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tiny_course import TinyCourse

STUDENTS = 24
# Ends with the numbers of the processes that made pages.
COMMAND = """
import os, signal, sys, threading
from pathlib import Path
from autograder.commands.grade import write_feedback
from autograder.engine import forks
from autograder.pages import feedback

os.cpu_count = lambda: 2
make, main, root = feedback.Pages.make, os.getpid(), Path(sys.argv[1])
makers = root / "makers"
makers.mkdir()

def noted(self, student):
    (makers / f"{student} {os.getpid()}").touch()
    trouble(student)
    make(self, student)

def trouble(student):
    pass

# what shall go wrong
feedback.Pages.make = noted
status = write_feedback(root, "t1")
processes = {int(each.name.split()[1]) for each in makers.iterdir()}
print("forks:", len(processes - {main}), "main:", sum(each.name.endswith(str(main)) for each in makers.iterdir()))
sys.exit(status)
"""


@pytest.fixture(scope="module")
def graded(tiny_template: Path, tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """A class of `STUDENTS`, graded, its pages made by one process."""
    course = TinyCourse(Path(shutil.copytree(tiny_template, tmp_path_factory.mktemp("class") / "course")))
    for number in range(STUDENTS):
        course.submit(f"student{number:02}", course.answer(last=f"def last(items):\n    return {number}"))
    status, said = course.grade()
    assert status == 0, said
    return course


def pages(root: Path) -> dict[str, bytes]:
    """Every file in the feedback folder."""
    folder = root / "feedback"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def again(graded: TinyCourse, where: Path, trouble: str = "") -> tuple[int, str, dict[str, bytes]]:
    """The class's pages made anew in a copy of the course: exit status, last line, pages."""
    root = Path(shutil.copytree(graded.root, where / "course"))
    shutil.rmtree(root / "feedback")
    program = COMMAND.replace("# what shall go wrong", textwrap.dedent(trouble))
    command = [sys.executable, "-c", program, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    left = [path.name for path in (root / ".autograder").glob("feedback*")]
    assert left == []
    return done.returncode, done.stdout, pages(root)


def test_forks_make_the_same_pages(graded: TinyCourse, tmp_path: Path) -> None:
    status, said, made = again(graded, tmp_path)
    assert (status, len(made), made) == (0, STUDENTS, pages(graded.root))
    assert said.endswith("main: 1\n") and "forks: 0" not in said, said


def test_a_process_with_threads_is_not_forked(graded: TinyCourse, tmp_path: Path) -> None:
    status, said, made = again(
        graded, tmp_path, "threading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    assert (status, made) == (0, pages(graded.root))
    assert said.endswith(f"forks: 0 main: {STUDENTS}\n")


def test_pages_of_a_fork_that_was_killed_are_made_by_the_process_itself(
    graded: TinyCourse, tmp_path: Path
) -> None:
    status, said, made = again(
        graded,
        tmp_path,
        """
        def trouble(student):
            if student == "student10" and os.getpid() != main:
                os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    assert (status, made) == (0, pages(graded.root)), said


def test_a_fork_that_cannot_begin_costs_nobody_a_page(graded: TinyCourse, tmp_path: Path) -> None:
    status, said, made = again(
        graded,
        tmp_path,
        """
        use = feedback.Pages.use
        def refused(self, *arguments):
            if os.getpid() != main:
                raise OSError("no connection is left")
            use(self, *arguments)
        feedback.Pages.use = refused
        """,
    )
    assert (status, made) == (0, pages(graded.root)), said
    assert said.endswith(f"forks: 0 main: {STUDENTS}\n")


def test_what_went_wrong_in_a_fork_is_said_as_ever(graded: TinyCourse, tmp_path: Path) -> None:
    status, said, made = again(
        graded,
        tmp_path,
        """
        write = feedback.Pages._write
        def broken(self, student, folder):
            if student == "student07":
                raise ValueError("no page")
            write(self, student, folder)
        feedback.Pages._write = broken
        """,
    )
    wanted = pages(graded.root)
    del wanted["student07/t1/two.html"]
    assert (status, made) == (1, wanted), said
    assert "student07" in said and "ValueError: no page" in said


def test_a_disk_that_refuses_a_fork_stops_the_run(graded: TinyCourse, tmp_path: Path) -> None:
    status, said, _ = again(
        graded,
        tmp_path,
        """
        def trouble(student):
            if student == "student07":
                raise OSError(28, "No space left on device")
        """,
    )
    assert status == 2
    assert "Stopped, the disk refused (No space left on device)." in said
