"""The audit of the graders, and `autograder check`: every exercise on all its answers, and the tools on small ones."""

import io
import json
import re
import time
from pathlib import Path

import pytest

from autograder.auditing import audit
from autograder.auditing.audit import Kind, audit_graders
from autograder.auditing.check import check_files
from autograder.auditing.check_run import Points, run_checks
from autograder.auditing.exercise_source import ExerciseSource, read_source
from autograder.auditing.mutants import answer_mutants, mutants
from autograder.checking import hints
from autograder.checking.examine import examine
from autograder.checking.registry import assignment_of, assignments, find, names
from autograder.checking.seeds import draw_seed
from autograder.checking.stock.answers import answers_to, function_in, read_answers
from autograder.checking.wording import detail
from autograder.checks import hint
from autograder.cli import main

ROOT = Path(__file__).parents[2]


@pytest.mark.audit
@pytest.mark.parametrize("name", names())
def test_no_right_answer_is_rejected_no_wrong_one_accepted_and_each_mistake_is_named(name):
    seeds = (draw_seed(),)  # `make audit` tries five
    row = audit.audit_exercise(name, read_source(ROOT, name), answers_to(name), seeds)
    assert row.faults == (), seeds
    exercise = find(name)
    assert row.right > 3 and row.wrong >= 8
    assert row.mutants > 5 or exercise.lines or exercise.tells_apart, (
        "a test, or an order, has no mutants to speak of"
    )


@pytest.mark.parametrize("name", names())
def test_each_known_mistake_has_an_answer_of_its_own_is_explained_and_leads_into_the_lesson(name):
    mistakes = find(name).mistakes
    written = {answer.mistake for answer in answers_to(name).wrong if answer.mistake}
    assert {mistake.name for mistake in mistakes} == written
    assert len(mistakes) >= 5 or find(name).tells_apart or find(name).given, (
        "a test is wrong about functions, whose mistakes have names; an answer about one's own network is no function"
    )
    for mistake in mistakes:
        file, anchor = mistake.lesson.split("#", 1)
        lesson = (ROOT / file).with_suffix(".py").read_text(encoding="utf-8")
        headings = re.findall(r"^# #+ (.+)$", lesson, re.MULTILINE)
        assert anchor in {heading.replace("`", "").replace(" ", "-") for heading in headings}, mistake.name
        own = int(re.findall(r"\d+", assignment_of(name))[0])
        assert int(Path(file).name[:2]) <= own, "the assignment's lesson, or one before it"
        sentences = re.findall(r"[.!?](\s|$)", mistake.explanation)
        assert len(sentences) >= 2, f"{mistake.name}: what is wrong, and what to do instead, in two sentences"


@pytest.mark.parametrize("name", names())
def test_the_checks_of_an_exercise_take_less_than_a_second(name, monkeypatch):
    monkeypatch.chdir(answers_to(name).folder)  # where the capstone's weights are
    written = read_source(ROOT, name)
    reference, hidden = function_in(written.reference, name, f"<{name}>"), written.properties()
    run_checks(name, reference, 1, hidden)
    began = time.process_time()
    assert run_checks(name, reference, 2, hidden, written.points).score == 1
    assert time.process_time() - began < 1


# ---------------------------------------------------------------- hints


@pytest.mark.parametrize("name", names())
def test_each_exercise_has_three_hints_that_show_one_at_a_time(name, capsys, monkeypatch):
    monkeypatch.setattr(hints, "_asked", {})
    function = function_in(f"def {name}(*arguments):\n    raise NotImplementedError()\n", name, "<cell>")
    hint(function, 0)
    assert capsys.readouterr().out == ""
    shown = []
    for _ in range(4):
        hint(function)
        shown.append(capsys.readouterr().out)
    assert [text[:12] for text in shown] == ["Hint 1 of 3:", "Hint 2 of 3:", "Hint 3 of 3:", "Hint 3 of 3:"]
    assert len(set(shown)) == 3 and all(len(text) > 60 for text in shown)
    hint(function, 2)
    assert capsys.readouterr().out == shown[1]
    hint(function, 7)
    assert f"hint({name}, 1)" in capsys.readouterr().out


def test_a_hint_for_what_is_no_exercise_says_which_there_are(capsys):
    hint(3)
    assert ", ".join(names()) in capsys.readouterr().out


# ---------------------------------------------------------------- the audit itself


