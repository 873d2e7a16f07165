"""What the lesson on stacked and bidirectional layers stands on: maps of sight, two tasks, two drawings."""

import pytest
import torch
from torch import nn

from lstmlab.draw.stacks import draw_sight, draw_stack
from lstmlab.tasks import stacks
from lstmlab.tasks.stacks import coins, sight, summary_accuracy, train_coins, two_signs

RECURRENT = [nn.RNN, nn.GRU, nn.LSTM]


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize("batch_first", [False, True])
def test_one_layer_sees_the_past_forwards_and_the_future_backwards(kind, batch_first):
    seen = sight(kind(3, 4, bidirectional=True, batch_first=batch_first), steps=6)
    everything = torch.ones(6, 6, dtype=torch.bool)
    assert torch.equal(seen[0] > 0, everything.tril()) and torch.equal(seen[1] > 0, everything.triu())


@pytest.mark.parametrize("kind", RECURRENT)
def test_stacked_in_one_direction_sees_the_past_only_in_two_sees_everything(kind):
    assert torch.equal(sight(kind(2, 4, 2), steps=5)[0] > 0, torch.ones(5, 5, dtype=torch.bool).tril())
    assert (sight(kind(2, 4, 2, bidirectional=True), steps=5) > 0).all()


def test_sight_agrees_with_moving_an_input_a_little():
    layer = nn.LSTM(1, 3, dtype=torch.float64)
    x = torch.randn(5, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    nudged = x.clone()
    nudged[1] += 1e-6
    moved = (layer(nudged[:, None])[0] - layer(x[:, None])[0]).sum((1, 2)).abs() / 1e-6
    torch.testing.assert_close(sight(layer, steps=5)[0, :, 1], moved.detach(), atol=1e-5, rtol=1e-4)


def test_measuring_leaves_the_layer_and_the_random_state_alone():
    layer = nn.LSTM(2, 3, 2, dropout=0.5).train()
    random = torch.get_rng_state()
    sight(layer, steps=3)
    train_coins(lambda: nn.LSTM(1, 2, 2, dropout=0.5), [0, 1], updates=2)
    summary_accuracy(lambda output, h_n: h_n[-1], [0, 1], updates=1)
    assert torch.equal(torch.get_rng_state(), random)
    assert layer.training and layer.weight_ih_l0.dtype == torch.float32 and layer.weight_ih_l0.grad is None


@pytest.mark.parametrize("shift", [-3, -1, 1, 2])
def test_a_target_is_the_toss_that_many_steps_away(shift):
    (trained,) = train_coins(lambda: nn.LSTM(1, 2), [0], shift=shift, steps=6, updates=1)
    x = trained.test_set()
    assert x.shape == (6, 500, 1) and set(x.unique().tolist()) == {-1.0, 1.0}
    said = range(-shift, 6) if shift < 0 else range(6 - shift)
    target = trained.target(x)
    assert trained.logits(x).shape == target.shape == (len(said), 500)
    for row, t in zip(target, said, strict=True):
        assert torch.equal(row, (x[t + shift, :, 0] > 0).float())


def test_one_direction_answers_live_as_it_does_with_the_whole_sequence():
    for shift in (-2, 1):
        (trained,) = train_coins(lambda: nn.LSTM(1, 4), [1], shift=shift, steps=7, updates=20)
        assert trained.live_accuracy() == pytest.approx(trained.accuracy(), abs=2e-3)


def test_training_twice_gives_the_same_weights_and_another_seed_others():
    first, again, other = (
        train_coins(lambda: nn.LSTM(1, 4, 2, dropout=0.5), [seed], updates=3)[0].layer.weight_hh_l0
        for seed in (0, 0, 1)
    )
    assert torch.equal(first, again) and not torch.equal(first, other)


class Past(nn.Module):
    """Two layers; the input goes past the second."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.LSTM(1, 8), nn.LSTM(8, 8)

    def forward(self, x):
        x, _ = self.first(x)
        return x + self.second(x)[0], None


def trained_alone(build, seed, updates):
    """One run of the task, toss of two steps ago, without any of the machinery: the layer, and where it stopped."""
    torch.manual_seed(seed)
    layer, head = build(), nn.Linear(8, 1)
    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=0.03)
    generator = torch.Generator().manual_seed(seed)
    losses = [1.0]
    while len(losses) <= updates and losses[-1] >= 0.01:
        x = coins(16, 12, generator)
        said = head(layer(x)[0])[2:, :, 0]
        loss = nn.functional.binary_cross_entropy_with_logits(said, (x[:-2, :, 0] > 0).float())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return layer, len(losses)


@pytest.mark.parametrize("build", [lambda: nn.LSTM(1, 8), Past])
def test_side_by_side_each_run_learns_what_it_learns_alone_and_stops_where_it_would(build, monkeypatch):
    monkeypatch.setattr(stacks, "WIDEST", 16)  # two side by side, and the third by itself
    alone = [trained_alone(build, seed, updates=90) for seed in range(3)]
    assert len({done for _, done in alone}) > 1  # they stop at different updates
    for (layer, _), run in zip(alone, train_coins(build, range(3), updates=90), strict=True):
        for wanted, found in zip(layer.parameters(), run.layer.parameters(), strict=True):
            torch.testing.assert_close(found, wanted, atol=2e-3, rtol=1e-3)


def test_seeds_have_summaries_of_their_own():
    both = summary_accuracy(lambda output, h_n: h_n[-1], [3, 4], num_layers=2, updates=3)
    alone = [
        summary_accuracy(lambda output, h_n: h_n[-1], [seed], num_layers=2, updates=3)[0] for seed in (3, 4)
    ]
    assert both == pytest.approx(alone, abs=2e-3) and both[0] != both[1]


@pytest.mark.parametrize("shift", [0, 5, -5])
def test_a_shift_without_a_target_is_refused(shift):
    with pytest.raises(ValueError, match="pass one from 1 to 4 or its negative"):
        train_coins(lambda: nn.LSTM(1, 2), [0], shift=shift, steps=5)


def test_two_signs_stand_at_both_ends_and_name_the_class():
    x, y = two_signs(64, 9, torch.Generator().manual_seed(0))
    assert x.shape == (9, 64, 2) and (x[1:-1, :, 1] == 0).all()
    assert torch.equal(y, 2 * (x[0, :, 1] > 0).long() + (x[-1, :, 1] > 0).long())
    assert set(y.tolist()) == {0, 1, 2, 3}


def test_the_right_summary_learns_and_the_last_output_does_not():
    (right,) = summary_accuracy(lambda output, h_n: torch.cat([h_n[-2], h_n[-1]], dim=1), [0])
    (wrong,) = summary_accuracy(lambda output, h_n: output[-1], [0])
    assert right > 0.95 > 0.6 > wrong


def test_coins_are_fair():
    assert abs(coins(1000, 10, torch.Generator().manual_seed(0)).mean().item()) < 0.05


@pytest.mark.parametrize(
    "arguments, says",
    [
        ((2, True, 5), "h_n[3] is layer 1, backward, at step 0"),
        ((3, False, 4), "h_n[2] is layer 2, forward, at step 3"),
        ((1, False, 1), "1 layer over 1 step"),
    ],
)
def test_the_drawing_names_every_row_of_h_n(arguments, says):
    drawn = draw_stack(*arguments)
    assert says in drawn.alt and drawn.alt.count("h_n[") == arguments[0] * (1 + arguments[1])
    assert ("both directions" in drawn.alt) == (arguments[0] > 1 and arguments[1])


def test_the_maps_say_which_inputs_count():
    forward, backward = sight(nn.LSTM(2, 3, bidirectional=True), steps=4)
    alt = draw_sight({"forward": forward, "backward": backward, "both": forward + backward}).alt
    assert "forward: outputs depend on earlier and the same inputs" in alt
    assert "backward: outputs depend on the same and later inputs" in alt
    assert "both: outputs depend on all inputs" in alt
