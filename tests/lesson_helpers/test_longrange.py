"""The tasks and training runs of lesson 7: data as published, gradients as autograd's, repeatable from a seed."""

import math

import pytest
import torch
from torch import nn

from lstmlab.tasks import long_range


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_temporal_order_is_task_6a_of_1997():
    x, y, last = long_range.temporal_order(500, generator())
    assert x.shape == (110, 500, 8) and (x.sum(2) == 1).all()
    assert set(y.tolist()) == {0, 1, 2, 3} and last.min() == 99 and last.max() == 109
    firsts, seconds = set(), set()
    for column in range(500):
        symbols = x[: last[column] + 1, column].argmax(1)
        marks = ((symbols == 4) | (symbols == 5)).nonzero().flatten().tolist()
        assert len(marks) == 2 and symbols[0] == 6 and symbols[-1] == 7
        assert (symbols[1:-1] < 6).all() and y[column] == 2 * (symbols[marks[0]] - 4) + symbols[marks[1]] - 4
        firsts.add(marks[0])
        seconds.add(marks[1])
    assert firsts == set(range(10, 21)) and seconds == set(range(50, 61))


def test_adding_marks_one_number_in_each_half():
    x, y = long_range.adding(300, 7, generator())
    marks = x[:, :, 1]
    assert (marks[:3].sum(0) == 1).all() and (marks[3:].sum(0) == 1).all()
    torch.testing.assert_close((x[:, :, 0] * marks).sum(0), y)


def test_recent_sign_asks_for_the_third_from_the_end():
    x, y, last = long_range.recent_sign(50, 9, generator())
    assert ((x[6, :, 0] > 0) == (y == 1)).all() and (x.abs() == 1).all() and (last == 8).all()


def test_data_is_repeatable_from_its_generator():
    for make in (long_range.temporal_order, lambda n, g: long_range.adding(n, 5, g)):
        for first, second in zip(make(4, generator(3)), make(4, generator(3)), strict=True):
            assert torch.equal(first, second)


def test_count_nodes_grows_with_the_operations_and_forgets_what_is_detached():
    weight = nn.Parameter(torch.ones(2))
    assert long_range.count_nodes(weight.detach()) == 0
    assert long_range.count_nodes(weight * 2) == 2  # the product, and the leaf that collects its gradient
    product = weight * 2
    assert long_range.count_nodes(product + product) == 3  # shared nodes count once
    assert long_range.count_nodes(product.detach() * weight) == 2


def test_set_biases_sets_the_sum_of_both_biases_and_nothing_else():
    lstm = nn.LSTM(3, 5)
    before = {name: value.clone() for name, value in lstm.state_dict().items()}
    assert long_range.set_biases(lstm, forget=2.0, input=-1.0) is lstm
    total = lstm.bias_ih_l0 + lstm.bias_hh_l0
    assert (total[:5] == -1).all() and (total[5:10] == 2).all()
    for name, value in lstm.state_dict().items():
        same = value == before[name]
        assert same[10:].all() and (same.all() or "bias" in name)
    long_range.set_biases(lstm)
    assert torch.equal(total, lstm.bias_ih_l0 + lstm.bias_hh_l0)


def test_the_gradient_by_lag_is_the_one_of_a_finite_difference():
    torch.manual_seed(0)
    layer = nn.LSTM(2, 3).double()
    norms = long_range.grad_by_lag(layer, lags=6, seed=4)
    x = torch.randn(7, 1, 2, dtype=torch.float64, generator=generator(4))
    for lag in (0, 2, 6):
        slopes = []
        for feature in range(2):
            moved = x.clone()
            moved[6 - lag, 0, feature] += 1e-6
            slopes.append((layer(moved)[0][-1].sum() - layer(x)[0][-1].sum()).item() / 1e-6)
        assert norms[lag].item() == pytest.approx(math.hypot(*slopes), rel=1e-4)
    with pytest.raises(ValueError, match="float64"):
        long_range.grad_by_lag(nn.LSTM(2, 3))


def test_a_run_is_repeatable_and_leaves_the_global_random_state_alone():
    torch.manual_seed(5)
    state = torch.get_rng_state()
    first = long_range.learn_order([1, 2], limit=48, forget=4.0, input=-2.0)
    assert first == long_range.learn_order([1, 2], limit=48, forget=4.0, input=-2.0)
    assert all(run.solved is None and 1 < run.loss < 2 for run in first) and first[0] != first[1]
    twice = [long_range.recent_accuracy([1, 2], steps=6, updates=2) for _ in range(2)]
    assert twice[0] == twice[1] and len(twice[0]) == 2
    assert torch.equal(torch.get_rng_state(), state)


def test_a_run_beside_others_learns_what_it_learns_alone():
    """Were a weight between two runs not zero, or clipping common to all, their losses would part."""
    wide = long_range.learn_order([3, 4, 5], limit=160, forget=3.0)
    two = long_range.learn_order([3, 4], limit=160, forget=3.0)
    (alone,) = long_range.learn_order([3], limit=160, forget=3.0)
    assert wide[0].loss == pytest.approx(alone.loss, rel=1e-4)
    assert [run.loss for run in wide[:2]] == pytest.approx([run.loss for run in two], rel=1e-4)


def test_runs_side_by_side_are_layers_of_eight_units_clipped_one_by_one():
    """One update of the second run against nn.LSTM, clip_grad_norm_ and Adam themselves."""
    batch = long_range.temporal_order(16, generator())
    biases = {"forget": 3.0, "input": -2.0}
    runs = long_range._Runs(8, 4, [0, 7], 0.1, biases)
    torch.manual_seed(7)
    lstm, head = long_range.set_biases(nn.LSTM(8, 8), **biases), nn.Linear(8, 4)
    with torch.no_grad():  # large gradients, so that there is something to clip; the first run has small ones
        runs.models.parameters[4][1] *= 30
        head.weight *= 30
    parameters = [*lstm.parameters(), *head.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=0.1, betas=(0.9, 0.99))
    x, y, last = batch
    for _ in range(4):
        logits = head(lstm(x)[0][last, torch.arange(16)])
        losses = nn.functional.cross_entropy(logits, y, reduction="none")
        assert torch.allclose(runs.update(batch)[1], losses, atol=1e-4)
        optimizer.zero_grad()
        losses.mean().backward()
        assert nn.utils.clip_grad_norm_(parameters, 1.0) > 1
        optimizer.step()


def test_a_short_memory_is_learned():
    assert min(long_range.recent_accuracy([0, 1], steps=5, updates=150)) > 0.9


def test_an_unstable_run_ends_when_its_loss_does_and_clipping_saves_it():
    losses, norms = long_range.unstable_run(0, lambda parameters: None)
    assert not math.isfinite(losses[-1]) and len(norms) == len(losses) - 1
    kept, _ = long_range.unstable_run(
        0, lambda parameters: nn.utils.clip_grad_norm_(parameters, 1.0), updates=10
    )
    assert len(kept) == 10 and all(map(math.isfinite, kept)) and kept[0] == losses[0]
