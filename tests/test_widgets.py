"""The browser widgets, each on a page of its own: what all of them promise, then what each computes and says."""

import copy
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch
import traitlets
from legible import illegible
from torch.nn.utils import prune
from widget_page import pages

import lstmlab
from lstmlab import longrange, widgets
from lstmlab.display import WIDGET_VIEW
from lstmlab.gates import single_layer
from lstmlab.widgets.base import HERE, loading, module_of, style_of

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parent.parent
MAKERS = {name: getattr(widgets, name) for name in widgets.__all__}


@pytest.fixture(scope="module")
def show():
    with pages() as shower:
        yield shower


@pytest.fixture(params=MAKERS)
def maker(request):
    return MAKERS[request.param]


# -- without a browser -------------------------------------------------------------------------------------


def test_without_a_front_end_a_widget_reads_as_text_and_as_a_static_figure(maker):
    (first, _), (second, _) = (maker()._repr_mimebundle_() for _ in range(2))
    assert first["text/plain"] == second["text/plain"] and "0x" not in first["text/plain"]
    assert re.search(r"\d", first["text/plain"]) and len(first["text/plain"].split()) > 20
    assert re.search(r'<figure><img alt="[^"]{80,}" src="data:image/svg\+xml', first["text/html"])
    assert first[WIDGET_VIEW]["model_id"] != second[WIDGET_VIEW]["model_id"]


EXTREMES = {
    "GateExplorer": lambda: widgets.GateExplorer(torch.nn.LSTM(3, 4), torch.zeros(2, 3)),
    "GradientExplorer": lambda: widgets.GradientExplorer(-2.0, scale=0.0, length=10, clip=1e-4),
    "ShapeExplorer": lambda: widgets.ShapeExplorer(5, features=7),
    "PackingExplorer": lambda: widgets.PackingExplorer([12] * 6),
    "StackExplorer": lambda: widgets.StackExplorer(1, False, 2),
    "StateStepper": lambda: widgets.StateStepper(torch.nn.RNN(12, 12), torch.zeros(60, 12)),
}


@pytest.mark.parametrize(
    "made", [*MAKERS.values(), *EXTREMES.values()], ids=[*MAKERS, *(f"{k}!" for k in EXTREMES)]
)
def test_a_static_figure_is_a_whole_drawing_and_nothing_leaves_its_paper(show, made):
    root = ElementTree.fromstring(made().picture().svg)
    assert len(root.findall(".//*")) > 1 and not re.search("nan|inf", ElementTree.tostring(root, "unicode"))
    page = show(widgets.PackingExplorer()).page
    outside = page.evaluate(
        """svg => {
          document.body.innerHTML = svg;
          const drawing = document.body.firstChild, paper = drawing.getBoundingClientRect();
          return [...drawing.children].map(node => [node.textContent, node.getBoundingClientRect()])
            .filter(([, box]) => box.left < paper.left - 1 || box.right > paper.right + 1
              || box.top < paper.top - 1 || box.bottom > paper.bottom + 1).map(([text]) => text);
        }""",
        made().picture().svg.decode(),
    )
    page.close()
    assert outside == []


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


def test_values_that_belong_together_are_set_together():
    widget = widgets.PackingExplorer([2, 5, 3])
    widget.value = {"step": 7, "lengths": torch.tensor([8, 2])}
    assert widget.value == {"lengths": [8, 2], "row": 0, "step": 7}
    with pytest.raises(traitlets.TraitError, match="step=9; pass 0 to 2"):
        widget.value = {"lengths": [3], "step": 9}
    assert widget.lengths == [8, 2]


def test_modules_are_joined_in_the_order_of_their_imports_and_once_each():
    module = module_of("gates")
    assert 'from "./' not in module and module.count("class View ") == 1
    assert module.index("class View ") < module.index("function diagram(") < module.index("new GateExplorer")
    assert "--f:#0060b0" in style_of("gates") and "--f:#5cb3ff" in style_of("gates")
    with pytest.raises(FileNotFoundError):
        module_of("none")


@pytest.mark.parametrize("source", sorted(HERE.glob("*.js")), ids=lambda path: path.name)
def test_a_module_of_javascript_is_small_and_asks_for_nothing_from_outside(source):
    text = source.read_text()
    assert len(text.encode()) < 20_000
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("check", ["types", "layout"])
def test_the_javascript_has_the_types_its_comments_say_and_is_formatted(check):
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


