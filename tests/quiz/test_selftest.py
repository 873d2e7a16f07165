"""The test of ten: drawn from a seed, silent before it is handed in, counted by level."""

from html import escape

import pytest
from fsrs import Rating
from reviewing import DAY, names, text

from lstmlab.bank.load import load_bank
from lstmlab.quiz.review_widgets import Review
from lstmlab.quiz.self_test_widget import selftest
from lstmlab.review import schedule as review
from lstmlab.review.self_test import MIX, Mark, draw, grade


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
    assert f'href="{escape(test.drawn[0].link)}"' in shown["data"]["text/html"]
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
