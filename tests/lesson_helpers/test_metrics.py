"""What lesson 8 stands on: counts that add up, and two tasks with the labels they promise."""

import pytest
import torch
from torch import nn

from lstmlab.tasks import metrics
from lstmlab.tasks.metrics import Counts


def test_the_four_cells_are_counted_as_defined():
    truth = torch.tensor([[1, 1, 0, 0], [1, 0, 0, 0]])
    said = torch.tensor([[1, 0, 1, 0], [1, 0, 0, 0]])
    assert metrics.count(truth, said) == Counts(tp=2, fn=1, fp=1, tn=4)
    assert metrics.count(truth.float(), said.bool()) == metrics.count(truth, said)


def test_ratios_are_those_of_the_textbook_and_zero_without_a_denominator():
    c = Counts(tp=50, fn=10, fp=5, tn=35)
    assert (c.total, c.accuracy, c.false_alarm_rate) == (100, 0.85, 0.125)
    assert c.precision == 50 / 55 and c.recall == 50 / 60
    assert c.f1 == pytest.approx(2 * c.precision * c.recall / (c.precision + c.recall))
    empty = Counts(0, 0, 0, 0)
    assert [empty.accuracy, empty.precision, empty.recall, empty.f1, empty.false_alarm_rate] == [0.0] * 5


def test_unlike_shapes_are_refused_and_not_broadcast():
    with pytest.raises(ValueError, match=r"truth has shape \(4,\), said \(4, 1\)"):
        metrics.count(torch.zeros(4), torch.zeros(4, 1))


def test_bursts_are_rare_and_raise_four_steps_of_their_sequence():
    x, y = metrics.bursts(20_000, 0)
    assert x.shape == (20_000, 20, 1) and y.dtype == torch.bool
    assert 0.015 < y.float().mean() < 0.025
    assert x[y].mean() - x[~y].mean() == pytest.approx(4 * 1.8 / 20, abs=0.05)
    again, _ = metrics.bursts(20_000, 0)
    assert torch.equal(x, again)


def test_the_leader_is_the_token_seen_most_often_and_ties_go_to_the_smaller():
    lengths = torch.tensor([1, 9, 5])
    x, y = metrics.leaders(lengths, torch.Generator().manual_seed(0))
    assert x.shape == y.shape == (3, 9)
    for row, length in enumerate(lengths.tolist()):
        assert (x[row, length:] == metrics.PAD).all() and (y[row, length:] == metrics.PAD).all()
        for step in range(length):
            seen = x[row, : step + 1].tolist()
            counts = [seen.count(token) for token in (1, 2, 3, 4)]
            assert y[row, step] == counts.index(max(counts)) + 1


def test_training_leaves_the_random_state_alone_and_returns_models_in_eval_mode():
    state = torch.get_rng_state()
    tagger, last = metrics.train_tagger(
        0, lambda z, y: nn.functional.cross_entropy(z.transpose(1, 2), y), updates=3, dropout=0.5
    )
    detector = metrics.train_detector(0, updates=2)
    assert torch.equal(torch.get_rng_state(), state)
    assert not tagger.training and not detector.training and last > 0
    assert tagger(torch.ones(2, 7, dtype=torch.long)).shape == (2, 7, 5)
    assert detector(torch.zeros(3, 20, 1)).shape == (3,)
