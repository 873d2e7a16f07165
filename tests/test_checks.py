"""The checks, tried with right, wrong, hanging, lying and untouched answers: what they say and what they spare."""

import random
import re
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from assignment import define
from templates_of_answers import batched, bias, cell, loop
from torch import nn

from autograder.checks import check, examine, limits, score
from autograder.checks.a3_gates import EXERCISES, modules, sequences, steps
from autograder.checks.arguments import build
from autograder.checks.compare import apart, shown, tolerance
from autograder.checks.found import Observation
from autograder.checks.language import Case, Mistake, ModuleRecipe, Property
from autograder.checks.observe import observe
from autograder.checks.report import as_html, as_text
from examples.make_class import functions_of

RIGHT = ("right", "right_slices", "right_einsum")


def examined(name, source, **options):
    """The report on a cell that defines the exercise `name`."""
    return examine(EXERCISES[name], define(source)[name], **options)


def failing(report):
    """Title and words of what does not hold."""
    return {o.title: o.finding.words for o in report.outcomes if o.finding}


def returning(expression):
    """An lstm_cell that returns whatever `expression` gives."""
    return f"def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):\n    return {expression}\n"


# ---------------------------------------------------------------- right answers


@pytest.mark.parametrize("answer", RIGHT)
@pytest.mark.parametrize("name", EXERCISES)
def test_right_answers_in_different_orders_of_operations_are_accepted(name, answer):
    for seed in range(10):
        report = examined(name, functions_of(answer)[name], seed=seed)
        assert report.share == 1, as_text(report)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("answer", RIGHT)
def test_right_answers_are_accepted_on_larger_sizes_in_both_precisions(answer, dtype):
    larger = {
        "lstm_cell": Property("larger", steps(9, 30, 40, dtype), watch=("gradients",)),
        "gate_values": Property("larger", sequences(50, 3, 10, 20, dtype, batch_first=True)),
        "set_forget_bias": Property("larger", modules(5, 30, dtype, num_layers=3, bidirectional=True)),
    }
    for name, prop in larger.items():
        report = examined(name, functions_of(answer)[name], properties=(prop,))
        assert report.share == 1, as_text(report)


def test_the_templates_of_the_wrong_answers_are_right_when_nothing_is_changed():
    for name, source in [("lstm_cell", cell()), ("gate_values", loop()), ("gate_values", batched())]:
        assert examined(name, source).share == 1
    assert examined("set_forget_bias", bias()).share == 1


def test_calling_the_library_is_accepted_by_the_numbers():
    assert examined("lstm_cell", returning("torch.lstm_cell(x, (h, c), W_ih, W_hh, b_ih, b_hh)")).share == 1


def test_the_pinned_gates_of_the_oracle_rebuild_what_nn_lstm_returns():
    case = sequences(6, 3, 4, 5, torch.float64)(torch.Generator().manual_seed(1))
    lstm, x = (build(argument) for argument in case.args.values())
    gates = EXERCISES["gate_values"].oracle(lstm, x)
    c = torch.zeros(3, 5, dtype=torch.float64)
    hidden = []
    for t in range(6):
        c = gates["f"][t] * c + gates["i"][t] * gates["g"][t]
        hidden.append(gates["o"][t] * c.tanh())
    output, (_, c_n) = lstm(x)
    assert (torch.stack(hidden) - output).abs().max() < 1e-13
    assert (c - c_n[0]).abs().max() < 1e-13


def test_the_oracle_of_the_cell_is_nn_lstmcell():
    cell = nn.LSTMCell(3, 4)
    x, h, c = torch.randn(2, 3), torch.randn(2, 4), torch.randn(2, 4)
    ours = EXERCISES["lstm_cell"].oracle(x, h, c, cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh)
    assert all(torch.equal(a, b) for a, b in zip(ours, cell(x, (h, c)), strict=True))


# ---------------------------------------------------------------- wrong answers


