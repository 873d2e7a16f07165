"""The assignment a3_gates: its master, its release, and the example class, in this process and in real kernels."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest
from assignment import MASTER, built, cells, define, points, value_of
from nbclient import NotebookClient
from nbgrader.utils import determine_grade

from autograder.checking.observing import limits
from autograder.checking.registry import exercises_of
from autograder.checks import check, score
from autograder.core.check_output import CHECK_RESULT
from autograder.core.environment import with_own_programs
from examples.make_class import ANSWERS, CLASS, functions_of, make_class

ROOT = Path(__file__).parents[2]
ALL = exercises_of("a3_gates")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of its own with a3_gates built and released by nbgrader."""
    folder = tmp_path_factory.mktemp("course")
    source = folder / "source" / "a3_gates"
    source.mkdir(parents=True)
    notebook = built()
    nbformat.write(notebook, source / "a3_gates.ipynb")
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'test'\nc.CourseDirectory.root = '.'\n"
    )
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "a3_gates"]
    run = subprocess.run(
        command, cwd=folder, env=with_own_programs(os.environ), capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return folder


@pytest.fixture(scope="module")
def release(course):
    """The released notebook's path."""
    return course / "release" / "a3_gates" / "a3_gates.ipynb"


def executed(notebook, errors=True):
    """A copy of the notebook run in a real kernel; without `errors` only cells that Jupyter lets fail may."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=errors).execute(cwd=str(ROOT))
    return notebook


def outputs(notebook):
    """All outputs of all code cells."""
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def solutions():
    """The master's own functions."""
    source = "\n\n".join(cell.source for cell in cells("solution").values())
    return {name: function for name, function in define(source).items() if name in ALL}


def test_the_masters_own_solutions_get_full_marks_whatever_is_drawn():
    full = {name: float(cell.metadata.nbgrader.points) for name, cell in cells("grade").items()}
    assert set(full) == {f"{name}{end}" for name in ALL for end in ("-visible", "-hidden")}
    assert min(full.values()) > 0
    for _ in range(5):
        assert points(solutions()) == full


@pytest.mark.parametrize("seed", range(5))
def test_the_masters_own_solutions_hold_under_fixed_seeds(seed, capsys):
    for function in solutions().values():
        assert score(function, points=1, seed=seed) == 1.0
        assert capsys.readouterr().out == ""


def in_order():
    """The exercises as they come in the notebook."""
    return [name for name in cells("solution") if name in ALL]


def test_cells_are_named_after_their_exercise_and_carry_whole_metadata():
    ids = [f"{name}{end}" for name in in_order() for end in ("", "-visible", "-hidden")]
    found = {c.metadata.nbgrader.grade_id: c for c in built().cells if "nbgrader" in c.metadata}
    assert list(found) == ["imports", *ids, "question"]
    for grade_id, cell in found.items():
        assert {"grade", "solution", "locked", "task", "schema_version", "grade_id"} <= set(
            cell.metadata.nbgrader
        )
        assert cell.metadata.nbgrader.solution == (grade_id in (*ALL, "question"))
        assert cell.metadata.nbgrader.grade == (grade_id not in (*ALL, "imports"))


def test_the_master_survives_a_round_trip_through_jupytext():
    notebook = jupytext.read(MASTER)
    again = jupytext.reads(jupytext.writes(notebook, fmt="py:percent"), fmt="py:percent")
    assert [(c.source, c.metadata) for c in again.cells] == [(c.source, c.metadata) for c in notebook.cells]


def test_the_release_holds_neither_solutions_nor_hidden_tests(release):
    text = release.read_text(encoding="utf-8")
    for secret in (
        "BEGIN",
        "SOLUTION",
        "HIDDEN",
        "Property",
        "chunk",
        "torch.sigmoid",
        "no_grad():",
        "steps(",
        "Rubric",
    ):
        assert secret not in text
    sources = [cell.source for cell in nbformat.read(release, 4).cells]
    assert sum(
        "raise NotImplementedError()" in source for source in sources if source.startswith("def ")
    ) == len(ALL)


def test_hidden_properties_are_nowhere_among_the_shipped_checks():
    shipped = "\n".join(
        path.read_text() for top in ("exercises", "autograder") for path in (ROOT / top).rglob("*.py")
    )
    for name, cell in cells("grade").items():
        if name.endswith("-hidden"):
            titles = [
                line.split('"')[1]
                for line in cell.source.splitlines()
                if '("' in line or line.strip()[:1] == '"'
            ]
            ours = [title for title in titles if title.endswith(".")]
            if "further = candidates()" in cell.source:
                continue  # a test that students write: its functions are the answers, which no release has
            assert len(ours) == cell.source.count("Property(") > 0
            assert not any(
                f'"{title}", {rest}' in shipped
                for title in ours
                for rest in ("steps", "sequences", "modules")
            )


def test_an_untouched_release_runs_through_and_its_graded_cells_give_notimplementederror(release):
    notebook = executed(nbformat.read(release, 4), errors=False)
    faults = [output for output in outputs(notebook) if output.output_type == "error"]
    others = [output for output in outputs(notebook) if output.output_type != "error"]
    assert len(faults) == 2 * len(ALL)
    assert {fault.ename for fault in faults} == {"NotImplementedError"}
    assert all(len(fault.traceback) == 1 and "autograder" not in fault.traceback[0] for fault in faults)
    # A cell's text may arrive in two pieces.
    said = "".join(output.text for output in others if output.output_type == "stream").splitlines()
    assert [text.split(":")[0] for text in said if text] == [
        f"{name} is not written yet" for name in in_order()
    ]
    rest = [each.output_type for each in others if each.output_type != "stream"]
    assert rest == ["execute_result"], "a table of shapes"
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert [determine_grade(cell)[0] for cell in graded] == [0] * (2 * len(ALL) + 1), (
        "two tests of each, and a question left as it was"
    )


def test_the_master_gets_full_marks_from_nbgrader_in_a_real_kernel(course):
    notebook = executed(nbformat.read(course / "source" / "a3_gates" / "a3_gates.ipynb", 4))
    graded = [
        c for c in notebook.cells if c.cell_type == "code" and c.metadata.get("nbgrader", {}).get("grade")
    ]
    assert [determine_grade(cell) for cell in graded] == [
        (cell.metadata.nbgrader.points,) * 2 for cell in graded
    ]
    shown = [output for output in outputs(notebook) if output.output_type == "display_data"]
    assert len(shown) == len(ALL), "one report from each free check"
    assert all({"text/plain", "text/html"} <= set(output.data) for output in shown)
    assert not [output for output in outputs(notebook) if output.get("name") == "stderr"]


def test_a_mistake_in_a_real_kernel_is_named_at_the_students_own_line(release):
    notebook = nbformat.read(release, 4)
    wrong = {"lstm_cell": functions_of("blocks_as_ifog")["lstm_cell"]}
    wrong["gate_values"] = "def gate_values(lstm, x):\n    states = lstm(x)\n    return states.shape"
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = wrong.get(name, cell.source)
    pages = [o.data for o in outputs(executed(notebook)) if o.output_type == "display_data"]
    shown = [data["text/plain"] for data in pages if "text/html" in data]
    records = [data[CHECK_RESULT] for data in pages if CHECK_RESULT in data]
    assert [each["exercise"] for each in records] == ["lstm_cell", "gate_values"], "of the graded cells"
    assert "Known mistake: the blocks were read as i, f, o, g." in shown[0]
    assert "your line 3: `return states.shape`" in shown[1]
    assert shown[1].count("your line") == 2, "once in words, once quoted; the next properties depend on it"
    assert shown[1].count("10 more depend on it.") == 1


def test_a_student_with_right_answers_sees_where_the_hidden_points_come_from(release):
    functions = functions_of("right")
    assert set(functions) == set(ALL)
    for name in ALL:
        function = define(functions[name])[name]
        source = next(c.source for c in nbformat.read(release, 4).cells
                      if c.metadata.get("nbgrader", {}).get("grade_id") == f"{name}-hidden")  # fmt: skip
        value, printed = value_of(source, {name: function, "score": score, "check": check})
        assert value is None
        assert "further cases" in printed


# ---------------------------------------------------------------- the class


def test_the_class_has_every_kind_of_submission_and_uses_every_answer():
    assert len(CLASS) >= 14
    assert len({one.student for one in CLASS}) == len(CLASS)
    assert {one.answer for one in CLASS if one.answer} == {path.stem for path in ANSWERS.glob("*.py")}


@pytest.mark.parametrize(
    "one", [one for one in CLASS if one.answer and not one.spoil], ids=lambda one: one.student
)
def test_each_answer_of_the_class_earns_what_it_was_designed_to(one, monkeypatch):
    if one.answer == "kernel_killer":
        assert "os._exit" in functions_of("kernel_killer")["gate_values"], "it would end this very process"
        return
    monkeypatch.setattr(limits, "SECONDS", 1.0)
    sources = functions_of("right") | functions_of(one.answer)
    earned = sum(points({name: define(sources[name])[name] for name in ALL}).values())
    assert one.low - 0.001 <= earned <= one.high + 0.001


def test_building_the_class_twice_leaves_its_files_alone(release, tmp_path):
    expected = make_class(release, tmp_path)
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert {path.parent.parent.name for path in files} == set(expected)
    before = {path: path.stat().st_mtime_ns for path in files}
    assert make_class(release, tmp_path) == expected
    assert {path: path.stat().st_mtime_ns for path in files} == before


def test_building_the_class_without_a_release_says_what_to_type(tmp_path):
    with pytest.raises(FileNotFoundError, match="make release"):
        make_class(tmp_path / "missing.ipynb", tmp_path)
    assert not shutil.which("no-such-command")
