"""Courses that know nothing of this project get from it what stock nbgrader gives them."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import foreign
import nbformat
import pytest
from nbgrader.api import Gradebook
from warm import lasting

from autograder.commands.grade import audit_lazy, audit_split, grade_assignment
from autograder.core.environment import with_own_programs
from autograder.engine.split_audit import audit_the_split


@pytest.fixture(params=list(foreign.COURSES))
def course(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """One of the courses, made anew; its name and folder."""
    foreign.make(tmp_path / "course", request.param)
    return request.param, tmp_path / "course"


def scores(root: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What the gradebook has of each graded cell of each student."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {
            (student, grade.name): (grade.auto_score, grade.max_score, grade.needs_manual_grade)
            for student in ("right", "wrong")
            for notebook in gradebook.find_submission("a1", student).notebooks
            for grade in notebook.grades
        }


def test_the_audit_names_the_tests_that_need_the_students_kernel_and_no_others(course) -> None:
    name, root = course
    for path in root.glob("source/a1/*.ipynb"):
        path.write_text(path.read_text().replace(foreign.TOGETHER, "another-tag"))
    together = foreign.together(name)
    out = io.StringIO()
    assert audit_split(root, "a1", out=out) == (1 if together else 0)
    assert f"in the student's kernel only: {', '.join(together)}.\n" in out.getvalue() or not together
    assert "Your" not in out.getvalue()  # solution gets all points, and uses nothing that only a test defines


LENDING = """
#: answer double
def double(x): return 2 * x
#: test test_double 1
def triple(x): return 3 * x
assert double(3) == 6
#: answer triples
triples = [triple(x) for x in range(3)]
#: test test_triples 1
assert triples == [0, 3, 6]
#: answer pot
class Empty(Exception): pass
class Pot:
    def take(self): raise Empty
#: test test_pot 1
pot = Pot()
assert callable(pot.take)
#: test test_take 1
try: pot.take()
except Empty as e: triple = e
else: assert 0
"""


def test_the_audit_names_tests_that_define_what_the_students_kernel_lacks(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setitem(foreign.COURSES, "lending", {"lending": LENDING})
    foreign.make(tmp_path, "lending")
    out = io.StringIO()
    assert audit_split(tmp_path, "a1", out=out) == 1
    # What test_pot and test_double define is carried over.
    assert "in the student's kernel only: test_take.\n" in out.getvalue()
    assert (
        "Your solution uses 'triple' in cell triples, which only the test test_double defines."
        in out.getvalue()
    )
    assert re.search(r"^  lending.ipynb, test_take, line 2: TypeError", out.getvalue(), re.MULTILINE), (
        out.getvalue()
    )
    assert audit_split(tmp_path, "a1", tag=True, out=out) == 0
    assert out.getvalue().endswith("tagged: source/a1/lending.ipynb\n")
    notebook = nbformat.read(tmp_path / "source/a1/lending.ipynb", 4)
    tagged = [cell.id for cell in notebook.cells if foreign.TOGETHER in cell.metadata.get("tags", [])]
    assert tagged == ["test_take"]
    assert audit_split(tmp_path, "a1", out=out) == 0, out.getvalue()


FINE = """
#: answer half
def half(x): return x / 2
#: test test_half 1
assert half(3) == 1.5
"""


def test_the_audit_runs_only_those_notebooks_again_that_lose_points(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(foreign.COURSES, "both", {"fine": FINE, "lending": LENDING})
    foreign.make(tmp_path, "both")
    ran = []

    def watched(course, assignment, rules, grade, **options):
        def noting(solution, tried, rules):
            ran.append((rules.split, [each.name for each in tried.skeletons], list(solution.files)))
            return grade(solution, tried, rules)

        return audit_the_split(course, assignment, rules, noting, **options)

    monkeypatch.setattr("autograder.commands.grade.audit_the_split", watched)
    out = io.StringIO()
    assert audit_split(tmp_path, "a1", out=out) == 1
    assert "in the student's kernel only: test_take.\n" in out.getvalue()
    (first, *others) = ran
    assert first == (True, ["fine", "lending"], ["fine.ipynb", "lending.ipynb"])
    assert others[0] == (False, ["lending"], ["lending.ipynb"])
    assert {tuple(names) for _, names, _ in others} == {("lending",)}


LAZY = """
#: plain
import math, torch
#: answer mean
def mean(x): return x.sum() / len(x)
#: test test_close 2
assert torch.allclose(mean(torch.tensor([2.0, 3.0])), torch.tensor(2.5))
#: test test_shape 1
got = mean(torch.tensor([2.0, 3.0]))
assert got.shape == () and torch.allclose(got, torch.tensor(2.5))
#: answer squares
def squares(n): return [k * k for k in range(n)]
#: test test_each 1
for k, square in enumerate(squares(4)): assert square == k * k
#: test test_all 1
assert squares(4) == [0, 1, 4, 9]
#: answer root
def root(x): return math.sqrt(x)
#: test test_far 1
assert not abs(root(9) - 3) > 0.01
#: test test_near 1
assert abs(root(9) - 3) < 0.01
#: answer table
class Table:
    def rows(self): return [1, 2, 3]
