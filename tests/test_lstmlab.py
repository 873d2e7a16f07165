"""What lessons stand on: gate values equal to torch's, figures that say what they show, a fair quiz."""

import itertools
import math
import re
from importlib.resources import files

import matplotlib.pyplot as plt
import pytest
import torch
from torch import nn

import lstmlab
from lstmlab import bank, plots, quiz, style, tasks
from lstmlab.display import WIDGET_VIEW
from lstmlab.gates import GATES, Knobs, half_life

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
    with pytest.raises(TypeError, match=r"got a GRU; pass a torch\.nn\.LSTM"):
        lstmlab.trace_gates(nn.GRU(3, 4), torch.zeros(5, 2, 3))
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
    lstm = lstmlab.story_lstm(Knobs(weight_h=(1.0, 2.0, 3.0, 4.0)), forget_bias=2)
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
    assert page.startswith("<figure") and "data:image/png;base64," in page and "max-width:100%" in page


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
    assert lstmlab.draw_cell(trace, 4).png == lstmlab.draw_cell(trace, 4).png


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
@pytest.mark.parametrize("page", ["#15181c", "#1d2126"])  # paper and panel of base.css
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


# -- the quiz ----------------------------------------------------------------------------------------------

BANKS = [
    path.name.removesuffix(".toml")
    for path in (files("lstmlab") / "data").iterdir()
    if path.name[0].isdigit()
]


@pytest.fixture
def gates_quiz(monkeypatch):
    """The quiz of lesson 3, nothing answered yet."""
    monkeypatch.setattr(quiz, "_kept", {})
    return lstmlab.Quiz("03_gates")


@pytest.mark.parametrize("name", BANKS)
def test_a_bank_has_every_kind_and_level_and_reasons_for_every_option(name):
    items = bank.load_bank(name)
    levels = [question.level for question in items.questions.values()]
    assert levels.count("") >= 3 and all(level in levels for level in bank.LEVELS)
    assert len(items.cards) >= 5 and items.prompts
    for question in items.questions.values():
        assert all(reason[-1] == "." for reason in question.reasons)
        assert not question.level or question.mistakes
    assert len({q.answer for q in items.questions.values()}) > 1, "the same letter is always right"


def test_a_prediction_is_kept_and_compared_and_gives_nothing_away_before(gates_quiz):
    asked = gates_quiz.predict("leak")
    asked.commit.click()
    assert "Choose an option first" in asked._status.value and gates_quiz.answers == {}
    asked.options.value = "B"
    asked.commit.click()
    assert "Kept: B" in asked._status.value
    for shown in (asked.text(), asked.html(), asked._status.value):
        assert "power of 20" not in shown and "Answer" not in shown
    assert (
        gates_quiz.reveal("leak")
        .text()
        .endswith(
            "You said B (0.45). Not so. That would take a forget gate of 0.96. "
            "The answer is C (0.12). Twenty multiplications by 0.9 leave 0.9 to the power of 20."
        )
    )
    assert lstmlab.Quiz("03_gates").predict("leak").options.value == "B", "a cell that runs again keeps it"


def test_an_answer_waits_for_a_reader_who_has_not_committed(gates_quiz):
    asked, shown = gates_quiz.predict("reads"), gates_quiz.reveal("reads")
    assert "not committed yet" in shown._status.value and "All four read x" not in shown._status.value
    asked.options.value = "D"
    asked.commit.click()
    shown.show.click()
    assert "You said D (none). Right." in shown._status.value


def test_a_wrong_option_says_why_it_is_wrong_and_does_not_tell_the_right_one(gates_quiz):
    item = gates_quiz.choice("rows")
    item.check.click()
    assert "Choose an option first" in item.feedback
    item.options.value = "B"
    item.check.click()
    assert "Not this one." in item.feedback and "four blocks, not three" in item.feedback
    assert "80" not in item.feedback
    item.options.value = "C"
    item.check.click()
    assert "Right." in item.feedback


def test_hint_and_solution_appear_on_request_only(gates_quiz):
    item = gates_quiz.choice("rows")
    assert item._more.value == ""
    item.hint.click()
    assert "Count the blocks" in item._more.value and "80 rows" not in item._more.value
    item.solution.click()
    assert "80 rows" in item._more.value and "forgetting the candidate" in item._more.value


def test_cards_come_again_until_they_are_known(gates_quiz):
    deck = gates_quiz.cards()
    total = deck.left
    assert deck.knew.disabled, "nobody knows a card that was not turned"
    deck.turn.click()
    assert "f * c + i * g" in deck._face.value
    deck.again.click()
    assert deck.left == total
    for _ in range(total):
        deck.turn.click()
        deck.knew.click()
    assert deck.left == 0 and "last card" in deck._face.value
    deck.turn.click()
    assert deck.left == total


