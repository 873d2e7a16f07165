"""The top of a student's page: points, what failed and what was right, mistakes, comments, lateness.

`feedback` has it made for each graded notebook, after hidden tests were taken out of its outputs; the template
`templates/returned` shows it. All text may come from a student and is escaped there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution, is_task

from autograder.core.notebooks import Notebook, NotebookCell
from autograder.core.text import ANSI
from autograder.course.policies import Late
from autograder.pages.wording import Message, say, say_cause
from autograder.results import wording
from autograder.results.finding import Cause, Finding, Kind
from autograder.results.findings import finding_of
from autograder.results.headings import headings
from autograder.results.note import NOTE, fault_of, without_reason
from autograder.submissions.rebuild import grade_id

AT = re.compile(r"^-+> *\d+(.*)$", re.MULTILINE)  # the line that a traceback points at
FIRST = 3  # of what fails in a cell; the rest is below, with the cell
SILENT = "No response."  # what nbgrader comments on an answer left as released
DAY, HOUR, MINUTE = 86_400, 3_600, 60


@dataclass(frozen=True)
class Line:
    """One graded cell. `state` is all, part, none or waiting; `mistakes` are numbers in Overview.mistakes, from 1."""

    cell: str
    title: str
    score: float | None
    points: float
    state: str
    words: str
    failed: tuple[str, ...] = ()
    more: int = 0
    mistakes: tuple[int, ...] = ()
    comment: str = ""


@dataclass(frozen=True)
class Named:
    """A known mistake, with the lesson's section: its address or nothing, its name, and its text in Markdown."""

    name: str
    explanation: str
    address: str
    words: str
    text: str


@dataclass(frozen=True)
class Overview:
    """The top of one notebook's page. `late` says how late it was and what that means, `right` names the questions with
    all points, `unread` why nothing was run, where the notebook could not be read; `due`: the student's own deadline."""

    score: float
    max_score: float
    penalty: float
    late: str
    right: tuple[str, ...]
    lines: tuple[Line, ...]
    mistakes: tuple[Named, ...]
    unread: str = ""
    due: str = ""


class AddOverview(NbGraderPreprocessor):
    """Puts the overview among the resources; `find` gives a lesson's address, name and text."""

    find: Callable[[str], tuple[str, str, str]]
    style: str

    def preprocess(self, nb: Notebook, resources: Any) -> tuple[Any, Any]:
        """nbconvert calls this for each notebook, after GetGrades."""
        about = resources["nbgrader"]
        lines: list[Line] = []
        named: list[Named] = []
        heading, comment = "", ""
        unread = take_unread(nb)
        for cell in nb.cells:
            if cell.cell_type == "markdown" and cell.get("id") != NOTE and not is_grade(cell):
                heading = (headings(cell.source) or [heading])[-1]
            marks = cell.metadata.get("nbgrader", {})
            comment = marks.get("comment") or comment if is_solution(cell) or is_task(cell) else comment
            if is_grade(cell) or is_task(cell):
                line, finding = _line(about["notebook"], cell, heading)
                if unread:
                    line, finding = replace(line, words=say(Message.NOT_RUN), failed=(), more=0), None
                numbers = tuple(
                    self._number(mistake, named) for mistake in (finding.mistakes if finding else ())
                )
                lines.append(replace(line, mistakes=numbers, comment="" if comment == SILENT else comment))
                comment = ""
        lacking = {each.title for each in lines if each.state != "all"}
        penalty = about.get("late_penalty") or 0.0
        outcome = about.get("outcome")
        terms = outcome.late if outcome else None
        is_late = penalty or (terms is not None and terms.free_days)
        about["overview"] = Overview(
            score=max(0.0, about.get("score") or 0.0),
            max_score=about.get("max_score") or 0.0,
            penalty=penalty,
            late=_late(how_late(about.get("seconds_late", 0.0)), terms, penalty) if is_late else "",
            due=outcome.until if outcome else "",
            right=tuple(dict.fromkeys(each.title for each in lines if each.title not in lacking)),
            lines=tuple(lines),
            mistakes=tuple(named),
            unread=unread,
        )
        about["style"] = self.style
        return nb, resources

    def _number(self, mistake: Any, named: list[Named]) -> int:
        names = [each.name for each in named]
        if mistake.name not in names:
            named.append(Named(mistake.name, mistake.explanation, *self.find(mistake.lesson)))
            return len(named)
        return names.index(mistake.name) + 1


