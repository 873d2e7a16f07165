"""The gate explorer: its numbers are torch's, any LSTM is shown, and what it is told and tells."""

import re

import pytest
import torch
from torch.nn.utils import prune
from widget_page import largest, scaled

import lstmlab

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-6), (torch.float64, 1e-12)])
def test_gates_in_the_browser_are_those_of_torch(show, dtype, tolerance):
    shown = show(lstmlab.GateExplorer())
    for seed, (size, hidden, steps) in enumerate([(1, 1, 2), (1, 4, 200), (3, 5, 30), (8, 16, 50)]):
        torch.manual_seed(seed)
        lstm, x = torch.nn.LSTM(size, hidden, dtype=dtype), torch.randn(steps, 1, size, dtype=dtype)
        explorer = lstmlab.GateExplorer(lstm, x)
        got = shown.call("run", "LSTM", explorer.params, explorer.x)
        trace = lstmlab.trace_gates(lstm, x)
        for name in "ifgoch":
            assert largest(got[name], getattr(trace, name)[:, 0].detach()) < tolerance


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


def test_every_strip_says_what_its_heights_mean_and_holds_its_curve(show):
    shown = show(lstmlab.GateExplorer())
    shown.settled()
    assert _ticks(shown) == [
        "1",
        "0",
        "−1",
        "1",
        "0",
        "1",
        "0",
        "1",
        "0",
        "−1",
        "1",
        "0",
        "1",
        "0",
        "1",
        "0",
        "−1",
    ]
    lstm = scaled(torch.nn.LSTM(2, 3), 3.0)
    explorer = lstmlab.GateExplorer(lstm, 40 * torch.randn(60, 2))
    shown = show(explorer)
    shown.settled()
    high, _, low = _ticks(shown)[-6:-3]
    end = float(high)
    assert low == f"−{high}" and end / 2 < explorer.trace.c.abs().max() <= end
    for key in "xifgoch":  # each curve lies on its own paper
        line, paper = (shown.page.locator(f".lw path.line.{key}"), shown.page.locator(".lw .paper"))
        box, strip = line.bounding_box(), paper.nth("xifgoch".index(key)).bounding_box()
        assert strip["y"] - 1 < box["y"] and box["y"] + box["height"] < strip["y"] + strip["height"] + 1


def _ticks(shown) -> list[str]:
    return [text for text in shown.page.locator(".lw-chart .tick").all_text_contents() if text]


@pytest.mark.parametrize("size", [1e-30, 0.0031, 0.7, 0.7000001, 1.0, 1.4, 99.0, 3e9, 8e99])
def test_the_end_of_an_axis_is_a_short_number_that_is_never_below_what_is_drawn(show, size):
    end = show(lstmlab.GateExplorer()).call("roundUp", size)
    assert size <= end and (end < 2 * size or end == 1) and len(f"{end:g}") <= 7


def test_the_thumb_of_the_step_is_below_the_cursor(show):
    shown = show(lstmlab.GateExplorer())
    for step in (0, 17, 39):
        shown.receive(step=step)
        shown.settled()
        box = shown.page.get_by_role("slider", name="time step").bounding_box()
        cursor = shown.page.locator(".lw-chart .cursor").bounding_box()
        thumb = box["x"] + 8 + (box["width"] - 16) * step / 39
        assert abs(thumb - cursor["x"] - cursor["width"] / 2) < 2


def test_a_slider_moved_by_keys_redraws_says_what_it_means_and_tells_python(show):
    explorer = lstmlab.GateExplorer(forget_bias=1.0)
    shown = show(explorer)
    bias = shown.page.get_by_role("slider", name="forget gate, bias")
    line = shown.page.locator(".lw path.line.c").get_attribute("d")
    for _ in range(40):
        bias.press("ArrowRight")
    shown.settled()
    assert shown.page.locator(".lw path.line.c").get_attribute("d") != line
    status = shown.status()
    assert status.startswith("Forget gate, bias: 3.00 (dotted: 1.00).")
    assert "a memory halves in 14.3 steps (dotted: 2.2 steps)" in status
    explorer.params = shown.sent()["params"]
    assert explorer.weights.bias == (-2.5, 3.0, 0.0, 1.0)
    shown.page.get_by_role("combobox", name="input").select_option("always on")
    explorer.x = shown.sent()["x"]
    shown.page.get_by_role("button", name="Reset").click()
    shown.settled()
    assert shown.sent()["params"]["bias"] == [-2.5, 1.0, 0.0, 1.0]
    assert shown.sent()["x"] == lstmlab.GateExplorer().x
    assert shown.page.get_by_role("combobox", name="input").input_value() == "two pulses"
    assert shown.status().startswith("Weights and input are where they started.")
    explorer.reset()
    assert explorer.x == lstmlab.GateExplorer().x and explorer.params == explorer._start


