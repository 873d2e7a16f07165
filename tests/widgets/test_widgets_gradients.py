"""The gradient explorer: its gradients are autograd's, and what it is told and tells."""

import copy
import re

import pytest
import torch
import traitlets
from widget_page import largest

from lstmlab import widgets
from lstmlab.tasks import long_range

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "forget_bias, scale, length", [(0.0, 1.0, 100), (4.0, 1.0, 200), (1.5, 3.0, 30), (-2.0, 6.0, 10)]
)
def test_gradients_in_the_browser_are_those_of_autograd(show, forget_bias, scale, length):
    widget = widgets.GradientExplorer(forget_bias, seed=length, scale=scale, length=length)
    shown = show(widgets.GradientExplorer())
    x = widget._x[-length - 1 :]
    lstm, rnn = copy.deepcopy(widget._lstm), copy.deepcopy(widget._rnn)
    lstm["bias"][32:64] = [forget_bias] * 32
    for weights in (lstm, rnn):
        weights["weight_hh"] = [[scale * weight for weight in row] for row in weights["weight_hh"]]
    got, wanted = shown.call("lstmLags", lstm, x), widget.lags
    for values, curve in (
        (got["norms"], wanted.lstm),
        (got["highway"], wanted.highway),
        (shown.call("rnnLags", rnn, x), wanted.rnn),
    ):
        ratio = torch.tensor(values, dtype=torch.float64) / curve
        assert (ratio - 1).abs().max() < 1e-9  # of numbers down to 1e-30; absolutely far below 1e-12
        assert largest(values, curve) < 1e-12 * max(1.0, curve.max().item())


def test_the_gradient_explorer_starts_with_the_layers_of_the_lessons_table():
    torch.manual_seed(2)
    layer = long_range.set_biases(torch.nn.LSTM(8, 32), forget=3.0).double()
    widget = widgets.GradientExplorer(3.0, seed=2)
    x = torch.tensor(widget._x, dtype=torch.float64)[-101:, None].requires_grad_()
    (grad,) = torch.autograd.grad(layer(x)[0][-1].sum(), x)
    torch.testing.assert_close(widget.lags.lstm, grad[:, 0].norm(dim=1).flip(0))


def test_the_forget_bias_lifts_the_curve_and_the_sentence_has_autograds_numbers(show):
    widget = widgets.GradientExplorer()
    shown = show(widget)
    bias = shown.page.get_by_role("slider", name="forget bias")
    for _ in range(30):
        bias.press("ArrowRight")
    shown.settled()
    widget.forget_bias = shown.sent()["forget_bias"]
    assert widget.forget_bias == 3.0
    ratio = (widget.lags.lstm[100] / widget.lags.lstm[1]).item()
    assert f"At lag 100 the LSTM has {_power(ratio)} of its gradient at lag 1" in shown.status()
    shown.page.get_by_role("slider", name="read at lag").press("Home")
    shown.settled()
    assert "At lag 1, relative to lag 1: LSTM 1, RNN 1" in shown.status()


def test_where_no_gradient_comes_back_at_all_the_sentences_and_the_alt_text_say_0(show):
    widget = widgets.GradientExplorer()
    shown = show(widget)
    shown.page.get_by_role("slider", name="recurrent weights").press("Home")
    shown.settled()
    widget.scale = shown.sent()["scale"]
    assert widget.scale == 0.0 and widget.lags.rnn[1:].abs().max() == 0
    assert "The RNN has 0: vanished." in shown.status()
    shown.page.get_by_role("slider", name="read at lag").press("ArrowLeft")
    shown.settled()
    assert "RNN 0, product" in shown.status() and shown.faults == []
    assert "nn.RNN 0.0e+00" in widget.picture().alt and "nan" not in widget.picture().alt


def test_length_and_lag_set_at_once_are_both_shown(show):
    shown = show(widgets.GradientExplorer(length=50))
    shown.receive(length=200, lag=150)
    shown.settled()
    assert shown.page.get_by_role("slider", name="read at lag").input_value() == "150"


def test_a_gradient_that_explodes_finds_room_and_every_number_of_the_axis_its_own(show):
    shown = show(widgets.GradientExplorer(8.0, scale=6.0, length=200), 640)
    shown.settled()
    paper = shown.page.locator(".lw .paper").bounding_box()
    for line in shown.page.locator(".lw path.line").all():
        assert line.bounding_box()["y"] > paper["y"] - 2
    ticks = shown.page.locator(".lw-lags .tick").all()
    heights = sorted(tick.bounding_box()["y"] for tick in ticks if tick.inner_html().startswith(("1", "10")))
    assert len(heights) > 8


def test_clipping_is_torchs_and_changes_no_ratio(show):
    widget = widgets.GradientExplorer(5.0, clip=0.01)
    gradient = torch.nn.Parameter(torch.zeros(widget.length + 1))
    gradient.grad = widget.lags.lstm.clone().float()
    torch.nn.utils.clip_grad_norm_([gradient], 0.01)
    factor = 0.01 / widget.lags.lstm.norm().item()
    torch.testing.assert_close(gradient.grad, (factor * widget.lags.lstm).float(), atol=0, rtol=1e-3)
    shown = show(widget)
    assert f"by {_power(factor)}: all lags alike" in shown.status()
    shown.receive(clip=0)
    shown.settled()
    assert "lipping" not in shown.status() and "clipped" not in shown.page.locator(".lw-lags").text_content()


def _power(value: float) -> str:
    """A number as the gradient explorer says it."""
    digits, exponent = f"{value:.1e}".split("e")
    if -2 <= int(exponent) <= 2:
        return f"{float(f'{value:.1e}'):g}"
    return (
        f"{digits}\u00a0·\u00a010{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    )


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"seed": True}, "seed=True; pass a whole number"),
        ({"forget_bias": 9.0}, "forget_bias=9.0; pass a number from -2 to 8"),
        ({"scale": -1.0}, "from 0 to 6"),
        ({"length": 5}, "from 10 to 200"),
        ({"length": "50"}, "expected an int, not the str '50'"),
        ({"lag": 101}, "pass 1 to 100"),
        ({"clip": -1.0}, "from 0 to 10000"),
        ({"seed": 1.5}, "seed=1.5; pass a whole number"),
        ({"seed": 2**70}, "pass a whole number of at most 63 bits"),
        ({"steps": 5}, "no argument steps; pass seed or one of forget_bias"),
    ],
)
def test_bad_arguments_of_the_gradient_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises((traitlets.TraitError, TypeError, ValueError), match=re.escape(say)):
        widgets.GradientExplorer(**arguments)
