"""The unit explorer: states, odds and what is written are torch's, with a clamp too; keys do what a mouse does."""

import re

import pytest
import torch
import traitlets
from torch import nn
from widget_page import largest

from lstmlab import widgets
from lstmlab.characters.model import CharacterModel, standard_library_model
from lstmlab.characters.source import ANNOTATIONS, HELD_OUT, annotate, known, module
from lstmlab.inside import correlations
from lstmlab.widgets.units import CLAMPS, EVERY, FROM_HERE, LONGEST, NOTHING, SELECTION, UnitExplorer

pytestmark = pytest.mark.browser

# Runs a model over the explorer's text: states by name, odds and losses at each step, and what is written after one.
RUN = """([packed, draws, text, clamp, step, temperature]) => {
  const network = new exports.Network(packed), codes = network.codes(network.known(text));
  const reading = new exports.Reading(network, codes.length).read(codes, clamp ?? undefined);
  const states = Object.fromEntries(Object.entries(reading.states).map(([name, all]) => [name, Array.from(all)]));
  return {states, nats: reading.nats, odds: Array.from(network.odds(reading.states, step)),
    writes: network.writes(reading.states, step, temperature, draws, clamp ?? undefined)};
}"""


def _ran(shown, explorer: UnitExplorer) -> dict:
    first = explorer.step if explorer.clamp == FROM_HERE else 0
    clamp = {"name": explorer.shown, "unit": explorer.unit, "to": explorer.to, "from": first}
    held = None if explorer.clamp == NOTHING else clamp
    asked = [explorer._model, explorer._draws, explorer.passage, held, explorer.step, explorer.temperature]
    return shown.page.evaluate(RUN, asked)


class Embedded(nn.Module):
    """A model of a reader's own: another order of parts, an embedding, no biases."""

    def __init__(self, letters: str, units: int) -> None:
        super().__init__()
        self.out = nn.Linear(units, len(letters), bias=False)
        self.rnn = nn.LSTM(5, units, bias=False, batch_first=True)
        self.rows = nn.Embedding(len(letters), 5)
        self.letters = letters


def _models() -> dict[str, tuple[nn.Module, str]]:
    torch.manual_seed(0)
    text = module("shlex")[1500:1800]
    return {
        "shipped": (standard_library_model(), text),
        "fresh": (CharacterModel(units=7), text),
        "own": (Embedded("abc d\n", 9), "abba cad\n" * 9),
    }


@pytest.mark.parametrize("name", ["shipped", "fresh", "own"])
@pytest.mark.parametrize("kind", CLAMPS)
def test_states_odds_losses_and_what_is_written_in_the_browser_are_those_of_torch(show, name, kind):
    model, text = _models()[name]
    shown = show(widgets.UnitExplorer())
    for k, clamped in enumerate("chifgo" if kind != NOTHING else "c"):
        explorer = widgets.UnitExplorer(
            model, text, unit=k, shown=clamped, clamp=kind, to=0.3 * k, step=11 + k, temperature=0.6 * (k % 2)
        )
        got, run = _ran(shown, explorer), explorer.run
        for value in "ifgoch":
            assert largest(got["states"][value], run[value].flatten()) < 1e-5
        odds = torch.tensor([explorer.odds[letter] for letter in explorer._parts.letters])
        assert largest(got["odds"], odds) < 1e-5
        assert abs(got["nats"] - explorer.nats) < 1e-5
        assert got["writes"] == explorer.writes()
    shown.page.close()


def test_without_a_clamp_python_says_what_the_module_itself_says():
    model = standard_library_model()
    explorer = widgets.UnitExplorer(step=200)
    codes = explorer._codes()
    with torch.no_grad():
        logits, _ = model(codes[:, None])
    odds = logits[200, 0].softmax(0)
    assert largest([explorer.odds[letter] for letter in model.letters], odds) < 1e-5
    assert abs(explorer.nats - model.nats(codes)) < 1e-5
    said = ""
    for _ in range(12):  # the likeliest letter each time, by the module
        with torch.no_grad():
            logits, _ = model(torch.cat([codes[:201], _codes_of(model, said)])[:, None])
        said += model.letters[logits[-1, 0].argmax()]
    assert explorer.writes(12) == said


