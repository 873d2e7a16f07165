"""Attribution, search and probes find what was put in, and nothing where nothing is."""

import pytest
import torch
from torch import nn

from lstmlab.inside import Lens, by_ablation, by_gradient, correlations, on_over, probe, search


def lstm_that_keeps_feature_0():
    """One unit that writes feature 0 where feature 1 says so, and keeps it."""
    layer = nn.LSTM(2, 1, dtype=torch.float64)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        layer.weight_ih_l0[0, 1], layer.bias_ih_l0[0] = 20.0, -10.0  # input gate
        layer.bias_ih_l0[1] = 10.0  # forget gate
        layer.weight_ih_l0[2, 0] = 2.0  # candidate
        layer.bias_ih_l0[3] = 10.0  # output gate
    return layer


@pytest.mark.parametrize("batch_first", [False, True])
def test_the_step_that_was_written_is_found_by_gradient_and_by_ablation(batch_first):
    layer = lstm_that_keeps_feature_0()
    layer.batch_first = batch_first
    draw = torch.Generator().manual_seed(0)
    x = torch.zeros(12, 5, 2, dtype=torch.float64)
    x[..., 0] = torch.randn(12, 5, generator=draw, dtype=torch.float64)
    written = torch.tensor([3, 0, 8, 11, 5])
    x[written, range(5), 1] = 1.0

    def last(output):
        return output[-1, :, 0]

    assert torch.equal(by_gradient(Lens(layer), x, last).argmax(dim=0), written)
    falls = by_ablation(Lens(layer), x, last, instead=torch.zeros(2))
    assert torch.equal(falls.abs().argmax(dim=0), written)
    # What is left without that step is next to nothing.
    whole = last(Lens(layer).run(x.transpose(0, 1) if batch_first else x)["h"])
    torch.testing.assert_close(falls[written, range(5)], whole, atol=0.01, rtol=0)


def test_a_score_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="return \\(batch,\\)"):
        by_gradient(Lens(nn.GRU(2, 3)), torch.zeros(4, 2, 2), lambda output: output.sum())


def depth_of_brackets(steps, generator):
    """Noise with brackets in it, and how deep each step is inside them."""
    depth, x = 0, torch.zeros(steps, 3)
    depths = torch.zeros(steps)
    for step in range(steps):
        draw = torch.rand((), generator=generator)
        kind = 0 if draw < 0.1 and depth < 3 else 1 if draw > 0.9 and depth else 2
        depth += {0: 1, 1: -1, 2: 0}[kind]
        x[step, kind], depths[step] = 1.0, depth
    return x, depths


def counting(trained):
    """A GRU of 8 units; trained, unit 5 counts brackets."""
    torch.manual_seed(1)
    gru = nn.GRU(3, 8)
    if trained:
        with torch.no_grad():
            for name, value in gru.named_parameters():
                value[[5, 13, 21]] = 0
                if name == "weight_hh_l0":
                    value[:, 5] = 0
            # h moves a tenth towards 1 or -1 at a bracket and stays elsewhere: z = 0.9 or 1
            gru.weight_ih_l0[13], gru.bias_ih_l0[13] = torch.tensor([-8.0, -8.0, 0.0]), 10.0
            gru.weight_ih_l0[21] = torch.tensor([3.0, -3.0, 0.0])
    return gru.requires_grad_(False)


def test_a_unit_that_counts_is_found_above_both_grounds_and_noise_is_not():
    draw = torch.Generator().manual_seed(4)
    x, depths = depth_of_brackets(2000, draw)
    states = {trained: Lens(counting(trained)).run(x)["h"][:, 0] for trained in (False, True)}
    found = search(states[True], depths, states[False], generator=draw)
    assert found.units[0] == 5
    assert found.r[5] > 0.8 > found.ground
    noise = torch.randn(2000, generator=draw)
    assert search(states[True], noise, states[False], generator=draw).r.abs().max() < 0.15


def test_correlations_are_pearsons():
    draw = torch.Generator().manual_seed(0)
    states, y = torch.randn(40, 3, 4, generator=draw), torch.randn(40, 3, generator=draw)
    states[..., 3] = 2.0
    r = correlations(states, y)
    for unit in range(3):
        pair = torch.stack([states[..., unit].flatten(), y.flatten()])
        torch.testing.assert_close(r[unit].item(), torch.corrcoef(pair)[0, 1].item(), atol=1e-6, rtol=0)
    assert r[3] == 0
    with pytest.raises(ValueError, match="pass"):
        correlations(states, y[:-1])


def test_units_that_are_on_over_exactly_a_span_are_found_with_their_other_spans():
    states = torch.zeros(10, 3)
    states[2:5, 0] = states[7:9, 0] = 1.0
    states[2:6, 1] = 1.0
    states[:, 2] = 1.0
    assert on_over(states, 2, 5) == {0: [(2, 5), (7, 9)]}
    assert on_over(states, 0, 10) == {2: [(0, 10)]}
    with pytest.raises(ValueError, match="span"):
        on_over(states, 5, 5)


def test_a_probe_reads_what_is_there_and_is_selective_only_where_the_kind_does_not_tell():
    draw = torch.Generator().manual_seed(2)
    kinds = torch.randint(0, 6, (3000,), generator=draw)
    held = torch.randint(0, 2, (3000,), generator=draw)  # has nothing to do with the kind
    one_hot = torch.nn.functional.one_hot(kinds).float()
    noise = 0.3 * torch.randn(3000, 4, generator=draw)
    held_only = torch.cat([noise, held[:, None] + 0.1 * noise[:, :1]], dim=1)
    found = probe(held_only, held, kinds, generator=draw)
    assert found.accuracy > 0.99
    assert found.selectivity > 0.2
    # States that hold the kind and nothing else: the probe is right, and so is its control.
    kind_only = torch.cat([one_hot, noise], dim=1)
    found = probe(kind_only, kinds % 2, kinds, generator=draw)
    assert found.accuracy > 0.99
    assert abs(found.selectivity) < 0.02
    # Noise holds nothing.
    assert probe(noise, held, kinds, generator=draw).accuracy < found.commonest + 0.06
    with pytest.raises(ValueError, match="two labels"):
        probe(noise, torch.zeros(3000, dtype=torch.long), kinds)
