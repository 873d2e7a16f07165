"""Finds tests that cannot be split between two kernels, by grading the instructor's own solution both ways.

A test may rely on sharing memory with what it tests: it replaces a name of the student's, or catches their own
exception class. `grade` refuses to grade such a cell unless the instructor says that it may run in the
student's kernel, where its hidden tests can be read by the code they test.
"""

import ast
import builtins
import copy
import hashlib
import re
import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_locked, is_solution

from autograder.core.cells import hidden_lines
from autograder.core.errors import WorkerLost, WrongUse
from autograder.core.files import write_text
from autograder.core.json_records import from_json, to_json
from autograder.core.notebooks import Notebook, NotebookCell
from autograder.core.text import plain
from autograder.course.changes import changes_of, scope_of
from autograder.course.course import Course
from autograder.course.model import Assignment, Rules, Submission
from autograder.course.names import STUDENT_KERNEL, imported, names_of, parse, top_names, wanted_names
from autograder.engine.one_submission import grade_submission, has_tag
from autograder.results import wording
from autograder.results.graded import Graded
from autograder.submissions.rebuild import grade_id

Key = tuple[str, str]  # a notebook and the name of a cell in it
Points = dict[Key, tuple[float | None, float]]  # what each cell got, and the most
Grade = Callable[[Submission, Assignment, Rules], Graded]
TRIES = 3  # tries for the reference: a kernel may die for reasons outside it
LINE = re.compile(r"(?:^-+> |, line |^line )(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Problem:
    """A cell that works in the student's kernel only. `error`: what it raised in two kernels, at `line` of the cell;
    empty for a cell that is named in the place of others. `hidden`: whether it has hidden tests."""

    notebook: str
    cell: str
    error: str = ""
    line: int = 0
    hidden: bool = False
    remedy: str = ""


@dataclass(frozen=True)
class SplitAudit:
    """What grading the reference found. `short`: cells in which it does not get all points in one kernel either, with
    what they raised. `lent`: cells of the solution that use what only a test defines, with the names and the test."""

    problems: tuple[Problem, ...] = ()
    short: tuple[Problem, ...] = ()
    lent: tuple[tuple[str, str, str], ...] = ()


def audit_the_split(
    course: Course,
    assignment: Assignment,
    rules: Callable[[], Rules],
    grade: Grade = grade_submission,
    *,
    afresh: bool = False,
) -> SplitAudit:
    """Grades the reference in two kernels, and the notebooks in which it loses points in one as well.

    The cells to blame are as few as will do: tests that the reference passes in one kernel only, or in their place
    locked cells that call the student's code, which then runs twice, and tests that define what the student's kernel
    lacks. `rules` waits for the warm parent, `grade` grades one submission. What was found is kept with the digest of
    the assignment and the solution; `afresh` looks again all the same. Finds nothing where the course has no solution.
    Raises WrongUse where it cannot be graded.
    """
    solution = reference(course, assignment.name)
    if solution is None:
        return SplitAudit()
    known = course.private / f"{assignment.name}.split.json"
    digest = _digest(assignment, solution)
    if known.exists() and not afresh and (kept := _kept(known, digest)):
        return kept

    def graded(split: bool, only: Collection[str], tagged: Sequence[Key] = ()) -> Graded:
        tried = with_tags(assignment, tagged, solution) if tagged else assignment
        skeletons = tuple(each for each in tried.skeletons if each.name in only)
        files = {name: each for name, each in solution.files.items() if name.removesuffix(".ipynb") in only}
        some, tried = replace(solution, files=files), replace(tried, skeletons=skeletons)
        return _graded(lambda: grade(some, tried, replace(rules(), split=split, reveal=True)))

    apart = graded(True, [each.name for each in assignment.skeletons])
    lost = _lost(_points(apart))  # the notebooks to run again
    together = graded(False, lost) if lost else apart
    most = _points(apart) | _points(together)
    problems = _fewer(_points(apart), most)
    tags = problems
    if problems:
        lost = {notebook for notebook, _ in problems}
        helping = [*_callers(assignment, solution), *_lenders(solution, ())]
        helping = [each for each in helping if each[0] in lost]
        left = _fewer(_points(graded(True, lost, helping)), most) if helping else problems
        if len(left) < len(problems):
            tags = _fewest(helping, lambda some: _fewer(_points(graded(True, lost, some)), most) == left)
            tags += [each for each in left if each not in tags]
        if (lenders := _lenders(solution, tags)) and _fewer(_points(graded(True, lost, tags)), most):
            tags = [*lenders, *tags]
    tests = {
        (name, grade_id(cell))
        for name, cells in _code(solution).items()
        for cell, _ in cells
        if _is_test(cell)
    }
    found = SplitAudit(
        tuple(_problem(apart, assignment, key) for key in tags) + tuple(_unclear(solution, tags)),
        tuple(
            _problem(together, assignment, key)
            for key, (got, full) in most.items()
            if key in tests and got is not None and got < full
        ),
        tuple(_lent(solution)),
    )
    write_text(known, to_json(_Kept(digest, found)))
    return found


def _fewest(helping: list[Key], enough: Callable[[list[Key]], bool]) -> list[Key]:
    """Those of the helping cells without which it is not enough."""
    needed = list(dict.fromkeys(helping))
    for each in list(needed):
        fewer = [other for other in needed if other != each]
        if fewer and enough(fewer):
            needed = fewer
    return needed


@dataclass(frozen=True)
class _Kept:
    digest: str
    found: SplitAudit


def _kept(path: Path, digest: str) -> SplitAudit | None:
    try:
        kept = from_json(_Kept, path.read_text(encoding="utf-8"))
    except ValueError:  # of an earlier version
        return None
    return kept.found if kept.digest == digest else None


def _digest(assignment: Assignment, solution: Submission) -> str:
    """Changes when the assignment does, its solution, or the tests' tags."""
    found = hashlib.sha256(assignment.digest.encode())
    for name, content in sorted(solution.files.items()):
        found.update(name.encode() + content)
    return found.hexdigest()


def _problem(graded: Graded, assignment: Assignment, key: Key) -> Problem:
    """What a cell raised, and where."""
    cell = next(
        each for each in nbformat.reads(graded.notebooks[key[0]], 4).cells if grade_id(each) == key[1]
    )
    marks = ClearHiddenTests(config=assignment.config)
    hidden = bool(hidden_lines(cell.source, marks.begin_test_delimeter, marks.end_test_delimeter))
    error = next((each for each in cell.get("outputs", []) if each.output_type == "error"), None)
    if error is None:
        return Problem(*key, hidden=hidden, remedy=HELPING)
    words = plain(f"{error.ename}: {error.evalue}".rstrip(": "), 200)
    lines = map(int, LINE.findall("\n".join(error.traceback)))
    line = next((each for each in lines if each <= len(cell.source.splitlines())), 0)
    return Problem(*key, words, line, hidden, REMEDIES.get(error.ename, REMEDY))


REMEDY = "Compare values, or define what the answer needs in a locked cell without points."
HELPING = "It runs in both kernels, or defines what cells in the student's kernel use: unlock it."
REMEDIES = {
    "NameError": "Define the name in a locked cell without points, above the answer that uses it.",
    "Untransferable": "Give the student's code numbers, text, containers, arrays or functions.",
}


def _unclear(solution: Submission, tagged: Sequence[Key]) -> Iterator[Problem]:
    """Tests that change what other code sees in a way that cannot be told before they run."""
    for notebook, cells in _code(solution).items():
        modules: dict[str, str] = {}
        for cell, tree in cells:
            modules |= imported(tree)
            key = notebook, grade_id(cell)
            if _is_test(cell) and not has_tag(cell) and key not in tagged:
                for line, code in changes_of(tree, modules).unclear:
                    yield Problem(
                        *key, f"it cannot be told what {plain(code, 60)!r} changes", line, remedy=PATCHES
                    )


PATCHES = "Patch a name that is written out, such as patch('random.randint')."


def _lent(solution: Submission) -> Iterator[tuple[str, str, str]]:
    """Cells of the solution, names that they use, and the test that alone defines each: mostly a mistake."""
    for cells in _code(solution).values():
        elsewhere = {name for cell, tree in cells if not _is_test(cell) for name in scope_of(tree).binds}
        by_test = {
            name: grade_id(cell)
            for cell, tree in reversed(cells)
            if _is_test(cell)
            for name in scope_of(tree).binds
        }
        for cell, tree in cells:
            for name in (
                sorted(scope_of(tree).uses & by_test.keys() - elsewhere - vars(builtins).keys())
                if is_solution(cell)
                else ()
            ):
                yield grade_id(cell), name, by_test[name]


def _is_test(cell: NotebookCell) -> bool:
    return bool(is_grade(cell) and not is_solution(cell))


def with_tags(assignment: Assignment, cells: Sequence[Key], solution: Submission | None = None) -> Assignment:
    """The assignment with the tag on these cells. `solution`: the instructor's notebooks, if there are any."""
    changed = copy.deepcopy(assignment)
    sources = {
        name.removesuffix(".ipynb"): nbformat.reads(content.decode(), 4) for name, content in _files(solution)
    }
    for name, notebook in [*((each.name, each.notebook) for each in changed.skeletons), *sources.items()]:
        _tag(notebook, [cell for of, cell in cells if of == name])
    return replace(changed, names=names_of(sources.values())) if sources else changed


def _files(solution: Submission | None) -> list[tuple[str, bytes]]:
    return list(solution.files.items()) if solution else []


def _tag(notebook: Notebook, names: Sequence[str]) -> None:
    for cell in notebook.cells:
        if grade_id(cell) in names and not has_tag(cell):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), STUDENT_KERNEL]


