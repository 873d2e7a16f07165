"""Review across days: nothing is lost, what is due is due, the picture says its numbers, each press is answered."""

import html
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fsrs import Rating
from markdown_it import MarkdownIt

from autograder.authoring import find_masters
from lstmlab import days, review, review_plots
from lstmlab.bank import lessons, load_bank
from lstmlab.display import WIDGET_VIEW, inline
from lstmlab.items import Card
from lstmlab.review import Answer, Reviews
from lstmlab.review_widgets import Review
from lstmlab.selftest import MIX, Mark, draw, grade
from lstmlab.selftest_widget import selftest

ROOT = Path(__file__).parent.parent
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Time:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Time()


@pytest.fixture
def store(tmp_path):
    return Reviews(tmp_path / "data/reviews.json")


@pytest.fixture
def gates(store, clock):
    """A review of lesson 3, nothing answered yet."""
    return Review(["03_gates"], store, clock)


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


# -- items -------------------------------------------------------------------------------------------------


def test_every_card_and_every_question_of_the_course_is_an_item_once():
    items = review.load_items()
    banks = [load_bank(lesson) for lesson in lessons()]
    wanted = sum(len(bank.cards) + sum(bool(q.level) for q in bank.questions.values()) for bank in banks)
    assert len(items) == wanted == len({item.id for item in items}) and wanted >= 200
    assert re.fullmatch(r"\d\d_\w+/(card|choice)/.+", items[0].id)


def test_a_lesson_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"no lesson '11_more'; pass some of 00_start_here, 01_sequences"):
        review.load_items(["03_gates", "11_more"])


def test_every_link_leads_to_a_heading_as_jupyter_names_it():
    """JupyterLab names a heading after its rendered text, blanks as hyphens."""
    for master in find_masters(ROOT):
        if master.path.stem not in lessons():
            continue
        prose = "\n\n".join(cell.source for cell in master.read().cells if cell.cell_type == "markdown")
        headings = re.findall(r"<h\d>(.*?)</h\d>", MarkdownIt().render(prose))
        names = {html.unescape(re.sub("<[^>]+>", "", heading)).replace(" ", "-") for heading in headings}
        own = [item for item in review.load_items([master.path.stem])]
        assert own and [item.link for item in own if item.link.partition("#")[2] not in names] == []
        assert not any("*" in item.where for item in own)


# -- what is kept ------------------------------------------------------------------------------------------


def test_an_answer_is_kept_with_its_time_and_read_back(store):
    first, second = Answer(NOON, Rating.Good), Answer(NOON + DAY, Rating.Hard)
    store.add({"03_gates/card/k": first})
    log, note = store.add({"03_gates/card/k": second, "é/card/x": first})
    assert note == "" and log == store.read()[0] == {"03_gates/card/k": [first, second], "é/card/x": [first]}
    assert json.loads(store.file.path.read_text())["version"] == review.VERSION


def test_reading_writes_nothing_and_a_missing_file_is_no_trouble(store, gates):
    assert store.read() == ({}, "")
    for shown in (
        gates.today(),
        gates.session(),
        gates.strengths(),
        gates.progress(),
        selftest(gates, 1, easy=1),
    ):
        repr(shown)
    assert not store.file.path.parent.exists()


DAMAGED = ["", "{", "[]", '{"version": 1}', '{"version": 1, "answers": {"a": 3}}', '{"version": "1"}',
           '{"version": 1, "answers": {"a": [["yesterday", 3]]}}', '{"version": 1, "answers": {"a": [[1, 3]]}}',
           '{"version": 1, "answers": {"a": [["2026-03-02T12:00:00+00:00", 9]]}}', '{"version": 1, "answers": []}',
           '{"version": 1, "answers": {"a": [["2026-03-02", 3, "more"]]}}', '{"version": "1", "answers": {}}',
           '{"version": 1.5, "answers": {}}', '{"version": null, "answers": {}}',
           '{"version": true, "answers": {}}']  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_reported_left_alone_by_reading_and_kept_aside_by_writing(store, content):
    store.file.path.parent.mkdir(parents=True)
    store.file.path.write_text(content)
    log, trouble = store.read()
    assert log == {} and "damaged" in trouble and "kept aside" in trouble
    assert store.file.path.read_text() == content
    log, note = store.add({"a": Answer(NOON, Rating.Good)})
    assert list(log) == ["a"] and "reviews-aside-1.json" in note and "a new file was begun" in note
    assert store.file.path.with_name("reviews-aside-1.json").read_text() == content
    assert store.read()[1] == ""


