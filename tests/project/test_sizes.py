"""The sizes of the suite: each line of quick.txt is a test that there is, and a folder holds what a reader takes in."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LISTED = [line for line in (TESTS / "quick.txt").read_text().splitlines() if line and line[0] != "#"]


@pytest.mark.parametrize("line", LISTED)
def test_each_line_of_the_list_is_a_test_that_there_is(line: str) -> None:
    file, _, test = line.removeprefix("-").partition("::")
    name, _, parameter = test.partition("[")
    text = (TESTS / file).read_text(encoding="utf-8")
    tests = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    assert not name or name in tests
    elsewhere = (
        "test_what_a_page",
        "test_a_wrong_answer",
        "test_the_laziest",
    )  # pages from docs/, exercises registered
    assert parameter.rstrip("]") in text or name.startswith(elsewhere)


def test_a_folder_of_tests_holds_no_more_modules_than_a_reader_takes_in() -> None:
    sizes = {folder.name: len(list(folder.glob("*.py"))) for folder in TESTS.iterdir() if folder.is_dir()}
    assert {name: size for name, size in sizes.items() if size > 16 and name != "answers"} == {}
