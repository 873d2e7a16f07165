"""What holds for every assignment: full marks for its reference, none for its untouched release, nothing leaks."""

import csv
import io
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from assignment import cells, define, points, value_of
from warm import lasting

from autograder.authoring.build import to_percent
from autograder.authoring.paired import Master
from autograder.authoring.reference import handed_in
from autograder.checking.registry import assignments, exercises_of, find, names
from autograder.checks import check, hint, score
from autograder.commands.grade import grade_assignment
from autograder.personal.whose import NOBODY

ROOT = Path(__file__).parents[2]


def notebook_of(step, assignment):
    return nbformat.read(ROOT / step / assignment / f"{assignment}.ipynb", as_version=4)


def in_order(assignment):
    """The assignment's exercises as they come in its notebook, which has every one of them."""
    ids = [c.metadata.get("nbgrader", {}).get("grade_id") for c in notebook_of("source", assignment).cells]
    assert set(exercises_of(assignment)) <= set(ids)
    return [each for each in ids if each in exercises_of(assignment)]


def ends(name):
    """How the names of an exercise's graded cells end: what is about something of one's own has the hidden one alone."""
    return ("-visible", "-hidden") if find(name).given is None else ("-hidden",)


def graded_cells(notebook):
    return [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]


@pytest.mark.parametrize("assignment", assignments())
def test_the_reference_gets_full_marks_whatever_is_drawn(assignment):
    locked = cells("locked", assignment)
    given = [cell for name, cell in locked.items() if name.endswith("-given")]
    written = (locked["imports"], *given, *cells("solution", assignment).values())
    source = "\n\n".join(cell.source for cell in written)
    functions = {name: define(source)[name] for name in exercises_of(assignment)}
    full = {name: float(c.metadata.nbgrader.points) for name, c in cells("grade", assignment).items()}
    for _ in range(3):
        assert points(functions, assignment) == full


@pytest.mark.parametrize("assignment", assignments())
def test_an_untouched_release_runs_through_and_says_what_is_not_written_yet(assignment, capfd):
    namespace = {}
    raised = []
    for cell in (c for c in notebook_of("release", assignment).cells if c.cell_type == "code"):
        try:
            exec(compile(cell.source, "<cell>", "exec"), namespace)
        except NotImplementedError:
            raised.append(cell)
    assert len(raised) == sum(len(ends(name)) for name in in_order(assignment)), (
        "of each exercise its graded cells"
    )
    assert all(cell.metadata.nbgrader.grade and "raises-exception" in cell.metadata.tags for cell in raised)
    words = "`raise NotImplementedError()` and run its cell again.\n"
    todo = {name: "delete the line" if find(name).lines else "replace" for name in in_order(assignment)}
    said = "".join(f"{name} is not written yet: {todo[name]} {words}" for name in in_order(assignment))
    out, err = capfd.readouterr()
    assert (out.replace(f"{NOBODY}\n", ""), err) == (said, "")
    assert out.count(NOBODY) == any(find(name).given is not None for name in in_order(assignment))


@pytest.mark.parametrize("assignment", assignments())
def test_the_release_has_no_solution_hidden_property_or_rubric(assignment):
    release = "\n".join(cell.source for cell in notebook_of("release", assignment).cells)
    for secret in ("BEGIN", "SOLUTION", "HIDDEN", "Property(", "Model answer", "Rubric"):
        assert secret not in release
    shipped = [path.read_text() for path in (ROOT / "autograder" / "checks").rglob("*.py")]
    for cell in notebook_of("source", assignment).cells:
        if "HIDDEN" in cell.source:
            if "import KEY" in cell.source:  # whose properties no student installs
                continue
            titles = re.findall(r'Property\(\s*"(.+?)",\s*(\w+\(.*?\))', cell.source)
            pairs = [f'"{title}", {call}' for title, call in titles]
            if "further = candidates()" in cell.source:
                continue  # a test that students write: its functions are the answers, which no release has
            assert len(pairs) == cell.source.count("Property(") > 0 and not any(
                pair in text for pair in pairs for text in shipped
            )


