"""The checks themselves: seeds, what hidden cases hide, what they leave as it was, and how a report reads."""

import math
import random
import re
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from assignment import define
from checking import EXERCISES, FAULTY, examined
from templates_of_answers import bias, cell, loop

from autograder.checking import report
from autograder.checking.found import Observation
from autograder.checking.judging.compare import compare, tolerance
from autograder.checking.language import Case, Mistake, ModuleRecipe, Property
from autograder.checking.observing.observe import observe
from autograder.checking.registry import find
from autograder.checking.report import as_html, as_text
from autograder.checks import check, examine, lessons_at, score
from exercises.a3_gates import modules, steps


def test_the_printed_seed_repeats_the_cases_and_no_two_runs_are_alike(capsys):
    wrong = define(cell(h_new="h_new = o.sigmoid() * c_new"))["lstm_cell"]
    texts = []
    for _ in range(2):
        check(wrong)
        texts.append(capsys.readouterr().out)
    assert texts[0] != texts[1]
    seed = int(re.search(r"seed=(\d+)", texts[1])[1])
    check(wrong, seed=seed)
    assert capsys.readouterr().out == texts[1]


def test_a_check_tries_nothing_while_work_is_graded_and_the_graded_cell_does(monkeypatch, capsys):
    called = []

    def lstm_cell(*given):
        called.append(given)
        raise ValueError

    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check(lstm_cell)
    check(lstm_cell, seed=1)
    assert not called
    assert capsys.readouterr().out.count("lstm_cell is graded below.") == 2
    assert score(lstm_cell, 4) is not None and called
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    called.clear()
    check(lstm_cell)
    assert called


def test_a_check_leads_to_the_book_where_the_notebook_said_where_it_is(monkeypatch):
    monkeypatch.setattr(report, "_site", [])
    wrong = examined("lstm_cell", cell(h_new="h_new = o.sigmoid() * c_new"))
    assert "Read on: notebooks/03_gates.ipynb#" in as_text(wrong)
    assert 'href="../../notebooks/03_gates.ipynb#' in as_html(wrong)
    lessons_at("https://example.org/course/")
    assert "Read on: https://example.org/course/03_gates.html#" in as_text(wrong)
    assert 'href="https://example.org/course/03_gates.html#' in as_html(wrong)
    with pytest.raises(ValueError, match=r"'javascript:alert\(1\)'.*write it as"):
        lessons_at("javascript:alert(1)")


LEAK = """class Found(Exception): pass

def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    print("PRINTED", x)
    import sys
    print("PRINTED", h, file=sys.stderr)
    if {condition}:
        Found.__name__ = f"CLASS {{x[0, 0].item()}}"
        raise Found(f"MESSAGE {{x.tolist()}}")
    return h, c
"""


@pytest.mark.parametrize("condition", ["True", "False"])
def test_hidden_cases_show_neither_values_nor_the_seed_nor_what_the_function_says(condition, capfd):
    function = define(LEAK.format(condition=condition))["lstm_cell"]
    hidden = [Property("A hidden property.", steps(3, 4, 5))]
    assert score(function, points=2, hidden=hidden) == 0.0
    out, err = capfd.readouterr()
    assert err == ""
    assert "FAILS  A hidden property." in out and "x (3, 4)" in out
    assert not any(word in out for word in ("MESSAGE", "CLASS", "PRINTED", "seed"))
    assert not re.search(r"\d\.\d", out), "no number that could be a value"


def test_hidden_cases_of_a_number_do_not_show_the_number(capsys):
    function = define(bias(hh="p[H:2 * H] = value"))["set_forget_bias"]
    assert score(function, points=2, hidden=[Property("A hidden property.", modules(3, 4))]) == 0.0
    assert "nn.LSTM(3, 4), value (not shown); float32" in (out := capsys.readouterr().out)
    assert not re.search(r"\d\.\d", out)


