"""Layers trained side by side are those layers: each against itself alone, with PyTorch's own clipping."""

import pytest
import torch
from torch import nn

from lstmlab.training.batched import BatchedLayers

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
