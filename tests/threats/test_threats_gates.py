"""The threats of hostile_gates.py against a3_gates, graded in each mode of the sandbox, and by dask workers."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from hostile_gates import GATES, QUESTIONS, GatesAttack
from nbformat.v4 import new_code_cell
from nbgrader.utils import is_grade
from ways import WAYS, graded_by

from autograder.commands.grade import grade_assignment
from examples.make_class import RELEASED, answered, cell, functions_of

SOURCE = Path(__file__).parents[2] / "source" / "a3_gates"
FURTHER = ("BEGIN HIDDEN", "Property(", "steps(7, 3, 8)", "sequences(20, 2, 3, 4)")


@pytest.fixture(scope="module", params=WAYS)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's folder, its class graded."""
    root = tmp_path_factory.mktemp(f"gates-{request.param}") / "course"
    shutil.copytree(SOURCE, root / "source/a3_gates")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 20\n")
    release = nbformat.read(RELEASED, 4)
    right = functions_of("right")
    for attack in (*GATES, *(GatesAttack(name, "none", {}, {}) for name in ("neighbour", "zz-last"))):
        notebook = answered(release, "right")
        for name, answer in attack.answers.items():
            answer = answer.replace("{right}", right[name])
            for place in ("COURSE", "HOME", "CANARY"):
                answer = answer.replace(place, str(root))
            cell(notebook, name).source = answer
        if attack.after:
            notebook.cells.append(new_code_cell(attack.after))
        folder = root / "submitted" / attack.name / "a3_gates"
        folder.mkdir(parents=True)
        (folder / "a3_gates.ipynb").write_text(json.dumps(notebook))
    out = io.StringIO()
    with graded_by(request.param) as options:
        status = grade_assignment(root, "a3_gates", **options, workers=4, memory=1500, out=out)
    assert status == 0, out.getvalue()
    return root


def grades(root: Path) -> dict[str, dict[str, str]]:
    with (root / "reports/a3_gates/grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_no_attack_on_the_checks_gains_a_point(graded: Path) -> None:
    rows, wrong = grades(graded), {}
    for attack in GATES:
        row = rows[attack.name]
        for question, points in QUESTIONS.items():
            function, got = question.partition("-")[0], float(row[question])
            share = attack.most.get(function)
            fine = got == points if share is None else got <= share
            if not fine:
                wrong[f"{attack.name} {question}"] = f"{got} of {points}; {row['reason']}"
    assert wrong == {}


def test_neighbours_of_hostile_answers_get_all_points(graded: Path) -> None:
    for name in ("neighbour", "zz-last"):
        row = grades(graded)[name]
        assert {question: float(row[question]) for question in QUESTIONS} == QUESTIONS
        assert row["repairs"] == ""


def test_a_recurrent_layer_in_an_answer_from_scratch_is_said(graded: Path) -> None:
    rows = grades(graded)
    for attack in GATES:
        said = rows[attack.name]["repairs"]
        assert attack.flag in said and (attack.flag or "recurrent" not in said), (attack.name, said)


def test_no_page_shows_the_further_cases(graded: Path) -> None:
    for attack in GATES:
        page = (graded / "feedback" / attack.name / "a3_gates/a3_gates.html").read_text().split("</head>")[-1]
        text = re.sub(r"<[^<>]*>", "", page)
        assert [secret for secret in FURTHER if secret in text] == [], attack.name
        # A check in the student's own kernel shows what their code printed there; what is graded shows nothing of it.
        assert "STOLEN" not in text or attack.name == "thief", attack.name
        notebook = nbformat.read(graded / "autograded" / attack.name / "a3_gates/a3_gates.ipynb", 4)
        assert "STOLEN" not in str([cell.get("outputs") for cell in notebook.cells if is_grade(cell)]), (
            attack.name
        )
