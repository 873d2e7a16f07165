"""Grades the instructor's own solution, and a release that nobody touched, with the engine; `gate` calls it."""

import sys
from dataclasses import replace
from pathlib import Path

import nbformat

from autograder.checking.registry import assignments
from autograder.commands.grade import MEMORY
from autograder.core.errors import WrongUse
from autograder.core.notebooks import Output
from autograder.course.course import Course
from autograder.course.model import Assignment, Submission
from autograder.course.skeleton import load_assignment
from autograder.engine import workplace
from autograder.engine.split_audit import reference
from autograder.engine.workplace import Workplace
from autograder.kernels.sandbox.modes import SandboxUnavailable, resolve_mode
from autograder.results.graded import Graded

DRAWS = 5  # runs in two kernels: the course's own checks draw new cases from a new seed in each


def graded_by_engine(course: Course, name: str, released: Path) -> tuple[list[str], str]:
    """What is wrong with the points of either, and one line on what was tried. Raises WrongUse."""
    if not sys.platform.startswith("linux"):
        return [], "not graded, for that needs Linux"
    try:
        mode = resolve_mode("auto")
    except SandboxUnavailable:
        mode = "off"  # what runs is the instructor's own
    assignment, solution = load_assignment(course, name), reference(course, name)
    if solution is None:
        raise WrongUse(f"found no notebook in source/{name}/")
    beside = {path.name: path.read_bytes() for path in handed_in(name)}
    solution = replace(solution, files=solution.files | beside)
    rules = workplace.make_rules(course, mode, None, MEMORY)
    try:
        with workplace.this_machine(course, rules, 1) as place:
            found = [*_of_reference(place, assignment, solution), *_of_untouched(place, assignment, released)]
    except ValueError as error:  # nbgrader's word for points that a cell cannot have
        found = [f"source/{name}: a graded cell gives points that it cannot have: {error}"]
    marks = [
        cell.metadata.get("nbgrader", {}) for each in assignment.skeletons for cell in each.notebook.cells
    ]
    most = sum(float(mark.get("points", 0)) for mark in marks if mark.get("grade") or mark.get("task"))
    return list(
        dict.fromkeys(found)
    ), f"{most:g} points, reference graded {DRAWS} times in two kernels and once in one"


def handed_in(name: str) -> list[Path]:
    """What the reference hands in besides its notebooks, such as trained weights: the other files beside the answers."""
    known = assignments().get(name)
    return sorted(path for path in known.answers.glob("*.*") if path.suffix != ".py") if known else []


def _of_reference(place: Workplace, assignment: Assignment, solution: Submission) -> list[str]:
    """Where the reference gets less than everything; questions for a person do not count."""
    together = replace(place.rules(), split=False)
    runs = [("in two kernels", place.rules())] * DRAWS + [("in one kernel", together)]
    found = []
    for how, rules in runs:
        graded = place.grade(solution, assignment, rules)
        for mark in graded.marks:
            if mark.score is not None and mark.score < mark.max_score:
                why = _printed(graded, mark.notebook, mark.cell)
                found.append(
                    f"source/{assignment.name}/{mark.notebook}.ipynb, cell {mark.cell}: the reference gets"
                    f" {mark.score:g} of {mark.max_score:g} points {how}{f': {why}' if why else ''}"
                )
    return found


def _of_untouched(place: Workplace, assignment: Assignment, released: Path) -> list[str]:
    """Where somebody who wrote nothing gets points."""
    files = {path.name: path.read_bytes() for path in sorted(released.glob("*.ipynb"))}
    untouched = Submission("untouched", "", files, {}, None, None, ())
    return [
        f"source/{assignment.name}/{mark.notebook}.ipynb, cell {mark.cell}: an untouched release gets {mark.score:g} of"
        f" {mark.max_score:g} points; the cell must fail while nothing is written"
        for mark in place.grade(untouched, assignment, place.rules()).marks
        if mark.score
    ]


def _printed(graded: Graded, notebook: str, cell: str) -> str:
    """The first line that a graded cell shows, for a person who mends it."""
    for each in nbformat.reads(graded.notebooks[notebook], 4).cells:
        if each.metadata.get("nbgrader", {}).get("grade_id") == cell:
            shown = [_text(output) for output in each.get("outputs", [])]
            lines = [line.strip() for text in shown for line in text.splitlines()]
            return next((line[:160] for line in lines if line.strip(": ")), "")
    return ""


def _text(output: Output) -> str:
    """What an output says; nothing of the cell's value, which is its points."""
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "display_data":
        return str(output.data.get("text/plain", ""))
    return f"{output.ename}: {output.evalue}" if output.output_type == "error" else ""
