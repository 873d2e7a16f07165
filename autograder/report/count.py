"""Counts the outcomes of a class; `report` calls `numbers_of`, and everything else shows its result.

A pass over the outcomes for each kind of number, no notebook is read: thousands of students take seconds.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from statistics import mean, median, pstdev

from autograder.core.records import FlagKind, IncidentKind, RepairKind
from autograder.personal.codes import Code
from autograder.report.again import explain_again
from autograder.report.items import items_of, unread_cells
from autograder.report.numbers import (
    Bin,
    Done,
    FailedCause,
    Limit,
    Made,
    Numbers,
    Person,
    Scores,
    Slow,
    StudentResult,
    Tampering,
    Times,
    Together,
)
from autograder.report.others import fitting
from autograder.report.similar import alike
from autograder.results.finding import Cause, Mistake
from autograder.results.outcome import FAILED, MANUAL, STATUSES, ZERO, Key, Outcome, namer

BINS = 10


def numbers_of(
    assignment: str,
    outcomes: Sequence[Outcome],
    titles: Mapping[Key, str],
    students: Mapping[str, str] | None = None,
    codes: Mapping[str, Code] | None = None,
) -> Numbers:
    """The numbers of an assignment; `titles` are the headings above its graded cells, `students` names by id, `codes`
    those of all students, where the course has a key."""
    scored = [outcome for outcome in outcomes if outcome.status != FAILED]
    names = namer(q.key for outcome in scored for q in outcome.questions)
    statuses = Counter(outcome.status for outcome in outcomes)
    made = _mistakes(scored, names)
    return Numbers(
        assignment=assignment,
        submissions=len(outcomes),
        statuses={status: statuses[status] for status in STATUSES},
        scores=scores_of(scored, names),
        items=items_of(scored, titles),
        mistakes=made,
        together=_together(scored, made),
        failures=_failures(scored, names),
        again=explain_again(scored, made, names, titles),
        times=_times(scored),
        repairs=_repairs(scored),
        persons=_persons(outcomes, names),
        tampering=_tampering(scored),
        slow=tuple(Slow(each.student, each.incidents) for each in scored if each.incidents),
        alike=alike(scored, names),
        others=fitting(scored, codes or {}, names),
        results=tuple(
            StudentResult(
                o.student, o.score, o.max_score, o.status, o.reason, o.repairs, o.flags, o.late, o.penalty
            )
            for o in sorted(scored, key=lambda o: (-o.score, o.student))
        ),
        names={o.student: name for o in outcomes if (name := (students or {}).get(o.student, ""))},
    )


def scores_of(outcomes: Sequence[Outcome], names: Callable[[Key], str]) -> Scores:
    """Over what is graded; see Scores."""
    unread = unread_cells(outcomes)
    graded: list[tuple[float, float]] = []
    for outcome in outcomes:
        counted = [question for question in outcome.questions if question.key not in unread]
        points = [question.score for question in counted if question.score is not None]
        if len(points) == len(counted):
            graded.append((max(0.0, sum(points) - outcome.penalty), sum(q.max_score for q in counted)))
    missing = len(outcomes) - len(graded)
    if not graded:
        return Scores(unread=tuple(map(names, unread)), waiting=missing)
    most = max(each for _, each in graded)
    found = [score for score, _ in graded]
    counts = Counter(min(BINS - 1, max(0, int(BINS * score / most))) if most else 0 for score in found)
    bins = tuple(Bin(k / BINS, (k + 1) / BINS, counts[k]) for k in range(BINS)) if most else ()
    about = (mean(found), median(found), min(found), max(found), pstdev(found))
    return Scores(most, *about, bins, tuple(map(names, unread)), missing)


def _mistakes(outcomes: Sequence[Outcome], names: Callable[[Key], str]) -> tuple[Made, ...]:
    """Each known mistake, the most frequent first."""
    about: dict[str, Mistake] = {}
    students: Counter[str] = Counter()
    points: dict[str, float] = defaultdict(float)
    cells: dict[str, dict[str, None]] = defaultdict(dict)
    for outcome in outcomes:
        lost = lost_points(outcome)
        students.update({mistake.name for finding in outcome.findings for mistake in finding.mistakes})
        for finding in outcome.findings:
            key = finding.key
            for mistake in finding.mistakes:
                if mistake.name not in about or (mistake.lesson and not about[mistake.name].lesson):
                    about[mistake.name] = mistake
                points[mistake.name] += lost.get(key, 0.0) / len(finding.mistakes)
                cells[mistake.name][names(key)] = None
    return tuple(
        Made(
            name, about[name].explanation, about[name].lesson, count, round(points[name], 2), (*cells[name],)
        )
        for name, count in sorted(students.items(), key=lambda each: (-each[1], each[0]))
    )


def lost_points(outcome: Outcome) -> dict[Key, float]:
    """The points that a submission lost in each cell that has been graded."""
    return {q.key: max(0.0, q.max_score - q.score) for q in outcome.questions if q.score is not None}


def _together(outcomes: Sequence[Outcome], made: Sequence[Made]) -> tuple[Together, ...]:
    """Pairs of mistakes in the same submission, the most frequent first: those that meet more than once, and more often
    than they would if they had nothing to do with each other."""
    pairs: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        mine = {mistake.name for finding in outcome.findings for mistake in finding.mistakes}
        pairs.update(combinations(sorted(mine), 2))
    students = {each.name: each.students for each in made}
    found = [
        Together(*pair, count, students[pair[0]] * students[pair[1]] / len(outcomes))
        for pair, count in sorted(pairs.items(), key=lambda each: (-each[1], each[0]))
    ]
    return tuple(each for each in found if each.students > 1 and each.students > each.expected)


def _failures(outcomes: Sequence[Outcome], names: Callable[[Key], str]) -> tuple[FailedCause, ...]:
    counts: Counter[tuple[str, Cause]] = Counter()
    for outcome in outcomes:
        for finding in outcome.findings:
            cell = names(finding.key)
            counts.update({(cell, cause) for cause in finding.causes})
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(FailedCause(*where, count) for where, count in ordered)


def _times(outcomes: Sequence[Outcome]) -> Times:
    if not outcomes:
        return Times()
    seconds = sorted(outcome.seconds for outcome in outcomes)
    counts: Counter[tuple[IncidentKind, str, int]] = Counter()
    for outcome in outcomes:
        counts.update({(each.kind, each.cell.grade_id, each.cell.number) for each in outcome.incidents})
    limits = sorted(counts.items(), key=lambda each: (-each[1], each[0][1:], each[0][0]))
    late = seconds[min(len(seconds) - 1, math.ceil(0.95 * len(seconds)) - 1)]
    return Times(
        median(seconds),
        late,
        seconds[-1],
        round(sum(seconds), 2),
        tuple(Limit(*what, count) for what, count in limits),
    )


def _repairs(outcomes: Sequence[Outcome]) -> tuple[Done, ...]:
    counts: Counter[RepairKind | FlagKind] = Counter()
    for outcome in outcomes:
        counts.update({each.kind for each in outcome.repairs})
        counts.update({each.kind for each in outcome.flags})
    return tuple(Done(*each) for each in sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _tampering(outcomes: Sequence[Outcome]) -> tuple[Tampering, ...]:
    found = []
    for outcome in outcomes:
        repairs = tuple(each for each in outcome.repairs if each.kind.is_tampering)
        flags = tuple(each for each in outcome.flags if each.kind.is_tampering)
        if repairs or flags:
            found.append(Tampering(outcome.student, repairs, flags))
    return tuple(found)


def _persons(outcomes: Sequence[Outcome], names: Callable[[Key], str]) -> tuple[Person, ...]:
    """Submissions that need a person: not graded, waiting for grading by hand, score 0, in that order."""
    order = (FAILED, MANUAL, ZERO)
    found = [
        Person(
            outcome.student,
            outcome.status,
            tuple(names(q.key) for q in outcome.questions if q.score is None),
            outcome.reason,
        )
        for outcome in outcomes
        if outcome.status in order
    ]
    return tuple(sorted(found, key=lambda each: order.index(each.status)))