@pytest.mark.parametrize(
    ("source", "title", "words"),
    [
        (cell(z="x @ W_ih + b_ih + h @ W_hh.T + b_hh"), "new cell state", "raised RuntimeError"),
        (cell(h_new="h_new = (o.sigmoid() * c_new.tanh()).squeeze()"), "batch of one", "shape (), expected (1, 1)"),
        (cell(result="h_new.float(), c_new.float()"), "float64", "torch.float32, expected"),
        (cell(z="x @ W_ih.T + b_ih + h @ W_hh.T + b_hh + torch.zeros(1, dtype=x.dtype)"), "GPU", "default device"),
        ("import torch\n" + cell(z="torch.manual_seed(0) and 0 + x @ W_ih.T + b_ih + h @ W_hh.T + b_hh"),
         "random state", "torch's random state"),
        (cell(z="x.mul_(1.5) @ W_ih.T + b_ih + h @ W_hh.T + b_hh"), "its arguments", "_new differs"),
        (cell(result="h.copy_(h_new), c_new"), "its arguments", "modified its argument h"),
        (cell(result="torch.set_grad_enabled(False) and None or h_new, c_new"), "random state", "set_grad_enabled"),
        (cell(result="torch.set_default_dtype(torch.float64) or h_new, c_new"), "random state", "default dtype"),
        (cell(result="__import__('random').random() and h_new, c_new"), "random state", "Python's random state"),
        (cell(result="__import__('numpy').random.rand() and h_new, c_new"), "random state", "NumPy's random state"),
    ],
)  # fmt: skip
def test_the_property_that_fails_is_the_one_that_was_broken(source, title, words):
    found = failing(examined("lstm_cell", source))
    broken = [text for name, text in found.items() if title in name]
    assert broken, found
    assert re.search(words.replace("()", r"\(\)").replace("(1, 1)", r"\(1, 1\)"), broken[0])


def test_a_module_without_biases_must_raise_valueerror_and_nothing_else():
    title = "A module without biases raises ValueError."
    silent = bias().replace('raise ValueError("no biases")', "return lstm")
    found = failing(examined("set_forget_bias", silent))
    assert found == {title: "expected ValueError, but the function raised nothing."}
    crash = failing(examined("set_forget_bias", bias().replace("ValueError", "AttributeError")))
    assert crash[title].startswith("expected ValueError, but your function raised AttributeError")


def test_a_tensor_that_crosses_to_the_parameters_by_copying_is_right_on_every_device():
    copied = bias(ih="p[H:2 * H] = torch.full((H,), float(value), dtype=p.dtype)")
    moved = loop().replace("x.new_zeros(xs.shape[1], lstm.hidden_size)",
                           "torch.zeros(xs.shape[1], lstm.hidden_size, dtype=x.dtype).to(x.device)")  # fmt: skip
    scalar = cell(result="h_new * torch.tensor(1.0), c_new")
    for name, source in [("set_forget_bias", copied), ("gate_values", moved), ("lstm_cell", scalar)]:
        assert examined(name, source).share == 1


def test_gate_values_must_leave_the_module_alone():
    source = loop().replace("    h = c =", "    lstm.eval()\n    h = c =")
    assert "modified its argument lstm" in str(failing(examined("gate_values", source)))
    source = batched(before="out.sum().backward(retain_graph=True); before = out.roll(1, axis).detach(); "
                            "before.select(axis, 0).zero_()")  # fmt: skip
    assert "modified its argument lstm" in str(failing(examined("gate_values", source)))


def test_partial_credit_adds_up_the_weights_of_what_holds(capsys):
    lstm_cell = define(cell(result="h_new.detach(), c_new.detach()"))["lstm_cell"]
    weights = [prop.weight for prop in EXERCISES["lstm_cell"].properties]
    lost = sum(prop.weight for prop in EXERCISES["lstm_cell"].properties if "gradients" in prop.watch)
    assert score(lstm_cell, points=3) == round(3 * (1 - lost / sum(weights)), 2)
    assert "FAILS  Gradients" in capsys.readouterr().out
    assert score(define(cell())["lstm_cell"], points=3) == 3.0
    assert capsys.readouterr().out == ""


# ---------------------------------------------------------------- odd returns, in words

ODD = {
    "None": "returned None, expected a tuple (h_new, c_new)",
    "h": "returned a tensor of shape",
    "(h, c, c)": "returned a tuple of 3",
    "[h, c]": "returned a list of 2",
    "'h, c'": "returned a str",
    "3.0": "returned a float",
    "{'h': h, 'c': c}": "returned a dict of 2",
    "(h.tolist(), c.tolist())": "c_new is a list of 3, expected a tensor",
    "(h.detach().numpy(), c.detach().numpy())": "c_new is a NumPy array",
    "(h / 0 * 0, c / 0 * 0)": "c_new holds NaN where nn.LSTMCell gives numbers",
    "(h.to_sparse(), c.to_sparse())": "c_new is a sparse, nested or quantized tensor",
    "(h.int(), c.int())": "c_new has the dtype torch.int32",
    "(h, c.expand(10**8, 3, 5))": "too large to compare",
    "(h, range(10**12))": "c_new is a range, expected",
    "(h, lstm_cell)": "c_new is an object of some other class",
}


