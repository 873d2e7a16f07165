"""`autograder audit [NAME ...]`: does a grader reject right answers, or accept wrong ones?

For every exercise: the reference and other right solutions, wrong ones by hand, and mutants of the reference,
each under several seeds, with visible and hidden properties together. The answers lie in the folder `answers` beside
the exercises of an assignment, which no release reaches and no student installs.
"""

from __future__ import annotations

import contextlib
import enum
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from autograder.auditing.check_run import CheckRun, fails, run_checks
from autograder.auditing.exercise_source import ExerciseSource, read_source
from autograder.auditing.mutants import Mutant, answer_mutants, mutants
from autograder.checking.registry import assignments, find, names
from autograder.checking.seeds import draw_seed
from autograder.checking.stock.answers import (
    LEAST_RIGHT,
    LEAST_WRONG,
    Answer,
    Answers,
    answers_to,
    function_in,
)
from autograder.core.errors import WrongUse
from autograder.personal.whose import as_owner

DRAWS = 5  # of the cases, for each answer
STUDENTS = 8  # for each answer to an exercise that gives each of them something else
NAMED = 0.95  # share of known mistakes that must be named


class Kind(enum.Enum):
    """What can be wrong with an exercise's checks, and how the audit says it."""

    TOO_FEW = "too few answers"
    REJECTED = "right answer rejected"
    ACCEPTED = "wrong answer accepted"
    SURVIVED = "mutant that survived"
    MISNAMED = "mistake not named"


@dataclass(frozen=True)
class Fault:
    """One finding. what: the answer's title or the mutant's changed line, and what came of it."""

    kind: Kind
    what: str

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.what}"


@dataclass(frozen=True)
class Verdict:
    """What the audit of one exercise tried and found. known: wrong answers that have a mistake's name.
    seconds: CPU time of all checks on the reference, once."""

    exercise: str
    right: int
    wrong: int
    mutants: int
    known: int
    faults: tuple[Fault, ...]
    seconds: float

    def of(self, kind: Kind) -> list[str]:
        """The texts of the faults of one kind."""
        return [fault.what for fault in self.faults if fault.kind is kind]


def audit_graders(
    course: Path, wanted: Sequence[str] = (), *, seed: int | None = None, out: TextIO | None = None
) -> int:
    """Prints a line for each exercise and each finding. Returns 0, 1 with findings, 2 for wrong use.

    wanted: assignments or exercises; all when empty. seed: draws the cases of an earlier audit.
    """
    seed = draw_seed() if seed is None else seed
    verdicts = []
    try:
        exercises = select(wanted)
        print(f"{'exercise':20}{'right rejected':>16}{'wrong accepted':>16}{'mutants alive':>15}"
              f"{'mistakes named':>16}{'seconds':>9}", file=out)  # fmt: skip
        for verdict in audit_exercises(course, exercises, seed):
            verdicts.append(verdict)
            _print(verdict, out)
    except WrongUse as error:
        print(error, file=out)
        return 2
    print(f"Cases are drawn anew each time; --seed {seed} repeats these.", file=out)
    return 0 if passes(verdicts) else 1


def select(wanted: Sequence[str]) -> list[str]:
    """The exercises that these names of assignments or exercises stand for; all for none. Raises WrongUse."""
    unknown = [name for name in wanted if name not in assignments() and name not in names()]
    if unknown:
        raise WrongUse(
            f"found no assignment or exercise {', '.join(unknown)}; expected some of"
            f" {', '.join(assignments())}, or of {', '.join(names())}\n"
            "For an assignment of another course, see which tests need the student's kernel:\n"
            f"  autograder audit {shlex.join(unknown)} --split"
        )
    chosen = [assignments()[n].exercises if n in assignments() else (n,) for n in wanted or assignments()]
    return list(dict.fromkeys(name for each in chosen for name in each))


def audit_exercises(course: Path, exercises: Sequence[str], seed: int = 0) -> Iterator[Verdict]:
    """The verdict on each exercise, one after the other. Raises WrongUse where there is nothing to try."""
    for name in exercises:
        written = read_source(course, name)
        if not written.reference:
            raise WrongUse(f"{name}: found no source/ with its cells; run this in the course's folder")
        try:
            answers = answers_to(name)
        except FileNotFoundError as error:
            raise WrongUse(
                f"{name}: found no {error.filename}; expected at least {LEAST_RIGHT} right and"
                f" {LEAST_WRONG} wrong answers there. autograder new exercise writes such a file;"
                " students' installations have none"
            ) from None
        draws = DRAWS if find(name).given is None else STUDENTS
        yield audit_exercise(name, written, answers, range(seed, seed + draws))


def passes(verdicts: Sequence[Verdict]) -> bool:
    """Whether the graders hold: nothing rejected, accepted or alive that should not be, and mistakes named."""
    known = sum(verdict.known for verdict in verdicts)
    misnamed = sum(len(verdict.of(Kind.MISNAMED)) for verdict in verdicts)
    bad = any(fault.kind is not Kind.MISNAMED for verdict in verdicts for fault in verdict.faults)
    return not bad and misnamed <= (1 - NAMED) * known


