"""The review without a kernel: its days are those of the Python package, its sessions say what the notebook says."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Rating
from test_book_pages import opened, read, squeezed

from lstmlab.quiz.review_widgets import ReviewWidget
from lstmlab.review.exchange import save_for_the_book, take_from_the_book
from lstmlab.review.schedule import Answer, Reviews, due, load_items, session, strengths

pytestmark = pytest.mark.slow
NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)  # no clock is changed in the days around it


def logged(seed: int) -> dict[str, list[Answer]]:
    """Answers to half of all items over four months, several on one day too."""
    chance = random.Random(seed)
    log = {}
    for item in chance.sample(load_items(), k=len(load_items()) // 2):
        when, answers = NOON - timedelta(days=chance.randrange(1, 120), minutes=chance.randrange(600)), []
        while when < NOON and len(answers) < 8:
            answers.append(Answer(when, Rating(chance.choices([1, 2, 3, 4], [2, 2, 6, 1])[0])))
            when += timedelta(minutes=chance.choice([10, 700, 1500, chance.randrange(1440, 90_000)]))
        log[item.id] = answers
    return log


def visit(page, site, log, now):
    """Open lesson 10 at a time, with this log in the browser."""
    rows = {
        item: [[answer.when.isoformat(timespec="seconds"), int(answer.rating)] for answer in answers]
        for item, answers in log.items()
    }
    page.clock.set_fixed_time(now)
    opened(page, site, "10_review")
    page.evaluate(
        "rows => localStorage.setItem('lstmlab.reviews', JSON.stringify({version: 1, answers: rows}))", rows
    )
    opened(page, site, "10_review")


@pytest.mark.parametrize("seed", range(2))
def test_what_is_due_and_how_strong_a_lesson_is_are_pythons(reader, site, seed, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    log, items = logged(seed), load_items()
    for days in (0, 1, 9):
        now = NOON + timedelta(days=days)
        visit(reader, site, log, now)
        said = reader.locator(".live-today").inner_text()
        assert f"Due today: {len(due(items, log, now))}. Met so far: {len(log)} of {len(items)}" in said
        rows = reader.locator(".live-strengths tr").all_inner_texts()
        expected = strengths(items, log, now)
        assert len(rows) == len(expected)
        for row, strength in zip(rows, expected, strict=True):
            for part in (
                strength.lesson.replace("_", " "),
                f"strength {100 * strength.share:.0f} %",
                f"{strength.met} of {strength.total} met",
                f"{strength.due} due today",
            ):
                assert part in row


def test_a_session_asks_and_says_what_the_notebook_does_and_its_cards_are_due_the_next_day(
    reader, site, tmp_path
):
    log, items = logged(7), load_items()
    log = {key: log[key] for key in list(log)[:6]}
    visit(reader, site, log, NOON)
    store = Reviews(tmp_path / "reviews.json")
    for key, answers in log.items():
        for answer in answers:
            store.add({key: answer})
    widget = ReviewWidget(session(items, log, NOON), log, store, lambda: NOON)
    place = reader.locator(".live-session")
    chance = random.Random(1)
    for _ in range(40):
        page = widget.page
        assert squeezed(place.locator(".lp-text").inner_text()) == read(page["text"])
        assert squeezed(place.locator(".lq-status").text_content()) == read(page["status"])
        buttons = [*page["options"], *page["buttons"]]
        assert [read(label) for _, label, _ in buttons] == [
            squeezed(text) for text in place.locator("[data-press]").all_inner_texts()
        ]
        if not buttons:
            break
        name = chance.choice(buttons)[0]
        place.locator(f'[data-press="{name}"]').click()
        widget.press(name)
    assert widget._answers > 10
    kept = reader.evaluate("JSON.parse(localStorage.getItem('lstmlab.reviews')).answers")
    assert kept == json.loads((tmp_path / "reviews.json").read_text())["answers"]
    tomorrow = NOON + timedelta(days=1)
    reader.clock.set_fixed_time(tomorrow)
    opened(reader, site, "10_review")
    counted = len(due(items, store.read()[0], tomorrow))
    assert f"Due today: {counted}." in reader.locator(".live-today").inner_text() and counted > 0


def test_a_test_of_ten_is_handed_in_and_leads_to_what_to_read_again(reader, site):
    reader.clock.set_fixed_time(NOON)
    opened(reader, site, "10_review")
    place = reader.locator(".live-selftest").first
    for _ in range(10):
        place.locator("[data-press]").first.click()
    assert "All are answered" in place.inner_text()
    place.locator('[data-press="hand in"]').click()
    assert "of 10 right: easy" in place.inner_text()
    links = [link.get_attribute("href") for link in place.get_by_role("link").all()]
    assert links and all(".html#" in link for link in links)


def test_what_a_reader_did_goes_to_the_notebooks_and_to_another_browser(
    reader, site, tmp_path, monkeypatch, running
):
    monkeypatch.setenv("LSTMLAB_DATA", str(tmp_path / "data"))
    log = {item: answers for item, answers in logged(3).items() if answers}
    visit(reader, site, log, NOON)
    question = reader.locator(".live-predict").first
    question.get_by_role("radio").last.check()
    question.get_by_role("button", name="Commit").click()
    with reader.expect_download() as download:
        reader.get_by_role("button", name="Save", exact=True).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    answers = sum(map(len, log.values()))
    assert take_from_the_book(file) == f"New: {answers} answers to reviews, 1 predictions, 0 texts."
    assert Reviews().read()[0] == log
    save_for_the_book(file)
    other = running.new_page(timezone_id="Europe/Berlin")
    other.clock.set_fixed_time(NOON)
    opened(other, site, "10_review")
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"version": 7}')
    other.locator(".book-kept input").set_input_files(wrong)
    other.get_by_text("This is no file of the book").wait_for()
    with other.expect_navigation():
        other.locator(".book-kept input").set_input_files(file)
    opened(other, site, "10_review")
    said = reader.locator(".live-today").inner_text()
    assert other.locator(".live-today").inner_text() == said and f"Met so far: {len(log)}" in said
    assert other.locator(".live-predict").first.get_by_role("radio").last.is_checked()
    other.context.close()
