"""Pages that a student gets back, made of graded notebooks as hostile as can be; no kernel runs here."""

import json
import re
import warnings
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from handed_in import PICTURE, skeleton
from nbformat import from_dict, write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning
from tiny_course import HIDDEN, TinyCourse
from traitlets.config import Config

from autograder.checking.record import CheckResult, KnownMistake, PropertyResult, State
from autograder.core.check_output import CHECK_RESULT
from autograder.core.records import Reason, ReasonKind, Repair, RepairKind
from autograder.course.runtime import course_lock
from autograder.pages.feedback import feedback_config, generate
from autograder.pages.lessons import section_of
from autograder.pages.overview import Line, Named, Overview
from autograder.pages.redact import REMOVED, ClearInstructors, ScrubHiddenTests
from autograder.pages.safe_pages import SafePages, safe_html
from autograder.results.findings import finding_of
from autograder.results.note import note_cell

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"
EVIL += "<iframe src='//evil'></iframe><b style='position:fixed' onclick=alert(1)>y</b>"
HARMFUL = re.compile(r"<(?:script|iframe|object|embed|form|input|style|link|meta|base)\b|<[^>]*\s(?:on\w+|style)\s*="
                     r"|<[^>]*javascript:", re.IGNORECASE)  # fmt: skip
Change = Callable[[Any], None]


def enter(book: Gradebook) -> None:
    """Puts the assignment and a submission without points into a gradebook, if they are not there."""
    book.update_or_create_assignment("t1")
    book.update_or_create_notebook("two", "t1")
    for cell, points in (("test_double", 2), ("test_last", 3)):
        book.update_or_create_grade_cell(cell, "two", "t1", max_score=points, cell_type="code")
    for cell in ("double", "last"):
        book.update_or_create_solution_cell(cell, "two", "t1")
    book.update_or_create_student("ada")
    with warnings.catch_warnings():
        # nbgrader fills in a new submission in an order that SQLAlchemy finds odd.
        warnings.simplefilter("ignore", SAWarning)
        book.update_or_create_submission("t1", "ada")
    for cell in ("test_double", "test_last"):
        book.find_grade(cell, "two", "t1", "ada").auto_score = 0.0
    book.db.commit()


@pytest.fixture
def page(tiny: TinyCourse) -> Callable[..., str]:
    """Makes the page of a graded notebook, changed in some way, whose tests got no points, by nbgrader's comments."""

    def make(change: Change = lambda notebook: None, comment: str = "") -> str:
        notebook = skeleton().notebook
        change(notebook)
        folder = tiny.root / "autograded/ada/t1"
        folder.mkdir(parents=True, exist_ok=True)
        write(notebook, folder / "two.ipynb")
        with course_lock(tiny.root) as course:
            with course.gradebook() as book:
                enter(book)
                book.find_comment("double", "two", "t1", "ada").manual_comment = comment
                book.db.commit()
            assert generate(course, "t1", ["ada"]) == {}
        return (tiny.root / "feedback/ada/t1/two.html").read_text().split("</head>")[-1]

    return make


def with_outputs(*outputs: Any) -> Change:
    """Has the first test's cell show these."""

    def change(notebook: Any) -> None:
        notebook.cells[3].outputs = list(outputs)

    return change


def checked(text: str, lesson: str) -> Any:
    """What a check shows in a graded cell: one property fails, and one mistake is known, with this text everywhere."""
    failed = PropertyResult(text, State.FAILS, tried_on=text, found=text, mistake=text)
    result = CheckResult(text, (failed,), (KnownMistake(text, text, lesson),))
    values = json.loads(json.dumps(asdict(result)))
    return new_output("display_data", data={CHECK_RESULT: values, "text/plain": text})


def error(*lines: str) -> Any:
    """An exception that was raised with these lines for a traceback."""
    return new_output("error", ename="AssertionError", evalue=lines[-1], traceback=list(lines))


def test_hidden_tests_are_taken_out_of_the_cell_and_of_all_it_shows(page: Any) -> None:
    coloured = HIDDEN.replace("double", "\x1b[31mdouble\x1b[0m")
    found = page(
        with_outputs(
            new_output("stream", text=f"before {HIDDEN} after\n{coloured}"),
            new_output("display_data", data={"text/html": f"<b>{HIDDEN}</b>", "text/plain": "x"}),
            error("---> 2 ### BEGIN HIDDEN TESTS", f"     3 {coloured}", f"AssertionError: {HIDDEN}"),
        )
    )
    assert "21" not in found and "HIDDEN" not in found and "wrong for a large" not in found
    assert f"before {REMOVED} after" in found and found.count(REMOVED) >= 4


