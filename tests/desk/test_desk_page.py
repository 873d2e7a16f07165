"""The desk in a real browser: a small class from its zip to its marks, and a class of 300."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from browser import Server, axe, jupyter, open_page
from classes_at_the_desk import DUE, HOSTILE, make_class
from downloads import text_of
from platform_files import DRAFT, Participant, moodle_zip, worksheet
from playwright.sync_api import Page, expect
from tiny_course import TinyCourse

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's own order of rows
]
SLOW = "def double(x):\n    import time; time.sleep(1.2); return 2 * x"
BROKEN = "def last(items):\n    return items[0]"
ON_TIME, LATE = "Sunday, 1 March 2026, 11:00 PM", "Monday, 2 March 2026, 11:00 PM"
EXCUSED = '[[excused]]\nassignment = "t1"\nstudent = "s6@x.org"\n'
STOP = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here);
  return here === document.body ? null : {
    text: here.textContent.trim() || here.localName,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""  # where the focus is
SHOWN = ".job [role=status]"


@pytest.fixture
def small(tiny: TinyCourse, tmp_path: Path) -> Iterator[tuple[TinyCourse, Server]]:
    """A course that nobody has handed anything in to, at its desk."""
    (tiny.root / "course.toml").write_text(DUE + EXCUSED)
    (tmp_path / "home").mkdir()
    with jupyter(tiny.root, tmp_path / "home", program="desk") as server:
        yield tiny, server


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """300 students, graded, with essays that wait, at their desk."""
    folder = tmp_path_factory.mktemp("large")
    course = TinyCourse.make(folder / "course")
    make_class(course, 300)
    (folder / "home").mkdir()
    with jupyter(course.root, folder / "home", program="desk") as server:
        yield server


def run(page: Page, button: str, ends: str = "done") -> None:
    """Presses a button that starts a command, and waits for its end."""
    job = page.locator(".job")
    before = job.get_attribute("data-job") if job.count() else ""
    page.get_by_role("button", name=button, exact=True).click()
    expect(job).not_to_have_attribute("data-job", before or "")
    ended(page, ends)


def ended(page: Page, ends: str) -> None:
    job = page.get_by_role("region", name="The command")
    expect(job).to_be_visible()
    expect(job.get_by_role("button", name="Hide")).to_be_visible(timeout=120_000)
    expect(page.locator(SHOWN)).to_have_text(ends)


def test_a_class_is_collected_graded_regraded_and_returned_at_the_desk_alone(
    small: tuple[TinyCourse, Server], tmp_path: Path
) -> None:
    course, server = small
    people = [Participant(k, f"P {k}", f"s{k}@x.org", time=LATE if k == 2 else ON_TIME) for k in range(1, 6)]
    people[0] = replace(people[0], status=DRAFT)
    answers = {who: text_of(course.answer(double=SLOW)) for who in people}
    answers[people[2]] = text_of(course.answer(double=SLOW, last=BROKEN))
    answers[people[3]] = text_of(course.answer(double=SLOW.replace("2 * x", "x << 1")))
    download, students = moodle_zip(tmp_path / "m.zip", answers), tmp_path / "w.csv"
    worksheet(students, [*people, Participant(6, "Zoë Ek", "s6@x.org")])
    with open_page() as page:
        page.goto(server.page("desk"))
        page.get_by_role("link", name="t1").click()

        run(page, "Check and release")
        assert (course.root / "release/t1/two.ipynb").is_file()

        page.get_by_label("Submissions, a .zip").set_input_files(students)
        expect(page.get_by_role("alert")).to_contain_text("expected a .zip file")
        page.get_by_label("Submissions, a .zip").set_input_files(download)
        page.get_by_label("Students, a .csv").set_input_files(students)
        expect(page.get_by_text("w.csv is here.")).to_be_visible()
        run(page, "See what would be taken")
        assert not (course.root / "submitted").exists()
        expect(page.locator(".job")).to_contain_text("1 late")
        expect(page.locator(".job details", has_text="1 excused")).to_contain_text("s6@x.org Zoë Ek")
        run(page, "Take 5 submissions")
        assert len(list((course.root / "submitted").iterdir())) == 5
        remarked = page.locator(".job details", has_text="1 with a remark")
        remarked.locator("summary").click()
        expect(remarked).to_contain_text("s1@x.org P 1: a draft")
        excused = page.get_by_role("region", name="Collect", exact=True).locator(
            "details", has_text="1 excused"
        )
        expect(excused).to_contain_text("s6@x.org Zoë Ek")
        expect(page.locator("summary", has_text="handed in nothing")).to_have_count(0)

        page.get_by_role("button", name="Grade", exact=True).click()
        count = page.get_by_role("progressbar", name="Submissions recorded")
        expect(count).to_be_visible()
        page.reload()  # in the middle: the command goes on, and is found again
        expect(count).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        ended(page, "stopped; what is done is kept")
        kept = len(course.journal())
        assert 0 < kept < 5
        run(page, "Go on")
        expect(page.locator(".job")).to_contain_text(f"{5 - kept} of {5 - kept} submission")
        expect(page.get_by_role("main")).to_contain_text("5 collected, 5 graded, 5 with pages.")

        source = course.root / "source/t1/two.ipynb"
        text = source.read_text().replace("last([1, 2]) == 2", "last([1, 2]) in (1, 2)")
        source.write_text(text.replace("double(1) == 2", "double('a') == 'aa'"))
        run(page, "See whose points would change")
        cells = page.get_by_role("table", name="Changes by cell").locator("tbody tr")
        expect(cells).to_have_text(
            [re.compile("test_double *1 student, −2 *–"), re.compile(r"test_last *– *1 student, \+2")]
        )
        students_moved = page.get_by_role("table", name="Changed points").locator("tbody tr")
        expect(students_moved).to_have_text([re.compile("s4@x.org"), re.compile("s3@x.org")])
        below = page.get_by_role("button", name="Regrade for good").locator("xpath=following::table")
        expect(below).to_have_count(page.locator("main table").count())
        row = page.get_by_role("row", name=re.compile("s3@x.org P 3 3 5 "))
        expect(row).to_contain_text("+2")
        assert course.grades()["s3@x.org"]["score"] == "3"
        page.reload()
        expect(row).to_be_visible()
        run(page, "Regrade for good")
        assert course.grades()["s3@x.org"]["score"] == "5"

        page.get_by_label("Search for").fill("s2")
        page.get_by_role("rowheader", name="s2@x.org").get_by_role("link").click()
        expect(page.get_by_role("main")).to_contain_text("4.5 of 5 points")
        page.get_by_label("Until").fill("2026-03-04T23:59")
        page.get_by_label("Why").fill("ill")
        run(page, "Give more time")
        expect(page.locator(".job")).to_contain_text("s2@x.org P 2 until 2026-03-04 23:59")
        expect(page.get_by_role("main")).to_contain_text("5 of 5 points")
        page.get_by_label("Cell").select_option("test_last")
        page.get_by_label("What the student says").fill(f"--{HOSTILE}")
        run(page, "Keep the request")
        page.get_by_role("link", name="Requests").click()
        expect(page.get_by_role("main")).to_contain_text(f"“--{HOSTILE}”")
        page.get_by_label("Points for request 1").fill("2.5")
        page.get_by_label("Why, for request 1").fill("half")
        run(page, "Give these points, request 1")
        assert course.grades()["s2@x.org"]["score"] == "4.5"

        page.get_by_role("link", name="Assignments").click()
        page.get_by_role("rowheader", name="t1").get_by_role("link").click()
        run(page, "Pack the pages for Moodle")
        with page.expect_download() as packed:
            page.get_by_role("link", name="return-moodle.zip").click()
        assert len(ZipFile(packed.value.path()).namelist()) == 5
        page.get_by_label("Moodle's grading worksheet, a .csv").set_input_files(students)
        expect(page.get_by_text("w.csv is here.").last).to_be_visible()
        run(page, "Write the grades for Moodle")
        with page.expect_download() as filled:
            page.get_by_role("link", name="grades-moodle.csv").click()
        assert Path(filled.value.path()).read_text(encoding="utf-8-sig").count("Participant") == 6

        page.get_by_role("link", name="Term").click()
        run(page, "Write the term's files")
        with page.context.expect_page() as opened:
            page.get_by_role("rowheader", name="s2@x.org").get_by_role("link").click()
        expect(opened.value.locator("body")).to_contain_text("4.5")
        page.get_by_role("link", name="Commands").click()
        expect(page.locator("li code").first).to_have_text("autograder term")
        expect(page.locator("li code").last).to_have_text("autograder release t1")


def test_300_students_are_shown_on_a_telephone_in_both_themes_and_to_a_screen_reader(large: Server) -> None:
    with open_page(viewport={"width": 390, "height": 844}) as page:
        page.goto(server := large.page("desk"))
        expect(page.get_by_role("main")).to_contain_text("300 students, 1 assignment")
        for path in ("", "assignment/t1", "assignment/t1/s007", "collect", "requests", "term", "commands"):
            page.goto(f"{server}#/{path}")
            expect(page.locator("h1")).to_be_visible()
            expect(page.get_by_text("Reading")).to_have_count(0)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                assert axe(page) == [], (path, theme)
        page.goto(f"{server}#/term")
        expect(page.get_by_role("row")).to_have_count(1 + 50)
        page.get_by_role("button", name="Show all 300").click()
        expect(page.get_by_role("row")).to_have_count(1 + 300)


def test_a_students_text_is_text_wherever_it_stands(large: Server) -> None:
    with open_page() as page:
        page.goto(large.page("desk") + "#/assignment/t1/s007")
        expect(page.locator("h1")).to_contain_text(HOSTILE)
        page.goto(large.page("desk") + "#/assignment/t1")
        page.get_by_label("Search for").fill("onerror")
        expect(page.get_by_role("row")).to_have_count(2)
        expect(page.get_by_role("row").last).to_contain_text(HOSTILE)
        page.goto(large.page("desk") + "#/term")
        expect(page.get_by_role("main")).to_contain_text(HOSTILE)
        assert page.locator("img").count() == 0 and "stolen" not in page.title()
        page.goto(large.page("desk/reports/t1/report.html"))
        expect(page.locator("body")).to_contain_text(HOSTILE)
        page.goto(large.page("desk/feedback/t1/s000/two.html"))
        expect(page.locator("body")).to_be_visible()
        assert "stolen" not in page.title()


def test_the_keyboard_alone_reaches_an_assignment_starts_a_command_and_hears_its_end(large: Server) -> None:
    with open_page() as page:
        page.goto(large.page("desk"))
        expect(page.get_by_role("rowheader", name="t1")).to_be_visible()
        press_to(page, "a", "t1")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("t1")
        assert page.evaluate("document.activeElement.tagName") == "MAIN"
        press_to(page, "button", "Write it without names")
        page.keyboard.press("Space")
        expect(page.locator(".job")).to_be_focused()
        ended(page, "done")
        expect(page.get_by_role("link", name="Report to show in class")).to_be_visible()


@pytest.mark.parametrize("width", [1366, 390])
def test_the_tab_key_is_seen_at_each_stop_comes_to_an_end_and_what_vanishes_leaves_the_focus_nearby(
    large: Server, width: int
) -> None:
    with open_page(viewport={"width": width, "height": 800}) as page:
        page.goto(large.page("desk"))
        for path in ("collect", "assignment/t1/s007", "essays", "requests", "term", "commands", ""):
            page.goto(large.page("desk") + f"#/{path}")
            expect(page.locator("h1")).to_be_visible()
            expect(page.get_by_text("Reading")).to_have_count(0)
            page.get_by_role("link", name="Assignments").focus()
            stops = []
            while len(stops) < 150:
                page.keyboard.press("Tab")
                stop = page.evaluate(STOP)
                if stop is None:
                    break
                assert stop["outlined"] and stop["inside"], (path, stop)
                stops.append(stop["text"])
            assert 6 <= len(stops) < 150, (path, stops)
        page.goto(large.page("desk") + "#/assignment/t1")
        job = page.locator(".job")
        before = job.get_attribute("data-job") if job.count() else ""  # of the other width
        press_to(page, "button", "Write it again")
        page.keyboard.press("Enter")
        expect(job).not_to_have_attribute("data-job", before or "")
        ended(page, "done")
        press_to(page, "button", "Hide")
        page.keyboard.press("Enter")
        expect(page.locator(".job")).to_have_count(0)
        expect(page.get_by_role("main")).to_be_focused()
        page.goto(large.page("desk") + "#/commands")
        press_to(page, "button", "Show")
        page.keyboard.press("Enter")
        expect(page.locator(".job")).to_be_focused()
        page.goto(large.page("desk") + "#/assignment/t1")
        page.get_by_role("button", name="Show all 300").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("region", name="Students", exact=True)).to_be_focused()


def press_to(page: Page, tag: str, text: str) -> None:
    """Presses Tab until this has the focus, once the page has it."""
    expect(
        page.locator(tag).get_by_text(text, exact=True).or_(page.locator(tag, has_text=text)).first
    ).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.localName, document.activeElement.textContent.trim()]")
        if here == [tag, text]:
            return
    pytest.fail(f"Tab does not lead to {text!r}")
