"""Late work in the gradebook: each student's own deadline, and the penalties that course.toml or a plugin of the course
asks for; `record` sets them with the points, `policy` and `feedback` bring them up to date.

Deadlines, extensions and penalties are kept in nbgrader's own fields, so that the formgrader and nbgrader's exports
agree. What a penalty came from is kept in the journal: a policy that has changed since is told apart from a score that
has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.converters import Autograde
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties

from autograder.core.errors import WrongUse
from autograder.course.course import Course, open_course, preprocessors
from autograder.course.platforms import read_platforms
from autograder.course.policies import Late
from autograder.course.policies_file import NAME, read_policies
from autograder.results import journal
from autograder.results.merged import entries_of
from autograder.results.outcome import NEAR, Outcome

OWN = "autograder.results.late.CourseLatePolicy"


@dataclass(frozen=True)
class PenaltyChange:
    """A student whose penalty is another under the policies as they are now. `after` is the outcome with it."""

    before: Outcome
    after: Outcome

    @property
    def points(self) -> float:
        """What the student gains (loses where below 0)."""
        return self.after.score - self.before.score


@dataclass(frozen=True)
class Upkeep:
    """What bringing penalties up to date has found: whose points another policy changes, and of whom something was
    written."""

    changes: tuple[PenaltyChange, ...]
    written: tuple[str, ...]


class LateWork:
    """The policies for late work of a course, read once."""

    def __init__(self, course: Course):
        self.course = course
        self.policies, self.platforms = read_policies(course), read_platforms(course)
        self.steps = _steps(course)
        foreign = [step for step in self.steps if not issubclass(_plugin(step, course), CourseLatePolicy)]
        given = "plugin_class" in course.config.AssignLatePenalties or course.config.LateSubmissionPlugin
        if self.policies.late and foreign and given:
            raise WrongUse(
                f"Found two policies for late work: [late] in {course.root / NAME}, and a plugin that nbgrader_config.py"
                f" sets. Expected one. Take either out; with {NAME} the plugin may be\n"
                f'  c.AssignLatePenalties.plugin_class = "{OWN}"'
            )

    @property
    def stated(self) -> bool:
        """Whether course.toml states a policy; otherwise nbgrader's plugin is asked."""
        return self.policies.late is not None

    def agree(self, gradebook: Gradebook, assignment: str) -> None:
        """Stores the deadline that course.toml states."""
        due = self.policies.planned(assignment).due
        if due:
            gradebook.update_or_create_assignment(assignment, duedate=due)

    def due(self, entry: SubmittedAssignment) -> datetime | None:
        """The student's own deadline. A course.toml that names nobody's own leaves alone what nbgrader's own
        `grant_extension` has stored."""
        policies, name, student = self.policies, entry.assignment.name, entry.student_id
        due = policies.planned(name).due or entry.assignment.duedate
        in_sections = any(each.due_in for each in policies.assignments.values())
        if due is None:
            return None
        if not (policies.extension or policies.extra_time or in_sections):
            return due + (entry.extension or timedelta())
        return policies.due(name, student, due, self.platforms.known(student).section)

    def until(self, entry: SubmittedAssignment) -> str:
        """The student's own deadline as text, "" where it is the class's."""
        own, due = (
            self.due(entry),
            self.policies.planned(entry.assignment.name).due or entry.assignment.duedate,
        )
        return own.isoformat(sep=" ") if own and own != due else ""

    def set_deadline(self, entry: SubmittedAssignment) -> None:
        """Stores the student's own deadline as nbgrader's extension."""
        due, own = entry.assignment.duedate, self.due(entry)
        if due is not None:
            entry.extension = own - due if own and own != due else None

    def terms(self, gradebook: Gradebook, entry: SubmittedAssignment) -> Late | None:
        """What its lateness means; None where it is in time, or being so late means nothing."""
        seconds = self._seconds(entry)
        if not seconds or not self.stated:
            return Late(seconds) if seconds else None
        return self.policies.terms(entry.assignment.name, seconds, self._used_before(gradebook, entry))

    def set_penalty(self, entry: SubmittedAssignment, late: Late | None) -> None:
        """Stores what lateness costs."""
        penalties = self.penalties(entry, late)
        for notebook in entry.notebooks:
            notebook.late_submission_penalty = penalties[notebook.name] or None

    def penalties(self, entry: SubmittedAssignment, late: Late | None) -> dict[str, float]:
        """The points taken off each notebook; what a policy takes off the whole is shared by their scores."""
        scores = {each.name: float(sum(grade.score for grade in each.grades)) for each in entry.notebooks}
        if late is None:
            return dict.fromkeys(scores, 0.0)
        if self.stated:
            whole = sum(scores.values())
            most = float(sum(grade.max_score for each in entry.notebooks for grade in each.grades))
            share = late.points(whole, most) / whole if whole > 0 else 0.0
            return {name: round(share * score, 6) for name, score in scores.items()}
        asked = dict.fromkeys(scores, 0.0)
        for step in self.steps:
            made = step(config=self.course.config)
            made.init_plugin()
            for name, score in scores.items():
                found = made.plugin_inst.late_submission_penalty(entry.student_id, score, late.seconds)
                asked[name] = min(max(0.0, found or 0.0), score)
        return asked

    def free_days(self, gradebook: Gradebook, students: Iterable[str]) -> dict[tuple[str, str], int]:
        """The free days that these students have used, by student and assignment in the order of the deadlines; none
        where there are no free days."""
        if not (self.policies.late and self.policies.late.free_days):
            return {}
        query = gradebook.db.query(SubmittedAssignment)
        entries = query.filter(SubmittedAssignment.student_id.in_(list(students)))
        terms = {
            (each.student_id, each.assignment.name): self.terms(gradebook, each)
            for each in sorted(entries, key=lambda each: (each.student_id, self._order(each)))
            if not self.policies.is_excused(each.assignment.name, each.student_id)
        }
        return {key: late.free_days if late else 0 for key, late in terms.items()}

    def _seconds(self, entry: SubmittedAssignment) -> float:
        """How long after the student's own deadline it was handed in; 0 where it is in time or nothing is known."""
        due = self.due(entry)
        if due is None or entry.timestamp is None:
            return 0.0
        return max(0.0, float((entry.timestamp - due).total_seconds()))

    def _used_before(self, gradebook: Gradebook, entry: SubmittedAssignment) -> int:
        """The free days that assignments due before this one have used."""
        if not (self.policies.late and self.policies.late.free_days):
            return 0
        others = gradebook.db.query(SubmittedAssignment).filter(
            SubmittedAssignment.student_id == entry.student_id, SubmittedAssignment.id != entry.id
        )
        used = 0
        for each in sorted(others, key=self._order):
            name = each.assignment.name
            excused = self.policies.is_excused(name, each.student_id)
            if self._order(each) < self._order(entry) and not excused:
                late = self.policies.terms(name, self._seconds(each), used)
                used += late.free_days if late else 0
        return used

    def _order(self, entry: SubmittedAssignment) -> tuple[datetime, str]:
        due = self.policies.planned(entry.assignment.name).due or entry.assignment.duedate
        return due or datetime.max, entry.assignment.name