def _codes_of(model: CharacterModel, text: str) -> torch.Tensor:
    return torch.tensor([model.letters.index(letter) for letter in text], dtype=torch.long)


def test_one_more_letter_costs_one_step_and_a_clamp_from_a_letter_on_nothing_before_it(show):
    shown = show(widgets.UnitExplorer())
    steps = shown.page.evaluate(
        """([packed, text]) => {
          const network = new exports.Network(packed), codes = network.codes(network.known(text));
          const reading = new exports.Reading(network, 2000), counts = [];
          const step = network.step.bind(network);
          let count = 0;
          network.step = (...all) => { count++; return step(...all); };
          const read = (codes, clamp) => { count = 0; reading.read(codes, clamp); counts.push(count); };
          read(codes.slice(0, 300)); read(codes.slice(0, 301)); read(codes.slice(0, 200));
          read(codes.slice(0, 200), {name: 'c', unit: 1, to: 2, from: 150});
          read(codes.slice(0, 200), {name: 'c', unit: 1, to: 2, from: 190});
          read(codes.slice(0, 200));
          const again = new exports.Reading(network, 2000).read(codes.slice(0, 200));
          return [counts, reading.nats === again.nats];
        }""",
        [widgets.UnitExplorer()._model, widgets.UnitExplorer().passage],
    )
    assert steps == [[300, 1, 0, 50, 50, 10], True]


@pytest.mark.parametrize("name", HELD_OUT)
def test_what_stands_where_in_a_module_is_in_the_browser_what_pythons_tokenizer_says(show, name):
    shown = show(widgets.UnitExplorer())
    text = module(name)
    got = shown.call("annotate", list(text))
    wanted = annotate(text)
    for mark in ANNOTATIONS:
        assert largest(got[mark], wanted[mark]) == 0, mark
    assert all(wanted[mark].max() > 0 for mark in ("column", "indentation", "string", "brackets"))
    shown.page.close()


@pytest.mark.parametrize("text", ["f(')", "x = '''a\nb", ")))", "'\\", "# '\n'a'", "rb'x' brb'y'", "(" * 40])
def test_what_no_tokenizer_takes_is_marked_all_the_same(show, text):
    shown = show(widgets.UnitExplorer())
    got = shown.call("annotate", list(text))
    assert all(len(got[mark]) == len(text) and min(got[mark]) >= 0 for mark in ANNOTATIONS)
    shown.page.close()


def _buttons(shown) -> list[tuple[int, float]]:
    """The units found, with their r."""
    texts = shown.page.locator(".lw-found button").all_inner_texts()
    return [(int(text.split(":")[0]), float(text.split(":")[1].replace("−", "-"))) for text in texts]


def _best(explorer: UnitExplorer, marks: torch.Tensor) -> list[tuple[int, float]]:
    run = explorer._run(NOTHING)
    r = correlations(run[explorer.shown][:, 0], marks)
    return [(unit, round(r[unit].item(), 2)) for unit in r.abs().argsort(descending=True)[:5].tolist()]


def test_a_unit_is_found_by_what_it_follows_and_chosen_by_its_button(show):
    explorer = widgets.UnitExplorer()
    shown = show(explorer)
    for kind in ANNOTATIONS:
        shown.page.get_by_role("combobox", name="units that follow").select_option(kind)
        shown.settled()
        wanted = _best(explorer, annotate(explorer.passage)[kind])
        assert [unit for unit, _ in _buttons(shown)] == [unit for unit, _ in wanted]
        assert largest([r for _, r in _buttons(shown)], torch.tensor([r for _, r in wanted])) < 0.011
    shown.page.locator(".lw-found button").nth(2).press("Enter")
    assert shown.sent()["unit"] == wanted[2][0] and shown.sent()["find"] == ANNOTATIONS[-1]
    assert shown.page.get_by_role("combobox", name="unit", exact=True).input_value() == str(wanted[2][0])
    assert shown.faults == []


def _letter(shown, number: int):
    return shown.page.locator(f"[data-letter='{number}']").first


