"""Equal work earns equal points: a wrong answer's points do not hang on the cases that a seed draws.

Exercises whose numbers are few (counts, lengths, sizes, signs) are tried; there a mistake can hide by chance.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.auditing.check_run import run_checks
from autograder.auditing.exercise_source import read_source
from autograder.checking.registry import find, names
from autograder.checking.stock.answers import answers_to, function_in
from autograder.personal.whose import as_owner

OWN = [name for name in names() if find(name).given is not None]
ROOT = Path(__file__).parents[2]
SEEDS = range(6)


@pytest.mark.parametrize(
    "name",
    [
        "split_standardize",
        "lstm_cell",
        "lstm_param_count",
        "lstm_shapes",
        "last_valid",
        "clip_by_global_norm",
        "encode_words",
        "test_binary_report",
        "order_lstm_cell",
    ],
)
def test_a_wrong_answer_earns_the_same_under_every_seed(name):
    exercise, written = replace(find(name), mistakes=()), read_source(ROOT, name)
    answers = answers_to(name).wrong
    assert len(answers) >= 8
    for answer in answers:
        function = function_in(answer.source, name, f"<{answer.title}>")
        trials = [
            run_checks(exercise, function, seed, written.properties(), written.points) for seed in SEEDS
        ]
        assert len({round(trial.score, 9) for trial in trials}) == 1, answer.title


@pytest.mark.parametrize("name", OWN)
def test_a_wrong_answer_earns_the_same_whoever_hands_it_in(name):
    """Each student is given something else; what is wrong with an answer costs all of them the same."""
    exercise, written, answers = find(name), read_source(ROOT, name), answers_to(name)
    for answer in (answers.right[0], *(each for each in answers.wrong if each.mistake)):
        scores = set()
        for student in SEEDS:
            with as_owner(f"student {student}"):
                function = function_in(answer.source, name, f"<{answer.title}>")
                trial = run_checks(exercise, function, 0, written.properties(), written.points)
                scores.add((round(trial.score, 9), trial.mistake))
        assert len(scores) == 1 and scores.pop()[1] == answer.mistake, answer.title
