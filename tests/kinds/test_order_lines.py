"""Lines to put in order: what an order makes is run, so that any right order counts and a wrong line has its name."""

import re
from itertools import permutations
from pathlib import Path

import jupytext
import pytest

from autograder.checking.examine import examine
from autograder.checking.registry import assignment_of, find, names
from autograder.checking.report import as_text
from autograder.checking.stock.answers import answers_to, function_in
from autograder.checks import check

ROOT = Path(__file__).parents[2]
ORDERS = [name for name in names() if find(name).lines]
AGAIN = [name for name in names() if find(name).like]


def report_on(name, order):
    return examine(find(name), lambda: order, seed=2)


def test_any_right_order_counts():
    for first in permutations("GKD"):
        assert report_on("order_rnn_forward", [*first, *"BJFA"]).share == 1
    assert (
        report_on("order_lstm_cell", "E J B H F L D").share == report_on("order_lstm_cell", "ejhbfld").share
    )
    assert report_on("order_lstm_cell", "E, J, B, H, F, L, D\n").share == 1


def moved(name, letters):
    """The text of the cell after its lines were moved."""
    exercise = find(name)
    rest = [letter for letter in exercise.lines if letter not in letters]
    shown = {letter: f"    {letter}    {line}" for letter, line in exercise.lines.items()}
    parts = [
        f"    {exercise.head}",
        *map(shown.get, letters),
        "    --- above: ---",
        *map(shown.get, rest),
        "    ",
    ]
    return "\n".join(["", *parts])


@pytest.mark.parametrize("name", ORDERS)
def test_lines_that_were_moved_are_their_letters(name):
    for answer in (*answers_to(name).right, *answers_to(name).wrong):
        order = function_in(answer.source, name, "<order>")()
        letters = re.findall(r"[A-Z]", str(order).upper())
        if letters and set(letters) <= set(find(name).lines) and len(set(letters)) == len(letters):
            assert report_on(name, moved(name, letters)) == report_on(name, letters), answer.title


def test_a_line_of_a_mistake_is_named_as_that_mistake():
    report = report_on("order_lstm_cell", "E C H B F L D")
    assert [each.name for each in report.mistakes] == ["the blocks were read as i, f, o, g"]
    assert 0 < report.share < 1


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("E J Q", "found 'Q', which is no line; the lines are A, B, C"),
        ("E E", "found line E twice"),
        ("", "found no line, expected lines in their order, or their letters"),
        (
            None,
            "the function returned None, expected the text of the cell with its lines in order, or letters",
        ),
        ("D E", "NameError: name 'h_next' is not defined"),
        (["import os"], "which is no line"),
        ("E J H B F L D_", "found '_', which is no line"),
        ("---\nE    sums = 1", "no line is above the dashes; move those that are used there"),
        (
            "C    i, f, g, o = sums.chunk(4, 1)\n---",
            "line C is 'i, f, g, o = sums.chunk(4, 1)', expected 'i, f, o, g =",
        ),
        ("B        g = g.tanh()", "line B has 8 spaces between its letter and its text, expected 4 spaces:"),
        ("B\tg = g.tanh()", "line B has '\\t' between its letter and its text, expected 4 spaces:"),
        (
            "J    i, f, g, o = sums.chunk(4, 1)\ng = g.tanh()",
            "expected a letter before it, as in the cell: 'B g =",
        ),
        ("i, f, g, o = sums.chunk(4, 1)", "expected a letter before it, as in the cell: 'J i, f, g, o ="),
        ("A B C D E F G H J K L M", "all lines are above the dashes, and some belong to mistakes"),
        (
            7,
            "the function returned an int, expected the text of the cell with its lines in order, or letters",
        ),
    ],
)
def test_what_is_no_order_is_said_and_earns_nothing(order, words):
    report = report_on("order_lstm_cell", order)
    assert report.share == 0 and words in " ".join(as_text(report).split())


