"""The gate explorer on each kind of cell: nn.LSTM, nn.GRU, nn.RNN with tanh and with ReLU, all from one description."""

import itertools
import re

import pytest
import torch
from legible import illegible
from test_widgets_legible import CLASHES
from torch import nn
from widget_page import largest, scaled

import lstmlab
from lstmlab.cells import CELLS
from lstmlab.inside import Lens

pytestmark = pytest.mark.browser
kinds = pytest.mark.parametrize("mode", CELLS)


def explored(mode: str, **options) -> tuple[nn.RNNBase, torch.Tensor, lstmlab.GateExplorer]:
    torch.manual_seed(5)
    layer, x = CELLS[mode].make(2, 3, dtype=torch.float64), torch.randn(20, 1, 2, dtype=torch.float64)
    return layer, x, lstmlab.GateExplorer(layer, x, **options)


@kinds
def test_in_the_browser_and_in_python_it_computes_what_torch_does(show, mode):
    shown = show(explored(mode)[2])
    sizes = [(1, 1, 2), (3, 5, 30), (4, 16, 60)]
    for (size, hidden, steps), bias in itertools.product(sizes, (True, False)):
        torch.manual_seed(hidden)
        layer = CELLS[mode].make(size, hidden, bias=bias, dtype=torch.float64)
        x = torch.randn(steps, 1, size, dtype=torch.float64)
        explorer, run = lstmlab.GateExplorer(layer, x), Lens(layer).run(x)
        got = shown.call("run", mode, explorer.params, explorer.x)
        assert "".join(got) == CELLS[mode].names
        for name in got:
            assert largest(got[name], run[name][:, 0].detach()) < 1e-12
            assert largest(explorer.trace.values[name].tolist(), run[name].detach()) < 1e-12
        assert largest(got["h"], layer(x)[0][:, 0].detach()) < 1e-12
    shown.page.close()


@pytest.mark.parametrize("mode", ["GRU", "RNN_RELU"])
@pytest.mark.parametrize("layer, reverse", [(0, True), (1, True)])
def test_any_layer_and_direction_is_shown_on_the_page_in_the_order_of_time(show, mode, layer, reverse):
    torch.manual_seed(layer)
    whole = CELLS[mode].make(3, 4, num_layers=2, bidirectional=True, batch_first=True)
    x = torch.randn(2, 6, 3)
    explorer = lstmlab.GateExplorer(whole, x, layer=layer, reverse=reverse, sample=1, unit=2)
    run = Lens(whole).run(x)
    shown = show(explorer)
    for step in (0, 5):
        shown.receive(step=step)
        shown.settled()
        numbers = shown.page.locator(".lw-strips .lw-number").all_inner_texts()[1:]
        wanted = [run.get(name, layer, reverse)[step, 1, 2].item() for name in CELLS[mode].names]
        assert [float(text.replace("−", "-")) for text in numbers] == pytest.approx(wanted, abs=0.006)
    assert shown.faults == []
    shown.page.close()


@kinds
def test_each_number_of_a_unit_has_a_slider_and_the_page_shows_what_torch_makes_of_it(show, mode):
    layer, x, explorer = explored(mode, unit=1, feature=1)
    shown, cell = show(explorer), CELLS[mode]
    weights = shown.page.locator(".lw-weights").get_by_role("slider")
    assert weights.count() == 3 * len(cell.blocks) + len(cell.apart)
    for slider in weights.all():
        for _ in range(8):
            slider.press("ArrowRight")
    shown.settled()
    start, sent = explorer._start, shown.sent()["params"]
    moved = [
        (name, row)
        for name, rows in start.items()
        for row, numbers in enumerate(rows)
        if numbers != sent[name][row]
    ]
    assert len(moved) == weights.count() and {row % 3 for _, row in moved} == {1}, "of unit 1 alone"
    biases = torch.tensor([sent["bias"], sent.get("bias_h", [0.0] * len(sent["bias"]))], dtype=torch.float64)
    matrices = (torch.tensor(sent[name], dtype=torch.float64) for name in ("weight_ih", "weight_hh"))
    layer.load_state_dict(dict(zip(layer.state_dict(), (*matrices, *biases), strict=True)))
    shown.receive(step=19)
    shown.settled()
    said = shown.page.locator(".lw-strips .lw-number").last.inner_text()
    assert float(said.replace("−", "-")) == pytest.approx(layer(x)[0][-1, 0, 1].item(), abs=0.006)
    explorer.params = sent
    assert largest(explorer.trace.h.tolist(), layer(x)[0].detach()) < 1e-12
    assert shown.faults == []
    shown.page.close()


@pytest.mark.parametrize("mode", ["GRU", "RNN_TANH"])
@pytest.mark.parametrize("width, dark", [(320, False), (540, True), (1280, False)])
def test_its_words_are_legible_and_none_lies_on_another(show, mode, width, dark):
    torch.manual_seed(2)
    explorer = lstmlab.GateExplorer(scaled(CELLS[mode].make(2, 4), 2.0), -torch.ones(30, 2), unit=3)
    shown = show(explorer, width, dark)
    shown.settled()
    assert shown.page.evaluate(CLASHES) == []
    assert width == 320 or illegible(shown.page)[1] == []  # a telephone makes letters of a drawing smaller
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.page.close()