@pytest.mark.parametrize("assignment", assignments())
def test_each_exercise_states_its_points_difficulty_and_time_and_has_all_its_cells(assignment):
    notebook = notebook_of("source", assignment)
    ids = [c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata]
    if assignment == "a9_capstone":  # which has room for training, without points, and a report to be read
        ids = [grade_id for grade_id in ids if grade_id not in ("train", "report")]
    exercises = in_order(assignment)
    before = {name: [] if find(name).given is None else [f"{name}-given"] for name in exercises}
    mine = [[*before[name], name, *(f"{name}{end}" for end in ends(name))] for name in exercises]
    assert ids == ["imports", *(each for ids in mine for each in ids), "question"]
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    stated = re.findall(r"^\*(\d+) points? · (easy|medium|hard) · about \d+ minutes\*$", text, re.MULTILINE)
    marks = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in graded_cells(notebook)}
    for name, (number, _) in zip(exercises, stated, strict=True):
        assert int(number) == sum(marks[f"{name}{end}"] for end in ends(name))
    assert text.count("**By hand.**") == len(exercises)
    assert f"{sum(marks.values())} points." in text
    assert "**Rubric" in text and "read by a person" in text


@pytest.mark.parametrize("assignment", list(assignments())[:8])
def test_the_written_question_is_a_quarter_of_the_points_and_its_rubric_adds_up(assignment):
    marks = {
        c.metadata.nbgrader.grade_id: c.metadata.nbgrader
        for c in graded_cells(notebook_of("source", assignment))
    }
    points = {name: about.points for name, about in marks.items()}
    assert points["question"] == round((sum(points.values()) - points["question"]) / 3)
    assert 0.23 <= points["question"] / sum(points.values()) <= 0.27
    question = next(c for c in notebook_of("source", assignment).cells if "**Rubric" in c.source)
    parts = re.findall(r"(?:\*\* |; ?\n?)(\d(?:\.5)?)\s", question.source.partition("**Rubric")[2])
    assert sum(map(float, parts)) == points["question"]


@pytest.mark.parametrize("assignment", assignments())
def test_a_master_is_as_jupytext_writes_it(assignment):
    master = Master.of(ROOT / "source" / f"{assignment}.py")
    assert to_percent(master.read()) == master.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("assignment", assignments())
def test_a_hidden_cell_without_its_properties_says_where_its_points_come_from(assignment):
    notebook = notebook_of("release", assignment)
    for name in exercises_of(assignment):
        source = next(
            c.source for c in graded_cells(notebook) if c.metadata.nbgrader.grade_id == f"{name}-hidden"
        )
        known = {name: define(f"def {name}(*a): pass")[name], "score": score, "check": check, "hint": hint}
        value, printed = value_of(source, known)
        assert value is None and "further cases" in printed


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The reports of a1 and a2 (a3's are tested with the example class): the reference, and nothing written."""
    root = tmp_path_factory.mktemp("assignments") / "course"
    new = [name for name in assignments() if name != "a3_gates"]
    reports = {}
    for assignment in new:
        shutil.copytree(ROOT / "source" / assignment, root / "source" / assignment)
        for student, step in (("reference", "source"), ("untouched", "release")):
            shutil.copytree(ROOT / step / assignment, root / "submitted" / student / assignment)
        for weights in handed_in(assignment):
            shutil.copy(weights, root / "submitted" / "reference" / assignment)
        (root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 30\n")
        out = io.StringIO()
        assert grade_assignment(root, assignment, workers=2, parent=lasting(), out=out) in (0, 1), (
            out.getvalue()
        )
        with (root / "reports" / assignment / "grades.csv").open(newline="", encoding="utf-8") as file:
            reports[assignment] = {row["student_id"]: row for row in csv.DictReader(file)}
    return reports


def test_with_two_kernels_the_reference_gets_full_marks_and_the_untouched_release_none(graded):
    for assignment, rows in graded.items():
        for name in exercises_of(assignment):
            for end in ends(name):
                full = cells("grade", assignment)[f"{name}{end}"].metadata.nbgrader.points
                assert float(rows["reference"][f"{name}{end}"]) == full, rows["reference"]
        assert float(rows["untouched"]["score"]) == 0
        assert rows["untouched"]["reason"]


def test_the_registry_knows_each_exercise_once():
    listed = [name for each in assignments().values() for name in each.exercises]
    assert sorted(listed) == sorted(names()) and all(find(name).name == name for name in listed)
