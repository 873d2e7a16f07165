"""The quiz on the screen, without a screen: what a press says, what is kept, what is read as text."""

import json
import re

import pytest

import lstmlab
from lstmlab.bank.load import lessons
from lstmlab.draw.display import WIDGET_VIEW
from lstmlab.quiz import quiz
from lstmlab.review import schedule as review
from lstmlab.storage import folder as reader
from lstmlab.storage.explanations import explanation_file
from lstmlab.storage.predictions import predictions_file


@pytest.fixture
def gates_quiz(monkeypatch, tmp_path):
    """The quiz of lesson 3, nothing answered and nothing written yet."""
    monkeypatch.setattr(quiz, "_kept", {})
    monkeypatch.setenv("LSTMLAB_DATA", str(tmp_path))
    return lstmlab.Quiz("03_gates")


def test_a_prediction_is_kept_and_compared_and_gives_nothing_away_before(gates_quiz):
    asked = gates_quiz.predict("leak")
    asked.press("commit")
    assert "Choose an option first" in asked.status and gates_quiz.answers == {}
    asked.chosen = "B"
    asked.press("commit")
    assert "Kept: B" in asked.status
    for shown in (asked.text(), asked.html(), asked.status, json.dumps(asked.get_state(), default=str)):
        assert "power of 20" not in shown and "Answer" not in shown
    assert (
        gates_quiz.reveal("leak")
        .text()
        .endswith(
            "You chose B (0.45). That is wrong. That would take a forget gate of 0.96. "
            "The answer is C (0.12). Twenty multiplications by 0.9 leave 0.9 to the power of 20."
        )
    )
    assert lstmlab.Quiz("03_gates").predict("leak").chosen == "B", "a cell that runs again keeps it"


def test_a_prediction_outlives_the_kernel_by_the_words_of_its_option_and_other_answers_do_not(
    gates_quiz, monkeypatch
):
    asked, chosen = gates_quiz.predict("leak"), gates_quiz.choice("rows")
    asked.chosen = chosen.chosen = "B"
    asked.press("commit")
    chosen.press("check")
    monkeypatch.setattr(quiz, "_kept", {})  # as in a kernel that was started anew
    again = lstmlab.Quiz("03_gates")
    assert again.answers == {"leak": "B"} and "Kept: B" in again.predict("leak").status
    assert again.choice("rows").chosen == ""
    file = predictions_file("03_gates")
    assert json.loads(file.path.read_text()) == {"version": 1, "chosen": {"leak": "0.45"}}


@pytest.mark.parametrize("chosen, aside", [({"leak": "no option any more"}, False), ({"leak": 1}, True)])
def test_a_prediction_that_is_no_option_is_forgotten_and_a_broken_file_is_kept_aside(
    gates_quiz, chosen, aside, monkeypatch
):
    file = predictions_file("03_gates").path
    file.parent.mkdir()
    file.write_text(json.dumps({"version": 1, "chosen": chosen}))
    monkeypatch.setattr(quiz, "_kept", {})
    anew = lstmlab.Quiz("03_gates")
    assert anew.answers == {}
    asked = anew.predict("leak")
    asked.chosen = "C"
    asked.press("commit")
    assert "Kept: C" in asked.status and ("It is kept as" in asked.status) == aside
    assert json.loads(file.read_text())["chosen"] == {"leak": "0.12"}
    assert file.with_name("03_gates-aside-1.json").is_file() == aside


def test_a_prediction_that_cannot_be_kept_over_a_restart_is_said_so(gates_quiz, tmp_path):
    (tmp_path / "predictions").write_text("a file in the place of the folder")
    asked = gates_quiz.predict("leak")
    asked.chosen = "B"
    asked.press("commit")
    assert "Kept: B" in asked.status and "A restart of the kernel will forget it" in asked.status


def test_an_answer_waits_for_a_reader_who_has_not_committed(gates_quiz):
    asked, shown = gates_quiz.predict("reads"), gates_quiz.reveal("reads")
    assert "not committed yet" in shown.status and "All four read x" not in shown.status
    asked.chosen = "D"
    asked.press("commit")
    shown.press("compare")
    assert "You chose D (none). Right." in shown.status


