"""The gradebook of a term against numbers worked out by hand, and that a person can read it."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from browser import axe, open_page
from killed import run_killed
from nbgrader.api import Gradebook
from tiny_course import TinyCourse

from autograder.course.course import open_course
from autograder.report.term import Behind, Row, State, term_of
from autograder.report.term_pages import term_page, write_term

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own order of rows
NOW = datetime(2026, 6, 1)
TERM = """
[categories.homework]
weight = 60
drop_lowest = 1
[categories.project]
weight = 40
[assignments.a1]
due = "2026-03-01"
category = "homework"
[assignments.a2]
due = "2026-04-01"
category = "homework"
weight = 3
[assignments.a3]
due = "2026-05-01"
category = "homework"
[assignments.a4]
due = "2026-05-02"
category = "project"
[assignments.a5]
due = "2026-07-01"
category = "project"
[[excused]]
assignment = "a2"
student = "cyd"
why = "ill"
"""
# Points of 10 in each assignment; None: nothing handed in; an essay of 5 more waits where there is a "w".
POINTS: dict[str, list[float | str | None]] = {
    "ada": [8, 10, 6, 9, None],
    "bob": [8, 8, None, None, None],
    "cyd": [5, None, 10, "w7", None],
    "<b>": [1, 2, 3, 4, 5],
}


@pytest.fixture
def course(tiny: TinyCourse) -> TinyCourse:
    """Five assignments in the gradebook, as nbgrader keeps them."""
    (tiny.root / "course.toml").write_text(TERM)
    with Gradebook(f"sqlite:///{tiny.root}/gradebook.db") as book:
        for student in POINTS:
            book.add_student(student, first_name="Åsa" if student == "ada" else "", last_name="李")
        for k in range(5):
            name = f"a{k + 1}"
            book.add_assignment(name)
            book.add_notebook("nb", name)
            book.add_grade_cell("test", "nb", name, max_score=10, cell_type="code")
            book.add_grade_cell("essay", "nb", name, max_score=5, cell_type="markdown")
            for student, points in POINTS.items():
                fill(tiny, book, name, student, points[k])
    return tiny


def fill(tiny: TinyCourse, book: Gradebook, name: str, student: str, points: float | str | None) -> None:
    """A graded submission."""
    if points is None:
        return
    (tiny.root / "submitted" / student / name).mkdir(parents=True)
    book.add_submission(name, student)
    test, essay = (book.find_grade(cell, "nb", name, student) for cell in ("test", "essay"))
    waits = isinstance(points, str)
    test.auto_score = float(str(points).lstrip("w"))
    test.needs_manual_grade, essay.needs_manual_grade = False, waits
    essay.manual_score = None if waits else 0
    if not waits:  # so that every assignment has ten points but for those who wait
        essay.extra_credit = 0
    book.db.commit()


def rows(course: TinyCourse) -> Mapping[str, Row]:
    return {row.student: row for row in term_of(open_course(course.root), NOW).rows}


def test_totals_follow_weights_the_lowest_is_dropped_and_missing_work_is_a_zero(course: TinyCourse) -> None:
    found = rows(course)
    ada, bob, cyd = (found[student] for student in ("ada", "bob", "cyd"))
    homework = (1 * 8 / 15 + 3 * 10 / 15) / 4
    assert ada.categories["homework"] == pytest.approx(homework), "6 is dropped"
    assert [mark.assignment for mark in ada.marks if mark.dropped] == ["a3"]
    assert ada.total == pytest.approx(0.6 * homework + 0.4 * 9 / 15) and ada.missing == ()
    assert ada.marks[4].state is State.OPEN, "there is time until July"
    assert bob.missing == ("a3", "a4") and bob.categories["project"] == 0
    assert [mark.assignment for mark in bob.marks if mark.dropped] == ["a3"]
    assert cyd.marks[1].state is State.EXCUSED and cyd.categories["homework"] == pytest.approx(10 / 15)
    assert cyd.provisional and cyd.categories["project"] == pytest.approx(0.7), (
        "what nobody has read counts for nobody"
    )


def test_who_falls_behind_is_said_with_the_reason(course: TinyCourse) -> None:
    found = rows(course)
    assert found["bob"].behind == (Behind.MISSING, Behind.LOW, Behind.FALLING)
    assert found["<b>"].behind == (Behind.LOW,) and found["ada"].behind == ()


def test_the_terms_files_are_the_same_twice_and_each_whole_after_a_kill(course: TinyCourse) -> None:
    def write() -> dict[str, bytes]:
        assert write_term(course.root, out=io.StringIO()) == 0
        return files()

    def files() -> dict[str, bytes]:
        found = [each for each in folder.rglob("*") if each.is_file() and not each.name.startswith(".")]
        return {str(each.relative_to(folder)): each.read_bytes() for each in found}

    folder = course.root / "reports/term"
    old = write()
    assert write() == old and len(old) == 2 + len(POINTS)
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        for student in POINTS:
            book.find_student(student).first_name = "New"
        book.db.commit()
    changed = []
    for method, call in (
        ("Path.write_text", 1),
        ("Path.replace", 3),
        ("Path.replace", 5),
        ("Path.write_text", 5),
    ):
        run_killed(course.root, method, call, "term")
        changed.append({name for name, content in files().items() if content != old[name]})
    new = write()
    assert all(new[name] != old[name] for name in old)
    assert [len(each) for each in changed] == [0, 2, 4, 5]
    run_killed(course.root, "Path.write_text", 3, "term")
    assert files() == new and write() == new
    assert not [each for each in folder.rglob(".*") if each.is_file()]


def many_students(course: TinyCourse) -> Path:
    """The term's page as it would be of 300 students."""
    term = term_of(open_course(course.root), NOW)
    rows = [replace(term.rows[k % 4], student=f"s{k:03}@x.org", name=f"Åsa Ångström {k}") for k in range(300)]
    path = course.root / "many.html"
    path.write_text(term_page(replace(term, rows=tuple(rows))), encoding="utf-8")
    return path


