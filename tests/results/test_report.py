"""The report: its numbers against numbers worked out by hand, what it must not show, and that a person can read it."""

import dataclasses
import io
import itertools
import json
import re
import statistics
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from browser import axe, open_page
from classes import EXCHANGED, NO_TANH, RIGHT, because, fingerprints_in, hung, outcome
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from tiny_course import TinyCourse, source_notebook

from autograder.checking.record import CheckResult, KnownMistake, PropertyResult, State
from autograder.commands.progress import table
from autograder.core.check_output import CHECK_RESULT
from autograder.core.records import Reason, ReasonKind, Repair, RepairKind
from autograder.course.course import open_course
from autograder.pages.lessons import section_of
from autograder.report.anonymous import LEAST, anonymous
from autograder.report.count import numbers_of
from autograder.report.document import as_json
from autograder.report.items import discrimination, items_of
from autograder.report.numbers import Numbers
from autograder.report.page import page
from autograder.report.report import report_assignment
from autograder.report.wording import say_why_again
from autograder.results.finding import Cause, Finding, Kind, Mistake
from autograder.results.findings import LESSON, finding_of, findings_of
from autograder.results.headings import titles
from autograder.results.outcome import FAILED, MANUAL, ZERO, Outcome, Question
from autograder.submissions.fingerprints import fingerprints

ROOT = Path(__file__).parents[2]
TITLES = {("nb", "easy"): "1. The easy one", ("nb", "hard"): "2. The hard one"}
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
EVERY_CAUSE = tuple(Cause(kind, EVIL, EVIL) for kind in Kind)


def report(outcomes: list[Outcome]) -> Numbers:
    return numbers_of("t1", outcomes, TITLES)


def test_difficulty_and_counts_are_those_worked_out_by_hand() -> None:
    numbers = report(
        [outcome("a"), outcome("b", 1, 0), outcome("c", 0, 1.5), outcome("d", 2, None, status=MANUAL)]
    )
    easy, hard = numbers.items
    assert (easy.difficulty, easy.full, easy.some, easy.none) == (5 / 8, 2, 1, 1)
    assert (hard.difficulty, hard.full, hard.some, hard.none, hard.waiting) == (0.5, 1, 1, 1, 1)
    assert (easy.title, hard.title) == ("1. The easy one", "2. The hard one")
    assert (numbers.scores.mean, numbers.scores.median) == (2.5, 1.5), "d waits for a person"
    assert sum(each.students for each in numbers.scores.bins) == 3
    assert (numbers.scores.waiting, numbers.scores.unread, numbers.scores.provisional) == (1, (), True)
    assert numbers.scores.bins[-1].students == 1, "full marks are in the last column"


def test_discrimination_is_the_correlation_with_the_rest_and_too_few_students_have_none() -> None:
    pairs = [(k % 3, (k * k) % 4 * 0.75) for k in range(24)]
    some = [outcome(f"s{k}", *pair) for k, pair in enumerate(pairs)]
    blank = [outcome(f"blank{k}", 0, 0) for k in range(30)]
    used = [pair for pair in pairs if sum(pair) > 0]
    value, count = discrimination(("nb", "easy"), [*some, *blank])
    assert count == len(used)
    assert value == pytest.approx(statistics.correlation(*zip(*used, strict=True)))
    assert discrimination(("nb", "easy"), some[:19])[0] is None
    assert "too few students" in page(report(some[:19]), lambda _: "")
    alike = [outcome(f"s{k}") for k in range(30)]
    assert discrimination(("nb", "easy"), alike) == (None, 30), (
        "where all have the same there is nothing to correlate"
    )


def test_before_the_essays_are_read_the_other_questions_are_judged_without_them() -> None:
    read = [outcome(f"s{k}", k % 3, (k * k) % 4 * 0.75) for k in range(24)]
    essay = Question("nb", "essay", None, 4.0)
    waiting = [replace(each, questions=(*each.questions, essay)) for each in read]
    blank = [replace(each, questions=(*each.questions, replace(essay, score=0.0))) for each in read[:5]]
    before, after = items_of(read, {}), items_of([*blank, *waiting[5:]], {})
    assert [(item.difficulty, item.discrimination) for item in after if item.cell != "essay"] == [
        (item.difficulty, item.discrimination) for item in before
    ]
    assert before[0].discrimination is not None
    (item,) = [item for item in after if item.cell == "essay"]
    assert (item.difficulty, item.none, item.waiting) == (None, 5, 19), (
        "5 empty answers say nothing of the rest"
    )


