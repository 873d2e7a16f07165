"""course.toml: what it means, worked out by hand, and how what is wrong in it is said."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tiny_course import TinyCourse

from autograder.core.errors import WrongUse
from autograder.course.course import open_course
from autograder.course.policies import DAY, HOUR, Extension, Policies
from autograder.course.policies_file import EXAMPLES, add_extensions, read_policies, understood

FILE = Path("course.toml")
TERM = """
timezone = "Europe/Vienna"
[late]
percent = 10
grace_minutes = 15
at_most_percent = 50
closes_after_days = 10
[assignments.a1]
due = "2026-03-28 23:59"
due_in = { "Section B" = 2026-03-30 }
[assignments.a2]
late = false
[sections."Section B"]
students = ["bob"]
[[extension]]
assignment = "a1"
student = "ada"
until = 2026-04-02 12:00:00
[[extra_time]]
student = "cyd"
days = 1.5
"""


def stated(text: str) -> Policies:
    return understood(FILE, text, UTC)


def test_each_student_has_the_deadline_of_section_extension_and_extra_time() -> None:
    policies = stated(TERM)
    for student, due in (
        ("zoe", datetime(2026, 3, 28, 22, 59)),  # Vienna is an hour ahead, and two from the next day on
        ("bob", datetime(2026, 3, 30, 21, 59, 59)),
        ("ada", datetime(2026, 4, 2, 10, 0)),
        ("cyd", datetime(2026, 3, 30, 10, 59)),
    ):
        assert policies.due("a1", student, None) == due
    for section in ("Section B", "Section A and Section B", "Lab, Section B, and Section C"):
        assert policies.due("a1", "eve", None, section=section) == datetime(2026, 3, 30, 21, 59, 59), section
    assert (
        policies.due("a2", "zoe", None) is None
        and policies.due("a2", "zoe", datetime(2026, 5, 1)) is not None
    )


@pytest.mark.parametrize(
    ("seconds", "points"),
    [(0, 0), (900, 0), (901, 1.6), (DAY, 1.6), (DAY + 1, 3.2), (6 * DAY, 8), (11 * DAY, 12)],
)
def test_begun_days_cost_a_share_of_the_maximum_up_to_a_bound_and_in_the_end_everything(
    seconds: float, points: float
) -> None:
    late = stated(TERM).terms("a1", seconds)
    assert (late.points(12, 16) if late else 0) == points
    assert stated(TERM).terms("a2", seconds) is None


def test_a_penalty_takes_no_more_than_there_is_and_may_be_a_share_of_the_score() -> None:
    policies = stated('[late]\npercent = 5\nper = "hour"\nof = "score"\n')
    late = policies.terms("a1", 3 * HOUR + 1)
    assert late and late.units == 4 and late.points(10, 16) == 2
    whole = stated("[late]\npercent = 100\n").terms("a1", 1)
    assert whole and whole.points(3, 16) == 3


def test_free_days_are_used_first_and_what_is_left_of_the_time_costs() -> None:
    policies = stated("[late]\npercent = 10\nfree_days = 3\n")
    for used, free, units in ((0, 2, 0), (2, 1, 1), (3, 0, 2), (5, 0, 2)):
        late = policies.terms("a1", 1.8 * DAY, used)
        assert late and (late.free_days, late.units, late.percent) == (free, units, 10 * units)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[late]\npercent = ten", "is not TOML"),
        ("[late]\npercent = 'ten'", "late.percent: found 'ten'. Expected `float`, got `str`"),
        ("[late]\npercent = 300", "late.percent: found 300. Expected `float` <= 100"),
        ("[late]\nper = 'week'", "late.per: found 'week'. Expected 'day' or 'hour'"),
        ("[lat]\npercent = 3", "found 'lat', which is not known there. Did you mean 'late'?"),
        ("[assignments.a1]\ndue = 'soon'", "assignments.a1.due: found 'soon', expected a time such as"),
        ("[assignments.a1]\nweight = 'x'", "assignments.a1.weight: found 'x'. Expected `float`, got `str`"),
        ("[assignments.a1]\ncategory = 'hw'", "expected one of the categories (none). Add it:\n[categories.hw]"),
        ("[[extension]]\nassignment = 'a1'\nuntil = 2026-03-01", "extension[0]: found {"),
        ("[groups.t]\nmembers = ['a']", "groups.t.members: found ['a']. Expected `array` of length >= 2"),
        ("timezone = 'Mars'", "timezone: found 'Mars', expected one like 'Europe/Vienna'"),
        (
            "[groups.t]\nmembers = ['a', 'b']\nassignments = ['x']\n"
            "[groups.u]\nmembers = ['a', 'c']\nassignments = ['x']",
            "groups.u: found 'a', who is in 't' for x too",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_lines_that_are_right(text: str, complaint: str) -> None:
    with pytest.raises(WrongUse) as caught:
        stated(text)
    assert complaint in str(caught.value) and str(caught.value).startswith("course.toml")


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_lines_that_are_shown_as_right_are(name: str) -> None:
    category = "\n[categories.homework]\nweight = 1" if name == "assignments" else ""
    assert getattr(stated(EXAMPLES[name] + category), name)


def test_an_extension_is_added_at_the_end_and_the_last_one_counts(tiny: TinyCourse) -> None:
    path = tiny.root / "course.toml"
    path.write_text(f"# as agreed in the first lecture\n{TERM}", encoding="utf-8")
    course = open_course(tiny.root)
    whose = 'Zoë "Z" 李'
    until = datetime(2026, 4, 5, 21, 59, tzinfo=UTC).replace(tzinfo=None)
    add_extensions(course, [Extension("a1", whose, until, why="ill", by="me"), Extension("a1", "ada", until)])
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# as agreed in the first lecture\n{TERM.rstrip()}\n")
    policies = read_policies(course)
    assert policies.due("a1", whose, None) == policies.due("a1", "ada", None) == until
    assert datetime(2026, 4, 5, 23, 59, tzinfo=ZoneInfo("Europe/Vienna")).isoformat(sep=" ") in text
    path.write_text("extension = []\n")
    with pytest.raises(WrongUse):
        add_extensions(course, [Extension("a1", "ada", until)])
    assert path.read_text() == "extension = []\n", "what was there stays"
