"""The learning test: parallel forms whose keys are computed, silent until both are taken, kept without a name."""

import json
import random
import re
from pathlib import Path

import nbformat
import pytest
import torch
from browser import jupyter, open_page, run_notebook
from lesson_headings import headings
from playwright.sync_api import expect
from reviewing import DAY, ROOT, names, text

from autograder.authoring import find_masters
from autograder.report.learning import read_pairs
from lstmlab.bank import check, load
from lstmlab.quiz.learning_widget import LearningTest, form_items
from lstmlab.review.schedule import load_items
from lstmlab.storage import learning

A, B = (form_items(form) for form in learning.FORMS)
QUESTIONS = {item.content.text: item.content for item in (*A, *B)}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A reader's data folder, nothing in it, and a working folder of its own."""
    monkeypatch.setenv("LSTMLAB_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def masked(words: str) -> str:
    return re.sub(r"-?\d+(\.\d+)?", "#", words)


def take(test: LearningTest, right: int) -> str:
    """Takes the form with `right` right answers, the last open, the rest wrong; returns all it showed."""
    test.press("begin")
    seen = []
    for number, item in enumerate(test.drawn):
        seen.append(text(test))
        wrong = next(letter for letter in item.content.letters if letter != item.content.answer)
        test.press(item.content.answer if number < right else wrong if number < 11 else "skip")
    seen.append(text(test))
    test.press("hand in")
    return " ".join(seen)


# -- the forms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["learning_a", "learning_b"])
def test_a_forms_keys_are_all_computed_and_its_bank_has_no_fault(form):
    assert check.faults(form, (ROOT / f"lstmlab/data/{form}.toml").read_text(encoding="utf-8")) == []
    questions = load.load_bank(form).questions.values()
    assert len(questions) == learning.ITEMS and all(each.run and not each.letter for each in questions)


@pytest.mark.parametrize("one, other", list(zip(A, B, strict=True)), ids=[item.content.key for item in A])
def test_the_forms_ask_the_same_with_other_numbers(one, other):
    first, second = one.content, other.content
    assert (first.key, first.section, first.run.asks) == (second.key, second.section, second.run.asks)
    assert first.text != second.text and masked(first.text) == masked(second.text)
    assert masked(first.run.code) == masked(second.run.code)
    pairs = [sorted(zip(map(masked, q.options), q.reasons, strict=True)) for q in (first, second)]
    assert pairs[0] == pairs[1], "the same kinds of options, for the same reasons"
    assert first.reason(first.answer) == second.reason(second.answer)


def test_the_items_stand_in_sections_of_lessons_1_to_8_and_in_no_lesson_or_review():
    masters = {m.path.stem[:2]: headings(m) for m in find_masters(ROOT)}
    assert {item.content.key[:2] for item in A} == {f"0{lesson}" for lesson in range(1, 9)}
    assert [item.content.key for item in A if item.section not in masters[item.content.key[:2]]] == []
    assert not {item.content.text for item in load_items() if hasattr(item.content, "text")} & set(QUESTIONS)
    assert not any(name.startswith("learning") for name in load.lessons())


@pytest.mark.parametrize("form", [A, B], ids="AB")
def test_no_letter_and_no_length_gives_a_forms_answers_away(form):
    letters = [item.content.answer for item in form]
    assert all(letters.count(letter) == 3 for letter in "ABCD")
    longest = 0
    for question in (item.content for item in form):
        right = question.options[question.letters.index(question.answer)]
        longest += all(len(option) < len(right) for option in question.options if option != right)
    assert longest <= 0.4 * learning.ITEMS


# -- taking it ---------------------------------------------------------------------------------------------


def test_nothing_is_written_before_a_reader_begins_and_no_question_stands_in_a_static_page(folder):
    for test in (LearningTest(), LearningTest(after=True)):
        assert not any(question in test.text() + test.html() + text(test) for question in QUESTIONS)
    assert not (folder / "data").exists()


def test_both_forms_are_drawn_as_first_whatever_seed_a_lesson_sets(folder):
    firsts = set()
    for _ in range(60):  # one alone: a chance of 2 in 2^60
        random.seed(0)
        torch.manual_seed(0)
        firsts.add(learning.begin()[0].first)
        learning.learning_file().path.unlink()
    assert firsts == {"A", "B"}


def test_a_restart_keeps_the_first_form_and_the_other_comes_after(clock):
    test = LearningTest(clock=clock)
    test.press("begin")
    first = test.drawn
    assert [LearningTest().press("begin") or learning.begin()[0] for _ in range(5)] == [
        learning.begin()[0]
    ] * 5
    again = LearningTest(clock=clock)
    again.press("begin")
    assert again.drawn == first
    take(LearningTest(clock=clock), 5)
    after = LearningTest(after=True, clock=clock)
    after.press("begin")
    assert {after.drawn, first} == {A, B}


def test_nothing_says_what_was_right_before_both_are_taken_and_then_both_scores_are_shown(clock):
    before = LearningTest(clock=clock)
    seen = take(before, 5)
    reasons = [reason for question in QUESTIONS.values() for reason in question.reasons]
    assert "Open: 12." in seen and not any(reason in seen + text(before) for reason in reasons)
    assert "right" not in text(before).replace("results", "") and names(before) == []
    assert "begin" not in names(LearningTest(clock=clock)), "the first form is taken once"
    clock.now += 40 * DAY
    after = LearningTest(after=True, clock=clock)
    seen = take(after, 9)
    assert not any(reason in seen for reason in reasons)
    assert "Before: 5 of 12 right. After: 9 of 12 right." in text(after)
    assert after.page["text"].count("<li><p>") == 3 and names(after) == ["write"]
    assert "Before: 5 of 12" in text(LearningTest(clock=clock)) and "After: 9" in text(
        LearningTest(after=True)
    )


def test_the_second_form_is_not_offered_to_who_has_not_taken_the_first():
    test = LearningTest(after=True)
    assert names(test) == [] and "which you have not taken" in text(test)
    with pytest.raises(ValueError, match="0 of 2 forms taken"):
        learning.write_learning(Path())


def test_a_result_that_was_kept_is_not_replaced_by_a_second_hand_in(clock):
    slow = LearningTest(clock=clock)
    slow.press("begin")
    take(LearningTest(clock=clock), 5)
    for item in slow.drawn:
        slow.press(item.content.answer)
    slow.press("hand in")
    (taken,) = learning.load_learning()[0].taken.values()
    assert sum(taken.right) == 5


def test_what_may_be_handed_in_holds_no_name_and_no_answer_and_is_what_the_report_reads(folder, clock):
    take(LearningTest(clock=clock), 5)
    clock.now += DAY
    after = LearningTest(after=True, clock=clock)
    take(after, 9)
    after.press("write")
    file = folder / "learning.json"
    assert str(file) in text(after)
    record = json.loads(file.read_text())
    assert set(record) == {"version", "id", "first", "forms"} and set(record["forms"]) == {"A", "B"}
    assert all(set(form) == {"when", "right"} for form in record["forms"].values())
    assert {type(each) for form in record["forms"].values() for each in form["right"]} == {bool}
    (pair,), refused = read_pairs([file])
    assert (sum(pair.before.right), sum(pair.after.right), pair.gain, refused) == (5, 9, 4, [])


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"version": 1}', '{"version": 1, "id": "x", "first": "C", "forms": {}}',
                '{"version": 1, "id": "x", "first": "A", "forms": {"A": {"when": "2026-03-02", "right": [1]}}}'],
)  # fmt: skip
def test_a_damaged_file_is_said_and_put_aside_when_the_test_begins(folder, content):
    path = folder / "data/learning.json"
    path.parent.mkdir()
    path.write_text(content)
    test = LearningTest()
    assert "damaged" in text(test) and path.read_text() == content
    test.press("begin")
    assert "Question 1 of 12" in text(test) and "a new file was begun" in text(test)
    assert (folder / "data/learning-aside-1.json").read_text() == content


