"""Disks and gradebooks that refuse: a clear error with what to do, nothing half-written, and the command goes on."""

import errno
import io
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny_course
from gradebooks import kept
from nbgrader.api import Gradebook
from tiny_course import TinyCourse, source_notebook

from autograder.commands.doctor import _database, examine_machine
from autograder.commands.grade import write_feedback
from autograder.core.environment import with_own_programs
from autograder.course.course import load_config, open_course
from autograder.course.runtime import report_errors
from autograder.report.report import report_assignment
from autograder.results import record


def hand_in(course: TinyCourse) -> TinyCourse:
    """Three students, one of them with half the points."""
    course.submit("ada", course.answer())
    course.submit("bob", course.answer(last="def last(items):\n    return items[0]"))
    course.submit("cyd", course.answer())
    return course


@pytest.fixture(scope="module")
def calm(tiny_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run without trouble leaves behind."""
    course = hand_in(
        TinyCourse(Path(shutil.copytree(tiny_template, tmp_path_factory.mktemp("calm") / "course")))
    )
    status, said = course.grade()
    assert status == 0, said
    return kept(course.root)


def files(root: Path) -> dict[str, bytes]:
    """Every file of a course but the lock and the worker's log."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name not in ("lock", "worker.log")
    }


# --- disks


