"""The window explorer: its windows and errors are Python's, everything in its picture is dragged, a leak shows."""

import random
import re

import pytest
import torch
import traitlets
from widget_page import largest

from lstmlab import widgets
from lstmlab.tasks.series import fit_linear, mae, sunspots, windows
from lstmlab.widgets.windows import CROSSING, LEAKS, NONE, SHUFFLED, SMOOTHED

pytestmark = pytest.mark.browser


def _series(widget):
    return {"values": widget._values, "order": widget._order, "leaks": widget._leaks}


def _cut(widget):
    return {"window": widget.window, "horizon": widget.horizon, "at": widget.split - 1700}


def test_windows_and_errors_in_the_browser_are_those_of_python(show):
    shown = show(widgets.WindowExplorer())
    draw = random.Random(0)
    for k in range(24):
        sizes = {
            "window": draw.randint(1, 30),
            "horizon": draw.randint(1, 22),
            "split": draw.randint(1800, 1940),
        }
        widget, leak = widgets.WindowExplorer(**sizes), LEAKS[k % 4]
        parts, got = widget.parts(leak), shown.call("parts", _series(widget), _cut(widget), leak)
        assert got == {name: list(getattr(parts, name)) for name in ("train", "test", "crossing")}
        errors = shown.call("errors", _series(widget), _cut(widget), leak)
        assert largest(errors, torch.tensor(widget.errors(leak), dtype=torch.float64)) < 1e-6


def test_without_a_leak_the_errors_are_those_of_lesson_1():
    series = sunspots().values
    X, y = windows(series, 9)
    linear = mae(fit_linear(X[:191], y[:191])(X[191:]), y[191:])
    last, fitted, _ = widgets.WindowExplorer().errors(NONE)
    assert abs(fitted - linear) < 1e-3 and abs(last - mae(series[199:-1], series[200:])) < 1e-3


@pytest.mark.parametrize("window, horizon", [(1, 1), (9, 1), (9, 6), (30, 22)])
def test_windows_that_cross_start_before_the_split_and_have_their_target_after_it(window, horizon):
    widget = widgets.WindowExplorer(window, horizon)
    targets = [n + window - 1 + horizon for n in range(widget.number)]
    assert targets[-1] == 308
    crossing = [n for n, target in enumerate(targets) if n < 200 <= target]
    assert list(widget.parts(NONE).crossing) == crossing and len(crossing) == window + horizon - 1
    assert all(targets[n] < 200 for n in widget.parts(NONE).train)
    assert set(crossing) <= set(widget.parts(NONE).test) and set(crossing) <= set(
        widget.parts(CROSSING).train
    )
    for leak in LEAKS:
        parts = widget.parts(leak)
        assert sorted(parts.train + parts.test) == list(range(widget.number))


def _drag(shown, start: float, end: float) -> None:
    """In the picture, from one year to another."""
    box = shown.page.locator(".lw-windows").bounding_box()
    x, y = (lambda year: box["x"] + 34 + (box["width"] - 44) * (year - 1700) / 308), box["y"] + 60
    shown.page.mouse.move(x(start), y)
    shown.page.mouse.down()
    shown.page.mouse.move(x(end), y, steps=5)
    shown.page.mouse.up()


def test_split_target_edge_and_window_are_dragged_in_the_picture(show):
    shown = show(widgets.WindowExplorer(9, 6, step=100))  # reads 1800 to 1808, its target is 1814
    for start, end, trait, value in (
        (1899.5, 1920, "split", 1920),
        (1814, 1818, "horizon", 10),
        (1799.5, 1789.5, "window", 19),
        (1795, 1835, "step", 130),
    ):
        _drag(shown, start, end)
        assert shown.sent()[trait] == pytest.approx(value, abs=1)
    shown.settled()
    sent = shown.sent()
    start = 1700 + sent["step"]
    end = start + sent["window"] - 1
    assert (
        f"Window {sent['step']} reads {start} to {end}, its target is {end + sent['horizon']}"
        in shown.status()
    )
    shown.page.get_by_role("button", name="Reset").click()
    assert shown.sent() == {"window": 9, "horizon": 6, "split": 1900, "leak": "none", "step": 100}
    assert shown.faults == []


def test_a_leak_stands_beside_the_honest_error_and_pays_at_a_horizon_of_one_only(show):
    widget = widgets.WindowExplorer()
    shown = show(widget)
    leak = shown.page.get_by_role("combobox", name="leak")
    leak.select_option(SMOOTHED)
    shown.settled()
    errors = shown.page.locator(".lw-error b").all_inner_texts()
    assert errors[2:4] == [f"{widget.errors(kind)[1]:.1f}" for kind in (NONE, SMOOTHED)] == ["13.2", "2.8"]
    assert "errs by 13.2, with the leak by 2.8, which nobody will see in use" in shown.status()
    assert shown.sent()["leak"] == SMOOTHED
    shown.page.get_by_role("slider", name="horizon").press("ArrowRight")
    shown.settled()
    assert re.search(r"errs by 16\.9, with the leak by 14\.4", shown.status())
    leak.select_option(SHUFFLED)
    shown.settled()
    assert (
        "on other windows" in shown.status()
        and "cross the split" not in shown.page.locator(".lw-counts").inner_text()
    )


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"window": 31}, "window=31; pass 1 to 30"),
        ({"horizon": 0}, "horizon=0; pass 1 to 22"),
        ({"split": 1700}, "split=1700; pass 1800 to 1940"),
        ({"leak": "all"}, "leak='all'; pass one of 'none'"),
        ({"step": 300}, "step=300; pass 0 to 299"),
    ],
)
def test_bad_arguments_of_the_window_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises(traitlets.TraitError, match=re.escape(say)):
        widgets.WindowExplorer(**arguments)
    with pytest.raises(TypeError, match="no argument widow; pass some of window"):
        widgets.WindowExplorer(widow=3)