# -- what all of them promise --------------------------------------------------------------------------------


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
    assert re.search(r"\d", shown.page.get_by_role("status").inner_text())
    assert shown.sent() and set(shown.sent()) <= set(maker().MOVED)
    assert shown.faults == []


@pytest.mark.parametrize("width", [640, 1600])
def test_nothing_runs_over_the_edge_even_with_long_names(show, maker, width):
    widget = maker()
    widget._names = {key: f"{name} Zustandsübergangsfunktion" for key, name in widget._names.items()}
    shown = show(widget, width)
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    overflowing = shown.page.evaluate(
        """() => [...document.querySelectorAll('.lw :is(span, label, p, button, text)')]
          .filter(node => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth - 8)
          .map(node => node.textContent)"""
    )
    assert overflowing == []


# Makes every label as long as German may make it, and returns those that leave the widget or are cut off.
GERMAN = """() => {
  const labels = '.lw :is(.lw-slider > span:first-child, .lw-choice > span, .lw-toggle span, .lw-name, .lw-head, '
    + 'button, legend, h4, figcaption b, small, .lw-scrubber label span, .lw-legend)';
  const long = [...document.querySelectorAll(labels)].filter(node => node.checkVisibility() && node.textContent.trim());
  for (const node of long) node.append(' Zustandsübergangsfunktion');
  const edge = document.querySelector('.lw').getBoundingClientRect().right;
  const words = node => { // where the words reach, which may be further than their box
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  };
  const box = node => node.clientWidth ? node.getBoundingClientRect() : node.parentElement.getBoundingClientRect();
  return [long.length, long.filter(node => words(node).right > Math.min(edge, box(node).right) + 1)
    .map(node => `${node.className} ${node.textContent}`), document.documentElement.scrollWidth - innerWidth];
}"""


@pytest.mark.parametrize("width", [640, 1280])
def test_labels_as_long_as_german_ones_stay_inside_and_controls_stay_usable(show, maker, width):
    shown = show(maker(), width)
    count, cut, over = shown.page.evaluate(GERMAN)
    assert count >= 5 and cut == [] and over <= 0
    narrow = [
        s for s in shown.page.get_by_role("slider").all() if s.is_visible() and s.bounding_box()["width"] < 50
    ]
    assert narrow == [], "a slider that is too short to move"


@pytest.mark.parametrize("width", [540, 1240])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_is_large_enough_and_stands_out_from_what_lies_under_it(show, maker, dark, width):
    shown = show(FULL.get(maker.__name__, maker)(), width, dark)
    shown.settled()
    count, found = illegible(shown.page)
    assert count > 20 and found == []
    shown.page.close()


FULL = {  # as much on the page as the widget can hold
    "PackingExplorer": lambda: widgets.PackingExplorer([2, 5, 3, 9, 1, 12]),
    "StackExplorer": lambda: widgets.StackExplorer(3, True, 8, dropout=True),
    "ShapeExplorer": lambda: widgets.ShapeExplorer(16, 16, num_layers=4, bidirectional=True, proj_size=2),
    "GradientExplorer": lambda: widgets.GradientExplorer(clip=0.01),
    "GateExplorer": lambda: widgets.GateExplorer(torch.nn.LSTM(2, 4), torch.ones(30, 2)),
}


@pytest.mark.parametrize("maker", FULL.values(), ids=FULL)
def test_no_word_lies_on_another_or_is_cut_off_however_much_there_is(show, maker):
    shown = show(maker(), 540)
    shown.settled()
    clashes = shown.page.evaluate(CLASHES)
    assert clashes == []
    shown.page.close()


# Words in one drawing whose boxes overlap, or that leave it.
CLASHES = """() => [...document.querySelectorAll('.lw svg')].filter(svg => svg.checkVisibility()).flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')].filter(node => node.textContent.trim() && node.checkVisibility());
  const boxes = texts.map(node => node.getBoundingClientRect()), paper = svg.getBoundingClientRect();
  const visible = getComputedStyle(svg).overflow === 'visible';
  return boxes.flatMap((box, k) => {
    const out = !visible && (box.left < paper.left - 1 || box.right > paper.right + 1);
    const over = boxes.findIndex((other, j) => j > k && box.left + 1 < other.right && other.left + 1 < box.right
      && box.top + 3 < other.bottom && other.top + 3 < box.bottom);
    return [...(out ? [`${texts[k].textContent} is cut off`] : []),
      ...(over < 0 ? [] : [`${texts[k].textContent} on ${texts[over].textContent}`])];
  });
})"""


