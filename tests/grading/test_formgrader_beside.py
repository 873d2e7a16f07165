"""Points and words typed into nbgrader's formgrader while `autograder grade` writes the same gradebook."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from browser import TOKEN, Server, jupyter
from nbgrader.api import Gradebook
from test_regrading import hand_in
from tiny_course import TinyCourse, essay, source_notebook

STUDENTS = [f"s{number:02}" for number in range(16)]


def asked(course: TinyCourse) -> dict[str, tuple[Any, Any]]:
    """Each student's grade and comment of the essay, as the gradebook has them."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        found = {}
        for submission in gradebook.assignment_submissions("t1"):
            (notebook,) = submission.notebooks
            grade = next(each for each in notebook.grades if each.name == "essay")
            comment = next(each for each in notebook.comments if each.name == "essay")
            found[submission.student.id] = grade.to_dict(), comment.to_dict()
    return found


def put(server: Server, part: str, **data: Any) -> None:
    """What the formgrader's page sends when somebody has typed."""
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    content = json.dumps(data).encode()
    request = urllib.request.Request(server.page(part), content, headers, method="PUT")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200


@pytest.mark.slow
def test_nothing_that_is_typed_while_a_class_is_graded_again_is_lost(tmp_path: Path) -> None:
    source = source_notebook()
    source.cells.append(essay("YOUR ANSWER HERE"))
    course = TinyCourse.make(tmp_path / "course", source)
    for student in STUDENTS:
        hand_in(course, student)
    assert course.grade()[0] == 1
    rows = asked(course)
    home = tmp_path / "home"
    home.mkdir()
    command = [sys.executable, "-m", "autograder.cli", "--course", str(course.root), "grade", "t1", "--force"]
    with jupyter(course.root, home) as server:
        run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        run.stdout.readline()  # the first is recorded: the others are being graded from here on
        for number, student in enumerate(STUDENTS):
            grade, comment = rows[student]
            put(server, f"formgrader/api/grade/{grade['id']}", manual_score=number / 8, extra_credit=0.5)
            put(server, f"formgrader/api/comment/{comment['id']}", manual_comment=f"to {student}")
        said = run.communicate()[0]
    assert run.returncode in (0, 1), said  # 1 where the run was faster than the typing
    typed = {
        student: (grade["manual_score"], grade["extra_credit"], comment["manual_comment"])
        for student, (grade, comment) in asked(course).items()
    }
    assert typed == {student: (n / 8, 0.5, f"to {student}") for n, student in enumerate(STUDENTS)}
