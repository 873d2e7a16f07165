"""What becomes of each property, by what was seen of all; `examine.py` tries them and asks.

A property *holds* or *fails* by what it itself observed. It is *not decided* where its value is wrong for the reason
for which an earlier one fails: then nothing shows whether it would hold. The reason is the same where

- the first property that compares this part of the result found it wrong, in a respect at least as coarse,
- the function raised the same exception in the same line there, or
- one known mistake explains both.

What a call does beside returning a value is judged all the same: nothing was changed, the module is returned, every
tensor is on the right device. Only an idle function (see `idle.py`) shows nothing by that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.checking.found import OF_VALUE, Finding, FindingKind
from autograder.checking.judging.naming import fewest
from autograder.checking.language import Exercise, Mistake, Property
from autograder.checking.outcome import Outcome


@dataclass(frozen=True)
class Tried:
    """A property and what was seen of the function on its case. `parts`: those of the result that were compared;
    `refused`: it holds because the function raised what it should; `active`: whatever its value, the function does
    something; `mistakes`: those that explain the findings. A property is not `tried` after one that did not end."""

    prop: Property
    shapes: str = ""
    printed: str = ""
    findings: tuple[Finding, ...] = ()
    parts: tuple[str, ...] = ()
    refused: bool = False
    active: bool = False
    mistakes: tuple[Mistake, ...] = ()
    tried: bool = True

    @property
    def hung(self) -> bool:
        """Whether the function did not come to an end, here or earlier."""
        return not self.tried or any(each.kind is FindingKind.HUNG for each in self.findings)

    @property
    def raised(self) -> bool:
        """Whether there is no value for the function raised an exception."""
        return any(each.kind is FindingKind.RAISED for each in self.findings)

    @property
    def keeps(self) -> bool:
        """Whether what it compares is what a call has to leave alone, and not the right value."""
        return self.prop.of_effects and not self.prop.watch

    @property
    def of_value(self) -> bool:
        """Whether the value is all that is wrong."""
        return bool(self.findings) and not self.keeps and all(each.of_value for each in self.findings)


def decide(exercise: Exercise, tried: Sequence[Tried]) -> tuple[tuple[Outcome, ...], tuple[Mistake, ...]]:
    """The outcome of each property, and the known mistakes that explain the failures."""
    if exercise.tells_apart:
        return _counted(tried), ()
    shown, causes = _by_parts(tried)
    if (first := _raising_everywhere(tried)) is not None:
        causes |= {number: first for number, each in enumerate(tried) if each.refused}
    idled = [n for n, each in enumerate(tried) if each.keeps and not (each.findings or each.active)]
    causes |= dict.fromkeys(idled, min(shown)) if shown else {}
    named = fewest(
        exercise,
        {n: list(each.mistakes) for n, each in enumerate(tried) if n not in causes or not _holds(each)},
    )
    firsts: dict[str, int] = {}
    for number, mistake in sorted(named.items()):
        if number not in causes and tried[number].of_value:
            if mistake.name in firsts and not shown[number].held:
                causes[number] = firsts[mistake.name]
            firsts.setdefault(mistake.name, number)
    outcomes = []
    for number, each in enumerate(tried):
        depends_on = causes.get(number)
        while depends_on in causes:
            depends_on = causes[depends_on]
        held = depends_on is not None and _holds(each)
        outcome = Outcome(
            each.prop.title, each.prop.weight, each.shapes, tried=each.tried, printed=each.printed
        )
        if each.findings and not held:
            outcome = replace(outcome, finding=shown[number], mistake=named.get(number))
        outcomes.append(outcome if held else replace(outcome, depends_on=depends_on))
    return tuple(outcomes), tuple({mistake.name: mistake for mistake in named.values()}.values())


def _counted(tried: Sequence[Tried]) -> tuple[Outcome, ...]:
    """One outcome for each title of what a test was to tell apart: how many of them it judged rightly."""
    titles = list(dict.fromkeys(each.prop.title for each in tried))
    groups = [[each for each in tried if each.prop.title == title] for title in titles]
    vital = [n for n, group in enumerate(groups) if any(e.prop.vital and e.findings for e in group)]
    return tuple(
        _of_group(group, vital[0] if vital and number not in vital else None)
        for number, group in enumerate(groups)
    )


def _of_group(group: Sequence[Tried], depends_on: int | None) -> Outcome:
    failed = [each for each in group if each.findings]
    weight = sum(each.prop.weight for each in group)
    tried = all(each.tried for each in group)
    outcome = Outcome(group[0].prop.title, weight, tried=tried, depends_on=depends_on)
    if not failed or depends_on is not None:
        return outcome
    finding = failed[0].findings[0]
    right = len(group) - len(failed)
    if len(group) > 1 and finding.kind is FindingKind.SAID:
        args = {**finding.args, "right": right, "whole": len(group)}
        finding = replace(finding, kind=FindingKind.COUNTED, args=args, held=right / len(group))
    return replace(outcome, finding=finding, printed=failed[0].printed)


def _holds(each: Tried) -> bool:
    """Whether what it watches holds where its value, known to be wrong, says nothing."""
    return each.prop.of_effects and each.of_value and each.active


def _by_parts(tried: Sequence[Tried]) -> tuple[dict[int, Finding], dict[int, int]]:
    """What to show of each property with findings, and which of them fail for the reason of an earlier one.

    Those about the value come first: they say of a part of the result whether it is right.
    """
    shown: dict[int, Finding] = {}
    causes: dict[int, int] = {}
    basics: dict[str, tuple[int, Finding | None]] = {}
    raised: list[tuple[int, Finding]] = []
    for number, each in sorted(
        enumerate(tried), key=lambda pair: pair[1].prop.of_effects and not pair[1].keeps
    ):
        reasons = [None if each.keeps else _reason(finding, basics, raised) for finding in each.findings]
        own = [f for f, reason in zip(each.findings, reasons, strict=True) if reason is None]
        if each.findings:
            shown[number] = (own or each.findings)[0]
            if not own:
                causes[number] = next(reason for reason in reasons if reason is not None)
        if each.raised:
            raised += [(number, finding) for finding in each.findings]
            continue
        whole = next((f for f in each.findings if f.of_value and not f.part), None)
        for part in (*each.parts, *([""] if each.parts else [])):
            about = next((f for f in each.findings if f.of_value and f.part == part), whole)
            basics.setdefault(part, (number, about))
    return shown, causes


def _reason(
    finding: Finding, basics: dict[str, tuple[int, Finding | None]], raised: list[tuple[int, Finding]]
) -> int | None:
    """The number of an earlier property that fails for the same reason."""
    if finding.kind is FindingKind.RAISED:
        return next((number for number, other in raised if other.args == finding.args), None)
    number, basic = basics.get(finding.part, (0, None))
    if not finding.of_value or basic is None:
        return None
    if FindingKind.SAID in (finding.kind, basic.kind):
        return number if _numberless(finding) == _numberless(basic) else None
    return number if OF_VALUE.index(basic.kind) <= OF_VALUE.index(finding.kind) else None


def _numberless(finding: Finding) -> str:
    return re.sub(r"\d+", "#", str(finding.args.get("text", "")))


def _raising_everywhere(tried: Sequence[Tried]) -> int | None:
    """The first failure of a function that raises wherever it should not; what it seems to refuse shows nothing."""
    others = [number for number, each in enumerate(tried) if not each.refused]
    return others[0] if others and all(tried[number].raised for number in others) else None