@pytest.mark.parametrize("expression", ODD)
def test_odd_returns_are_told_in_words(expression, capfd):
    report = examined("lstm_cell", returning(expression))
    assert report.share == 0
    assert ODD[expression] in report.outcomes[0].finding.words
    assert capfd.readouterr().err == ""


LIARS = """
class Anything(torch.Tensor):
    def __eq__(self, other): return True
    __ne__ = __lt__ = __gt__ = __bool__ = __eq__
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None): return True

class Endless:
    def __repr__(self): return "x" * 10**9
    def __eq__(self, other): return True
    def __len__(self): return 10**9

class Deep(dict):
    def __getitem__(self, key): return self
    def __iter__(self): return iter(range(10**12))
    def __len__(self): return 1

class Broken:
    @property
    def __class__(self): raise RuntimeError("hands off")
"""


@pytest.mark.parametrize(
    "value", ["torch.ones(3, 5).as_subclass(Anything)", "Endless()", "Deep(a=1)", "Broken()"]
)
def test_objects_that_lie_about_themselves_earn_nothing_and_break_nothing(value):
    began = time.monotonic()
    source = LIARS + returning(f"({value}, {value})")
    report = examined("lstm_cell", source)
    assert report.share == 0
    assert len(as_text(report)) < 5000
    assert time.monotonic() - began < 5


# ---------------------------------------------------------------- exceptions and hangs

FAULTY = """def helper(z):
    return z.chunk(5, 1)

def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    z = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    i, f, g, o = helper(z)
    return h, c
"""


def test_an_exception_is_shown_with_the_students_own_lines_only():
    text = as_text(examined("lstm_cell", FAULTY))
    assert "your function raised ValueError in your line 6." in text
    assert "your line 6: `i, f, g, o = helper(z)`" in text
    assert "ValueError: too many values to unpack (expected 4)" in text
    assert "observe" not in text and "autograder" not in text and "Traceback" not in text


def test_a_line_that_calls_itself_by_a_comprehension_is_shown_once():
    source = FAULTY.replace("return z.chunk(5, 1)", "return [part.nothing for part in z]")
    lines = examined("lstm_cell", source).outcomes[0].finding.detail.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["your line 6", "your line 2", "AttributeError"]


def test_a_failed_check_tells_one_failure_in_full_and_of_others_a_line():
    again = "It is the same wherever another FAILS says no more."
    text = as_text(examined("lstm_cell", returning("torch.stack([h, c])"), seed=1))
    assert text.count("tried on") == text.count("expected a tuple") == text.count(again) == 1
    assert text.count("FAILS  ") == 8 and len(text.splitlines()) < 20
    text = as_text(examined("lstm_cell", returning("(h + 1, c)"), seed=1))
    assert text.count("tried on") == text.count("c_new differs") == 1 and again not in text
    assert text.count("h_new differs") == 7, "another result: said of each, without its numbers"
    assert text.count("expected") == 1


def test_numbers_are_shown_with_as_few_digits_as_tell_them_apart():
    assert apart(1.23456789, 1.23987) == ("1.235", "1.24")
    assert apart(0.1, 0.1000001) == ("0.1", "0.1000001")
    assert apart(float("nan"), 1.0) == ("nan", "1")
    assert (
        shown({"p": 0.30000000000000004, "all": (1.123456789, [2, "x"])})
        == "{'p': 0.3, 'all': (1.123, [2, 'x'])}"
    )


def test_an_exception_below_the_students_code_ends_at_the_students_innermost_line():
    source = FAULTY.replace("chunk(5, 1)", "no_such_method()")
    lines = examined("lstm_cell", source).outcomes[0].finding.detail.splitlines()
    assert lines[:2] == ["your line 6: `i, f, g, o = helper(z)`", "your line 2: `return z.no_such_method()`"]


@pytest.mark.parametrize(
    "raising",
    ["exit()", "raise SystemExit", "raise Exception(x)", "raise BaseException('b')", "return lstm_cell(*[x] * 7)",
     "class E(Exception):\n        def __str__(self): 1 / 0\n    raise E", "raise NotImplementedError if x.dim() else 0",
     "raise StopIteration", "raise GeneratorExit", "raise MemoryError", "assert False"],
)  # fmt: skip
def test_every_kind_of_exception_is_a_fault_of_the_answer_not_of_the_check(raising):
    source = f"def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):\n    {raising}\n"
    if "NotImplementedError" in raising:
        with pytest.raises(NotImplementedError):
            examined("lstm_cell", source)
    else:
        report = examined("lstm_cell", source)
        assert report.share == 0
        assert "your function raised" in report.outcomes[0].finding.words