def test_a_second_damaged_file_does_not_replace_the_first(store):
    store.file.path.parent.mkdir(parents=True)
    for content in ("first", "second"):
        store.file.path.write_text(content)
        store.add({"a": Answer(NOON, Rating.Good)})
    kept = [store.file.path.with_name(f"reviews-aside-{number}.json").read_text() for number in (1, 2)]
    assert kept == ["first", "second"]


def test_a_file_of_a_newer_course_is_kept_aside_whole(store):
    newer = json.dumps({"version": review.VERSION + 1, "answers": {"a": "another form"}})
    store.file.path.parent.mkdir(parents=True)
    store.file.path.write_text(newer)
    assert f"of a newer format ({review.VERSION + 1}; this course reads {review.VERSION})" in store.read()[1]
    store.add({"a": Answer(NOON, Rating.Good)})
    assert store.file.path.with_name("reviews-aside-1.json").read_text() == newer


def test_a_file_that_an_editor_saved_with_a_mark_in_front_is_read(store):
    store.add({"a": Answer(NOON, Rating.Good)})
    store.file.path.write_text("\ufeff" + store.file.path.read_text(), encoding="utf-8")
    assert list(store.read()[0]) == ["a"] and store.read()[1] == ""


def test_a_file_that_cannot_be_read_at_the_moment_is_not_put_aside(store, gates):
    store.file.path.parent.mkdir(parents=True)
    store.file.path.symlink_to(
        store.file.path
    )  # a link to itself: the system refuses to open it, for root too
    log, trouble = store.read()
    assert log == {} and "not to be read (OSError" in trouble and "Set LSTMLAB_DATA" in trouble
    with pytest.raises(OSError, match="symbolic links"):
        store.add({"a": Answer(NOON, Rating.Good)})
    assert store.file.path.is_symlink() and not list(store.file.path.parent.glob("*aside*"))
    session = gates.session(new=1)
    answer(session)
    assert session.left == 0, "the session goes on"


def test_a_file_that_is_a_link_stays_one_and_what_it_leads_to_is_written(store, tmp_path):
    shared = tmp_path / "shared.json"
    shared.write_text('{"version": 1, "answers": {}}')
    store.file.path.parent.mkdir(parents=True)
    store.file.path.symlink_to(shared)
    store.add({"a": Answer(NOON, Rating.Good)})
    assert store.file.path.is_symlink() and '"a"' in shared.read_text()


def test_what_a_newer_minor_course_added_beside_the_answers_stays(store):
    store.file.path.parent.mkdir(parents=True)
    store.file.path.write_text('{"version": 1, "answers": {}, "extra": [1]}')
    store.add({"a": Answer(NOON, Rating.Good)})
    assert json.loads(store.file.path.read_text())["extra"] == [1]


def _write_many(path, name, count):
    for number in range(count):
        Reviews(path).add({f"{name}/card/{number}": Answer(NOON, Rating.Good)})


def test_notebooks_that_write_at_once_lose_nothing(store):
    with ThreadPoolExecutor(3) as writers:  # each opens the lock for itself, as another process does
        list(writers.map(lambda name: _write_many(store.file.path, name, 20), "abc"))
    assert len(store.read()[0]) == 60
    left = {path.name for path in store.file.path.parent.iterdir()}
    assert left <= {"reviews.json", "reviews.json.lock"}


def test_a_session_goes_on_when_nothing_can_be_kept_and_says_so(tmp_path, clock):
    (tmp_path / "file").write_text("in the way")
    stuck = Review(["03_gates"], Reviews(tmp_path / "file/reviews.json"), clock)
    session = stuck.session(new=len(stuck.items))
    while "turn" not in names(session):
        answer(session)
    session.press("turn")
    left = session.left
    session.press("Good")
    assert session.left == left - 1 and "could not be kept" in text(session)


def test_the_readers_own_folder_is_named_by_lstmlab_data(monkeypatch, tmp_path):
    monkeypatch.setenv("LSTMLAB_DATA", str(tmp_path / "mine"))
    assert Reviews().file.path == tmp_path / "mine/reviews.json"
    monkeypatch.delenv("LSTMLAB_DATA")
    assert ROOT not in Reviews().file.path.parents


@pytest.mark.parametrize(
    "named, folder",
    [
        ("~/my data", "my data"),
        ("mine", "mine"),
        ("./größe/学习 <b>", "größe/学习 <b>"),
        ("  ", None),
        ("", None),
    ],
)
def test_an_odd_name_of_the_readers_folder_never_ends_in_the_course(monkeypatch, tmp_path, named, folder):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("LSTMLAB_DATA", named)
    wanted = tmp_path / (folder or ".local/share/lstmlab")
    assert Reviews().file.path == wanted / "reviews.json"
    Reviews().add({"a": Answer(NOON, Rating.Good)})
    assert (wanted / "reviews.json").is_file()
    assert "<b>" not in Review(["03_gates"]).today().html()