def test_an_explanation_is_written_before_it_is_compared(gates_quiz):
    item = gates_quiz.explain("carry")
    item.compare.click()
    assert "Write your explanation first" in item._status.value and item._list.layout.display == "none"
    item.answer.value = "The forget gate stays near one."
    item.compare.click()
    item.boxes[0].value = True
    assert "1 of 4 concepts" in item._status.value and item._list.layout.display != "none"


def test_the_summary_counts_and_names_what_to_look_at_again(gates_quiz):
    assert gates_quiz.summary().text() == (
        "Predictions: 0 of 0 answered, 0 right.\nQuiz: 0 of 0 answered, 0 right."
    ), "a bank holds more than a lesson asks"
    for key, question in gates_quiz.bank.questions.items():
        (gates_quiz.choice if question.level else gates_quiz.predict)(key)
    assert gates_quiz.summary().text() == (
        "Predictions: 0 of 4 answered, 0 right.\nQuiz: 0 of 6 answered, 0 right."
    )
    gates_quiz.answers.update({"leak": "C", "reads": "A", "rows": "C"})
    assert gates_quiz.summary().text() == (
        "Predictions: 2 of 4 answered, 1 right. Look again at: reads.\nQuiz: 1 of 6 answered, 1 right."
    )


def test_every_item_reads_as_plain_text_and_static_html_with_its_answers_folded(gates_quiz):
    choice = gates_quiz.choice("keep")
    assert "A. nothing" in choice.text() and "Answer: B." in choice.text() and "Hint:" in choice.text()
    assert choice.html().index("<details>") < choice.html().index("Answer: B")
    widgets = [choice, gates_quiz.predict("leak"), gates_quiz.reveal("leak"), gates_quiz.cards(),
               gates_quiz.explain("carry"), gates_quiz.summary()]  # fmt: skip
    for widget in widgets:
        bundle = widget._repr_mimebundle_()
        assert repr(widget) == bundle["text/plain"] == widget.text()
        assert not re.search(r"0x[0-9a-f]+|object at", bundle["text/plain"]) and WIDGET_VIEW in bundle
        assert bundle["text/html"].count("<details>") == bundle["text/html"].count("</details>")


def test_a_key_that_is_not_there_lists_those_that_are(gates_quiz):
    for ask in (gates_quiz.predict, gates_quiz.reveal):
        with pytest.raises(KeyError, match="leak, reads, counter, default"):
            ask("rows")
    with pytest.raises(KeyError, match="new content, keep"):
        gates_quiz.choice("leak")
    with pytest.raises(KeyError, match="carry"):
        gates_quiz.explain("carries")
    with pytest.raises(ValueError, match=r"lstmlab/data/99_none\.toml is missing"):
        lstmlab.Quiz("99_none")


GOOD = {"key": "k", "text": "?", "options": [["a", "Yes."], ["b", "No."]], "answer": "A"}


@pytest.mark.parametrize(
    "kind, change, say",
    [
        ("predict", {"answer": "C"}, "answer 'C'; give one of A, B"),
        ("predict", {"answer": ""}, "answer ''"),
        ("predict", {"options": [["a", "Yes."]]}, "2 to 6 options"),
        ("predict", {"options": [["a", "Yes."], ["b", ""]]}, "why it is right or wrong"),
        ("predict", {"options": [["a", "Yes."], ["a", "No."]]}, "read the same"),
        ("choice", {"level": "trivial", "hint": "h", "solution": "s"}, "easy, medium, hard"),
        ("choice", {"level": "easy", "solution": "s"}, "a hint and a solution"),
    ],
)
def test_an_item_that_cannot_be_answered_is_refused_by_name(kind, change, say):
    assert bank.parse_bank("good", {"predict": [GOOD]}).questions["k"].answer == "A"
    with pytest.raises(ValueError, match=f"^bad.toml, {kind} 'k': .*{re.escape(say)}"):
        bank.parse_bank("bad", {kind: [{**GOOD, **change}]})


def test_two_questions_cannot_share_a_key():
    with pytest.raises(ValueError, match="two questions with the key 'k'"):
        bank.parse_bank("bad", {"predict": [GOOD, GOOD]})


def test_the_package_offers_at_most_ten_names():
    assert len(lstmlab.__all__) <= 10 and all(hasattr(lstmlab, name) for name in lstmlab.__all__)