def test_it_opens_where_the_forget_gate_has_something_to_keep_and_its_bias_shows(show):
    """The first thing lesson 3 asks for is a higher forget bias: at the pulse itself the drawing would not move."""
    explorer = lstmlab.GateExplorer(forget_bias=1.0)
    before, after = (explorer.trace.c[explorer.step - 1 : explorer.step + 1, 0, 0].tolist(),
                     lstmlab.GateExplorer(forget_bias=3.0).trace.c[explorer.step, 0, 0].item())  # fmt: skip
    assert before[0] > 0.3 and after > 1.5 * before[1]
    shown = show(explorer)
    wires = shown.page.locator(".lw-cell .wire.c")
    wide = "all => all.map(node => parseFloat(node.style.strokeWidth))"
    old = wires.evaluate_all(wide)
    shown.page.get_by_role("slider", name="forget gate, bias").press("End")
    shown.settled()
    assert max(new - was for new, was in zip(wires.evaluate_all(wide), old, strict=True)) > 5
    backward = lstmlab.GateExplorer(
        torch.nn.LSTM(1, 1, bidirectional=True), torch.eye(9)[4:5].T, reverse=True
    )
    assert backward.step == 1 and lstmlab.GateExplorer(inputs=[0.0, 0.0, 1.0]).step == 2


def test_equally_thick_wires_carry_the_same_and_it_is_said_how_much_the_thickest_does(show):
    explorer = lstmlab.GateExplorer(forget_bias=6.0, inputs="always on")
    explorer.step = 39
    shown = show(explorer)
    shown.settled()
    c, h = (getattr(explorer.trace, name)[39, 0, 0].item() for name in "ch")
    widths = dict(zip(("before", "kept", "offer", "written", "c", "squashed", "h"),
                      shown.page.locator(".lw-cell .wire").evaluate_all(
                          "all => all.map(node => parseFloat(node.style.strokeWidth))"), strict=True))  # fmt: skip
    assert c > 30 and abs((widths["h"] - 1) / (widths["c"] - 1) - h / c) < 0.01
    assert (
        f"At its thickest a wire carries {c:.2f}, the largest |c|."
        in shown.page.locator(".lw-legend").inner_text()
    )


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
    assert sum(abs(row[0]) > 0.3 for row in explorer.x) >= 4 and explorer.step == 7
    shown.page.get_by_role("slider", name="time step").press("Home")
    shown.page.get_by_role("slider", name="input x at this step").press("End")
    shown.settled()
    assert shown.sent()["x"][0] == [1] and shown.sent()["step"] == 0
    assert "The input at step 0 is now 1.00" in shown.status()
    shown.page.get_by_label("input", exact=True).select_option("always on")
    assert all(row == [1] for row in shown.sent()["x"])


def test_a_quick_pointer_leaves_no_gap_and_another_button_draws_nothing(show):
    shown = show(lstmlab.GateExplorer())
    shown.settled()
    box = shown.page.locator(".lw-chart").bounding_box()
    at = [(box["x"] + box["width"] * share, box["y"] + 8) for share in (0.3, 0.8)]
    shown.page.mouse.move(*at[0])
    shown.page.mouse.down(button="right")
    shown.page.mouse.move(*at[1])
    shown.page.mouse.up(button="right")
    assert "x" not in shown.sent()
    shown.page.mouse.move(*at[0])
    shown.page.mouse.down()
    shown.page.mouse.move(*at[1])  # in one leap
    shown.page.mouse.up()
    high = [step for step, (value,) in enumerate(shown.sent()["x"]) if value > 0.85]
    assert len(high) > 15 and high[-1] == shown.sent()["step"]
    drawn = [step for step in high if step > 5]
    assert drawn == list(range(drawn[0], drawn[-1] + 1))


def test_a_sequence_of_one_step_is_shown(show):
    explorer = lstmlab.GateExplorer(torch.nn.LSTM(2, 3), torch.ones(1, 2))
    shown = show(explorer)
    shown.page.get_by_role("button", name="play through time").click()
    shown.page.get_by_role("button", name="play through time").wait_for()
    shown.settled()
    assert shown.page.get_by_role("slider", name="time step").get_attribute("max") == "0"
    assert shown.page.locator(".lw-strips .lw-number").last.inner_text() == _said(explorer.trace.h[0, 0, 0])
    assert explorer.picture().svg and shown.faults == []


def _said(value) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


