"""A written question, from the formgrader's page to the report, the student's page and the export."""

import csv
import io
import json
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from browser import jupyter, open_page
from playwright.sync_api import Page, expect
from test_regrading import hand_in
from tiny_course import TinyCourse, essay, source_notebook

from autograder.commands.grade import write_feedback
from autograder.core.environment import with_own_programs
from autograder.report.report import report_assignment

pytestmark = pytest.mark.browser
# nbgrader's page loads MathJax from there, and stops where it gets nothing.
MATHJAX = (
    "https://cdnjs.cloudflare.com/",
    "window.MathJax = {Hub: {Config() {}, Queue() {}, Startup: {signal: {Interest() {}}}}}",
)


def answered(browser: Page, part: str) -> AbstractContextManager[Any]:
    """Waits until the formgrader has answered a request to an address that holds `part`."""
    return browser.expect_response(lambda answer: part in answer.url and answer.ok)


def test_points_and_words_given_in_the_formgrader_reach_report_page_and_export(tmp_path: Path) -> None:
    source = source_notebook()
    source.cells.append(essay("YOUR ANSWER HERE"))
    course = TinyCourse.make(tmp_path / "course", source)
    hand_in(course, "ada")
    assert course.grade()[0] == 1, "the essay waits for a person"
    page = (course.root / "feedback/ada/t1/two.html").read_text()
    assert "Still to be graded by hand." in page
    home = tmp_path / "home"
    home.mkdir()
    with jupyter(course.root, home) as server, open_page(stand_in=MATHJAX) as browser:
        browser.goto(server.page("login?next=/api/status"))  # the token becomes a cookie
        browser.goto(server.page("formgrader/gradebook/t1/two"))
        link = browser.get_by_role("link", name="Submission #1")
        with answered(browser, "/api/grades?"), answered(browser, "/api/comments?"):  # then the page listens
            link.click()
        marked = browser.locator(".nbgrader_cell", has_text="Because of the gates.")
        score = marked.locator("input.score")
        score.fill("3.5")
        with answered(browser, "/api/grade/"):
            score.press("Tab")
        comment = marked.locator("textarea.comment")
        comment.fill("Well put, <b>but</b> *why*?")
        with answered(browser, "/api/comment/"):
            comment.press("Tab")
        browser.reload()
        expect(score).to_have_value("3.5")
    out = io.StringIO()
    assert write_feedback(course.root, "t1", out=out) == 0, out.getvalue()
    assert course.grades()["ada"]["score"] == "8.5"
    assert course.grades()["ada"]["status"] == "graded"
    page = (course.root / "feedback/ada/t1/two.html").read_text()
    assert "two: 8.5 of 9 points" in page
    assert "3.5 of 4" in page and "Well put, <b>but</b> <em>why</em>?" in page
    assert report_assignment(course.root, "t1", with_json=True, out=out) == 0
    report = json.loads((course.root / "reports/t1/report.json").read_text())
    assert report["persons"] == []
    assert [each["score"] for each in report["results"]] == [8.5]
    command = [sys.executable, "-m", "nbgrader", "export"]
    subprocess.run(
        command, cwd=course.root, env=with_own_programs(os.environ), capture_output=True, check=True
    )
    with (course.root / "grades.csv").open(newline="") as file:
        assert [row["score"] for row in csv.DictReader(file)] == ["8.5"]
