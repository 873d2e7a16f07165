"""Answers that hang, lie, raise, return odd things or are not written: what the checks say, and that they go on."""

import re
import signal
import time
from dataclasses import replace

import pytest
from assignment import define
from checking import EXERCISES, FAULTY, examined, failing, returning
from templates_of_answers import bias, cell, loop
from torch import get_num_threads, nn, set_num_threads

from autograder.checking.found import FindingKind
from autograder.checking.judging.compare import apart, shown
from autograder.checking.observing import limits
from autograder.checking.registry import exercises_of, find, names
from autograder.checking.report import as_text
from autograder.checking.wording import detail, words
from autograder.checks import check, examine, score

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
    assert ODD[expression] in words(report.outcomes[0].finding)
    assert capfd.readouterr().err == ""


def test_a_line_whose_text_is_nowhere_is_not_quoted_as_an_empty_one():
    namespace = {}
    exec(compile("def lstm_cell(*arguments):\n    return missing", "<no file>", "exec"), namespace)
    report = examine(find("lstm_cell"), namespace["lstm_cell"], seed=1)
    said = as_text(report)
    assert "NameError: name 'missing' is not defined" in said and "``" not in said


UNHEARD_OF = {
    ("clip_by_global_norm", "10**400"): "total_norm is an int, expected a float",
    ("clip_by_global_norm", "torch.tensor(1j)"): "total_norm is a tensor of shape (), expected a float",
    (
        "evaluate_tokens",
        "{'loss': 10**400, 'accuracy': 0, 'perplexity': 10**400, 'tokens': 10**400}",
    ): "loss is an int",
    (
        "script_scores",
        "torch.zeros(len(args[1]), 10, dtype=torch.uint8).view(torch.float8_e4m3fn)",
    ): "float8_e4m3fn",
    (
        "final_features",
        "torch.zeros(3, dtype=torch.uint8).view(torch.float8_e8m0fnu)",
    ): "a tensor of the dtype",
}


@pytest.mark.parametrize(("name", "value"), UNHEARD_OF)
def test_a_number_that_nobody_can_reckon_with_costs_its_properties_and_not_the_check(
    name, value, monkeypatch
):
    monkeypatch.chdir(names()[name].answers)
    function = define(f"import torch\ndef {name}(*args, **kwargs): return {value}")[name]
    report = examine(find(name), function, seed=1)
    assert report.share < 0.1  # gradients that nobody clipped are kept to the last bit where that is right
    assert UNHEARD_OF[name, value] in words(report.outcomes[0].finding)


@pytest.mark.parametrize(
    "body", ["raise ValueError('no')", "if y_true.shape != y_pred.shape: raise ValueError"]
)
def test_an_answer_that_raises_in_every_call_refuses_nothing(body):
    function = define(f"def binary_report(y_true, y_pred):\n    {body}\n")["binary_report"]
    report = examine(find("binary_report"), function, seed=1)
    assert (report.share == 0) == body.startswith("raise")


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


def test_an_exception_is_shown_with_the_students_own_lines_only():
    text = as_text(examined("lstm_cell", FAULTY))
    assert "your function raised ValueError in your line 6." in text
    assert "your line 6: `i, f, g, o = helper(z)`" in text
    assert "ValueError: too many values to unpack (expected 4)" in text
    assert "observe" not in text and "autograder" not in text and "Traceback" not in text


def test_a_line_that_calls_itself_by_a_comprehension_is_shown_once():
    source = FAULTY.replace("return z.chunk(5, 1)", "return [part.nothing for part in z]")
    lines = detail(examined("lstm_cell", source).outcomes[0].finding).splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["your line 6", "your line 2", "AttributeError"]


