"""Texts that a parser could go over again and again, for hours: what a submission says is looked through once."""

import json
import random
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from tiny_course import marks, source_notebook

from autograder.collecting.select import UNWRITTEN
from autograder.core.records import FaultKind
from autograder.course.model import Intake, Skeleton, Submission
from autograder.course.names import MOST_CODE, parse
from autograder.engine.one_submission import _flags
from autograder.pages.overview import AT
from autograder.results import wording
from autograder.results.headings import headings
from autograder.submissions import rebuild
from autograder.submissions.intake import MAX_CELLS, understand

LONG = 1_000_000


def handed_in(notebook: Any) -> Intake:
    content = json.dumps(notebook).encode()
    released = source_notebook()
    skeleton = Skeleton("two", released, tuple(cell.source for cell in released.cells))
    return understand(Submission("ada", "", {"two.ipynb": content}, {}, "", None, ()), [skeleton])


def of_cells(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


@pytest.mark.parametrize("line", [" " * MOST_CODE, "a," * (MOST_CODE // 8), "\t " * (MOST_CODE // 4)])
def test_a_line_that_is_nearly_a_magic_is_looked_at_once(line: str) -> None:
    assert parse(f"x\n{line[: MOST_CODE - 20]}\n(") is None


def test_magics_behind_an_equals_sign_are_left_out_all_the_same() -> None:
    tree = parse("def f():\n    a, b[0] = %time 1\n\tx = !ls\nfound = %who\n  %%no")
    assert tree is None
    assert parse("if 1:\n    a, b[0] = %time 1\n    x = !ls\nfound=%who\n") is not None


def test_headings_are_read_whatever_stands_beside_them() -> None:
    assert headings("# One\ntext\n## *Two*  ##  \n#three\n###\tFour #") == ["One", "Two", "Four"]
    assert len(headings("# x" + " " * LONG + "x\n" + "# " * LONG + "x")) == 2


def test_other_lines_are_looked_at_once() -> None:
    assert AT.findall("----> 1 a" + " " * LONG + "b")[0].strip().startswith("a")
    assert UNWRITTEN.search("\n" * LONG + "x") is None
    assert UNWRITTEN.search("def f():\n    raise NotImplementedError()")


def test_another_notebook_is_known_whatever_its_title_is() -> None:
    for title in ("# " * LONG + "x", "# x" + " " * LONG + "x"):
        named = {"grade_id": "elsewhere"}
        cell = {"cell_type": "markdown", "source": title, "metadata": {"nbgrader": named}}
        assert handed_in(of_cells(cell)).faults["two"].kind is FaultKind.ANOTHER_NOTEBOOK


def test_texts_of_the_same_letters_as_the_answers_are_not_all_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []
    monkeypatch.setattr(rebuild, "_likeness", lambda one, other: compared.append(one) or 0.0)
    draw, letters = random.Random(1), [*source_notebook().cells[4].source]
    cells = []
    for _ in range(MAX_CELLS):
        draw.shuffle(letters)
        cells.append({"cell_type": "code", "source": "# " + "".join(letters), "metadata": {}})
    assert handed_in(of_cells(*cells)).faults["two"].kind is FaultKind.ANOTHER_NOTEBOOK
    assert 0 < len(compared) <= 4 * rebuild.COMPARED  # two answers, asked about twice


@pytest.mark.parametrize("version", [1, 2, 3])
def test_cells_of_an_old_format_are_counted_before_they_become_new_ones(version: int) -> None:
    cells = [{"cell_type": "code", "input": "x"}] * 200_000
    old = {"nbformat": version, "metadata": {}, "worksheets": [5, {"cells": cells}]}
    reason = handed_in(old | ({"cells": cells, "worksheets": 5} if version == 1 else {})).faults["two"]
    assert "has 200000 cells, more than the 1000 allowed" in wording.fault(reason)


def test_code_that_is_too_long_to_be_looked_through_is_said() -> None:
    cell = new_code_cell("nn.LSTM  #" + " " * MOST_CODE, metadata=marks("cell", solution=True))
    short = new_code_cell("nn.GRU", metadata=marks("short", solution=True))
    for each in (cell, short):
        each.metadata["tags"] = ["forbid-recurrent"]
    long, layer = _flags(nbformat.from_dict(new_notebook(cells=[cell, short])))
    assert wording.flag(long) == "cell `cell` has 300010 characters, too many to be examined"
    assert "GRU in line 1" in wording.flag(layer)