@pytest.mark.parametrize("steps, every", [(40, 150), (200, 60), (3, 800)])
def test_play_takes_six_seconds_and_a_step_no_less_than_an_eye_needs(show, steps, every):
    shown = show(lstmlab.GateExplorer(inputs=[0.5] * steps))
    shown.page.evaluate(
        "{ const real = setInterval; window.setInterval = (act, ms) => real(act, window.every = ms) }"
    )
    shown.page.get_by_role("button", name="play through time").click()
    assert shown.page.evaluate("window.every") == every
    shown.page.get_by_role("button", name="pause").click()
    shown.page.close()


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
        ({"inputs": [0.0, float("nan")]}, "inputs holds nan or inf; pass finite numbers"),
        ({"module": torch.nn.LSTM(2, 3)}, "pass GateExplorer(module, x), or neither"),
        (
            {"module": torch.nn.Linear(2, 3), "x": torch.zeros(5, 2)},
            "pass an nn.LSTM, nn.GRU or nn.RNN and its",
        ),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 3)}, "(time, input) with input = 2"),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "layer": 1}, "pass a layer up to 0"),
        (
            {"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "reverse": True},
            "for a bidirectional one only",
        ),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "sample": 1}, "pass 0 to 0"),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "unit": 3}, "unit=3; pass 0 to 2"),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "sample": 0.5}, "pass 0 to 0"),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2, 2), "sample": True}, "pass 0 to 1"),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "layer": 0.0}, "pass a layer up to 0"),
        (
            {"module": torch.nn.LSTM(2, 3), "x": torch.zeros(1001, 2)},
            "at most 1000 steps, for example x[:200]",
        ),
        (
            {"module": torch.nn.LSTM(2, 3, proj_size=1), "x": torch.zeros(5, 2)},
            "pass a layer with proj_size=0",
        ),
        (
            {"module": torch.nn.LSTM(2, 3, bidirectional=True), "x": torch.zeros(5, 2), "reverse": "yes"},
            "reverse=yes",
        ),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(0, 2)}, "no axis empty"),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.full((5, 2), torch.nan)}, "x holds nan or inf; pass"),
        (
            {"module": torch.nn.LSTM(2, 3), "x": torch.full((5, 2), torch.nan).to(torch.float8_e5m2)},
            "x holds nan or inf",
        ),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2, dtype=torch.complex64)}, "of real numbers"),
        ({"module": torch.nn.LSTM(2, 3), "x": [[0.0, 1.0]]}, "x is a list; pass a tensor"),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2, device="meta")}, "x is on the meta device"),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2).to_sparse()}, "pass x.to_dense()"),
        (
            {"module": torch.nn.LSTM(2, 3), "x": torch.nn.utils.rnn.pack_sequence([torch.zeros(5, 2)])},
            "pad_packed_sequence(x)[0]",
        ),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "layer": False}, "pass a layer up to 0"),
        ({"weights": 3}, "weights is a int; pass CellWeights"),
        ({"module": torch.nn.LSTM(2, 3, device="meta"), "x": torch.zeros(5, 2)}, "weights are loaded"),
        ({"module": torch.nn.LSTM(2, 3), "x": torch.zeros(5, 2), "forget_bias": 3.0}, "set('f', bias=3.0)"),
        ({"module": torch.nn.LSTM(9, 300), "x": torch.zeros(5, 9)}, "at most 200000 weights"),
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
        ("x", [[1.0, 2.0], [1.0, 2.0]], "1 to 1000 steps of 1 number"),
        ("x", [0.0, float("nan")], "some are nan or inf; pass 1 to 1000 steps"),
        ("x", torch.zeros(3, device="meta"), "expected a list"),
        ("step", 40, "pass 0 to 39"),
    ]:
        with pytest.raises(Exception, match=say):
            setattr(explorer, name, value)
    wrong = ({"weight": 1.0}, {"bias": 7.0}, {"bias": "3"}, {"bias": [3.0]}, {"bias": float("nan")}, {})
    for gate, columns in (("c", {"bias": 1.0}), *(("f", columns) for columns in wrong)):
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
    "huge": lambda: scaled(torch.nn.LSTM(2, 3), 1e6),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_layers_of_any_make_are_shown_as_they_compute(show, kind):
    torch.manual_seed(0)
    lstm, x = LAYERS[kind](), torch.randn(7, 2)
    with torch.no_grad():
        wanted = lstm(x.to(lstm.weight_ih_l0.dtype))[0]
    explorer = lstmlab.GateExplorer(lstm, x, layer=lstm.num_layers - 1)
    got = show(explorer).call("run", "LSTM", explorer.params, explorer.x)["h"]
    loose = lstm.weight_ih_l0.dtype in (torch.half, torch.bfloat16)
    assert largest(got, wanted[:, :3]) < (0.03 if loose else 1e-6)
