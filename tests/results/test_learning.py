"""What came of the learning test: the interval by hand, files that lie or attack, nothing about a few."""

import io
import json
import math
import os
from pathlib import Path

import pytest
from tiny_course import TinyCourse

from autograder.report import learning
from autograder.report.learning import (
    FEWEST,
    MOST_BYTES,
    files_in,
    gains_of,
    learning_page,
    mean_of,
    read_pairs,
    t_quantile,
    write_learning,
)

# Right answers before and after, the odd ones with form A first: the gains are 2 4 3 5 1 3 4 2 3 3, mean 3.
SCORES = [(4, 6), (3, 7), (5, 8), (2, 7), (6, 7), (4, 7), (3, 7), (5, 7), (4, 7), (4, 7)]


def record(number: int, before: int, after: int, first: str = "A", **changes: object) -> dict[str, object]:
    """What a student's machine writes: the first `before` items right, then the first `after`."""
    results = (
        ("2026-03-02T12:00:00Z", [k < before for k in range(12)]),
        ("2026-05-02T12:00:00Z", [k < after for k in range(12)]),
    )
    forms = {
        form: {"when": when, "right": right}
        for form, (when, right) in zip(("AB" if first == "A" else "BA"), results, strict=True)
    }
    return {"version": 1, "id": f"{number:032x}", "first": first, "forms": forms, **changes}


def hand_in(folder: Path, records: list[dict[str, object]]) -> list[Path]:
    paths = []
    for number, each in enumerate(records):
        paths.append(folder / f"student{number}/a8_metrics/learning.json")
        paths[-1].parent.mkdir(parents=True)
        paths[-1].write_text(json.dumps(each))
    return paths


def a_class(folder: Path, count: int = len(SCORES)) -> list[Path]:
    records = [record(k, *scores, "AB"[k % 2]) for k, scores in enumerate(SCORES[:count])]
    return hand_in(folder, records)


def test_students_t_is_that_of_the_printed_table():
    """Fisher and Yates, Statistical Tables, table III, P = 0.05."""
    table = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 9: 2.262, 10: 2.228, 29: 2.045, 30: 2.042, 120: 1.980}
    assert {freedom: round(t_quantile(freedom), 3) for freedom in table} == table


def test_the_interval_of_a_known_example_is_that_worked_out_by_hand():
    """Ten gains of mean 3: squared deviations 1 1 0 4 4 0 1 1 0 0, so s² = 12 / 9; t with 9 degrees is 2.262."""
    gain = mean_of([after - before for before, after in SCORES])
    assert (gain.count, gain.value) == (10, 3)
    assert gain.high - 3 == pytest.approx(2.262 * math.sqrt(12 / 9) / math.sqrt(10), abs=1e-3)
    assert 3 - gain.low == pytest.approx(gain.high - 3)


def test_means_orders_and_items_are_those_of_the_files(tmp_path: Path) -> None:
    pairs, refused = read_pairs(a_class(tmp_path))
    gains = gains_of(pairs)
    assert refused == [] and (gains.before, gains.after, gains.gain.value) == (4, 7, 3)
    (first, a), (second, b) = gains.orders
    assert (first, second) == ("A", "B") and a and b
    assert (a.count, a.value, b.count, b.value) == (5, 13 / 5, 5, 17 / 5)
    # Item 5 was right before for two of ten, after for all; item 12 for nobody.
    assert (gains.items[4].before, gains.items[4].after) == pytest.approx((0.3, 1.0))
    assert (gains.items[11].before, gains.items[11].after) == (0, 0)


def test_the_command_writes_a_page_that_names_nobody_and_claims_no_cause(tiny: TinyCourse) -> None:
    a_class(tiny.root / "submitted")
    out = io.StringIO()
    assert write_learning(tiny.root, out=out) == 0
    page = (tiny.root / "reports/learning.html").read_text()
    for said in (page, out.getvalue()):
        assert "10 pairs" in said and "+3.00 (95 % interval +2.17 to +3.83)" in said
        assert "student" not in said.replace("Student's t", "") and f"{3:032x}" not in said
        assert not any(
            word in said.lower() for word in ("because", "caused", "effect", "thanks to", "improve")
        )
        assert "What it is due to, it does not say" in said