# -- by touch ------------------------------------------------------------------------------------------------


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
    assert shown.sent() and len(_status(shown).split()) > 5
    assert shown.faults == []


# What a finger does in each picture, where to and from as shares of a part of it, and the trait that hears of it.
IN_PICTURES = {
    "GateExplorer": (".lw-chart", (0.2, 0.07), (0.8, 0.07), "x"),
    "GradientExplorer": (".lw-lags", (0.2, 0.5), (0.6, 0.5), "lag"),
    "PackingExplorer": (".lw-padded [data-row='0'][data-end='1']", (0.5, 0.5), (2.5, 0.5), "lengths"),
    "StackExplorer": ("[data-place='0 1 0'] circle", (0.5, 0.5), (0.5, 0.5), "backward"),
    "StateStepper": ("[data-step='4'] rect >> nth=0", (0.5, 0.5), (0.5, 0.5), "step"),
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


BREAKS = {
    "where it is built": (
        "constructor(view) {",
        "constructor(view) { throw new TypeError('lost');",
        "stopped",
    ),
    "where it is painted": (" paint() {", " paint() { throw new TypeError('lost');", "stopped"),
    "as it is loaded": ("class View ", "throw new TypeError('lost'); class View ", "could not be loaded"),
    "in its syntax": ("class View ", "class class View ", "could not be loaded"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_widget_with_a_fault_in_its_javascript_says_so_in_its_place(show, broken):
    old, new, said = BREAKS[broken]
    module = module_of("stack")
    own = module.rindex("class StackExplorer") if "class" not in old else 0
    assert old in module[own:]
    widget = widgets.StackExplorer()
    widget._esm = loading(module[:own] + module[own:].replace(old, new, 1))
    shown = show(widget)
    alert = shown.page.get_by_role("alert")
    alert.wait_for()
    assert f"This widget {said}" in alert.inner_text() and "Error: " in alert.inner_text()
    assert shown.page.locator(".lw").count() == 1 and shown.faults == []


def test_a_dark_page_makes_a_dark_widget_and_a_change_is_followed(show, maker):
    shown = show(maker(), dark=True)
    root = shown.page.locator(".lw")
    assert root.get_attribute("data-theme") == "dark"
    shown.page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    shown.page.wait_for_selector(".lw[data-theme=light]")


# -- the gate explorer ---------------------------------------------------------------------------------------


def _largest(got, wanted) -> float:
    return (torch.tensor(got, dtype=torch.float64) - wanted.double()).abs().max().item()


@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-6), (torch.float64, 1e-12)])
def test_gates_in_the_browser_are_those_of_torch(show, dtype, tolerance):
    shown = show(lstmlab.GateExplorer())
    for seed, (size, hidden, steps) in enumerate([(1, 1, 2), (1, 4, 200), (3, 5, 30), (8, 16, 50)]):
        torch.manual_seed(seed)
        lstm, x = torch.nn.LSTM(size, hidden, dtype=dtype), torch.randn(steps, 1, size, dtype=dtype)
        explorer = lstmlab.GateExplorer(lstm, x)
        got = shown.call("lstm", explorer.params, explorer.x)
        trace = lstmlab.trace_gates(lstm, x)
        for name in "ifgoch":
            assert _largest(got[name], getattr(trace, name)[:, 0].detach()) < tolerance


@pytest.mark.parametrize("layer, reverse", [(0, False), (0, True), (1, False), (1, True), (2, True)])
@pytest.mark.parametrize("batch_first", [False, True])
def test_any_layer_and_direction_of_a_trained_layer_is_shown(layer, reverse, batch_first):
    torch.manual_seed(layer)
    lstm = torch.nn.LSTM(3, 4, num_layers=3, bidirectional=True, batch_first=batch_first, dropout=0.5)
    x = torch.randn(2, 6, 3) if batch_first else torch.randn(6, 2, 3)
    lstm.eval()
    explorer = lstmlab.GateExplorer(lstm, x, layer=layer, reverse=reverse, sample=1)
    if layer == 2:
        output = lstm(x)[0].transpose(0, 1) if batch_first else lstm(x)[0]
        wanted = output[:, 1, 4:] if reverse else output[:, 1, :4]
        torch.testing.assert_close(explorer.trace.h[:, 0].float(), wanted, atol=1e-6, rtol=0)
    index = 2 * layer + reverse
    last = explorer.trace.h[0 if reverse else -1, 0]
    torch.testing.assert_close(last.float(), lstm(x)[1][0][index, 1], atol=1e-6, rtol=0)


