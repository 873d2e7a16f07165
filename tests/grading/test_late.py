"""Late work over a term: penalties by course.toml or a plugin, extensions, free days, and changes of a policy."""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from test_regrading import hand_in
from tiny_course import TinyCourse, essay, source_notebook

from autograder.commands.grade import grade_assignment, write_feedback
from autograder.commands.policy import extend, policy
from autograder.commands.regrade import regrade_assignment
from autograder.core.events import told_to
from autograder.results.late import OWN
from autograder.results.outcome import Outcome

DUE = '[assignments.t1]\ndue = "2026-03-01 23:59"\n'
LATE = f"{DUE}[late]\npercent = 20\n"  # of 9 points: 1.8 a day
TIMES = {"ada": "2026-03-01 20:00:00", "bob": "2026-03-02 20:00:00", "cyd": "2026-03-03 20:00:00"}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """A course graded once, without any policy: one in time, one a day late, one two days late; cyd's essay is empty."""
    source = source_notebook()
    source.cells.append(essay("YOUR ANSWER HERE"))
    course = TinyCourse.make(tmp_path_factory.mktemp("late") / "course", source)
    (course.root / "course.toml").write_text(DUE)
    for student, time in TIMES.items():
        hand_in(course, student, "YOUR ANSWER HERE" if student == "cyd" else "Because.")
        stamp(course, student, time)
    assert course.grade()[0] == 1
    return course


@pytest.fixture
def course(first: TinyCourse, tmp_path: Path) -> TinyCourse:
    """A copy of the graded course."""
    return TinyCourse(Path(shutil.copytree(first.root, tmp_path / "course")))


def stamp(course: TinyCourse, student: str, time: str, assignment: str = "t1") -> None:
    """When it was handed in."""
    (course.root / "submitted" / student / assignment / "timestamp.txt").write_text(f"{time} UTC")


def state(course: TinyCourse, text: str) -> None:
    """Writes course.toml."""
    (course.root / "course.toml").write_text(text)


@contextmanager
def gradebook(course: TinyCourse) -> Iterator[Gradebook]:
    """The course's gradebook; what the block changes is kept."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as opened:
        yield opened
        opened.db.commit()


def said_by(call: object, *arguments: object, **options: object) -> tuple[int, str]:
    """The exit status of a command's function, and what it printed."""
    out = io.StringIO()
    return call(*arguments, out=out, **options), out.getvalue()  # type: ignore[operator]


def scores(course: TinyCourse) -> dict[str, tuple[float, float]]:
    """Score and late penalty of each student in grades.csv."""
    return {
        who: (float(row["score"]), float(row["late_penalty"] or 0)) for who, row in course.grades().items()
    }


def test_a_policy_made_after_grading_says_who_changes_and_is_applied_to_all_or_to_nobody(
    course: TinyCourse,
) -> None:
    assert scores(course) == {"ada": (5, 0), "bob": (5, 0), "cyd": (5, 0)}
    state(course, LATE)
    hand_in(course, "dan")
    stamp(course, "dan", "2026-03-01 20:00:00")
    status, said = course.grade()
    assert status == 1 and "the points of 2 would change: it is not applied yet" in said
    assert (
        "  cyd: 5 -> 1.4 (-3.6; 1 d 20 h 1 min late: 2 begun days at 20 % of the maximum, 3.6 points deducted)"
        in said
    )
    assert "To apply it to all: autograder policy t1 --apply" in said
    assert scores(course)["cyd"] == (5, 0), "nobody has agreed to it yet"
    assert said_by(policy, course.root, ["t1"])[0] == 1
    status, said = said_by(policy, course.root, [], apply=True)
    assert status == 0 and "the points of 2 changed" in said
    assert scores(course) == {"ada": (5, 0), "bob": (3.2, 1.8), "cyd": (1.4, 3.6), "dan": (5, 0)}
    page = (course.root / "feedback/cyd/t1/two.html").read_text()
    assert (
        "Handed in 1 day and 20 hours late: 3.6 points deducted (2 begun days at 20 % of the maximum)."
        in page
    )
    assert "late" in course.grades()["cyd"] and "2 begun days" in course.grades()["cyd"]["late"]
    assert said_by(policy, course.root, [])[1] == "t1: nobody's points change\n"


def test_a_regrade_names_the_penalty_among_what_changes(course: TinyCourse) -> None:
    state(course, LATE)
    _, said = said_by(regrade_assignment, course.root, "t1", dry_run=True)
    assert "late penalty -3.6 (1 d 20 h 1 min late: 2 begun days at 20 % of the maximum" in said
    assert "set_forget" not in said and scores(course)["cyd"] == (5, 0)
    said_by(regrade_assignment, course.root, "t1", students=["cyd"])
    assert scores(course)["cyd"] == (1.4, 3.6)


