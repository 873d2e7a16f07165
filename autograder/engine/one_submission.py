"""Grades one submission: a function of bytes that any process on any machine can run; `pool` calls it.

It knows neither gradebook nor course folder. The notebook is rebuilt from the assignment's own skeleton, run
in two kernels, and scored as nbgrader scores it.
"""

import time
from collections.abc import Mapping
from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat.v4 import new_output
from nbgrader.converters import Autograde
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    Execute,
    SaveAutoGrades,
)
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_locked, is_solution

from autograder.core.cells import hidden_lines
from autograder.core.errors import WorkerLost
from autograder.core.guard import find as find_guard
from autograder.core.notebooks import Notebook, NotebookCell
from autograder.core.records import Fault, Flag, FlagKind, Incident, Reason, ReasonKind
from autograder.course.course import preprocessors
from autograder.course.forbid import guarded, mentions, reaching, unguarded
from autograder.course.model import Assignment, Intake, Mark, Rebuilt, Rules, Submission
from autograder.course.names import MOST_CODE, SHORT_CODE, STUDENT_KERNEL, parse
from autograder.engine.points import refuse_values
from autograder.engine.spawner import Spawner
from autograder.kernels.child import KernelFailed
from autograder.personal.codes import Code
from autograder.results import wording
from autograder.results.findings import findings_of
from autograder.results.graded import Graded
from autograder.results.note import note_cell
from autograder.results.reasons import name_of, reason_for_zero
from autograder.rpc.session import Bounds, ExaminerCrashed, ExaminerLost, ExaminerStuck, Part, Session
from autograder.rpc.wire.channel import ChannelClosed
from autograder.submissions.fingerprints import fingerprints_of
from autograder.submissions.intake import understand
from autograder.submissions.owner import owner
from autograder.submissions.rebuild import ADDED, grade_id, rebuild, unanswered

NOT_RUN = "NotRun"  # the error's name in a test that was not run
# The gradebook's writer does what the first two do; and all metadata are the skeleton's, which passed the third.
NOT_HERE = (SaveAutoGrades, AssignLatePenalties, CheckCellMetadata)
MOST_SESSIONS = 3  # at most, if kernels die in a different cell each time


def grade_submission(submission: Submission, assignment: Assignment, rules: Rules) -> Graded:
    """The graded notebooks, the points and the report of a submission.

    Raises WorkerLost where an examiner's kernel or the warm parent died, which is not the student's fault.
    """
    started = time.monotonic()
    intake = understand(submission, assignment.skeletons)
    rebuilt = {
        each.name: rebuild(each, intake.notebooks[each.name])
        for each in assignment.skeletons
        if each.name in intake.notebooks
    }
    whose, odd_codes = owner(submission, assignment.skeletons, intake.notebooks)
    notebooks: dict[str, Notebook] = {}
    incidents: dict[str, tuple[Incident, ...]] = {}
    for skeleton in assignment.skeletons:
        name = skeleton.name
        if name in rebuilt:
            notebooks[name], incidents[name] = _run(
                rebuilt[name].notebook, name, submission, intake, assignment, rules, whose
            )
        else:
            notebooks[name], incidents[name] = _not_run(unanswered(skeleton), intake.faults[name]), ()
    reason = _reason(notebooks, incidents, intake, rebuilt)
    flags = {name: _flags(each.notebook) for name, each in rebuilt.items()}
    for name, notebook in notebooks.items():
        repairs = intake.notes + (rebuilt[name].repairs if name in rebuilt else ()) + odd_codes.get(name, ())
        flagged = flags.get(name, ())
        if repairs or flagged or reason:
            notebook.cells.insert(0, note_cell(repairs, flagged, reason, intake.faults.get(name)))
    left = tuple(found for name, notebook in notebooks.items() for found in _unanswered(name, notebook))
    return Graded(
        student=submission.student,
        missing=tuple(intake.faults),
        notebooks={name: nbformat.writes(notebook) + "\n" for name, notebook in notebooks.items()},
        files=intake.files | assignment.companions,
        marks=tuple(mark for name, notebook in notebooks.items() for mark in _marks(name, notebook, intake)),
        unanswered=left,
        reason=reason,
        repairs=intake.notes
        + tuple(repair for each in rebuilt.values() for repair in each.repairs)
        + tuple(dict.fromkeys(repair for each in odd_codes.values() for repair in each)),
        flags=tuple(flag for each in flags.values() for flag in each),
        findings=findings_of(notebooks, intake.faults, left),
        incidents=tuple(incident for each in incidents.values() for incident in each),
        fingerprints=fingerprints_of({name: notebooks[name] for name in rebuilt}, assignment.skeletons),
        seconds=round(time.monotonic() - started, 2),
    )