# -- what is due -------------------------------------------------------------------------------------------


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


# -- pictures ----------------------------------------------------------------------------------------------


def test_the_picture_of_progress_says_its_numbers_and_is_the_same_bytes_each_time(gates, store, clock):
    store.add({item.id: Answer(NOON - DAY, Rating.Good) for item in gates.items[:6]})
    store.add({gates.items[6].id: Answer(NOON, Rating.Easy)})
    drawn = gates.progress()
    assert f"(7 of {len(gates.items)} met)" in drawn.alt
    assert "Answers in the last 14 days: 7, 1 of them today." in drawn.alt
    assert "Due today: 0; in the next 14 days: 7, 6 of them tomorrow." in drawn.alt
    assert drawn.png == gates.progress().png


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


# -- the session -------------------------------------------------------------------------------------------


def test_a_card_is_turned_before_it_is_rated_and_the_buttons_say_when_it_comes_again(gates, store):
    session = gates.session(new=len(gates.items))
    while "turn" not in names(session):
        answer(session)
    card = session._queue[0].content
    assert names(session) == ["turn"] and "Good" not in names(session)
    session.press("Good")
    assert names(session) == ["turn"], "nobody knows a card that was not turned"
    session.press("turn")
    assert names(session) == ["Again", "Hard", "Good", "Easy"] and session.page["focus"] == "Good"
    assert "Good: 2 days" in [label for _, label, _ in session.page["buttons"]]
    left = session.left
    session.press("Good")
    assert session.left == left - 1 and "It comes again in 2 days." in text(session)
    assert [a.rating for a in store.read()[0][f"03_gates/card/{card.key}"]] == [Rating.Good]


def test_a_wrong_answer_says_why_shows_the_solution_and_comes_again_until_it_is_right(gates, store):
    session = gates.session(new=len(gates.items))
    while not session.page["options"]:
        answer(session)
    item, left = session._queue[0], session.left
    question = item.content
    wrong = next(letter for letter in question.letters if letter != question.answer)
    session.press(wrong)
    assert names(session) == ["next"] and session.left == left and session._queue[-1] == item
    assert "Not so." in text(session) and "end of this session" in text(session)
    assert "<summary>Solution</summary>" in session.page["status"]
    while session.left:
        if names(session) == ["next"]:
            session.press("next")
        answer(session)
    assert [a.rating for a in store.read()[0][item.id]] == [Rating.Again, Rating.Good]
    assert "Done for today" in text(session) and names(session) == []


def test_the_heading_of_an_items_section_does_not_stand_above_it_before_it_is_answered(gates):
    """A section called "c has no bound, h has" answers the card "Which of c and h is bounded?"."""
    session = gates.session(new=len(gates.items))
    for _ in range(len(gates.items)):
        item = session._queue[0]
        assert inline(item.section) not in session.page["text"] and "03 gates · " in session.page["text"]
        session.press("turn" if "turn" in names(session) else item.content.answer)
        assert inline(item.where) in session.page["text"]
        session.press("Good" if "Good" in names(session) else "next")


def test_a_right_answer_after_a_hint_counts_as_hard(gates, store):
    session = gates.session(new=len(gates.items))
    while not session.page["options"]:
        answer(session)
    item = session._queue[0]
    session.press("hint")
    assert "Hint:" in text(session) and "hint" not in names(session)
    session.press(item.content.answer)
    assert store.read()[0][item.id][-1].rating == Rating.Hard
    session.press("next")
    assert not session._hinted


def test_tomorrow_nothing_that_was_known_is_asked_again(gates, clock):
    session = gates.session(new=len(gates.items))
    while session.left:
        answer(session)
    assert gates.session().left == 0 and "Nothing is due today" in text(gates.session())
    assert "Due today: 0." in gates.today().text()
    clock.now += 3 * DAY
    assert gates.session().left == len(gates.items)


def test_the_review_is_told_when_its_file_is_damaged(gates, store):
    store.file.path.parent.mkdir(parents=True)
    store.file.path.write_text("{")
    assert "damaged" in gates.today().text()
    answer(gates.session(new=1))
    assert store.file.path.with_name("reviews-aside-1.json").exists()


def test_two_notebooks_that_are_open_at_once_keep_each_others_answers(gates, store):
    one, two = gates.session(new=3), gates.session(new=3)
    item = one._queue[0]
    answer(one)
    answer(two)
    assert len(store.read()[0][item.id]) == 2


