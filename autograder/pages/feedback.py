"""Feedback pages as nbgrader makes them, without hidden tests and without foreign scripts.

`grade` calls this for what it graded; `autograder feedback` for all, after grading by hand. Each student's
folder is made beside its place and renamed into it.
"""

import os
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterable
from html import escape, unescape
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from nbgrader.utils import is_grade, is_solution, is_task
from sqlalchemy.exc import DBAPIError
from traitlets.config import Config

from autograder.core.files import swap_folder
from autograder.core.notebooks import Notebook
from autograder.course.course import Course, preprocessors
from autograder.engine import forks
from autograder.pages import lessons
from autograder.pages.overview import AddOverview
from autograder.pages.redact import ClearInstructors, ScrubHiddenTests
from autograder.pages.safe_pages import SafePages
from autograder.pages.style import PAGES
from autograder.results.journal import read_journal
from autograder.results.merged import whole

TO_A_LESSON = re.compile(r'href="(?:\.\./)+(notebooks/[^"]*)"')
TEMPLATES = Path(__file__).parent / "templates"
PROJECT = Path(__file__).parent.parent.parent  # where the lessons are in a clone of this project


def feedback_config(course: Course) -> Config:
    """The course's configuration, made safe: hidden tests cleared, HTML of students sanitised."""
    config = Config()
    config.merge(course.config)
    steps = preprocessors(GenerateFeedback(config=config).preprocessors)
    rest = [step for step in steps if step not in (ScrubHiddenTests, ClearHiddenTests)]
    config.GenerateFeedback.preprocessors = [ScrubHiddenTests, ClearInstructors, *rest]
    config.GenerateFeedback.exporter_class = SafePages
    if "template_name" not in course.config.HTMLExporter:  # a course may have one of its own
        config.HTMLExporter.template_name = "returned"
        config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES)]
    config.HTMLExporter.sanitize_html = True
    return config


class SharedGrades(GetGrades):
    """nbgrader's GetGrades on a gradebook that stays open, its rows read in a few queries."""

    gradebook: Gradebook
    entry: SubmittedAssignment | None = None  # of the student whose page is made, where it was read just now

    def preprocess(self, nb: Notebook, resources: Any) -> tuple[Any, Any]:
        """nbconvert calls this for each notebook."""
        about = resources["nbgrader"]
        entry = self.entry or whole(self.gradebook, about["assignment"], about["student"])
        notebook = next(each for each in entry.notebooks if each.name == about["notebook"])
        grades = {grade.name: grade for grade in notebook.grades}
        comments = {comment.name: comment for comment in notebook.comments}
        for cell in nb.cells:
            marks = cell.metadata.get("nbgrader", {})
            name = marks.get("grade_id")
            if (is_solution(cell) or is_task(cell)) and name in comments:
                marks["comment"] = comments[name].comment
            if (is_grade(cell) or is_task(cell)) and name in grades:
                grade = grades[name]
                marks["score"], marks["points"] = grade.score, grade.max_score
                marks["by_hand"] = grade.manual_score is not None
                marks["waits"] = grade.auto_score is None and grade.manual_score is None
        penalty = notebook.late_submission_penalty or 0
        about |= {"score": notebook.score - penalty, "max_score": notebook.max_score, "late_penalty": penalty}
        about["seconds_late"] = entry.total_seconds_late
        return nb, resources