def write_tags(course: Course, assignment: str, problems: Sequence[Problem]) -> list[Path]:
    """Gives these cells of the instructor's notebooks the tag. Returns the notebooks that were written."""
    source = course.step(course.folders.source_directory, assignment)
    written = []
    for name in dict.fromkeys(each.notebook for each in problems):
        path = source / f"{name}.ipynb"
        notebook = nbformat.read(path, 4)
        _tag(notebook, [each.cell for each in problems if each.notebook == name])
        write_text(path, nbformat.writes(notebook) + "\n")
        written.append(path)
    return written


def _callers(assignment: Assignment, solution: Submission) -> list[Key]:
    """The locked cells that use what answers of the same notebook define."""
    callers = []
    code = _code(solution)
    for skeleton in assignment.skeletons:
        cells = code.get(skeleton.name, [])
        answers = {name for cell, tree in cells if is_solution(cell) for name in top_names(tree)}
        for cell in skeleton.notebook.cells:
            both = cell.cell_type == "code" and is_locked(cell) and not (is_grade(cell) or has_tag(cell))
            tree = parse(cell.source) if both else None
            if tree and answers & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}:
                callers.append((skeleton.name, grade_id(cell)))
    return callers


def _lenders(solution: Submission, tagged: Sequence[Key]) -> list[Key]:
    """The tests that define what tests with the tag use: classes and whatever else does not cross. `tagged`: tests that
    are to get it, which are not named again.
    """
    found: list[Key] = []
    for notebook, cells in _code(solution).items():
        defined_by: dict[str, Key] = {}  # what only tests have defined so far, and which of them did
        for cell, tree in cells:
            key, defined = (notebook, grade_id(cell)), top_names(tree) | imported(tree).keys()
            if _is_test(cell) and not (key in tagged or has_tag(cell)):
                defined_by |= dict.fromkeys(defined, key)
            else:
                uses = sorted(wanted_names(tree) & defined_by.keys()) if _is_test(cell) else []
                found += [defined_by[used] for used in uses]
                defined_by = {each: test for each, test in defined_by.items() if each not in defined}
    new = list(dict.fromkeys(found))
    return [*_lenders(solution, [*tagged, *new]), *new] if new else []