def test_an_extension_counts_at_once_and_is_kept_through_everything(course: TinyCourse) -> None:
    state(course, f"{LATE}timezone = 1\n")
    assert said_by(extend, course.root, "t1", "cyd", "2026-03-03 12:00", "ill")[0] == 2, "the file is refused"
    state(course, LATE)
    said_by(policy, course.root, [], apply=True)
    status, said = said_by(extend, course.root, "t1", "cid", "2026-03-03 12:00", "ill")
    assert status == 2 and "Did you mean 'cyd'?" in said
    status, said = said_by(extend, course.root, "t1", "cyd", "2026-03-03 12:00", "ill")
    assert status == 0 and "cyd: 1.4 -> 3.2 (+1.8; 8 h late: 1 begun day at 20 % of the maximum" in said
    assert 'why = "ill"' in (course.root / "course.toml").read_text()
    with gradebook(course) as book:
        entry = book.find_submission("t1", "cyd")
        assert str(entry.duedate) == "2026-03-03 12:00:00" and entry.total_seconds_late == 8 * 3600
    page = (course.root / "feedback/cyd/t1/two.html").read_text()
    assert (
        "Handed in 8 hours late: 1.8 points deducted" in page
        and "Your own deadline: 2026-03-03 12:00:00 UTC" in page
    )
    course.grade(force=True)
    said_by(regrade_assignment, course.root, "t1")
    assert scores(course)["cyd"] == (3.2, 1.8) and course.grades()["cyd"]["due"] == "2026-03-03 12:00:00"
    assert "changed" not in said_by(policy, course.root, [], apply=True)[1]


def test_a_penalty_follows_the_points_of_an_essay_without_asking(course: TinyCourse) -> None:
    state(course, f'{LATE}of = "score"\n')
    said_by(policy, course.root, [], apply=True)
    assert scores(course)["bob"] == (4, 1)
    with gradebook(course) as book:
        grade = book.find_grade("essay", "two", "t1", "bob")
        grade.manual_score, grade.needs_manual_grade = 4, False
    status, said = said_by(write_feedback, course.root, "t1")
    assert status == 0 and "policy" not in said and scores(course)["bob"] == (7.2, 1.8)
    with gradebook(course) as book:
        assert book.find_submission("t1", "bob").late_submission_penalty == pytest.approx(1.8)


def test_free_days_are_used_in_the_order_of_due_dates(course: TinyCourse) -> None:
    for step in ("source", *(f"submitted/{student}" for student in TIMES)):
        shutil.copytree(course.root / step / "t1", course.root / step / "t2")
    stamp(course, "cyd", "2026-03-09 20:00:00", "t2")
    stamp(course, "bob", "2026-03-08 20:00:00", "t2")
    stamp(course, "ada", "2026-03-08 20:00:00", "t2")
    state(course, f'{LATE}free_days = 2\n[assignments.t2]\ndue = "2026-03-07 23:59"\n')
    assert said_by(policy, course.root, [], apply=True)[0] == 0
    said_by(grade_assignment, course.root, "t2")
    assert scores(course) == {student: (5, 0) for student in TIMES}, "one day of bob's, two of cyd's"
    assert "1 d 20 h 1 min late: 2 free days" in course.grades()["cyd"]["late"]
    with gradebook(course) as book:
        found = {each.student_id: each.late_submission_penalty for each in book.assignment_submissions("t2")}
    assert found["ada"] == found["bob"] == 0 and found["cyd"] == pytest.approx(3.6)
    page = (course.root / "feedback/bob/t2/two.html").read_text()
    assert "Handed in 20 hours and 1 minute late: nothing deducted (1 free day)." in page


def test_an_extension_says_whose_free_days_change_for_which_assignments(
    course: TinyCourse, tmp_path: Path
) -> None:
    for step in ("source", "submitted/cyd"):
        shutil.copytree(course.root / step / "t1", course.root / step / "t2")
    stamp(course, "cyd", "2026-03-09 20:00:00", "t2")
    state(course, f'{LATE}free_days = 2\n[assignments.t2]\ndue = "2026-03-07 23:59"\n')
    with gradebook(course) as book:
        book.update_or_create_student("cyd", first_name="Çyd", last_name="李")
    said_by(policy, course.root, [], apply=True)
    said_by(grade_assignment, course.root, "t2")
    with told_to(tmp_path / "events"):
        status, said = said_by(extend, course.root, "t1", "cyd", "2026-03-03 12:00", "ill")
    assert status == 0 and "cyd (Çyd 李): free days used for t1: 2 before, 1 now\n" in said
    assert "cyd (Çyd 李): free days used for t2: 0 before, 1 now\n" in said
    assert "  cyd: 1.4 -> 3.2 (+1.8; " in said and "autograder policy t2 --apply" in said
    told = [json.loads(line) for line in (tmp_path / "events").read_text().splitlines()]
    (record,) = (each["record"] for each in told if each["kind"] == "Extended")
    assert record["days"][0] == {"student": "cyd", "assignment": "t1", "before": 2, "after": 1}
    assert record["students"] == ["cyd"] and record["open"] == ["t2"]
    _, said = said_by(extend, course.root, "t1", "ada", "2026-03-03 12:00", "ill")
    assert "free days" not in said, "hers was in time"