def _curve(shown, key: str) -> list[float]:
    """The values of a drawn curve, read back from its path and the strip's range."""
    numbers = re.findall(
        r"[ML][\d.]+ ([\d.]+)", shown.page.locator(f".lw path.line.{key}").get_attribute("d")
    )
    height = shown.page.locator(".lw-chart").bounding_box()["height"] / 7
    row = "xifgoch".index(key)
    return [((row + 1) * height - 7 - float(y)) / (height - 14) for y in numbers]


def test_curves_and_numbers_on_the_page_are_those_of_torch(show):
    torch.manual_seed(3)
    lstm, x = torch.nn.LSTM(2, 3), torch.randn(20, 1, 2)
    explorer = lstmlab.GateExplorer(lstm, x, unit=2, feature=1)
    shown = show(explorer)
    shown.settled()
    for name in "ifo":  # the rows whose range is 0 to 1
        drawn = torch.tensor(_curve(shown, name), dtype=torch.float64)
        wanted = getattr(explorer.trace, name)[:, 0, 2]
        assert (drawn - wanted).abs().max() < 0.004  # paths are rounded to a tenth of a pixel
    for step in (0, 7, 19):
        shown.receive(step=step)
        shown.settled()
        numbers = shown.page.locator(".lw-strips .lw-number").all_inner_texts()
        values = [x[step, 0, 1].item(), *(getattr(explorer.trace, n)[step, 0, 2].item() for n in "ifgoch")]
        assert [text.replace("−", "-") for text in numbers] == [
            f"{v:.2f}".replace("-0.00", "0.00") for v in values
        ]


def test_a_slider_moved_by_keys_redraws_says_what_it_means_and_tells_python(show):
    explorer = lstmlab.GateExplorer(forget_bias=1.0)
    shown = show(explorer)
    bias = shown.page.get_by_role("slider", name="forget gate, bias")
    line = shown.page.locator(".lw path.line.c").get_attribute("d")
    for _ in range(40):
        bias.press("ArrowRight")
    shown.settled()
    assert shown.page.locator(".lw path.line.c").get_attribute("d") != line
    status = shown.page.get_by_role("status").inner_text()
    assert status.startswith("Forget gate, bias: 3.00 (dotted: 1.00).")
    assert "a memory halves in 14.3 steps (dotted: 2.2 steps)" in status
    explorer.params = shown.sent()["params"]
    assert explorer.knobs.bias == (-2.5, 3.0, 0.0, 1.0)
    shown.page.get_by_role("button", name="Reset").click()
    assert shown.sent()["params"]["bias"] == [-2.5, 1.0, 0.0, 1.0]


def test_python_moves_what_the_page_shows(show):
    explorer = lstmlab.GateExplorer()
    shown = show(explorer)
    explorer.set("o", bias=-6.0, weight_x=0.5, weight_h=-1)
    shown.receive(params=explorer.params)
    assert (
        shown.page.get_by_role("slider", name="output gate, bias").get_attribute("aria-valuetext") == "−6.00"
    )
    explorer.x = [0.0, 1.0, 0.0]
    shown.receive(x=explorer.x, step=explorer.step)
    shown.settled()
    assert shown.page.get_by_role("slider", name="time step").get_attribute("max") == "2"
    explorer.reset()
    assert explorer.params["bias"] == [-2.5, 1.0, 0.0, 1.0]


def test_an_input_is_drawn_with_the_pointer_or_with_keys(show):
    explorer = lstmlab.GateExplorer()
    shown = show(explorer)
    shown.settled()
    box = shown.page.locator(".lw-chart").bounding_box()
    shown.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 14)
    shown.page.mouse.down()
    shown.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 8, steps=8)
    shown.page.mouse.up()
    explorer.x = shown.sent()["x"]
    assert sum(abs(row[0]) > 0.3 for row in explorer.x) >= 4 and explorer.step == 4
    shown.page.get_by_role("slider", name="time step").press("Home")
    shown.page.get_by_role("slider", name="input x at this step").press("End")
    shown.settled()
    assert shown.sent()["x"][0] == [1] and shown.sent()["step"] == 0
    assert "The input at step 0 is now 1.00" in shown.page.get_by_role("status").inner_text()
    shown.page.get_by_label("input", exact=True).select_option("always on")
    assert all(row == [1] for row in shown.sent()["x"])


