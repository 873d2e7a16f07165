"""What is due is due: days and midnights, clocks that go wrong, the order of items, the picture of progress."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Rating
from reviewing import DAY, NOON, answer

from lstmlab.review import local_days as days
from lstmlab.review import plots as review_plots
from lstmlab.review import schedule as review
from lstmlab.review.schedule import Answer


def test_good_comes_back_in_days_and_again_within_the_session():
    days = {rating: review.days_until(review.memory([Answer(NOON, rating)])) for rating in Rating}
    assert days[Rating.Again] < days[Rating.Hard] < 0.1 < days[Rating.Good] < days[Rating.Easy]


def test_the_same_log_always_gives_the_same_days():
    answers = [Answer(NOON + k * DAY, Rating(1 + k % 4)) for k in range(8)]
    assert review.memory(answers) == review.memory(answers)


def test_an_item_is_due_on_its_day_from_midnight_on_and_stays_due(gates, clock, store):
    item = gates.items[0]
    store.add({item.id: Answer(NOON, Rating.Good)})
    log, _ = store.read()
    comes = review.memory(log[item.id]).due.astimezone()
    midnight = comes.replace(hour=0, minute=0, second=0)
    assert review.due(gates.items, log, midnight - timedelta(seconds=1)) == []
    assert review.due(gates.items, log, midnight) == review.due(gates.items, log, comes + 40 * DAY) == [item]


def test_the_most_overdue_comes_first_and_new_items_last_and_limited_by_the_day(gates, clock, store):
    late, later = gates.items[3], gates.items[1]
    store.add({late.id: Answer(NOON - 9 * DAY, Rating.Good), later.id: Answer(NOON - 12 * DAY, Rating.Good)})
    log, _ = store.read()
    queue = review.session(gates.items, log, NOON, new=4)
    assert queue[:2] == [later, late] and len(queue) == 6
    store.add({queue[2].id: Answer(NOON, Rating.Good)})
    assert len(review.session(gates.items, store.read()[0], NOON, new=4)) == 5, "one of today's four is done"


def test_new_items_of_several_lessons_come_mixed():
    queue = review.session(review.load_items(), {}, NOON, new=12)
    assert len({item.lesson for item in queue}) >= 4 and queue == review.session(
        review.load_items(), {}, NOON, new=12
    )


def test_strength_counts_what_was_not_met_as_not_known_and_fades(gates, store):
    total = len(gates.items)
    store.add({item.id: Answer(NOON, Rating.Good) for item in gates.items[: total // 2]})
    log, _ = store.read()
    (fresh,) = review.strengths(gates.items, log, NOON)
    (faded,) = review.strengths(gates.items, log, NOON + 60 * DAY)
    assert (fresh.total, fresh.met, fresh.due) == (total, total // 2, 0)
    assert 0.9 * fresh.met < fresh.known <= fresh.met and faded.known < 0.7 * fresh.met
    assert faded.due == fresh.met and fresh.share == fresh.known / total


@pytest.fixture
def berlin(monkeypatch):
    """The clock of a place that went from 02:00 to 03:00 on 29 March 2026."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_day_ends_at_midnight_also_where_the_clocks_are_put_forward(berlin, gates, store):
    before = datetime(
        2026, 3, 28, 23, 30, tzinfo=UTC
    )  # 00:30 on the 29th, an hour and a half before the change
    assert days.end_of_day(before) == datetime(2026, 3, 29, 22, tzinfo=UTC), (
        "23 hours after the midnight before"
    )
    assert days.begin_of_day(before) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    late = datetime(2026, 3, 27, 23, 15, tzinfo=UTC)  # 00:15 on the 28th
    now = datetime(2026, 3, 30, 10, tzinfo=UTC)
    store.add({gates.items[0].id: Answer(late, Rating.Good)})
    done, _ = review_plots.calendar(gates.items, store.read()[0], now)
    assert done[-3] == 1, "the 28th is the day before yesterday"


@pytest.mark.parametrize("when", ["2036-03-02T12:00:00+00:00", "9999-12-31T12:00:00+00:00"])
def test_an_answer_of_a_clock_that_was_ahead_waits_and_its_item_is_asked_meanwhile(gates, store, clock, when):
    first, second = (item.id for item in gates.items[:2])
    store.add({second: Answer(NOON - 9 * DAY, Rating.Good)})
    store.add(dict.fromkeys((first, second), Answer(datetime.fromisoformat(when), Rating.Good)))
    assert (
        "Met so far: 1 of" in gates.today().text() and "Answers dated after today: 2" in gates.today().text()
    )
    assert "(1 of " in gates.progress().alt and "  1 of " in gates.strengths().text()
    session = gates.session(new=len(gates.items))
    while session.left:
        answer(session)
    assert gates.session().left == 0, "and then not again on the same day"
    assert len(store.read()[0][second]) == 3, "nothing is thrown away"
    clock.now = NOON + 11 * 365 * DAY
    assert ("Answers dated after today" in gates.today().text()) == when.startswith("9999")


def test_a_clock_that_goes_back_an_hour_asks_nothing_twice_and_loses_nothing(gates, store, clock):
    session = gates.session(new=2)
    answer(session)
    clock.now -= timedelta(hours=1)
    answer(session)
    assert session.left == 0 and len(store.read()[0]) == 2
    assert gates.session(new=2).left == 0


def test_the_picture_of_progress_says_its_numbers_and_is_the_same_bytes_each_time(gates, store, clock):
    store.add({item.id: Answer(NOON - DAY, Rating.Good) for item in gates.items[:6]})
    store.add({gates.items[6].id: Answer(NOON, Rating.Easy)})
    drawn = gates.progress()
    assert f"(7 of {len(gates.items)} met)" in drawn.alt
    assert "Answers in the last 14 days: 7, 1 of them today." in drawn.alt
    assert "Due today: 0; in the next 14 days: 7, 6 of them tomorrow." in drawn.alt
    assert drawn.svg == gates.progress().svg


def test_a_day_counts_answers_and_reviews_where_they_fall(gates, store):
    store.add({gates.items[0].id: Answer(NOON - 3 * DAY, Rating.Easy)})
    store.add({gates.items[1].id: Answer(NOON - 40 * DAY, Rating.Good)})
    done, coming = review_plots.calendar(gates.items, store.read()[0], NOON)
    assert sum(done) == 1 == done[-4] and sum(coming) == 1 == coming[4], (
        "easy comes after 8 days, 3 have passed"
    )


def test_a_simulated_card_follows_its_schedule():
    days = review_plots.schedule(5)
    for number in range(1, 5):
        due = review_plots.simulate(days[:number]).due
        assert (due - review_plots.DAY_ONE).days == days[number]
        assert 0.85 < review_plots.chance(days[:number], days[number]) < 0.95
