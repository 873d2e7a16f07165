"""Each exercise on its answers, once and without names of mistakes: right ones pass, wrong ones fail.

What `make test` runs of the audit; `make test-all` tries the mutants too, and whether each mistake gets its name.
"""

import contextlib
from pathlib import Path

import pytest

from autograder.auditing.check_run import fails
from autograder.auditing.exercise_source import read_source
from autograder.checking.registry import find, names
from autograder.checking.seeds import draw_seed
from autograder.checking.stock.answers import answers_to, function_in

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", names())
def test_right_answers_pass_and_wrong_ones_fail(name: str) -> None:
    written = read_source(ROOT, name)
    answers = answers_to(name)
    exercise, hidden, seed = find(name), written.properties(), draw_seed()

    def failing(title: str, source: str) -> bool:
        return fails(exercise, function_in(source, name, f"<{title}>"), seed, hidden)

    with contextlib.chdir(answers.folder):  # where the capstone's weights are
        assert not failing("the reference", written.reference), seed
        assert [each.title for each in answers.right if failing(each.title, each.source)] == [], seed
        assert [each.title for each in answers.wrong if not failing(each.title, each.source)] == [], seed