@pytest.fixture
def small_disk(tiny_template: Path, tmp_path: Path) -> Iterator[TinyCourse]:
    """A course on a file system of its own with 4 MB, which takes a root to mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk has to be mounted, which this user may not do")
    try:
        yield hand_in(TinyCourse(Path(shutil.copytree(tiny_template, disk / "course"))))
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize("free", [0, 20_000, 40_000, 60_000])
def test_a_full_disk_stops_the_run_and_with_room_it_goes_on(
    small_disk: TinyCourse, calm: dict[str, Any], free: int
) -> None:
    ballast = small_disk.root.parent / "ballast"
    room = os.statvfs(small_disk.root)
    ballast.write_bytes(b"x" * max(0, room.f_bavail * room.f_frsize - free))
    status, said = small_disk.grade()
    assert status == 2, said
    assert "Free some space" in said
    assert "Traceback" not in said
    assert not list(small_disk.root.rglob(".t1.*")), "no half-written folder"
    assert not list(small_disk.root.rglob("*.new"))
    ballast.unlink()
    status, said = small_disk.grade()
    assert status == 0, said
    assert kept(small_disk.root) == calm


def test_a_course_that_is_read_only_is_said_so_and_goes_on_when_it_is_not(
    small_disk: TinyCourse, calm: dict[str, Any]
) -> None:
    disk, before = str(small_disk.root.parent), files(small_disk.root)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    status, said = small_disk.grade()
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert status == 2
    assert "Read-only file system" in said
    assert "allow writing" in said
    assert files(small_disk.root) == before
    assert small_disk.grade()[0] == 0
    assert kept(small_disk.root) == calm


def test_a_disk_without_locks_is_said_so(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    hand_in(tiny)
    monkeypatch.setattr("fcntl.flock", refuse)
    status, said = tiny.grade()
    assert status == 2
    assert "does not support locks (No locks available)" in said and f"cp -r {tiny.root} ~/course" in said
    assert not (tiny.root / ".autograder/t1.jsonl").exists()


def test_a_system_that_gives_no_more_files_is_not_taken_for_a_full_disk() -> None:
    out = io.StringIO()
    with report_errors(out) as status:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    assert status == [2]
    assert "this system refused (Too many open files)" in out.getvalue()
    assert "ulimit -n" in out.getvalue() and "room" not in out.getvalue()


# --- names


def test_a_folder_whose_name_is_no_utf8_is_set_aside_and_the_others_are_graded(tiny: TinyCourse) -> None:
    hand_in(tiny)
    folder = os.fsencode(tiny.root / "submitted") + b"/m\xfcller/t1"
    os.makedirs(folder)  # noqa: PTH103  bytes are no Path
    shutil.copy(tiny.root / "submitted/ada/t1/two.ipynb", os.fsdecode(folder))
    status, said = tiny.grade()
    assert status == 1
    assert r"m\udcfcller: the name of its folder is not UTF-8; rename the folder" in said
    assert [row["status"] for row in tiny.grades().values()] == ["graded"] * 3 + ["failed"]
    os.rename(os.path.dirname(folder), tiny.root / "submitted/müller")  # noqa: PTH104, PTH120
    status, said = tiny.grade()
    assert (status, tiny.grades()["müller"]["score"]) == (0, "5"), said


def test_a_students_name_stays_on_its_line_of_the_terminal(tiny: TinyCourse) -> None:
    for name in ("new\nline", "\x1b[31mred", "-rf", 'o\'brien "q"', "=1+1", "[a]*", "\u202eabc"):
        tiny.submit(name, tiny.answer())
    status, said = tiny.grade()
    assert (status, len(tiny.grades())) == (0, 7), said
    assert r"new\nline: 5 of 5" in said and r"\x1b[31mred: 5 of 5" in said and r"\u202eabc: 5" in said
    assert all(line.isprintable() for line in said.split("\n"))


def test_a_memory_in_which_no_kernel_can_live_is_refused(tiny: TinyCourse) -> None:
    hand_in(tiny)
    status, said = tiny.grade(memory=1)
    assert (status, "expected at least\n  --memory 256\n" in said) == (2, True), said
    status, said = tiny.grade(memory=256)
    assert (status, tiny.grades()["ada"]["score"]) == (0, "5"), said


# --- gradebooks


def refused(course: TinyCourse) -> str:
    """What is said of a gradebook that cannot be used; nothing in the course may have changed."""
    before = files(course.root)
    status, said = course.grade()
    assert status == 2, said
    assert "Traceback" not in said
    assert files(course.root) == before
    out = io.StringIO()
    assert write_feedback(course.root, "t1", out=out) == 2
    assert files(course.root) == before
    return said


def test_a_new_gradebook_is_the_one_nbgrader_makes(tiny: TinyCourse) -> None:
    stock = tiny.root / "gradebook.db"
    with closing(sqlite3.connect(stock)) as book:
        wanted = book.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name != 'alembic_version'"
        ).fetchall()
        version = book.execute("SELECT version_num FROM alembic_version").fetchall()
    stock.unlink()
    open_course(tiny.root).gradebook().close()
    with closing(sqlite3.connect(stock)) as book:
        made = book.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name != 'alembic_version'"
        ).fetchall()
        assert sorted(made) == sorted(wanted)
        assert book.execute("SELECT version_num FROM alembic_version").fetchall() == version


def test_a_stop_while_the_gradebook_is_made_leaves_nothing_of_it(
    tiny: TinyCourse, calm: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(tiny)
    (tiny.root / "gradebook.db").unlink()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("alembic.migration.MigrationContext.stamp", stop)
        with pytest.raises(KeyboardInterrupt):
            tiny.grade()
    with closing(sqlite3.connect(tiny.root / "gradebook.db")) as book:
        assert book.execute("SELECT name FROM sqlite_master").fetchall() == []
    status, said = tiny.grade()
    assert status == 0, said
    assert kept(tiny.root) == calm


def test_a_gradebook_that_nbgrader_was_stopped_in_making_is_made_anew(
    tiny: TinyCourse, calm: dict[str, Any]
) -> None:
    hand_in(tiny)
    with closing(sqlite3.connect(tiny.root / "gradebook.db")) as book:
        book.executescript("DELETE FROM course; DROP TABLE alembic_version; DROP TABLE comment;")
    status, said = tiny.grade()
    assert status == 0, said
    assert kept(tiny.root) == calm


def test_a_gradebook_without_a_version_is_left_alone_where_something_is_written_in_it(
    tiny: TinyCourse,
) -> None:
    hand_in(tiny)
    with closing(sqlite3.connect(tiny.root / "gradebook.db")) as book:
        book.executescript(
            "DELETE FROM course; DROP TABLE alembic_version; INSERT INTO student (id) VALUES ('ada');"
        )
    assert "older nbgrader: found version none" in refused(tiny)


@pytest.mark.parametrize(
    "tables", ["student (id INT, room INT)", "student (id INT); CREATE TABLE invoice (id INT)"]
)
def test_tables_of_another_program_are_left_alone_though_they_are_empty(
    tiny: TinyCourse, tables: str
) -> None:
    hand_in(tiny)
    (tiny.root / "gradebook.db").unlink()
    with closing(sqlite3.connect(tiny.root / "gradebook.db")) as book:
        book.executescript(f"CREATE TABLE {tables}")
    before = (tiny.root / "gradebook.db").read_bytes()
    said = refused(tiny)
    assert ("it has invoice. Give the gradebook one of its own" in said) == ("invoice" in tables), said
    assert (tiny.root / "gradebook.db").read_bytes() == before


def test_a_gradebook_in_a_folder_that_is_not_there_is_refused_with_the_folder(tiny: TinyCourse) -> None:
    hand_in(tiny)
    status, said = tiny.grade(db="sqlite:///not here/gradebook.db")
    assert status == 2
    assert said.startswith(f"There is no folder {tiny.root}/not here for the gradebook."), said
    assert said.endswith(f"mkdir -p '{tiny.root}/not here'\n"), said


def make_older(path: Path) -> None:
    """Turns a gradebook into one of nbgrader 0.8, before there were courses, with a student in it."""
    with closing(sqlite3.connect(path)) as book:
        book.executescript(
            "DROP TABLE course; ALTER TABLE assignment RENAME TO old;"
            "CREATE TABLE assignment (id VARCHAR(32) NOT NULL, name VARCHAR(128) NOT NULL, duedate DATETIME,"
            " PRIMARY KEY (id), UNIQUE (name)); DROP TABLE old;"
            "INSERT INTO student (id, first_name) VALUES ('ada', 'Ada');"
            "UPDATE alembic_version SET version_num = '282d30a0218e';"
        )


def test_a_gradebook_of_an_older_nbgrader_is_recognised_before_it_is_touched(tiny: TinyCourse) -> None:
    hand_in(tiny)
    make_older(tiny.root / "gradebook.db")
    said = refused(tiny)
    assert "older nbgrader: found version 282d30a0218e" in said
    assert said.endswith("\n  nbgrader db upgrade\n")
    command = [sys.executable, "-m", "nbgrader", "db", "upgrade"]
    subprocess.run(command, cwd=tiny.root, env=with_own_programs(os.environ), check=True, capture_output=True)
    assert tiny.grade()[0] == 0
    with Gradebook(f"sqlite:///{tiny.root}/gradebook.db") as gradebook:
        assert gradebook.find_student("ada").first_name == "Ada", "what the older one knew is still there"


def test_a_gradebook_of_a_newer_nbgrader_is_refused(tiny: TinyCourse) -> None:
    hand_in(tiny)
    with closing(sqlite3.connect(tiny.root / "gradebook.db")) as book:
        book.executescript("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    assert "newer nbgrader: found version ffffffffffff" in refused(tiny)


@pytest.mark.parametrize("damage", ["text", "overwritten", "cut"])
def test_a_damaged_gradebook_is_refused_and_a_backup_goes_on(
    tiny: TinyCourse, calm: dict[str, Any], damage: str
) -> None:
    hand_in(tiny)
    path = tiny.root / "gradebook.db"
    good = path.read_bytes()
    middle = good[: len(good) // 2] + b"\xa5" * 9000 + good[len(good) // 2 + 9000 :]
    path.write_bytes(
        {"text": b"student,score\n" * 50, "overwritten": middle, "cut": good[: len(good) // 3]}[damage]
    )
    said = refused(tiny)
    assert "damaged" in said
    assert "backup" in said
    path.write_bytes(good)
    assert tiny.grade()[0] == 0
    assert kept(tiny.root) == calm


def test_a_gradebook_that_stays_locked_stops_the_run_which_goes_on_later(
    tiny: TinyCourse, calm: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(tiny)
    monkeypatch.setattr(record.patiently, "__defaults__", (1.0,))
    with closing(sqlite3.connect(tiny.root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = refused(tiny)
        other.execute("ROLLBACK")
    assert "has been locked by another program" in said
    assert "formgrader" in said
    assert tiny.grade()[0] == 0
    assert kept(tiny.root) == calm


def test_a_source_whose_cells_are_not_those_of_the_gradebook_is_refused(tiny: TinyCourse) -> None:
    hand_in(tiny)
    assert tiny.grade()[0] == 0
    before = kept(tiny.root)
    path = tiny.root / "source/t1/two.ipynb"
    restored = path.read_bytes()
    notebook = source_notebook()
    notebook.cells.append(tiny_course.test_cell("test_more", 1, "assert True"))
    nbformat.write(notebook, path)
    status, said = tiny.grade()
    assert status == 2
    assert "not the ones that the gradebook has grades for" in said
    assert "nbgrader db assignment remove t1 --force" in said
    assert kept(tiny.root) == before
    path.write_bytes(restored)
    status, said = tiny.grade()
    assert (status, "3 unchanged since last time" in said) == (0, True)
    assert kept(tiny.root) == before


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("rubbish", "is not valid"),
        ("nosuch://host/database", "is not valid"),
        ("postgresql+psycopg2://host/database", "needs the module 'psycopg2'"),
        ("sqlite:////nowhere/at/all/gradebook.db", "mkdir -p /nowhere/at/all"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_so(tiny: TinyCourse, address: str, words: str) -> None:
    hand_in(tiny)
    before = files(tiny.root)
    status, said = tiny.grade(db=address)
    assert (status, words in said) == (2, True), said
    assert files(tiny.root) == before


@pytest.mark.parametrize(
    "line", ["", "from traitlets.config import get_config\n", "import traitlets.config\n"]
)
def test_a_configuration_counts_however_it_is_written(tmp_path: Path, line: str) -> None:
    get = "traitlets.config.get_config" if line.startswith("import") else "get_config"
    (tmp_path / "nbgrader_config.py").write_text(f"{line}c = {get}()\nc.Execute.timeout = 7\n")
    assert load_config(tmp_path).Execute.timeout == 7


PLUGIN = "from nbgrader.plugins import BasePlugin\n\n\nclass Day(BasePlugin):\n"
PENALTY = "    def late_submission_penalty(self, student, score, seconds):\n        return 1.5\n"


def late(tiny: TinyCourse, plugin: str) -> None:
    """A course whose plugin for late penalties lies in its folder, and a submission that is a day late."""
    with (tiny.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.AssignLatePenalties.plugin_class = '{plugin}.Day'\n")
    tiny.submit("ada", tiny.answer()).with_name("timestamp.txt").write_text("2026-03-02 12:00:00 UTC")
    with Gradebook(f"sqlite:///{tiny.root}/gradebook.db") as book:
        book.add_assignment("t1", duedate="2026-03-01 12:00:00 UTC")


def test_a_plugin_in_the_courses_folder_takes_its_late_penalty(tiny: TinyCourse) -> None:
    (tiny.root / "a_day_late.py").write_text(PLUGIN + PENALTY)
    late(tiny, "a_day_late")
    status, said = tiny.grade()
    assert (status, tiny.grades()["ada"]["score"]) == (0, "3.5"), said


@pytest.mark.parametrize("text", [None, "1 / 0", "Day = 3"])
def test_a_late_plugin_that_does_not_load_stops_the_run_before_anyone_is_graded(
    tiny: TinyCourse, text: str | None
) -> None:
    name = f"late_plugin_{hash(text) % 10**6}"  # a module is imported once in a process
    if text is not None:
        (tiny.root / f"{name}.py").write_text(text)
    late(tiny, name)
    status, said = tiny.grade()
    assert status == 2
    assert "The course's plugin for late penalties does not load" in said and f"'{name}.Day'" in said
    assert "Fix nbgrader_config.py or that file" in said
    assert not (tiny.root / ".autograder/t1.jsonl").exists()


def test_looking_at_a_machine_leaves_no_gradebook_behind(tiny: TinyCourse, tmp_path: Path) -> None:
    (tiny.root / "gradebook.db").unlink()
    for root in (tiny.root, tmp_path):
        before = files(root)
        out = io.StringIO()
        examine_machine(root, out=out)
        assert files(root) == before
    assert "gradebook.db will be created by the first run" in looked_at(tiny.root)
    hand_in(tiny).grade()
    before = files(tiny.root)
    assert "gradebook.db opens, 3 students" in looked_at(tiny.root)
    assert files(tiny.root) == before


def looked_at(root: Path) -> str:
    """What the doctor says of a course's gradebook."""
    part = _database(root, "")
    assert part.works
    return part.words


@pytest.mark.parametrize("command", [write_feedback, report_assignment])
def test_a_command_that_finds_nothing_graded_makes_no_gradebook(tiny: TinyCourse, command: Any) -> None:
    tiny.submit("ada", tiny.answer())
    (tiny.root / "gradebook.db").unlink()
    out = io.StringIO()
    assert command(tiny.root, "t1", out=out) == 2
    assert "autograder grade t1" in out.getvalue()
    assert not (tiny.root / "gradebook.db").exists()