def test_play_walks_through_time_and_says_where_it_stopped(show):
    shown = show(lstmlab.GateExplorer(inputs=[0.0, 1.0, 0.0, 0.5]))
    shown.page.get_by_role("slider", name="time step").press("Home")
    shown.page.get_by_role("button", name="play through time").click()
    shown.page.get_by_role("button", name="pause").wait_for()
    shown.page.get_by_role("button", name="play through time").wait_for()
    assert shown.sent()["step"] == 3


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"steps": 3}, "a whole number from 10 to 200"),
        ({"steps": 40.0}, "a whole number from 10 to 200"),
        ({"forget_bias": 9}, "numbers from -6 to 6"),
        ({"forget_bias": "high"}, "numbers from -6 to 6"),
        ({"inputs": "three pulses"}, "two pulses, one pulse, up and down, always on"),
        ({"inputs": ["a", "b"]}, "pass a list such as [0, 1, 0, 0]"),
        ({"inputs": [[0.0, 1.0]]}, "a flat list of 2 to 200 numbers"),
        ({"lstm": torch.nn.LSTM(2, 3)}, "pass GateExplorer(lstm, x), or neither"),
        ({"lstm": torch.nn.GRU(2, 3), "x": torch.zeros(5, 2)}, "pass an nn.LSTM and its input"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 3)}, "(time, input) with input = 2"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "layer": 1}, "pass a layer up to 0"),
        (
            {"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "reverse": True},
            "for a bidirectional one only",
        ),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "sample": 1}, "pass 0 to 0"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "unit": 3}, "unit=3; pass 0 to 2"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "sample": 0.5}, "pass 0 to 0"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "layer": 0.0}, "pass a layer up to 0"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(1, 2)}, "2 to 1000 steps"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(0, 2)}, "no axis empty"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.full((5, 2), torch.nan)}, "x holds nan or inf; pass"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2, dtype=torch.complex64)}, "of real numbers"),
        ({"lstm": torch.nn.LSTM(2, 3, device="meta"), "x": torch.zeros(5, 2)}, "weights are loaded"),
        ({"lstm": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "forget_bias": 3.0}, "set('f', bias=3.0)"),
        ({"lstm": torch.nn.LSTM(9, 300), "x": torch.zeros(5, 9)}, "at most 200000 weights"),
    ],
)
def test_bad_arguments_of_the_gate_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises(Exception, match=re.escape(say)) as caught:
        lstmlab.GateExplorer(**arguments)
    assert type(caught.value).__name__ in ("ValueError", "TypeError", "TraitError")


def test_bad_values_from_python_are_refused_with_what_to_pass():
    explorer = lstmlab.GateExplorer()
    for name, value, say in [
        ("params", {"bias": [1.0]}, r"set\('f', bias=3.0\)"),
        ("params", {**explorer.params, "bias": [1e308] * 4}, r"pass lists of numbers in the shapes"),
        ("x", [[1.0, 2.0], [1.0, 2.0]], "2 to 1000 steps of 1 number"),
        ("x", [0.0, float("nan")], "some are nan or inf; pass 2 to 1000 steps"),
        ("step", 40, "pass 0 to 39"),
    ]:
        with pytest.raises(Exception, match=say):
            setattr(explorer, name, value)
    for gate, columns in (("c", {"bias": 1.0}), ("f", {"weight": 1.0}), ("f", {"bias": 7.0})):
        with pytest.raises(ValueError, match=r"set\('f', bias=3.0\)"):
            explorer.set(gate, **columns)


@pytest.mark.parametrize("wrong", [torch.nan, torch.inf, -torch.inf])
@pytest.mark.parametrize("name", ["weight_ih_l1_reverse", "bias_hh_l0"])
def test_a_layer_that_has_diverged_is_refused_by_the_name_of_the_weight(wrong, name):
    lstm = torch.nn.LSTM(2, 3, num_layers=2, bidirectional=True)
    with torch.no_grad():
        lstm.get_parameter(name).view(-1)[0] = wrong
    with pytest.raises(ValueError, match=f"{name} holds nan or inf.*pass a layer with finite weights"):
        lstmlab.GateExplorer(lstm, torch.zeros(5, 2))


class _Named(torch.nn.LSTM):
    """Made in a way of its own, as those in students' models are."""

    def __init__(self) -> None:
        super().__init__(2, 3, num_layers=2, bidirectional=True)


