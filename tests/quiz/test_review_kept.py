"""What a review keeps: answers are read back, a damaged or newer file is never lost, writers at once lose nothing."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from fsrs import Rating
from reviewing import DAY, NOON, ROOT, answer, names, text

from lstmlab.quiz.review_widgets import Review
from lstmlab.quiz.self_test_widget import selftest
from lstmlab.review import schedule as review
from lstmlab.review.schedule import Answer, Reviews


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
    assert log == {} and "unreadable (OSError" in trouble and "Set LSTMLAB_DATA" in trouble
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
    assert session.left == left - 1 and "could not be saved" in text(session)


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
