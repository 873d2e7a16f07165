"""Finds tests that cannot be split between two kernels, by grading the instructor's own solution both ways.

A test may rely on sharing memory with what it tests: it replaces a name of the student's, or catches their own
exception class. `grade` refuses to grade such a cell unless the instructor says that it may run in the
student's kernel, where its hidden tests can be read by the code they test.
"""

import ast
import copy
import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import nbformat
from nbgrader.utils import is_grade, is_locked, is_solution

from autograder.core.errors import WorkerLost, WrongUse
from autograder.core.files import write_text
from autograder.course.course import Course
from autograder.course.model import Assignment, Rules, Submission
from autograder.course.names import STUDENT_KERNEL, imported, parse, top_names, wanted_names
from autograder.engine.one_submission import grade_submission, has_tag
from autograder.results import wording
from autograder.results.graded import Graded
from autograder.submissions.rebuild import grade_id

Points = dict[str, tuple[float | None, float]]  # by cell: what it got, and the most
Grade = Callable[[Submission, Assignment, Rules], Graded]
TRIES = 3  # tries for the reference: a kernel may die for reasons outside it


def split_problems(
    course: Course,
    assignment: Assignment,
    rules: Callable[[], Rules],
    grade: Grade = grade_submission,
    *,
    afresh: bool = False,
) -> list[str]:
    """The cells that work in the student's kernel only: tests that the reference solution passes in one kernel and not
    in two, or in their place the cells to blame: locked ones that call the student's code, which then runs twice, and
    tests that define what the student's kernel lacks.

    `rules` waits for the warm parent, `grade` grades one submission. That there are none is remembered with the
    assignment's digest; `afresh` looks again all the same. Empty where the course has no solution. Raises WrongUse
    where it cannot be graded.
    """
    known = course.private / f"{assignment.name}.split.json"
    if known.exists() and not afresh:
        kept = json.loads(known.read_text(encoding="utf-8"))
        if kept == {"digest": assignment.digest}:
            return []
    solution = reference(course, assignment.name)
    if solution is None:
        return []

    def points(split: bool, graded: Assignment = assignment) -> Points:
        return _points(lambda: grade(solution, graded, replace(rules(), split=split)))

    apart = points(split=True)
    together = points(split=False) if _lost(apart) else apart
    problems = _fewer(apart, together)
    if not problems:
        write_text(known, json.dumps({"digest": assignment.digest}))
        return []
    helping = [*_callers(assignment, solution), *_lenders(solution, ())]
    once = _with_tag(assignment, helping)
    left = _fewer(points(split=True, graded=once), together) if helping else problems
    needed = problems if len(left) == len(problems) else helping + left
    return [*_lenders(solution, needed), *needed]


def _with_tag(assignment: Assignment, names: Sequence[str]) -> Assignment:
    """The assignment with the tag on the cells of these names."""
    changed = copy.deepcopy(assignment)
    for cell in (cell for each in changed.skeletons for cell in each.notebook.cells):
        if grade_id(cell) in names:
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), STUDENT_KERNEL]
    return changed


def _callers(assignment: Assignment, solution: Submission) -> list[str]:
    """The locked cells that use what answers define."""
    trees = [tree for cells in _code(solution) for cell, tree in cells if is_solution(cell)]
    answers = {name for tree in trees for name in top_names(tree)}
    callers = []
    for cell in (cell for each in assignment.skeletons for cell in each.notebook.cells):
        both = cell.cell_type == "code" and is_locked(cell) and not (is_grade(cell) or has_tag(cell))
        tree = parse(cell.source) if both else None
        if tree and answers & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}:
            callers.append(grade_id(cell))
    return callers


def _lenders(solution: Submission, tagged: Sequence[str]) -> list[str]:
    """The tests that define what cells in the student's kernel use: answers, or tests with the tag. `tagged`: tests
    that are to get it, which are not named again.
    """
    found: list[str] = []
    for cells in _code(solution):
        defined_by: dict[str, str] = {}  # what only tests have defined so far, and which of them did
        for cell, tree in cells:
            name, defined = grade_id(cell), top_names(tree) | imported(tree).keys()
            if is_grade(cell) and not is_solution(cell) and not (name in tagged or has_tag(cell)):
                defined_by |= dict.fromkeys(defined, name)
            else:
                found += [defined_by[used] for used in sorted(wanted_names(tree) & defined_by.keys())]
                defined_by = {each: test for each, test in defined_by.items() if each not in defined}
    new = list(dict.fromkeys(found))
    return [*_lenders(solution, [*tagged, *new]), *new] if new else []


def _code(solution: Submission) -> list[list[tuple[Any, ast.Module]]]:
    """The code cells of each of the instructor's notebooks, as far as they are Python, with their syntax trees."""
    notebooks = [nbformat.reads(content.decode(), 4) for content in solution.files.values()]
    return [
        [(cell, tree) for cell in each.cells if cell.cell_type == "code" and (tree := parse(cell.source))]
        for each in notebooks
    ]


def explain(assignment: str, problems: Sequence[str]) -> str:
    """What was found, and what to do."""
    if not problems:
        return f"{assignment}: the reference solution gets the same points in one kernel and in two."
    return (
        f"{assignment}: these cells work in the student's kernel only: {', '.join(problems)}.\n"
        "If a test uses the student's objects in a way that does not work from another process, rewrite it to compare\n"
        "values. If it defines something that cells in the student's kernel use, define that in a locked cell without\n"
        "points. If a locked cell calls the student's code, or makes what that code changes, unlock it, because it\n"
        "runs in both kernels. If the student's code may see the hidden tests of these cells and change what they\n"
        "define, you can instead give each of them the tag\n"
        f"  {STUDENT_KERNEL}\n"
        "(JupyterLab: the gear in the right sidebar, Common Tools, Cell Tags). To see what happens, run\n"
        f"  autograder audit {shlex.quote(assignment)} --split"
    )


def reference(course: Course, name: str) -> Submission | None:
    """The instructor's own notebooks as a submission; None where there is no source."""
    source = course.step(course.folders.source_directory, name)
    files = {path.name: path.read_bytes() for path in sorted(source.glob("*.ipynb"))}
    return Submission("reference", "", files, {}, None, None, ()) if files else None


def _points(grade: Callable[[], Graded]) -> Points:
    lost: WorkerLost | None = None
    for _ in range(TRIES):
        try:
            graded = grade()
            for incident in graded.incidents:
                if incident.kind.is_value:
                    raise WrongUse(
                        f"With the instructor's own solution {wording.incident(incident)},"
                        f" in cell {wording.cell_name(incident.cell)}.\n"
                        "A number in a test's last line counts as its points: fix it, or end the line with a semicolon."
                    )
            return {mark.cell: (mark.score, mark.max_score) for mark in graded.marks}
        except WorkerLost as error:
            lost = error
    raise WrongUse(
        f"The reference solution could not be graded: {lost}\nSee what this machine can do:\n  autograder doctor"
    ) from lost


def _fewer(apart: Points, together: Points) -> list[str]:
    """The tests with fewer points in two kernels than in one."""
    return [cell for cell, (score, _) in apart.items() if (score or 0) < (together[cell][0] or 0)]


def _lost(points: Points) -> bool:
    return any(score is not None and score < most for score, most in points.values())
