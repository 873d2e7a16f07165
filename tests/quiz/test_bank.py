"""The question bank: its form, the line of every mistake in it, answers that run, fair options, sections that exist."""

import collections
import re
import time
import tomllib
from pathlib import Path

import pytest
import torch
from lesson_headings import headings

from autograder.authoring import find_masters
from lstmlab.bank import check as bank_check
from lstmlab.bank import load as bank
from lstmlab.bank.matching import look
from lstmlab.bank.run_code import Run, holds
from lstmlab.bank.toml_file import line_of

ROOT = Path(__file__).parents[2]
LESSONS = bank.lessons()
KEYS = tomllib.loads((ROOT / "tests/keys.toml").read_text(encoding="utf-8"))
BANKS = {lesson: bank.load_bank(lesson) for lesson in LESSONS}
RUN = [
    pytest.param(question, id=f"{lesson}-{question.key}")
    for lesson, items in BANKS.items()
    for question in items.questions.values()
    if question.run
]
PITFALLS = [
    pytest.param(pitfall, id=f"{lesson}-{pitfall.key}")
    for lesson, items in BANKS.items()
    for pitfall in items.pitfalls.values()
]

# -- what is in it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", RUN)
def test_the_answer_of_a_question_that_runs_is_exactly_one_option(question):
    assert question.answer in question.letters and not question.letter


@pytest.mark.parametrize("lesson", LESSONS)
def test_an_answer_that_moves_to_another_option_is_noticed(lesson):
    """Running the code would still find one option, and its solution would speak of another."""
    now = {
        question.key: question.options[question.letters.index(question.answer)]
        for question in BANKS[lesson].questions.values()
    }
    assert now == KEYS[lesson], (
        "read the item again, its reasons and solution too, then change tests/keys.toml"
    )


def test_more_than_half_of_the_answers_are_computed():
    assert len(RUN) > sum(len(items.questions) for items in BANKS.values()) / 2


@pytest.mark.parametrize("pitfall", PITFALLS)
def test_a_pitfall_goes_wrong_and_its_right_code_does_not(pitfall):
    assert holds(pitfall.setup, pitfall.right, pitfall.holds)
    assert not holds(pitfall.setup, pitfall.wrong, pitfall.holds)


@pytest.mark.parametrize(
    "lesson", [lesson for lesson in LESSONS if lesson < "10"]
)  # 10 asks about all others
def test_a_bank_has_every_kind_and_level_and_reasons_for_every_option(lesson):
    items = BANKS[lesson]
    levels = collections.Counter(question.level for question in items.questions.values())
    assert sum(levels.values()) - levels[""] >= 12 and levels[""] >= 3
    assert all(levels[level] >= 3 for level in bank.LEVELS)
    assert len(items.cards) >= 8 and items.prompts and items.myths and items.pitfalls and items.terms
    for question in items.questions.values():
        assert all(reason[-1] in ".?" for reason in question.reasons)
        assert not question.level or question.mistakes


@pytest.mark.parametrize("lesson", LESSONS)
def test_neither_the_letter_nor_the_length_of_an_option_gives_the_answer_away(lesson):
    questions = list(BANKS[lesson].questions.values())
    letters = collections.Counter(question.answer for question in questions)
    assert max(letters.values()) <= 0.4 * len(questions), letters
    longest = [question.key for question in questions if _right_is_longest(question)]
    assert len(longest) <= 0.4 * len(questions), longest


