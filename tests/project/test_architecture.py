"""docs/architecture.md names modules and rooms that there are, and every room of the grader, in text and picture."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PICTURE = (ROOT / "docs" / "images" / "rooms.svg").read_text(encoding="utf-8")
ROOMS = sorted(path.parent.name for path in (ROOT / "autograder").glob("*/__init__.py"))
NAMED = sorted(set(re.findall(r"`((?:autograder|lstmlab|exercises)/[\w./]*)`", PAGE)))


@pytest.mark.parametrize("path", NAMED)
def test_what_the_page_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_of_the_grader_is_in_the_table_and_in_the_picture(room: str) -> None:
    assert f"`autograder/{room}`" in PAGE
    assert f">{room}</tspan>" in PICTURE


def test_the_picture_has_no_room_that_is_gone() -> None:
    assert set(re.findall(r'font-weight="bold">(\w+)</tspan>', PICTURE)) == set(ROOMS)


def test_the_picture_has_the_layers_that_the_linter_keeps() -> None:
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition('id = "layers"')[2]
    layers = re.findall(r"\w+", contract.partition("layers = [")[2].partition("]")[0])
    drawn = re.findall(r'font-weight="bold">(\w+)</tspan>', PICTURE)
    assert drawn == layers


@pytest.mark.parametrize("way", ["submission", "value", "slider", "quiz answer"])
def test_each_way_is_a_numbered_walk_through_modules(way: str) -> None:
    walk = PAGE.partition(f"## The way of a {way}\n")[2].partition("\n## ")[0]
    steps = re.split(r"^\d+\. ", walk, flags=re.MULTILINE)[1:]
    assert len(steps) >= 4 and len(re.findall(r"\w+\.(?:py|js)`", walk)) >= 5
