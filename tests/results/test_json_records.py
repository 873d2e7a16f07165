"""Records as JSON and back: what the tally of costs is written with."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from classes import because, outcome
from hypothesis import given
from hypothesis import strategies as st

from autograder.core.json_records import from_json, from_values, to_json, to_values
from autograder.course.course import open_course
from autograder.results.changes import Why, note_changes, read_changes
from autograder.results.journal import append, read_journal


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


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\r\n"),
)
def test_an_outcome_and_a_change_come_back_whatever_ends_of_lines_are_in_their_texts(
    text: str, end: str
) -> None:
    """Else a name or a message with another end of a line takes its student out of the report."""
    words = f"{text}{end}{text}"
    made = outcome(words, reason=because(words))
    with TemporaryDirectory() as folder:
        (Path(folder) / "nbgrader_config.py").write_text("c = get_config()\n")
        course = open_course(Path(folder))
        append(journal := course.journal("t1"), made, outcome("bo"))
        assert read_journal(journal) == {words: made, "bo": outcome("bo")}
        changed = note_changes(course, "t1", [made], Why.GRADED, note=words)
        assert read_changes(course, "t1") == changed and changed[0].note == words