def _pruned() -> torch.nn.LSTM:
    lstm = torch.nn.LSTM(2, 3)
    prune.l1_unstructured(lstm, "weight_hh_l0", 0.5)
    return lstm


LAYERS = {
    "a subclass": _Named,
    "pruned": _pruned,
    "with weight_norm": lambda: torch.nn.utils.parametrizations.weight_norm(
        torch.nn.LSTM(2, 3), "weight_hh_l0"
    ),
    "half": lambda: torch.nn.LSTM(2, 3).half(),
    "bfloat16": lambda: torch.nn.LSTM(2, 3, batch_first=True).bfloat16(),
    "without bias": lambda: torch.nn.LSTM(2, 3, bias=False),
    "huge": lambda: _scaled(torch.nn.LSTM(2, 3), 1e6),
}


def _positive(layer):
    with torch.no_grad():
        for weight in layer.parameters():
            weight.abs_()
    return layer


def _scaled(layer, factor: float):
    with torch.no_grad():
        for weight in layer.parameters():
            weight.mul_(factor)
    return layer


@pytest.mark.parametrize("kind", LAYERS)
def test_layers_of_any_make_are_shown_as_they_compute(show, kind):
    torch.manual_seed(0)
    lstm, x = LAYERS[kind](), torch.randn(7, 2)
    with torch.no_grad():
        wanted = lstm(x.to(lstm.weight_ih_l0.dtype))[0]
    explorer = lstmlab.GateExplorer(lstm, x, layer=lstm.num_layers - 1)
    got = show(explorer).call("lstm", explorer.params, explorer.x)["h"]
    loose = lstm.weight_ih_l0.dtype in (torch.half, torch.bfloat16)
    assert _largest(got, wanted[:, :3]) < (0.03 if loose else 1e-6)


# -- the gradient explorer -----------------------------------------------------------------------------------


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
        assert _largest(values, curve) < 1e-12 * max(1.0, curve.max().item())


def test_the_gradient_explorer_starts_with_the_layers_of_the_lessons_table():
    torch.manual_seed(2)
    layer = longrange.set_biases(torch.nn.LSTM(8, 32), forget=3.0).double()
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
    assert f"At lag 100 the LSTM has {_power(ratio)} of its gradient at lag 1" in _status(shown)
    shown.page.get_by_role("slider", name="read at lag").press("Home")
    shown.settled()
    assert "At lag 1, relative to lag 1: LSTM 1, RNN 1" in _status(shown)


def test_clipping_is_torchs_and_changes_no_ratio(show):
    widget = widgets.GradientExplorer(5.0, clip=0.01)
    gradient = torch.nn.Parameter(torch.zeros(widget.length + 1))
    gradient.grad = widget.lags.lstm.clone().float()
    torch.nn.utils.clip_grad_norm_([gradient], 0.01)
    factor = 0.01 / widget.lags.lstm.norm().item()
    torch.testing.assert_close(gradient.grad, (factor * widget.lags.lstm).float(), atol=0, rtol=1e-3)
    shown = show(widget)
    assert f"by {_power(factor)}: all lags alike" in _status(shown)
    shown.receive(clip=0)
    shown.settled()
    assert "lipping" not in _status(shown) and "clipped" not in shown.page.locator(".lw-lags").text_content()


def _status(shown) -> str:
    return shown.page.get_by_role("status").inner_text()


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
        ({"forget_bias": 9.0}, "forget_bias=9.0; pass a number from -2 to 8"),
        ({"scale": -1.0}, "from 0 to 6"),
        ({"length": 5}, "from 10 to 200"),
        ({"lag": 101}, "pass 1 to 100"),
        ({"clip": -1.0}, "from 0 to 10000"),
        ({"seed": 1.5}, "seed=1.5; pass a whole number"),
        ({"steps": 5}, "no argument steps; pass seed or one of forget_bias"),
    ],
)
def test_bad_arguments_of_the_gradient_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises((traitlets.TraitError, TypeError), match=re.escape(say)):
        widgets.GradientExplorer(**arguments)


