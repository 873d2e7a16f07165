"""Exercises about something of each student's own: what `check` tells, what variants have in common, and a class whose
members learned, had an assistant write everything, or copied."""

import csv
import io
import re
import shutil
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import torch
from torch import nn

from autograder.auditing.check import check_files
from autograder.checking.examine import examine
from autograder.checking.kinds import asked, hunt
from autograder.checking.kinds.own import Own
from autograder.checking.kinds.written import read, write
from autograder.checking.registry import assignment_of, assignments, find, key_of, names
from autograder.checking.stock.answers import function_in, read_answers
from autograder.checks import check, given
from autograder.commands.codes import write_codes
from autograder.commands.grade import grade_assignment
from autograder.course.course import open_course
from autograder.course.personal_key import codes_of
from autograder.personal import Draws
from autograder.personal.codes import code_of
from autograder.personal.whose import as_owner
from autograder.report.others import fitting

ROOT = Path(__file__).parents[2]
OWN = [name for name in names() if find(name).given is not None]
HUNTS = [
    name
    for name in OWN
    if hasattr(__import__(f"exercises.{assignment_of(name)}.{name}", fromlist=["x"]), "HUNT")
]
LAYERS = [name for name in OWN if name not in HUNTS]
STUDENTS = ("ada", "bob", "cem", "dan")


def answers(name, title):
    """The function of an answer that the audit tries, for whoever's turn it is."""
    found = read_answers(names()[name].answers / f"{name}.py")
    answer = next(each for each in (*found.right, *found.wrong) if each.title == title)
    return function_in(answer.source, name, f"<{title}>")


def right(name):
    first = read_answers(names()[name].answers / f"{name}.py").right[0]
    return function_in(first.source, name, "<right>")


@pytest.mark.parametrize("name", OWN)
def test_the_self_check_tells_the_form_and_nothing_of_the_key(name, capsys):
    """A wrong answer of the right form is told what a right one is told, word for word."""
    wrong = read_answers(names()[name].answers / f"{name}.py").wrong
    with as_owner("somebody"):
        check(right(name), seed=1)
        said = capsys.readouterr().out
        assert "1 of 1 properties hold" in said
        assert said.endswith("is right is found out when your work is graded.\n") and "drawn" not in said
        told = []
        for answer in wrong:
            check(function_in(answer.source, name, "<wrong>"), seed=1)
            out = capsys.readouterr().out
            named = answer.mistake is not None
            assert not named or out == said, answer.title
            told += [] if named else [out]
    assert any("should be" in each or "should have" in each for each in told)
    installed = [path for path in (ROOT / "exercises").rglob("*.py") if path.name == "key.py"]
    assert len(installed) == len(OWN)
    bundle = (ROOT / "tools" / "bundle.py").read_text(encoding="utf-8")
    assert 'path.name == "key.py"' in bundle


@pytest.mark.parametrize("name", OWN)
def test_what_is_right_for_one_student_is_wrong_for_others(name):
    with as_owner("one"):
        answer = right(name)()
        assert examine(find(name), lambda: answer, key_of(name)).share == 1
    shares = []
    for k in range(12):
        with as_owner(f"another {k}"):
            shares.append(examine(find(name), lambda: answer, key_of(name)).share)
    assert max(shares) < 1 and sum(shares) / len(shares) < 0.3


def unread(name, sizes):
    """A random call, and what makes many a mistake harmless: what one can say without reading the function."""
    draw = {"dtype": torch.float64, "generator": torch.Generator().manual_seed(0)}
    if name == "broken_ends":
        rows, steps, units = sizes.values()
        wrong = {"output": torch.randn(rows, steps, units, **draw), "lengths": torch.arange(rows) % steps + 1}
        return wrong, {"lengths": torch.full((rows,), steps)}
    inputs, hidden = sizes.values()
    wrong = {"x": torch.randn(7, 2, inputs, **draw), "h0": torch.randn(2, hidden, **draw)}
    wrong |= {"W_ih": torch.randn(hidden, inputs, **draw), "W_hh": torch.randn(hidden, hidden, **draw)}
    return wrong | {"b": torch.randn(hidden, **draw), "chunk_len": 3}, {"chunk_len": 7}


@pytest.mark.parametrize("name", HUNTS)
def test_who_does_not_read_the_function_earns_little_and_a_lucky_letter_is_worth_less_than_half(name):
    earned = []
    for k in range(60):
        with as_owner(str(k)):
            wrong, change = unread(name, given(name).sizes)
            answer = {
                "wrong": wrong,
                "right": wrong | change,
                "because": "abcdefgh"[k % 8],
                "line": 3 + k % 2,
            }
            earned.append(examine(find(name), lambda: answer, key_of(name)).share)  # noqa: B023
    assert sum(earned) / 60 < 0.25 and set(earned) <= {0.1, 0.2, 0.4, 1.0}, earned
    assert 0.2 in earned and 0.4 in earned and earned.count(1.0) <= 6, "a letter is not enough"


