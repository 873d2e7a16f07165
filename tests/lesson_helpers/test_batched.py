"""Layers trained side by side are those layers: each against itself alone, with PyTorch's own clipping."""

import pytest
import torch
from torch import nn

from lstmlab.training.batched import BatchedLayers, BatchedStacks

KINDS = nn.RNN, nn.GRU, nn.LSTM


def drawn(kind, runs=3):
    torch.manual_seed(0)
    return [kind(2, 5) for _ in range(runs)], [nn.Linear(5, 4) for _ in range(runs)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_head_reads_its_own_layer_at_the_step_that_is_asked_for(kind):
    layers, heads = drawn(kind)
    models, x, last = BatchedLayers(layers, heads), torch.randn(7, 6, 2), torch.tensor([6, 0, 3, 1, 5, 2])
    for layer, head, final, asked in zip(layers, heads, models.read(x), models.read(x, last), strict=True):
        output, _ = layer(x)  # (time, batch, hidden)
        assert torch.allclose(final, head(output[-1]), atol=1e-6)
        assert torch.allclose(asked, head(output[last, torch.arange(6)]), atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_all_steps_are_read_as_each_layer_alone_would(kind):
    layers, heads = drawn(kind)
    x = torch.randn(7, 6, 2)
    said = BatchedLayers(layers, heads).read_all(x)  # (runs, time, batch, classes)
    for layer, head, each in zip(layers, heads, said, strict=True):
        assert torch.allclose(each, head(layer(x)[0]), atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_each_learns_what_it_would_learn_alone_and_is_clipped_by_itself(kind):
    layers, heads = drawn(kind)
    with torch.no_grad():
        heads[1].weight *= 30  # large gradients: were the norm common to all, the others would stand still
    models, x, y = BatchedLayers(layers, heads), torch.randn(7, 6, 2), torch.randn(6, 4)
    optimizer = torch.optim.SGD(models.parameters, lr=0.1)
    for _ in range(4):
        optimizer.zero_grad()
        (models.read(x) - y).square().mean(dim=(1, 2)).sum().backward()
        models.clip(0.2)
        optimizer.step()
    for layer, head, (wide_layer, wide_head) in zip(layers, heads, models.separate(), strict=True):
        parameters = [*layer.parameters(), *head.parameters()]
        optimizer = torch.optim.SGD(parameters, lr=0.1)
        for _ in range(4):
            optimizer.zero_grad()
            (head(layer(x)[0][-1]) - y).square().mean().backward()
            nn.utils.clip_grad_norm_(parameters, 0.2)
            optimizer.step()
        now = [*wide_layer.parameters(), *wide_head.parameters()]
        assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(parameters, now, strict=True))


def test_the_layers_passed_in_are_not_trained():
    layers, heads = drawn(nn.RNN)
    models = BatchedLayers(layers, heads)
    before = layers[0].weight_hh_l0.clone()
    with torch.no_grad():
        for parameter in models.parameters:
            parameter += 1
    assert torch.equal(layers[0].weight_hh_l0, before)
    assert torch.equal(models.separate()[0][0].weight_hh_l0, before + 1)


@pytest.mark.parametrize("arguments", [{"num_layers": 2}, {"bidirectional": True}, {"batch_first": True}])
def test_layers_that_it_does_not_know_are_refused(arguments):
    with pytest.raises(ValueError, match="one layer and one direction, time first, not LSTM"):
        BatchedLayers([nn.LSTM(2, 3, **arguments)], [nn.Linear(3, 1)])


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("two", [False, True])
def test_stacks_side_by_side_give_the_outputs_states_and_gradients_of_each_alone(layers, two):
    torch.manual_seed(0)
    alone = [nn.LSTM(2, 5, layers, bidirectional=two) for _ in range(3)]
    stacks, x = BatchedStacks(alone), torch.randn(3, 7, 4, 2)  # (runs, time, batch, input)
    output, h_n = stacks.read(x)
    scale = torch.randn_like(output)
    grads = torch.autograd.grad((output * scale).sum() + h_n.sum(), list(stacks.weights.values()))
    for run, layer in enumerate(alone):
        wanted, (last, _) = layer(x[run])
        torch.testing.assert_close(output[run], wanted)
        torch.testing.assert_close(h_n[run], last)
        assert h_n[run].is_contiguous()  # so that view does to it what it does to h_n of nn.LSTM
        own = torch.autograd.grad((wanted * scale[run]).sum() + last.sum(), list(layer.parameters()))
        for grad, each in zip(grads, own, strict=True):
            torch.testing.assert_close(grad[run], each, atol=1e-5, rtol=1e-4)


def test_a_module_with_weights_outside_its_lstm_layers_is_refused():
    modules = [nn.Sequential(nn.LSTM(2, 3), nn.Linear(3, 1)) for _ in range(2)]
    with pytest.raises(ValueError, match=r"those of nn.LSTM layers; found 1.weight"):
        BatchedStacks(modules)