def _run(
    notebook: Notebook,
    name: str,
    submission: Submission,
    intake: Intake,
    assignment: Assignment,
    rules: Rules,
    whose: Code | None,
) -> tuple[Any, tuple[Incident, ...]]:
    """The notebook after the course's preprocessors, with ours for the execution."""
    resources = ResourcesDict(unique_key=name, metadata={"path": ".", "name": name})
    resources["nbgrader"] = {"student": submission.student, "notebook": name}
    incidents: tuple[Incident, ...] = ()
    for cls in preprocessors(Autograde(config=assignment.config).autograde_preprocessors):
        if issubclass(cls, Execute):
            incidents = _run_sessions(notebook, intake, assignment, rules, whose.secret if whose else "")
        elif not issubclass(cls, NOT_HERE):
            notebook, resources = cls(config=assignment.config)(notebook, resources)
    return notebook, incidents


def _run_sessions(
    notebook: Notebook, intake: Intake, assignment: Assignment, rules: Rules, secret: str
) -> tuple[Incident, ...]:
    """Runs a notebook in place; again from the start if a kernel died, to see whether it dies there again.

    A kernel may be killed by the machine's owner or for want of memory elsewhere; what the student's code
    does to it happens twice, under the same cell.
    """
    found: tuple[Incident, ...] = ()
    deaths: set[int] = set()
    stuck: dict[int, Incident] = {}  # a session that ends by adding one is none of MOST_SESSIONS
    crashed: set[int] = set()  # tests in which the examiner's kernel did, once; such a session is none either
    used, sessions = 0.0, 0
    while sessions < MOST_SESSIONS:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        parts = _parts(notebook, assignment, rules)
        together = any(part.student and part.test for part in parts.values())
        prelude, tests = prelude_of(notebook, parts), _tests(notebook, parts)
        spawner = Spawner(intake, assignment, rules, prelude, tests, together)
        bounds = Bounds(rules.cell_seconds, rules.total_seconds)
        session = Session(spawner, bounds, wording.incident, stuck, used, rules.seed, secret)
        try:
            session.run(notebook.cells, parts)
        except ExaminerStuck as error:
            stuck[error.index] = error.incident
            used = session.used
            continue
        except ExaminerCrashed as error:
            if error.index in crashed:  # what a machine does to it does not happen in the same test twice
                stuck[error.index] = error.incident
            crashed.add(error.index)
            used = session.used
            continue
        except (ExaminerLost, KernelFailed, ChannelClosed) as error:
            raise WorkerLost(str(error)) from error
        finally:
            spawner.clean()
        sessions += 1
        found = tuple(session.incidents)
        if session.deaths <= deaths:
            break
        deaths |= session.deaths
    return found + tuple(refuse_values(notebook))


def has_tag(cell: NotebookCell) -> bool:
    """Whether the instructor has said that a cell runs in the student's kernel only."""
    return STUDENT_KERNEL in cell.metadata.get("tags", [])


def _parts(notebook: Notebook, assignment: Assignment, rules: Rules) -> dict[int, Part]:
    """Where each code cell runs: tests with the examiner, other locked cells with both, the rest with the student.

    What cannot be split runs with the student alone where the instructor's tag STUDENT_KERNEL says so: a test, or a
    locked cell that must not call the student's code twice.
    """
    marks = ClearHiddenTests(config=assignment.config)
    parts = {}
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and cell.source.strip():
            test = is_grade(cell) and not is_solution(cell)
            together = not rules.split or has_tag(cell)
            parts[index] = Part(
                student=together or not test,
                examiner=not together and (test or is_locked(cell)),
                test=test,
                hidden=hidden_lines(cell.source, marks.begin_test_delimeter, marks.end_test_delimeter)
                if not rules.reveal
                else (),
                cell=name_of(cell, index),
                binds=() if test or is_locked(cell) else assignment.names.made_by(cell),
            )
    return parts


