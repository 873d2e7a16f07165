"""The state stepper: its states are torch's, any plain RNN is walked, and what it is told and tells."""

import re

import pytest
import torch
import traitlets
from widget_page import largest

from lstmlab import widgets

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_states_in_the_browser_are_those_of_torch(show, dtype, tolerance, nonlinearity):
    shown = show(widgets.StateStepper())
    for seed, (size, hidden, steps) in enumerate([(1, 1, 2), (3, 5, 60), (12, 12, 30)]):
        torch.manual_seed(seed)
        layer = torch.nn.RNN(size, hidden, nonlinearity=nonlinearity, dtype=dtype)
        x = torch.randn(steps, 1, size, dtype=dtype)
        stepper = widgets.StateStepper(layer, x)
        got = shown.call("run", f"RNN_{nonlinearity.upper()}", stepper.params, stepper.x)["h"]
        scale = max(1.0, layer(x)[0].abs().max().item())
        assert largest(got, layer(x)[0][:, 0].detach()) < tolerance * scale
        assert largest(got, stepper.states) < 1e-12 * scale


@pytest.mark.parametrize("layer, reverse", [(0, True), (1, False), (1, True)])
def test_any_layer_and_direction_of_a_plain_rnn_is_walked(show, layer, reverse):
    torch.manual_seed(0)
    whole = torch.nn.RNN(3, 4, num_layers=2, bidirectional=True, batch_first=True)
    x = torch.randn(2, 6, 3)
    stepper = widgets.StateStepper(whole, x, layer=layer, reverse=reverse, sample=1, unit=2)
    last = stepper.states[0 if reverse else -1]
    torch.testing.assert_close(last.float(), whole(x)[1][2 * layer + reverse, 1], atol=1e-6, rtol=0)
    shown = show(stepper)
    for step in (0, 5):
        shown.receive(step=step)
        shown.settled()
        assert f"makes h = {_fixed(stepper.states[step, 2])} of it" in shown.status()


def _fixed(value) -> str:
    text = f"{abs(value):.2f}"
    return f"−{text}" if value < 0 and float(text) else text


def test_the_numbers_of_a_step_on_the_page_are_torchs(show):
    stepper = widgets.StateStepper()
    shown = show(stepper)
    shown.page.get_by_role("slider", name="time step").press("End")
    shown.settled()
    stepper.step = shown.sent()["step"]
    assert stepper.step == 4
    cells = shown.page.locator(".lw-term").all()
    for place, wanted in ((2 + 1, stepper.states[3]), (-1, stepper.states[4])):  # old h, new h
        assert cells[place].locator("span").all_inner_texts() == [_fixed(value) for value in wanted.tolist()]
    before = stepper.states
    shown.page.get_by_role("slider", name="weight of its own h").press("End")
    shown.settled()
    stepper.params = shown.sent()["params"]
    assert stepper.params["weight_hh"][0][0] == 6 and not torch.equal(stepper.states, before)
    assert f"makes h = {_fixed(stepper.states[4, 0])} of it" in shown.status()
    stepper.set("h", bias=1.5)
    assert stepper.params["bias"][0] == 1.5
    shown.page.get_by_role("slider", name="x at this step").press("End")
    assert shown.sent()["x"] != stepper._start_x
    shown.page.get_by_role("button", name="Reset").click()
    assert shown.sent()["params"] == stepper._start and shown.sent()["x"] == stepper._start_x


def test_a_negative_number_is_told_by_more_than_its_colour_where_it_is_not_written(show):
    torch.manual_seed(1)
    stepper = widgets.StateStepper(torch.nn.RNN(3, 9), torch.randn(40, 3))
    shown = show(stepper)
    shown.settled()
    negative = (stepper.states < 0).sum() + (torch.tensor(stepper.x) < 0).sum()
    dashes = shown.page.locator(".lw-unrolled .dash").evaluate_all(
        "all => all.map(node => node.getAttribute('d'))"
    )
    assert sum(dash.count("M") for dash in dashes) == negative
    now = shown.page.locator(".lw-term").last.locator("span").all_inner_texts()
    assert now == ["−" if value < 0 else "" for value in stepper.states[stepper.step].tolist()]


def test_a_sequence_of_one_step_is_walked(show):
    stepper = widgets.StateStepper(torch.nn.RNN(2, 3), torch.ones(1, 2))
    shown = show(stepper)
    shown.settled()
    assert f"makes h = {_fixed(stepper.states[0, 0])} of it (it was 0.00)" in shown.status()
    assert stepper.picture().svg and shown.faults == []


def _overflowing() -> torch.nn.RNN:
    layer = torch.nn.RNN(2, 3, nonlinearity="relu")
    for parameter in layer.parameters():  # random ones may hold each other back
        torch.nn.init.constant_(parameter, 1e30)
    return layer


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"rnn": torch.nn.RNN(2, 3)}, "pass StateStepper(rnn, x), or neither"),
        ({"rnn": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2)}, "got a LSTM; pass an nn.RNN"),
        ({"rnn": torch.nn.RNN(2, 13), "x": torch.zeros(5, 2)}, "pass at most 12, 12 and 60"),
        ({"rnn": torch.nn.RNN(2, 3), "x": torch.zeros(5, 3)}, "(time, input) with input = 2"),
        ({"seed": "a"}, "seed='a'; pass a whole number"),
        ({"unit": 3}, "unit=3; pass 0 to 2"),
        ({"feature": 2}, "feature=2; pass 0 to 1"),
        (
            {"rnn": _overflowing(), "x": torch.ones(60, 2)},
            "the states overflow",
        ),
    ],
)
def test_bad_arguments_of_the_state_stepper_get_told_what_to_pass(arguments, say):
    with pytest.raises((traitlets.TraitError, TypeError, ValueError), match=re.escape(say)):
        widgets.StateStepper(**arguments)
