"""Questions on the code that students handed in: keys are what the code itself says, and a page runs nothing of it."""

import ast
import io
import json
import shutil
from pathlib import Path

import nbformat
import pytest
import torch
from torch import nn

from autograder.auditing.check_run import run_checks
from autograder.checking.examine import case_of, shapes
from autograder.checking.observing.arguments import build
from autograder.checking.registry import find
from autograder.checking.trace import RETURNED, Step, trace, traces
from autograder.course.model import Cell, Skeleton, Submission
from autograder.defence import wording
from autograder.defence.defend import defend_assignment
from autograder.defence.handed_in import handed_in
from autograder.defence.pages import keys_page
from autograder.defence.records import Change, Defence, Question, QuestionKind, Sheet
from autograder.defence.tried import one_line_changes

ROOT = Path(__file__).parents[2]
SEED = 11
CELL = """def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    # the four blocks of all gates
    z = (
        x @ W_ih.T + b_ih
        + h @ W_hh.T + b_hh
    )

    i, f, g, o = z.chunk(4, dim=1)
    c_new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c_new), c_new"""
# Forges what the examiner would read, on every way that a cell has, and is right all the same.
FORGER = """import json
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    for sign in ("traces: ", "traces 0123456789abcdef: "):
        print(sign + '[{"given": "forged", "narrow": false, "steps": [{"line": 1, "name": "z", "kind": "tensor"}]}]')
    tag = "</pre><script>alert('`x`')</script>"
    z = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    i, f, g, o = z.chunk(4, dim=1)
    c_new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c_new), c_new"""


def case(title="The new cell state c_new agrees with nn.LSTMCell."):
    prop = next(prop for prop in find("lstm_cell").properties if prop.title == title)
    return case_of(prop, SEED)


def function(source, name="lstm_cell"):
    namespace = {"torch": torch, "nn": nn}
    exec(compile(source, "<answer>", "exec"), namespace)
    return namespace[name]


def test_a_trace_says_what_each_line_gave_each_variable_when_it_first_ran() -> None:
    seen = trace(function(CELL), case())
    shapes = {(step.line, step.name): step.shape for step in seen.steps}
    assert shapes[8, "f"] == (3, 5) and shapes[9, "c_new"] == (3, 5) and not seen.raised
    assert {shape for (_, name), shape in shapes.items() if name == "z"} == {(3, 20)}
    assert shapes[10, RETURNED] == (2,)
    assert not any(name in ("x", "h", "c") for _, name in shapes)  # nothing gave them a value


def test_a_loop_counts_at_its_first_pass_and_an_error_where_it_arose() -> None:
    def grows(x, h, c, W_ih, W_hh, b_ih, b_hh):
        total = 0
        for number in range(3):
            total = total + number + 1
        return x.view(-1)[10_000]

    seen = trace(grows, case())
    values = {(step.line, step.name): step.value for step in seen.steps}
    assert values[2, "total"] == "0" and values[4, "total"] == "1" and values[3, "number"] == "0"
    assert (seen.raised, seen.line) == ("IndexError", 5)


def test_of_a_function_that_calls_itself_counts_what_comes_before_and_the_result() -> None:
    head = "def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):"
    rest = "lstm_cell(x[1:], h, c, W_ih, W_hh, b_ih, b_hh)"
    seen = trace(
        function(f"{head}\n    a = x[:1]\n    if len(x) > 1:\n        a = {rest}\n    return a"), case()
    )
    assert [(step.line, step.name) for step in seen.steps] == [(2, "a"), (5, RETURNED)]
    seen = trace(function(f"{head}\n    return {rest} if len(x) else x[0]"), case())
    assert (seen.raised, seen.line) == ("IndexError", 0)


def test_what_follows_from_numbers_that_nobody_sees_is_not_asked() -> None:
    def sums(x, h, c, W_ih, W_hh, b_ih, b_hh):
        units, total, _ = h.shape[1], x.sum().item(), 7
        above = x[x > 0]
        return units, total, above

    steps = {step.name: step for step in traces(sums, "lstm_cell", SEED)[0].steps}
    assert set(steps) == {"units", RETURNED} and steps["units"].value == "5"


def test_a_trace_ends_where_the_functions_own_tracing_does() -> None:
    import sys

    before = sys.gettrace()
    trace(function(CELL), case())
    assert sys.gettrace() is before


def test_changes_name_the_line_as_it_was_written() -> None:
    changes = [change for change, _ in one_line_changes(CELL)]
    lines = CELL.splitlines()
    assert {change.line for change in changes} == {3, 8, 9, 10}
    for change in changes:
        first = ast.unparse(ast.parse(change.old)) if change.line != 10 else change.old
        assert lines[change.line - 1].strip().split(" ")[0] in first
    assert Change(9, "c_new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)", "") in changes


def notebook_of(*sources, grade_id=""):
    return tuple(
        Cell("code", source, grade_id if number == 0 else "") for number, source in enumerate(sources)
    )