def test_mistakes_are_counted_once_a_submission_with_their_pairs_and_what_they_cost() -> None:
    numbers = report([
        outcome("a", 2, 0, EXCHANGED), outcome("b", 2, 1, EXCHANGED, NO_TANH), outcome("c", 2, 0, EXCHANGED, NO_TANH),
        outcome("d"),
    ])  # fmt: skip
    exchanged, no_tanh = numbers.mistakes
    assert (exchanged.name, exchanged.students, exchanged.points) == (EXCHANGED.name, 3, 5.5)
    assert (no_tanh.students, no_tanh.points, no_tanh.cells) == (2, 2.5, ("hard",))
    pair = numbers.together[0]
    assert ({pair.first, pair.second}, pair.students, pair.expected) == (
        {EXCHANGED.name, NO_TANH.name},
        2,
        1.5,
    )


def test_what_to_explain_again_is_ordered_by_the_points_it_cost() -> None:
    few = [outcome(f"a{k}", 2, 0, EXCHANGED) for k in range(3)]
    many = [outcome(f"b{k}", 2, 1) for k in range(6)]
    first, second = report([*few, *many]).again
    assert (first.what, first.students, first.points) == ("2. The hard one", 6, 12)
    assert say_why_again(first) == "no known mistake; most often: The result is right."
    assert (second.what, second.points, second.lesson) == (EXCHANGED.name, 9, EXCHANGED.lesson)


def test_a_file_that_cannot_be_read_is_nothing_to_explain_again() -> None:
    broken = Finding("nb", "hard", (Cause(Kind.NOT_RUN),))
    assert report([outcome(f"a{k}", 2, 0, findings=(broken,)) for k in range(3)]).again == ()


def test_before_essays_are_read_no_score_has_them_as_zeros_and_the_page_says_so() -> None:
    essay = Question("nb", "essay", None, 4.0)
    waiting = [
        dataclasses.replace(each, status=MANUAL, max_score=9, questions=(*each.questions, essay))
        for each in (outcome("a"), outcome("b", 1, 0), outcome("c", 0, 1.5, penalty=1.0, score=0.5))
    ]
    blank = dataclasses.replace(
        outcome("d"), max_score=9, questions=(*outcome("d").questions, replace(essay, score=0.0))
    )
    numbers = report([*waiting, blank])
    assert (numbers.scores.mean, numbers.scores.max_score, numbers.scores.unread) == (11.5 / 4, 5, ("essay",))
    assert [each.students for each in numbers.scores.bins if each.students] == [1, 1, 2]
    for each in (numbers, anonymous(report([*waiting * 4, blank]), lambda _: True)):
        assert "Provisional: left out are answers that are not read yet (essay)" in page(each, lambda _: "")
    read = [replace(each, questions=(*each.questions[:2], replace(essay, score=4.0))) for each in waiting]
    assert "Provisional" not in page(report([*read, blank]), lambda _: "")
    assert report([*read, blank]).scores.mean == (11.5 + 12) / 4


def test_mistakes_come_before_blanks_and_unreadable_files_count_nowhere() -> None:
    nothing = Finding("nb", "hard", (Cause(Kind.NO_ANSWER),))
    blank = [outcome(f"b{k}", 2, 0, findings=(nothing,)) for k in range(9)]
    untouched = [outcome(f"u{k}", 0, 0, reason=Reason(ReasonKind.UNTOUCHED), findings=()) for k in range(9)]
    broken = [outcome(f"x{k}", 0, 0, reason=Reason(ReasonKind.UNREADABLE), findings=()) for k in range(9)]
    tried = [outcome(f"t{k}", 2, 2) for k in range(3)]
    numbers = report([*blank, *untouched, *broken, *tried])
    hard, easy = numbers.again
    assert (hard.what, hard.students, hard.points) == ("2. The hard one", 3, 3)
    assert (hard.unanswered, hard.blank_points) == (18, 54)
    assert (easy.students, easy.points, easy.unanswered, easy.blank_points) == (0, 0, 9, 18)
    html = page(numbers, lambda _: "")
    assert "3 students, 3 points lost" in html and "18 students wrote nothing." in html
    few = anonymous(
        report([*blank[:5], *(outcome(f"t{k}", 2, 2) for k in range(9)), *untouched[:3]]), lambda _: True
    )
    assert [each.what for each in few.again] == ["2. The hard one"], "three wrote nothing in the easy one"


