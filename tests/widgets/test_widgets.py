"""What all browser widgets promise: without a front end, to the keyboard, when they fail, when they are closed."""

import copy
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import torch
import traitlets
from legible import illegible

from lstmlab import widgets
from lstmlab.draw.display import WIDGET_VIEW
from lstmlab.widgets.base import module_of, style_of

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
SOURCES = [
    path for room in ("widgets", "quiz") for path in sorted((ROOT / f"lstmlab/{room}/js").glob("*.js"))
]


def test_without_a_front_end_a_widget_reads_as_text_and_as_a_static_figure(maker):
    (first, _), (second, _) = (maker()._repr_mimebundle_() for _ in range(2))
    assert first["text/plain"] == second["text/plain"] and "0x" not in first["text/plain"]
    assert re.search(r"\d", first["text/plain"]) and len(first["text/plain"].split()) > 20
    assert re.search(
        r'<figure><style>.*?</style><img alt="[^"]{80,}" src="data:image/svg\+xml', first["text/html"]
    )
    assert first[WIDGET_VIEW]["model_id"] != second[WIDGET_VIEW]["model_id"]


def test_the_static_figure_of_each_widget_takes_milliseconds(maker):
    """The page waits for it: by matplotlib it was 30 to 400 ms."""
    widget = maker()
    widget.picture()
    start = time.process_time()
    widget.picture()
    assert time.process_time() - start < 0.15


def test_what_a_reader_has_chosen_is_in_value(maker):
    widget = maker()
    assert widget.value and set(widget.value) == set(widget.MOVED)
    json.dumps(widget.value)


def test_value_is_observed_and_sets_all_that_it_names_or_nothing(maker):
    widget, heard = maker(), []
    widget.observe(lambda change: heard.append(change.new), names="value")
    name = next(name for name in ("step", "lag", "time") if name in widget.MOVED)
    before = getattr(widget, name)
    setattr(widget, name, before - 1)  # as Python does it
    widget.set_state({name: before})  # as the page does it
    assert [new[name] for new in heard] == [before - 1, before]
    with pytest.raises(traitlets.TraitError, match="value has no depth; pass a dict of some of"):
        widget.value = {name: before - 1, "depth": 2}
    with pytest.raises(traitlets.TraitError, match=f"{name}=10000; pass"):
        widget.value = {name: 10_000}
    assert widget.value[name] == before == getattr(widget, name) and len(heard) == 2
    widget.value = {name: before - 1}
    assert getattr(widget, name) == before - 1 and len(heard) == 3


def test_writing_into_value_is_refused_in_words_and_a_copy_of_it_is_free(maker):
    widget = maker()
    before = dict(widget.value)
    name = widget.MOVED[-1]
    for write in (lambda value: value.update({name: 1}), lambda value: value.__setitem__(name, 1)):
        with pytest.raises(TypeError, match=r"writing into it would move nothing; assign a dict"):
            write(widget.value)
    mine = copy.deepcopy(widget.value)
    mine[name] = None
    assert widget.value == before


def test_values_that_belong_together_are_set_together():
    widget = widgets.PackingExplorer([2, 5, 3])
    widget.value = {"step": 7, "lengths": torch.tensor([8, 2])}
    assert widget.value == {"lengths": [8, 2], "row": 0, "step": 7}
    with pytest.raises(traitlets.TraitError, match="step=9; pass 0 to 2"):
        widget.value = {"lengths": [3], "step": 9}
    assert widget.lengths == [8, 2]


def test_a_bundle_asks_for_no_other_module_and_has_what_it_imports_once():
    module = module_of("gates")
    assert 'from "./' not in module and module.count("View=class{") == 1
    assert module.index("View=class{") < module.index("function diagram(") < module.index("new GateExplorer")
    assert "--f:#0060b0" in style_of("gates") and "--f:#5cb3ff" in style_of("gates")
    with pytest.raises(FileNotFoundError):
        module_of("none")


def test_no_style_of_a_widget_reaches_another_on_the_same_page(show, maker):
    shown = show(maker(), 690)
    before = shown.page.evaluate(STYLES)
    for name in widgets.__all__:
        shown.page.evaluate(
            "css => document.head.appendChild(document.createElement('style')).append(css)",
            getattr(widgets, name)._css,
        )
    assert shown.page.evaluate(STYLES) == before and len(before) > 50
    shown.page.close()