def _right_is_longest(question) -> bool:
    right = question.letters.index(question.answer)
    others = (len(option) for k, option in enumerate(question.options) if k != right)
    return len(question.options[right]) > max(others)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_section_is_a_heading_of_the_lesson(lesson):
    master = next(m for m in find_masters(ROOT) if m.path.stem == lesson)
    items = BANKS[lesson]
    groups = (
        items.questions.values(), items.cards, items.prompts.values(), items.myths.values(),
        items.pitfalls.values(), items.terms,
    )  # fmt: skip
    known = headings(master)
    assert [item.key for group in groups for item in group if item.section not in known] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_an_author_checks_finds_nothing_in_the_banks_of_the_course(lesson):
    text = (ROOT / f"lstmlab/data/{lesson}.toml").read_text(encoding="utf-8")
    assert bank_check.faults(lesson, text) == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_one_concept_says_ticks_no_other_of_its_prompt(lesson):
    """Words that are loose tick what was not said."""
    ticked = [
        (prompt.key, said.text, other.text)
        for prompt in BANKS[lesson].prompts.values()
        for said in prompt.concepts
        for other in prompt.concepts
        if said != other and look(said.text, other.words, other.text).words
    ]
    assert ticked == []


# -- the form, and the line of a mistake -------------------------------------------------------------------

GOOD = """\
# A bank.
[[choice]]
key = "k"
section = "Run"
level = "easy"
text = '''
Looks like a table:
[[choice]]
key = "not a key"
'''
options = [
    ["a", "Yes."],
    ["b", "No."],
]
answer = "A"
hint = "h"
solution = "s"
mistakes = ["m"]

[[card]]
key = "front"
section = "Run"
front = "?"
back = "!"
level = "beginner"
"""