def test_an_audit_finds_a_right_answer_rejected_a_wrong_one_accepted_and_a_mistake_not_named():
    right = "def batchify(stream, batch_size):\n    L = len(stream) // batch_size\n    return {}\n"
    cut = right.format("stream[:L * batch_size].view(batch_size, L).t()")
    rows = right.format("stream[:L * batch_size].view(batch_size, L)")
    answers = audit.Answers(
        right=(audit.Answer("rows", rows),),
        wrong=(audit.Answer("cut", cut), audit.Answer("rows", rows, "the text runs across the columns")),
    )
    row = audit.audit_exercise("batchify", ExerciseSource(reference=cut), answers, (1,))
    assert row.of(Kind.REJECTED) == ["rows: Each column continues from row to row."]
    assert row.of(Kind.TOO_FEW)[0].startswith("only 1 right and 2 wrong answers to try; at least 3 and 8")
    assert row.of(Kind.ACCEPTED) == ["cut"]
    assert row.of(Kind.MISNAMED) == ["rows: reported as 'the segments are rows, not columns'"]


def test_an_audit_of_an_unknown_assignment_lists_the_known_ones():
    out = io.StringIO()
    assert audit_graders(ROOT, ["a3_gatez"], out=out) == 2
    assert ", ".join(assignments()) in out.getvalue()
    assert out.getvalue().endswith("\n  autograder audit a3_gatez --split\n")


def test_an_audit_where_there_are_no_sources_says_so(tmp_path):
    out = io.StringIO()
    assert audit_graders(tmp_path, ["a1_sequences"], out=out) == 2
    assert "run this in the course's folder" in out.getvalue()


def test_mutants_change_one_thing_each_and_spare_docstrings_and_messages():
    source = '''
def f(x, n=1):
    """Words 1 + 2."""
    if n < 1:
        raise ValueError("n is " + str(n))
    y = [k * 2 for k in range(n)]
    return torch.sum(x[1:], dim=0).clone() + y
'''
    found = {mutant.change for mutant in mutants(source)}
    assert {"if n <= 1:", "if n < 2:", "y = [k / 2 for k in range(n)]", "without y = [k * 2 for k in range(n)]",
            "return torch.sum(x[1:], dim=0).clone() - y", "return torch.sum(x[1:], dim=0) + y",
            "return torch.sum(x[1:]).clone() + y", "return torch.sum(x[:], dim=0).clone() + y"} <= found  # fmt: skip
    changed = {change for change in found if not change.startswith("without")}
    assert not any("Words" in change or "n is" in change for change in changed)
    assert len({mutant.source for mutant in mutants(source)}) == len(mutants(source))


def test_no_mutant_changes_what_never_runs():
    source = "def f(x):\n    if x:\n        return 1\n        x = 2\n    return 3\n    return 4 + 5\n"
    changed = [mutant.source for mutant in mutants(source)]
    assert len(changed) >= 4 and all("return 4 + 5" in each for each in changed)
    assert not any("x = 3" in each or "if x:\n        return 1\n        pass" in each for each in changed)


def test_a_line_of_an_answer_is_changed_to_that_of_the_definition():
    changes = [each.change for each in answer_mutants("def f(): ...", "f", {"line": 4, "size": 4})]
    assert changes == ["del answer['line']", "answer['line'] = 1", "del answer['size']",
                       "answer['size'] += 1", "answer['size'] -= 1"]  # fmt: skip


def test_an_equivalent_mutant_needs_a_reason(tmp_path):
    path = tmp_path / "f.py"
    path.write_text("# %% equivalent: return x\n\n# %% right: so\n\ndef f(): pass\n")
    with pytest.raises(ValueError, match="has no reason"):
        read_answers(path)


# ---------------------------------------------------------------- autograder check

RIGHT = "import torch\n\ndef rnn_cell(x, h, U, V, b, d):\n    return torch.tanh(x @ U.T + b + h @ V.T + d)\n"
FILES = {
    "right.py": RIGHT,
    "bias.py": RIGHT.replace(" + d", ""),
    "leaves.py": "import os\n\ndef rnn_cell(*arguments):\n    os._exit(0)\n",
    "broken.py": "def rnn_cell(:\n",
    "other.py": "def another(): pass\n",
    "library.py": "import torch\n\ndef rnn_cell(x, h, *w):\n    return torch.rnn_tanh_cell(x, h, *w)\n",
}