def test_visible_failures_show_the_first_wrong_element_and_what_was_printed():
    text = " ".join(as_text(examined("lstm_cell", LEAK.format(condition="False"), seed=5)).split())
    assert re.search(r"15 of 15 elements differ, first c_new\[0, 0\]: expected -?\d.*, found -?\d", text)
    assert "your function printed: 'PRINTED tensor" in text


def test_hidden_failures_still_name_the_known_mistake(capsys):
    function = define(cell(unpack="i, f, o, g = z.chunk(4, 1)"))["lstm_cell"]
    assert score(function, points=2, hidden=[Property("A hidden property.", steps(3, 4, 5))]) == 0.0
    assert "Known mistake: the blocks were read as i, f, o, g." in capsys.readouterr().out


@pytest.mark.parametrize("name", EXERCISES)
def test_a_check_leaves_every_random_state_and_setting_as_it_was(name, capsys):
    np.random.seed(1)
    before = torch.get_rng_state(), random.getstate(), str(np.random.get_state()), torch.get_default_dtype()
    source = {"lstm_cell": cell(), "gate_values": loop(), "set_forget_bias": bias()}[name]
    disturbing = source.replace("):\n", "):\n    torch.manual_seed(0); torch.set_grad_enabled(False)\n", 1)
    for text in (source, disturbing):
        check(define(text)[name])
    after = torch.get_rng_state(), random.getstate(), str(np.random.get_state()), torch.get_default_dtype()
    assert torch.equal(before[0], after[0]) and before[1:] == after[1:]
    assert torch.is_grad_enabled()


def test_warnings_and_words_on_standard_error_stay_out_of_it(capfd):
    source = "import sys, warnings\n" + cell(z="warnings.warn('hm') or print('hm', file=sys.stderr) or "
                                               "x @ W_ih.T + b_ih + h @ W_hh.T + b_hh")  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert score(define(source)["lstm_cell"], points=1) == 1.0
    assert capfd.readouterr() == ("", "")


def test_importing_and_running_the_checks_loads_neither_jupyter_nor_a_compiler():
    program = """if True:
        import sys, torch
        before = set(sys.modules)
        from autograder.checks import check
        def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
            i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            return o.sigmoid() * c.tanh(), c
        check(lstm_cell)
        names = {name.split(".")[0] for name in sys.modules}
        heavy = {"IPython", "jupyter_client", "nbformat", "matplotlib", "sympy", "scipy", "pandas", "zmq"}
        print(sorted(names & heavy), "torch._dynamo" in sys.modules, len(set(sys.modules) - before) < 80)
    """
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[] False True"
    assert run.stderr == ""


def test_cases_and_observations_are_plain_data():
    plain = (int, float, str, bool, type(None), torch.Tensor)

    def visit(value):
        if isinstance(value, (tuple, list)):
            return all(visit(item) for item in value)
        if isinstance(value, dict):
            return all(isinstance(key, str) and visit(item) for key, item in value.items())
        return type(value) in plain or visit(vars(value))

    sources = {"lstm_cell": cell(), "gate_values": loop(), "set_forget_bias": bias()}
    for name, exercise in EXERCISES.items():
        for prop in exercise.properties:
            case = prop.draw(torch.Generator().manual_seed(0))
            assert visit(case.args)
            assert visit(vars(observe(define(sources[name])[name], case)))


def test_operators_of_pytorch_are_counted_where_a_case_asks():
    def add(x):
        return sum(x, start=x.new_zeros(()))

    case = Case({"x": torch.arange(5.0)}, operators=True)
    counted = [observe(add, replace(case, args={"x": torch.arange(float(n))})).operators for n in (5, 50)]
    assert counted[1] - counted[0] == 45 and counted[0] <= 8, "one for each number, a few beside"
    assert observe(add, replace(case, operators=False)).operators == 0


