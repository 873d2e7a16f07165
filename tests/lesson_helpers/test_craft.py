"""What lesson 14 trains with: the cell is nn.LSTM's, saved bytes are counted once, runs repeat from their seeds."""

import pytest
import torch
from torch import nn

from lstmlab.tasks import craft


def test_the_cell_of_many_runs_computes_what_nn_lstm_does():
    layers = [nn.LSTM(3, 5) for _ in range(4)]
    stacked, _ = torch.func.stack_module_state(layers)
    x = torch.randn(7, 2, 3)  # (time, batch, input)
    output, (h, c) = craft._lstm(stacked, x.expand(4, -1, -1, -1))
    for run, layer in enumerate(layers):
        expected, (h_n, c_n) = layer(x)
        torch.testing.assert_close(output[run], expected)
        torch.testing.assert_close(h[run], h_n[0])
        torch.testing.assert_close(c[run], c_n[0])


def test_a_state_that_is_passed_on_continues_the_sequence():
    stacked, _ = torch.func.stack_module_state([nn.LSTM(3, 5), nn.LSTM(3, 5)])
    x = torch.randn(2, 8, 4, 3)  # (runs, time, batch, input)
    whole, _ = craft._lstm(stacked, x)
    first, state = craft._lstm(stacked, x[:, :3])
    second, _ = craft._lstm(stacked, x[:, 3:], state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)


def test_a_mask_of_ones_changes_nothing_and_a_mask_of_zeros_cuts_the_recurrence():
    stacked, _ = torch.func.stack_module_state([nn.LSTM(3, 5)])
    x = torch.randn(1, 2, 4, 3)
    whole, _ = craft._lstm(stacked, x)
    torch.testing.assert_close(craft._lstm(stacked, x, keep=torch.ones(1, 20, 5))[0], whole)
    cut, _ = craft._lstm(stacked, x, keep=torch.zeros(1, 20, 5))
    assert torch.equal(cut[:, 0], whole[:, 0]) and not torch.equal(cut[:, 1], whole[:, 1])


def test_layer_norm_makes_the_scale_of_the_recurrent_sums_irrelevant():
    layer = nn.LSTM(3, 8, bias=True)
    x = torch.randn(1, 1, 2, 3)
    results = []
    for scale in (1.0, 100.0):
        stacked = {name: scale * p.detach()[None] for name, p in layer.named_parameters()}
        results.append(craft._lstm(stacked, x, recipe=craft.Recipe(layer_norm=True))[0])
    torch.testing.assert_close(results[0], results[1], atol=1e-2, rtol=1e-2)


def test_bytes_of_a_storage_that_is_saved_twice_count_once():
    x = torch.ones(1000, requires_grad=True)
    with craft.saved_bytes() as saved:
        y = x * x  # saves x twice
    assert saved.count == 4000
    y.sum().backward()
    assert torch.equal(x.grad, 2 * x)


@pytest.mark.parametrize("carry", [True, False])
def test_saved_bytes_of_a_chunk_grow_with_it_and_runs_repeat(carry):
    before = torch.random.get_rng_state()
    runs = [craft.echo(chunk, range(2), steps=64, carry=carry) for chunk in (4, 8, 8)]
    assert torch.equal(torch.random.get_rng_state(), before)
    assert 1.7 < runs[1].bytes / runs[0].bytes < 2.1
    assert torch.equal(runs[1].accuracy, runs[2].accuracy)
    assert all(((run.accuracy >= 0) & (run.accuracy <= 1)).all() for run in runs)


def test_echo_asks_for_the_sign_that_many_steps_before():
    assert craft.echo(8, range(2), lag=0, steps=1600).accuracy.min() > 0.95  # the sign just read


@pytest.mark.parametrize(
    "recipe",
    [
        {},
        {"step_dropout": 0.5},
        {"locked_dropout": 0.5},
        {"weight_drop": 0.5},
        {"layer_norm": True},
        {"tied": True},
    ],
    ids=lambda options: " ".join(options) or "plain",
)
def test_text_is_learned_with_each_recipe(recipe):
    losses = craft.text_losses(craft.Recipe(**recipe), range(2), updates=40, every=10)
    assert losses.shape == (2, 4)
    assert losses[:, 0].max() < 3.4 and losses[:, -1].max() < losses[:, 0].min()


def test_recall_prepares_each_layer_and_returns_an_accuracy_for_each_seed():
    prepared = []
    accuracy = craft.recall(prepared.append, range(3), steps=3, updates=80)
    assert len(prepared) == 3 and accuracy.min() > 0.9


def test_the_best_look_at_the_test_is_at_least_the_chosen_one():
    peeked, honest = craft.peek(range(4), looks=5)
    assert peeked.shape == honest.shape == (4,) and (peeked >= honest).all()
    again = craft.peek(range(4), looks=5)
    assert torch.equal(peeked, again[0]) and torch.equal(honest, again[1])
