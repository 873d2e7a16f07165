"""What is computed once for all submissions is what each would compute, and no student's kernel has any of it."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import torch
from assignment import EXERCISES
from nbformat.v4 import new_code_cell

from autograder.checking import memo, seeds, watch
from autograder.checking.ahead import try_ahead
from autograder.checking.examine import examine
from autograder.checking.observing.observe import observe
from autograder.checking.registry import find
from autograder.checks import score
from autograder.commands.grade import grade_assignment
from autograder.rpc import adapters
from examples.make_class import RELEASED, answered, functions_of

SOURCE = Path(__file__).parents[2] / "source" / "a3_gates"
SEED = "5eed0fa11cafe5d00dfeedbea7beefca"
ANSWERS = ("right", "right_einsum", "blocks_as_ifog", "states_exchanged", "graph_cut", "always_time_first")


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    adapters.load()
    memo.MEMO.__init__()
    seeds.draw_from(SEED)
    yield
    memo.MEMO.__init__()


def graded_cells() -> list[str]:
    notebook = nbformat.read(SOURCE / "a3_gates.ipynb", 4)
    marks = [(cell, cell.metadata.get("nbgrader", {})) for cell in notebook.cells]
    return [cell.source for cell, mark in marks if mark.get("grade") and cell.cell_type == "code"]


def space() -> dict[str, Any]:
    return {"torch": torch, "nn": torch.nn, "score": score}


def functions(answer: str) -> dict[str, Any]:
    defined: dict[str, Any] = {"torch": torch, "nn": torch.nn}
    for source in (functions_of("right") | functions_of(answer)).values():
        exec(source, defined)
    return {name: defined[name] for name in EXERCISES}


def reports() -> list[Any]:
    return [
        examine(find(name), function) for answer in ANSWERS for name, function in functions(answer).items()
    ]


def test_every_answer_gets_the_same_report_and_the_oracle_is_not_asked_again(monkeypatch) -> None:
    plainly = reports()
    try_ahead(space(), graded_cells())
    asked = []
    monkeypatch.setattr(
        watch,
        "observe",
        lambda function, *rest, **more: asked.append(function) or observe(function, *rest, **more),
    )
    assert reports() == plainly
    oracles = {find(name).oracle for name in EXERCISES}
    assert asked
    assert not oracles & set(asked)


def test_other_cases_are_computed_anew() -> None:
    try_ahead(space(), graded_cells())
    seeds.draw_from(SEED[::-1])
    there = reports()
    memo.MEMO.__init__()
    assert reports() == there


@pytest.mark.parametrize(
    "test",
    [
        "kept.append(1)\nscore(lstm_cell, points=1)",
        "kept[:] = [1]\nscore(lstm_cell, points=1)",
        "kept += [1]\nscore(lstm_cell, points=1)",
        "for each in range(2):\n    kept.append(each)\nscore(lstm_cell, points=1)",
        "[kept.append(each) for each in range(2)]\nscore(lstm_cell, points=1)",
        "import antigravity\nscore(lstm_cell, points=1)",
        "torch.manual_seed(kept.append(1))\nscore(lstm_cell, points=1)",
        "assert lstm_cell(1) == 2",
        "%time score(lstm_cell, points=1)",
    ],
)
def test_a_test_that_does_more_than_check_is_not_tried_ahead(test: str) -> None:
    given: dict[str, Any] = {**space(), "kept": []}
    before = dict(given)
    try_ahead(given, [test])
    assert given == before
    assert given["kept"] == []
    assert not memo.MEMO._kept
    assert not memo.MEMO.filling


def test_students_kernels_hold_nothing_that_was_computed_ahead(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "source/a3_gates")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    look = "from autograder.checking.memo import MEMO\nprint('KEPT', len(MEMO._kept), MEMO.filling)"
    for number in range(6):
        notebook = answered(nbformat.read(RELEASED, 4), "right")
        notebook.cells.append(new_code_cell(look))
        folder = tmp_path / "submitted" / f"s{number}" / "a3_gates"
        folder.mkdir(parents=True)
        (folder / "a3_gates.ipynb").write_text(json.dumps(notebook))
    out = io.StringIO()
    assert grade_assignment(tmp_path, "a3_gates", workers=1, out=out) == 0, out.getvalue()
    for number in range(6):
        graded = (tmp_path / f"autograded/s{number}/a3_gates/a3_gates.ipynb").read_text()
        assert "KEPT 0 False" in graded
