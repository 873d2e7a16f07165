"""Grading a class with real kernels, real nbgrader and every kind of broken submission."""

import psutil
import pytest
from handed_in import hand_in_everything
from nbgrader.api import Gradebook
from tiny_course import HIDDEN, TinyCourse, snapshot

FULL = {"test_double": "2", "test_last": "3"}


NONE = {"test_double": "0", "test_last": "0"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """The whole class, graded once."""
    course = TinyCourse.make(tmp_path_factory.mktemp("class") / "course")
    hand_in_everything(course)
    before = snapshot(course.root / "submitted")
    status, said = course.grade()
    assert status == 0, said
    assert snapshot(course.root / "submitted") == before, "a student's file was touched"
    return course


@pytest.mark.parametrize(
    ("student", "scores"),
    [
        ("right", FULL),
        ("half", {"test_double": "2", "test_last": "1"}),
        ("warns", FULL),
        ("shouts", FULL),
        ("leaves", FULL),
        ("edited", FULL),
        ("deleted", FULL),
        ("twice", FULL),
        ("tested-twice", FULL),
        ("retyped", FULL),
        ("renamed", FULL),
        ("stripped", FULL),
        ("helped", FULL),
        ("old", FULL),
        ("lost-one", {"test_double": "0", "test_last": "3"}),
        ("cheat", NONE),
    ],
)
def test_answers_get_their_points_whatever_happened_to_the_cells(
    graded: TinyCourse, student: str, scores: dict[str, str]
) -> None:
    row = graded.grades()[student]
    assert {name: row[name] for name in scores} == scores, row


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("endless", "the time limit of 3 s was reached in cell `test_double`"),
        ("deaf", "the time limit of 3 s was reached in cell `test_double`"),
        ("swallows", "the time limit of 3 s was reached in cell `test_double`"),
        ("dies", "the kernel died (exit code 1) in cell `test_double`"),
    ],
)
def test_a_hang_or_a_dead_kernel_costs_its_question_and_no_other(
    graded: TinyCourse, student: str, reason: str
) -> None:
    row = graded.grades()[student]
    assert (row["test_double"], row["test_last"], row["reason"]) == ("0", "3", reason)


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("untouched", "no answer given"),
        ("cheat", "no answer given"),
        ("syntax", "syntax error (expected ':'), line 1, in cell `double`"),
        ("raises", "cell `double` stopped with ZeroDivisionError"),
        ("no-json", "not valid JSON, line 1"),
        ("deep", "not valid JSON"),
        ("empty", "is empty"),
        ("no-notebook", "is not a notebook"),
        ("latin", "not encoded in UTF-8"),
        ("future", "notebook format 9"),
        ("huge", "17 MB"),
        ("missing", "there is no notebook `two.ipynb` in the submission, which has: notes.txt"),
        ("linked", "symbolic link"),
        ("folder-link", "symbolic link"),
        ("pipe", "not an ordinary file"),
        ("notebook-folder", "there is no notebook `two.ipynb` in the submission, which has: two.ipynb"),
        ("odd-cells", "no answer given"),
    ],
)
def test_a_zero_has_a_reason_in_words(graded: TinyCourse, student: str, reason: str) -> None:
    row = graded.grades()[student]
    assert (row["score"], row["status"]) == ("0", "zero")
    assert reason in row["reason"]
    assert reason in graded.graded(student).cells[0].source, "the student is told so at the top of the page"


@pytest.mark.parametrize(
    ("student", "repair"),
    [
        ("deleted", "the cell `test_double` was missing; it was put back"),
        ("edited", "the text of the cell `test_last` had been changed"),
        ("twice", "the cell `double` was there 2 times; copy 1 was graded"),
        ("tested-twice", "the cell `test_double` was there 2 times; it was run once"),
        ("retyped", "the cell `double` had become markdown; it was read as code"),
        ("renamed", "the notebook was called `my homework (final).ipynb`"),
        ("stripped", "the cell `last` had lost its id; it was recognised by what it defines"),
        ("lost-one", "the cell `double` was missing; it was put back as released, without an answer"),
    ],
)
def test_each_repair_is_said_to_instructor_and_student(graded: TinyCourse, student: str, repair: str) -> None:
    assert repair in graded.grades()[student]["repairs"]
    assert repair in graded.graded(student).cells[0].source


def test_nothing_is_said_where_nothing_was_repaired(graded: TinyCourse) -> None:
    assert graded.grades()["right"]["repairs"] == ""
    assert graded.graded("right").cells[0].source == "# Two exercises"


def test_the_gradebook_has_the_grades_of_the_csv(graded: TinyCourse) -> None:
    with Gradebook(f"sqlite:///{graded.root}/gradebook.db") as gradebook:
        kept = {
            s.student.id: (f"{s.score:g}", s.needs_manual_grade)
            for s in gradebook.find_assignment("t1").submissions
        }
    assert kept == {student: (row["score"], False) for student, row in graded.grades().items()}


def test_stock_export_agrees_with_the_csv(graded: TinyCourse) -> None:
    graded.nbgrader("export")
    lines = (graded.root / "grades.csv").read_text().splitlines()
    heading = lines[0].split(",")
    exported = [dict(zip(heading, line.split(","), strict=True)) for line in lines[1:]]
    assert {row["student_id"]: float(row["score"]) for row in exported} == {
        student: float(row["score"]) for student, row in graded.grades().items()
    }


def test_stock_feedback_runs_on_the_result(graded: TinyCourse) -> None:
    graded.nbgrader("generate_feedback", "t1", "--student", "half", "--force")
    assert (graded.root / "feedback/half/t1/two.html").stat().st_size > 1000


def test_feedback_shows_neither_hidden_tests_nor_scripts(graded: TinyCourse) -> None:
    page = (graded.root / "feedback/spy/t1/two.html").read_text()
    assert "assert double(21) == 42" in "".join(str(cell) for cell in graded.graded("spy").cells)
    for secret in ("double(21)", "42", "HIDDEN", "<script>alert"):
        assert secret not in page.split("</style>")[-1], secret
    assert "my notes" in page
    assert "<script" not in page, "there are no formulas, so the page itself needs none"
    assert not list((graded.root / "feedback").rglob("*.py")), "feedback folders hold pages only"
    for other in (graded.root / "feedback").rglob("*.html"):
        assert HIDDEN not in other.read_text(), other


def test_the_summary_names_who_got_zero_and_why(graded: TinyCourse) -> None:
    page = (graded.root / "reports/t1/report.html").read_text()
    assert "is not valid JSON" in page
    assert "test_last" in page
    assert "<script" not in page


def test_no_kernel_outlives_the_run(graded: TinyCourse) -> None:
    left = psutil.Process().children(recursive=True)
    alive = [each.as_dict(["cmdline"], ad_value=[]) for each in left]  # a process that has ended has none
    assert [each for each in alive if "ipykernel" in " ".join(each["cmdline"])] == []


def test_scratch_and_half_written_folders_are_gone(graded: TinyCourse) -> None:
    assert sorted(path.name for path in (graded.root / ".autograder").iterdir()) == [
        "lock",
        "t1.changes.jsonl",
        "t1.jsonl",
        "t1.runs.jsonl",
        "t1.seeds.jsonl",
        "t1.split.json",
        "worker.log",
    ]
    assert not [path for path in (graded.root / "autograded").rglob(".*")]