def test_a_folder_that_cannot_be_written_to_is_said_and_the_page_stays(folder, monkeypatch):
    (folder / "file").write_text("")
    monkeypatch.setenv("LSTMLAB_DATA", str(folder / "file"))
    test = LearningTest()
    test.press("begin")
    assert (
        "could not be saved" in text(test) and "Set LSTMLAB_DATA" in text(test) and names(test) == ["begin"]
    )


def test_lesson_1_begins_and_lesson_8_ends_with_the_test():
    texts = {name: (ROOT / f"notebooks/{name}.py").read_text() for name in ("01_sequences", "08_metrics")}
    assert texts["01_sequences"].index("\nLearningTest()\n") < texts["01_sequences"].index("# ## Predictions")
    end = texts["08_metrics"].index("\nLearningTest(after=True)\n")
    assert texts["08_metrics"].index("quiz.summary()") < end < texts["08_metrics"].index("# ## What next")


@pytest.mark.browser
def test_a_reader_takes_both_forms_in_jupyterlab_and_writes_the_file(folder):
    (folder / "course").mkdir()
    cells = [
        "from lstmlab.quiz.learning_widget import LearningTest\nLearningTest()",
        "LearningTest(after=True)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "course/small.ipynb")
    with jupyter(folder / "course", folder, LSTMLAB_DATA=str(folder / "data")) as lab:
        for number, widget in enumerate(("before", "after")):
            with open_page(viewport={"width": 1280, "height": 1600}) as page:
                run_notebook(page, lab, "small.ipynb")
                test = page.locator(".jp-OutputArea-output .lstmlab-quiz").nth(number)
                test.locator("[data-press=begin]").click()
                for k in range(learning.ITEMS):
                    expect(test).to_contain_text(f"Question {k + 1} of 12")
                    asked = re.sub("<.*?>", "", test.locator(".lp-text b").first.inner_text())
                    question = next(q for words, q in QUESTIONS.items() if words.replace("`", "") == asked)
                    test.locator(f"[data-press={question.answer if number else 'skip'}]").click()
                test.locator("[data-press='hand in']").click()
                if widget == "before":
                    expect(test).to_contain_text("You have taken this test")
                else:
                    expect(test).to_contain_text("Before: 0 of 12 right. After: 12 of 12 right.")
                    test.locator("[data-press=write]").click()
                    expect(test).to_contain_text("Written: ")
    (pair,), refused = read_pairs([folder / "course/learning.json"])
    assert pair.gain == 12 and refused == []
