"""A function in another process: the calls that all properties need are asked for in one exchange."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from assignment import define
from checking import EXERCISES, examined
from templates_of_answers import cell

from autograder.checking.found import Observation
from autograder.checking.language import Case
from autograder.checking.observing import observe
from autograder.checking.outcome import Report
from autograder.checking.record import State
from autograder.checks import examine


@dataclass
class Far:
    """Stands for a function in another process, and counts what it is asked."""

    function: Callable[..., Any]
    asked: list[int]
    hangs_after: int = 1000


def observed(far: Far, cases: Sequence[Case], seconds: float) -> list[Observation]:
    """What `checking.wire` has the student's side do."""
    far.asked.append(len(cases))
    seen = [observe.observe(far.function, case, seconds) for case in cases[: far.hangs_after]]
    return [*seen[:-1], replace(seen[-1], hung=True)] if len(cases) > far.hangs_after else seen


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Report, list[int]]]:
    monkeypatch.setitem(observe.ELSEWHERE, Far, observed)

    def examine_far(source: str, **options: int) -> tuple[Report, list[int]]:
        asked: list[int] = []
        report = examine(EXERCISES["lstm_cell"], Far(define(source)["lstm_cell"], asked, **options), seed=3)
        return report, asked

    return examine_far


def test_one_exchange_brings_what_a_right_answer_does_on_every_case(far) -> None:
    report, asked = far(cell())
    assert asked == [asked[0]] and asked[0] >= len(report.outcomes) > 5
    assert all(each.state is State.HOLDS for each in report.outcomes)


def test_a_report_is_the_same_whether_the_calls_come_in_one_exchange_or_one_by_one(far) -> None:
    wrong = cell(h_new="h_new = torch.sigmoid(o) * c_new")
    report, _ = far(wrong)
    assert report.mistakes and report == examined("lstm_cell", wrong, seed=3)


def test_after_a_call_that_hangs_no_further_property_is_tried(far) -> None:
    report, asked = far(cell(), hangs_after=2)
    assert len(asked) == 1
    states = [each.state for each in report.outcomes]
    assert State.NOT_TRIED in states and states[-1] is State.NOT_TRIED