def test_an_interrupt_by_the_user_ends_the_check():
    with pytest.raises(KeyboardInterrupt):
        examined("lstm_cell", "def lstm_cell(*arguments):\n    raise KeyboardInterrupt\n")


@pytest.mark.parametrize(
    "loop", ["while True: pass", "while True:\n        try: x + 1\n        except Exception: pass"]
)
def test_a_call_that_hangs_is_cut_and_the_rest_is_not_tried(loop, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.3)
    began = time.monotonic()
    source = f"def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):\n    {loop}\n"
    report = examined("lstm_cell", source)
    assert time.monotonic() - began < limits.MOST * 0.3 + 1
    assert re.search(r"had not returned after \d\.\d seconds", report.outcomes[0].finding.words)
    assert not any(outcome.tried for outcome in report.outcomes[1:])
    assert "not tried" in as_text(report)
    assert examined("lstm_cell", cell()).share == 1, "works again afterwards"


def test_what_held_before_a_hang_is_kept(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.3)
    source = bias(result="[1 for _ in iter(int, 1)] if lstm.num_layers > 1 else lstm")
    report = examined("set_forget_bias", source)
    assert 0 < report.share < 1


def test_the_time_limit_puts_back_an_alarm_that_was_set_before():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(True))
    outer = signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with limits.time_limit(10):
            pass
        time.sleep(0.3)
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *outer)
    assert rang == [True]


# ---------------------------------------------------------------- untouched, and misnamed


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_function_is_told_so_by_the_check_and_raises_in_graded_cells(name, capfd):
    source = f"def {name}(*arguments):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
    function = define(source)[name]
    assert check(function) is None
    words = f"{name} is not written yet: replace `raise NotImplementedError()` and run its cell again."
    assert capfd.readouterr() == (words + "\n", "")
    for call in (lambda f: score(f, points=1), lambda f: score(f, points=1, hidden=[])):
        with pytest.raises(NotImplementedError) as caught:
            call(function)
        assert type(caught.value) is NotImplementedError
        assert caught.value._render_traceback_() == [f"NotImplementedError: {caught.value}"]
    assert capfd.readouterr() == ("", "")


def test_a_function_written_in_part_earns_its_part():
    source = loop().replace(
        "    h = c =", "    if not lstm.bias:\n        raise NotImplementedError()\n    h = c ="
    )
    report = examined("gate_values", source)
    assert 0.5 < report.share < 1
    assert "raised NotImplementedError" in str(failing(report))


@pytest.mark.parametrize("thing", [lambda *arguments: None, 3, None, nn.LSTM, "lstm_cell"])
def test_what_is_no_exercise_is_told_in_words_and_scores_nothing(thing, capsys):
    assert check(thing) is None
    assert score(thing, points=2) == 0.0
    assert "lstm_cell, gate_values, set_forget_bias" in capsys.readouterr().out


def test_a_released_hidden_cell_scores_nothing_and_says_so(capsys):
    assert score(define(cell())["lstm_cell"], points=2, hidden=[]) is None
    assert "2 points: lstm_cell is tried on further cases" in capsys.readouterr().out


# ---------------------------------------------------------------- seeds, hidden cases


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


# ---------------------------------------------------------------- side effects


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
        print(sorted(names & heavy), "torch._dynamo" in sys.modules, len(set(sys.modules) - before) < 60)
    """
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[] False True"
    assert run.stderr == ""


# ---------------------------------------------------------------- language and report


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


def test_observing_and_judging_are_strangers():
    folder = Path(__file__).parent.parent / "autograder" / "checks"
    assert "judge" not in re.findall(
        r"^from autograder\.checks\.(\w+)", (folder / "observe.py").read_text(), re.M
    )
    for file in ("judge.py", "compare.py"):
        imported = re.findall(r"^from autograder\.checks\.(\w+)", (folder / file).read_text(), re.M)
        assert set(imported) <= {"advice", "compare", "found", "language"}


def test_the_tolerance_grows_with_precision_steps_and_size_and_is_zero_for_whole_numbers():
    ones = torch.ones(3)
    assert tolerance(ones, 16) == 2 * tolerance(ones, 4)
    assert tolerance(10 * ones, 4) == pytest.approx(10 * tolerance(ones, 4))
    assert tolerance(ones.double(), 4) < 1e-14 < tolerance(ones, 4) < 1e-5
    assert tolerance(ones.long(), 4) == 0


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
                "notebooks/03_gates.ipynb#Run",
                (torch.square,),
            ),
        ),
    )
    assert examine(exercise, lambda x: x + x).share == 1
    assert [m.name for m in examine(exercise, lambda x: x * x).mistakes] == ["x was squared"]
    assert Observation().fault is None
