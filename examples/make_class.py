"""Builds the example class: submissions to a3_gates of every kind that a grader meets, without outputs.

`python -m examples` calls `make_class`; `python -m examples.make_class DEST` builds the folders alone. An
answer is a file in `examples/answers/`; a function that it lacks is taken from `right.py`.
"""

import ast
import copy
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

ASSIGNMENT = "a3_gates"
ANSWERS = Path(__file__).parent / "answers"
RELEASED = Path(__file__).parent.parent / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"

Notebook = Any  # nbformat ships no types


@dataclass(frozen=True)
class Expected:
    """What grading should make of one submission, of 21 points; some scores vary with the random inputs."""

    student: str
    what: str
    low: float
    high: float


@dataclass(frozen=True)
class Submission:
    """A row of the class: who, which answer (None: nothing written), what happened to the file."""

    student: str
    answer: str | None
    what: str
    low: float
    high: float
    spoil: Callable[[Notebook], Notebook | str] | None = None
    file: str = f"{ASSIGNMENT}.ipynb"


def make_class(release_notebook: Path, submitted: Path) -> dict[str, Expected]:
    """Writes `submitted`/<student>/a3_gates/<notebook> for each student; returns what to expect of them.

    Files that are as they should be are left alone. Raises FileNotFoundError when there is no release.
    """
    if not release_notebook.exists():
        raise FileNotFoundError(f"{release_notebook} is missing; build it with: make release")
    release = nbformat.read(release_notebook, as_version=4)
    for one in CLASS:
        notebook = answered(release, one.answer)
        spoilt = one.spoil(notebook) if one.spoil else notebook
        text = spoilt if isinstance(spoilt, str) else nbformat.writes(spoilt) + "\n"
        path = submitted / one.student / ASSIGNMENT / one.file
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return {one.student: Expected(one.student, one.what, one.low, one.high) for one in CLASS}


def answered(release: Notebook, answer: str | None) -> Notebook:
    """A copy of the released notebook with the answer's functions in its solution cells."""
    notebook = copy.deepcopy(release)
    if answer is not None:
        for name, source in (functions_of("right") | functions_of(answer)).items():
            cell(notebook, name).source = source
    return notebook


def functions_of(answer: str) -> dict[str, str]:
    """Name and source, with decorators, of each function in an answer's file."""
    text = (ANSWERS / f"{answer}.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


def cell(notebook: Notebook, grade_id: str) -> Any:
    """The cell with this grade_id."""
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def forget_a_colon(notebook: Notebook) -> Notebook:
    """A syntax error in the first solution."""
    broken = cell(notebook, "lstm_cell")
    broken.source = broken.source.replace("):\n", ")\n", 1)
    return notebook


def delete_a_test(notebook: Notebook) -> Notebook:
    """A graded cell is gone."""
    notebook.cells.remove(cell(notebook, "lstm_cell-hidden"))
    return notebook


def copy_a_cell(notebook: Notebook) -> Notebook:
    """A graded cell is there twice, with the same grade_id, as after copy and paste."""
    original = cell(notebook, "gate_values-visible")
    double = copy.deepcopy(original)
    double.id = f"{original.id[:55]}-copy"
    notebook.cells.insert(notebook.cells.index(original) + 1, double)
    return notebook


def edit_the_tests(notebook: Notebook) -> Notebook:
    """The graded cells of an unwritten exercise say what the student would like to get."""
    for grade_id in ("lstm_cell-visible", "lstm_cell-hidden"):
        graded = cell(notebook, grade_id)
        graded.source = str(float(graded.metadata.nbgrader.points))
    cell(notebook, "lstm_cell").source = "def lstm_cell(*arguments):\n    raise NotImplementedError()"
    return notebook


def cut_in_half(notebook: Notebook) -> str:
    """An upload that broke off."""
    text = nbformat.writes(notebook)
    return str(text[: len(text) // 2])


CLASS = (
    Submission("adeyemi", "right", "right", 21, 21),
    Submission("bergstrom", "right_slices", "right, in another order of operations", 21, 21),
    Submission("castellano", "right_einsum", "right, with einsum and a sigmoid made of tanh", 21, 21),
    Submission("dimitrova", "blocks_as_ifog", "lstm_cell reads the blocks as i, f, o, g", 16, 16.3),
    Submission("eriksen", "output_without_tanh", "lstm_cell returns o * c for h", 16.8, 17),
    Submission("fujimoto", "states_exchanged", "lstm_cell returns (c, h)", 16, 16.3),
    Submission("gonzalez", "graph_cut", "lstm_cell lets no gradients through", 19.7, 20),
    Submission("haddad", "gates_from_h_t", "gate_values takes h after the step", 16.2, 16.4),
    Submission("iversen", "always_time_first", "gate_values ignores batch_first and bias=False", 18.2, 19),
    Submission("jankowski", "value_in_both_biases", "set_forget_bias gives twice the value", 19, 19.4),
    Submission("kowalczyk", "only_first_layer", "set_forget_bias reaches layer 0 only", 19.2, 19.4),
    Submission("yilmaz", "values_only", "lines that join the states, and a test of one value", 16, 18.5),
    Submission("zhou", "accuses_the_right_one", "a test that accuses a right lstm_cell", 18.7, 18.8),
    Submission("lindqvist", None, "nothing written", 0, 0),
    Submission("moreau", "right", "a syntax error in lstm_cell", 15, 15, forget_a_colon),
    Submission("nakamura", "endless_loop", "set_forget_bias never returns", 17, 17.5),
    Submission("okonkwo", "right", "a graded cell deleted", 21, 21, delete_a_test),
    Submission("petrovic", "right", "a graded cell copied, with its grade_id", 21, 21, copy_a_cell),
    Submission("quintana", "right", "lstm_cell unwritten, its graded cells edited", 15, 15, edit_the_tests),
    Submission("rasmussen", "right", "the file is not JSON", 0, 0, cut_in_half),
    Submission("sandoval", "right", "the notebook has another name", 21, 21, file="Gates (final 2).ipynb"),
    Submission("tanaka", "noisy", "right, with warnings on standard error", 21, 21),
    Submission("umarov", "kernel_killer", "gate_values ends the process", 0, 15),
)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m examples.make_class DEST")
    for expected in make_class(RELEASED, Path(sys.argv[1])).values():
        print(f"{expected.student:12}{expected.low:5g} to {expected.high:<5g} {expected.what}")