def test_a_wrong_option_says_why_it_is_wrong_and_does_not_tell_the_right_one(gates_quiz):
    item = gates_quiz.choice("rows")
    item.press("check")
    assert "Choose an option first" in item.status
    item.chosen = "B"
    item.press("check")
    assert "Not this one." in item.status and "four blocks, not three" in item.status
    assert "80" not in item.status
    item.chosen = "C"
    item.press("check")
    assert "Right." in item.status


def test_hint_and_solution_appear_on_request_only(gates_quiz):
    item = gates_quiz.choice("rows")
    assert item.more == item.status == ""
    item.press("hint")
    assert "Count the blocks" in item.status and "80 rows" not in item.status + item.more
    item.press("solution")
    assert "80 rows" in item.more and "forgetting the candidate" in item.more and "Quick check" in item.more


def test_code_of_a_question_is_shown_and_what_computes_its_answer_is_not(monkeypatch):
    item = lstmlab.Quiz("04_nn_lstm").choice("output shape")
    assert item.code.startswith("lstm = nn.LSTM(input_size=5") and "    lstm = nn.LSTM(" in item.text()
    assert "<pre>lstm = " in item.html()
    assert "bottom.load_state_dict" not in lstmlab.Quiz("04_nn_lstm").choice("top layer").text()


def test_a_button_that_is_not_there_is_refused(gates_quiz):
    with pytest.raises(KeyError, match="press one of check, hint, solution"):
        gates_quiz.choice("rows").press("chek")


def test_a_press_counts_with_what_was_chosen_before_it_even_if_it_comes_first(gates_quiz):
    item = gates_quiz.choice("rows")
    item.chosen = "B"
    content = {"press": "check", "chosen": "C", "written": "", "ticks": []}
    item._handle_custom_msg(content, [])
    assert "Right." in item.status and gates_quiz.answers == {"rows": "C"}


def test_cards_come_again_until_they_are_known(gates_quiz):
    deck = gates_quiz.cards()
    total = deck.left
    deck.press("knew")
    assert deck.left == total, "nobody knows a card that was not turned"
    deck.press("turn")
    assert "f * c + i * g" in deck.status
    deck.press("again")
    assert deck.left == total
    for _ in range(total):
        deck.press("turn")
        deck.press("knew")
    assert deck.left == 0 and "last card" in deck.status
    deck.press("turn")
    assert deck.left == total


def test_a_myth_asks_first_and_says_what_holds_after(gates_quiz):
    item = gates_quiz.myth("forget one")
    item.press("commit")
    assert "Choose yes or no first" in item.status and item.more == ""
    assert "multiplies c" not in item.status + item.heading
    item.chosen = "yes"
    item.press("commit")
    assert item.status.startswith("You said yes. That is wrong. It multiplies c")
    assert "Many believe:" in item.more and "Why it matters:" in item.more
    item.chosen = "no"
    item.press("commit")
    assert item.status.startswith("You said no. Right.")


def test_a_pitfall_shows_the_wrong_code_first(gates_quiz):
    item = gates_quiz.pitfall("wrong rows")
    assert "bias_ih_l0[:H] = 4.0" in item.code and "input gate" not in item.status + item.heading
    item.press("show")
    assert "rows of the input gate" in item.status
    assert "bias_ih_l0[H : 2 * H] = 4.0" in item.more and "Why people write it" in item.more


# -- the first answer is a first review ---------------------------------------------------------------------


def test_the_first_answer_to_a_choice_is_its_first_review_and_the_reader_is_told_once(gates_quiz):
    def answer(key, letter, *before):
        item = gates_quiz.choice(key)
        for button in before:
            item.press(button)
        item.chosen = letter
        item.press("check")
        return item.status

    def ratings():
        return {key: [int(a.rating) for a in answers] for key, answers in review.Reviews().read()[0].items()}

    right = {key: gates_quiz.bank.questions[key].answer for key in ("rows", "keep", "new content")}
    wrong = "A" if right["rows"] != "A" else "B"
    told = answer("rows", wrong)
    assert "also its first review: <code>10_review</code>" in told
    assert "first review" not in answer("rows", right["rows"]), "nor is a second try a second review"
    assert "first review" not in answer("keep", right["keep"])
    assert "first review" not in answer("new content", right["new content"], "hint")
    assert ratings() == {
        "03_gates/choice/rows": [1],
        "03_gates/choice/keep": [3],
        "03_gates/choice/new content": [2],  # with a hint: hard
    }
    gates_quiz.answers.clear()  # a new kernel
    answer("rows", right["rows"])
    assert ratings()["03_gates/choice/rows"] == [1], "the review asks again, the lesson does not count twice"
    assert {item.id for item in review.load_items(["03_gates"])} >= set(ratings())


