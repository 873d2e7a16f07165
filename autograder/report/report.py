"""`autograder report`: collects what is known of an assignment and writes the page; `grade` calls `write_report`."""

import json
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.course.course import Course, did_you_mean
from autograder.course.personal_key import codes_of
from autograder.course.runtime import course_lock, report_errors
from autograder.pages.lessons import link
from autograder.report.anonymous import anonymous
from autograder.report.count import numbers_of
from autograder.report.document import as_json
from autograder.report.page import page
from autograder.results.headings import own_words, titles
from autograder.results.merged import names_of, outcomes_of
from autograder.results.outcome import Outcome


def report_assignment(
    course: Path,
    assignment: str,
    *,
    for_class: bool = False,
    with_json: bool = False,
    db: str = "",
    out: TextIO = sys.stdout,
) -> int:
    """Writes reports/ASSIGNMENT/report.html, scores as the gradebook has them now, and says where.

    `for_class`: report-anonymous.html instead, to show to everybody; `with_json`: the same numbers as .json
    beside it. Returns 0, or 2 when nothing of the assignment has been graded.
    """
    with report_errors(out) as status, course_lock(course, db) as opened:
        outcomes = outcomes_of(opened, assignment)
        if not outcomes:
            known = opened.assignments()
            wrong = (
                ""
                if assignment in known
                else did_you_mean(assignment, known, "assignment", "autograder report {}")
            )
            raise WrongUse(
                wrong.strip()
                or f"Nothing of {assignment!r} has been graded yet.\n  autograder grade {shlex.quote(assignment)}"
            )
        for path in write_report(opened, assignment, outcomes, for_class, with_json):
            print(path, file=out)
        status.append(0)
    return status[0]


def note_unsplit(course: Course, assignment: str, cells: Sequence[str]) -> None:
    """Keeps for the report which tests ran in the student's kernel though nobody has tagged them."""
    path = course.private / f"{assignment}.unsplit.json"
    if cells or path.exists():
        write_text(path, json.dumps(list(cells)))


def _unsplit(course: Course, assignment: str) -> tuple[str, ...]:
    path = course.private / f"{assignment}.unsplit.json"
    return tuple(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else ()


def write_report(
    course: Course,
    assignment: str,
    outcomes: Sequence[Outcome],
    for_class: bool = False,
    with_json: bool = False,
) -> list[Path]:
    """Writes the page, and the JSON if asked; returns their paths in the course. Raises OSError where the disk
    refuses; then the old ones are still there."""
    names = names_of(course)
    codes = codes_of(course, {*names, *(outcome.student for outcome in outcomes)})
    numbers = numbers_of(assignment, outcomes, titles(course, assignment), names, codes)
    numbers = replace(numbers, unsplit=_unsplit(course, assignment))
    if for_class:
        numbers = anonymous(numbers, own_words(course, assignment))
    folder = course.reports(assignment)
    near = os.path.relpath(course.root, folder) + "/"

    def address(lesson: str) -> str:
        there = (course.root / lesson.partition("#")[0]).is_file()
        return link(course.config, lesson, near if there else "")

    texts = {".html": page(numbers, address)} | ({".json": as_json(numbers)} if with_json else {})
    paths = [folder / f"report{'-anonymous' if for_class else ''}{suffix}" for suffix in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        write_text(path, text)
    return [path.relative_to(course.root) for path in paths]