def test_of_fewer_than_ten_pairs_nothing_is_said_and_an_older_page_goes(tiny: TinyCourse) -> None:
    paths = a_class(tiny.root / "submitted")
    assert write_learning(tiny.root, out=io.StringIO()) == 0
    paths[0].unlink()
    out = io.StringIO()
    assert write_learning(tiny.root, out=out) == 1
    assert out.getvalue() == f"Fewer than {FEWEST} pairs: nothing is said of so few.\n"
    assert not (tiny.root / "reports/learning.html").exists()


def test_an_order_that_few_took_is_not_said_and_neither_is_the_rest(tmp_path: Path) -> None:
    records = [record(k, 4, 7, "B" if k < 4 else "A") for k in range(12)]
    gains = gains_of(read_pairs(hand_in(tmp_path, records))[0])
    assert gains.orders == (("A", None), ("B", None))
    assert learning_page(gains).count("not said: one order has fewer than 5 pairs") == 2


RIGHT = {"when": "2026-03-02T12:00:00Z", "right": [True] * 12}
HOSTILE = {
    "not JSON": "{",
    "deep": "[" * 4000,
    "a list": "[]",
    "too large": " " * (MOST_BYTES + 1),
    "one form": json.dumps(record(1, 4, 7, forms={"A": RIGHT})),
    "thirteen items": json.dumps(record(1, 4, 7, forms={"A": RIGHT, "B": {**RIGHT, "right": [True] * 13}})),
    "eleven items": json.dumps(record(1, 4, 7, forms={"A": RIGHT, "B": {**RIGHT, "right": [True] * 11}})),
    "points": json.dumps(record(1, 4, 7, forms={"A": RIGHT, "B": {**RIGHT, "right": [100] * 12}})),
    "a score of its own": json.dumps(record(1, 4, 7, score=12)),
    "a name": json.dumps(record(1, 4, 7, name="Ada")),
    "markup for an id": json.dumps(record(1, 4, 7, id="<script>alert(1)</script>")),
    "another version": json.dumps(record(1, 4, 7, version=2)),
    "no such form": json.dumps(record(1, 4, 7, first="C")),
    "the second before the first": json.dumps({**record(1, 4, 7), "first": "B"}),
    "no time": json.dumps(record(1, 4, 7, forms={"A": RIGHT, "B": {**RIGHT, "when": "yesterday"}})),
    "not UTF-8": "\udcff",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_is_no_pair_is_left_out_with_the_reason(tmp_path: Path, text: str) -> None:
    path = tmp_path / "learning.json"
    path.write_text(text, errors="surrogateescape")
    pairs, ((refused, why),) = read_pairs([path])
    assert pairs == [] and refused == path and why


def test_links_and_pipes_are_not_read_and_folders_behind_links_not_entered(tmp_path: Path) -> None:
    (away,) = hand_in(tmp_path / "away", [record(1, 4, 7)])
    here = tmp_path / "here"
    here.mkdir()
    (here / "learning.json").symlink_to(away)
    (here / "folder").symlink_to(away.parent)
    os.mkfifo(here / "learning-2.json")
    found = files_in([here])
    assert found == [here / "learning-2.json", here / "learning.json"]
    pairs, refused = read_pairs(found)
    assert pairs == [] and [why for _, why in refused] == ["not an ordinary file"] * 2


def test_copies_count_once_and_an_id_with_two_results_counts_not_at_all(tmp_path: Path) -> None:
    once, twice, other = record(1, 4, 7), record(2, 4, 7), record(2, 0, 12)
    pairs, refused = read_pairs(hand_in(tmp_path, [once, once, twice, other]))
    assert [pair.id for pair in pairs] == [f"{1:032x}"]
    assert [why for _, why in refused] == ["other files have the same id and other results"] * 2


def test_a_folder_that_there_is_not_is_said(tiny: TinyCourse) -> None:
    out = io.StringIO()
    assert write_learning(tiny.root, [tiny.root / "none"], out=out) == 2
    assert "found no such folder" in out.getvalue()


def test_the_pages_tables_read_as_text(tmp_path: Path) -> None:
    page = learning_page(gains_of(read_pairs(a_class(tmp_path))[0]))
    assert page.count("<table>") == 2 and page.count("<tr>") == 1 + 5 + 1 + learning.ITEMS