def test_a_plugin_of_the_course_is_asked_anew_as_well(course: TinyCourse) -> None:
    config = course.root / "nbgrader_config.py"
    (course.root / "tenth.py").write_text(
        "from nbgrader.plugins import LateSubmissionPlugin\n"
        "class Tenth(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return score / 10\n"
    )
    config.write_text(config.read_text() + "c.AssignLatePenalties.plugin_class = 'tenth.Tenth'\n")
    status, said = said_by(policy, course.root, ["t1"])
    assert status == 1 and "bob: 5 -> 4.5 (-0.5; 20 h 1 min late: 0.5 points deducted)" in said
    said_by(policy, course.root, ["t1"], apply=True)
    assert scores(course)["cyd"] == (4.5, 0.5)
    state(course, LATE)
    status, said = said_by(policy, course.root, ["t1"])
    assert status == 2 and "Found two policies for late work" in said and OWN in said


def test_stock_nbgrader_takes_off_the_same_by_its_own_plugin_point(course: TinyCourse) -> None:
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + f"c.AssignLatePenalties.plugin_class = '{OWN}'\n")
    state(course, LATE)
    said_by(policy, course.root, [], apply=True)
    ours = scores(course)["cyd"]
    course.nbgrader("autograde", "t1", "--student=cyd", "--force")
    with gradebook(course) as book:
        entry = book.find_submission("t1", "cyd")
        assert (entry.score - entry.late_submission_penalty, entry.late_submission_penalty) == pytest.approx(
            ours
        )
    course.nbgrader("export", "--to=stock.csv")
    with (course.root / "stock.csv").open() as file:
        stock = {row["student_id"]: row for row in csv.DictReader(file)}
    assert float(stock["cyd"]["late_submission_penalty"]) == pytest.approx(3.6)


def test_one_student_is_summed_up_alone_and_a_wrong_file_gets_a_page_without_ours(course: TinyCourse) -> None:
    _, said = course.grade(students=["ada"], force=True)
    assert "ada" in said and "bob" not in said and "cyd" not in said
    other = source_notebook()
    for cell in other.cells:
        if cell.metadata.get("nbgrader"):
            cell.metadata.nbgrader.grade_id += "_other"
            cell.source = f"other_{cell.id} = 1"
    course.submit("eve", nbformat.writes(other).encode(), "words.ipynb")
    (course.root / "submitted/fay/t1").mkdir(parents=True)
    for student in ("eve", "fay"):
        stamp(course, student, "2026-03-01 20:00:00")
    course.grade(students=["eve", "fay"])
    assert {course.grades()[student]["score"] for student in ("eve", "fay")} == {"0"}
    for student in ("eve", "fay"):
        page = (course.root / f"feedback/{student}/t1/two.html").read_text()
        assert "Nothing could be run" in page and "timestamp.txt" not in page


def test_a_group_is_graded_once_and_each_member_has_the_same_points_and_an_own_page(
    course: TinyCourse,
) -> None:
    state(course, f'{LATE}[groups.team]\nmembers = ["gil", "hal", "ida"]\nassignments = ["t1"]\n')
    path = course.root / "source/t1/two.ipynb"
    notebook = nbformat.read(path, 4)
    chance = "import secrets\nif double(1) != 2:\n    earned = secrets.randbelow(3000) / 1000\nif earned < 3:"
    for cell in notebook.cells:
        cell.source = cell.source.replace("if earned < 3:", chance)  # two runs would hardly agree
    nbformat.write(notebook, path)
    for student in ("gil", "hal", "ida"):
        hand_in(course, student, double="def double(x):\n    return 3 * x")
        stamp(course, student, "2026-03-01 20:00:00")
    hand_in(course, "ida", "Mine alone.")
    stamp(course, "hal", "2026-03-02 20:00:00")
    _, said = course.grade(students=["gil", "hal", "ida"])
    rows = course.grades()
    assert rows["gil"]["test_last"] == rows["hal"]["test_last"] and rows["hal"]["late_penalty"]
    assert rows["ida"]["test_double"] == "2" and rows["gil"]["test_double"] == "0"
    assert "[3/3]" in said and (course.root / "feedback/hal/t1/two.html").is_file()
    assert nbformat.read(course.root / "autograded/hal/t1/two.ipynb", 4) == nbformat.read(
        course.root / "autograded/gil/t1/two.ipynb", 4
    )


def test_a_journal_of_an_earlier_version_is_read(course: TinyCourse) -> None:
    line = course.journal()[0]
    for name in ("late", "penalty", "until"):
        del line[name]
    assert Outcome.from_dict(line).late is None
