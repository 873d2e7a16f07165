"""Exercises in which students write a test: what they are given to judge, what counts, and what gives nothing away."""

import contextlib
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from autograder.auditing.check_run import run_checks
from autograder.auditing.exercise_source import read_source
from autograder.auditing.locked import run_checks_locked
from autograder.checking.examine import examine
from autograder.checking.language import Exercise, Mistake
from autograder.checking.observing.candidate import MOST_CALLS, Candidate, stand_in
from autograder.checking.record import State
from autograder.checking.registry import find, names
from autograder.checking.report import as_text
from autograder.checking.stock.answers import answers_to, function_in
from autograder.checking.stock.written_tests import unseen, written_test
from autograder.kernels.client import WarmParent
from autograder.kernels.sandbox.modes import resolve_mode

ROOT = Path(__file__).parents[2]
TESTS = [name for name in names() if find(name).tells_apart]


def double(x):
    return 2 * x


def into(x):
    x.mul_(2)
    return x


DOUBLE = Exercise(
    "double",
    double,
    (),
    (
        Mistake("it was tripled", "Twice.", "", (lambda x: 3 * x,)),
        Mistake("the argument was changed", "A copy.", "", (into,)),
        Mistake("the graph was cut", "No.", "", (lambda x: 2 * x.detach(),)),
        Mistake("a view was returned", "No.", "", (lambda x: x.add_(x)[:],)),
    ),
)
EXERCISE = written_test(DOUBLE, [mistake.name for mistake in DOUBLE.mistakes], ("", "", ""))


def judge(double):
    x = torch.tensor([1.0, 5.0], requires_grad=True)
    y = double(x)
    assert y.tolist() == [2, 10] and y.requires_grad
    y.sum().backward()
    assert x.grad.tolist() == [2, 2]
    x = torch.tensor([1.0, 5.0])
    double(x)
    assert x.tolist() == [1, 5]


def judged(function, **options):
    return examine(EXERCISE, function, seed=1, **options)


def states(report):
    return {outcome.title: outcome.state for outcome in report.outcomes}


def candidate(function):
    return stand_in(Candidate(function, "f").far, "f")


def test_a_test_earns_the_share_of_wrong_functions_that_it_finds():
    def values(double):
        assert double(torch.ones(2)).tolist() == [2, 2]

    assert judged(judge).share == 1
    report = judged(values)
    assert report.share == 1 / 4 and states(report)["It finds out that it was tripled."] is State.HOLDS
    assert states(report)["It finds out that the graph was cut."] is State.FAILS
    assert "wrong answer survived" in as_text(report)


def test_a_test_that_accuses_a_right_function_earns_nothing_whatever_it_finds():
    def everything(double):
        raise AssertionError("wrong")

    report = judged(everything)
    assert report.share == 0 and states(report)["It accepts what is right."] is State.FAILS
    assert "wrongly accused" in as_text(report) and "4 more depend on it" in as_text(report)


def test_a_test_that_returns_its_verdict_is_told_to_raise_it():
    def returning(double):
        return double(torch.ones(1)).item() == 2

    assert judged(returning).share == 0
    assert "a test says no by raising" in as_text(judged(returning))


def test_what_is_hidden_is_counted_and_not_described():
    def values(lstm_cell):
        z = torch.zeros(1, 1)
        h_new, c_new = lstm_cell(z, z, z + 2, *[torch.zeros(4, 1)] * 2, *[torch.zeros(4)] * 2)
        assert c_new.item() == 1 and abs(h_new.item() - 0.381) < 1e-3

    report = examine(find("test_lstm_cell"), values, unseen("lstm_cell"), 1, hidden=True)
    more = report.outcomes[-1]
    assert 0 < report.share == more.held < 1 and more.state is State.IN_PART
    wrong = answers_to("lstm_cell").wrong
    assert f"{round(more.held * len(wrong))} of {len(wrong)}" in as_text(report)
    assert not any(answer.title in as_text(report) for answer in wrong)
    assert "is not right" not in str(asdict(report.result())) and report.result().seed is None


def test_functions_come_in_a_random_order_that_a_seed_repeats():
    def order(seed):
        seen = []

        def curious(double):
            seen.append(
                (double(torch.ones(1)).item(), double(torch.ones(1, requires_grad=True)).requires_grad)
            )

        examine(EXERCISE, curious, seed=seed)
        return seen

    orders = [order(seed) for seed in range(8)]
    assert order(3) == orders[3] and len({str(each) for each in orders}) > 4
    firsts = {each[0] for each in orders}
    assert len(firsts) > 2, "the right one has no place of its own"


def test_whoever_counts_or_compares_with_what_came_before_finds_less_than_a_plain_test():
    """The majority among the functions seen so far is taken for right: early ones cannot be judged so."""
    shares = []
    for seed in range(6):
        seen = []

        def voter(double, seen=seen):
            x = torch.tensor([3.0, 4.0], requires_grad=True)
            try:
                y = double(x)
                what = (str(y.tolist()), y.requires_grad, str(x.tolist()))
            except RuntimeError:
                what = ("error",)
            seen.append(what)
            assert what == max(set(seen), key=seen.count)

        shares.append(examine(EXERCISE, voter, seed=seed).share)
    assert sum(shares) / len(shares) < 0.9 < judged(judge).share


# ---------------------------------------------------------------- the functions that are judged


