"""What lesson 4 draws is what nn.LSTM does: states of every layer and step, axes, blocks, accuracies."""

import re

import pytest
import torch
from torch import nn

from lstmlab.draw.layer_shapes import draw_blocks, draw_layouts, draw_returns, step_states
from lstmlab.tasks.first_sign import sign_accuracy


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("layers, proj_size", [(1, 0), (3, 0), (2, 2)])
@pytest.mark.filterwarnings("ignore:LSTM with projections:UserWarning")
def test_states_of_every_layer_and_step_hold_what_nn_lstm_returns(layers, proj_size, batch_first):
    torch.manual_seed(0)
    lstm = nn.LSTM(3, 4, num_layers=layers, proj_size=proj_size, batch_first=batch_first)
    x = torch.randn(6, 5, 3)
    output, (h_n, c_n) = lstm(x)
    h, c = step_states(lstm, x)
    top = h[-1].transpose(0, 1) if batch_first else h[-1]
    torch.testing.assert_close(top, output)
    torch.testing.assert_close(h[:, -1], h_n)
    torch.testing.assert_close(c[:, -1], c_n)


def test_the_states_below_the_top_are_those_of_the_layers_run_alone():
    stack, lower = nn.LSTM(3, 4, num_layers=2), nn.LSTM(3, 4)
    lower.load_state_dict({name: value for name, value in stack.state_dict().items() if name.endswith("_l0")})
    x = torch.randn(6, 2, 3)
    torch.testing.assert_close(step_states(stack, x)[0][0], lower(x)[0])


def test_layers_whose_steps_cannot_be_fed_one_by_one_are_refused():
    with pytest.raises(ValueError, match="bidirectional=True"):
        step_states(nn.LSTM(3, 4, bidirectional=True), torch.zeros(5, 2, 3))
    dropping = nn.LSTM(3, 4, num_layers=2, dropout=0.5)
    with pytest.raises(ValueError, match=re.escape("lstm.eval()")):
        step_states(dropping, torch.zeros(5, 2, 3))
    assert step_states(dropping.eval(), torch.zeros(5, 2, 3))[0].shape == (2, 5, 2, 4)
    with pytest.raises(ValueError, match=r"\(5, 3\); pass a batch"):
        step_states(nn.LSTM(3, 4), torch.zeros(5, 3))


def test_the_figure_of_what_returns_says_the_returned_numbers():
    torch.manual_seed(0)
    lstm, x = nn.LSTM(3, 4, num_layers=2), torch.randn(4, 2, 3)
    output, (h_n, c_n) = lstm(x)
    text = repr(draw_returns(lstm, x, unit=1))
    for values in (output[:, 0, 1], h_n[:, 0, 1], c_n[:, 0, 1]):
        assert ", ".join(f"{value:.2f}" for value in values.tolist()) in text


def test_the_figure_of_the_axes_says_the_shapes_of_both_layouts():
    random = torch.get_rng_state()
    text = repr(draw_layouts(time=6, batch=4, features=3, hidden=5, layers=2))
    assert torch.equal(torch.get_rng_state(), random)
    assert "batch_first=False: x (6, 4, 3), output (6, 4, 5), h_n (2, 4, 5), c_n (2, 4, 5)" in text
    assert "batch_first=True: x (4, 6, 3), output (4, 6, 5), h_n (2, 4, 5), c_n (2, 4, 5)" in text
    with pytest.raises(ValueError, match="told apart"):
        draw_layouts(batch=2, layers=2)


@pytest.mark.parametrize("bias, tables", [(True, 4), (False, 2)])
def test_the_figure_of_the_blocks_names_their_rows(bias, tables):
    text = repr(draw_blocks(nn.LSTM(3, 5, bias=bias)))
    assert "i 0 to 4, f 5 to 9, g 10 to 14, o 15 to 19" in text
    assert text.count("_l0 (20") == tables


def test_the_sign_is_learned_from_the_right_axis_only():
    def accuracy(seed, batch_first):
        return sign_accuracy(
            lambda: nn.LSTM(2, 16, batch_first=batch_first), lambda lstm, x: lstm(x)[0][:, -1], seed
        )

    random = torch.get_rng_state()
    assert min(accuracy(seed, True) for seed in range(3)) > 0.95
    assert max(accuracy(seed, False) for seed in range(3)) < 0.6
    assert torch.equal(torch.get_rng_state(), random)