def test_the_top_says_which_line_does_not_hold_unless_it_is_hidden(page: Any) -> None:
    def stopped(line: str) -> Any:
        lines = [f"\x1b[32m----> 1\x1b[39m {line}", "AssertionError: "]
        return new_output("error", ename="AssertionError", evalue="", traceback=lines)

    assert "<li>AssertionError at: assert double(1) == 2</li>" in page(
        with_outputs(stopped("assert double(1) == 2"))
    )
    for line in (HIDDEN, "raise AssertionError", "# YOUR CODE"):
        assert "<li>AssertionError</li>" in page(with_outputs(stopped(line)))


def test_an_answer_that_waits_for_a_person_has_no_points_yet_in_its_own_place_either(
    tiny: TinyCourse,
) -> None:
    with course_lock(tiny.root) as course:
        exporter = SafePages(config=feedback_config(course))
    notebook, top = skeleton().notebook, Overview(0.0, 5.0, 0.0, "", (), (), ())
    notebook.cells[3].metadata.nbgrader |= {"waits": True}
    resources = {"nbgrader": {"notebook": "two", "overview": top, "style": ""}}
    found, _ = exporter.from_notebook_node(notebook, resources=resources)
    assert "<b>– of 2 points</b>" in found and "<b>0 of 3 points</b>" in found


def test_hidden_tests_are_scrubbed_from_every_cells_outputs_and_short_lines_are_not() -> None:
    notebook = skeleton().notebook
    notebook.cells[
        3
    ].source = f"### BEGIN HIDDEN TESTS\n{HIDDEN}\nelse:\n### END HIDDEN TESTS\nassert shown(1)"
    picture = new_output("display_data", data={"image/png": HIDDEN})
    notebook.cells[2].outputs = [new_output("stream", text=f"{HIDDEN}; or else: assert shown(1)"), picture]
    ScrubHiddenTests().preprocess(notebook, {})
    assert notebook.cells[2].outputs[0].text == f"{REMOVED}; or else: assert shown(1)"
    assert notebook.cells[2].outputs[1].data["image/png"] == HIDDEN, "which is a picture's code"


def test_a_course_that_lists_its_own_steps_loses_neither_of_those_that_hide(tiny: TinyCourse) -> None:
    (tiny.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.GenerateFeedback.preprocessors = ['nbgrader.preprocessors.GetGrades']\n"
        "c.HTMLExporter.sanitize_html = False\nc.ClearHiddenTests.enforce_metadata = True\n"
    )
    with course_lock(tiny.root) as course:
        config = feedback_config(course)
    assert config.GenerateFeedback.preprocessors[:2] == [ScrubHiddenTests, ClearInstructors]
    assert len(config.GenerateFeedback.preprocessors) == 3
    assert config.HTMLExporter.sanitize_html is True


@pytest.mark.parametrize(
    "line", ["### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS", "### END HIDDEN TESTS\n" * 2]
)
def test_a_students_own_marks_of_hidden_tests_do_not_stop_the_page(page: Any, line: str) -> None:
    def change(notebook: Any) -> None:
        notebook.cells[2].source += f"\n{line}\nx = 4711"
        notebook.cells.append(new_code_cell(f"{line}\nx = 4711", id="student-9"))

    found = page(change)
    assert "test_last" in found and "42" not in found


def test_a_hidden_test_that_cannot_be_taken_out_stops_the_page() -> None:
    notebook = skeleton().notebook
    notebook.cells[3].source = f"### BEGIN HIDDEN TESTS\n{HIDDEN}"
    with pytest.raises(RuntimeError, match="No end hidden tests"):
        ClearInstructors().preprocess(notebook, {})


def test_nothing_that_a_cell_shows_becomes_a_script_or_a_style(page: Any) -> None:
    shown = {
        kind: EVIL for kind in ("text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml")
    }
    outputs = [new_output("display_data", data={kind: text}) for kind, text in shown.items()]
    outputs += [
        new_output("display_data", data={"image/svg+xml": f"<svg onload='alert(1)'>{EVIL}</svg>"}),
        new_output("display_data", data={"application/javascript": "alert(1)", "text/plain": EVIL}),
        new_output("display_data", data={"text/html": EVIL}, metadata={"text/html": {"isolated": True}}),
        new_output("stream", text=f"\x1b[31m{EVIL}\x1b]8;;javascript:alert(1)\x07x"),
        error(EVIL, f"\x1b[31m{EVIL}"),
    ]
    found = page(with_outputs(*outputs))
    template = page()
    assert HARMFUL.findall(found) == HARMFUL.findall(template) == []
    assert "alert(1)" in found, "as text"