def take_unread(nb: Notebook) -> str:
    """Why nothing of this notebook was run, where it could not be read, else "".

    The engine says so in every test and in the note at the top; the page says it once, so it is taken out there.
    """
    notes = [cell for cell in nb.cells if cell.get("id") == NOTE]  # a student's cells have other ids
    fault = next(filter(None, map(fault_of, notes)), None)
    if fault is None:
        return ""
    for cell in nb.cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            cell.outputs = []
        if marks.get("comment") == SILENT:  # it would read as if there had been an empty answer
            del marks["comment"]
    rest = [without_reason(cell) if cell.get("id") == NOTE else cell for cell in nb.cells]
    nb.cells = [cell for cell in rest if cell is not None]
    return wording.fault(fault)


def _line(notebook: str, cell: NotebookCell, heading: str) -> tuple[Line, Finding | None]:
    """The line of a graded cell, and what its checks said if it lacks points."""
    marks = cell.metadata["nbgrader"]
    score, most = marks.get("score"), float(marks.get("points") or 0.0)
    title, name = heading or grade_id(cell), grade_id(cell)
    if marks.get("waits"):
        return Line(name, title, None, most, "waiting", say(Message.WAITS)), None
    score = float(score or 0.0)
    if score >= most:
        return Line(name, title, score, most, "all", say(Message.ALL_POINTS)), None
    state = "part" if score > 0 else "none"
    if is_solution(cell) or is_task(cell):
        words = say(Message.READ_BY_PERSON if marks.get("by_hand") else Message.NOT_ANSWERED)
        return Line(name, title, score, most, state, words), None
    finding = finding_of(notebook, cell)
    failed = [say_cause(_exact(cause, cell)) for cause in finding.causes] if finding else []
    if finding and finding.tried:
        one = finding.tried - finding.held == 1
        words = say(
            Message.ONE_FAILS if one else Message.SEVERAL_FAIL, held=finding.held, tried=finding.tried
        )
    elif failed:
        words = say(Message.SOME_POINTS_WHY if state == "part" else Message.NO_POINTS_WHY)
    else:
        words = say(Message.SOME_POINTS if state == "part" else Message.NO_POINTS)
    if failed and finding and finding.why and not finding.mistakes:
        why = finding.why[:1].upper() + finding.why[1:]
        failed[0] = say(Message.PROPERTY_WHY, title=failed[0], why=why)
    more = max(0, len(failed) - FIRST)
    return Line(name, title, score, most, state, words, tuple(failed[:FIRST]), more), finding


def _exact(cause: Cause, cell: NotebookCell) -> Cause:
    """The line of the test that fails, if its author wrote no message and the page has that line."""
    if cause != Cause(Kind.EXCEPTION, error=AssertionError.__name__):
        return cause
    line = _asserted(cell)
    return Cause(Kind.ASSERTION, line) if line else cause


def _asserted(cell: NotebookCell) -> str:
    """The line at which a test's assertion failed; "" where the page has no such line."""
    lines = {line.strip() for line in cell.source.splitlines()}  # hidden ones are not among them any more
    error = next(each for each in cell.outputs if each.output_type == "error")
    stopped = map(str.strip, AT.findall(ANSI.sub("", "\n".join(error.traceback))))
    return next((line[:160] for line in stopped if line in lines), "")


def _late(how: str, terms: Late | None, penalty: float) -> str:
    """A sentence on being late: by how much, what was deducted, and why."""
    taken = say(Message.DEDUCTED, points=f"{penalty:.4g}") if penalty else say(Message.NOTHING_DEDUCTED)
    why = wording.late(replace(terms, seconds=0.0), 0.0) if terms else ""
    return say(Message.LATE_WHY if why else Message.LATE_SO, how=how, taken=taken, why=why)


def how_late(seconds: float) -> str:
    """`Handed in 2 days and 3 hours late`."""
    parts = []
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        count, seconds = divmod(int(seconds), size)
        if count:
            parts.append(say(Message.AMOUNT if count == 1 else Message.AMOUNTS, count=count, unit=unit))
    return say(Message.LATE_BY, time=" and ".join(parts[:2])) if parts else say(Message.LATE)