def test_letters_are_pointed_at_clicked_and_selected_by_mouse(show):
    explorer = widgets.UnitExplorer()
    shown = show(explorer)
    _letter(shown, 30).hover()
    shown.settled()
    at_30 = widgets.UnitExplorer(step=30)
    _, share = next(iter(at_30.odds.items()))
    assert f"{round(100 * share)} %" in shown.page.locator(".lw-share").first.inner_text()
    assert shown.sent() == {}, "to point at a letter chooses none"
    _letter(shown, 40).click()
    assert shown.sent()["step"] == 40
    _letter(shown, 9).hover()
    shown.page.mouse.down()
    _letter(shown, 20).hover()
    shown.page.mouse.up()
    shown.settled()
    assert shown.sent()["span"] == [9, 21] and shown.sent()["find"] == SELECTION
    within = torch.zeros(len(explorer.passage))
    within[9:21] = 1
    assert [unit for unit, _ in _buttons(shown)] == [unit for unit, _ in _best(explorer, within)]
    assert shown.page.locator(".taken").count() == 12
    assert shown.faults == []


def test_the_same_is_done_by_keys_alone(show):
    explorer = widgets.UnitExplorer(step=8)
    shown = show(explorer)
    text = shown.page.get_by_role("group", name="text; arrow keys choose a letter")
    text.focus()
    press = shown.page.keyboard.press
    press("ArrowRight")
    assert shown.sent()["step"] == 9
    for _ in range(11):
        press("Shift+ArrowRight")
    assert shown.sent()["span"] == [9, 21] and shown.sent()["step"] == 20
    press("ArrowDown")  # the letter below, which begins no selection
    below = explorer.passage.index("\n") + 1 + 20
    assert shown.sent()["step"] == below and shown.sent()["span"] == [9, 21]
    press("ArrowUp")
    press("Shift+ArrowLeft")
    assert shown.sent()["span"] == [19, 21]
    press("End")
    assert shown.sent()["step"] == len(explorer.passage) - 1
    press("Home")
    assert shown.sent()["step"] == 0
    shown.page.get_by_role("combobox", name="beside it").select_option("5")
    assert shown.sent()["beside"] == 5
    shown.settled()  # it is drawn in the next frame
    assert shown.page.get_by_role("group", name="text, by the second unit").is_visible()
    shown.page.get_by_role("button", name="Reset").press("Enter")
    assert shown.sent()["step"] == 8 and shown.sent()["span"] == [0, 0]
    assert shown.faults == []


def test_a_clamp_moves_odds_text_and_loss_and_all_are_pythons(show):
    explorer = widgets.UnitExplorer()
    shown = show(explorer)
    slider = shown.page.get_by_role("slider", name="clamp to")
    for _ in range(30):
        slider.press("ArrowLeft")
    shown.settled()
    sent = shown.sent()
    assert sent["clamp"] == EVERY and sent["to"] == pytest.approx(-1.5)
    held = widgets.UnitExplorer(clamp=EVERY, to=sent["to"])
    said = re.search(r"Loss over the text: ([\d.]+) nats for each letter, ([\d.]+) with", shown.status())
    assert float(said[1]) == pytest.approx(explorer.nats, abs=0.006)
    assert float(said[2]) == pytest.approx(held.nats, abs=0.006) and held.nats > explorer.nats
    writes = shown.page.locator(".lw-written code").all_text_contents()
    assert writes == [explorer.writes(), held.writes()] and writes[0] != writes[1]
    shown.page.get_by_role("combobox", name="clamp it at").select_option(NOTHING)
    shown.settled()
    assert shown.page.locator(".lw-written code").count() == 1 and "clamp" not in shown.status()
    assert shown.faults == []


