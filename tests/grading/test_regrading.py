"""What a second run does: only what was asked for, and never to a grade or a word that a person gave."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from gradebooks import contents
from nbgrader.api import Gradebook
from tiny_course import TinyCourse, essay, source_notebook


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """A course with an essay, graded once: two students right, one wrong in one question."""
    source = source_notebook()
    source.cells.append(essay("YOUR ANSWER HERE"))
    course = TinyCourse.make(tmp_path_factory.mktemp("first") / "course", source)
    for student in ("ada", "bob"):
        hand_in(course, student)
    hand_in(course, "cyd", last="def last(items):\n    return items[0]")
    assert course.grade()[0] == 1
    return course


def hand_in(course: TinyCourse, student: str, text: str = "Because of the gates.", **answers: str) -> None:
    """A submission with an essay."""
    notebook = course.answer(**answers)
    notebook.cells.append(essay(text))
    course.submit(student, notebook)


@pytest.fixture
def course(first: TinyCourse, tmp_path: Path) -> TinyCourse:
    """A copy of the graded course."""
    return TinyCourse(Path(shutil.copytree(first.root, tmp_path / "course")))


@contextmanager
def gradebook(course: TinyCourse) -> Iterator[Gradebook]:
    """The course's gradebook; what the block changes is kept."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as opened:
        yield opened
        opened.db.commit()


def graded(said: str) -> list[str]:
    """Whom a run graded, by name."""
    return sorted(line.split("] ")[1].split(":")[0] for line in said.splitlines() if line.startswith("["))


def test_questions_stand_in_the_notebooks_order_and_not_in_the_alphabets(course: TinyCourse) -> None:
    assert list(course.grades()["ada"])[-3:] == ["test_double", "test_last", "essay"]


def test_a_zero_has_its_reason_though_an_essay_waits_for_a_person(course: TinyCourse) -> None:
    hand_in(
        course, "dan", double="def double(x:\n    return 2 * x", last="def last(items):\n    return 1 / 0"
    )
    _, said = course.grade(students=["dan"])
    row = course.grades()["dan"]
    assert row["status"] == "manual" and row["score"] == "0"
    assert "syntax error" in row["reason"] and f"dan: {row['reason']}" in said


def test_several_students_can_be_named(course: TinyCourse) -> None:
    _, said = course.grade(students=["ada", "cyd"], force=True)
    assert graded(said) == ["ada", "cyd"]
    assert sorted(course.grades()) == ["ada", "bob", "cyd"], "the report is about everyone"
    _, said = course.grade(students=["bob", "bob"], force=True)
    assert graded(said) == ["bob"]
    assert graded(course.grade(students=["ada"])[1]) == []


def test_one_unknown_student_stops_the_run_before_anyone_is_graded(course: TinyCourse) -> None:
    status, said = course.grade(students=["ada", "bop"], force=True)
    assert status == 2
    assert "Did you mean 'bob'?" in said
    assert graded(said) == []


def test_force_grades_everyone_again_and_changes_nothing_when_nothing_has(course: TinyCourse) -> None:
    before = contents(f"sqlite:///{course.root}/gradebook.db")
    _, said = course.grade(force=True)
    assert graded(said) == ["ada", "bob", "cyd"]
    assert "changed:" not in said
    assert contents(f"sqlite:///{course.root}/gradebook.db") == before


def test_a_regrade_says_whose_score_changed(course: TinyCourse) -> None:
    hand_in(course, "cyd")
    hand_in(course, "bob", text="Because of the cell state.")
    _, said = course.grade()
    assert graded(said) == ["bob", "cyd"]
    assert "  changed: cyd 3 -> 5\n" in said
    assert "changed: bob" not in said, "another text with the same points is no change of the score"


def test_what_a_person_gave_survives_a_regrade(course: TinyCourse) -> None:
    with gradebook(course) as book:
        score = book.find_grade("essay", "two", "t1", "cyd")
        score.manual_score, score.extra_credit, score.needs_manual_grade = 3.5, 0.25, False
        better = book.find_grade("test_last", "two", "t1", "cyd")
        better.manual_score, better.needs_manual_grade = 2, False
        book.find_comment("essay", "two", "t1", "cyd").manual_comment = "Well put."
        book.find_comment("last", "two", "t1", "cyd").manual_comment = "The first item, not the last."
    _, said = course.grade(force=True)
    assert course.grades()["cyd"]["score"] == "7.75"
    assert course.grades()["cyd"]["status"] == "graded", "nothing has changed, so there is nothing to confirm"
    assert "changed: cyd 3 -> " not in said, "it was the person who changed it"
    with gradebook(course) as book:
        score = book.find_grade("essay", "two", "t1", "cyd")
        assert (score.manual_score, score.extra_credit) == (3.5, 0.25)
        last = book.find_grade("test_last", "two", "t1", "cyd")
        assert (last.manual_score, last.auto_score) == (2, 1)
        said_by = {
            c.name: c.manual_comment for c in book.find_submission_notebook("two", "t1", "cyd").comments
        }
        assert said_by["essay"] == "Well put."
        assert said_by["last"] == "The first item, not the last."
    page = (course.root / "feedback/cyd/t1/two.html").read_text()
    assert "Well put." in page
    assert "The first item, not the last." in page
    hand_in(course, "cyd", text="Because of the cell state.")
    _, said = course.grade()
    assert "  changed: cyd 7.75 -> 7.75" not in said
    assert course.grades()["cyd"]["test_last"] == "2", "a person's points stand over better automatic ones"
    assert course.grades()["cyd"]["status"] == "manual", (
        "and wait to be confirmed, as another text was handed in"
    )
    course.grade(force=True)
    assert course.grades()["cyd"]["status"] == "manual", "until somebody does"
