"""The tasks and training runs of lesson 7: data as published, gradients as autograd's, repeatable from a seed."""

import math

import pytest
import torch
from torch import nn

from lstmlab import longrange


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_temporal_order_is_task_6a_of_1997():
    x, y, last = longrange.temporal_order(500, generator())
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
    x, y = longrange.adding(300, 7, generator())
    marks = x[:, :, 1]
    assert (marks[:3].sum(0) == 1).all() and (marks[3:].sum(0) == 1).all()
    torch.testing.assert_close((x[:, :, 0] * marks).sum(0), y)


def test_recent_sign_asks_for_the_third_from_the_end():
    x, y, last = longrange.recent_sign(50, 9, generator())
    assert ((x[6, :, 0] > 0) == (y == 1)).all() and (x.abs() == 1).all() and (last == 8).all()


def test_data_is_repeatable_from_its_generator():
    for make in (longrange.temporal_order, lambda n, g: longrange.adding(n, 5, g)):
        for first, second in zip(make(4, generator(3)), make(4, generator(3)), strict=True):
            assert torch.equal(first, second)


def test_count_nodes_grows_with_the_operations_and_forgets_what_is_detached():
    weight = nn.Parameter(torch.ones(2))
    assert longrange.count_nodes(weight.detach()) == 0
    assert longrange.count_nodes(weight * 2) == 2  # the product, and the leaf that collects its gradient
    product = weight * 2
    assert longrange.count_nodes(product + product) == 3  # shared nodes count once
    assert longrange.count_nodes(product.detach() * weight) == 2


def test_set_biases_sets_the_sum_of_both_biases_and_nothing_else():
    lstm = nn.LSTM(3, 5)
    before = {name: value.clone() for name, value in lstm.state_dict().items()}
    assert longrange.set_biases(lstm, forget=2.0, input=-1.0) is lstm
    total = lstm.bias_ih_l0 + lstm.bias_hh_l0
    assert (total[:5] == -1).all() and (total[5:10] == 2).all()
    for name, value in lstm.state_dict().items():
        same = value == before[name]
        assert same[10:].all() and (same.all() or "bias" in name)
    longrange.set_biases(lstm)
    assert torch.equal(total, lstm.bias_ih_l0 + lstm.bias_hh_l0)


def test_the_gradient_by_lag_is_the_one_of_a_finite_difference():
    torch.manual_seed(0)
    layer = nn.LSTM(2, 3).double()
    norms = longrange.grad_by_lag(layer, lags=6, seed=4)
    x = torch.randn(7, 1, 2, dtype=torch.float64, generator=generator(4))
    for lag in (0, 2, 6):
        slopes = []
        for feature in range(2):
            moved = x.clone()
            moved[6 - lag, 0, feature] += 1e-6
            slopes.append((layer(moved)[0][-1].sum() - layer(x)[0][-1].sum()).item() / 1e-6)
        assert norms[lag].item() == pytest.approx(math.hypot(*slopes), rel=1e-4)
    with pytest.raises(ValueError, match="float64"):
        longrange.grad_by_lag(nn.LSTM(2, 3))


def test_a_run_is_repeatable_and_leaves_the_global_random_state_alone():
    torch.manual_seed(5)
    state = torch.get_rng_state()
    first = longrange.learn_order(1, limit=48, forget=4.0, input=-2.0)
    assert first == longrange.learn_order(1, limit=48, forget=4.0, input=-2.0)
    assert first.solved is None and 1 < first.loss < 2
    assert longrange.recent_accuracy(1, steps=6, updates=2) == longrange.recent_accuracy(
        1, steps=6, updates=2
    )
    assert torch.equal(torch.get_rng_state(), state)


def test_a_short_memory_is_learned():
    assert longrange.recent_accuracy(0, steps=5, updates=150) > 0.9


def test_an_unstable_run_ends_when_its_loss_does_and_clipping_saves_it():
    losses, norms = longrange.unstable_run(0, lambda parameters: None)
    assert not math.isfinite(losses[-1]) and len(norms) == len(losses) - 1
    kept, _ = longrange.unstable_run(
        0, lambda parameters: nn.utils.clip_grad_norm_(parameters, 1.0), updates=10
    )
    assert len(kept) == 10 and all(map(math.isfinite, kept)) and kept[0] == losses[0]