def bring_up_to_date(
    course: Course, outcomes: Sequence[Outcome], apply: bool = False, work: LateWork | None = None
) -> Upkeep:
    """Whose points change under the policies as they are now. With `apply` they are changed.

    Where the policy is the same and a score has changed since, by a person who read an essay, the penalty follows at
    once: nobody agreed on another one. All is written in one transaction: after each, SQLAlchemy reads the rest anew.
    """
    work = work or LateWork(course)
    changes: list[PenaltyChange] = []
    written: list[Outcome] = []
    with course.gradebook() as gradebook:
        for outcome, entry in entries_of(gradebook, outcomes):
            change = _change(work, gradebook, entry, outcome)
            if change is None:
                continue
            asked = abs(change.points) > NEAR and not (work.stated and change.after.late == outcome.late)
            if apply or not asked:
                due = work.policies.planned(outcome.assignment).due
                entry.assignment.duedate = due or entry.assignment.duedate
                work.set_deadline(entry)
                work.set_penalty(entry, change.after.late)
                written.append(change.after)
            if asked:
                changes.append(change)
        gradebook.db.commit()
    for assignment in {each.assignment for each in written}:
        theirs = [each for each in written if each.assignment == assignment]
        journal.append(course.journal(assignment), *theirs)
    return Upkeep(tuple(changes), tuple(each.student for each in written))


def _change(
    work: LateWork, gradebook: Gradebook, entry: SubmittedAssignment, outcome: Outcome
) -> PenaltyChange | None:
    """What the policies make of a submission; None where that is what there is."""
    late = work.terms(gradebook, entry)
    before = float(sum(notebook.late_submission_penalty or 0.0 for notebook in entry.notebooks))
    after = sum(work.penalties(entry, late).values())
    until = work.until(entry)
    known = (outcome.late if outcome.late or work.stated else late, outcome.until)
    if abs(before - after) <= NEAR and (late, until) == known:
        return None
    whole = float(sum(grade.score for each in entry.notebooks for grade in each.grades))
    was = replace(outcome, score=max(0.0, whole - before), penalty=before)
    return PenaltyChange(
        was, replace(outcome, score=max(0.0, whole - after), penalty=after, late=late, until=until)
    )


class CourseLatePolicy(LateSubmissionPlugin):
    """nbgrader's plugin point for late work, filled by course.toml: `nbgrader autograde` and the formgrader's button
    then take off what `autograder grade` does. Set `c.AssignLatePenalties.plugin_class` to it."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """The penalty of the notebook that nbgrader's step is at, in points."""
        step = self.parent
        course = open_course(Path.cwd(), step.db_url)
        work = LateWork(course)
        with course.gradebook() as gradebook:
            entry = gradebook.find_submission(step.assignment_id, student_id)
            return work.penalties(entry, work.terms(gradebook, entry))[step.notebook_id]


def _steps(course: Course) -> list[type[AssignLatePenalties]]:
    """nbgrader's step that asks the course's plugin. Raises WrongUse where there is none of that name."""
    steps = preprocessors(Autograde(config=course.config).autograde_preprocessors)
    late = [step for step in steps if issubclass(step, AssignLatePenalties)]
    for step in late:
        _plugin(step, course)
    return late


def _plugin(step: type[AssignLatePenalties], course: Course) -> type:
    try:
        made = step(config=course.config)
        made.init_plugin()
    except Exception as error:  # the plugin is the instructor's program: it may raise anything
        name = course.config.AssignLatePenalties.plugin_class
        raise WrongUse(
            f"The course's plugin for late penalties does not load ({type(error).__name__}: {error}).\n"
            f"Found c.AssignLatePenalties.plugin_class = {str(name)!r}, expected 'MODULE.CLASS' of a file MODULE.py in\n"
            f"  {course.root}\nFix nbgrader_config.py or that file, then run the same command again."
        ) from error
    return type(made.plugin_inst)