@pytest.mark.parametrize("name", ORDERS)
def test_a_text_edited_by_accident_counts_or_says_what_to_do(name):
    right = re.findall(r"\b[A-Z]\b", answers_to(name).right[0].source)
    text, head = moved(name, right), f"    {find(name).head}"
    whole = report_on(name, text)
    assert whole.share == 1
    dashes = next(line for line in text.splitlines() if "---" in line)
    below = text.partition(dashes)[2]
    for same in (
        text.replace(dashes, "    - - above: ---"),
        text.replace(dashes, "    — above: —"),
        text.replace(dashes, dashes.replace("-", "")),
        text.replace(below, "\n"),
        text.replace(dashes + below, "\n"),
        text.replace(f"{head}\n", ""),
        text.replace(f"{head}\n", "").replace(dashes, f"{head}\n{dashes}"),
        text.replace("\n", "\r\n"),
        text.replace("\n", "\n\n"),
        text.replace(f"{head}\n", f"{head}\n    # before the loop\n"),
        re.sub(r"^ +", "", text, flags=re.MULTILINE),
        re.sub(r"^    (?=[A-Z] )", "        ", text, flags=re.MULTILINE),
        re.sub(r"^    [A-Z] ", lambda letter: letter[0].lower(), text, flags=re.MULTILINE),
    ):
        assert report_on(name, same) == whole, same
    first = right[0]
    line = find(name).lines[first]
    for other, words in (
        (
            text.replace(dashes, ""),
            "found no line of dashes, so that all lines are used; write --- on a line",
        ),
        (text.replace(below, "").replace(dashes, below + dashes), "all lines are above the dashes"),
        (
            text.replace(f"    {first}    ", "    "),
            f"is no line; expected a letter before it, as in the cell: '{first}",
        ),
        (
            text.replace(f"{first}    ", f"{first}  "),
            f"line {first} has 2 spaces between its letter and its text",
        ),
        (
            text.replace(line, f"{line}  # so"),
            f"line {first} is '{line} # so', expected '{line}': lines are moved",
        ),
        (text.replace(dashes, f"    {first}    {line}\n{dashes}"), f"found line {first} twice"),
    ):
        report = report_on(name, other)
        assert report.share == 0 and words in " ".join(as_text(report).split()), as_text(report)


def test_lines_that_make_no_function_say_so():
    report = report_on("order_rnn_forward", "B G")
    assert report.share == 0 and "expected an indented block" in as_text(report)
    assert "See line G, in line 3 counted from `def`." in " ".join(as_text(report).split())


def test_the_function_that_the_lines_make_is_shown(capsys):
    def order_lstm_cell():
        return "E J H B F L D"

    check(order_lstm_cell)
    shown = capsys.readouterr().out
    assert shown.startswith("def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):\n    sums = x @ W_ih.T")
    assert "order_lstm_cell: 8 of 8 properties hold." in shown


@pytest.mark.parametrize("name", ORDERS)
def test_the_cell_has_the_lines_that_are_run(name):
    exercise, assignment = find(name), assignment_of(name)
    cells = jupytext.read(ROOT / "source" / f"{assignment}.py").cells
    place = next(n for n, c in enumerate(cells) if c.metadata.get("nbgrader", {}).get("grade_id") == name)
    text = cells[place].source.partition("### END SOLUTION")[2]
    assert f"    {exercise.head}\n    ---" in text
    assert dict(re.findall(r"^    ([A-Z])    (.+)$", text, re.MULTILINE)) == dict(exercise.lines)
    assert "Alt+Up" in cells[place - 1].source and not set(exercise.lines.values()) & {
        line.strip("# ") for line in cells[place - 1].source.splitlines()
    }
    assert "I" not in exercise.lines and "O" not in exercise.lines, "they look like digits"
    letters_alone = [answer.source for answer in answers_to(name).right if "---" not in answer.source]
    used = {letter for source in letters_alone for letter in re.findall(r"\b[A-Z]\b", source)}
    assert used < set(exercise.lines), "some lines belong to mistakes"


@pytest.mark.parametrize("name", AGAIN)
def test_what_comes_back_has_one_line_to_write(name):
    cells = jupytext.read(ROOT / "source" / f"{assignment_of(name)}.py").cells
    cell = next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)
    written = cell.source.partition("### BEGIN SOLUTION\n")[2].partition("    ### END")[0]
    assert len(written.strip().splitlines()) == 1
    ordered = [each for each in ORDERS if find(each).oracle is find(name).oracle]
    assert ordered, "it was put in order before"
    own, before = (int(re.findall(r"\d+", assignment_of(each))[0]) for each in (name, ordered[0]))
    assert before < own
    assert answers_to(name).right and f"{name} = {find(name).like}" in answers_to(name).right[0].source