def test_nothing_that_a_student_writes_becomes_a_script_or_a_style(page: Any) -> None:
    def change(notebook: Any) -> None:
        heading = new_markdown_cell(
            f"## {EVIL}\n\n{EVIL}\n\n[a](javascript:alert(1)) $x {EVIL}$\n\n```\n{EVIL}\n```"
        )
        notebook.cells.insert(2, heading)
        notebook.cells[3].source = f"# {EVIL}\nx = '''{EVIL}'''"
        notebook.cells += [
            new_raw_cell(EVIL),
            new_code_cell(EVIL),
            note_cell(
                [Repair(RepairKind.LEGACY, text=f"a name: {EVIL}")], [], Reason(ReasonKind.LEGACY, text=EVIL)
            ),
        ]
        notebook.metadata = from_dict(
            {"title": EVIL, "language_info": {"name": EVIL, "pygments_lexer": EVIL}}
        )
        notebook.cells[4].outputs = [
            new_output("stream", text=f"double: 0 of 1 properties hold.\n    FAILS  {EVIL}\n\n"
                       f"Known mistake: {EVIL}. {EVIL} Read on: notebooks/{EVIL}.ipynb\n")]  # fmt: skip
        value = new_output("execute_result", data={"text/plain": "0.0"})
        notebook.cells[3].outputs = [checked(EVIL, f"notebooks/{EVIL}.ipynb"), value]

    found = page(change, comment=EVIL)
    assert HARMFUL.findall(found) == []
    assert found.count("alert(1)") > 10, "as text"


def test_the_template_escapes_all_that_stands_at_the_top(tiny: TinyCourse) -> None:
    line = Line("test_double", EVIL, 0.0, 2.0, "none", EVIL, (EVIL,), 1, (1,), EVIL)
    named = Named(EVIL, EVIL, "https://docs.example/", EVIL, EVIL)
    top = Overview(0.0, 5.0, 1.0, EVIL, (EVIL,), (line,), (named, replace(named, address="")), EVIL)
    with course_lock(tiny.root) as course:
        exporter = SafePages(config=feedback_config(course))
    resources = {"nbgrader": {"notebook": EVIL, "overview": top, "style": ""}}
    found, _ = exporter.from_notebook_node(skeleton().notebook, resources=resources)
    assert HARMFUL.findall(found.split("</head>")[-1]) == []
    assert found.split("<title>")[1].split("</title>")[0].count("<") == 0
    assert found.count("alert(1)") > 20, "as text"


def test_a_page_asks_nobody_for_a_picture(page: Any) -> None:
    far = "<img src='https://evil.example/a.png'> ![a](//evil.example/b.png) ![b](https://evil.example/c.png)"

    def change(notebook: Any) -> None:
        notebook.cells.insert(2, new_markdown_cell(far))
        notebook.cells[4].outputs = [new_output("display_data", data={kind: far})
                                     for kind in ("text/html", "text/markdown", "image/svg+xml")]  # fmt: skip

    found = page(change, comment=far)
    tags = re.findall(r"<(?!a\b)[^>]*evil[^>]*>", found)
    assert tags == [] and found.count("<img") >= 6


@pytest.mark.parametrize(
    "attachments",
    [
        None,
        {},
        {"a": {}},
        {"a": {"text/html": EVIL}},
        {"b": {"image/png": PICTURE}},
        {"a": {"image/png": "A"}, "b": {}},
    ],
)
def test_an_attachment_that_is_not_there_does_not_stop_the_page(page: Any, attachments: Any) -> None:
    cell = new_markdown_cell("my plot: ![a](attachment:a)")
    if attachments is not None:
        cell.attachments = from_dict(attachments)
    found = page(lambda notebook: notebook.cells.insert(1, cell))
    assert "my plot" in found and HARMFUL.findall(found) == []


def test_a_picture_of_an_essay_without_alt_text_says_that_there_is_none() -> None:
    html = SafePages().text('<img src="data:image/png;base64,AA=="> ![a cell](data:image/png;base64,AA==)')
    assert re.findall(r'alt="([^"]*)"', html) == ["No description has been provided for this image", "a cell"]


def test_an_attached_picture_is_shown_and_lies_in_the_page() -> None:
    bundle = {"cell": {"attachments": {"a": {"image/png": PICTURE}}}}
    assert f'src="data:image/png;base64,{PICTURE}"' in SafePages().markdown2html(bundle, "![a](attachment:a)")


