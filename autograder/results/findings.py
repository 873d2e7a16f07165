"""Makes findings of graded notebooks: what failed, and which known mistakes; `one_submission` and `overview` ask.

A check's result is read where the cell has one (`autograder.checking.record`): the engine lets it into a notebook only
where the examiner's own kernel made it. Of all other tests the exception counts, else the first line that the test
printed. These are quoted, and nothing is taken out of them.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from nbgrader.utils import determine_grade, is_grade, is_solution

from autograder.checking.record import CheckResult, State, UnfitKind
from autograder.core.check_output import CHECK_RESULT
from autograder.core.json_records import from_values
from autograder.core.notebooks import Notebook, NotebookCell
from autograder.core.text import ANSI, plain
from autograder.results.finding import Cause, Finding, Kind, Mistake
from autograder.rpc.accept_outputs import printed_by_test
from autograder.submissions.rebuild import grade_id

# A place in the course; a check must not lead anywhere else. A heading may hold quotation marks, which pages escape.
LESSON = re.compile(r"(?!.*\.\.)\w[\w./ %-]*\.ipynb(?:#[^\s'<>]*)?")
MOST = 50  # causes, and mistakes, of one cell: more are left out
UNFIT = {UnfitKind.NO_FUNCTION: Kind.UNFIT_CLASS, UnfitKind.OTHER_NAME: Kind.UNFIT_NAME}


def findings_of(
    notebooks: Mapping[str, Notebook],
    unread: Collection[str],
    unanswered: Collection[tuple[str, str]] = (),
) -> tuple[Finding, ...]:
    """What was found in the graded cells of graded notebooks, by name; nothing where a cell has all its points.

    `unread`: the names of those that could not be read and were not run; `unanswered`: answers left as released. A test
    of such answers alone has found that there is none, whatever it says.
    """
    found: list[Finding] = []
    for name, notebook in notebooks.items():
        answers: list[
            bool
        ] = []  # whether each answer since the last test, or before it where there is none, is empty
        fresh = False
        for cell in notebook.cells:
            if is_solution(cell):
                answers = [*(answers if fresh else []), (name, grade_id(cell)) in unanswered]
                fresh = True
            if is_grade(cell) and (finding := finding_of(name, cell, name in unread)):
                blank = bool(answers) and all(answers) and name not in unread
                found.append(Finding(name, finding.cell, (Cause(Kind.NO_ANSWER),)) if blank else finding)
            fresh = fresh and not is_grade(cell)
    return tuple(found)


def finding_of(notebook: str, cell: NotebookCell, unread: bool = False) -> Finding | None:
    """What was found in one graded cell; None where it has all its points."""
    score, most = determine_grade(cell)
    if score is None or score >= most:
        return None
    name = grade_id(cell)
    if unread:
        return Finding(notebook, name, (Cause(Kind.NOT_RUN),))
    if is_solution(cell):  # a person reads it; nbgrader gives points only for one that is as it was released
        return Finding(notebook, name, (Cause(Kind.NO_ANSWER),))
    results = list(check_results(cell))
    if not results:
        return Finding(notebook, name, tuple(_said(cell)))
    lacking = [each for result in results for each in result.properties if _lacks(each.state)]
    own = next((each for each in results if each.answer), CheckResult())
    return Finding(
        notebook,
        name,
        tuple(list(dict.fromkeys(_causes(results)))[:MOST]),
        tuple(list(_mistakes(results).values())[:MOST]),
        sum(result.held for result in results),
        sum(len(result.properties) for result in results),
        plain(next(iter(lacking[0].found.splitlines()), ""), 300) if lacking else "",
        own.exercise if own.answer else "",
        own.answer,
    )


def check_results(cell: NotebookCell) -> Iterator[CheckResult]:
    """The results of checks in a graded cell's outputs; what does not have their form is passed over."""
    for output in cell.get("outputs", []):
        if output.output_type == "display_data" and CHECK_RESULT in output.data:
            try:
                yield from_values(CheckResult, output.data[CHECK_RESULT])
            except ValueError:
                continue


def _lacks(state: State) -> bool:
    return state in (State.FAILS, State.IN_PART)


def _causes(results: list[CheckResult]) -> Iterator[Cause]:
    for result in results:
        if result.unfit:
            yield Cause(UNFIT[result.unfit.kind], plain(result.unfit.name))
        for each in result.properties:
            if _lacks(each.state):
                yield Cause(Kind.PROPERTY, plain(each.title))


def _mistakes(results: list[CheckResult]) -> dict[str, Mistake]:
    found: dict[str, Mistake] = {}
    for result in results:
        for each in result.mistakes:
            lesson = each.lesson if LESSON.fullmatch(each.lesson) else ""
            name = plain(each.name)
            found.setdefault(name, Mistake(name, plain(each.explanation, 1000), lesson))
    return found


def _said(cell: NotebookCell) -> Iterator[Cause]:
    """The exception of a test, else the first line that it printed."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            yield Cause(Kind.EXCEPTION, plain(ANSI.sub("", output.evalue)), plain(output.ename))
            return
    if printed := plain(ANSI.sub("", printed_by_test(cell))):
        yield Cause(Kind.PRINTED, printed)