def test_everything_reads_as_plain_text_and_static_html(gates):
    for widget in (
        gates.session(),
        selftest(gates, seed=1, easy=1, medium=1),
        gates.today(),
        gates.strengths(),
    ):
        bundle = widget._repr_mimebundle_()
        assert repr(widget) == bundle["text/plain"] == widget.text()
        assert not re.search(r"0x[0-9a-f]+|object at", bundle["text/plain"]) and WIDGET_VIEW in bundle
        assert bundle["text/html"].count("<details>") == bundle["text/html"].count("</details>")


# -- the test of ten ---------------------------------------------------------------------------------------


def test_the_same_seed_asks_the_same_ten_and_another_seed_others():
    items = review.load_items()
    one, same, other = (draw(items, seed) for seed in (1, 1, 2))
    assert one == same != other
    assert [Mark(item, None).question.level for item in one] == [
        level for level in MIX for _ in range(MIX[level])
    ]
    assert len({item.id for item in one}) == 10
    assert len({item.lesson for item in one}) >= 8, "from as many lessons as possible"


def test_a_test_that_cannot_be_drawn_says_how_many_there_are():
    items = review.load_items(["03_gates"])
    with pytest.raises(ValueError, match=r"100 easy questions wanted, \d+ found; name more lessons"):
        draw(items, 1, {"easy": 100})
    with pytest.raises(ValueError, match="no level trivial; give numbers for easy, medium, hard"):
        draw(items, 1, {"trivial": 1})


def test_a_report_counts_by_level_and_lists_what_to_read_again():
    drawn = draw(review.load_items(), 5)
    right = {item.id: Mark(item, None).question.answer for item in drawn}
    assert grade(drawn, right).score == "10 of 10 right: easy 3 of 3, medium 4 of 4, hard 3 of 3."
    assert grade(drawn, right).again == []
    report = grade(drawn, {**right, drawn[0].id: None, drawn[9].id: "Z"})
    assert report.score == "8 of 10 right: easy 2 of 3, medium 4 of 4, hard 2 of 3."
    assert {mark.item for mark in report.again} == {drawn[0], drawn[9]}


def test_a_test_gives_nothing_away_before_it_is_handed_in_and_then_links_the_sections(store, clock):
    clock.now += 40 * DAY
    test = selftest(Review(store=store, clock=clock), seed=3)
    sheet = test.sheet
    for number, item in enumerate(test.drawn):
        question = Mark(item, None).question
        assert f"Question {number + 1} of 10" in text(sheet)
        assert question.reason(question.answer) not in text(sheet)
        wrong = next(letter for letter in question.letters if letter != question.answer)
        sheet.press(question.answer if number else wrong)
    sheet.press("back")
    assert sheet.page["chosen"] == Mark(test.drawn[9], None).question.answer
    sheet.press("skip")
    assert "All are answered" in text(sheet) and test.report is None
    sheet.press("hand in")
    assert text(sheet).strip().startswith("9 of 10 right") and names(sheet) == []
    (shown,) = test.links.outputs
    assert f'href="{test.drawn[0].link}"' in shown["data"]["text/html"]
    ratings = [store.read()[0][item.id][-1].rating for item in test.drawn]
    assert ratings == [Rating.Again] + [Rating.Good] * 9
    assert {answers[0].when for answers in store.read()[0].values()} == {clock.now}


def test_a_second_click_that_overtakes_the_next_page_answers_nothing_there(gates):
    sheet = selftest(gates, seed=1, easy=1, medium=1).sheet
    click = {"press": "A", "page": sheet.page["number"]}
    for _ in range(2):
        sheet._handle_custom_msg(click, [])
    assert len(sheet.chosen) == 1 and "Question 2 of 2" in text(sheet)
    sheet._handle_custom_msg({"press": "A", "page": sheet.page["number"]}, [])
    assert len(sheet.chosen) == 2


def test_a_question_left_open_is_named_counts_as_wrong_and_is_not_kept(gates, store):
    test = selftest(gates, seed=1, easy=1, medium=1)
    test.sheet.press("skip")
    test.sheet.press("A")
    assert "Open: 1." in text(test.sheet)
    test.sheet.press("hand in")
    assert test.drawn[0] in [mark.item for mark in test.report.again]
    assert list(store.read()[0]) == [test.drawn[1].id]


def test_something_to_explain_is_drawn_from_the_chosen_lessons(gates):
    assert gates.explain(1).text() == gates.explain(1).text()
    assert gates.explain(1).prompt.key in load_bank("03_gates").prompts
