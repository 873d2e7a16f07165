"""What lessons stand on: gate values equal to torch's, figures that say what they show."""

import itertools
import math
import re

import matplotlib.pyplot as plt
import pytest
import torch
from torch import nn

import lstmlab
from lstmlab.draw import gate_strips as plots
from lstmlab.draw import style
from lstmlab.gates import GATES, CellWeights, half_life
from lstmlab.tasks import first_sign as tasks

DTYPES = [(torch.float32, 2e-6), (torch.float64, 1e-14)]


# -- gates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype, tolerance", DTYPES)
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("batch_first, bias", [*itertools.product([False, True], repeat=2)])
def test_a_trace_has_the_states_of_nn_lstm(dtype, tolerance, seed, batch_first, bias):
    torch.manual_seed(seed)
    lstm = nn.LSTM(3, 5, batch_first=batch_first, bias=bias, dtype=dtype)
    x = torch.randn(7, 4, 3, dtype=dtype)
    batch = 7 if batch_first else 4
    state = torch.randn(1, batch, 5, dtype=dtype), torch.randn(1, batch, 5, dtype=dtype)
    output, (h_n, c_n) = lstm(x, state)
    trace = lstmlab.trace_gates(lstm, x, state)
    torch.testing.assert_close(
        trace.h.transpose(0, 1) if batch_first else trace.h, output, atol=tolerance, rtol=0
    )
    torch.testing.assert_close(trace.c[-1:], c_n, atol=tolerance, rtol=0)
    torch.testing.assert_close(trace.h[-1:], h_n, atol=tolerance, rtol=0)


@pytest.mark.parametrize("dtype, tolerance", DTYPES)
@pytest.mark.parametrize("time, batch, hidden", [(1, 1, 1), (6, 1, 4), (6, 3, 1), (9, 4, 4)])
def test_a_trace_follows_nn_lstm_cell_step_by_step(dtype, tolerance, time, batch, hidden):
    torch.manual_seed(time)
    lstm = nn.LSTM(4, hidden, dtype=dtype)
    cell = nn.LSTMCell(4, hidden, dtype=dtype)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in lstm.state_dict().items()})
    x = torch.randn(time, batch, 4, dtype=dtype)
    trace = lstmlab.trace_gates(lstm, x)
    h = c = torch.zeros(batch, hidden, dtype=dtype)
    for t in range(time):
        h_before, c_before = h, c
        h, c = cell(x[t], (h, c))
        torch.testing.assert_close(trace.h[t], h, atol=tolerance, rtol=0)
        torch.testing.assert_close(trace.c[t], c, atol=tolerance, rtol=0)
        z = x[t] @ cell.weight_ih.T + cell.bias_ih + h_before @ cell.weight_hh.T + cell.bias_hh
        for name, block in zip(GATES, z.chunk(4, dim=1), strict=True):
            value = block.tanh() if name == "g" else block.sigmoid()
            torch.testing.assert_close(getattr(trace, name)[t], value, atol=tolerance, rtol=0)
        torch.testing.assert_close(c, trace.f[t] * c_before + trace.i[t] * trace.g[t], atol=tolerance, rtol=0)


def test_gradients_through_a_trace_are_those_of_nn_lstm():
    lstm = nn.LSTM(3, 4, dtype=torch.float64)
    x = torch.randn(6, 2, 3, dtype=torch.float64)
    wanted = torch.autograd.grad(lstm(x)[0].sum(), list(lstm.parameters()))
    got = torch.autograd.grad(lstmlab.trace_gates(lstm, x).h.sum(), list(lstm.parameters()))
    torch.testing.assert_close(got, wanted)


def test_tracing_and_story_lstm_leave_the_layer_the_input_and_the_random_state_alone():
    lstm, x = nn.LSTM(3, 4), torch.randn(5, 2, 3)
    before, x_before = {k: v.clone() for k, v in lstm.state_dict().items()}, x.clone()
    random = torch.get_rng_state()
    lstmlab.trace_gates(lstm, x)
    lstmlab.story_lstm()
    tasks.recall_accuracy(lambda layer: None, seed=0, steps=3, updates=1)
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.equal(x, x_before) and all(torch.equal(v, before[k]) for k, v in lstm.state_dict().items())