def test_the_page_of_a_gru_says_what_it_keeps_reads_and_writes(show):
    layer, x, explorer = explored("GRU")
    shown, run = show(explorer), Lens(layer).run(x)
    bias = shown.page.get_by_role("slider", name="update gate, bias", exact=True)
    bias.press("End")
    shown.settled()
    assert re.match(
        r"Update gate, bias: 6.00 \(dotted: -?−?[\d.]+\). The update gate averages 1.00", shown.status()
    )
    assert "a memory halves in" in shown.status() and "c" not in re.findall(r"\|(\w)\|", shown.status())
    shown.page.get_by_role("button", name="Reset").press("Enter")
    shown.page.get_by_role("slider", name="time step").press("Home")
    for _ in range(4):
        shown.page.get_by_role("slider", name="time step").press("ArrowRight")
    shown.settled()
    r, z, n, h = (run[name][4, 0, 0].item() for name in "rznh")
    before = run["h"][3, 0, 0].item()
    numbers = [float(text.replace("−", "-")) for text in re.findall(r"−?\d+\.\d\d", shown.status())]
    assert numbers == pytest.approx([z, z * before, before, r, n, (1 - z) * n, h], abs=0.006)
    wires = shown.page.locator(".lw-cell .wire").evaluate_all(
        "all => all.map(node => parseFloat(node.style.strokeWidth))"
    )
    flows = [before, z * before, n, (1 - z) * n, h]
    assert wires == pytest.approx([1 + 21 * abs(flow) for flow in flows], abs=0.06)
    assert shown.page.locator(".lw-cell .jaw").count() == 7, "three gates and the candidate's gauge"
    assert "The candidate has two biases" in shown.page.locator(".lw-legend").inner_text()
    assert shown.faults == []
    shown.page.close()


@pytest.mark.parametrize("mode, squash", [("RNN_TANH", "tanh"), ("RNN_RELU", "ReLU")])
def test_the_page_of_an_rnn_speaks_of_no_gate_that_it_has_not(show, mode, squash):
    layer, x, explorer = explored(mode)
    shown, h = show(explorer), layer(x)[0][:, 0, 0]
    shown.page.get_by_role("slider", name="time step").press("Home")
    shown.page.get_by_role("slider", name="time step").press("ArrowRight")
    shown.settled()
    assert shown.status().startswith(f"Step 1: h was {h[0]:.2f} and is {h[1]:.2f}.".replace("-", "−"))
    words = shown.page.locator(".lw").inner_text() + shown.page.locator(".lw-cell").text_content()
    assert squash in words and not re.search(
        "forget|update gate|reset gate|jaws|candidate", words, re.IGNORECASE
    )
    assert shown.page.locator(".lw-weights .lw-number").count() == 3
    assert shown.faults == []
    shown.page.close()


@kinds
def test_without_a_front_end_its_strips_are_drawn_and_said_in_numbers(mode):
    layer, x, explorer = explored(mode, unit=2, feature=1)
    picture, names = explorer.picture(), CELLS[mode].names
    count = {6: "Seven", 4: "Five", 1: "Two"}[len(names)]
    assert picture.alt.startswith(f"{count} aligned strips over 20 steps.")
    assert picture.svg.decode().count("<circle") == 1 + len(names)
    for name in names:
        value = Lens(layer).run(x)[name][explorer.step, 0, 2].item()
        assert f" {name} {value:.2f}" in picture.alt
    assert repr(lstmlab.plot_gates(lstmlab.trace_gates(layer, x), unit=2)).startswith(count)


def test_numbers_that_a_cell_does_not_have_are_refused_with_those_that_it_has():
    _, _, gru = explored("GRU")
    gru.set("n", bias_h=2.0, bias=-1.0)
    assert gru.params["bias_h"] == [0.0] * 6 + [2.0, *gru._start["bias_h"][7:]]
    assert gru.params["bias"][6] == -1.0
    for explorer, block, column, say in (
        (gru, "z", "bias_h", "pass one of r, z, n and weight_x, weight_h, bias, bias_h"),
        (gru, "f", "bias", "set('z', bias=3.0)"),
        (explored("LSTM")[2], "g", "bias_h", "pass one of i, f, g, o and weight_x, weight_h, bias between"),
        (explored("RNN_TANH")[2], "f", "bias", "set('h', bias=3.0)"),
    ):
        with pytest.raises(ValueError, match=re.escape(say)):
            explorer.set(block, **{column: 1.0})
    with pytest.raises(ValueError, match=r"read explorer\.params"):
        _ = gru.weights
    with pytest.raises(ValueError, match="pass trace_gates"):
        lstmlab.draw_cell(gru.trace, 0)
    with pytest.raises(AttributeError, match=r"no 'c'; it has x, r, z, n, h, h_0"):
        _ = gru.trace.c


def test_states_without_bounds_that_overflow_are_refused():
    relu = scaled(nn.RNN(1, 2, nonlinearity="relu").double(), 1e9)
    with pytest.raises(Exception, match="under ReLU nothing holds them back; pass smaller weights"):
        lstmlab.GateExplorer(relu, torch.ones(200, 1))