@pytest.mark.parametrize(
    "old, new, says",
    [
        ('level = "easy"', 'level = "trivial"', "bad.toml:5: choice 'k': 'level' is 'trivial'; write one of easy"),
        ('hint = "h"\n', "", "bad.toml:2: choice 'k': something is missing; add hint: a line that helps"),
        ('hint = "h"', 'hnt = "h"', "bad.toml:16: choice 'k': 'hnt' means nothing here; write 'hint'"),
        ('["b", "No."]', '["b"]', "bad.toml:13: choice 'k': entry 2 of 'options' is ['b']; write an option as ["),
        ('["b", "No."]', '["b", ""]', "bad.toml:13: choice 'k': entry 2 of entry 2 of 'options' is ''; write a text"),
        ('    ["b", "No."],\n', "", "bad.toml:11: choice 'k': 'options' is [['a', 'Yes.']]; write 2 to 6 options"),
        ('["b", "No."]', '["a", "No."]', "bad.toml:11: choice 'k': two options read the same"),
        ('answer = "A"', 'answer = "C"', "bad.toml:15: choice 'k': answer 'C'; write one of A, B"),
        ('answer = "A"', 'answer = "Z"', "bad.toml:15: choice 'k': 'answer' is 'Z'; write the letter of the right"),
        ('answer = "A"\n', "", "bad.toml:2: choice 'k': no answer; add answer = \"A\", or asks and run"),
        ('answer = "A"', 'answer = "A"\nasks = "value"\nrun = "1"', "bad.toml:15: choice 'k': the answer is computed"),
        ('answer = "A"', 'asks = "value"', "bad.toml:15: choice 'k': nothing to run; add run"),
        ('answer = "A"', 'asks = "which"\ncode = "1"', "bad.toml:15: choice 'k': nothing tells which option is right"),
        ('["b", "No."]', '["`a` ", "No."]', "bad.toml:11: choice 'k': two options read the same"),
        ('hint = "h"', 'hint = "a\u2028b"\nlvl = 1', "bad.toml:17: choice 'k': 'lvl' means nothing here; write 'level'"),
        ('# A bank.\n[[choice]]', "# A bank.\n[choice]", "bad.toml:2: 'choice' is {'key': 'k', "),
        ('back = "!"', "back = 3", "bad.toml:24: card 'front': 'back' is 3; write a text that is not empty"),
        ("[[card]]", "[[crad]]", "bad.toml:20: 'crad' means nothing here; write 'card'"),
        ('key = "front"', 'key = "Front!"', "bad.toml:21: card 'Front!': 'key' is 'Front!'; write a short name"),
        ('back = "!"', 'back = "!', "bad.toml:24: not TOML"),
        ('mistakes = ["m"]', 'mistakes = ["m"', "bad.toml:20: not TOML: Unclosed array (at line 20, column 1). "
         "What is not closed begins in line 18."),
        ("'''\noptions", "\noptions", "bad.toml:25: not TOML: Expected \"'''\" (at end of document). What is not closed "
         "begins in line 6."),
        ('key = "k"', "key = k", "bad.toml:3: not TOML"),
        ('back = "!"', 'back = "!"\nback = "?"', "bad.toml:25: not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_write(old, new, says):
    assert bank.parse_bank("good", GOOD).questions["k"].answer == "A"
    assert GOOD.count(old) >= 1
    with pytest.raises(bank.BankError) as caught:
        bank.parse_bank("bad", GOOD.replace(old, new))
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize("changed", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_a_file_that_an_editor_on_windows_saved_is_read_and_its_lines_are_right(changed):
    assert bank.parse_bank("good", changed(GOOD)).questions["k"].answer == "A"
    with pytest.raises(bank.BankError, match=r"^bad\.toml:5: choice 'k': 'level' is 'x'"):
        bank.parse_bank("bad", changed(GOOD.replace('level = "easy"', 'level = "x"')))


PROMPT = """
[[explain]]
key = "two words"
section = "Run"
text = "Why does it vanish?"
hint = "Think of a product."
concepts = [
    ["each step multiplies", "multipl*"],
    ["so it fades", "fade* | shrink*"],
]
"""


@pytest.mark.parametrize(
    "old, new, says",
    [
        ('"fade*', '"fade* | | ', "bad.toml:9: explain 'two words': 'fade* | |  | shrink*' has an alternative without"),
        ('"fade*', '"vanish*', "bad.toml:9: explain 'two words': the prompt itself says vanish, so that whoever"),
        ('"multipl*"', '"product*"', "bad.toml:8: explain 'two words': the prompt itself says product"),
        ('hint = "Think', 'hint = "It fades. Think', "bad.toml:9: explain 'two words': the prompt itself says fades"),
    ],
)  # fmt: skip
def test_words_that_say_nothing_about_a_reader_are_told(old, new, says):
    assert bank.parse_bank("good", PROMPT).prompts["two words"].concepts[1].words == "fade* | shrink*"
    with pytest.raises(bank.BankError, match=re.escape(says)):
        bank.parse_bank("bad", PROMPT.replace(old, new))


def test_two_prompts_whose_answers_would_share_a_file_are_told():
    with pytest.raises(
        bank.BankError, match=r"^bad\.toml:13: 'two-words' stands twice, first at bad\.toml:3"
    ):
        bank.parse_bank("bad", PROMPT + PROMPT.replace("two words", "two_words"))


def test_all_mistakes_of_a_file_are_told_at_once():
    text = GOOD.replace('level = "easy"', 'level = "x"').replace('back = "!"', "back = 1")
    with pytest.raises(bank.BankError) as caught:
        bank.parse_bank("bad", text)
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["24", "5"]


def test_a_key_that_stands_twice_is_told_with_both_lines():
    with pytest.raises(bank.BankError, match=r"^bad\.toml:28: 'front' stands twice, first at bad\.toml:21"):
        bank.parse_bank("bad", GOOD + "\n" + GOOD[GOOD.index("[[card]]") :])
    terms = '[[term]]\nname = "gate"\ntext = "A."\n[[term]]\nname = "valve (gate)"\ntext = "B."\n'
    with pytest.raises(bank.BankError, match=r"^bad\.toml:5: 'gate' stands twice, first at bad\.toml:2"):
        bank.parse_bank("bad", terms)


def test_a_line_is_found_in_the_longest_bank_within_a_second():
    text = (ROOT / "lstmlab/data/04_nn_lstm.toml").read_text()
    number = len(BANKS["04_nn_lstm"].terms) - 1
    start = time.process_time()
    line = line_of(text, "term", number, "text")
    assert time.process_time() - start < 5  # a second on an idle machine; instrumented runs take longer
    assert text.splitlines()[line - 1].startswith("text = ") and line > text.count("\n") - 5


def test_a_missing_bank_is_told():
    with pytest.raises(ValueError, match=r"lstmlab/data/99_none\.toml is missing"):
        bank.load_bank("99_none")


# -- answers that run --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asks, setup, code, options, right",
    [
        ("value", "", "2 ** 5", ("10", "32"), 1),
        ("value", "", "torch.tensor([2, 3])", ("[2, 3]", "2, 3"), 0),
        ("shape", "", "nn.LSTM(3, 4)(torch.zeros(5, 2, 3))[1]", ("(1, 2, 4)", "(1, 2, 4) and (1, 2, 4)"), 1),
        ("error", "x = []", "x[1]", ("it raises KeyError", "it raises IndexError"), 1),
        ("error", "", "int('a')", ("it raises no error", "`ValueError`"), 1),
        ("error", "", "1", ("it raises no error", "`ValueError`"), 0),
        ("printed", "", "print(1)\nprint(2)", ("1\n2", "2"), 0),
        ("which", "x = 3", "_ == 9", ("`x + 3`", "`x ** 2`", "`nonsense(`", "`x / 0`"), 1),
    ],
)
def test_what_comes_out_names_the_option(asks, setup, code, options, right):
    assert Run(asks=asks, setup=setup, code=code).right(options) == right


@pytest.mark.parametrize(
    "code, options, says",
    [
        ("1", ("2", "3"), "'1', which fits 0 of the options"),
        ("1", ("1", "`1`"), "'1', which fits 2 of the options"),
        ("1 / 0", ("1", "2"), "ZeroDivisionError: division by zero"),
    ],
)
def test_none_or_two_options_that_fit_are_refused(code, options, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        Run(asks="value", setup="", code=code).right(options)


def test_running_starts_from_a_seed_and_leaves_the_readers_state_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    try:
        torch.set_default_dtype(torch.float64)
        run = Run(
            asks="value", setup="", code="torch.rand(1).dtype, torch.rand(1).item() == torch.rand(1).item()"
        )
        assert run.right(("(torch.float32, False)", "b")) == 0
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.equal(torch.get_rng_state(), before)


# -- what an author checks ---------------------------------------------------------------------------------

ASKED = """
[[predict]]
key = "p"
section = "Run"
text = "?"
options = [["1", "So."], ["2", "No."]]
"""
PITFALL = """
[[pitfall]]
key = "p"
section = "Run"
text = "t"
setup = "x = 1"
wrong = "y = x + 1"
right = "y = x"
holds = "y == 1"
cause = "c"
"""


@pytest.mark.parametrize(
    "text, says",
    [
        (ASKED + 'asks = "value"\nrun = "1 / 0"', "bad.toml:7: predict question 'p': the code raises ZeroDivisionError"),
        (ASKED + 'asks = "value"\nrun = "1 +"', "bad.toml:7: predict question 'p': the code raises SyntaxError"),
        (ASKED + 'asks = "value"\nrun = "3"', "bad.toml:7: predict question 'p': running the code gives '3', which"),
        (ASKED + 'asks = "shape"\nrun = "3"', "bad.toml:7: predict question 'p': the code raises AttributeError"),
        (ASKED + 'asks = "which"\nrun = "True"', "which fits 2 of the options ['1', '2']; it must fit exactly one"),
        (ASKED + 'asks = "which"\nrun = "_ == 1"\nsetup = "1 / 0"', "the code raises ZeroDivisionError"),
        (PITFALL.replace('"y = x"', '"y = 3"'), "bad.toml:8: pitfall 'p': after `right` the expression 'y == 1' is"),
        (PITFALL.replace("x + 1", "x"), "bad.toml:7: pitfall 'p': after `wrong` the expression 'y == 1' is true"),
        (PITFALL.replace('"x = 1"', '"x ="'), "bad.toml:6: pitfall 'p': `setup` raises SyntaxError"),
        (PROMPT.replace("multipl*", "times"), "bad.toml:8: explain 'two words': none of the words 'times' stands in"),
        (ASKED, "bad.toml:2: predict 'p': no answer; add answer"),
    ],
)  # fmt: skip
def test_code_that_does_not_do_what_a_bank_says_is_told_with_its_line(text, says):
    assert bank_check.faults("good", ASKED + 'asks = "value"\nrun = "3 - 2"' + PITFALL + PROMPT) == []
    (fault,) = bank_check.faults("bad", text)
    assert says in fault


def test_the_command_for_authors_tells_faults_and_what_it_does_not_know(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    file.write_text(ASKED, encoding="utf-8")
    assert bank_check.main([str(file)]) == 1 and capsys.readouterr().out.startswith(
        "mine.toml:2: predict 'p'"
    )
    file.write_text(ASKED + 'answer = "A"', encoding="utf-8")
    assert (
        bank_check.main([str(file), "10_review"]) == 0 and "2 banks, nothing wrong" in capsys.readouterr().out
    )
    assert bank_check.main(["3_gates"]) == 2 and "name one of 00_start_here, " in capsys.readouterr().err


# -- looking for words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, words, seen",
    [
        ("The forget gates stay near 1.", "forget* near 1", ("forget", "near", "1")),
        ("The forget gate opens. It is near 1.", "forget* near 1", ()),  # not in one sentence
        ("It keeps 0.97 of it.", "0.97 | 97", ("0.97",)),
        ("Pack the sequences", "index* | pack*", ("Pack",)),
        ("output[-1] is padding", "h_n | output", ("output",)),
        ("", "a | b", ()),
        ("A FORGET Gate, open", "forget* open", ("FORGET", "open")),
        ("a bi-directional layer", "bidirectional", ("bidirectional",)),
        ("two‑dimensional", "two-dimensional", ("two", "dimensional")),
        ("its half-life", "half-life", ("half", "life")),
        ("h_n[-2]", "h_n -2", ("h_n", "2")),
        ("the gradiant explods", "gradient", ("gradiant",)),
        ("recurent weigths", "recurrent weights", ("recurent", "weigths")),
        ("we explore it, a hundred times", "explode* | hundredth", ()),
        ("the gat", "gate", ()),  # a short word with a slip may be another word
        ("Das Vergessenstor bleibt offen.", "forget* | open", ()),
    ],
)
def test_words_are_looked_for_sentence_by_sentence(text, words, seen):
    assert look(text, words).words == seen


@pytest.mark.parametrize(
    "text, denied",
    [
        ("The forget gate stays near 1.", ""),
        ("The forget gate does not stay near 1.", "not"),
        ("The forget gate isn't near 1.", "not"),
        ("The forget gate isn’t near 1.", "not"),
        ("Never let the forget gate be near 1.", "Never"),
        ("The forget gate stays near 1, so nothing is lost.", ""),
        ("It is not the output that counts: the forget gate stays near 1.", ""),
        ("It does not stay near 1. The forget gate is near 1.", ""),
    ],
)
def test_a_not_beside_the_words_is_noticed_and_leaves_the_tick_to_the_reader(text, denied):
    seen = look(text, "forget* near 1", "the forget gate stays near 1")
    assert seen.denied == denied and seen.found == (not denied) and len(seen.words) == 3
    assert str(seen).startswith("seen: forget, near, 1") and (f"beside “{denied}”" in str(seen)) == bool(
        denied
    )


def test_a_not_that_the_concept_has_itself_denies_nothing():
    text = "It is not more units that help."
    assert look(text, "more units", "more units do not help").found
    assert not look(text, "more units", "more units help").found