# -- the shape explorer --------------------------------------------------------------------------------------


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
    assert "output (4, 2, 6), h_n (4, 2, 3), c_n (4, 2, 3); 504 parameters" in _status(shown)
    assert "nn.LSTM(5, 3, num_layers=2, bidirectional=True)" in shown.page.locator(".lw-code").inner_text()
    assert "h_n (4, 2, 3)" in shown.page.locator("figcaption").nth(2).inner_text()
    for name, value in shown.sent().items():
        setattr(widget, name, value)
    assert widget.shapes["h_n"] == (4, 2, 3) and widget.layer.bidirectional
    widget.input_size = 7  # from Python too, x follows while it fits
    assert widget.features == 7 and widgets.ShapeExplorer(7, features=5).features == 5
    shown.receive(features=7)
    shown.settled()
    assert "RuntimeError: input.size(-1) must be equal to input_size. Expected 5, got 7" in _status(shown)
    assert shown.page.locator("figure").count() == 1


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"hidden_size": 17}, "hidden_size=17; pass a number from 1 to 16"),
        ({"num_layers": 0}, "pass a number from 1 to 4"),
        ({"layers": 2}, "no argument layers; pass some of input_size"),
        ({"batch_first": "yes"}, "batch_first"),
    ],
)
def test_bad_arguments_of_the_shape_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises((traitlets.TraitError, TypeError), match=re.escape(say)):
        widgets.ShapeExplorer(**arguments)


# -- the packing explorer ------------------------------------------------------------------------------------


def test_packing_in_the_browser_is_torchs(show):
    shown = show(widgets.PackingExplorer())
    draw = random.Random(0)
    for _ in range(60):
        lengths = [draw.randint(1, 12) for _ in range(draw.randint(1, 6))]
        got, packed = shown.call("pack", lengths), widgets.PackingExplorer(lengths).packed
        assert got["data"] == packed.data.tolist()
        assert got["batch_sizes"] == packed.batch_sizes.tolist()
        assert got["sorted_indices"] == packed.sorted_indices.tolist()
        assert got["unsorted_indices"] == packed.unsorted_indices.tolist()


def test_the_packed_row_on_the_page_is_torchs_and_a_length_is_dragged(show):
    widget = widgets.PackingExplorer([2, 5, 3])
    shown = show(widget)

    def packed_on_page() -> list[str]:
        return shown.page.locator(".lw-packed .lw-cell1").all_inner_texts()

    def packed_by_torch() -> list[str]:
        return [f"{'abcdef'[row]}{step}" for row, step in widget.packed.data.tolist()]

    assert packed_on_page() == packed_by_torch()
    cells = shown.page.locator(".lw-padded [data-row='0']")
    end, target = cells.nth(1).bounding_box(), cells.nth(3).bounding_box()
    shown.page.mouse.move(end["x"] + 10, end["y"] + 10)
    shown.page.mouse.down()
    shown.page.mouse.move(target["x"] + 10, target["y"] + 10, steps=6)
    shown.page.mouse.up()
    shown.settled()
    widget.lengths = shown.sent()["lengths"]
    assert widget.lengths == [4, 5, 3] and packed_on_page() == packed_by_torch()
    assert "Packed: 12 rows, batch_sizes 3 3 3 2 1" in _status(shown)


def test_a_click_on_a_cell_says_what_its_state_has_read_and_what_out_minus_one_would(show):
    shown = show(widgets.PackingExplorer([2, 5, 3]))
    shown.page.locator(".lw-padded [data-row='2']").nth(4).click()
    shown.settled()
    assert shown.sent()["row"] == 2 and shown.sent()["step"] == 4 and shown.sent()["lengths"] == [2, 5, 3]
    assert "has read 3 steps of c and then 2 zeros: packed, there is no such state" in _status(shown)
    assert (
        "out[:, -1] would read sequence c 2 zeros too late; h_n of the packed batch is the state after c2"
        in _status(shown)
    )
    assert shown.page.locator(".lw-padded .lw-read").count() == 5
    assert shown.page.locator(".lw-packed .lw-read").count() == 3
    shown.page.get_by_role("button", name="Add a sequence").click()
    shown.page.get_by_role("button", name="Remove the last").click()
    assert shown.sent()["lengths"] == [2, 5, 3]
    shown.receive(lengths=[1, 1], row=0, step=0)
    shown.settled()
    assert "Padded: 2 × 1 = 2 cells, 0 of them padding" in _status(shown)


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"lengths": []}, "pass 1 to 6 whole numbers from 1 to 12"),
        ({"lengths": [1, 13]}, "pass 1 to 6 whole numbers"),
        ({"lengths": [2.0]}, "pass 1 to 6 whole numbers"),
        ({"lengths": [True, 2]}, "pass 1 to 6 whole numbers"),
        ({"lengths": 3}, "lengths=3; pass 1 to 6 whole numbers"),
        ({"row": 3}, "row=3; pass 0 to 2"),
        ({"step": 5}, "step=5; pass 0 to 4"),
    ],
)
def test_bad_arguments_of_the_packing_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises(traitlets.TraitError, match=re.escape(say)):
        widgets.PackingExplorer(**arguments)


