"""What lesson 9 stands on: two tasks with known answers, one training loop, and the drawing of paths."""

import pytest
import torch
from torch import nn

from lstmlab.draw.paths import draw_paths
from lstmlab.tasks.beyond import (
    COPY,
    PARITY,
    answer_loss,
    copy_batch,
    fit_model,
    parity_batch,
    train_all,
)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


class Small(nn.Module):
    """Tokens (time, batch) to logits (time, batch, classes)."""

    def __init__(self, tokens, classes):
        super().__init__()
        self.embed, self.layer, self.head = nn.Embedding(tokens, 8), nn.GRU(8, 8), nn.Linear(8, classes)

    def forward(self, x):
        return self.head(self.layer(self.embed(x))[0])


@pytest.mark.parametrize("steps", [1, 20])
def test_what_was_shown_is_asked_for_after_the_wait(steps):
    x, y = copy_batch(7, steps, generator())
    assert x.shape == (20 + steps, 7) and y.shape == (10, 7)
    assert torch.equal(x[:10], y + 1) and set(y.flatten().tolist()) <= set(range(COPY.classes))
    assert (x[9 + steps] == 9).all() or steps == 0
    assert (x[10 + steps :] == 0).all() and x.max() < COPY.tokens


def test_parity_counts_the_ones_so_far():
    x, y = parity_batch(5, 9, generator())
    for column, answers in zip(x.T.tolist(), y.T.tolist(), strict=True):
        assert answers == [sum(column[: t + 1]) % 2 for t in range(9)]


def test_a_sure_and_right_model_has_no_loss_and_a_blind_one_guesses():
    x, y = parity_batch(4, 6, generator())
    sure = nn.functional.one_hot(y, 2) * 50.0
    assert answer_loss(lambda _: sure, x, y).item() == pytest.approx(0.0, abs=1e-6)
    assert answer_loss(lambda _: torch.zeros(6, 4, 2), x, y).item() == pytest.approx(0.6931, abs=1e-3)


def test_only_the_last_steps_are_scored_where_answers_are_fewer():
    x, y = copy_batch(3, 5, generator())
    logits = torch.zeros(25, 3, 8)
    logits[-10:] = nn.functional.one_hot(y, 8) * 50.0
    assert answer_loss(lambda _: logits, x, y).item() == pytest.approx(0.0, abs=1e-6)


def test_fitting_lowers_the_loss_and_returns_one_number_a_batch():
    model = nn.Linear(1, 1)
    batches = [(torch.ones(4, 1), torch.full((4, 1), 3.0))] * 60
    losses = fit_model(lambda m, x, y: (m(x) - y).square().mean(), model, batches, lr=0.1)
    assert len(losses) == 60 and losses[-1] < 0.1 * losses[0]


def test_training_is_repeatable_and_leaves_the_random_state_alone():
    random = torch.get_rng_state()
    (first, other), (again, _) = (
        train_all({"": Small}, PARITY, seeds=2, updates=3, steps=5)[""] for _ in range(2)
    )
    assert torch.equal(torch.get_rng_state(), random)
    assert first.losses == again.losses != other.losses and len(first.losses) == 3


def test_a_recurrent_layer_learns_parity_and_keeps_it_at_another_length():
    (run,) = train_all({"": Small}, PARITY, seeds=1, updates=150, steps=8, lr=0.02)[""]
    assert run.accuracy(8) > 0.95 and run.accuracy(40) > 0.95 and run.late_loss() < 0.2


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_side_by_side_each_learns_what_it_would_learn_alone(kind):
    def build(tokens, classes):
        model = Small(tokens, classes)
        model.layer = kind(8, 8)
        return model

    for seed, run in enumerate(train_all({"": build}, COPY, seeds=3, updates=4, steps=3, batch=5)[""]):
        torch.manual_seed(seed)
        alone, stream = build(COPY.tokens, COPY.classes), generator(seed)
        losses = fit_model(answer_loss, alone, (COPY.make(5, 3, stream) for _ in range(4)), lr=0.006)
        assert run.losses == pytest.approx(losses, abs=1e-5)
        for one, two in zip(alone.parameters(), run.model.parameters(), strict=True):
            assert torch.allclose(one, two, atol=2e-3)  # Adam enlarges rounding


def test_every_model_gets_every_seed():
    runs = train_all({"a": Small, "b": Small}, COPY, seeds=2, updates=1)
    assert [len(runs[name]) for name in "ab"] == [2, 2] and runs["a"][0].task is COPY
    assert runs["a"][1].losses == runs["b"][1].losses != runs["a"][0].losses


@pytest.mark.parametrize("steps, levels", [(4, 2), (16, 4), (32, 5)])
def test_the_drawing_counts_the_hops(steps, levels):
    alt = draw_paths(steps).alt
    assert f"recurrent layer {steps - 1}, TCN {levels}, attention layer 1" in alt


@pytest.mark.parametrize("steps", [0, 2, 12])
def test_the_drawing_wants_a_power_of_two(steps):
    with pytest.raises(ValueError, match="pass a power of two"):
        draw_paths(steps)