total = sum(Table().rows())
#: test test_total 1
assert not total or total == total * 1
#: test test_rows 1
assert sum(Table().rows()) == total == 6
"""


def test_tests_that_answers_without_content_pass_are_named_with_what_passes_them(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setitem(foreign.COURSES, "lazy", {"lazy": LAZY})
    foreign.make(tmp_path, "lazy")
    out = io.StringIO()
    assert audit_lazy(tmp_path, "a1", out=out) == 1
    assert "a1: these tests give all of their points" in out.getvalue()
    named = dict(re.findall(r"^  (test_\w+): (.+)$", out.getvalue(), re.MULTILINE))
    assert {test: set(re.split(", | and ", values)) for test, values in named.items()} == {
        "test_close": {"an empty tensor"},
        "test_each": {
            "an empty list",
            "an object that lies about its length",
            "an empty tensor",
            "an empty array",
        },
        "test_far": {"NaN"},
        "test_total": {"an empty list", "an object that lies about its length"},
    }, out.getvalue()
    assert not (tmp_path / ".autograder/a1.jsonl").exists()


def test_nobody_has_a_grade_before_the_instructor_has_decided_about_such_tests(tmp_path: Path) -> None:
    name = next(name for name in foreign.COURSES if foreign.together(name))
    foreign.make(tmp_path, name)
    for path in tmp_path.glob("source/a1/*.ipynb"):
        path.write_text(path.read_text().replace(foreign.TOGETHER, "another-tag"))
    out = io.StringIO()
    assert grade_assignment(tmp_path, "a1", parent=lasting(), out=out) == 2
    assert out.getvalue().startswith("a1: these cells work in the student's kernel only"), out.getvalue()
    assert not list(tmp_path.glob("autograded/*")) + list(tmp_path.glob("feedback/*"))
    assert not (tmp_path / ".autograder/a1.jsonl").exists()


def test_right_answers_get_all_points_and_wrong_ones_none(course) -> None:
    _, root = course
    out = io.StringIO()
    assert grade_assignment(root, "a1", parent=lasting(), out=out) in (0, 1), out.getvalue()
    unexpected = {}
    for (student, cell), (score, most, by_hand) in scores(root).items():
        # What the wrong student has right: a cell that everybody is given, and the name of a class.
        right = student == "right" or cell in ("test_mine", "test_kind")
        expected = (None, True) if cell in ("why", "plot", "do") else (most if right else 0, False)
        if (score, bool(by_hand)) != expected:
            unexpected[student, cell] = score, by_hand
    # An answer that is as it was released has no points, and nobody need look at it.
    assert {key for key in unexpected if key[1] not in ("why", "plot")} == set()
    assert "NotRun" not in "".join(path.read_text() for path in root.glob("autograded/*/a1/*.ipynb"))


@pytest.mark.slow
def test_stock_nbgrader_gives_the_same(course) -> None:
    _, root = course
    stock = root.with_name("stock")
    shutil.copytree(root, stock)
    for command in (["generate_assignment", "a1", "--create"], ["autograde", "a1"]):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=stock,
            env=with_own_programs(os.environ),
            capture_output=True,
            check=True,
        )
    out = io.StringIO()
    assert grade_assignment(root, "a1", parent=lasting(), out=out) in (0, 1), out.getvalue()
    ours, theirs = scores(root), scores(stock)
    differ = {str(key): (ours[key], theirs[key]) for key in theirs if ours[key] != theirs[key]}
    assert differ == {}, json.dumps(differ, indent=1)