def _code(solution: Submission) -> dict[str, list[tuple[Any, ast.Module]]]:
    """The code cells of each of the instructor's notebooks, as far as they are Python, with their syntax trees."""
    notebooks = {
        name.removesuffix(".ipynb"): nbformat.reads(content.decode(), 4)
        for name, content in solution.files.items()
    }
    return {
        name: [
            (cell, tree) for cell in each.cells if cell.cell_type == "code" and (tree := parse(cell.source))
        ]
        for name, each in notebooks.items()
    }


def explain(assignment: str, found: SplitAudit) -> str:
    """What was found, and what to do."""
    notes = "".join(f"\n{line}" for line in say_short(found))
    notes += "".join(
        f"\nYour solution uses {name!r} in cell {cell}, which only the test {test} defines."
        for cell, name, test in found.lent
    )
    if not found.problems:
        return f"{assignment}: the reference solution gets the same points in one kernel and in two." + notes
    names = ", ".join(each.cell for each in found.problems)
    return (
        f"{assignment}: these cells work in the student's kernel only: {names}.\n"
        + "\n".join(map(_line, found.problems))
        + "\nIf the student's code may see the hidden tests of these cells and change what they define, give each\n"
        f"of them the tag {STUDENT_KERNEL} (JupyterLab: the gear in the right sidebar, Common Tools, Cell Tags).\n"
        "This writes the tags:\n"
        f"  autograder audit {shlex.quote(assignment)} --split --tag\n"
        "and this runs these cells in the student's kernel this once, and says so in the report:\n"
        f"  autograder grade {shlex.quote(assignment)} --unsplit {STUDENT_KERNEL}" + notes
    )


