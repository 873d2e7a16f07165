"""Which known mistakes explain a failed property, and the fewest that explain a whole check; `examine.py` asks.

A mistake explains a failure when the function did what the mistake does, and the mistake fails there too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from autograder.checking.found import Finding, Observation
from autograder.checking.judging.judge import judge
from autograder.checking.judging.rehearse import Rehearse, rehearsal
from autograder.checking.language import Case, Exercise, Mistake, Property
from autograder.checking.memo import MEMO
from autograder.checking.watch import own

SLACK = 10  # times the steps: a mistaken computation may condition its errors worse than the right one


def explaining(
    exercise: Exercise,
    prop: Property,
    case: Case,
    found: Observation,
    expected: Observation,
    findings: Collection[Finding],
    known: Collection[Mistake],
    further: Collection[tuple[Case, Observation]] = (),
) -> list[Mistake]:
    """The mistakes that explain why `found` is not what was `expected` on this case; a verdict says so itself.

    One that does all that the function did comes first. Where the value alone is wrong, one that gives this value will
    do. Most submissions have one mistake: where one that is `known` from an earlier failure explains this one too, no
    other is looked for. What was seen on `further` cases has to agree with it.
    """
    if prop.verdict:
        return [m for m in exercise.mistakes if m.name in {finding.mistake for finding in findings}]
    plainly = replace(prop, watch=())
    by_value = all(each.of_value for each in findings) and judge(exercise, plainly, case, found, expected)
    views = (prop, plainly) if by_value and "gradients" in prop.watch else (plainly,) if by_value else (prop,)
    seen = [m for m in exercise.mistakes if m in known]
    rest = [m for m in exercise.mistakes if m not in known]
    with rehearsal(case) as rehearse:
        # What is known already may show in a difference that ten times the steps would forgive: in bfloat16, say.
        for candidates, slacks in ((seen, (SLACK, 1)), (rest, (SLACK,))):
            for view in views:
                matches = [
                    m
                    for m in candidates
                    if _matches(exercise, view, case, found, expected, m, rehearse, slacks)
                    and all(_agrees(exercise, prop, *other, m) for other in further)
                ]
                if matches:
                    return matches
    return []


def _matches(
    exercise: Exercise,
    prop: Property,
    case: Case,
    found: Observation,
    expected: Observation,
    mistake: Mistake,
    rehearse: Rehearse,
    slacks: Collection[int],
) -> bool:
    """Does the function do what this mistake does, and differs that from the right answer, with one of these slacks?"""
    cases = [replace(case, operations=slack * case.operations) for slack in slacks]
    loose = cases[0]
    plainly = replace(prop, watch=())
    for variant in mistake.variants:
        # A property with a look of its own sees more of a call than the value.
        returned = None if prop.look else MEMO.get(variant, "value", case, lambda: rehearse(variant))  # noqa: B023
        if returned and (returned.fault or judge(exercise, plainly, loose, found, returned)):
            continue  # whatever else it does, this is not what the function did
        wrong = own(prop, variant, case)
        if wrong.fault or wrong.hung:
            continue
        for near in cases:
            if judge(exercise, prop, near, wrong, expected) and not judge(exercise, prop, near, found, wrong):
                return True
    return False


def _agrees(exercise: Exercise, prop: Property, case: Case, found: Observation, mistake: Mistake) -> bool:
    """Whether the function gives on this case what the mistake gives, right or not."""
    plainly, loose = replace(prop, watch=()), replace(case, operations=SLACK * case.operations)
    given = (own(prop, variant, case) for variant in mistake.variants)
    return any(
        not (each.fault or each.hung or judge(exercise, plainly, loose, found, each)) for each in given
    )


def fewest(exercise: Exercise, explained: Mapping[int, list[Mistake]]) -> dict[int, Mistake]:
    """The fewest mistakes that explain the most failures, by failure, those defined first winning ties.

    `explained`: number of the failure -> the mistakes that explain it.
    """
    open_ones = {number for number, matches in explained.items() if matches}
    named: dict[int, Mistake] = {}
    while open_ones:
        best = max(exercise.mistakes, key=lambda m: sum(m in explained[n] for n in open_ones))
        mine = {n for n in open_ones if best in explained[n]}
        named |= dict.fromkeys(mine, best)
        open_ones -= mine
    return named
