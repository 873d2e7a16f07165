"""Feedback pages through nbgrader's GenerateFeedback, without hidden tests and without foreign scripts.

`grade` calls this for what it graded; `autograder feedback` for all, after grading by hand. Each student's
folder is made beside its place and renamed into it.
"""

import glob
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bleach import clean  # type: ignore[import-untyped]  # its stubs are not worth a dependency
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from traitlets.config import Config

from autograder.grading.course import Course, nbgrader_log, preprocessors

ANSI = re.compile(r"\x1b\[[0-9;]*m")
REMOVED = "[hidden test]"
TELLING = 6  # a hidden line shorter than this, such as "else:", tells nothing and may occur anywhere


class ScrubHiddenTests(NbGraderPreprocessor):
    """Removes from all outputs what they quote of hidden tests; a traceback shows the lines around it."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """nbconvert calls this for each notebook, before ClearHiddenTests takes the tests out."""
        marks = ClearHiddenTests(config=self.config)
        hidden = [line for cell in nb.cells for line in _hidden_lines(cell.source, marks)]
        if hidden:
            for cell in nb.cells:
                for output in cell.get("outputs", []):
                    _scrub(output, sorted(set(hidden), key=len, reverse=True))
        return nb, resources


# What a page may hold of a student's or a kernel's HTML: text, tables and pictures.
# fmt: off
TAGS = frozenset([
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "div",
    "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre",
    "s", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "u", "ul",
])
# fmt: on
ATTRIBUTES = {"alt", "class", "colspan", "height", "href", "id", "rowspan", "src", "title", "width"}


class SafePages(HTMLExporter):
    """HTML without scripts: nbgrader's template does not sanitise markdown cells, so their filter does."""

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """nbconvert calls this; `clean_html` is for outputs, where nbconvert's own takes tables apart."""
        yield from super().default_filters()
        yield "clean_html", safe_html

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """The template calls this for each markdown cell and comment."""
        return safe_html(super().markdown2html(context, source))


def safe_html(text: object) -> str:
    """HTML reduced to TAGS and ATTRIBUTES, the rest shown as text; `data:` only for pictures."""

    def allow(tag: str, name: str, value: str) -> bool:
        return name in ATTRIBUTES and (tag == "img" or not value.strip().lower().startswith("data:"))

    return clean(str(text), tags=TAGS, attributes=allow, protocols={"http", "https", "mailto", "data"})


def _hidden_lines(source: str, marks: ClearHiddenTests) -> Iterator[str]:
    inside = False
    for line in source.splitlines():
        if marks.begin_test_delimeter in line:
            inside = True
            yield line.strip()
        elif marks.end_test_delimeter in line:
            inside = False
            yield line.strip()
        elif inside and len(line.strip()) >= TELLING:
            yield line.strip()


def _scrub(output: Any, hidden: list[str]) -> None:
    if output.output_type == "stream":
        output.text = _clean(output.text, hidden)
    elif output.output_type == "error":
        output.evalue = _clean(output.evalue, hidden)
        output.traceback = [_clean(frame, hidden) for frame in output.traceback]
    else:
        for kind, value in output.data.items():
            if isinstance(value, str) and not kind.startswith("image/png"):
                output.data[kind] = _clean(value, hidden)


def _clean(text: str, hidden: list[str]) -> str:
    """The text without hidden lines; colours go too where they stand between the words of one."""
    bare = ANSI.sub("", text)
    if not any(line in bare for line in hidden):
        return text
    for line in hidden:
        bare = bare.replace(line, REMOVED)
    return bare


def feedback_config(course: Course) -> Config:
    """The course's configuration, made safe: hidden tests cleared, HTML of students sanitised."""
    config = Config()
    config.merge(course.config)
    steps = preprocessors(GenerateFeedback(config=config).preprocessors)
    rest = [step for step in steps if step not in (ScrubHiddenTests, ClearHiddenTests)]
    config.GenerateFeedback.preprocessors = [ScrubHiddenTests, ClearHiddenTests, *rest]
    # A solution cell that a student filled with our delimiters must not stop the page.
    config.ClearHiddenTests.enforce_metadata = False
    config.GenerateFeedback.exporter_class = SafePages
    config.HTMLExporter.sanitize_html = True
    return config


def generate(course: Course, assignment: str, students: Iterable[str]) -> dict[str, str]:
    """Writes the pages of these students. Returns why it failed for those that have none."""
    draft = course.private / "feedback"
    shutil.rmtree(draft, ignore_errors=True)
    config = feedback_config(course)
    failed: dict[str, str] = {}
    for student in students:
        folders = course.coursedir(
            assignment_id=assignment, student_id=glob.escape(student), feedback_directory=str(draft)
        )
        with nbgrader_log() as log:
            try:
                GenerateFeedback(coursedir=folders, config=config).start()
            except NbGraderException as error:
                failed[student] = next((line for line in reversed(log) if "Error" in line), str(error))
                continue
        made = Path(folders.format_path(str(draft), student, assignment))
        final = course.feedback(student, assignment)
        final.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(final, ignore_errors=True)
        made.rename(final)
    shutil.rmtree(draft, ignore_errors=True)
    return failed
