"""`make seeds`: every seed of a lesson is another one, and an assert that guards a seed is found."""

import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
DRAWS = """
import random
import numpy as np
import torch
torch.manual_seed(3)
from_torch = torch.rand(1).item()
from_generator = torch.rand(1, generator=torch.Generator().manual_seed(3)).item()
from_numpy = np.random.default_rng(3).random()
np.random.seed(3)
from_old_numpy = np.random.random()
random.seed(3)
from_python = random.random()
from_random = random.Random(3).random()
drawn = [from_torch, from_generator, from_numpy, from_old_numpy, from_python, from_random]
"""


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import seeds  # a script of tools/

    yield seeds
    sys.modules.pop("seeds", None)


def test_every_source_of_chance_is_moved_and_asserts_that_guard_a_seed_are_named(seeds, tmp_path) -> None:
    known: dict[str, list[float]] = {}
    exec(DRAWS, known)
    cells = [
        nbformat.v4.new_markdown_cell("## One seed"),
        nbformat.v4.new_code_cell(f"{DRAWS}\nbefore = {known['drawn']!r}"),
        nbformat.v4.new_code_cell("assert not any(a == b for a, b in zip(before, drawn))"),
        nbformat.v4.new_code_cell("x = 1\nassert before == drawn"),
        nbformat.v4.new_code_cell("assert 0 <= min(drawn) and max(drawn) < 1"),
    ]
    path = tmp_path / "lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    still, moved = seeds.run(path, 0), seeds.run(path, 1000)
    assert len(still.errors) == 1 and "code cell 2 (One seed)" in still.errors[0]
    assert (
        len(moved.errors) == 1 and "code cell 3 (One seed), line 2 assert before == drawn" in moved.errors[0]
    )
    assert moved.asserts == 3


def test_a_lesson_that_is_not_there_is_refused_with_those_that_are(seeds, capsys) -> None:
    assert seeds.main(["11_nowhere"]) == 2
    assert "no lesson 11_nowhere; there are 00_start_here" in capsys.readouterr().err
