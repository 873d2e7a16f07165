"""Regrade requests from the question to the decision, and a log of who changed which grade when and why."""

import io
import re
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from test_regrading import hand_in
from tiny_course import TinyCourse, essay, source_notebook

from autograder.commands.grade import write_feedback
from autograder.commands.policy import policy
from autograder.commands.regrade import regrade_assignment
from autograder.commands.requests import decide, list_changes, list_requests, open_request
from autograder.core.environment import user

FIRST_ITEM = "def last(items):\n    return items[0]"


def call(command: object, *arguments: object, **options: object) -> tuple[int, str]:
    """The exit status of a command's function, and what it printed."""
    out = io.StringIO()
    return command(*arguments, out=out, **options), out.getvalue()  # type: ignore[operator]


def log(course: TinyCourse, student: str) -> list[str]:
    """The changes of a student's grade, without their times."""
    status, said = call(list_changes, course.root, "t1", student)
    assert status == 0 and all(
        re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  ", line) for line in said.splitlines()
    )
    return [line.split(f"  {student}  ")[1] for line in said.splitlines()]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """A course with an essay, graded once: ada is right, bob wrong in one question."""
    source = source_notebook()
    source.cells.append(essay("YOUR ANSWER HERE"))
    made = TinyCourse.make(tmp_path_factory.mktemp("disputes") / "course", source)
    hand_in(made, "ada")
    hand_in(made, "bob", last=FIRST_ITEM)
    assert made.grade()[0] == 1
    return made


def test_a_disputed_grade_from_the_question_to_the_decision_with_every_change_in_the_log(
    course: TinyCourse,
) -> None:
    me = user()
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:  # as the formgrader stores it
        grade = book.find_grade("essay", "two", "t1", "bob")
        grade.manual_score, grade.needs_manual_grade = 3, False
        book.db.commit()
    call(write_feedback, course.root, "t1")
    assert log(course, "bob") == [f"- -> 3  graded by {me}", "3 -> 6  by hand by formgrader"]
    status, said = call(open_request, course.root, "t1", "bob", "test_lst", "Why?")
    assert status == 2 and "Did you mean 'test_last'?" in said
    assert (
        call(open_request, course.root, "t1", "bob", "test_last", "An empty list\nwas not\x1b asked for")[0]
        == 0
    )
    status, said = call(open_request, course.root, "t1", "bob", "test_last", "Again")
    assert status == 2 and "autograder decide 1 --refuse --why WORDS" in said
    status, said = call(list_requests, course.root)
    assert status == 1 and "1 open request, 0 decided" in said
    assert "   1  open      t1 bob test_last  1  An empty list was not asked for" in said
    assert call(decide, course.root, 1, 4.0, "no")[0] == 2, "the cell has three points"
    status, said = call(decide, course.root, 1, 2.5, "half of it holds")
    assert status == 0 and "accepted  t1 bob test_last  1 -> 2.5" in said
    assert course.grades()["bob"]["score"] == "7.5" and course.grades()["bob"]["test_last"] == "2.5"
    assert "7.5 of 9 points" in (course.root / "feedback/bob/t1/two.html").read_text()
    assert log(course, "bob")[-1] == f"6 -> 7.5  regrade request by {me}: half of it holds"
    status, said = call(decide, course.root, 1, None, "no")
    assert status == 2 and "Found no open request 1; open are: none" in said
    call(open_request, course.root, "t1", "ada", "test_double", "More!")
    assert "refused" in call(decide, course.root, 2, None, "it has all points")[1]
    assert call(list_requests, course.root) == (0, "no open requests, 2 decided\n")
    assert call(list_requests, course.root, True)[1].count("\n") == 3
    assert len(log(course, "ada")) == 1, "a refusal changes no grade"


def test_a_mended_check_and_a_policy_are_in_the_log_and_a_dry_run_is_not(course: TinyCourse) -> None:
    path: Path = course.root / "source/t1/two.ipynb"
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(
            "earned += 2 if last([1, 2]) == 2", "earned += 1 if last([1, 2]) == 2"
        )
    nbformat.write(notebook, path)
    before = log(course, "ada")
    call(regrade_assignment, course.root, "t1", dry_run=True)
    assert log(course, "ada") == before
    call(regrade_assignment, course.root, "t1")
    assert log(course, "ada") == [*before, f"5 -> 4  graded by {user()}"]
    (course.root / "submitted/ada/t1/timestamp.txt").write_text("2026-03-02 20:00:00 UTC")
    course.grade()
    (course.root / "course.toml").write_text('[late]\npercent = 10\n[assignments.t1]\ndue = "2026-03-01"\n')
    call(policy, course.root, [], apply=True)
    assert log(course, "ada")[-1] == f"4 -> 3.1  policy for late work by {user()}"