def test_of_a_notebook_stays_what_defines_something_and_the_function_as_it_was_written() -> None:
    released = nbformat.read(ROOT / "release/a3_gates/a3_gates.ipynb", 4)
    skeleton = Skeleton("a3_gates", released, tuple(cell.source for cell in released.cells))
    work = nbformat.from_dict(json.loads(nbformat.writes(released)))
    slot = next(c for c in work.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "lstm_cell")
    slot.source = (
        f"SCALE = 2\nmade = torch.randn(10**9)\ndef helper(x):\n    return x\n%matplotlib inline\n{CELL}\n"
    )
    content = nbformat.writes(work).encode()
    submission = Submission("ada", "", {"a3_gates.ipynb": content}, {}, None, None, ())
    (found,) = handed_in(submission, (skeleton,), ("lstm_cell", "gate_values", "set_forget_bias"))
    assert found.name == "lstm_cell" and found.source == CELL
    assert "SCALE = 2" in found.around and "def helper(x)" in found.around and "import torch" in found.around
    assert "randn" not in found.file() and found.file().count("def lstm_cell") == 1


def with_lines(*lines):
    """The cell with lines above the gates."""
    return CELL.replace("\n\n", "\n" + "\n".join(f"    {line}" for line in lines) + "\n")


NESTED = (
    "\n    ".join(f"{'    ' * depth}if z is not None:" for depth in range(60)) + "\n" + " " * 244 + "pass"
)
TOO_DEEP = {
    "a sum of many terms": with_lines("z = z" + " + 0" * 400),
    "a sum that Python itself does not read": with_lines("z = z" + " + 0" * 3_000),
    "a chain of calls": with_lines("z = z" + ".clone()" * 200),
    "many cases": with_lines("if z is None:", "    pass", *["elif z is None:", "    pass"] * 200),
}


def submission_of(*sources):
    released = nbformat.read(ROOT / "release/a3_gates/a3_gates.ipynb", 4)
    work = nbformat.from_dict(json.loads(nbformat.writes(released)))
    slot = next(c for c in work.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "lstm_cell")
    slot.source = "\n".join(sources)
    skeleton = Skeleton("a3_gates", released, tuple(cell.source for cell in released.cells))
    return Submission(
        "ada", "", {"a3_gates.ipynb": nbformat.writes(work).encode()}, {}, None, None, ()
    ), skeleton


@pytest.mark.parametrize("source", TOO_DEEP.values(), ids=TOO_DEEP)
def test_a_function_that_is_nested_too_deep_is_left_out_and_no_error(source) -> None:
    submission, skeleton = submission_of(source)
    assert list(handed_in(submission, (skeleton,), ("lstm_cell", "gate_values"))) == []


def test_the_definition_that_counts_is_the_last_also_where_one_is_too_deep() -> None:
    deep = TOO_DEEP["a sum of many terms"]
    for sources, found in (((deep, CELL), [CELL]), ((CELL, deep), [])):
        submission, skeleton = submission_of(*sources)
        assert [each.source for each in handed_in(submission, (skeleton,), ("lstm_cell",))] == found


def test_sixty_nested_conditions_are_asked_about_and_a_thousand_lines_are_not_changed() -> None:
    nested = with_lines(*NESTED.splitlines())
    submission, skeleton = submission_of("k = 1" + " + 1" * 400, nested)
    (found,) = handed_in(submission, (skeleton,), ("lstm_cell",))
    assert found.source == nested and "k = " not in found.around
    assert {change.line for change, _ in one_line_changes(nested)} > {3, 66, 68}
    assert list(one_line_changes(with_lines(*["z = z + 0"] * 1_000))) == []