def test_a_function_gets_copies_and_what_it_changes_comes_back():
    x = torch.tensor([1.0, float("nan")])
    assert candidate(into)(x).tolist()[0] == 2 and x[0] == 2
    kept = torch.arange(6.0).view(2, 3)
    tail = candidate(lambda x: x[:, 1:])(kept)
    tail[0, 0] = 9
    assert kept[0, 1] == 9, "a view of an argument is one of the test's argument"
    assert candidate(lambda x: x.clone())(kept).data_ptr() != kept.data_ptr()


def test_gradients_go_through_and_a_cut_graph_shows():
    x, w = torch.randn(3, requires_grad=True), torch.randn(3)
    (found,) = torch.autograd.grad(candidate(lambda x, w: (x * w, w))(x * 2, w=w)[0].sum(), x)
    torch.testing.assert_close(found, 2 * w)
    assert not candidate(lambda x: x.detach() * 2)(x).requires_grad
    with torch.no_grad():
        assert not candidate(double)(x).requires_grad


def test_its_errors_are_raised_and_its_words_and_random_numbers_do_no_harm(capsys):
    def loud(x):
        print("right answer number 3")
        torch.manual_seed(0)
        raise ValueError("n is too small")

    before = torch.get_rng_state()
    with pytest.raises(ValueError, match="n is too small"):
        candidate(loud)(1)
    assert capsys.readouterr().out == "" and torch.equal(torch.get_rng_state(), before)


def test_what_a_call_may_cost_is_bounded(monkeypatch):
    monkeypatch.setattr("autograder.checking.observing.candidate.SECONDS", 0.5)
    function = candidate(double)
    with pytest.raises(ValueError, match="1,000,000 numbers"):
        function(torch.zeros(1_000_001))
    with pytest.raises(TypeError, match="found an object of the class Linear"):
        function(torch.nn.Linear(1, 1))
    for _ in range(MOST_CALLS - 2):
        function(1)
    with pytest.raises(RuntimeError, match=f"{MOST_CALLS} times"):
        function(1)

    def endless(x):
        while True:
            pass

    with pytest.raises(TimeoutError, match="had not returned"):
        candidate(endless)(1)


def test_a_wrong_name_of_a_mistake_or_an_answer_is_said():
    with pytest.raises(LookupError, match="has no mistake 'x'; expected some of it was tripled"):
        written_test(DOUBLE, ["x"], ("", "", ""))
    with pytest.raises(LookupError, match="no answer to lstm_cell is called"):
        unseen("lstm_cell", ("x",))


# ---------------------------------------------------------------- while work is graded


@pytest.fixture(scope="module")
def grade():
    """Grades the text of an answer as work is graded: the student's kernel in the sandbox, functions in the other."""
    with contextlib.ExitStack() as stack:
        parent = stack.enter_context(WarmParent(large=()))
        mode = resolve_mode("auto")
        yield lambda name, source: run_checks_locked(parent, mode, name, source, read_source(ROOT, name), 5)


@pytest.mark.parametrize(
    "name",
    [pytest.param(each, marks=pytest.mark.slow) if each != "test_lstm_cell" else each for each in TESTS],
)
def test_in_two_kernels_a_test_earns_what_it_earns_in_one(name, grade):
    written, answers = read_source(ROOT, name), answers_to(name)
    numbers = [
        each
        for each in answers.wrong
        if "case" in each.title or "table" in each.title or "line" in each.title
    ]
    for answer in (answers.right[0], numbers[0]):
        one = run_checks(
            name, function_in(answer.source, name, "<one>"), 5, written.properties(), written.points
        )
        two = grade(name, answer.source)
        assert two.score == pytest.approx(one.score) and two.failed == one.failed, answer.title
    assert 0 < two.score < 1


PRYING = """
import gc, inspect, re
first = []
def test_lstm_cell(lstm_cell):
    seen = [lstm_cell, *(cell.cell_contents for cell in lstm_cell.__closure__)]
    for _ in range(3):
        seen += [each for one in list(seen) for each in gc.get_referents(one) if inspect.isroutine(each)]
        seen += [c.cell_contents for f in list(seen) for c in getattr(f, "__closure__", None) or ()]
    words = ("__name__", "__doc__", "__defaults__", "__kwdefaults__")
    told = [str(getattr(each, word, "")) for each in seen for word in words if inspect.isroutine(each)]
    told += [type(each).__name__ for each in seen] + [repr(lstm_cell.__code__)]
    told = [re.sub(r"0x[0-9a-f]+|[0-9]+", "#", each) for each in told]
    if first and told != first[0]:
        print("LEAK", [pair for pair in zip(told, first[0]) if pair[0] != pair[1]][:3])
        raise AssertionError("they look different")
    first.append(told)
"""


def test_functions_to_judge_look_the_same_all(grade):
    run = grade("test_lstm_cell", PRYING)
    assert run.score == 0 and "wrongly accused" not in run.said, run.said
    assert "a wrong answer survived: your test raised nothing." in run.said


@pytest.mark.slow
def test_a_test_that_never_ends_costs_itself_only(grade):
    endless = """
def test_lstm_cell(lstm_cell):
    while True:
        try:
            lstm_cell()
        except (TypeError, RuntimeError):
            pass
"""
    run = grade("test_lstm_cell", endless)
    assert run.score == 0 and "had not returned" in run.said