def test_own_text_is_read_as_it_is_typed_and_python_hears_of_it_at_the_end(show):
    shown = show(widgets.UnitExplorer())
    field = shown.page.get_by_role("textbox", name="your own text")
    field.fill("")
    field.type("print(ünits[0]")
    shown.settled()
    typed = widgets.UnitExplorer(text="print(ünits[0]", step=13)
    letters = shown.page.locator(".lw-letters").first.locator("span").all_inner_texts()
    assert "".join(letters) == "print(?nits[0]" and known("ü") == "?"
    assert shown.page.locator(".lw-number").first.inner_text() == "13 of 13", "after what was typed last"
    letter, _ = next(iter(typed.odds.items()))
    assert shown.page.locator(".lw-odds b").first.inner_text() == letter
    assert "passage" not in shown.sent()
    field.blur()
    assert shown.sent()["passage"] == "print(ünits[0]" and shown.sent()["step"] == 13
    field.fill("")
    shown.settled()
    assert shown.faults == []


def test_a_text_that_python_sets_is_shown_with_step_and_span_inside(show):
    explorer = widgets.UnitExplorer(step=500, span=[400, 520])
    explorer.passage = "x = 1\r\n\ty"
    assert explorer.passage == "x = 1\n    y" and explorer.step == 10 and explorer.span == [11, 11]
    shown = show(widgets.UnitExplorer(step=500))
    shown.receive(passage="x = 1\n")
    shown.settled()
    assert shown.page.locator("[data-letter]").count() == 6
    assert shown.page.locator(".lw-number").first.inner_text() == "5 of 5"
    assert shown.faults == []


@pytest.mark.parametrize(
    "make, error, say",
    [
        (lambda: UnitExplorer(nn.LSTM(3, 3)), ValueError, "LSTM has 0 of nn.Linear; pass a model with one nn.LSTM"),
        (lambda: UnitExplorer(3), TypeError, "got a int; pass an nn.Module"),
        (lambda: UnitExplorer(nn.Sequential(nn.LSTM(2, 4), nn.Linear(4, 2))), TypeError, "which letters?"),
        (
            lambda: UnitExplorer(nn.Sequential(nn.LSTM(2, 4, 2), nn.Linear(4, 2)), letters="ab"),
            ValueError,
            "pass one layer in one direction",
        ),
        (
            lambda: UnitExplorer(nn.Sequential(nn.LSTM(2, 4), nn.Linear(4, 3)), letters="ab"),
            ValueError,
            "it should be nn.Linear(4, 2)",
        ),
        (
            lambda: UnitExplorer(nn.Sequential(nn.LSTM(3, 4), nn.Linear(4, 2)), letters="ab"),
            ValueError,
            "pass one with input_size=2",
        ),
        (
            lambda: UnitExplorer(nn.Sequential(nn.LSTM(2, 300), nn.Linear(300, 2)), letters="ab"),
            ValueError,
            "300 units and 2 letters; pass at most 256 of each",
        ),
        (lambda: UnitExplorer(text=""), traitlets.TraitError, f"0 letters; pass 1 to {LONGEST}"),
        (lambda: UnitExplorer(text="a" * 2001), traitlets.TraitError, "2001 letters; pass 1 to 2000"),
        (lambda: UnitExplorer(unit=96), traitlets.TraitError, "unit=96; pass 0 to 95"),
        (lambda: UnitExplorer(beside=-2), traitlets.TraitError, "beside=-2; pass -1 to 95"),
        (lambda: UnitExplorer(shown="x"), traitlets.TraitError, "shown='x'; pass one of 'c', 'h'"),
        (lambda: UnitExplorer(clamp="all"), traitlets.TraitError, "clamp='all'; pass one of 'nothing'"),
        (lambda: UnitExplorer(to=float("nan")), traitlets.TraitError, "to=nan; pass -100 to 100"),
        (lambda: UnitExplorer(span=[3, 1]), traitlets.TraitError, "pass [start, stop] with 0 <= start"),
        (lambda: UnitExplorer(passage="a"), TypeError, "no argument passage; pass some of unit"),
    ],
)  # fmt: skip
def test_what_cannot_be_explored_is_told_what_to_pass(make, error, say):
    with pytest.raises(error, match=re.escape(say)):
        make()


def test_a_model_of_ones_own_stays_as_it_is_and_the_seed_too():
    torch.manual_seed(5)
    model = Embedded("ab", 4)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.random.get_rng_state()
    widgets.UnitExplorer(model, "abba").picture()
    assert torch.equal(state, torch.random.get_rng_state())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(parameter.requires_grad for parameter in model.parameters())
