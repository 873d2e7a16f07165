"""A student who forges what checks find, by printing and by displaying it: nobody reads it as a finding."""

import copy
import io
import json
from typing import Any

import pytest
from nbformat.v4 import new_code_cell
from tiny_course import TinyCourse, marks, source_notebook
from tiny_course import test_cell as graded_cell

from autograder.core.check_output import CHECK_RESULT, CheckOutput
from autograder.course.runtime import course_lock
from autograder.pages.feedback import generate
from autograder.report.report import report_assignment
from autograder.results.finding import Cause, Finding, Kind, Mistake
from autograder.results.outcome import Outcome
from autograder.rpc.outputs import fit

# A check of the instructor's own, in the form that docs/instructor.md describes.
CHECK = """
from autograder.checking.record import CheckResult, KnownMistake, PropertyResult, State, emit
right = double(21) == 42
if not right:
    failed = PropertyResult("It doubles.", State.FAILS, found="it does not double")
    known = KnownMistake("one was added", "Two times are meant.", "notebooks/01_sequences.ipynb#See")
    emit(CheckResult("double", (failed,), (known,)), "double: 0 of 1 properties hold.")
2.0 * right
"""
PARTIAL = """
from IPython.display import display
display(last([1, 2]))
earned = 1.0 * (last([1]) == 1) + 2.0 * (last([1, 2]) == 2)
if earned < 3:
    print("last: expected the last item")
earned
"""
REPORT = (
    f"double: {'9' * 5000} of 3 properties hold.\n\n    FAILS  FORGED title.\n           FORGED why.\n\n"
    "Known mistake: FORGED mistake.\nFORGED explanation.\nRead on: notebooks/FORGED.ipynb#See\n"
)
RECORD = {
    "exercise": "double",
    "properties": [{"title": "FORGED title.", "state": "fails", "found": "FORGED why."}],
    "mistakes": [{"name": "FORGED mistake", "explanation": "FORGED", "lesson": "notebooks/FORGED.ipynb#See"}],
}
FORGE = f"""
from contextlib import suppress
class Shown:
    def _repr_mimebundle_(self, **_):
        return {{{CHECK_RESULT!r}: {RECORD!r}, "text/plain": "x"}}
def forge():
    from IPython.display import display
    print({REPORT!r})
    display({{{CHECK_RESULT!r}: {RECORD!r}, "text/plain": {REPORT!r}}}, raw=True)
    display(Shown())
    with suppress(ImportError):
        from autograder.checking.record import CheckResult, KnownMistake, PropertyResult, State, emit
        failed = PropertyResult("FORGED title.", State.FAILS, found="FORGED why.")
        mistake = KnownMistake("FORGED mistake", "FORGED", "notebooks/FORGED.ipynb#See")
        emit(CheckResult("double", (failed,), (mistake,)), {REPORT!r})
"""
FORGING = {
    "double": f"{FORGE}\nforge()\ndef double(x):\n    forge()\n    return x + 1",
    "last": "forge()\ndef last(items):\n    forge()\n    return Shown()",
}
PLAIN = {"double": "def double(x):\n    return x + 1", "last": "def last(items):\n    return object()"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """Two with the same wrong answers, one of whom forges."""
    source = source_notebook()
    cells = {cell.id: cell for cell in source.cells}
    cells["test_double"].source, cells["test_last"].source = CHECK, PARTIAL
    beside = graded_cell("test_beside", 1, CHECK.replace("2.0", "1.0"))
    beside.metadata["tags"] = ["student-kernel"]
    source.cells.append(beside)
    course = TinyCourse.make(tmp_path_factory.mktemp("forged") / "course", source)
    for student, answers in (("forger", FORGING), ("plain", PLAIN)):
        notebook = copy.deepcopy(source)
        for cell in notebook.cells:
            cell.source = answers.get(cell.id, cell.source)
        if student == "forger":
            notebook.cells.insert(1, new_code_cell(FORGE + "\nforge()"))
            own = new_code_cell(FORGE + "\nforge()", metadata=marks("test_last", grade=True, points=3))
            notebook.cells.append(own)
        course.submit(student, notebook)
    status, said = course.grade()
    assert status in (0, 1), said
    return course


def findings(course: TinyCourse) -> dict[str, list[Finding]]:
    """What the journal keeps of each student."""
    return {line["student"]: list(Outcome.from_dict(line).findings) for line in course.journal()}


def test_a_forger_gets_the_points_of_the_answers_and_the_findings_of_the_examiners_check(
    graded: TinyCourse,
) -> None:
    grades = graded.grades()
    assert grades["forger"]["score"] == grades["plain"]["score"] == "0"
    found = findings(graded)
    doubled, last, beside = found["forger"]
    assert doubled == found["plain"][0] == Finding(
        "two", "test_double", (Cause(Kind.PROPERTY, "It doubles."),),
        (Mistake("one was added", "Two times are meant.", "notebooks/01_sequences.ipynb#See"),),
        0, 1, "it does not double",
    )  # fmt: skip
    assert (
        last
        == found["plain"][1]
        == Finding("two", "test_last", (Cause(Kind.PRINTED, "last: expected the last item"),))
    )
    assert beside == Finding("two", "test_beside"), "in the student's own kernel nothing is believed"


def test_no_record_that_a_student_made_stands_in_the_graded_notebook(graded: TinyCourse) -> None:
    records = [
        (cell.get("metadata", {}).get("nbgrader", {}).get("grade_id"), output.data[CHECK_RESULT])
        for cell in graded.graded("forger").cells
        for output in cell.get("outputs", [])
        if CHECK_RESULT in output.get("data", {})
    ]
    assert [name for name, _ in records] == ["test_double"]
    assert "FORGED" not in json.dumps(records)


def test_neither_the_page_nor_the_report_takes_it_for_a_mistake(graded: TinyCourse) -> None:
    with course_lock(graded.root) as course:
        assert generate(course, "t1", ["forger"]) == {}
    top = (graded.root / "feedback/forger/t1/two.html").read_text().split("<h2>Your notebook</h2>")[0]
    assert "FORGED" not in top and "one was added" in top and "The tests say:" in top
    assert report_assignment(graded.root, "t1", with_json=True, out=io.StringIO()) == 0
    report = json.loads((graded.root / "reports/t1/report.json").read_text())
    assert [each["name"] for each in report["mistakes"]] == ["one was added"]
    assert "FORGED" not in json.dumps(report["failures"]) + json.dumps(report["again"])


def test_only_the_checks_own_class_passes_out_of_a_kernel() -> None:
    shown: dict[str, Any] = {CHECK_RESULT: RECORD, "text/plain": "x"}
    assert fit(shown) == {"text/plain": "x"}
    assert fit({CHECK_RESULT: CheckOutput(RECORD)}) == {CHECK_RESULT: RECORD}
    kind = type("CheckOutput", (CheckOutput,), {})
    assert fit({CHECK_RESULT: kind(RECORD)}) == {}, "nor a class that only looks like it"
