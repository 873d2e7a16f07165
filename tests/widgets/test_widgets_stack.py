"""The stack explorer: slices and sources are those of torch, and what it is told and tells."""

import itertools
import re

import pytest
import torch
import traitlets

from lstmlab import widgets
from lstmlab.gates import single_layer

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "num_layers, bidirectional, steps", [(1, True, 4), (2, False, 5), (2, True, 3), (3, True, 4)]
)
def test_slices_hold_the_chosen_state_and_sources_are_those_of_autograd(
    show, num_layers, bidirectional, steps
):
    torch.manual_seed(0)
    shown = show(widgets.StackExplorer())
    hidden, ways = 3, 1 + bidirectional
    lstm = torch.nn.LSTM(2, hidden, num_layers=num_layers, bidirectional=bidirectional).double()
    x = torch.randn(steps, 1, 2, dtype=torch.float64, requires_grad=True)
    output, (h_n, _) = lstm(x)
    names = {"output": output, "h_n": h_n}
    stack = {"num_layers": num_layers, "bidirectional": bidirectional, "steps": steps, "hidden_size": hidden}
    for layer, backward, step in itertools.product(range(num_layers), range(ways), range(steps)):
        place = {"layer": layer, "backward": bool(backward), "step": step}
        widget = widgets.StackExplorer(**stack, **place)
        got = shown.call("slices", stack, place)
        assert tuple(code for code in got.values() if code) == widget.slices
        one, seen = single_layer(lstm, x, layer, bool(backward))
        read = one(seen.flip(0))[0].flip(0) if backward else one(seen)[0]
        for code in widget.slices:
            assert torch.allclose(eval(code, names).flatten(), read[step, 0], atol=1e-12)
        if layer == num_layers - 1:
            state = output[step, 0, backward * hidden : (backward + 1) * hidden].sum()
            (grad,) = torch.autograd.grad(state, x, retain_graph=True)
            assert (
                shown.call("sources", stack, place)["inputs"]
                == grad[:, 0].norm(dim=1).nonzero().flatten().tolist()
            )


def test_a_state_is_chosen_by_click_or_keys_and_found_in_both_tensors(show):
    widget = widgets.StackExplorer()
    shown = show(widget)
    shown.page.locator("[data-place='0 1 0']").click()
    shown.settled()
    assert (
        "h of layer 0, backward, after step 0, is returned as h_n[1]. It has read all of x" in shown.status()
    )
    assert sum(_drawn(shown, ".lw-slice .on")) == 4
    for name in ("layer", "backward", "step"):
        setattr(widget, name, shown.sent()[name])
    assert widget.slices == ("h_n[1]",)
    shown.page.get_by_label("direction", exact=True).select_option("forward")
    shown.page.get_by_role("slider", name="step", exact=True).press("ArrowRight")
    shown.settled()
    assert "is not returned" in shown.status() and "It has read x[0] to x[1]." in shown.status()
    shown.page.get_by_label("dropout, in training").check()
    shown.settled()
    assert _drawn(shown, ".lw-stack .drop") == [2 * 5] and "nothing along time" in shown.status()
    shown.receive(num_layers=3, layer=2, step=4)
    shown.settled()
    assert "returned as output[4, :, 0:4] and h_n[4]" in shown.status()
    for name, value in (("layer", "2"), ("step", "4")):
        assert shown.page.get_by_role("slider", name=name, exact=True).input_value() == value


def _drawn(shown, path: str) -> list[int]:
    """How many strokes each of these paths has."""
    found = shown.page.locator(path).evaluate_all("nodes => nodes.map(node => node.getAttribute('d'))")
    return [(d or "").count("M") + (d or "").count("m") for d in found]


def test_nothing_in_it_has_a_name_that_a_second_one_on_the_page_could_have_too(show):
    shown = show(widgets.StackExplorer(dropout=True))
    assert shown.page.locator(".lw [id]").count() == 0


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"num_layers": True}, "num_layers is a bool; pass a whole number"),
        ({"num_layers": 4}, "from 1 to 3"),
        ({"num_layers": 0}, "num_layers=0; pass a whole number from 1 to 3"),
        ({"steps": 1}, "from 2 to 8"),
        ({"layer": 2}, "layer=2; pass 0 to 1"),
        ({"step": 5}, "step=5; pass 0 to 4"),
        ({"bidirectional": False, "backward": True}, "backward=True; pass False"),
        ({"depth": 2}, "no argument depth"),
        (
            {"num_layers": torch.nn.LSTM(2, 3)},
            "pass a whole number, for example StackExplorer(lstm.num_layers",
        ),
    ],
)
def test_bad_arguments_of_the_stack_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises((traitlets.TraitError, TypeError), match=re.escape(say)):
        widgets.StackExplorer(**arguments)