def test_an_answer_left_as_released_is_a_blank_whatever_its_test_says() -> None:
    notebook = source_notebook()
    for cell in notebook.cells[3::2]:
        cell.outputs = [new_output("error", ename="AssertionError", evalue="no", traceback=["no"])]
    left = findings_of({"two": notebook}, (), (("two", "double"),))
    assert [(each.cell, each.causes[0].kind) for each in left] == [
        ("test_double", Kind.NO_ANSWER),
        ("test_last", Kind.EXCEPTION),
    ]
    assert {each.causes[0].kind for each in findings_of({"two": notebook}, ("two",), ())} == {Kind.NOT_RUN}


def test_pairs_meet_more_than_once_and_more_often_than_by_chance() -> None:
    both = [outcome(f"a{k}", 2, 0, EXCHANGED, NO_TANH) for k in range(2)]
    assert report([*both, *(outcome(f"c{k}") for k in range(9))]).together[0].students == 2
    assert report(both).together == (), "everybody made both: that they meet says nothing"
    assert report([both[0], *(outcome(f"c{k}") for k in range(9))]).together == ()


def test_a_page_about_300_students_is_read_to_its_end_and_fits_a_telephone(tmp_path: Path) -> None:
    names = {f"s{k:03}": f"Åsa 李 {k}" for k in range(300)}
    essay = Question("nb", "essay", None, 4.0)
    some = [
        outcome(student, k % 3, k % 4, *([EXCHANGED] if k % 4 < 3 else [])) for k, student in enumerate(names)
    ]
    waiting = [replace(each, status=MANUAL, questions=(*each.questions, essay)) for each in some[:250]]
    failed = outcome("s250", status=FAILED, reason=because("the worker died"))
    html = page(numbers_of("t1", [*waiting, failed, *some[251:]], TITLES, names), lambda _: "")
    assert "Åsa 李 0 (s000), Åsa 李 1 (s001)" in html and "and 245 more" in html
    assert html.index("the worker died") < html.index("and 245 more"), "the rarer need first"
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    with open_page(viewport={"width": 1280, "height": 800}) as browser:
        browser.goto(path.as_uri())
        assert browser.evaluate("document.documentElement.scrollHeight") < 4000
    with open_page(viewport={"width": 390, "height": 800}) as browser:
        browser.goto(path.as_uri())
        assert browser.evaluate("document.documentElement.scrollWidth") <= 390
        edges = browser.evaluate(EDGES)
        chart = browser.evaluate("document.querySelector('svg.chart').getBoundingClientRect().right")
        assert max(right for _, right, _, _ in edges) <= chart <= 390 and len(edges) > 20
        assert (
            browser.evaluate("getComputedStyle(document.querySelector('svg.chart text')).fontSize") == "13px"
        )
        for a, b in itertools.combinations(edges, 2):
            beside = a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] + 2 or b[3] <= a[2] + 2
            assert beside, "no two labels cross"


def test_those_who_only_wait_for_a_person_are_named_in_one_line() -> None:
    waiting = [outcome(f"b{k}", status=MANUAL) for k in range(7)]
    words = table([*waiting, outcome("eve", 0, 0, status=ZERO, reason=because("no notebook"))])
    assert "      b0, b1, b2, b3, b4 and 2 more: see the formgrader" in words
    assert "      eve: no notebook" in words and words.count("formgrader") == 1


