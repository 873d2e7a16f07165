"""Every teaching element of the pages that the course started from is in the bank or in a lesson, and as many again."""

import tomllib
from pathlib import Path

import pytest
from lesson_headings import headings

from autograder.authoring import find_masters
from lstmlab.bank.load import lessons, load_bank
from tools import claims

ROOT = Path(__file__).parents[2]
MODES = tomllib.loads((Path(__file__).parents[1] / "elements.toml").read_text(encoding="utf-8"))["mode"]
PLACES = [(mode["number"], text, place) for mode in MODES for text, place in mode["items"]]
PRACTICE = next(mode["items"] for mode in MODES if mode["number"] == 4)


@pytest.fixture(scope="module")
def places():
    """All that a place can name."""
    found = {entry.tag for entry in claims.load_entries(ROOT)} & {p.tag for p in claims.find_places(ROOT)}
    for lesson in lessons():
        bank = load_bank(lesson)
        for question in bank.questions.values():
            found.add(f"{lesson}/{'choice' if question.level else 'predict'}/{question.key}")
        for prompt in bank.prompts.values():
            found.add(f"{lesson}/explain/{prompt.key}")
            found |= {f"{lesson}/explain/{prompt.key}/{k}" for k in range(len(prompt.concepts))}
        found |= {f"{lesson}/card/{card.key}" for card in bank.cards}
        found |= {f"{lesson}/myth/{key}" for key in bank.myths}
        found |= {f"{lesson}/pitfall/{key}" for key in bank.pitfalls}
    for master in find_masters(ROOT):
        found |= {f"{master.path.stem}#{heading}" for heading in headings(master)}
    return found


def test_all_36_modes_are_listed_with_all_their_items():
    assert sorted(mode["number"] for mode in MODES) == sorted({*range(1, 37)} - {5, 6, 7, 8})
    short = [mode["name"] for mode in MODES if len(mode["items"]) != mode["count"]]
    assert short == []
    assert len({text for number, text, _ in PLACES if number != 9}) == sum(
        mode["count"] for mode in MODES if mode["number"] != 9
    ), "two items of the list are one"


def test_none_of_the_elements_is_missing(places):
    assert [(text, place) for _, text, place in PLACES if place not in places] == []


def test_no_item_of_the_bank_stands_for_two_elements():
    """Ten cards of those pages are ten cards here; only the claims may answer several of their sentences."""
    items = [place for number, _, place in PLACES if number != 9 and place.count("/") >= 2]
    assert len(items) >= 50
    assert sorted(place for place in set(items) if items.count(place) > 1) == []


@pytest.mark.parametrize("text, place", PRACTICE)
def test_each_practice_question_has_steps_a_quick_check_a_hint_and_three_mistakes(text, place):
    lesson, _, key = place.split("/")
    question = load_bank(lesson).questions[key]
    assert question.level == text.rpartition(", ")[2]
    assert "1. " in question.solution and "2. " in question.solution
    assert question.hint and question.check and len(question.mistakes) >= 3
    assert len(question.options) == 4 == len(set(question.reasons))


def test_there_is_as_much_again_on_what_those_pages_leave_out():
    banks = [load_bank(lesson) for lesson in lessons()]
    questions = [question for bank in banks for question in bank.questions.values()]
    have = {
        "cards": sum(len(bank.cards) for bank in banks),
        "choices": sum(bool(question.level) for question in questions),
        "predictions": sum(not question.level for question in questions),
        "prompts": sum(len(bank.prompts) for bank in banks),
        "concepts": sum(len(prompt.concepts) for bank in banks for prompt in bank.prompts.values()),
        "myths": sum(len(bank.myths) for bank in banks),
        "pitfalls": sum(len(bank.pitfalls) for bank in banks),
        "quick checks": sum(bool(question.check) for question in questions),
    }
    pages = {"cards": 10, "choices": 20, "predictions": 5, "prompts": 4, "concepts": 14, "myths": 4,
             "pitfalls": 3, "quick checks": 10}  # fmt: skip
    assert {kind: count for kind, count in have.items() if count < 2 * pages[kind]} == {}
