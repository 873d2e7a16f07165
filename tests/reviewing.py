"""A clock that stands still, and a hand that presses a review's buttons; for the tests of the review across days."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fsrs import Rating

from lstmlab.bank.items import Card

ROOT = Path(__file__).parent.parent
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Time:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


def text(widget):
    return re.sub(r"<[^>]+>", " ", widget.page["text"] + widget.page["status"])


def names(widget):
    return [button[0] for button in [*widget.page["options"], *widget.page["buttons"]]]


def answer(session, rating=Rating.Good):
    """Answers the item that is shown: a card by `rating`, a question rightly unless it is Again."""
    content = session._queue[0].content
    if isinstance(content, Card):
        session.press("turn")
        session.press(rating.name)
    else:
        wrong = next(letter for letter in content.letters if letter != content.answer)
        session.press(wrong if rating == Rating.Again else content.answer)
        session.press("next")