def test_csv_and_pages_say_the_same_and_escape_what_they_show(course: TinyCourse) -> None:
    out = io.StringIO()
    assert write_term(course.root, now=NOW, out=out) == 0
    assert "4 students, 5 assignments" in out.getvalue() and "falls behind           2" in out.getvalue()
    folder = course.root / "reports/term"
    with (folder / "term.csv").open(encoding="utf-8", newline="") as file:
        table = {row["student_id"]: row for row in csv.DictReader(file)}
    assert (table["ada"]["name"], table["ada"]["a3"], table["ada"]["dropped"]) == ("Åsa 李", "6", "a3")
    assert (table["cyd"]["a2"], table["cyd"]["provisional"], table["bob"]["missing"]) == (
        "EX",
        "yes",
        "a3 a4",
    )
    html = (folder / "term.html").read_text(encoding="utf-8")
    assert "<b>" not in html and "%3Cb%3E.html" in html and "Åsa 李" in html
    page = (folder / "students/ada.html").read_text(encoding="utf-8")
    assert f"Total: {table['ada']['total']} %" in page and "dropped: one of the lowest" in page
    with open_page(viewport={"width": 390, "height": 800}) as browser:
        for path in (folder / "term.html", folder / "students/bob.html"):
            browser.goto(path.as_uri())
            assert browser.evaluate("document.documentElement.scrollWidth") <= 390
            assert axe(browser) == []
        browser.goto(many_students(course).as_uri())
        assert browser.evaluate("document.documentElement.scrollHeight") < 1_500
        browser.get_by_text("300 students", exact=True).click()
        shown = browser.get_by_role("region", name="Everybody").get_by_role("columnheader").all_inner_texts()
        assert shown == ["Student", "Total %", "Missing", "Page"], "the rest is on each student's page"
        assert browser.evaluate("document.documentElement.scrollHeight") < 15_000, "a line for each"
        for theme in ("light", "dark"):
            browser.emulate_media(color_scheme=theme)
            assert axe(browser) == [], theme
        assert browser.evaluate("document.documentElement.scrollWidth") <= 390
    out = io.StringIO()
    assert write_term(course.root, "adda", now=NOW, out=out) == 2 and "Did you mean 'ada'?" in out.getvalue()
