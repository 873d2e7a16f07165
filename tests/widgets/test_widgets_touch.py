"""The widgets by touch alone: sliders, boxes, buttons and what a finger does in the pictures."""

import pytest

from lstmlab import widgets

pytestmark = pytest.mark.browser
MAKERS = {name: getattr(widgets, name) for name in widgets.__all__}


def _swipe(shown, start, end) -> None:
    """A finger that goes down, moves and is lifted, as the browser hears it."""
    finger = shown.page.context.new_cdp_session(shown.page)
    points = [
        (start[0] + (end[0] - start[0]) * k / 8, start[1] + (end[1] - start[1]) * k / 8) for k in range(9)
    ]
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * 8], points, strict=True):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def _inside(locator, across: float, down: float = 0.5) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def test_every_slider_follows_a_finger_and_every_box_and_button_a_tap(show, maker):
    shown = show(maker(), 720, has_touch=True)
    sliders = [slider for slider in shown.page.get_by_role("slider").all() if slider.is_visible()]
    moved = 0
    for slider in sliders:
        slider.scroll_into_view_if_needed()
        before = slider.input_value()
        _swipe(shown, _inside(slider, 0.3), _inside(slider, 0.8))
        shown.settled()  # a busy browser hears of a finger later
        moved += slider.input_value() != before
    assert moved >= len(sliders) - 1, "one may stand at its only place already"
    for box in shown.page.get_by_role("checkbox").all():
        before = box.is_checked()
        box.tap()
        assert box.is_checked() != before
    for button in shown.page.get_by_role("button").all():
        button.tap()
    shown.settled()
    assert shown.sent() and len(shown.status().split()) > 5
    assert shown.faults == []


# What a finger does in each picture, where to and from as shares of a part of it, and the trait that hears of it.
IN_PICTURES = {
    "GateExplorer": (".lw-chart", (0.2, 0.07), (0.8, 0.07), "x"),
    "GradientExplorer": (".lw-lags", (0.2, 0.5), (0.6, 0.5), "lag"),
    "PackingExplorer": (".lw-padded [data-row='0'][data-end='1']", (0.5, 0.5), (2.5, 0.5), "lengths"),
    "StackExplorer": ("[data-place='0 1 0'] circle", (0.5, 0.5), (0.5, 0.5), "backward"),
    "StateStepper": ("[data-step='4'] rect >> nth=0", (0.5, 0.5), (0.5, 0.5), "step"),
    "TrainingExplorer": (".lw-chart", (0.2, 0.5), (0.8, 0.5), "step"),
    "UnitExplorer": ("[data-letter='40']", (0.5, 0.5), (0.5, 0.5), "step"),
    "WindowExplorer": (".lw-windows", (0.3, 0.5), (0.5, 0.5), "step"),
}


@pytest.mark.parametrize("name", IN_PICTURES)
def test_a_finger_draws_drags_or_chooses_in_the_picture(show, name):
    part, start, end, trait = IN_PICTURES[name]
    widget = MAKERS[name]()
    shown = show(widget, 900, has_touch=True)
    place = shown.page.locator(part).first
    if start == end:
        shown.page.touchscreen.tap(*_inside(place, *start))
    else:
        _swipe(shown, _inside(place, *start), _inside(place, *end))
    shown.settled()
    assert shown.sent()[trait] != getattr(widget, trait)
    assert shown.faults == []


def test_a_finger_that_goes_up_in_the_strip_of_x_draws_and_does_not_scroll(show):
    shown = show(MAKERS["GateExplorer"](), 900, has_touch=True)
    shown.page.set_viewport_size({"width": 900, "height": 500})
    chart = shown.page.locator(".lw-chart")
    chart.scroll_into_view_if_needed()
    before = shown.page.evaluate("scrollY")
    _swipe(shown, _inside(chart, 0.5, 0.13), _inside(chart, 0.5, 0.02))
    shown.settled()
    assert shown.page.evaluate("scrollY") == before
    assert max(value for (value,) in shown.sent()["x"][15:22]) > 0.9
    assert shown.faults == []
