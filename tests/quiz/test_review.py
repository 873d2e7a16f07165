"""Review across days: every item is there once, each press is answered, and it reads as text too."""

import html
import re

import pytest
from fsrs import Rating
from markdown_it import MarkdownIt
from reviewing import DAY, ROOT, answer, names, text

from autograder.authoring import find_masters
from lstmlab.bank.load import lessons, load_bank
from lstmlab.draw.display import WIDGET_VIEW, inline
from lstmlab.quiz.self_test_widget import selftest
from lstmlab.review import schedule as review


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
    assert "That is wrong." in text(session) and "end of this session" in text(session)
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