# How each node of the widget is drawn.
STYLES = """() => [...document.querySelectorAll('.lw, .lw *')].map(node => {
  const style = getComputedStyle(node);
  return [node.tagName, ...[...style].filter(name => !name.startsWith('--'))
    .map(name => `${name}: ${style.getPropertyValue(name)}`)].join('; ');
})"""


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_a_module_of_javascript_is_small_and_asks_for_nothing_from_outside(source):
    text = source.read_text()
    assert len(text.encode()) < 20_000
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("check", ["types", "layout", "bundles"])
def test_the_javascript_has_the_types_its_comments_say_is_formatted_and_is_what_the_bundles_hold(check):
    tools = ROOT / "tools/js"
    if not shutil.which("npm") or not (tools / "node_modules").is_dir():
        reason = "found no npm or no tools/js/node_modules; on Debian: apt install npm, then npm ci --prefix tools/js"
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(["npm", "run", "--silent", check], cwd=tools, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_of_the_javascript_tools_names_no_registry():
    assert "resolved" not in (ROOT / "tools/js/package-lock.json").read_text()


def test_every_control_has_a_name_and_keeps_its_keys_from_jupyterlab(show, maker):
    shown = show(maker())
    for control in shown.page.query_selector_all(".lw input, .lw select, .lw button"):
        assert control.get_attribute("data-lm-suppress-shortcuts") == "true"
    for role in ("slider", "combobox", "button"):
        for control in shown.page.get_by_role(role).all():
            assert control.get_attribute("aria-label") or control.inner_text().strip()
    assert shown.page.locator("[role=status][aria-live=polite]").count() == 1
    assert shown.faults == []


def test_the_status_says_something_after_each_kind_of_control_is_moved_by_keys(show, maker):
    shown = show(maker())
    for slider in [s for s in shown.page.get_by_role("slider").all() if s.is_visible()]:
        before = slider.input_value()
        slider.press("ArrowRight")
        if slider.input_value() == before:
            slider.press("ArrowLeft")
        slider.blur()
    shown.settled()
    assert re.search(r"\d", shown.status())
    assert shown.sent() and set(shown.sent()) <= set(maker().MOVED)
    assert shown.faults == []


def test_what_is_moved_in_one_view_is_seen_in_another_of_the_same_widget(show, maker):
    widget = maker()
    shown = show(widget)
    shown.show_again(widget)
    one, other = (shown.page.locator(".lw").nth(k) for k in (0, 1))
    sliders = [slider for slider in one.get_by_role("slider").all() if slider.is_visible()]
    for k, slider in enumerate(sliders):
        slider.press("ArrowLeft" if k % 2 else "ArrowRight")
    shown.settled()
    values = [
        [slider.input_value() for slider in view.get_by_role("slider").all() if slider.is_visible()]
        for view in (one, other)
    ]
    assert values[0] == values[1] and len(values[0]) > 2
    assert one.locator(".lw-number").all_inner_texts() == other.locator(".lw-number").all_inner_texts()
    assert shown.faults == []


# A slider, and what its widget moves along when it goes to its least and back without being let go.
MOVED_ALONG = {
    "StackExplorer": ("steps", "step"),
    "GradientExplorer": ("length in steps", "lag"),
    "PackingExplorer": ("length of b", "step"),
}


@pytest.mark.parametrize("name", MOVED_ALONG)
def test_python_hears_what_a_slider_moved_along_though_it_is_let_go_where_it_was_taken(show, name):
    label, trait = MOVED_ALONG[name]
    widget = getattr(widgets, name)()
    shown = show(widget)
    slider, mouse = shown.page.get_by_role("slider", name=label, exact=True), shown.page.mouse
    box, value, share = slider.evaluate(
        "node => [node.getBoundingClientRect(), node.value, (node.value - node.min) / (node.max - node.min)]"
    )
    thumb, middle = box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2
    mouse.move(thumb, middle)
    mouse.down()
    mouse.move(box["x"] + 8, middle, steps=3)
    mouse.move(thumb, middle, steps=3)
    mouse.up()
    assert slider.input_value() == value
    assert shown.sent()[trait] < getattr(widget, trait)
    assert shown.sent()[trait] == shown.page.evaluate(f"window.model.get('{trait}')")


def test_a_drag_that_leaves_the_picture_selects_no_words(show):
    shown = show(widgets.GradientExplorer())
    box, mouse = shown.page.locator(".lw-lags").bounding_box(), shown.page.mouse
    mouse.move(box["x"] + 200, box["y"] + 100)
    mouse.down()
    mouse.move(box["x"] + 400, box["y"] + box["height"] + 80, steps=6)
    mouse.up()
    assert shown.sent()["lag"] != 50 and shown.page.evaluate("String(getSelection())") == ""


def test_a_closed_view_leaves_nothing_behind(show, maker):
    shown = show(maker())
    assert shown.page.evaluate("window.model.listeners()") > 0
    shown.page.evaluate("window.close_view()")
    assert shown.page.evaluate("window.model.listeners()") == 0


def test_a_widget_that_fails_says_so_in_its_place(show, maker):
    shown = show(maker())
    shown.page.evaluate("void (window.model.get = () => { throw new TypeError('lost') })")
    shown.receive(**{maker.MOVED[0]: 1})
    alert = shown.page.get_by_role("alert")
    alert.wait_for()
    assert "This widget stopped. Run this cell again." in alert.inner_text()
    assert "TypeError: lost" in alert.inner_text()


def test_a_widget_whose_kernel_was_started_anew_says_what_to_do_and_still_moves(show):
    shown = show(widgets.StackExplorer())
    lost = shown.page.get_by_text("Run this cell again, after those above it.")
    assert lost.count() == 1 and not lost.is_visible()
    shown.page.evaluate("window.model.kernel_gone()")
    lost.wait_for()
    shown.page.get_by_role("slider", name="num_layers").press("ArrowRight")
    shown.settled()
    assert "h_n" in shown.status() and shown.faults == []


BREAKS = {
    "where it is built": (
        "StackExplorer=class{constructor(view){",
        "StackExplorer=class{constructor(view){throw new TypeError(404);",
        "stopped",
    ),
    "where it is painted": ("}paint(){", "}paint(){throw new TypeError(404);", "stopped"),
    "as it is loaded": ("var SVG=", "throw new TypeError(404);var SVG=", "could not be loaded"),
    "in its syntax": ("var SVG=", "var var SVG=", "could not be loaded"),
}


def _with(old, new):
    """The bundle of the stack explorer with the last `old` in it, which is in its own class, replaced by `new`."""
    before, found, after = module_of("stack").rpartition(old)
    assert found
    return before + new + after


@pytest.mark.parametrize("broken", BREAKS)
def test_a_widget_with_a_fault_in_its_javascript_says_so_in_its_place(show, broken):
    old, new, said = BREAKS[broken]
    widget = widgets.StackExplorer()
    widget._esm = _with(old, new)
    shown = show(widget)
    alert = shown.page.get_by_role("alert")
    alert.wait_for()
    assert f"This widget {said}" in alert.inner_text() and "Error: " in alert.inner_text()
    assert shown.page.locator(".lw").count() == 1 and shown.faults == []


def test_a_picture_that_asks_to_be_drawn_again_waits_for_the_next_frame(show):
    widget = widgets.StackExplorer()
    widget._esm = _with("}paint(){", "}paint(){this.view.redraw();")
    shown = show(widget)
    shown.settled()  # a page that draws without end would not answer
    shown.receive(step=1)
    shown.page.wait_for_function("document.querySelector('.lw').dataset.frames > 3")
    drawn = shown.page.evaluate("(window.close_view(), document.querySelector('.lw').dataset.frames)")
    shown.settled()
    assert shown.page.evaluate("document.querySelector('.lw').dataset.frames") == drawn


def test_a_dark_page_makes_a_dark_widget_and_a_change_is_followed(show, maker):
    shown = show(maker(), dark=True)
    root = shown.page.locator(".lw")
    assert root.get_attribute("data-theme") == "dark"
    shown.page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    shown.page.wait_for_selector(".lw[data-theme=light]")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_where_colours_are_forced_the_widget_has_its_own_as_light_or_dark_as_those(show, maker, dark):
    shown = show(maker(), dark=dark)
    shown.page.evaluate(
        f"document.body.dataset.jpThemeLight = '{str(dark).lower()}'"
    )  # hidden by what is forced
    shown.page.emulate_media(forced_colors="active", color_scheme="dark" if dark else "light")
    shown.page.wait_for_selector(f".lw[data-theme={'dark' if dark else 'light'}]")
    colour = "getComputedStyle(document.querySelector('.lw')).backgroundColor"
    assert shown.page.evaluate(colour) == ("rgb(21, 24, 28)" if dark else "rgb(255, 255, 255)")
    count, found = illegible(shown.page)
    assert count > 20 and found == []
    shown.page.close()


def test_a_page_from_right_to_left_turns_nothing_round(show, maker):
    shown = show(maker())
    shown.settled()
    before = shown.page.evaluate(PLACES)
    shown.page.evaluate("document.documentElement.dir = 'rtl'")
    shown.settled()
    assert shown.page.evaluate(PLACES) == before and len(before) > 20
    assert (
        shown.page.evaluate("getComputedStyle(document.querySelector('.lw text, .lw b')).direction") == "ltr"
    )
    shown.page.close()


# Where each piece of the widget stands in it, to the pixel.
PLACES = """() => {
  const {left} = document.querySelector('.lw').getBoundingClientRect();
  return [...document.querySelectorAll('.lw :is(span, b, code, text, input, button)')]
    .filter(node => node.checkVisibility())
    .map(node => [node.textContent, Math.round(node.getBoundingClientRect().left - left)]);
}"""