class Pages:
    """Makes pages with one exporter: its templates are read once, not once for each student."""

    def __init__(self, course: Course, assignment: str, gradebook: Gradebook):
        converter = GenerateFeedback(coursedir=course.coursedir(), config=feedback_config(course))
        self.course, self.assignment = course, assignment
        self.failed: dict[str, str] = {}  # why a student has no page
        self.outcomes = read_journal(course.journal(assignment))  # for what a late penalty came from
        self.exporter = SafePages(config=converter.config)
        self.grades = SharedGrades(config=converter.config)
        self.grades.enabled = True
        self.use(gradebook, course.private / "feedback")
        for step in preprocessors(converter.preprocessors):
            if step is GetGrades:
                step = self.grades
            if step is not CSSHTMLHeaderPreprocessor or self.exporter.template_name != "returned":
                self.exporter.register_preprocessor(step, enabled=True)
        overview = AddOverview(config=converter.config)
        overview.find, overview.style, overview.enabled = self._lesson, PAGES, True
        self.exporter.register_preprocessor(overview, enabled=True)

    def _lesson(self, lesson: str) -> tuple[str, str, str]:
        """The address of a lesson's section, its title, and its text."""
        if not lesson:
            return "", "", ""
        text = lessons.section_of(lesson, self.course.root, PROJECT)
        return lessons.link(self.course.config, lesson), lessons.in_words(lesson), text

    def use(self, gradebook: Gradebook, scratch: Path) -> None:
        """Where grades come from, and the folder for drafts, which belongs to this process alone."""
        self.grades.gradebook, self.scratch = gradebook, scratch

    def make(self, student: str, entry: SubmittedAssignment | None = None) -> None:
        """Puts a student's pages in their place, or the reason why there are none into `failed`.

        `entry`: what the gradebook has of the submission, as `merged.whole` reads it, where that was read just now.
        Raises OSError and DBAPIError where the disk or the gradebook refuses: the next would fare no better.
        """
        self.grades.entry = entry
        draft = self.scratch / "new"
        shutil.rmtree(self.scratch, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            self._write(student, draft)
        except (OSError, DBAPIError):
            raise
        except Exception as error:  # one failed page must not prevent the others
            self.failed[student] = f"{type(error).__name__}: {error}"
        else:
            swap_folder(draft, self.course.feedback(student, self.assignment), self.scratch / "before")
            self.grades.gradebook.db.expunge_all()
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _write(self, student: str, folder: Path) -> None:
        """A student's pages, and beside them the files of the submission that have no page's name."""
        source = self.course.autograded(student, self.assignment)
        files = [path for path in sorted(source.rglob("*")) if path.is_file() and not path.is_symlink()]
        for path in (each for each in files if each.suffix == ".ipynb"):
            about: dict[str, Any] = {"notebook": path.stem, "assignment": self.assignment, "student": student}
            about["outcome"] = self.outcomes.get(student)
            resources = {"unique_key": path.stem, "nbgrader": about, "metadata": {"name": path.stem}}
            page, _ = self.exporter.from_notebook_node(nbformat.read(path, 4), resources=resources)
            target = folder / path.with_suffix(".html").name
            target.write_text(TO_A_LESSON.sub(self._link, page), encoding="utf-8")
        others = (each.relative_to(source) for each in files if each.suffix != ".ipynb")
        for name in (each for each in others if not (folder / each.parts[0]).is_file()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, folder / name)

    def _link(self, found: re.Match[str]) -> str:
        """A check's link to a lesson leads up from the assignment's folder, where this page is not."""
        address = lessons.link(self.course.config, unescape(found[1]))
        return f'href="{escape(address or "#mistakes")}"'


def behind(course: Course, assignment: str, students: Iterable[str]) -> list[str]:
    """Those of the students who have no pages yet, or pages older than what was graded last."""

    def is_behind(student: str) -> bool:
        page = course.feedback(student, assignment)
        if not page.is_dir():
            return True
        return page.stat().st_mtime_ns <= course.autograded(student, assignment).stat().st_mtime_ns

    return [student for student in students if is_behind(student)]


def generate(course: Course, assignment: str, students: Iterable[str]) -> dict[str, str]:
    """Writes the pages of these students. Returns why it failed for those that have none."""
    waiting = deque(students)
    if not waiting:
        return {}
    with course.gradebook() as gradebook:
        pages = Pages(course, assignment, gradebook)
        pages.make(waiting.popleft())  # with it, the templates are read
    if forks.worthwhile(len(waiting)):
        _share(pages, waiting)
    if waiting:
        with course.gradebook() as gradebook:
            pages.use(gradebook, course.private / "feedback")
            for student in waiting:
                pages.make(student)
    return pages.failed


def _share(pages: Pages, waiting: deque[str]) -> None:
    """Has forks make the waiting pages; those that they do not get to are still waiting afterwards."""
    private = pages.course.private

    def enter() -> Callable[[str], str]:
        pages.use(pages.course.gradebook(), private / f"feedback-{os.getpid()}")
        return make

    def make(student: str) -> str:
        pages.make(student)
        return pages.failed.get(student, "")

    try:
        for why in forks.results(enter, list(waiting), str(private / "worker.log")):
            student = waiting.popleft()
            pages.failed |= {student: why} if why else {}
    finally:
        for scratch in private.glob("feedback-*"):  # of one that was killed
            shutil.rmtree(scratch, ignore_errors=True)
