"""Records as JSON and back: what the tally of costs is written with."""

from dataclasses import dataclass
from enum import Enum

import pytest

from autograder.core.json_records import from_json, from_values, to_json, to_values


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    colour: Colour
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outer:
    name: str
    share: float | None
    inner: tuple[Inner, ...]


OUTER = Outer('é\n"', 0.1 + 0.2, (Inner(Colour.RED, ("a", "b")), Inner(Colour.RED)))


def test_a_record_comes_back_as_it_was() -> None:
    assert from_json(Outer, to_json(OUTER)) == OUTER
    assert from_json(Outer, to_json(OUTER, indent=1)) == OUTER
    assert from_values(Outer, to_values(OUTER)) == OUTER
    assert "\n" not in to_json(OUTER) and "\n" in to_json(OUTER, indent=1)


def test_an_unknown_field_is_passed_over_and_a_missing_one_gets_its_default() -> None:
    text = '{"name": "x", "share": null, "later": [1, {}], "inner": [{"colour": "red", "shade": 2}]}'
    assert from_json(Outer, text) == Outer("x", None, (Inner(Colour.RED),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "3",
        "[]",
        '{"name": "x", "inner": []}',
        '{"name": 3, "share": 0.5, "inner": []}',
        '{"name": "x", "share": "0.5", "inner": []}',
        '{"name": "x", "share": 0.5, "inner": [{"colour": "blue"}]}',
        '{"name": "x", "share": NaN, "inner": []}',
        '{"name": "x", "share": null, "inner": [], "later": ' + "[" * 100_000,
    ],
)
def test_what_is_not_such_a_record_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        from_json(Outer, text)