def audit_exercise(
    name: str, written: ExerciseSource, answers: Answers, seeds: Sequence[int] = range(DRAWS)
) -> Verdict:
    """Tries everything there is for one exercise, in the folder of its answers: a check may read files there."""
    with contextlib.chdir(answers.folder):
        return _Audit(name, written, answers, seeds).verdict()


class _Audit:
    """The audit of one exercise; it runs in the folder of the answers."""

    def __init__(self, name: str, written: ExerciseSource, answers: Answers, seeds: Sequence[int]) -> None:
        self.name, self.written, self.answers, self.seeds = name, written, answers, seeds
        self.exercise, self.hidden = find(name), written.properties()

    def verdict(self) -> Verdict:
        began = time.process_time()
        self._run(Answer("", self.written.reference), 0)
        seconds = time.process_time() - began
        right = (Answer("the reference", self.written.reference), *self.answers.right)
        changed = self._mutants()
        faults = [*self._too_few()]
        for answer in right:
            failed = [run.failed[0] for run in self._runs(answer) if run.failed]
            faults += [Fault(Kind.REJECTED, f"{answer.title}: {what}") for what in failed[:1]]
        for answer in self.answers.wrong:
            faults += self._of_wrong(answer)
        alive = {m.change for m in changed if not self._fails_always(Answer(m.change, m.source))}
        equivalent = set(self.answers.equivalent or {})
        faults += [Fault(Kind.SURVIVED, line) for line in sorted(alive - equivalent)]
        faults += [
            Fault(Kind.SURVIVED, f"{line} (listed as equivalent, but it did not survive)")
            for line in sorted(equivalent - alive)
        ]
        known = sum(1 for answer in self.answers.wrong if answer.mistake)
        return Verdict(
            self.name, len(right), len(self.answers.wrong), len(changed), known, tuple(faults), seconds
        )

    def _mutants(self) -> list[Mutant]:
        """What has to be noticed: changes to the reference's code or, where it says what it found out, to that."""
        source = self.written.reference
        if self.exercise.tells_apart:
            return []  # a mutant of a test that still tells right from wrong is a right test
        if self.exercise.given is None:
            return mutants(source)
        with as_owner(str(self.seeds[0])):
            return answer_mutants(source, self.name, _function(Answer("", source), self.name)())

    def _too_few(self) -> Iterator[Fault]:
        right, wrong = len(self.answers.right), len(self.answers.wrong)
        if right < LEAST_RIGHT or wrong < LEAST_WRONG:
            yield Fault(
                Kind.TOO_FEW,
                f"only {right} right and {wrong} wrong answers to try;"
                f" at least {LEAST_RIGHT} and {LEAST_WRONG} are needed",
            )

    def _of_wrong(self, answer: Answer) -> Iterator[Fault]:
        if not answer.mistake:
            if not self._fails_always(answer):
                yield Fault(Kind.ACCEPTED, answer.title)
            return
        runs = self._runs(answer)
        if not all(run.failed for run in runs):
            yield Fault(Kind.ACCEPTED, answer.title)
        others = [run.mistake for run in runs if run.mistake != answer.mistake]
        if others:
            yield Fault(Kind.MISNAMED, f"{answer.title}: reported as {others[0]!r}")

    def _runs(self, answer: Answer) -> list[CheckRun]:
        return [self._run(answer, seed) for seed in self.seeds]

    def _run(self, answer: Answer, seed: int) -> CheckRun:
        with as_owner(str(seed)):
            function = _function(answer, self.name)
            return run_checks(self.exercise, function, seed, self.hidden, self.written.points)

    def _fails_always(self, answer: Answer) -> bool:
        return all(self._fails(answer, seed) for seed in self.seeds)

    def _fails(self, answer: Answer, seed: int) -> bool:
        with as_owner(str(seed)):  # an answer is about what this student was given
            return fails(self.exercise, _function(answer, self.name), seed, self.hidden)


def _function(answer: Answer, name: str) -> Callable[..., Any]:
    try:
        return function_in(answer.source, name, f"<{name}: {answer.title}>")
    except Exception as error:  # a mutant that cannot even be defined fails whenever it is called
        fault = error

        def broken(*_: Any, **__: Any) -> Any:
            raise fault

        return broken


def _print(verdict: Verdict, out: TextIO | None) -> None:
    cells = (
        f"{len(verdict.of(Kind.REJECTED))} of {verdict.right}",
        f"{len(verdict.of(Kind.ACCEPTED))} of {verdict.wrong}",
        f"{len(verdict.of(Kind.SURVIVED))} of {verdict.mutants}",
        f"{verdict.known - len(verdict.of(Kind.MISNAMED))} of {verdict.known}",
    )
    print(
        f"{verdict.exercise:20}{cells[0]:>16}{cells[1]:>16}{cells[2]:>15}{cells[3]:>16}{verdict.seconds:9.2f}",
        file=out,
    )
    for fault in sorted(verdict.faults, key=lambda each: list(Kind).index(each.kind)):
        print(f"    {fault}", file=out, flush=True)