def test_a_failed_check_tells_one_failure_in_full_and_of_others_a_line():
    text = as_text(examined("lstm_cell", returning("torch.stack([h, c])"), seed=1))
    assert text.count("tried on") == text.count("expected a tuple") == text.count("FAILS  ") == 1
    assert text.count("not decided  7 more depend on it.") == 1 and len(text.splitlines()) <= 10
    text = as_text(examined("lstm_cell", returning("(h + 1, c)"), seed=1))
    assert text.count("tried on") == text.count("c_new differs") == text.count("h_new differs") == 1
    assert text.count("holds  ") == 2 and "not decided  4 more depend on it." in text


def test_an_error_beside_another_failure_says_once_what_python_said_and_never_of_hidden_cases():
    source = returning("(h + 1, c) if len(x) > 1 else (h.missing, c)")
    report = examined("lstm_cell", source, seed=1)
    raised = [each for each in report.outcomes if each.finding and each.finding.kind is FindingKind.RAISED]
    text = as_text(report)
    assert text.count("tried on") == 1 and len(raised) >= 1
    assert text.count("raised AttributeError in your line 2.") == len(raised)
    assert text.count("AttributeError: 'Tensor' object has no attribute 'missing'") == 1
    assert "has no attribute" not in as_text(replace(report, hidden=True))
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
    lines = detail(examined("lstm_cell", source).outcomes[0].finding).splitlines()
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
        assert "your function raised" in words(report.outcomes[0].finding)


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
    assert re.search(r"had not returned after \d\.\d seconds", words(report.outcomes[0].finding))
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


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_function_is_told_so_by_the_check_and_raises_in_graded_cells(name, capfd):
    source = f"def {name}(*arguments):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
    function = define(source)[name]
    assert check(function) is None
    todo = "delete the line" if find(name).lines else "replace"
    words = f"{name} is not written yet: {todo} `raise NotImplementedError()` and run its cell again."
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
    assert ", ".join(exercises_of("a3_gates")) in capsys.readouterr().out


@pytest.mark.parametrize("hidden", [None, [], find("lstm_cell").properties[:1]])
def test_a_score_without_points_shows_what_does_not_hold_and_says_what_to_type(hidden, capsys):
    function = define(cell(unpack="f, i, g, o = z.chunk(4, 1)"))["lstm_cell"]
    with pytest.raises(
        TypeError, match=r"no points here.*`autograder notebooks`.*score\(lstm_cell, points=N\)"
    ):
        score(function, hidden=hidden)
    assert ("properties hold" in (said := capsys.readouterr().out)) and ("FAILS" in said or hidden == [])


def test_a_released_hidden_cell_scores_nothing_and_says_so(capsys):
    assert score(define(cell())["lstm_cell"], points=2, hidden=[]) is None
    assert "2 points: lstm_cell is tried on further cases" in capsys.readouterr().out


def test_checks_reckon_in_one_thread_as_grading_does_and_put_the_number_back(monkeypatch):
    before, seen = get_num_threads(), set()
    oracle = find("gate_values").oracle

    def function(*args, **kwargs):
        seen.add(get_num_threads())
        return oracle(*args, **kwargs)

    set_num_threads(3)
    try:
        assert examine(find("gate_values"), function, seed=1).share == 1 and seen == {1}
        assert get_num_threads() == 3
    finally:
        set_num_threads(before)


def test_a_notebook_that_students_have_may_import_from_the_place_that_assignments_had():
    space = {}
    exec("from autograder.checks.a9_capstone import ALPHABET, SCRIPTS, training_words", space)
    from exercises.a9_capstone import given as words

    assert (space["ALPHABET"], space["SCRIPTS"]) == (words.ALPHABET, words.SCRIPTS)
    with pytest.raises(ModuleNotFoundError):
        exec("import autograder.checks.a99_nowhere")


@pytest.mark.parametrize("given", [3, cell])
def test_where_no_exercises_are_installed_a_check_says_so(monkeypatch, capsys, given) -> None:
    monkeypatch.setattr("autograder.checks.names", list)
    check(given)
    assert "no exercise to check it by: install the package that holds them" in capsys.readouterr().out