def test_who_needs_a_person_and_who_hit_a_limit_is_named() -> None:
    numbers = report([
        outcome("lost", status=FAILED, reason=because("the worker died")), outcome("read", 2, None, status=MANUAL),
        outcome("slow", 2, 0, incidents=hung("hard"), seconds=30.0),
        outcome("edited", repairs=(Repair(RepairKind.LOCKED_CHANGED, cell="hard"),)),
    ])  # fmt: skip
    assert [(each.student, each.status, each.waiting, each.reason) for each in numbers.persons] == [
        ("lost", FAILED, (), because("the worker died")),
        ("read", MANUAL, ("hard",), None),
    ]
    html = page(numbers, lambda _: "")
    assert "could not be graded (the worker died)" in html and "to be graded by hand: hard" in html
    assert [(each.cell, each.students) for each in numbers.times.limits] == [("hard", 1)]
    assert numbers.times.longest == 30
    assert [each.student for each in numbers.tampering] == ["edited"]


def test_what_comes_from_students_is_escaped_everywhere_in_the_page() -> None:
    evil = outcome(
        EVIL, 2, 0, Mistake(EVIL, EVIL, 'x.ipynb#"><script>'), status=MANUAL, reason=because(EVIL),
        repairs=(Repair(RepairKind.LEGACY, text=EVIL),),
        findings=(Finding(EVIL, EVIL, EVERY_CAUSE, (Mistake(EVIL, EVIL, EVIL),), 0, 1),), incidents=hung(EVIL),
    )  # fmt: skip
    html = page(report([evil, outcome("b", 2, 0, EXCHANGED)]), lambda lesson: f"../{lesson}")
    assert "<script" not in html and "<img" not in html
    assert "&lt;script&gt;" in html


def test_the_page_needs_no_network_and_every_figure_says_its_numbers() -> None:
    html = page(
        report([outcome(f"s{k}", k % 3, k % 4, *([EXCHANGED] if k % 4 < 3 else [])) for k in range(30)]),
        lambda _: "",
    )
    assert not re.findall(r"(?:src|href)=\"(?!#)", html)
    figures = re.findall(r'<svg role="img" aria-label="([^"]+)"', html)
    assert len(figures) == 3
    assert figures[0].startswith("Scores of 30 students")
    assert sum(int(n) for n in re.findall(r"(\d+) with", figures[0])) == 30
    assert f"{EXCHANGED.name}: 23" in figures[2]


def test_the_json_has_the_same_numbers_and_says_kinds_and_not_sentences() -> None:
    repairs = (Repair(RepairKind.LOCKED_CHANGED, cell="hard"),)
    numbers = report([
        outcome("a", 2, 0, EXCHANGED, NO_TANH),
        outcome("b", 2, None, status=MANUAL, incidents=hung("hard"), repairs=repairs),
    ])  # fmt: skip
    for each in (numbers, anonymous(numbers, lambda _: True), report([])):
        fields = {field.name for field in dataclasses.fields(Numbers)}
        assert set(json.loads(as_json(each))) == {"form", *fields}
    said = json.loads(as_json(numbers))
    assert said["mistakes"][0]["points"] == numbers.mistakes[0].points
    assert said["repairs"] == [{"kind": "locked_changed", "students": 1}]
    assert said["slow"][0]["incidents"][0]["kind"] == "cell_time_limit"


def test_an_anonymous_report_says_nothing_that_points_at_anybody() -> None:
    written = Mistake("Zoe is a fool", "by Zoe", "notebooks/03_gates.ipynb#See")
    some = [outcome(f"student{k}", 2, 1, EXCHANGED, written) for k in range(9)]
    few = [
        outcome(
            f"student{k}",
            0,
            0,
            NO_TANH,
            reason=because("Zoe's file"),
            repairs=(Repair(RepairKind.LONG_PATH, path="Zoe.ipynb"),),
        )
        for k in range(9, 12)
    ]
    rest = [outcome(f"student{k}", 2, 3, incidents=hung("Zoe")) for k in range(12, 30)]
    own = {EXCHANGED.name, NO_TANH.name, "The result is right.", *TITLES.values()}
    numbers = anonymous(report([*some, *few, *rest]), own.__contains__)
    for text in (page(numbers, lambda _: ""), as_json(numbers)):
        assert "student1" not in text and "Zoe" not in text
        assert NO_TANH.name not in text, "three students made it"
        assert EXCHANGED.name in text
    assert all(each.students >= LEAST for each in (*numbers.mistakes, *numbers.failures, *numbers.again))
    assert all(each.students >= LEAST for each in numbers.scores.bins)
    assert not any(
        (numbers.persons, numbers.results, numbers.alike, numbers.tampering, numbers.slow, numbers.repairs)
    )
    assert numbers.items[0].full is None, "three lack it: so many would be known from the others"
    assert numbers.scores.lowest is None and numbers.scores.highest is None