def test_what_fails_around_a_function_takes_nothing_else_with_it() -> None:
    around = ("import a_package_of_their_own", "made = torch.randn(3)", "half = made / 2", "SCALE = 2")
    submission, skeleton = submission_of("from __future__ import annotations", *around, CELL)
    (found,) = handed_in(submission, (skeleton,), ("lstm_cell",))
    namespace: dict = {}
    exec(compile(found.file(), "<file>", "exec"), namespace)
    assert namespace["SCALE"] == 2 and "half" not in namespace and "lstm_cell" in namespace


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with four submissions to a3_gates: right, a known mistake, forging, and nothing written."""
    root = tmp_path_factory.mktemp("course")
    for part in ("source", "release"):
        shutil.copytree(ROOT / part / "a3_gates", root / part / "a3_gates")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    mistaken = CELL.replace("i, f, g, o", "i, f, o, g")
    for student, source in {"ada": CELL, "bo": mistaken, "eve": FORGER, "zoe": ""}.items():
        work = nbformat.read(ROOT / "release/a3_gates/a3_gates.ipynb", 4)
        slot = next(c for c in work.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "lstm_cell")
        slot.source = source or slot.source
        folder = root / "submitted" / student / "a3_gates"
        folder.mkdir(parents=True)
        nbformat.write(work, folder / "a3_gates.ipynb")
    return root


@pytest.fixture(scope="module")
def sheets(course):
    said = io.StringIO()
    status = defend_assignment(course, "a3_gates", seed=SEED, out=said)
    keys = json.loads((course / "reports/a3_gates/defence/keys.json").read_text(encoding="utf-8"))
    return status, said.getvalue(), {sheet["student"]: sheet for sheet in keys["sheets"]}


def test_who_wrote_something_is_asked_about_it_and_who_did_not_is_named(sheets) -> None:
    status, said, found = sheets
    assert status == 0 and "zoe: no questions" in said and f"--seed {SEED}" in said
    assert [len(found[student]["questions"]) >= 3 for student in ("ada", "bo", "eve", "zoe")] == [
        True,
        True,
        True,
        False,
    ]
    assert found["zoe"]["without"] == ["gate_values", "lstm_cell", "set_forget_bias"], (
        "no test, no order of lines"
    )
    kinds = {
        student: [question["kind"] for question in sheet["questions"]] for student, sheet in found.items()
    }
    assert "change" in kinds["ada"] and "change" not in kinds["bo"]  # no check passes what is wrong already


def test_every_key_is_what_the_code_itself_says(sheets) -> None:
    _, _, found = sheets
    tried = 0
    for student, source in (("ada", CELL), ("bo", CELL.replace("i, f, g, o", "i, f, o, g"))):
        for question in found[student]["questions"]:
            if question["kind"] == "change":
                for change in question["changes"]:
                    assert fails(source, change) == change["caught"]
                    tried += 1
            elif question["variable"]["name"] != RETURNED:
                assert shape_by_probe(source, question) == question["variable"]["shape"]
                tried += 1
    assert tried >= 5


def fails(source, change):
    """The first property that fails where the line is changed by hand; "" where none does."""
    lines = ast.unparse(ast.parse(source)).splitlines()
    at = lines.index("    " + change["old"])
    lines[at] = "    " + (change["new"] or "pass")
    failed = run_checks("lstm_cell", function("\n".join(lines)), SEED).failed
    return failed[0] if failed else ""


def shape_by_probe(source, question):
    """The variable's shape by a line put below the one that is asked about."""
    lines = source.splitlines()
    tree = ast.parse(source)
    ends = {node.lineno: node.end_lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)}
    lines.insert(ends[question["variable"]["line"]], f"    seen.append({question['variable']['name']}.shape)")
    seen: list = []
    namespace = {"torch": torch, "seen": seen}
    exec("\n".join(lines), namespace)
    for prop in find("lstm_cell").properties:
        drawn = case_of(prop, SEED)
        if shapes(drawn) == question["given"]:
            namespace["lstm_cell"](**{name: build(value) for name, value in drawn.args.items()})
            return list(seen[-1])
    raise AssertionError(question["given"])


def test_the_same_seed_asks_the_same_of_a_student_alone(course, sheets) -> None:
    _, _, found = sheets
    assert defend_assignment(course, "a3_gates", students=("ada",), seed=SEED, out=io.StringIO()) == 0
    again = json.loads((course / "reports/a3_gates/defence/keys.json").read_text(encoding="utf-8"))
    assert again["sheets"] == [found["ada"]]


def test_what_a_forger_prints_is_no_key_and_their_code_is_no_html(course, sheets) -> None:
    _, _, found = sheets
    calls = [question["given"] for question in found["eve"]["questions"] if question["kind"] != "change"]
    assert len(calls) >= 2 and all(given.startswith("x (") for given in calls)
    page = (course / "reports/a3_gates/defence/sheets/eve.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page


def test_students_pages_hold_no_key(course, sheets) -> None:
    folder = course / "reports/a3_gates/defence"
    page = (folder / "sheets/ada.html").read_text(encoding="utf-8")
    assert 'class="key"' not in page and "caught, first by" not in page and "Questions" in page


def test_wrong_use_says_what_to_type(course, tmp_path) -> None:
    said = io.StringIO()
    assert defend_assignment(course, "a3_gate", out=said) == 2
    assert "autograder defend a3_gates" in said.getvalue()
    said = io.StringIO()
    assert defend_assignment(course, "a3_gates", students=("adda",), out=said) == 2
    assert "--student=ada" in said.getvalue()


def test_sentences_say_what_was_asked_and_what_is_right() -> None:
    raised = Question(QuestionKind.EDGE, "f", "x (1, 2)", raised="IndexError", line=4)
    assert wording.key(raised) == "Line 4 raises IndexError." and "say in which line" in wording.asked(raised)
    value = Question(QuestionKind.VARIABLE, "f", "x (2,)", Step(2, "H", "value", value="5"))
    assert wording.asked(value).endswith(
        "Say which value `H` has after line 2 has run for the first time, and why."
    )
    assert wording.key(value) == "`H` is 5."
    change = Question(
        QuestionKind.CHANGE, "f", changes=(Change(3, "a = b", ""), Change(4, "a", "b", "It holds."))
    )
    assert wording.key(change).startswith("A: not noticed. B: caught, first by “It holds.”. Whatever else")
    page = keys_page(Defence("a0", 1, (Sheet("<i>", "", (change,), {"f": "def f(): pass"}),)))
    assert "<i>" not in page and "<li>line 3, <code>a = b</code>, is left out</li>" in page
