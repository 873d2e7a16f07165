"""What lesson 2 measures with: cases whose answers are known, and a bank whose keys are checked by running."""

import re
import tomllib
from importlib.resources import files

import pytest
import torch
from torch import nn

from lstmlab.bank.load import load_bank
from lstmlab.draw.rnns import draw_returned, draw_unrolled
from lstmlab.tasks.rnns import decodable, fresh_signs, graph_size, train_letters, train_readers


@pytest.fixture(autouse=True)
def same_seed():
    torch.manual_seed(0)


def shift_register(length):
    """An RNN that keeps the last `length` inputs, each in a unit of its own; small, so that tanh is straight."""
    rnn = nn.RNN(1, length, bias=False, dtype=torch.float64)
    with torch.no_grad():
        rnn.weight_ih_l0.zero_()
        rnn.weight_ih_l0[0] = 1e-3
        rnn.weight_hh_l0.copy_(torch.eye(length).roll(1, 0))
        rnn.weight_hh_l0[0] = 0
    return rnn


@pytest.mark.parametrize("length", [1, 3, 6])
def test_a_shift_register_is_read_back_exactly_as_far_as_it_reaches(length):
    scores = decodable(shift_register(length), lags=9)
    assert min(scores[:length]) > 0.999
    assert max(scores[length:]) < 0.05


def test_what_can_be_read_is_the_same_at_every_call_to_rounding_and_leaves_the_random_state_alone():
    rnn, random = nn.RNN(1, 5), torch.get_rng_state()
    assert decodable(rnn, lags=4, steps=500) == pytest.approx(decodable(rnn, lags=4, steps=500), abs=1e-6)
    assert torch.equal(torch.get_rng_state(), random)


def test_a_reader_learns_a_short_sequence_and_is_the_same_every_time():
    random = torch.get_rng_state()
    (reader, _), (again, _) = (train_readers([1, 2], 4, updates=60) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), random)
    assert all(
        torch.equal(a, b) for a, b in zip(reader.rnn.parameters(), again.rnn.parameters(), strict=True)
    )
    x, y = fresh_signs(4, 500, 1)
    assert reader.accuracy(x, y) > 0.95
    assert reader.accuracy(x, 1 - y) < 0.05
    assert torch.equal(reader.logits(x), reader.logits(x, torch.zeros(1, 500, 8)))


def test_a_reader_is_prepared_before_it_learns():
    def zero(rnn):
        nn.init.zeros_(rnn.weight_hh_l0)

    (prepared,) = train_readers([0], 3, updates=0, prepare=zero)
    assert prepared.rnn.weight_hh_l0.abs().max() == 0 and prepared.rnn.weight_ih_l0.abs().max() > 0


def test_fresh_signs_say_at_step_0_what_the_answer_is():
    x, y = fresh_signs(6, 50, 3)
    assert x.shape == (6, 50, 2) and torch.equal((x[0, :, 1] > 0).float(), y)


def test_a_speller_learns_what_follows_what_and_leaves_the_random_state_alone():
    random = torch.get_rng_state()
    cycle = torch.arange(400) % 5
    speller = train_letters(cycle.view(4, -1).t(), 5, seed=0, updates=40)
    assert torch.equal(torch.get_rng_state(), random)
    assert speller.accuracy(cycle[:, None]) == 1
    assert speller.accuracy(cycle.flip(0)[:, None]) < 0.5


def test_the_size_of_a_graph_counts_each_operation_once():
    leaf = torch.ones(1, requires_grad=True)
    assert graph_size(torch.ones(1)) == 0
    doubled = leaf * 2  # the product, and the leaf's accumulator
    assert graph_size(doubled) == 2
    assert graph_size(doubled + doubled.exp()) == 4
    assert graph_size((doubled * 3).detach()) == 0


def test_an_unrolled_network_is_described_by_the_numbers_of_nn_rnn():
    rnn, x = nn.RNN(2, 3), torch.randn(4, 1, 2)
    alt = draw_unrolled(rnn, x).alt
    states = rnn(x)[0][:, 0].tolist()
    told = "; ".join(" ".join(f"{value:.2f}" for value in state) for state in states)
    assert alt.endswith(f"0.00 0.00 0.00; {told}.") and "3 units unrolled over 4 steps" in alt


@pytest.mark.parametrize(
    "rnn, steps",
    [
        (nn.RNN(2, 3), 9),
        (nn.RNN(2, 6), 4),
        (nn.RNN(2, 3, num_layers=2), 4),
        (nn.RNN(2, 3, bidirectional=True), 4),
    ],
)
def test_what_would_be_too_much_to_read_is_not_drawn(rnn, steps):
    with pytest.raises(ValueError, match="Pass up to 8 steps"):
        draw_unrolled(rnn, torch.zeros(steps, 1, 2))


def test_the_drawing_of_what_is_returned_says_where_the_backward_direction_ends():
    assert re.search(r"h_n\[1\] the backward state at step 0", draw_returned().alt)


# -- the bank ----------------------------------------------------------------------------------------------


def test_the_bank_has_enough_of_everything_and_no_letter_is_a_habit():
    bank = load_bank("02_rnns")
    choices = [question for question in bank.questions.values() if question.level]
    predictions = [question for question in bank.questions.values() if not question.level]
    assert len(predictions) >= 3 and len(choices) >= 12 and len(bank.cards) >= 8 and len(bank.prompts) >= 2
    assert all(sum(q.level == level for q in choices) >= 4 for level in ("easy", "medium", "hard"))
    assert all(3 <= sum(q.answer == letter for q in choices) <= 6 for letter in "ABCD")
    assert all(len(question.mistakes) >= 2 for question in choices)


def test_cards_have_a_level_and_terms_a_text():
    data = tomllib.loads((files("lstmlab") / "data" / "02_rnns.toml").read_text(encoding="utf-8"))
    assert {card["level"] for card in data["card"]} == {"beginner", "intermediate"}
    names = [term["name"] for term in data["term"]]
    assert len(names) == len(set(names)) and all(len(term["text"].split()) > 5 for term in data["term"])


def test_the_wrong_options_of_the_code_questions_are_wrong_when_run():
    options = load_bank("02_rnns").questions["constructor"].options
    made = []
    for option in options:
        try:
            layer = eval(option.strip("`"), {"nn": nn})
            made.append((layer.input_size, layer.hidden_size))
        except TypeError:
            made.append(None)
    assert made == [(20, 10), None, (10, 20), (20, 10)]
