"""Known mistakes are named by what they return first, and observed in full only where that fits: the same names."""

import io
import random
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from autograder.auditing.exercise_source import read_source
from autograder.checking.examine import _generator
from autograder.checking.found import FindingKind
from autograder.checking.judging import naming
from autograder.checking.judging.judge import judge
from autograder.checking.judging.rehearse import rehearsal
from autograder.checking.language import Case, ModuleRecipe, ParameterRecipe
from autograder.checking.observing.observe import observe
from autograder.checking.registry import find, names
from autograder.checking.stock.answers import answers_to, function_in
from autograder.checking.watch import own
from autograder.checks import examine

ROOT = Path(__file__).parents[2]
CASE = Case({"x": torch.ones(3), "layer": ModuleRecipe("Linear", {"in_features": 3, "out_features": 1}, {
    "weight": torch.ones(1, 3), "bias": torch.zeros(1)}), "items": [torch.ones(2), 1]}, pull=7)  # fmt: skip


def asked(name):
    """Up to two properties of an exercise that know an oracle, those with gradients first."""
    props = [p for p in find(name).properties if not p.look and not p.verdict]
    return sorted(props, key=lambda p: "gradients" not in p.watch)[:2]


@pytest.mark.parametrize("name", [name for name in names() if asked(name)])
def test_what_a_mistake_returns_in_rehearsal_is_what_it_returns_when_it_is_watched(name):
    exercise, tried = find(name), 0
    for prop in asked(name):
        case = replace(prop.draw(_generator(3, prop.title)), gradients="gradients" in prop.watch)
        with rehearsal(case) as rehearse:
            for variant in (v for mistake in exercise.mistakes for v in mistake.variants):
                returned, wrong = rehearse(variant), own(prop, variant, case)
                if returned is None:
                    continue
                tried += 1
                if (
                    returned.fault or wrong.fault
                ):  # that of a wrong gradient shows only where gradients are pulled
                    assert wrong.fault and (returned.fault or case.gradients)
                else:
                    assert not judge(exercise, replace(prop, watch=()), case, returned, wrong)
    assert tried


def spoil_numbers(x, layer, items):
    items[0].zero_()
    return x.mul_(2).sum().item()


def spoil_parameters(x, layer, items):
    layer.weight.data.zero_()
    return 0.0


def swap_parameters(x, layer, items):
    layer.weight = nn.Parameter(torch.zeros(1, 3))
    return 0.0


def leave_gradients(x, layer, items):
    layer(x).sum().backward()
    return 0.0


def set_the_mode(x, layer, items):
    layer.eval()
    return 0.0


def move_settings(x, layer, items):
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    torch.manual_seed(1)
    random.seed(1)
    print("loud")
    return 0.0


def give_up(x, layer, items):
    layer.weight.data.zero_()
    raise ValueError


def everything(x, layer, items):
    """All that a call can see of its arguments and its surroundings."""
    seen = [x.sum().item(), layer(x).item(), layer.training, items[0].sum().item(), layer.weight.grad is None]
    return [
        *seen,
        torch.rand(()).item(),
        random.random(),
        torch.is_grad_enabled(),
        str(torch.get_default_dtype()),
    ]


@pytest.mark.parametrize(
    "before",
    [spoil_numbers, spoil_parameters, swap_parameters, leave_gradients, set_the_mode, move_settings, give_up],
)
@pytest.mark.parametrize("no_grad", [False, True])
def test_a_mistake_that_changes_what_it_was_given_does_so_to_nobody_else(before, no_grad):
    case = replace(CASE, no_grad=no_grad)
    state = torch.get_rng_state(), random.getstate(), torch.is_grad_enabled(), torch.get_default_dtype()
    with redirect_stdout(io.StringIO()) as said, rehearsal(case) as rehearse:
        alone = rehearse(everything).value
        rehearse(before)
        after = rehearse(everything).value
    assert alone == after == observe(everything, case).value
    assert said.getvalue() == ""
    now = torch.get_rng_state(), random.getstate(), torch.is_grad_enabled(), torch.get_default_dtype()
    assert torch.equal(state[0], now[0]) and state[1:] == now[1:]


