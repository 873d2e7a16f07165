"""What lesson 12 stands on: tasks with known states, layers that share nothing, and the drawing of a scan."""

import pytest
import torch
from torch import nn

from lstmlab.draw.scans import draw_scan
from lstmlab.tasks.state_tracking import (
    BLOCKS,
    DIAL,
    PARITY,
    UNITS,
    Trackers,
    accuracy,
    log_scan,
    scan,
    train,
)
from lstmlab.training.batched import clip_each


def test_parity_and_the_dial_say_the_state_after_each_step():
    x = torch.tensor([[1], [1], [0], [1], [1]])  # (time, sequences)
    assert PARITY.answers(x).flatten().tolist() == [1, 0, 0, 1, 0]
    assert DIAL.answers(x).flatten().tolist() == [1, 2, 2, 0, 1]
    made, states = DIAL.make(7, 5, torch.Generator().manual_seed(0))
    assert made.shape == states.shape == (7, 5) and made.max() < DIAL.tokens and states.max() < DIAL.states


@pytest.mark.parametrize("steps", [1, 2, 3, 8, 21])
def test_a_scan_gives_the_states_of_the_loop(steps):
    generator = torch.Generator().manual_seed(steps)
    a, b = torch.randn(2, steps, 4, generator=generator, dtype=torch.float64)  # (time, units) each
    h = torch.zeros(4, dtype=torch.float64)
    for a_t, b_t, found in zip(a, b, scan(a, b), strict=True):
        h = a_t * h + b_t
        assert torch.allclose(h, found)


def test_a_scan_in_log_space_gives_them_too_and_nan_where_there_is_no_logarithm():
    a, b = torch.rand(2, 900, 4, generator=torch.Generator().manual_seed(0)) + 0.05  # (time, units) each
    assert torch.allclose(log_scan(a.log(), b.log()), scan(a, b), rtol=1e-3)
    b[3, 0] = -1.0
    broken = log_scan(a.log(), b.log()).isnan()
    assert broken[3:, 0].all() and not broken[:3].any() and not broken[:, 1:].any()


def test_the_lstm_is_that_of_pytorch():
    trackers = Trackers("LSTM", PARITY, [0, 1])
    read = torch.randn(6, 2, 3, 4 * UNITS)  # (time, runs, sequences, rows)
    states = trackers._states(read)
    layer = nn.LSTM(4 * UNITS, UNITS)
    for run in range(2):
        with torch.no_grad():
            layer.weight_ih_l0.copy_(torch.eye(4 * UNITS))
            layer.weight_hh_l0.copy_(trackers.weights["w_hh"][run].T)
            layer.bias_ih_l0.zero_()
            layer.bias_hh_l0.zero_()
        assert torch.allclose(states[:, run], layer(read[:, run])[0], atol=1e-6)


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_run_learns_the_same_alone_and_beside_others(kind):
    together = train(kind, DIAL, [3, 4], updates=4, sequences=5)
    alone = train(kind, DIAL, [4], updates=4, sequences=5)
    for name, weight in alone.weights.items():
        assert torch.allclose(together.weights[name][1], weight[0], atol=2e-3), name  # Adam enlarges rounding
    assert torch.allclose(accuracy(together, DIAL, 9)[1:], accuracy(alone, DIAL, 9), atol=0.02)


def test_each_run_is_clipped_by_its_own_norm():
    trackers = Trackers("decay in (0, 1)", PARITY, [0, 1])
    for weight in trackers.parameters():
        weight.grad = torch.zeros_like(weight)
    trackers.weights["b_1"].grad[0, 0, 0], trackers.weights["b_1"].grad[1, 0, 0] = 50.0, 0.5
    clip_each(trackers.parameters(), 1.0)
    assert torch.allclose(trackers.weights["b_1"].grad[:, 0, 0], torch.tensor([1.0, 0.5]), atol=1e-4)


def test_training_leaves_the_global_random_state_as_it_was():
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    train("decay in (0, 1)", PARITY, [0], updates=2)
    assert torch.equal(torch.rand(1), expected)


def test_the_linear_layers_differ_in_the_range_of_their_decay():
    read = torch.zeros(3, 1, 1, 2 * UNITS)  # (time, runs, sequences, rows)
    read[0, ..., :UNITS], read[..., UNITS:] = 1.0, -20.0  # the gate is shut: decay 0, or -1
    positive, negative = (
        Trackers(kind, PARITY, [0])._states(read)[:, 0, 0, 0]
        for kind in ("decay in (0, 1)", "decay in (-1, 1)")
    )
    assert torch.allclose(positive, torch.tensor([1.0, 0.0, 0.0]), atol=1e-4)
    assert torch.allclose(negative, torch.tensor([1.0, -1.0, 1.0]), atol=1e-4)


@pytest.mark.parametrize(("steps", "rounds"), [(2, 1), (8, 3), (9, 4)])
def test_the_drawing_of_a_scan_says_how_many_rounds_it_takes(steps, rounds):
    assert f"over {steps} steps in {rounds} rounds" in draw_scan(steps).alt


def test_a_scan_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="from 2 to 16"):
        draw_scan(32)
