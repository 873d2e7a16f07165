"""Finds tests that cannot be split between two kernels, by grading the instructor's own solution both ways.

A test may rely on sharing memory with what it tests: it replaces a name of the student's, or catches their own
exception class. `grade` refuses to grade such a cell unless the instructor says that it may run in the
student's kernel, where its hidden tests can be read by the code they test.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from autograder.files import write_text
from autograder.grading.course import Course
from autograder.grading.model import Assignment, Graded, Rules, Submission, WorkerLost, WrongUse
from autograder.grading.work import IN_STUDENT_KERNEL, grade_submission
from autograder.grading.worth import NO_POINTS

Grade = Callable[[Submission, Assignment, Rules], Graded]
TRIES = 3  # for the reference: a kernel may die of what happens to the machine


def split_problems(
    course: Course,
    assignment: Assignment,
    rules: Callable[[], Rules],
    grade: Grade = grade_submission,
    *,
    afresh: bool = False,
) -> list[str]:
    """The test cells that the reference solution passes in one kernel and not in two, with the reason.

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

    def points(split: bool) -> dict[str, tuple[float | None, float]]:
        return _points(lambda: grade(solution, assignment, replace(rules(), split=split)))

    apart = points(split=True)
    together = points(split=False) if _lost(apart) else apart
    problems = [cell for cell, (score, _) in apart.items() if (score or 0) < (together[cell][0] or 0)]
    if not problems:
        write_text(known, json.dumps({"digest": assignment.digest}))
    return problems


def explain(assignment: str, problems: Sequence[str]) -> str:
    """What was found, and what to do."""
    if not problems:
        return f"{assignment}: the reference solution gets the same points in one kernel and in two."
    return (
        f"{assignment}: these tests pass in the student's kernel only: {', '.join(problems)}.\n"
        "They use the student's objects in a way that does not work from another process. Rewrite them to\n"
        "compare values, or, if the student's code may see their hidden tests, give each cell the tag\n"
        f"  {IN_STUDENT_KERNEL}\n"
        "(JupyterLab: the gear in the right sidebar, Common Tools, Cell Tags). See what happens with\n"
        f"  autograder audit {assignment} --split"
    )


def reference(course: Course, name: str) -> Submission | None:
    """The instructor's own notebooks as a submission; None where there is no source."""
    source = course.step(course.folders.source_directory, name)
    files = {path.name: path.read_bytes() for path in sorted(source.glob("*.ipynb"))}
    return Submission("reference", "", files, {}, "", None, ()) if files else None


def _points(grade: Callable[[], Graded]) -> dict[str, tuple[float | None, float]]:
    lost: WorkerLost | None = None
    for _ in range(TRIES):
        try:
            graded = grade()
            for incident in graded.incidents:
                if NO_POINTS in incident.what:
                    raise WrongUse(
                        f"With the instructor's own solution {incident.what}, in cell {incident.cell}.\n"
                        "A number in a test's last line counts as its points: mend it, or end the line with a semicolon."
                    )
            return {mark.cell: (mark.score, mark.max_score) for mark in graded.marks}
        except WorkerLost as error:
            lost = error
    raise WrongUse(
        f"The reference solution could not be graded: {lost}\nSee what this machine can do:\n  autograder doctor"
    ) from lost


def _lost(points: dict[str, tuple[float | None, float]]) -> bool:
    return any(score is not None and score < most for score, most in points.values())