@pytest.mark.parametrize(
    "lstm, x, say",
    [
        (nn.LSTM(3, 4, num_layers=2), torch.zeros(5, 2, 3), "num_layers=2"),
        (nn.LSTM(3, 4, bidirectional=True), torch.zeros(5, 2, 3), "bidirectional=True"),
        (nn.LSTM(3, 4, proj_size=2), torch.zeros(5, 2, 3), "proj_size=2"),
        (nn.LSTM(3, 4), torch.zeros(5, 3), "(time, batch, input)"),
        (nn.LSTM(3, 4, batch_first=True), torch.zeros(5, 2, 4), "(batch, time, input)"),
        (nn.LSTM(3, 4), torch.zeros(0, 2, 3), "no axis empty"),
        (nn.LSTM(3, 4), torch.zeros(5, 2, 3, dtype=torch.float64), "x.to(torch.float32)"),
    ],
)
def test_what_cannot_be_traced_is_refused_with_what_to_pass(lstm, x, say):
    with pytest.raises(ValueError, match=re.escape(say)):
        lstmlab.trace_gates(lstm, x)


def test_a_wrong_layer_or_a_wrong_state_is_named():
    with pytest.raises(TypeError, match=r"got a Linear; pass an nn\.LSTM, nn\.GRU or nn\.RNN"):
        lstmlab.trace_gates(nn.Linear(3, 4), torch.zeros(5, 2, 3))
    state = torch.zeros(1, 2, 4), torch.zeros(2, 4)
    with pytest.raises(ValueError, match=r"c_0 has shape \(2, 4\); pass .* \(1, 2, 4\)"):
        lstmlab.trace_gates(nn.LSTM(3, 4), torch.zeros(5, 2, 3), state)


def test_a_half_life_is_what_a_cell_does():
    for forget in (0.1, 0.5, 0.9, 0.999):
        assert forget ** half_life(forget) == pytest.approx(0.5)
    assert half_life(0.5) == 1 and half_life(0.0) == 0 and half_life(1.0) == math.inf
    with pytest.raises(ValueError, match="sigmoid"):
        half_life(3.0)


def test_the_story_is_told_by_its_knobs():
    lstm = lstmlab.story_lstm(CellWeights(weight_h=(1.0, 2.0, 3.0, 4.0)), forget_bias=2)
    assert lstm.bias_ih_l0.tolist() == [-2.5, 2.0, 0.0, 1.0]
    assert lstm.weight_hh_l0.flatten().tolist() == [1, 2, 3, 4]
    assert lstm.weight_ih_l0.flatten().tolist() == [5, 0, 2, 0]


def test_pulses_outside_of_the_input_are_refused():
    assert lstmlab.pulses(5, {2: -1.0}).flatten().tolist() == [0, 0, -1, 0, 0]
    with pytest.raises(ValueError, match="pass steps=8 or more"):
        lstmlab.pulses(5, {7: 1.0})


def test_recall_needs_a_state_that_exists():
    with pytest.raises(ValueError, match="'h' or 'c'"):
        tasks.recall_accuracy(lambda layer: None, seed=0, read="x")


# -- figures -----------------------------------------------------------------------------------------------


def test_a_picture_carries_its_alt_text_as_html_and_as_text():
    fig, axes = plt.subplots()
    axes.plot([1, 2])
    shown = lstmlab.picture(fig, 'A line rises from 1 to 2, "slowly" & surely.')
    assert not plt.fignum_exists(fig.number)
    assert repr(shown) == 'A line rises from 1 to 2, "slowly" & surely.'
    page = shown._repr_html_()
    assert 'alt="A line rises from 1 to 2, &quot;slowly&quot; &amp; surely."' in page
    assert page.startswith("<figure") and page.count("data:image/svg+xml;base64,") == 2
    assert "max-width:100%" in page


def test_a_picture_without_a_real_alt_text_is_refused():
    fig, _ = plt.subplots()
    with pytest.raises(ValueError, match="too short"):
        lstmlab.picture(fig, "plot of c")
    plt.close(fig)


def test_alt_texts_of_the_strips_are_written_from_the_numbers():
    trace = lstmlab.trace_gates(lstmlab.story_lstm(), lstmlab.pulses(40))
    text = repr(lstmlab.plot_gates(trace, cursor=4))
    assert "1 at step 4 and 0.7 at step 25" in text
    for name in "ifgoch":
        assert f"{name} {trace.unit(name)[4]:.2f}" in text
    assert "half-life of 2.2 steps" in text
    slow = lstmlab.trace_gates(lstmlab.story_lstm(forget_bias=3), torch.zeros(5, 1, 1, dtype=torch.float64))
    assert "is zero throughout" in plots.describe(slow, 0) and "14.3 steps" in plots.describe(slow, 0)