def test_gradients_that_were_there_are_given_anew_to_each_mistake():
    recipe = replace(CASE.args["layer"], grads={"weight": torch.ones(1, 3)})
    parameter = ParameterRecipe(torch.ones(2), torch.ones(2))

    def add(layer, parameters):
        grads = layer.weight.grad, parameters[0].grad
        return [grad.add_(1).sum().item() for grad in grads]

    with rehearsal(Case({"layer": recipe, "parameters": [parameter]})) as rehearse:
        assert [rehearse(add).value for _ in range(3)] == [[6.0, 4.0]] * 3


def test_where_the_value_cannot_be_had_alone_nothing_is_said_of_it():
    several, strange = replace(CASE, repeats=2), Case({"mapping": {"x": torch.ones(2)}})
    for case in (several, strange, replace(CASE, far=True), replace(CASE, other_device=True)):
        with rehearsal(case) as rehearse:
            assert rehearse(everything) is None


def test_mistakes_with_other_numbers_are_never_observed_in_full(monkeypatch):
    watched = []
    monkeypatch.setattr(
        naming, "own", lambda prop, variant, case: watched.append(variant) or own(prop, variant, case)
    )

    def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
        return h + 0.5, c - 0.5

    report = examine(find("lstm_cell"), lstm_cell, seed=1)
    # That it changes nothing, and would work on a GPU, holds of numbers that nobody knows too.
    assert report.share < 0.25 and not report.mistakes and watched == []

    def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
        f, i, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, 1)
        new = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * new.tanh(), new

    report = examine(find("lstm_cell"), lstm_cell, seed=1)
    assert [m.name for m in report.mistakes] == ["i and f were exchanged"] and len(watched) < 2 * len(
        report.outcomes
    )


@pytest.mark.parametrize("title", ['"never below 0"', '"a label drawn for each step"'])
def test_where_results_are_coarse_nothing_is_named_that_agrees_on_one_case_by_chance(title):
    source = next(each.source for each in answers_to("selectivity").wrong if each.title == title)
    function = function_in(source, "selectivity", "<answer>")
    alone = replace(find("selectivity"), agreeing=0)
    by_chance = [bool(examine(alone, function, seed=seed).mistakes) for seed in range(3)]
    named = [bool(examine(find("selectivity"), function, seed=seed).mistakes) for seed in range(3)]
    assert any(by_chance) and not any(named)


ONE_BIAS = """
def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + h @ W_hh.T + b_ih)
"""


def test_a_known_mistake_that_is_small_in_low_precision_is_not_called_another_there():
    function = function_in(f"import torch\n{ONE_BIAS}", "rnn_cell", "<answer>")
    hidden = tuple(
        p for p in read_source(ROOT, "rnn_cell").properties() if "larger" in p.title or "bfloat16" in p.title
    )
    assert len(hidden) == 2
    for seed in range(12):
        report = examine(find("rnn_cell"), function, hidden, seed, hidden=True)
        assert [mistake.name for mistake in report.mistakes] == ["one of the two biases was left out"], seed


def test_a_tensor_on_the_wrong_device_is_no_known_mistake_and_none_is_looked_for(monkeypatch):
    monkeypatch.setattr(naming, "rehearsal", None)  # which nothing may call

    def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
        i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, 1)
        new = f.sigmoid() * c + i.sigmoid() * g.tanh() + torch.zeros(h.shape, dtype=h.dtype)
        return o.sigmoid() * new.tanh(), new

    report = examine(find("lstm_cell"), lstm_cell, seed=1)
    assert [o.finding.kind for o in report.outcomes if o.finding] == [FindingKind.DEVICE]