def _line(problem: Problem) -> str:
    where = f"  {problem.notebook}.ipynb, {problem.cell}"
    where += f", line {problem.line}" if problem.line else ""
    hidden = " It has hidden tests, which the student's code could then read." if problem.hidden else ""
    return f"{where}: {f'{problem.error}. ' if problem.error else ''}{problem.remedy}{hidden}"


def say_short(found: SplitAudit) -> list[str]:
    """A line for each cell in which the reference does not get all points, in one kernel neither."""
    return [
        f"Your own solution does not get all points in {each.notebook}.ipynb, {each.cell}"
        + (f", line {each.line}" if each.line else "")
        + (f": {each.error}" if each.error else "")
        for each in found.short
    ]


def reference(course: Course, name: str) -> Submission | None:
    """The instructor's own notebooks as a submission; None where there is no source."""
    source = course.step(course.folders.source_directory, name)
    files = {path.name: path.read_bytes() for path in sorted(source.glob("*.ipynb"))}
    return Submission("reference", "", files, {}, None, None, ()) if files else None


def _graded(grade: Callable[[], Graded]) -> Graded:
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
            return graded
        except WorkerLost as error:
            lost = error
    raise WrongUse(
        f"The reference solution could not be graded: {lost}\nSee what this machine can do:\n  autograder doctor"
    ) from lost


def _points(graded: Graded) -> Points:
    return {(mark.notebook, mark.cell): (mark.score, mark.max_score) for mark in graded.marks}


def _fewer(apart: Points, together: Points) -> list[Key]:
    """The tests with fewer points in two kernels than in one."""
    return [key for key, (score, _) in apart.items() if (score or 0) < (together[key][0] or 0)]


def _lost(points: Points) -> set[str]:
    """The notebooks with a test that does not get all points."""
    return {name for (name, _), (score, most) in points.items() if score is not None and score < most}