def prelude_of(notebook: Notebook, parts: Mapping[int, Part]) -> tuple[str, ...]:
    """The cells that both kernels run before any that could differ from one submission to the next."""
    found = []
    for index, part in parts.items():
        if not (part.student and part.examiner) or part.test or part.hidden:
            break
        found.append(notebook.cells[index].source)
    return tuple(found)


def _tests(notebook: Notebook, parts: Mapping[int, Part]) -> tuple[str, ...]:
    """The tests that the examiner alone runs."""
    return tuple(
        notebook.cells[index].source for index, part in parts.items() if part.test and not part.student
    )


def _flags(notebook: Notebook) -> tuple[Flag, ...]:
    """What a person should look at: what the assignment forbids, answers that reach
    for those of the checks, and code that is too long to be looked through for either."""
    answers = [cell for cell in notebook.cells if is_solution(cell)]
    added = [cell for cell in notebook.cells if cell.get("id", "").startswith(ADDED)]
    tags = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])}
    words = unguarded({tag for cell in answers for tag in cell.metadata.get("tags", [])})
    found_forbidden, reached = [], []
    for cell in (cell for cell in answers + added if cell.cell_type == "code"):
        tree, name = parse(cell.source), name_of(cell, 0)  # once: of a long cell that takes seconds
        if len(cell.source) > (SHORT_CODE if tree is None else MOST_CODE):
            found_forbidden.append(Flag(FlagKind.TOO_LONG, name, number=len(cell.source)))
        for guard in map(
            find_guard, guarded(tags if cell.id.startswith(ADDED) else cell.metadata.get("tags", []))
        ):
            if found := guard.findings(tree):
                found_forbidden.append(
                    Flag(FlagKind.FORBIDDEN_MEANS, name, name=guard.title, found=tuple(found))
                )
        found_forbidden += [
            Flag(FlagKind.FORBIDDEN_NAME, name, name=word, found=tuple(found))
            for word in words
            if (found := mentions(tree, word))
        ]
        if found := reaching(tree):
            reached.append(Flag(FlagKind.REACHES_CHECKS, name, found=tuple(found)))
    return (*found_forbidden, *reached)


def _not_run(notebook: Notebook, fault: Fault) -> Any:
    why = wording.fault(fault)
    for cell in notebook.cells:
        if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code":
            cell.outputs = [new_output("error", ename=NOT_RUN, evalue=why, traceback=[f"{NOT_RUN}: {why}"])]
    return notebook


def _reason(
    notebooks: Mapping[str, Notebook],
    incidents: Mapping[str, tuple[Incident, ...]],
    intake: Intake,
    rebuilt: Mapping[str, Rebuilt],
) -> Reason | None:
    """Why the submission got zero, else what went wrong in parts of it, else nothing."""
    scores = [determine_grade(cell)[0] for nb in notebooks.values() for cell in nb.cells if is_grade(cell)]
    troubles = tuple(incident for each in incidents.values() for incident in each)
    tested = [score for score in scores if score is not None]
    if any(tested) or not tested:  # a zero is explained though an essay waits
        faults = tuple(intake.faults.values())
        return Reason(ReasonKind.PARTS, faults=faults, incidents=troubles) if faults or troubles else None
    untouched = all(each.untouched for each in rebuilt.values())
    ran = {name: notebook for name, notebook in notebooks.items() if name in rebuilt}
    return reason_for_zero(ran, troubles, untouched, intake.faults)


def _marks(name: str, notebook: Notebook, intake: Intake) -> list[Mark]:
    """What nbgrader gives each graded cell; nothing waits for a person in a notebook that nobody handed in."""
    marks = []
    for cell in notebook.cells:
        if is_grade(cell):
            score, most = determine_grade(cell)
            marks.append(Mark(name, grade_id(cell), 0.0 if name in intake.faults else score, float(most)))
    return marks


def _unanswered(name: str, notebook: Notebook) -> list[tuple[str, str]]:
    """Answers that are as they were released, by nbgrader's own checksum."""
    return [
        (name, grade_id(cell))
        for cell in notebook.cells
        if is_solution(cell) and cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
    ]
