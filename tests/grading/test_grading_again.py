"""Runs that are repeated, interrupted, killed, kept waiting, or two at a time."""

import contextlib
import io
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

import nbformat
import psutil
from handed_in import changed
from tiny_course import LAST, TinyCourse, source_notebook

from autograder.commands.grade import grade_assignment
from autograder.commands.regrade import regrade_assignment

COMMAND = [
    sys.executable,
    "-c",
    "import sys, pathlib; from autograder.commands.grade import grade_assignment as grade;"
    "sys.exit(grade(pathlib.Path(sys.argv[1]), 't1', force=len(sys.argv) > 2))",
]


def test_only_what_changed_is_graded_again(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.untouched())
    tiny.submit("bob", tiny.answer())
    tiny.grade()
    assert tiny.grade()[1].count(" of 5, ") == 0
    tiny.submit("ada", tiny.answer())
    _, said = tiny.grade()
    assert "ada: 5 of 5" in said
    assert "bob: 5" not in said
    assert "1 unchanged since last time" in said
    _, said = tiny.grade(force=True, students=["bob"])
    assert "bob: 5 of 5" in said
    assert sorted(line["student"] for line in tiny.journal()) == ["ada", "ada", "bob", "bob"]


def test_what_is_to_be_graded_again_is_counted_before_the_first_is(tiny: TinyCourse) -> None:
    students = [f"s{number}" for number in range(7)]
    for student in students:
        tiny.submit(student, tiny.untouched())
    tiny.grade()
    for student in students[:4]:
        tiny.submit(student, tiny.answer())
    _, said = tiny.grade(workers=1)
    assert re.findall(r"^\[(\S+)\]", said, re.MULTILINE) == ["1/4", "2/4", "3/4", "4/4"]
    assert "3 unchanged since last time" in said


def test_a_new_gradebook_is_filled_again(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    tiny.grade()
    (tiny.root / "gradebook.db").unlink()
    assert "ada: 5 of 5" in tiny.grade()[1]
    assert tiny.grades()["ada"]["score"] == "5"


def test_a_changed_test_grades_everyone_again(tiny: TinyCourse) -> None:
    tiny.submit("bob", tiny.answer())
    tiny.grade()
    source = changed(source_notebook(), "test_double", source="assert double(1) == 3")
    nbformat.write(source, tiny.root / "source/t1/two.ipynb")
    assert "bob: 3 of 5" in tiny.grade()[1]


def test_a_killed_run_goes_on_where_it_was(tiny: TinyCourse) -> None:
    students = [f"student{number}" for number in range(6)]
    for student in students:
        tiny.submit(student, tiny.answer(last="import time\ntime.sleep(0.3)\n" + LAST))
    run = subprocess.Popen([*COMMAND, str(tiny.root)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    seen = [run.stdout.readline(), run.stdout.readline()]
    workers = psutil.Process(run.pid).children(recursive=True)
    run.kill()
    run.wait()
    run.stdout.close()
    assert all("5 of 5" in line for line in seen)
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert alive == [], "workers and kernels end with the run"
    kept = len(tiny.journal())
    assert 2 <= kept < 6
    status, said = tiny.grade()
    assert status == 0
    assert f"{kept} unchanged since last time" in said
    assert {row["score"] for row in tiny.grades().values()} == {"5"}
    assert list(tiny.grades()) == students


def test_a_disk_that_refuses_is_reported_and_nothing_is_half_written(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    (tiny.root / "autograded").write_text("a file where a folder should be")
    status, said = tiny.grade()
    assert status == 2
    assert "the disk refused" in said
    assert not (tiny.root / ".autograder/t1.jsonl").exists()
    assert not (tiny.root / "reports").exists()
    assert not (tiny.root / ".autograder/scratch").exists()
    (tiny.root / "autograded").unlink()
    assert tiny.grade()[0] == 0


def test_a_locked_gradebook_is_waited_for(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    tiny.grade()
    with contextlib.closing(sqlite3.connect(tiny.root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        run = subprocess.Popen([*COMMAND, str(tiny.root), "force"], stdout=subprocess.PIPE, text=True)
        time.sleep(8)
        assert run.poll() is None
        other.execute("ROLLBACK")
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 0
    assert "ada: 5 of 5" in said


def test_two_runs_at_once_are_refused(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer(last="import time\ntime.sleep(2)\n" + LAST))
    first = subprocess.Popen([*COMMAND, str(tiny.root)], stdout=subprocess.PIPE, text=True)
    while not (tiny.root / ".autograder/worker.log").exists():
        time.sleep(0.05)
    status, said = tiny.grade()
    out = io.StringIO()
    dry = regrade_assignment(tiny.root, "t1", dry_run=True, out=out)
    first.communicate(timeout=60)
    assert (status, dry) == (2, 2)
    assert "Another `autograder` is running" in said
    assert "Another `autograder` is running" in out.getvalue()
    assert first.returncode == 0


def test_ctrl_c_stops_the_run_and_keeps_what_is_finished(tiny: TinyCourse) -> None:
    for number in range(12):
        tiny.submit(f"student{number}", tiny.answer(last="import time\ntime.sleep(1.5)\n" + LAST))
    command = [*COMMAND, str(tiny.root)]
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert run.stdout is not None
    run.stdout.readline()
    workers = psutil.Process(run.pid).children(recursive=True)
    os.killpg(run.pid, signal.SIGINT)
    run.communicate(timeout=30)
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    assert 1 <= len(tiny.journal()) < 12
    assert not (tiny.root / ".autograder/scratch").exists()
    assert tiny.grade()[0] == 0


def _starts_its_forkserver(pid: int) -> bool:
    with contextlib.suppress(psutil.Error):  # a child that asked about the machine may just have ended
        return any("forkserver" in " ".join(child.cmdline()) for child in psutil.Process(pid).children())
    return False


def test_ctrl_c_while_all_is_still_loading_says_what_to_type_and_nothing_of_the_workers(
    tiny: TinyCourse,
) -> None:
    tiny.submit("ada", tiny.answer())
    command = [sys.executable, "-m", "autograder.cli", "--course", str(tiny.root), "grade", "t1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as run:
        while not _starts_its_forkserver(run.pid):
            assert run.poll() is None
            time.sleep(0.02)
        time.sleep(0.3)  # Python itself has started there, the imports have begun
        os.killpg(run.pid, signal.SIGINT)
        said = run.communicate(timeout=60)[0]
    # A shell calls both 130. Python ends by the signal itself where an exec() of text was interrupted.
    assert run.returncode in (130, -signal.SIGINT), said
    assert said.endswith("run the same command again to continue.\n") and "forkserver" not in said, said


def test_a_terminal_gets_a_counting_line(tiny: TinyCourse) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    tiny.submit("ada", tiny.answer())
    out = Terminal()
    grade_assignment(tiny.root, "t1", out=out)
    assert "1/1" in out.getvalue()
    assert "left" in out.getvalue()