def test_the_diagram_says_in_words_what_its_wires_carry():
    lstm, x = nn.LSTM(1, 3), torch.randn(6, 2, 1)
    trace = lstmlab.trace_gates(lstm, x, (torch.randn(1, 2, 3), torch.randn(1, 2, 3)))
    for step in (0, 5):
        text = repr(lstmlab.draw_cell(trace, step, unit=2))
        before = trace.c_0[0, 2] if step == 0 else trace.c[step - 1, 0, 2]
        assert f"old cell state {before.item():.2f}" in text
        assert f"new cell state {trace.c[step, 0, 2].item():.2f}" in text
        assert f"hidden state {trace.h[step, 0, 2].item():.2f}." in text


def test_a_step_that_is_not_there_is_refused():
    trace = lstmlab.trace_gates(lstmlab.story_lstm(), lstmlab.pulses(10))
    with pytest.raises(IndexError, match="pass 0 to 9"):
        lstmlab.draw_cell(trace, 10)
    with pytest.raises(IndexError, match="a cursor up to 9 and a unit up to 0"):
        lstmlab.plot_gates(trace, unit=1)


def test_figures_are_the_same_bytes_each_time():
    trace = lstmlab.trace_gates(lstmlab.story_lstm(), lstmlab.pulses(20))
    assert lstmlab.draw_cell(trace, 4).svg == lstmlab.draw_cell(trace, 4).svg


def test_a_figure_names_only_what_it_refers_to_and_says_what_is_seen_alone():
    svg = lstmlab.draw_cell(lstmlab.trace_gates(lstmlab.story_lstm(), lstmlab.pulses(20)), 4).svg.decode()
    drawn = lstmlab.plot_gates(lstmlab.trace_gates(lstmlab.story_lstm(), lstmlab.pulses(20))).svg.decode()
    for each in (svg, drawn):
        named = re.findall(r' id="([^"]*)"', each)
        assert set(named) == set(re.findall(r'(?:url\(#|href="#)([^)"]+)', each))
    assert len(re.findall(r' id="n\d+"', drawn)) > 10, "clips and letters are referred to"
    assert "<metadata>" not in drawn and not re.search(r' d="[^"]*\.\d{3}', drawn)


def _luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", "xifgoch")
@pytest.mark.parametrize("paper", [style.PAPER, style.PANEL])
def test_each_colour_has_contrast_enough_for_text_on_the_figures_paper(name, paper):
    light, dark = _luminance(paper), _luminance(lstmlab.COLOURS[name])
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("name", "xifgoch")
@pytest.mark.parametrize("page", style.DARK_PAGE[:2], ids=["paper", "panel"])
def test_each_colour_has_contrast_enough_for_text_on_a_dark_page(name, page):
    assert (_luminance(style.DARK_COLOURS[name]) + 0.05) / (_luminance(page) + 0.05) >= 4.5


def _seen_by(colour: str, missing: str) -> tuple[float, ...]:
    """The colour for an eye that lacks one kind of cones, in CIELAB; Viénot, Brettel and Mollon 1999."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = torch.tensor([v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in channels])
    seen = torch.tensor(CONES[missing]) @ linear
    xyz = torch.tensor(TO_XYZ) @ seen.clamp(0, 1) / torch.tensor([0.9505, 1.0, 1.089])
    f = torch.where(xyz > 0.008856, xyz ** (1 / 3), 7.787 * xyz + 16 / 116)
    return tuple((torch.tensor([[0.0, 116, 0], [500, -500, 0], [0, 200, -200]]) @ f).tolist())


CONES = {
    "red": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "green": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


@pytest.mark.parametrize("missing", CONES)
@pytest.mark.parametrize("colours", [style.COLOURS, style.DARK_COLOURS], ids=["light", "dark"])
def test_gates_and_states_stay_apart_for_colour_blind_eyes(colours, missing):
    """A difference of 10 in CIELAB is seen at a glance."""
    for one, other in itertools.combinations("ifgoch", 2):
        assert math.dist(_seen_by(colours[one], missing), _seen_by(colours[other], missing)) > 10, (
            one,
            other,
        )


def test_the_package_offers_a_dozen_names_at_most():
    assert len(lstmlab.__all__) <= 12 and all(hasattr(lstmlab, name) for name in lstmlab.__all__)