def test_the_order_of_students_changes_nothing_in_an_anonymous_report() -> None:
    class_of_30 = [outcome(f"s{k}", k % 3, k % 4, *([EXCHANGED] if k % 4 < 2 else [])) for k in range(30)]
    renamed = [
        dataclasses.replace(each, student=f"z{99 - k}") for k, each in enumerate(reversed(class_of_30))
    ]
    one, other = (as_json(anonymous(report(each), lambda _: True)) for each in (class_of_30, renamed))
    assert one == other


def test_a_tiny_class_gets_no_anonymous_numbers_at_all() -> None:
    numbers = anonymous(report([outcome(f"s{k}") for k in range(2 * LEAST - 1)]), lambda _: True)
    assert numbers.scores.mean is None and numbers.items == ()
    assert "any number could identify a student" in page(numbers, lambda _: "")


LONG = """
def walk(items, start):
    total = start
    for index, item in enumerate(items):
        if index % 3 == 0:
            total += item * 2
        elif item > start:
            total -= index ** 2
        else:
            total = max(total, item) + len(items[:index])
    return sorted([total, start, *items[::2]], key=lambda each: -each)
"""
OTHER = "def walk(items, start):\n    return sorted((item for item in items if item), reverse=True)[start:]\n"


def test_renamed_and_recommented_code_is_found_and_unlike_code_is_not() -> None:
    renamed = re.sub(r"\b(total|index|item|start|items|each)\b", r"my_\1", LONG).replace(
        "    total", "    # why\n    total"
    )
    assert fingerprints(renamed) == fingerprints(LONG) and len(fingerprints(LONG)) >= 12
    # Everybody's own way differs in a constant's type, an operator and a call.
    others = [
        outcome(f"s{k}", fingerprints=fingerprints_in(f"x = {'+'.join(f'f.g{k}_{j}(a)' for j in range(12))}"))
        for k in range(20)
    ]
    numbers = report(
        [
            outcome("ada", fingerprints=fingerprints_in(LONG)),
            outcome("bob", fingerprints=fingerprints_in(renamed)),
            *others,
        ]
    )
    assert [(each.first, each.second, each.share, each.cells) for each in numbers.alike] == [
        ("ada", "bob", 1.0, ("easy",))
    ]
    html = page(numbers, lambda _: "")
    assert "a place to look" in html and "plagiar" not in html.lower() and "cheat" not in html.lower()


def test_what_many_share_is_no_likeness() -> None:
    everybody = [outcome(f"s{k}", fingerprints=fingerprints_in(LONG)) for k in range(30)]
    assert report(everybody).alike == ()
    assert fingerprints(OTHER) & fingerprints(LONG) == set()
    assert fingerprints("def broken(:") == set()
    assert fingerprints("x = " + "(" * 300 + "1" + ")" * 300) == set()