@pytest.mark.parametrize("name", OWN)
def test_an_answer_that_was_kept_is_judged_as_it_was(name):
    for k in range(6):
        with as_owner(str(k)):
            answer = right(name)()
            kept = read(write(answer))
            assert write(kept) == write(answer) != ""
            assert examine(find(name), lambda: kept, key_of(name)).share == 1  # noqa: B023


@pytest.mark.parametrize(
    "text", ["", "{", '{"dtype": "torch.float16", "numbers": []}', '{"numbers": 1}', '{"items": 3}']
)
def test_a_text_that_is_no_answer_is_refused(text):
    with pytest.raises(ValueError):
        read(text)
    endless = {}
    endless["a"] = endless
    assert write(endless) == "" == write(object()) == write({"a": nn.Linear(1, 1)}) == write("x" * 30_000)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_the_same_each_time_leave_chance_alone_and_differ_between_students(name):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    states = []
    for student in ("a", "b", "a"):
        with as_owner(student):
            own = given(name)
            module = own.lstm if hasattr(own, "lstm") else own.rnn
            states.append(torch.cat([each.flatten() for each in module.state_dict().values()]))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(states[0], states[2]) and not torch.allclose(states[0], states[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", LAYERS)
def test_each_of_sixty_students_can_be_sure_of_their_layer(name):
    """Whatever way it is measured in, and whatever mistake is made: right is right, and a named mistake is wrong."""
    key = __import__(f"exercises.{assignment_of(name)}.{name}.key", fromlist=["key"])
    for k in range(60):
        draws = Draws(f"student {k}".encode())
        own = find(name).given(draws)
        for thing, each in key.key(own).items():
            nudged = own_after_noise(own)
            again = key.key(nudged)[thing]
            assert abs(again.value - each.value) <= 0.01 * max(each.tolerance, 1e-9) + 1e-9, (k, thing)
            for mistake, value in each.mistakes:
                assert abs(value - each.value) > each.tolerance, (k, thing, mistake)


@pytest.mark.parametrize("name", ["my_layer", "my_unit"])
def test_answers_about_anothers_network_are_seldom_told_what_their_author_did(name):
    """A number of another network is now and then near one that a mistake gives: what else it changes has to agree."""
    answers = []
    for k in range(10):
        with as_owner(str(k)):
            answers.append(right(name)())
    with as_owner("0"):
        rights = import_module(f"exercises.{assignment_of(name)}.{name}.key").key(given(name))
    shown = [mistake for each in rights.values() for mistake in dict(each.mistakes)]
    several = {mistake for mistake in shown if shown.count(mistake) > 1}
    told = []
    for k in range(10):
        with as_owner(str(k)):
            for other in range(10):
                report = examine(find(name), lambda: answers[other], key_of(name), 1)  # noqa: B023
                told += [mistake.name for mistake in report.mistakes if mistake.name in several]
    assert several and len(told) <= 3, told


def own_after_noise(own):
    """The layer as another machine may compute it: all weights off by some roundings."""
    module = own.lstm if hasattr(own, "lstm") else own.rnn
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(1 + 1e-12)
    return own


def run_source(source, mend):
    """The function of a stock after some of its lines were changed."""
    lines = source.splitlines()
    for number, text in mend.items():
        old = lines[number - 1]
        lines[number - 1] = old[: len(old) - len(old.lstrip())] + text
    namespace = {"torch": torch}
    exec("\n".join(lines), namespace)
    return next(each for each in namespace.values() if callable(each) and hasattr(each, "__code__"))


def same(one, other, call):
    try:
        found, expected = one(**call), other(**call)
        return found.shape == expected.shape and torch.allclose(found, expected)
    except (IndexError, NameError, RuntimeError, TypeError):
        return False


@pytest.mark.parametrize("name", HUNTS)
def test_each_function_of_a_stock_has_the_mistake_that_the_key_says(name):
    module = __import__(f"exercises.{assignment_of(name)}.{name}.given", fromlist=["x"])
    key = __import__(f"exercises.{assignment_of(name)}.{name}.key", fromlist=["x"])
    sections = {section for section, _ in hunt.read_stock(module.STOCK)}
    assert sections == set(key.BECAUSE) and len(set(key.BECAUSE.values())) >= 5
    assert all(list(key.BECAUSE.values()).count(letter) >= 2 for letter in key.BECAUSE.values()), (
        "paraphrased"
    )
    found = set()
    for k in range(200):
        with as_owner(str(k)):
            section = given(name).section
            if section not in found:
                found.add(section)
                assert examine(find(name), right(name), key_of(name)).share == 1, section
    assert found == sections
    assert set(key.MENDS) == sections
    guesses = [
        (key.BECAUSE[each], line) for each in sections for line in {n for m in key.MENDS[each] for n in m}
    ]
    assert len(guesses) == len(set(guesses)), "a letter and a line that are right for two functions"
    right_function, calls = key.states if name == "broken_pieces" else key.ends, []
    for k in range(8):
        with as_owner(str(k)):
            wrong, change = unread(name, given(name).sizes)
            calls += [wrong, wrong | change]
    for section, source in hunt.read_stock(module.STOCK):
        for mend in key.MENDS[section]:
            mended = run_source(source, mend)
            for call in calls:
                torch.testing.assert_close(mended(**call), right_function(**call), msg=f"{section}: {mend}")
            for number in mend:  # no line of a mend is there for show
                fewer = {n: line for n, line in mend.items() if n != number}
                assert any(not same(run_source(source, fewer), right_function, call) for call in calls), (
                    section
                )
    text = module.STOCK.read_text(encoding="utf-8")
    mistakes = (ROOT / "source" / f"{assignment_of(name)}.py").read_text(encoding="utf-8")
    reasons = re.findall(r"`'[a-h]'` \| (.+?) \|", mistakes)
    assert len(reasons) == 8 and not any(reason in text for reason in reasons)


def test_every_way_in_which_a_call_can_be_malformed_is_said():
    own = Own("x", lambda draws: hunt.Suspect("x", "s", "def x():\n    ...", torch.add, {"I": 2}))
    forms = {
        "x": hunt.Floats(("T", "I")), "h": hunt.Floats(("I",), optional=True), "n": hunt.Wholes(("T",), 1, "T"),
        "k": hunt.Whole(1, 3),
    }  # fmt: skip
    looked = hunt.Hunt(own, forms, "ab").check()
    call = {"x": torch.ones(3, 2).double(), "h": None, "n": torch.tensor([1, 2, 3]), "k": 2}

    def said(line=1, **changes):
        answer = {"wrong": {**call, **changes}, "right": call, "because": "a", "line": line}
        finding = examine(find(OWN[0]), lambda: answer, looked).outcomes[0].finding
        return finding.args["text"] if finding else ""

    assert said() == said(line=2) == ""
    for line in (0, 3, True, 1.0, "1", None):
        assert said(line) == "answer['line'] should be the number of a line of your function, from 1 to 2."
    assert "should have the arguments x, h, n, k, and no others; it has 5." in said(more=1)
    assert said(x=torch.ones(3, 2)) == (
        "x in answer['wrong'] should be a float64 tensor of shape (T, I); it is a tensor of shape (3, 2) of float32."
    )
    assert "should be a float64 tensor of shape (I,), or None" in said(h=3)
    assert "I should be 2 in your calls; in answer['wrong'], x has 5" in said(x=torch.ones(3, 5).double())
    assert "T is 4 and 3" in said(x=torch.ones(4, 2).double())
    assert "too long" in said(x=torch.ones(13, 2).double(), n=torch.ones(13).long())
    assert "too long" in said(x=torch.ones(0, 2).double(), n=torch.ones(0).long())
    assert "finite" in said(x=torch.full((3, 2), float("inf")).double())
    assert "numbers from 1 to T alone" in said(n=torch.tensor([1, 2, 4]))
    assert "k in answer['wrong'] should be a whole number from 1 to 3" in said(k=True)
    assert "whole number" in said(k=4)


def test_every_way_in_which_a_number_can_be_malformed_is_said():
    ask = asked.Ask("n", "It is right.", 0, 5, whole=True)
    for value, words in (
        (2.0, "has 2.0"),
        (True, "has True"),
        (6, "has 6"),
        ("2", "has '2'"),
        ([], "has a list"),
    ):
        assert (
            words in ask.misses(value).args["text"]
            and "a whole number from 0 to 5" in ask.misses(value).args["text"]
        )
    assert ask.misses(3) is None
    assert asked.Ask("n", "It is right.", 0, 5).misses(float("nan")) is not None


def test_a_plain_file_without_the_key_is_told_that_its_form_alone_was_looked_at(tmp_path):
    file, out = tmp_path / "found.py", io.StringIO()
    file.write_text(assistant("my_layer"))
    assert check_files(tmp_path, "my_layer", [file], sandbox="off", out=out) == 0
    assert "100 % of what is tried here" in out.getvalue() and "Only the form was looked at" in out.getvalue()
    assert "drawn" not in out.getvalue()


def test_an_exercise_that_gives_nothing_says_so():
    with pytest.raises(LookupError, match="found no exercise 'lstm_cell' that gives something"):
        given("lstm_cell")


# ---------------------------------------------------------------- a class

COPY = "cem"  # hands in ada's answers, with a code of his own


def assistant(name):
    """What comes of pasting the exercise's text into an assistant: nothing was run, nothing was looked at."""
    if name in HUNTS:
        call = "{name: torch.randn(3, 3, dtype=torch.float64) for name in ('x', 'h0', 'W_ih', 'W_hh')}"
        found = "{'wrong': call, 'right': call, 'because': 'a', 'line': 3}"
        return f"def {name}():\n    call = {call}\n    return {found}"
    keys = {"first": 6.6, "second": 3.0, "counter": 0, "after": 15.0}
    return f"def {name}():\n    return {keys!r}"


def test_what_is_right_for_a_student_is_measured_once_for_the_answers_of_a_whole_class(monkeypatch):
    module = import_module("exercises.a4_nn_lstm.my_layer.key")
    measured, half_life = [], module.half_life
    monkeypatch.setattr(module, "half_life", lambda own, unit: measured.append(unit) or half_life(own, unit))
    codes = {student: code_of(b"k" * 32, student) for student in STUDENTS}
    outcomes = []
    for student, other in zip(STUDENTS, STUDENTS[1:] + STUDENTS[:1], strict=True):
        with as_owner(codes[other].secret):
            answer = write(right("my_layer")())
        finding = SimpleNamespace(exercise="my_layer", answer=answer, key=("a4", "my_layer"))
        outcomes.append(SimpleNamespace(student=student, findings=[finding]))
    measured.clear()
    found = fitting(outcomes, codes, lambda key: key[1])
    assert [(each.student, each.owners) for each in found] == [
        ("ada", ("bob",)),
        ("bob", ("cem",)),
        ("cem", ("dan",)),
        ("dan", ("ada",)),
    ]
    assert len(measured) == 2 * len(STUDENTS), "of two units"


def as_text(value):
    """An answer as a student types it."""
    if isinstance(value, torch.Tensor):
        return f"torch.tensor({value.tolist()}, dtype={value.dtype})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {as_text(each)}" for key, each in value.items()) + "}"
    return repr(value)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder of a course after a4_nn_lstm and a2_rnns were graded for the four students."""
    root = tmp_path_factory.mktemp("own") / "course"
    tried = [name for name in OWN if name in ("my_layer", "broken_pieces")]
    for assignment in {assignment_of(name) for name in tried}:
        shutil.copytree(ROOT / "source" / assignment, root / "source" / assignment)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 30\n")
    assert write_codes(root, STUDENTS, out=io.StringIO()) == 0
    codes = codes_of(open_course(root), STUDENTS)
    for name in tried:
        assignment, found = assignment_of(name), {}
        for student in STUDENTS:
            with as_owner(codes[student].secret):
                found[student] = f"def {name}():\n    return {as_text(right(name)())}"
        found[COPY] = found["ada"]
        found["dan"] = assistant(name)
        for student, code in codes.items():
            notebook = nbformat.read(ROOT / "release" / assignment / f"{assignment}.ipynb", as_version=4)
            for cell in notebook.cells:
                if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
                    cell.source = found[student]
                cell.source = cell.source.replace('me("")', f'me("{code}")')
            folder = root / "submitted" / student / assignment
            folder.mkdir(parents=True)
            nbformat.write(notebook, folder / f"{assignment}.ipynb")
        out = io.StringIO()
        assert grade_assignment(root, assignment, workers=2, out=out) in (0, 1), out.getvalue()
    return root


@pytest.mark.slow
@pytest.mark.parametrize("name", ["my_layer", "broken_pieces"])
def test_who_looked_and_who_did_not_get_visibly_different_results(graded, name):
    path = graded / "reports" / assignment_of(name) / "grades.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    points = {student: float(row[f"{name}-hidden"]) for student, row in rows.items()}
    assert points["ada"] == points["bob"] == 3, rows["ada"]
    # By luck, some get the unit that counts, one in five, or the letter, one in eight.
    assert points["dan"] <= 1.2 and points[COPY] < 1.5
    assert not any(row["repairs"] for row in rows.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["my_layer", "broken_pieces"])
def test_a_copied_answer_is_in_the_report_as_right_for_somebody_else(graded, name):
    report = (graded / "reports" / assignment_of(name) / "report.html").read_text(encoding="utf-8")
    rows = re.findall(
        r"<tr>.*?</tr>", report.partition("Right for somebody else</h2>")[2].partition("</table>")[0]
    )
    text = [re.sub(r"<[^>]+>", " ", row).split() for row in rows]
    assert [COPY, f"{name}-hidden", "ada"] in text and not any("dan" in row for row in text)
    page = (graded / "feedback" / COPY / assignment_of(name) / f"{assignment_of(name)}.html").read_text(
        encoding="utf-8"
    )
    assert "ada" not in re.sub(r"<[^>]+>|\w*gradada\w*", " ", page).split()
    assert assignments()[assignment_of(name)]