# -- the stack explorer --------------------------------------------------------------------------------------


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
    assert "h of layer 0, backward, after step 0, is returned as h_n[1]. It has read all of x" in _status(
        shown
    )
    assert shown.page.locator(".lw-slice .on").count() == 4
    for name in ("layer", "backward", "step"):
        setattr(widget, name, shown.sent()[name])
    assert widget.slices == ("h_n[1]",)
    shown.page.get_by_label("direction", exact=True).select_option("forward")
    shown.page.get_by_role("slider", name="step", exact=True).press("ArrowRight")
    shown.settled()
    assert "is not returned" in _status(shown) and "It has read x[0] to x[1]." in _status(shown)
    shown.page.get_by_label("dropout, in training").check()
    shown.settled()
    assert shown.page.locator(".lw-stack .drop").count() == 5 and "nothing along time" in _status(shown)
    shown.receive(num_layers=3, layer=2, step=4)
    shown.settled()
    assert "returned as output[4, :, 0:4] and h_n[4]" in _status(shown)


def test_two_on_one_page_share_no_name_though_each_has_its_own_copy_of_the_module(show):
    widget = widgets.StackExplorer()
    page = show(widget).page
    page.evaluate(
        """async module => {
          const url = URL.createObjectURL(new Blob([module], {type: 'text/javascript'}));
          const el = document.body.appendChild(document.createElement('div'));
          await (await import(url)).default.render({model: window.model, el});
        }""",
        widget._esm,
    )
    found = page.locator("[id]").evaluate_all("nodes => nodes.map(node => node.id)")
    assert len(found) == len(set(found)) == 4


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"num_layers": 4}, "from 1 to 3"),
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


# -- the state stepper ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-6), (torch.float64, 1e-12)])
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_states_in_the_browser_are_those_of_torch(show, dtype, tolerance, nonlinearity):
    shown = show(widgets.StateStepper())
    for seed, (size, hidden, steps) in enumerate([(1, 1, 2), (3, 5, 60), (12, 12, 30)]):
        torch.manual_seed(seed)
        layer = torch.nn.RNN(size, hidden, nonlinearity=nonlinearity, dtype=dtype)
        x = torch.randn(steps, 1, size, dtype=dtype)
        stepper = widgets.StateStepper(layer, x)
        got = shown.call("rnn", stepper.params, stepper.x, nonlinearity == "relu")
        scale = max(1.0, layer(x)[0].abs().max().item())
        assert _largest(got, layer(x)[0][:, 0].detach()) < tolerance * scale
        assert _largest(got, stepper.states) < 1e-12 * scale


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
        assert f"makes h = {_fixed(stepper.states[step, 2])} of it" in _status(shown)


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
    assert f"makes h = {_fixed(stepper.states[4, 0])} of it" in _status(shown)
    stepper.set("h", bias=1.5)
    assert stepper.params["bias"][0] == 1.5
    shown.page.get_by_role("button", name="Reset").click()
    assert shown.sent()["params"] == stepper._start


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"rnn": torch.nn.RNN(2, 3)}, "pass StateStepper(rnn, x), or neither"),
        ({"rnn": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2)}, "got a LSTM; pass an nn.RNN"),
        ({"rnn": torch.nn.RNN(2, 13), "x": torch.zeros(5, 2)}, "pass at most 12, 12 and 60"),
        ({"rnn": torch.nn.RNN(2, 3), "x": torch.zeros(5, 3)}, "(time, input) with input = 2"),
        ({"unit": 3}, "unit=3; pass 0 to 2"),
        ({"feature": 2}, "feature=2; pass 0 to 1"),
        (
            {"rnn": _scaled(torch.nn.RNN(2, 3, nonlinearity="relu"), 1e30), "x": torch.ones(60, 2)},
            "the states overflow",
        ),
    ],
)
def test_bad_arguments_of_the_state_stepper_get_told_what_to_pass(arguments, say):
    with pytest.raises((traitlets.TraitError, TypeError, ValueError), match=re.escape(say)):
        widgets.StateStepper(**arguments)