@pytest.mark.parametrize(
    "address",
    [
        "data:text/html,<script>",
        " DATA:text/html;base64,AAAA",
        "da&#10;ta:text/html,x",
        "da&Tab;ta:text/html,x",
        "&#1;data:text/html,x",
        "vbscript:x",
        "file:///x",
    ],
)
def test_a_link_to_data_or_to_a_program_is_none(address: str) -> None:
    assert "href" not in safe_html(f'<a href="{address}">x</a>')


def test_a_link_and_a_table_stay() -> None:
    for html in (
        '<a href="https://docs.example/">x</a>',
        "<table><tbody><tr><td>1</td></tr></tbody></table>",
    ):
        assert safe_html(html) == html


def test_a_page_without_a_link_to_lessons_leads_a_check_to_the_mistakes(page: Any) -> None:
    html = '<a href="../../notebooks/03_gates.ipynb#See">on</a> <a href="../../../etc/passwd">no</a>'
    found = page(with_outputs(new_output("display_data", data={"text/html": html})))
    assert 'href="#mistakes"' in found and "notebooks/03_gates" not in found


def test_a_page_leads_to_the_book_where_the_course_says_where_it_is(tiny: TinyCourse, page: Any) -> None:
    (tiny.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.Lessons.book_url = 'https://example.org/course/'\nc.Lessons.base_url = 'https://hub'\n"
    )
    html = '<a href="../../notebooks/03_gates.ipynb#2.-The-“bias”">on</a>'
    found = page(with_outputs(new_output("display_data", data={"text/html": html})))
    assert 'href="https://example.org/course/03_gates.html#2.-The-%E2%80%9Cbias%E2%80%9D"' in found


def test_a_lesson_is_quoted_from_the_courses_folder_and_from_nowhere_else(tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    lesson = new_notebook(cells=[new_markdown_cell("# See\n\nSECRET")])
    for folder in (tmp_path, course):
        write(lesson, folder / "x.ipynb")
    (course / "link.ipynb").symlink_to(tmp_path / "x.ipynb")
    assert "SECRET" in section_of("x.ipynb#See", course)
    for address in ("../x.ipynb#See", "link.ipynb#See", f"{tmp_path}/x.ipynb#See"):
        assert section_of(address, course) == ""


def test_what_a_check_says_of_a_mistake_is_one_line_without_markup() -> None:
    cell = skeleton().notebook.cells[3]
    value = new_output("execute_result", data={"text/plain": "0.0"})
    cell.outputs = [checked(f"{EVIL}`x`\x07", "notebooks/03_gates.ipynb#See"), value]
    found = finding_of("two", cell)
    assert found is not None
    (mistake,) = found.mistakes
    for text in (mistake.name, mistake.explanation):
        assert "alert(1)" in text and not {"<", ">", "`", "\x07"} & set(text)
    assert mistake.lesson == "notebooks/03_gates.ipynb#See"


def test_links_in_the_graded_folder_are_not_followed(page: Any, tiny: TinyCourse) -> None:
    folder = tiny.root / "autograded/ada/t1"
    folder.mkdir(parents=True)
    (tiny.root / "secret.txt").write_text("SECRET")
    (folder / "link.txt").symlink_to(tiny.root / "secret.txt")
    (folder / "all").symlink_to(tiny.root)
    (folder / "plot.png").write_bytes(b"mine")
    page()
    found = {path.name for path in (tiny.root / "feedback/ada/t1").rglob("*")}
    assert found == {"two.html", "plot.png"}


def test_a_notebook_that_cannot_become_a_page_costs_nobody_else_theirs(page: Any, tiny: TinyCourse) -> None:
    page()
    bad = tiny.root / "autograded/bob/t1"
    bad.mkdir(parents=True)
    (bad / "two.ipynb").write_text("{}")
    with course_lock(tiny.root) as course:
        failed = generate(course, "t1", ["bob", "ada"])
    assert list(failed) == ["bob"] and not (tiny.root / "feedback/bob").exists()
    assert (tiny.root / "feedback/ada/t1/two.html").is_file()


def test_pages_of_a_configuration_without_any_wish_are_ours() -> None:
    assert SafePages(config=Config()).exclude_anchor_links


def test_a_students_html_takes_no_name_of_ours_and_keeps_its_unknown_tags_as_text() -> None:
    page = safe_html(
        '<div class="lines highlight" id="mistakes">a</div><li class="all">b</li><span class="k mark">c</span>'
    )
    assert page == '<div class="highlight">a</div><li>b</li><span class="k">c</span>'
    assert safe_html("a vector<int> and <script>x</script>") == (
        "a vector&lt;int&gt; and &lt;script&gt;x&lt;/script&gt;"
    )