def test_a_loop_over_the_steps_is_no_scan():
    looping = """def scan(a, b, h_0):
    h, out = h_0, []
    for a_t, b_t in zip(a, b):
        h = a_t * h + b_t
        out.append(h)
    return torch.stack(out)
"""
    report = examine(find("scan"), define(looping, "scan")["scan"])
    failed = [outcome for outcome in report.outcomes if outcome.finding]
    assert [outcome.title.split()[0] for outcome in failed] == ["5,000"]
    assert failed[0].mistake.name == "it is a loop over the steps"
    assert "operators" in as_text(report) and 0.4 < report.share < 0.6


def test_observing_and_judging_are_strangers():
    folder = Path(__file__).parents[2] / "autograder" / "checking"
    assert not {"judge", "judging"} & set(
        re.findall(
            r"^from autograder\.checking\.(?:observing\.)?(\w+)",
            (folder / "observing/observe.py").read_text(),
            re.M,
        )
    )
    for file in ("judge.py", "compare.py"):
        text = (folder / "judging" / file).read_text()
        imported = re.findall(r"^from autograder\.checking\.(?:judging\.)?(\w+)", text, re.M)
        assert set(imported) <= {"compare", "found", "language"}


def test_the_tolerance_grows_with_precision_steps_and_size_and_is_zero_for_whole_numbers():
    ones = torch.ones(3)
    assert tolerance(ones, 16) == 2 * tolerance(ones, 4)
    assert tolerance(10 * ones, 4) == pytest.approx(10 * tolerance(ones, 4))
    assert tolerance(ones.double(), 4) < 1e-14 < tolerance(ones, 4) < 1e-5
    assert tolerance(ones.long(), 4) == 0
    assert tolerance(torch.tensor([math.inf, -10.0, math.nan]), 4) == tolerance(10 * ones, 4)
    assert tolerance(torch.tensor([math.inf]), 4) == tolerance(torch.zeros(0), 4) == tolerance(ones, 4)


@pytest.mark.parametrize("expected", [1.0, 0.0, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("found", [1.0, 0.0, math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_and_those_without_end_are_equal_to_themselves_alone(found, expected):
    same = found == expected or (math.isnan(found) and math.isnan(expected))
    for shape in ((), (3,)):
        seen = compare(torch.full(shape, found), torch.full(shape, expected), 4, "y", "PyTorch")
        assert (seen is None) is same
    beside = torch.tensor([2.0, found]), torch.tensor([2.0, expected])
    assert (compare(*beside, 4, "y", "PyTorch") is None) is same


def test_drawn_numbers_are_never_near_zero_so_that_a_forgotten_term_shows():
    for exercise in EXERCISES.values():
        for prop in exercise.properties:
            for argument in prop.draw(torch.Generator().manual_seed(3)).args.values():
                tensors = argument.state.values() if isinstance(argument, ModuleRecipe) else [argument]
                assert all(t.abs().min() > 0.09 for t in tensors if isinstance(t, torch.Tensor))


def test_the_html_report_is_escaped_and_says_in_words_what_it_says_in_colours():
    source = FAULTY.replace("= helper(z)", "= helper(z), '<script>alert(1)</script>'")
    page = as_html(examined("lstm_cell", source))
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "<strong>FAILS</strong>" in page and 'aria-label="Check of lstm_cell"' in page
    assert "color:" not in re.sub(r"border-left[^;]*", "", page), "text and ground keep the theme's colours"


def test_an_exercise_of_ones_own_takes_a_dozen_lines():
    exercise = type(EXERCISES["lstm_cell"])(
        "double",
        lambda x: 2 * x,
        (Property("Twice x.", lambda generator: Case({"x": torch.randn(3, generator=generator)})),),
        (
            Mistake(
                "x was squared",
                "Twice is x + x. This is x * x.",
                "notebooks/03_gates.ipynb#Experiments",
                (torch.square,),
            ),
        ),
    )
    assert examine(exercise, lambda x: x + x).share == 1
    assert [m.name for m in examine(exercise, lambda x: x * x).mistakes] == ["x was squared"]
    assert Observation().fault is None
