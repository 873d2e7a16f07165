"""What a reader did in the book comes into the notebooks, and nothing of theirs is lost by it."""

import json

import pytest
from reviewing import NOON

from lstmlab.bank.load import load_bank
from lstmlab.review.exchange import FILE, save_for_the_book, take_from_the_book
from lstmlab.review.schedule import Answer, Rating, Reviews
from lstmlab.storage.explanations import Explanation, keep_explanation, load_explanation
from lstmlab.storage.predictions import keep_prediction, load_predictions

LESSON = "03_gates"


@pytest.fixture(autouse=True)
def reader(tmp_path, monkeypatch):
    """A reader with nothing kept, in a folder of their own."""
    monkeypatch.setenv("LSTMLAB_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def of_bank():
    """A prediction with two of its options, a prompt, a card's id."""
    bank = load_bank(LESSON)
    question = next(question for question in bank.questions.values() if not question.level)
    return question, next(iter(bank.prompts)), f"{LESSON}/card/{bank.cards[0].key}"


def test_what_was_saved_comes_back_whole_for_another_reader_and_only_once(monkeypatch, reader):
    question, prompt, card = of_bank()
    Reviews().add({card: Answer(NOON, Rating.Hard)})
    keep_prediction(LESSON, question.key, question.options[1])
    keep_explanation(LESSON, prompt, Explanation("A gate scales.", (True,), (False,)), "")
    assert "Written" in save_for_the_book()
    monkeypatch.setenv("LSTMLAB_DATA", str(reader / "other"))
    assert take_from_the_book() == "New: 1 answers to reviews, 1 predictions, 1 texts."
    assert Reviews().read()[0] == {card: [Answer(NOON, Rating.Hard)]}
    assert load_predictions(LESSON) == {question.key: question.options[1]}
    assert load_explanation(LESSON, prompt)[0] == Explanation("A gate scales.", (True,), (False,))
    assert take_from_the_book() == "New: 0 answers to reviews, 0 predictions, 0 texts."


def test_reviews_are_united_and_what_the_reader_has_here_stays(reader):
    question, prompt, card = of_bank()
    Reviews().add({card: Answer(NOON, Rating.Good)})
    keep_prediction(LESSON, question.key, question.options[0])
    keep_explanation(LESSON, prompt, Explanation("Mine."), "")
    file = {
        "version": 1,
        "reviews": {
            card: [["2020-01-01T00:00:00+00:00", 1]],
            "old/card/gone": [["2020-01-01T00:00:00+00:00", 3]],
        },
        "answers": {LESSON: {question.key: question.options[1], "no such question": "x"}, "no lesson": {}},
        "explanations": {LESSON: {prompt: {"text": "Theirs.", "ticks": [], "found": []}}},
    }
    (reader / FILE).write_text(json.dumps(file))
    assert take_from_the_book() == "New: 2 answers to reviews, 0 predictions, 0 texts."
    log = Reviews().read()[0]
    assert [answer.rating for answer in log[card]] == [Rating.Again, Rating.Good], "the oldest comes first"
    assert load_predictions(LESSON) == {question.key: question.options[0]}
    assert load_explanation(LESSON, prompt)[0].text == "Mine."


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"version": 2}', "\x00", "[" * 100_000,
        '{"version": 1, "reviews": {"a": [["yesterday", 3]]}, "answers": {}, "explanations": {}}',
        '{"version": 1, "reviews": {"a": [["2020-01-01", 9]]}, "answers": {}, "explanations": {}}',
        '{"version": 1, "reviews": {}, "answers": [], "explanations": {}}',
        '{"version": 1, "reviews": {}, "answers": {}, "explanations": {"03_gates": {"x": {}}}}',
    ],
)  # fmt: skip
def test_another_file_is_refused_by_its_name_and_changes_nothing(reader, text):
    (reader / FILE).write_text(text)
    with pytest.raises(ValueError, match=FILE):
        take_from_the_book()
    assert not (reader / "data").exists()


def test_no_file_is_no_error_and_says_what_to_do():
    assert "press Save" in take_from_the_book()