@pytest.fixture
def files(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def checked(capsys, *arguments):
    """Exit status and the objects printed."""
    status = main(["--course", str(ROOT), "check", *map(str, arguments), "--json"])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_file_with_a_right_answer_gets_full_marks_and_exit_status_0(files, capsys):
    status, found = checked(capsys, "rnn_cell", files / "right.py", "--sandbox", "off", "--seed", "3")
    assert status == 0
    assert found[0].pop("seconds") < 60
    assert found == [{"file": str(files / "right.py"), "exercise": "rnn_cell", "score": 1.0, "failed": [],
                      "mistake": None}]  # fmt: skip


def test_in_the_sandbox_files_that_leave_cheat_or_do_not_compile_cost_nobody_else(files, capsys):
    paths = [files / name for name in FILES]
    status, found = checked(capsys, "rnn_cell", *paths)
    assert status == 1
    scores = {Path(one["file"]).name: one["score"] for one in found}
    side_effects = scores.pop("bias.py")  # it leaves its arguments as they were, and works on any device
    assert scores == {name: float(name == "right.py") for name in FILES if name != "bias.py"}
    assert 0 < side_effects < 0.25
    said = {Path(one["file"]).name: (one["failed"][:1], one["mistake"]) for one in found}
    assert said["bias.py"][1] == "one of the two biases was left out"
    assert "the kernel died" in said["leaves.py"][0][0]
    assert re.fullmatch(r"SyntaxError: .* \(line 1\)", said["broken.py"][0][0])
    assert said["other.py"][0] == ["NameError: name 'rnn_cell' is not defined"]


def test_hidden_properties_are_tried_where_the_sources_are(files, capsys, tmp_path):
    assert read_source(ROOT, "rnn_cell").points == Points(3, 2) and read_source(ROOT, "rnn_cell").hidden
    # Without the sources there are no hidden properties, but what an answer may not use is refused all the same.
    assert read_source(tmp_path, "rnn_cell") == ExerciseSource(guards=("recurrent",))
    squeezing = files / "squeezing.py"
    squeezing.write_text(RIGHT.replace("tanh(x @ U.T + b + h @ V.T + d)", "tanh((x @ U.T + b + h @ V.T + d)"
                                       ".float()).to(x.dtype if x.shape[0] > 2 else torch.float64)"))  # fmt: skip
    main(["--course", str(ROOT), "check", "rnn_cell", str(squeezing), "--sandbox", "off", "--json"])
    with_sources = json.loads(capsys.readouterr().out)["failed"]
    main(["--course", str(tmp_path), "check", "rnn_cell", str(squeezing), "--sandbox", "off", "--json"])
    without = json.loads(capsys.readouterr().out)["failed"]
    assert set(without) < set(with_sources)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("rnn_sell", "right.py"), "expected one of batchify"), (("rnn_cell", "no.py"), "found no file")],
)
def test_wrong_use_has_exit_status_2_and_says_what_there_is(arguments, words, files):
    out = io.StringIO()
    assert check_files(ROOT, arguments[0], [files / arguments[1]], out=out) == 2
    assert words in out.getvalue()


def test_what_a_person_reads_names_the_mistake_and_the_seed(files):
    out = io.StringIO()
    assert check_files(ROOT, "rnn_cell", [files / "bias.py"], seed=8, sandbox="off", out=out) == 1
    text = out.getvalue()
    assert "22 % of the points" in text and "FAILS  The new state agrees with nn.RNNCell." in text
    assert "This is what one gets when one of the two biases was left out." in text
    assert "--seed 8 repeats these" in text


def test_a_plain_file_is_told_as_much_as_a_notebook_and_of_hidden_cases_no_values(files, tmp_path):
    raising = tmp_path / "raising.py"
    raising.write_text("def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):\n    return x.missing\n")
    out = io.StringIO()
    assert check_files(ROOT, "rnn_cell", [raising, files / "bias.py"], out=out) == 1
    error, bias = out.getvalue().split("bias.py: ")
    seen, further = error.split("further properties hold")
    assert "your line 2: `return x.missing`" in seen and "has no attribute 'missing'" in seen
    assert "your function raised AttributeError in your line 2." in further and "missing" not in further
    assert bias.count("Known mistake: one of the two biases was left out.") == 1


def test_a_seed_repeats_the_cases_of_a_check(files):
    function = function_in(FILES["bias.py"], "rnn_cell", "<file>")
    details = [detail(examine(find("rnn_cell"), function, seed=5).outcomes[0].finding) for _ in range(2)]
    assert details[0] == details[1]


def test_what_an_exercise_forbids_is_refused_where_its_notebook_is_not_there(tmp_path):
    file, out = tmp_path / "cell.py", io.StringIO()
    call = "torch.rnn_tanh_cell(x, h, W_ih, W_hh, b_ih, b_hh)"
    file.write_text(f"import torch\ndef rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):\n    return {call}\n")
    assert check_files(tmp_path, "rnn_cell", [file], out=out) == 1
    said = " ".join(out.getvalue().split())
    assert "0 % of what is tried here" in said and "without PyTorch's recurrent layers" in said
