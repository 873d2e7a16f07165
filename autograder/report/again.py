"""What to explain again on Monday, by the points that the class lost to it; `count` calls it.

A known mistake is taken where a check named one; the rest of a question's loss goes to what failed there most. Who wrote
nothing made no mistake: blanks are counted beside, and questions that were only left blank come last.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from autograder.core.records import ReasonKind
from autograder.report.numbers import Again, Made
from autograder.results.finding import Cause, Finding, Kind
from autograder.results.outcome import Key, Outcome

MOST = 10  # things that one can explain


def explain_again(
    outcomes: Sequence[Outcome], made: Sequence[Made], names: Callable[[Key], str], titles: Mapping[Key, str]
) -> tuple[Again, ...]:
    """The list, the most expensive first; nothing that cost less than 1 % of the points of the class."""
    whole = sum(outcome.max_score for outcome in outcomes)
    found = [*map(_by_mistake, made), *_by_question(outcomes, names, titles)]
    worth = [each for each in found if max(each.points, each.blank_points) >= max(0.01 * whole, 1e-9)]
    return tuple(sorted(worth, key=lambda each: (-each.points, -each.blank_points, each.what))[:MOST])


def _by_mistake(made: Made) -> Again:
    return Again(made.name, made.students, made.points, is_mistake=True, cells=made.cells, lesson=made.lesson)


def _by_question(
    outcomes: Sequence[Outcome], names: Callable[[Key], str], titles: Mapping[Key, str]
) -> list[Again]:
    """What the class lost in each question (the cells under one heading) where no mistake was named."""
    points: dict[str, float] = defaultdict(float)
    students: dict[str, set[str]] = defaultdict(set)
    blank: dict[str, set[str]] = defaultdict(set)
    blank_points: dict[str, float] = defaultdict(float)
    why: dict[str, Counter[Cause]] = defaultdict(Counter)
    for outcome in outcomes:
        findings = {finding.key: finding for finding in outcome.findings}
        kind = outcome.reason.kind if outcome.reason else None
        if kind is ReasonKind.UNREADABLE:  # no lecture helps against a file that cannot be read
            continue
        for question in outcome.questions:
            key = question.key
            finding = findings.get(key)
            if (
                question.score is None
                or question.score >= question.max_score
                or (finding and (finding.mistakes or _is_unread(finding)))
            ):
                continue
            name = titles.get(key) or names(key)
            empty = finding and finding.causes and finding.causes[0].is_blank
            if empty or kind is ReasonKind.UNTOUCHED:
                blank[name].add(outcome.student)
                blank_points[name] += question.max_score - question.score
                continue
            points[name] += question.max_score - question.score
            students[name].add(outcome.student)
            why[name].update(finding.causes if finding else ())
    found = []
    for name in {**points, **blank_points}:
        lost = points[name]
        often = next((cause for cause, _ in why[name].most_common(1)), None)
        found.append(
            Again(
                name,
                len(students[name]),
                round(lost, 2),
                is_mistake=False,
                often=often,
                unanswered=len(blank[name]),
                blank_points=round(blank_points[name], 2),
            )
        )
    return found


def _is_unread(finding: Finding) -> bool:
    """Whether the file could not be read, which no lecture helps against."""
    return any(cause.kind is Kind.NOT_RUN for cause in finding.causes)