def test_a_lesson_that_only_runs_writes_nothing(gates_quiz, tmp_path):
    for key, question in gates_quiz.bank.questions.items():
        repr(gates_quiz.choice(key) if question.level else gates_quiz.predict(key))
    repr(gates_quiz.summary())
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_cannot_be_kept_for_the_review_is_judged_all_the_same(
    gates_quiz, monkeypatch, tmp_path
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LSTMLAB_DATA", str(tmp_path / "file"))
    item = gates_quiz.choice("rows")
    item.chosen = "C"
    item.press("check")
    assert "Right." in item.status and "could not be saved for the review" in item.status


# -- explain in your own words -----------------------------------------------------------------------------


def test_an_explanation_is_written_before_it_is_compared(gates_quiz):
    item = gates_quiz.explain("carry")
    item.press("compare")
    assert "Write your explanation first" in item.status and item.boxes == []
    item.written = "The forget gate stays near one. What is shown does not matter."
    item.press("compare")
    assert item.ticks == [True, False, False, False] and "1 of 4 concepts ticked" in item.status
    assert "(seen: forget, one)" in item.boxes[0][1] and "(no word of it seen)" in item.boxes[1][1]
    assert "wrong" not in item.status.lower() and "nothing was understood" in item.status


def test_the_reader_has_the_last_word_on_what_was_found(gates_quiz):
    item = gates_quiz.explain("carry")
    item.written = "The forget gate stays near one."
    item.press("compare")
    item.ticks = [False, True, True, False]
    assert "2 of 4 concepts ticked" in item.status


def test_a_reader_who_disagreed_with_the_matcher_still_does_after_another_compare(gates_quiz):
    item = gates_quiz.explain("carry")
    item.written = "The forget gate stays near one."
    item.press("compare")
    item.ticks = [False, False, True, False]  # unticks what was found, ticks what was not
    item.written += " The input gate is zero."
    item.press("compare")
    assert item.ticks == [False, True, True, False], "the new words are found, the reader's own marks stay"
    again = lstmlab.Quiz("03_gates").explain("carry")
    again.press("compare")
    assert again.ticks == [False, True, True, False], "in a new kernel, too"


def test_words_beside_a_not_are_shown_and_not_ticked(gates_quiz):
    item = gates_quiz.explain("carry")
    item.written = "The forget gate must not be 1."
    item.press("compare")
    assert not any(item.ticks) and "but beside “not”" in item.boxes[0][1]


def test_a_text_that_another_notebook_has_kept_meanwhile_is_not_lost(gates_quiz):
    one, two = gates_quiz.explain("carry"), gates_quiz.explain("carry")
    one.written = "From the lesson."
    two.written = "From the review."
    path = explanation_file("03_gates", "carry").path
    assert json.loads(path.read_text())["earlier"] == ["From the lesson."]
    assert "Another notebook had kept another text" in two.status and str(path) in two.status
    two.written = "From the review, longer."
    assert json.loads(path.read_text())["earlier"] == ["From the lesson."], (
        "one's own versions are not collected"
    )
    assert gates_quiz.explain("carry").written == "From the review, longer."


def test_what_was_written_and_ticked_outlives_the_kernel(gates_quiz, tmp_path):
    item = gates_quiz.explain("carry")
    item.written = "Ein Tor bleibt offen. The forget gate stays near one."
    item.press("compare")
    item.ticks = [True, True, False, False]
    again = lstmlab.Quiz("03_gates").explain("carry")
    assert again.written == item.written and again.ticks == [True, True, False, False] and again.boxes
    assert lstmlab.Quiz("03_gates").explain("bias of 1").written == ""
    kept = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert kept - {"carry.json.lock"} == {"carry.json"}


def test_a_text_that_cannot_be_kept_is_said_so(gates_quiz, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LSTMLAB_DATA", str(tmp_path / "file"))
    item = gates_quiz.explain("carry")
    item.written = "Some words."
    assert "could not be saved" in item.status and "Copy it" in item.status


@pytest.mark.parametrize(
    "broken", ["{", "[]", '{"text": "x"}', "", '{"text": 1, "ticks": []}', '{"version": 9}']
)
def test_a_kept_file_that_is_broken_is_said_so_and_never_written_over(gates_quiz, broken):
    path = explanation_file("03_gates", "carry").path
    path.parent.mkdir(parents=True)
    path.write_text(broken)
    item = gates_quiz.explain("carry")
    assert item.written == "" and "kept aside under another name" in item.status
    assert path.read_text() == broken, "looking changes nothing"
    item.written = "New words."
    aside = path.with_name("carry-aside-1.json")
    assert aside.read_text() == broken and str(aside) in item.status
    assert gates_quiz.explain("carry").written == "New words." and gates_quiz.explain("carry").status == ""


def test_an_explanation_kept_before_files_had_a_version_is_read(gates_quiz):
    path = explanation_file("03_gates", "carry").path
    path.parent.mkdir(parents=True)
    path.write_text('{"text": "Old words.", "ticks": []}')
    assert gates_quiz.explain("carry").written == "Old words."


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    reader.write_atomically(path, "first")
    monkeypatch.setattr(reader.os, "fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        reader.write_atomically(path, "second")
    assert path.read_text() == "first" and [p.name for p in tmp_path.iterdir()] == ["kept.json"]


def test_the_readers_folder_is_asked_for_anew_and_is_outside_of_the_course(monkeypatch, tmp_path):
    monkeypatch.setenv("LSTMLAB_DATA", str(tmp_path / "a"))
    assert reader.data_dir() == tmp_path / "a"
    monkeypatch.delenv("LSTMLAB_DATA")
    assert reader.data_dir().name == "lstmlab" and "notebooks" not in str(reader.data_dir())


# -- the whole ---------------------------------------------------------------------------------------------


def test_the_summary_counts_and_names_what_to_look_at_again(gates_quiz):
    assert gates_quiz.summary().text() == (
        "Predictions: 0 of 0 answered, 0 right.\nQuiz: 0 of 0 answered, 0 right."
    ), "a bank holds more than a lesson asks"
    for key in ("leak", "reads", "counter", "default"):
        gates_quiz.predict(key)
    for key in ("rows", "keep"):
        gates_quiz.choice(key)
    gates_quiz.answers.update({"leak": "C", "reads": "A", "rows": "C"})
    assert gates_quiz.summary().text() == (
        "Predictions: 2 of 4 answered, 1 right. Look again at:\n- Which blocks of nn.LSTM read the cell state of the "
        "step before in order to compute their …\nQuiz: 1 of 2 answered, 1 right."
    )


@pytest.mark.parametrize("lesson", lessons())
def test_every_item_reads_as_plain_text_and_static_html_with_its_answers_folded(lesson):
    of = lstmlab.Quiz(lesson)
    bank = of.bank
    items = [*map(of.explain, bank.prompts), *map(of.myth, bank.myths), *map(of.pitfall, bank.pitfalls)]
    for key, question in bank.questions.items():
        items += [of.choice(key)] if question.level else [of.predict(key), of.reveal(key)]
    for item in [*items, of.cards(), of.summary()]:
        bundle = item._repr_mimebundle_()
        assert repr(item) == bundle["text/plain"] == item.text()
        assert not re.search(r"0x[0-9a-f]+|object at", bundle["text/plain"]) and WIDGET_VIEW in bundle
        assert bundle["text/html"].count("<details>") == bundle["text/html"].count("</details>")
        before = bundle["text/html"].partition("<details>")[0]
        assert "Answer:" not in before and "Many believe" not in before


def test_a_key_that_is_not_there_lists_those_that_are(gates_quiz):
    for ask in (gates_quiz.predict, gates_quiz.reveal):
        with pytest.raises(KeyError, match="leak, reads, counter, default"):
            ask("rows")
    with pytest.raises(KeyError, match="new content, keep"):
        gates_quiz.choice("leak")
    with pytest.raises(KeyError, match="carry"):
        gates_quiz.explain("carries")
    with pytest.raises(KeyError, match="no myth 'x' in 03_gates; pass one of forget one"):
        gates_quiz.myth("x")
    with pytest.raises(KeyError, match="no pitfall 'x' in 03_gates; pass one of wrong rows"):
        gates_quiz.pitfall("x")
