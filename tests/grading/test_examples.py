"""The example class, graded as an instructor would: everybody recorded, scores as designed, nothing leaked."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.make_class import make_class

ROOT = Path(__file__).parents[2]
UNACTIVATED = {**os.environ, "PATH": "/usr/bin:/bin"}  # nobody activated the virtual environment


def make_grade(folder):
    """What `make grade` runs, in a folder of the test's."""
    command = [sys.executable, "-m", "examples", "--folder", str(folder)]
    return subprocess.run(command, cwd=ROOT, env=UNACTIVATED, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder of the class after `make grade`'s command, its expectations, and what was printed."""
    folder = tmp_path_factory.mktemp("class")
    run = make_grade(folder)
    assert run.returncode == 0, run.stdout + run.stderr
    expected = make_class(ROOT / "release/a3_gates/a3_gates.ipynb", tmp_path_factory.mktemp("again"))
    return folder, expected, run.stdout


def rows(folder):
    with (folder / "reports/a3_gates/grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def nbgrader(folder, *arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(command, cwd=folder, env=UNACTIVATED, capture_output=True, text=True, check=False)


def test_every_submission_is_recorded_with_the_score_it_was_designed_to_get(graded):
    folder, expected, _ = graded
    found = rows(folder)
    assert set(found) == set(expected) and len(found) >= 12
    wrong = {
        student: (float(found[student]["score"]), one.low, one.high)
        for student, one in expected.items()
        if not one.low <= float(found[student]["score"]) <= one.high
    }
    assert wrong == {}


def test_every_zero_has_a_reason_in_words(graded):
    zeros = [row for row in rows(graded[0]).values() if float(row["score"]) == 0]
    assert len(zeros) >= 2 and all(len(row["reason"].split()) >= 4 for row in zeros)


def test_everybody_gets_a_page_and_no_page_shows_a_hidden_test(graded):
    folder, expected, _ = graded
    source = (ROOT / "source/a3_gates.py").read_text(encoding="utf-8")
    regions = [part.split("### END HIDDEN TESTS")[0] for part in source.split("### BEGIN HIDDEN TESTS")[1:]]
    hidden = {line.strip() for region in regions for line in region.splitlines() if len(line.strip()) > 30}
    assert hidden
    for student in expected:
        pages = list((folder / "feedback" / student / "a3_gates").glob("*.html"))
        assert pages, f"{student} has no feedback page"
        text = "".join(page.read_text(encoding="utf-8") for page in pages)
        assert [line for line in hidden if line in text] == []


def test_the_summary_counts_the_known_mistakes(graded):
    summary = (graded[0] / "reports/a3_gates/report.html").read_text(encoding="utf-8")
    assert "the blocks were read as i, f, o, g" in summary


def test_stock_nbgrader_exports_and_writes_feedback_from_the_result(graded):
    folder, expected, _ = graded
    export = nbgrader(folder, "export", "--to", "export.csv")
    assert export.returncode == 0, export.stderr
    with (folder / "export.csv").open(newline="", encoding="utf-8") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert exported == pytest.approx({student: float(row["score"]) for student, row in rows(folder).items()})
    assert set(exported) == set(expected)
    feedback = nbgrader(folder, "generate_feedback", "a3_gates", "--force")
    assert feedback.returncode == 0, feedback.stderr


def test_grading_again_changes_nothing(graded):
    folder, _, _ = graded
    before = rows(folder)
    again = make_grade(folder)
    assert again.returncode == 0
    assert rows(folder) == before
