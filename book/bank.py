"""Everything that the review of a page may ask, as data: items, their verdicts, the order of new ones, the tests."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from book.language import Turn, same, spoken
from lstmlab.bank.load import LEVELS, Question
from lstmlab.draw.display import inline
from lstmlab.quiz import words
from lstmlab.quiz.item_widgets import folded
from lstmlab.quiz.pages import asked_html, option_buttons
from lstmlab.review.schedule import NEW_A_DAY, Item, load_items, titled
from lstmlab.review.self_test import SCORE, draw

SEEDS = range(1, 41)  # of the tests that a page can draw; Python's generator is not there
KEPT = "Kept in this browser."
STRENGTH = {"strength": "strength {share} %", "met": "{met} of {all} met", "due": "{due} due today"}


def bank_script(turn: Turn = same) -> str:
    """A script that hands the bank to the page, what is read of it turned."""
    items = load_items()
    place = {item.id: k for k, item in enumerate(items)}
    order = sorted(range(len(items)), key=lambda k: hashlib.sha256(items[k].id.encode()).digest())
    data = {
        "items": [_row(item) for item in items],
        "order": order,
        "new": NEW_A_DAY,
        "tests": {seed: [place[item.id] for item in draw(items, seed)] for seed in SEEDS},
        "levels": LEVELS,
        "names": {name: name for name in (*LEVELS, *words.RATINGS)},
        "words": {
            "intervals": words.INTERVALS,
            "review": {**words.REVIEW, **STRENGTH, "kept": KEPT},
            "buttons": words.REVIEW_BUTTONS,
            "ratings": words.RATINGS,
            "test": {**words.TEST, "score": SCORE},
            "test_buttons": words.TEST_BUTTONS,
        },
    }
    return f"lstmBook.bank = {json.dumps(spoken(data, 'bank', turn), ensure_ascii=False, separators=(',', ':'))};\n"


def _row(item: Item) -> dict[str, Any]:
    """An item as the page shows it; its verdicts are those that the notebook would say."""
    content = item.content
    row = {
        "id": item.id,
        "lesson": item.lesson,
        "titled": titled(item.lesson),
        "where": inline(item.where),
        "link": re.sub(r"\.ipynb#", ".html#", item.link),
    }
    if not isinstance(content, Question):
        return {
            **row,
            "asked": f"<p><b>{inline(content.front)}</b></p>",
            "back": f"<p>{inline(content.back)}</p>",
        }
    return {
        **row,
        "asked": asked_html(content),
        "options": option_buttons(content),
        "answer": content.answer,
        "level": content.level,
        "hint": inline(content.hint),
        "verdicts": {letter: inline(content.verdict(letter)) for letter in content.letters},
        "open": inline(content.verdict(None)),
        "solution": folded("Solution", content.solution_html()),
    }