def test_three_thousand_students_take_seconds_and_a_page_that_opens() -> None:
    kinds = [
        outcome("x", k % 3, k % 4, *([EXCHANGED, NO_TANH][: k % 3] if k % 4 < 3 else [])) for k in range(12)
    ]
    own = [fingerprints_in(f"y = {'+'.join(f'f.g{k}_{j}(a)' for j in range(9))}") for k in range(750)]
    many = [
        dataclasses.replace(kinds[k % 12], student=f"s{k}", fingerprints=own[k // 4]) for k in range(3000)
    ]
    started = time.process_time()
    numbers = report(many)
    html = page(numbers, lambda _: "")
    assert time.process_time() - started < 10
    assert len(html) < 400_000
    assert "2800 more are in report.json (--json) or grades.csv" in html


def graded_cell(*outputs: NotebookNode) -> NotebookNode:
    """A test's cell with these outputs, worth 2 points."""
    marks = {
        "grade": True,
        "solution": False,
        "locked": True,
        "points": 2,
        "grade_id": "hard",
        "schema_version": 3,
    }
    value = new_output("execute_result", data={"text/plain": "0.0"})
    return new_code_cell(metadata={"nbgrader": marks}, outputs=[*outputs, value])


def checked(*mistakes: KnownMistake, **changes: object) -> NotebookNode:
    """What a check shows in a graded cell that found these mistakes."""
    failed = PropertyResult("The result is right.", State.FAILS, found="it is not\nfor reasons")
    result = CheckResult("f", (PropertyResult("It holds.", State.HOLDS), failed), mistakes)
    values = json.loads(json.dumps(dataclasses.asdict(result))) | changes
    return new_output("display_data", data={CHECK_RESULT: values, "text/plain": "f: 1 of 2 properties hold."})


def test_a_checks_result_is_read_from_its_record_and_its_mistake_leads_nowhere_else() -> None:
    found = finding_of("nb", graded_cell(checked(KnownMistake(*dataclasses.astuple(EXCHANGED)))))
    assert found == Finding("nb", "hard", (RIGHT,), (EXCHANGED,), 1, 2, "it is not")
    for lesson in (
        "javascript:alert(1)",
        "../../etc/x.ipynb#a",
        "//evil.example/x.ipynb",
        "https://e.example/x.ipynb",
    ):
        found = finding_of("nb", graded_cell(checked(KnownMistake("it is wrong", "Because.", lesson))))
        assert found and [each.lesson for each in found.mistakes] == [""], lesson


def test_what_is_printed_or_raised_in_the_words_of_a_check_is_no_mistake_and_counts_nothing() -> None:
    text = (
        f"f: {'9' * 5000} of 3 properties hold.\n\n    FAILS  It was never tried.\n\n"
        "Known mistake: x. Y.\nRead on: notebooks/03_gates.ipynb#See\nThis is what one gets when x.\n"
    )
    started = time.process_time()
    printed = finding_of("nb", graded_cell(new_output("stream", name="stdout", text=text * 30)))
    assert printed == Finding("nb", "hard")
    raised = finding_of("nb", graded_cell(new_output("error", ename="E", evalue=text, traceback=[text])))
    assert raised and (raised.mistakes, raised.tried, raised.why) == ((), 0, "")
    assert [cause.kind for cause in raised.causes] == [Kind.EXCEPTION]
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "changes",
    [
        {"properties": 5},
        {"mistakes": [{"name": 5}]},
        {"properties": [{"title": "x", "state": "odd"}]},
        {"unfit": "x"},
    ],
)
def test_a_record_that_has_not_the_form_is_passed_over(changes: dict[str, object]) -> None:
    assert finding_of("nb", graded_cell(checked(**changes))) == Finding("nb", "hard")


def test_a_journal_of_an_older_version_is_read_without_its_sentences() -> None:
    kept = outcome("a", 2, 0, EXCHANGED)
    values = json.loads(json.dumps(kept.to_dict()))
    assert Outcome.from_dict(values) == kept
    finding = values["findings"][0]
    del finding["causes"]
    finding["failed"] = ["The result is right."]
    values["prints"] = values.pop("fingerprints")
    assert Outcome.from_dict(values) == kept
    finding |= {"failed": ["NotRun: it is not valid JSON"], "tried": 0, "held": 0, "mistakes": []}
    assert Outcome.from_dict(values).findings == (Finding("nb", "hard"),)


def test_every_known_mistake_leads_to_a_section_that_is_there() -> None:
    from autograder.checking.registry import find, names

    lessons = {mistake.lesson for name in names() for mistake in find(name).mistakes}
    assert [each for each in lessons if not LESSON.fullmatch(each)] == []
    assert [lesson for lesson in lessons if len(section_of(lesson, ROOT)) < 40] == []


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """A course of nobody's: plain asserts, no known mistakes; a third of the class is wrong in the same way."""
    source = source_notebook()
    wide = f"```\n{'wide ' * 40}\n```\n$h_t = o_t$ <img src='http://x.example/a.png'>\n\n$$c_{{t+1}}$$"
    source.cells.insert(1, new_markdown_cell(wide, id="wide"))
    course = TinyCourse.make(tmp_path_factory.mktemp("foreign") / "course", source)
    for number in range(12):
        wrong = (
            "def last(items):\n    return items[0]"
            if number % 3 == 0
            else "def last(items):\n    return items[-1]"
        )
        course.submit(f"s{number:02}", course.answer(last=wrong))
    course.submit("<b>zoe", course.untouched())
    assert course.grade()[0] == 0
    return course


def test_a_foreign_course_gets_a_report_too(graded: TinyCourse) -> None:
    out = io.StringIO()
    assert report_assignment(graded.root, "t1", with_json=True, out=out) == 0
    assert out.getvalue() == "reports/t1/report.html\nreports/t1/report.json\n"
    found = json.loads((graded.root / "reports/t1/report.json").read_text())
    assert found["mistakes"] == []
    failed = {
        (
            each["cell"],
            each["cause"]["kind"],
            each["cause"]["error"],
            each["cause"]["text"].split("(")[0],
        ): each
        for each in found["failures"]
    }
    assert {what: each["students"] for what, each in failed.items()} == {
        ("test_last", "printed", "", "last: expected the last item"): 4,
        ("test_last", "no answer", "", ""): 1,
        ("test_double", "no answer", "", ""): 1,
    }
    assert found["again"][0]["what"] == "Two exercises"
    assert "&lt;b&gt;zoe" in (graded.root / "reports/t1/report.html").read_text()


def test_a_foreign_course_gets_an_anonymous_report_too(graded: TinyCourse) -> None:
    assert report_assignment(graded.root, "t1", for_class=True) == 0
    html = (graded.root / "reports/t1/report-anonymous.html").read_text()
    assert "s01" not in html and "zoe" not in html
    assert "13 submissions" in html


def test_nothing_graded_is_said_with_what_to_type(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    out = io.StringIO()
    assert (report_assignment(tiny.root, "t1", out=out), report_assignment(tiny.root, "t2", out=out)) == (
        2,
        2,
    )
    assert "\n  autograder grade t1\n" in out.getvalue()
    assert "Did you mean 't1'?\n  autograder report t1" in out.getvalue()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_report_and_returned_page_read_well_in_a_browser(graded: TinyCourse, scheme: str) -> None:
    """No sideways scrolling on a phone, text that stands out, links that lead somewhere."""
    assert report_assignment(graded.root, "t1") == 0
    for path in (graded.root / "reports/t1/report.html", graded.root / "feedback/s00/t1/two.html"):
        with open_page(viewport={"width": 380, "height": 800}, color_scheme=scheme) as browser:
            browser.goto(path.as_uri())
            assert browser.evaluate("document.documentElement.scrollWidth") <= 380
            assert browser.evaluate(CONTRAST) >= 4.5
            assert axe(browser) == []
            assert browser.get_by_role("main").count() == 1
            targets = browser.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
            assert all(browser.locator(f"[id='{target[1:]}']").count() == 1 for target in targets)


# Left, right, top and bottom of the labels of all charts.
EDGES = """() => [...document.querySelectorAll('svg.chart text')].map(text => {
  const box = text.getBoundingClientRect();
  return [box.left, box.right, box.top, box.bottom];
})"""

# The least contrast of any text with the ground below it, by the formula of WCAG 2.1.
CONTRAST = """() => {
  const light = c => c.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const rgba = text => text.match(/[\\d.]+/g).map(Number);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  let least = 21;
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color).slice(0, 3)), light(ground(element))].sort();
    least = Math.min(least, (b + 0.05) / (a + 0.05));
  }
  return least;
}"""


def test_questions_of_one_heading_in_two_notebooks_are_two_questions(tiny: TinyCourse) -> None:
    again = source_notebook()
    nbformat.write(again, tiny.root / "source/t1/three.ipynb")
    course = open_course(tiny.root)
    named = titles(course, "t1")
    assert named["two", "test_last"] == "two: Two exercises"
    assert named["three", "test_last"] == "three: Two exercises"
    lost = [Question(name, "test_last", 0.0, 3.0) for name in ("two", "three")]
    found = numbers_of("t1", [replace(outcome("ada", score=0.0), questions=tuple(lost))], named).again
    assert {each.what: each.points for each in found} == {"two: Two exercises": 3, "three: Two exercises": 3}
    (tiny.root / "source/t1/three.ipynb").unlink()
    assert titles(course, "t1")["two", "test_last"] == "Two exercises", "one notebook needs no name"
