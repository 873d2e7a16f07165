"""A property holds, fails or is not decided by what it saw itself, and points follow."""

import pytest
from checking import examined, failing, returning
from templates_of_answers import bias, cell

from autograder.checking.record import State

BOTH = bias(hh="p[H:2 * H] = value")


def states(report):
    return [outcome.state for outcome in report.outcomes]


def test_what_does_not_need_the_value_holds_where_the_value_is_wrong():
    report = examined("set_forget_bias", BOTH, seed=1)
    held = {outcome.title for outcome in report.outcomes if outcome.state is State.HOLDS}
    assert held >= {
        "All other entries keep their values.",
        "The module itself is returned.",
        "A module without biases raises ValueError.",
        "It would work on a GPU.",
    }
    assert states(report).count(State.FAILS) == 1 and states(report).count(State.NOT_DECIDED) == 3
    assert report.share == 0.6
    assert all(each.depends_on == 0 for each in report.outcomes if each.state is State.NOT_DECIDED)


def test_a_second_mistake_is_reported_beside_the_first():
    report = examined("set_forget_bias", bias(hh="p[H:2 * H] = value", result="None"), seed=1)
    assert list(failing(report)) == [
        "In one layer, b_ih + b_hh is `value` in the forget gate's block.",
        "The module itself is returned.",
    ]
    assert {m.name for m in report.mistakes} == {"the value was put into both biases", "nothing was returned"}


def test_a_case_that_fails_for_its_own_reason_fails_by_itself():
    source = cell(unpack="i, f, o, g = z.chunk(4, 1)", result="h_new.float(), c_new.float()")
    words = failing(examined("lstm_cell", source, seed=1))
    assert words["float64 goes in, float64 precision comes out."].endswith("expected torch.float64.")


@pytest.mark.parametrize("expression", ["(h, c)", "(c, h)", "(h * 0, c * 0 + 1)", "(h.clone(), c.clone())"])
def test_who_does_nothing_shows_nothing_by_changing_nothing(expression):
    report = examined("lstm_cell", returning(expression), seed=1)
    assert report.share == 0 and State.HOLDS not in states(report)
