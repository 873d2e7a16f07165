"""The shape explorer: shapes, parameters and errors are torch's, and what it is told and tells."""

import random
import re

import pytest
import torch
import traitlets

from lstmlab import widgets

pytestmark = pytest.mark.browser


def _settings(seed: int) -> dict:
    """Random arguments; every fifth has features that do not fit."""
    draw = random.Random(seed)
    size, hidden = draw.randint(1, 16), draw.randint(1, 16)
    return {
        "input_size": size, "hidden_size": hidden, "num_layers": draw.randint(1, 4), "bias": draw.random() < 0.7,
        "batch_first": draw.random() < 0.5, "bidirectional": draw.random() < 0.5, "dropout": draw.choice([0.0, 0.5]),
        "proj_size": draw.choice([0, 0, draw.randint(0, 15)]), "time": draw.randint(1, 12),
        "batch": draw.randint(1, 8), "batched": draw.random() < 0.8,
        "features": draw.randint(1, 16) if seed % 5 == 0 else size,
    }  # fmt: skip


def test_shapes_parameters_and_errors_are_torchs_for_any_arguments(show):
    shown = show(widgets.ShapeExplorer())
    refused = 0
    for seed in range(120):
        settings = _settings(seed)
        widget = widgets.ShapeExplorer(**settings)
        said = shown.call("objection", settings)
        try:
            layer, shapes = widget.layer, widget.shapes
        except (RuntimeError, ValueError) as error:
            refused += 1
            assert said == f"{type(error).__name__}: {error}"
            continue
        assert said == "" and shown.call("shapes", settings) == {k: list(v) for k, v in shapes.items()}
        wanted = [[name, list(value.shape)] for name, value in layer.named_parameters()]
        assert shown.call("parameters", settings) == wanted
        assert shown.call("count", wanted) == sum(value.numel() for value in layer.parameters())
    assert 20 < refused < 60


def test_the_line_of_code_to_copy_runs_and_gives_what_is_drawn(show):
    shown = show(widgets.ShapeExplorer())
    for seed in (1, 2, 3, 4, 6, 7):
        widget = widgets.ShapeExplorer(**{**_settings(seed), "proj_size": 0, "dropout": 0.0})
        names: dict = {"nn": torch.nn, "torch": torch}
        exec(shown.call("code", {**widget.value}), names)
        for name in ("output", "h_n", "c_n"):
            assert tuple(names[name].shape) == widget.shapes[name]


def test_moving_an_argument_changes_boxes_code_and_sentence_and_python_can_do_the_same(show):
    widget = widgets.ShapeExplorer()
    shown = show(widget)
    shown.page.get_by_role("slider", name="num_layers").press("ArrowRight")
    shown.page.get_by_label("bidirectional").check()
    shown.settled()
    assert "output (4, 2, 6), h_n (4, 2, 3), c_n (4, 2, 3); 504 parameters" in shown.status()
    assert "nn.LSTM(5, 3, num_layers=2, bidirectional=True)" in shown.page.locator(".lw-code").inner_text()
    assert "h_n (4, 2, 3)" in shown.page.locator("figcaption").nth(2).inner_text()
    for name, value in shown.sent().items():
        setattr(widget, name, value)
    assert widget.shapes["h_n"] == (4, 2, 3) and widget.layer.bidirectional
    widget.input_size = 7  # from Python too, x follows while it fits
    assert widget.features == 7 and widgets.ShapeExplorer(7, features=5).features == 5
    shown.receive(features=7)
    shown.settled()
    assert "RuntimeError: input.size(-1) must be equal to input_size. Expected 5, got 7" in shown.status()
    assert shown.page.locator("figure").count() == 1


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"num_layers": True}, "num_layers=True; pass a number from 1 to 4"),
        ({"hidden_size": 17}, "hidden_size=17; pass a number from 1 to 16"),
        ({"num_layers": 0}, "pass a number from 1 to 4"),
        ({"input_size": 0}, "input_size=0; pass a number from 1 to 16"),
        ({"input_size": torch.nn.LSTM(5, 3)}, "pass a number from 1 to 16"),
        ({"layers": 2}, "no argument layers; pass some of input_size"),
        ({"batch_first": "yes"}, "batch_first"),
    ],
)
def test_bad_arguments_of_the_shape_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises((traitlets.TraitError, TypeError), match=re.escape(say)):
        widgets.ShapeExplorer(**arguments)
