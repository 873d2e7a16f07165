"""A class on two platforms, collected, graded, exported and returned, with files as Moodle and Canvas make them."""

import csv
import dataclasses
import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from downloads import text_of
from killed import run_killed
from nbgrader.api import Gradebook
from platform_files import Participant, canvas_gradebook, canvas_zip, moodle_zip, worksheet
from tiny_course import TinyCourse

from autograder.collecting.collect import Options, collect
from autograder.course.course import open_course
from autograder.course.platforms import read_platforms
from autograder.export.command import ExportOptions, export_grades
from autograder.export.feedback_zip import pack, return_feedback

PEOPLE = [
    ("O'Brien, Mary-Jane", 501, "mjob", "A"),
    ("Ångström, Åsa", 502, "asa", "A"),
    ("Li, Bo", 503, "bo", "B"),
]
MOODLERS = [Participant(11, "Jörg Müller", "jm@x.org", "jm"), Participant(12, "李 明", "lm@x.org", "lm")]


@pytest.fixture(scope="module")
def graded(tiny_template: Path, tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """Three students on Canvas in two sections, two on Moodle, all graded; the last one of each is excused."""
    tiny = TinyCourse(Path(shutil.copytree(tiny_template, tmp_path_factory.mktemp("there") / "course")))
    here = tiny.root.parent
    (tiny.root / "course.toml").write_text('[[excused]]\nassignment = "t1"\nstudent = "asa"\nwhy = "ill"\n')
    work = text_of(tiny.answer())
    files = [
        (n, 501 + k, 9001 + k, "my_two-1.ipynb", k == 1, work)
        for k, n in enumerate(("obrienmaryjane", "åsa", "libo"))
    ]
    canvas = canvas_gradebook(here / "c.csv", PEOPLE, {"T1 (77)": {}})
    sheet = worksheet(here / "w.csv", MOODLERS, ("username", "email"))
    for source, download, roster in (
        ("canvas", canvas_zip(here / "c.zip", files), canvas),
        ("moodle", moodle_zip(here / "m.zip", dict.fromkeys(MOODLERS, work)), sheet),
    ):
        assert collect(tiny.root, Options(download, source, roster=roster), out=io.StringIO()) == 0
    assert tiny.grade(workers=1)[0] == 0
    return tiny


def export(
    course: TinyCourse, platform: str, file: Path | None, **traits: object
) -> tuple[int, str, list[list[str]]]:
    """Exit status, what was said, and the rows of the file."""
    to, out = course.root.parent / "out.csv", io.StringIO()
    to.unlink(missing_ok=True)
    status = export_grades(course.root, ExportOptions(platform, ("t1",), file, to, traits), out=out)
    text = to.read_text(encoding="utf-8") if to.exists() else ""
    return status, out.getvalue(), list(csv.reader(io.StringIO(text, newline="")))


def test_each_platform_gets_its_own_students_with_true_counts_and_no_word_about_the_others(
    graded: TinyCourse, tmp_path: Path
) -> None:
    status, said, rows = export(graded, "canvas", None)
    assert status == 0 and "t1: 3 students, 2 with a grade and 1 without, written to" in said
    assert {row[3]: (row[4], row[5]) for row in rows[2:]} == {
        "mjob": ("A", "5"),
        "asa": ("A", "EX"),
        "bo": ("B", "5"),
    }
    sheet = worksheet(tmp_path / "w.csv", MOODLERS, ("department",))
    status, said, rows = export(graded, "moodle", sheet)
    assert status == 0 and "t1: 2 students, 2 with a grade and 0 without" in said and "mjob" not in said
    assert [row[rows[0].index("Grade")] for row in rows[1:]] == ["5", "5"], "found by Moodle's numbers"


def test_a_section_is_filled_in_with_what_a_person_excused_and_an_unknown_column_stops(
    graded: TinyCourse, tmp_path: Path
) -> None:
    section = canvas_gradebook(tmp_path / "a.csv", PEOPLE[:2], {"T1 (77)": {501: "EX"}})
    status, said, rows = export(graded, "canvas", section)
    assert status == 0 and "gradebook but" not in said and "bo" not in said
    assert [row[-1] for row in rows] == ["T1 (77)", "5", "EX", "EX"]
    assert "t1: 2 are excused, EX: asa (Åsa Ångström), mjob (Mary-Jane O'Brien)" in said
    assert "t1: 2 students, 0 with a grade" in said
    other = canvas_gradebook(tmp_path / "b.csv", PEOPLE, {"Essay (7)": {}})
    status, said, rows = export(graded, "canvas", other)
    assert status == 2 and "has no column for t1; it has Essay (7), Final Score" in said and not rows
    assert "--column 't1=TITLE'" in said
    assert export(graded, "canvas", other, create=True)[0] == 0
    assert export(graded, "canvas", other, columns={"t1": "Essay (7)"})[2][0][-1] == "Essay (7)"
    more = canvas_gradebook(tmp_path / "m.csv", [*PEOPLE, ("New, Face", 900, "nf", "A")], {"T1 (77)": {}})
    status, said, _ = export(graded, "canvas", more)
    assert status == 1 and "New, Face is in" in said


def back(course: TinyCourse, platform: str) -> tuple[int, str, list[str]]:
    """Exit status, what was said, and the names in the zip."""
    out = io.StringIO()
    status = return_feedback(course.root, "t1", platform, out=out)
    with zipfile.ZipFile(course.root / f"reports/t1/return-{platform}.zip") as archive:
        assert all(b"<h1" in archive.read(name) for name in archive.namelist())
        return status, out.getvalue(), archive.namelist()


def test_canvas_finds_user_and_attachment_in_the_names_that_go_back(graded: TinyCourse) -> None:
    status, said, names = back(graded, "canvas")
    assert status == 0 and "3 pages of 3 students" in said
    found = set()
    for name in names:  # as `infer_comment_context_from_filename` reads it
        parts = name.split("_")
        numbers = [part for part in parts if re.fullmatch(r"\d+", part)]
        assert not parts[-1].startswith("link") and not name.startswith("._")
        found.add(tuple(numbers[:2]))
    assert found == {("501", "9001"), ("502", "9002"), ("503", "9003")}


def test_moodle_finds_the_participant_in_the_paths_that_go_back(graded: TinyCourse) -> None:
    status, said, names = back(graded, "moodle")
    assert status == 0 and "2 pages of 2 students" in said
    found = {}
    for name in names:  # as `is_valid_filename_for_import` reads it
        folder, _, file = name.partition("/")
        parts = folder.split("_", 4)
        assert parts[2:4] == ["assignsubmission", "file"] and parts[1].isdecimal()
        found[int(parts[1])] = (parts[0], file)
    assert found == {11: ("Jörg Müller", "two.html"), 12: ("李 明", "two.html")}


def test_what_nobody_has_read_and_what_was_not_collected_does_not_go_back(
    graded: TinyCourse, tmp_path: Path
) -> None:
    course = TinyCourse(Path(shutil.copytree(graded.root, tmp_path / "course")))
    shutil.rmtree(course.root / "feedback/bo")
    status, said, names = back(course, "canvas")
    assert status == 1 and len(names) == 2 and "1 have no page: bo (Bo Li)" in said
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        grade = book.find_grade("test_last", "two", "t1", "mjob")
        grade.manual_score, grade.needs_manual_grade = 2, True  # given, and handed in again since
        book.db.commit()
    status, said, names = back(course, "canvas")
    assert status == 1 and len(names) == 1 and "1 have points by hand to be confirmed" in said
    out = io.StringIO()
    assert (
        return_feedback(course.root, "t2", "canvas", out=out) == 2 and "no assignment 't2'" in out.getvalue()
    )
    (course.root / ".autograder/platforms.json").unlink()
    out = io.StringIO()
    assert return_feedback(course.root, "t1", "moodle", out=out) == 2
    assert "autograder collect PATH --from moodle --roster CSV" in out.getvalue()


def test_a_zip_that_goes_back_is_the_same_twice_and_whole_after_a_kill(
    graded: TinyCourse, tmp_path: Path
) -> None:
    course = TinyCourse(Path(shutil.copytree(graded.root, tmp_path / "course")))
    folder, path = course.root / "reports/t1", course.root / "reports/t1/return-canvas.zip"
    back(course, "canvas")
    old = path.read_bytes()
    back(course, "canvas")
    assert path.read_bytes() == old
    page = course.root / "feedback/asa/t1/two.html"
    page.write_text(page.read_text().replace("</h1>", " (new)</h1>"))
    for method, call in (("ZipFile.writestr", 2), ("ZipFile.close", 1), ("Path.replace", 1)):
        run_killed(course.root, method, call, "return", "t1", "--to", "canvas")
        assert path.read_bytes() == old, method
    back(course, "canvas")
    assert path.read_bytes() != old
    assert [each for each in folder.iterdir() if path.name in each.name] == [path], "no draft is left"


def test_each_member_of_a_group_gets_an_own_page_where_moodles_number_is_known(graded: TinyCourse) -> None:
    course = open_course(graded.root)
    platforms = read_platforms(course)
    handed = platforms.handed["t1"]
    handed["lm"] = dataclasses.replace(handed["lm"], names=handed["jm"].names)  # one hand-in of both
    packed = pack(course, "t1", "moodle", platforms, waiting=True)
    assert sorted(re.findall(r"_(\d+)_", " ".join(packed.files))) == ["11", "12"]
    assert {path.parents[1].name for path in packed.files.values()} == {"jm", "lm"}
