"""A gradebook in PostgreSQL, on a real server: all that SQLite can, by our commands and by nbgrader's own."""

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradebooks import contents
from nbgrader.api import Base, Gradebook
from postgres import Server, free_port, running
from sqlalchemy import create_engine, text
from tiny_course import TinyCourse

from autograder.commands.doctor import examine_machine
from autograder.commands.grade import write_feedback
from autograder.commands.regrade import regrade_assignment
from autograder.core.environment import with_own_programs
from autograder.course import gradebook as database


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for all tests of this module."""
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def graded(
    server: Server, tiny_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TinyCourse, str]:
    """A class graded into an empty database, and the database's address. No gradebook.db is made."""
    course = TinyCourse(Path(shutil.copytree(tiny_template, tmp_path_factory.mktemp("class") / "course")))
    (course.root / "gradebook.db").unlink()
    hand_in(course)
    address = server.create("course")
    status, said = course.grade(db=address)
    assert status == 0, said
    assert not (course.root / "gradebook.db").exists()
    return course, address


def hand_in(course: TinyCourse) -> None:
    """Four students: right, half right, broken, too late."""
    course.submit("ada", course.answer())
    course.submit("bob", course.answer(last="def last(items):\n    return items[0]"))
    course.submit("cyd", b"{")
    course.submit("eve", course.untouched()).with_name("timestamp.txt").write_text("2026-02-03 10:00:00 UTC")


def nbgrader(course: TinyCourse, *arguments: str) -> str:
    """Runs the stock command in the course; what it printed."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    environment = with_own_programs(os.environ)
    done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_gradebook_holds_what_sqlite_would_hold(graded: tuple[TinyCourse, str], tiny: TinyCourse) -> None:
    hand_in(tiny)
    tiny.grade()
    assert contents(graded[1]) == contents(f"sqlite:///{tiny.root}/gradebook.db")
    assert {student: row["score"] for student, row in graded[0].grades().items()} == {
        "ada": "5", "bob": "3", "cyd": "0", "eve": "0",
    }  # fmt: skip


def test_a_gradebook_that_nbgrader_was_stopped_in_making_is_made_anew(
    server: Server, tiny: TinyCourse
) -> None:
    address = server.create("halfmade")
    engine = create_engine(address)
    Base.metadata.create_all(engine)  # what nbgrader does before it notes the version
    engine.dispose()
    tiny.submit("ada", tiny.answer())
    status, said = tiny.grade(db=address)
    assert status == 0, said
    status, said = tiny.grade(db=address, force=True)
    assert status == 0, said


def test_what_a_person_gave_survives_a_regrade_and_reaches_the_feedback(
    graded: tuple[TinyCourse, str],
) -> None:
    course, address = graded
    with Gradebook(address) as gradebook:
        grade = gradebook.find_grade("test_last", "two", "t1", "bob")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        gradebook.find_comment("last", "two", "t1", "bob").manual_comment = "Nearly."
        gradebook.db.commit()
    out = io.StringIO()
    assert write_feedback(course.root, "t1", db=address, out=out) == 0, out.getvalue()
    page = (course.root / "feedback/bob/t1/two.html").read_text()
    assert "Nearly." in page
    assert course.grades()["bob"]["score"] == "4.5"
    status, said = course.grade(db=address, force=True)
    assert status == 0, said
    assert course.grades()["bob"]["score"] == "4.5"
    course.submit("eve", course.answer())
    assert "  changed: eve 0 -> 5\n" in course.grade(db=address)[1]


def test_stock_nbgrader_exports_and_edits_what_we_wrote(graded: tuple[TinyCourse, str]) -> None:
    course, address = graded
    nbgrader(course, "export", f"--db={address}", "--to=all.csv")
    with (course.root / "all.csv").open(newline="") as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows == {student: float(row["score"]) for student, row in course.grades().items()}
    nbgrader(course, "db", "student", "add", "zoe", "--first-name=Zoë", f"--db={address}")
    assert "zoe (None, Zoë)" in nbgrader(course, "db", "student", "list", f"--db={address}")
    assert "t1" in nbgrader(course, "db", "assignment", "list", f"--db={address}")


def test_a_course_that_names_its_server_in_its_configuration_needs_no_option(
    server: Server, tiny: TinyCourse
) -> None:
    with (tiny.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.db_url = {server.create('configured')!r}\n")
        config.write("c.CourseDirectory.course_id = 'rnn-2026'\n")
    tiny.submit("ada", tiny.answer())
    assert tiny.grade()[0] == 0
    assert "ada: 5 of 5" not in tiny.grade()[1], "unchanged since last time"
    out = io.StringIO()
    examine_machine(tiny.root, out=out)
    line = next(line for line in out.getvalue().splitlines() if "gradebook" in line)
    assert line.startswith("ok")
    assert "sesame" not in line, "a password is nobody's business"


@pytest.mark.parametrize(
    ("words", "advice", "change"),
    [
        ("password authentication failed", "Check the user and the password", {"password": "wrong"}),
        ("Connection refused", "Start it, or check the address", {"port": free_port()}),
        ("does not exist", "createdb", {"database": "nosuch"}),
    ],
)
def test_a_server_that_refuses_is_said_so(
    server: Server, tiny: TinyCourse, words: str, advice: str, change: dict[str, str]
) -> None:
    tiny.submit("ada", tiny.answer())
    address = server.url(**{"database": "postgres", **change})  # type: ignore[arg-type]  # port is a number
    status, said = tiny.grade(db=address)
    assert status == 2
    assert words in said
    assert advice in said
    assert "sesame" not in said
    out = io.StringIO()
    assert examine_machine(tiny.root, address, out=out) == 1
    assert words in out.getvalue()
    assert not (tiny.root / ".autograder/t1.jsonl").exists()


def test_rows_that_another_program_holds_stop_the_run_which_goes_on_later(
    graded: tuple[TinyCourse, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    course, address = graded
    course.submit("cyd", course.answer())
    monkeypatch.setattr(database, "PATIENCE", 1.0)
    monkeypatch.setattr(database.patiently, "__defaults__", (1.0,))
    engine = create_engine(address)
    with engine.connect() as other:
        other.execute(text("SELECT * FROM grade FOR UPDATE"))
        status, said = course.grade(db=address, students=("cyd",))
        other.rollback()
    engine.dispose()
    assert (status, "has been locked by another program" in said) == (2, True), said
    status, said = course.grade(db=address, students=("cyd",))
    assert course.grades()["cyd"]["score"] == "5", said


def test_a_dry_regrade_reads_the_gradebook_and_never_writes_it(graded: tuple[TinyCourse, str]) -> None:
    course, address = graded
    before = contents(address)
    path = course.root / "source/t1/two.ipynb"
    kept = path.read_text()
    path.write_text(kept.replace("if last([1, 2]) == 2", "if last([1, 2]) == 1"))
    out = io.StringIO()
    try:
        status = regrade_assignment(course.root, "t1", dry_run=True, db=address, out=out)
    finally:
        path.write_text(kept)
    said = " ".join(out.getvalue().split())
    assert status in (0, 1), said  # 1 where somebody waits for a person, as other tests here leave bob
    assert "4 graded again (nothing was written)" in said
    assert "ada 5 3 -2 test_last -2" in said
    assert contents(address) == before
    assert not (course.root / "gradebook.db").exists()
