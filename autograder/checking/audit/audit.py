"""`autograder audit [ASSIGNMENT ...]`: does a grader reject right answers, or accept wrong ones?

For every exercise: the reference and other right solutions, wrong ones by hand, and mutants of the reference,
each under several seeds, with visible and hidden properties together. Answers lie in `tests/answers/`, which no
release reaches.
"""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from autograder.checking.audit.answers import Answer, Answers, read_answers
from autograder.checking.audit.mutants import mutants
from autograder.checking.audit.paper import Paper, paper_of
from autograder.checking.audit.trial import Trial, fails, function_in, tried
from autograder.checking.registry import ASSIGNMENTS, find

SEEDS = range(5)
LEAST_RIGHT, LEAST_WRONG = 3, 8  # answers by hand that an audit of an exercise needs
NAMED = 0.95  # share of known mistakes that must be named


@dataclass
class Row:
    """What the audit of one exercise found. seconds: CPU time of all checks on the reference, once."""

    exercise: str
    right: int = 0
    wrong: int = 0
    mutants: int = 0
    rejected: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    survived: list[str] = field(default_factory=list)
    misnamed: list[str] = field(default_factory=list)
    known: int = 0
    seconds: float = 0.0


def audit_graders(course: Path, assignments: Sequence[str] = (), *, out: TextIO | None = None) -> int:
    """Prints a line for each exercise and each finding. Returns 0, 1 with findings, 2 for wrong use."""
    unknown = [name for name in assignments if name not in ASSIGNMENTS]
    if unknown:
        print(
            f"found no assignment {', '.join(unknown)}; expected some of {', '.join(ASSIGNMENTS)}\n"
            "Of another course's assignment, see which tests need the student's kernel:\n"
            f"  autograder audit {shlex.join(unknown)} --split",
            file=out,
        )
        return 2
    print(f"{'exercise':20}{'right rejected':>16}{'wrong accepted':>16}{'mutants alive':>15}"
          f"{'mistakes named':>16}{'seconds':>9}", file=out)  # fmt: skip
    rows = []
    for name in [exercise for a in assignments or ASSIGNMENTS for exercise in ASSIGNMENTS[a]]:
        paper, path = paper_of(course, name), course / "tests" / "answers" / f"{name}.py"
        if not paper.reference or not path.exists():
            print(f"{name}: found no source/ or no {path}; run this in the course's folder", file=out)
            return 2
        row = audit_exercise(name, paper, read_answers(path.resolve()))
        rows.append(row)
        _print(row, out)
    known, misnamed = sum(row.known for row in rows), sum(len(row.misnamed) for row in rows)
    bad = any(row.rejected or row.accepted or row.survived for row in rows)
    return 1 if bad or misnamed > (1 - NAMED) * known else 0


def audit_exercise(name: str, paper: Paper, answers: Answers) -> Row:
    """Tries everything there is for one exercise, in the folder of its answers: a check may read files there."""
    with contextlib.chdir(answers.folder):
        return _audited(name, paper, answers)


def _audited(name: str, paper: Paper, answers: Answers) -> Row:
    row, exercise, hidden = Row(name), find(name), paper.properties()
    _count(row, answers)

    def trials(answer: Answer) -> list[Trial]:
        function = _function(answer, name)
        return [tried(exercise, function, seed, hidden, paper.points) for seed in SEEDS]

    began = time.process_time()
    tried(name, _function(Answer("", paper.reference), name), 0, hidden, paper.points)
    row.seconds = time.process_time() - began
    for answer in (Answer("the reference", paper.reference), *answers.right):
        row.right += 1
        row.rejected += [f"{answer.title}: {t.failed[0]}" for t in trials(answer) if t.failed][:1]
    for answer in answers.wrong:
        row.wrong += 1
        if not answer.mistake:
            function = _function(answer, name)
            missed = not all(fails(exercise, function, seed, hidden) for seed in SEEDS)
            row.accepted += [answer.title] if missed else []
        else:
            row.known += 1
            found = trials(answer)
            row.accepted += [answer.title] if not all(t.failed for t in found) else []
            row.misnamed += [
                f"{answer.title}: called {t.mistake!r}" for t in found if t.mistake != answer.mistake
            ][:1]
    _mutants(row, paper, answers)
    return row


def _mutants(row: Row, paper: Paper, answers: Answers) -> None:
    exercise, hidden, equivalent = find(row.exercise), paper.properties(), answers.equivalent or {}
    alive = set()
    for mutant in mutants(paper.reference):
        row.mutants += 1
        function = _function(Answer(mutant.change, mutant.source), row.exercise)
        if not all(fails(exercise, function, seed, hidden) for seed in SEEDS):
            alive.add(mutant.change)
    row.survived = sorted(alive - set(equivalent))
    row.survived += [
        f"{line} (listed as equivalent, but not found alive)" for line in set(equivalent) - alive
    ]


def _count(row: Row, answers: Answers) -> None:
    if len(answers.right) < LEAST_RIGHT or len(answers.wrong) < LEAST_WRONG:
        row.accepted.append(
            f"only {len(answers.right)} right and {len(answers.wrong)} wrong answers to try; "
            f"at least {LEAST_RIGHT} and {LEAST_WRONG} are needed"
        )


def _function(answer: Answer, name: str) -> Callable[..., Any]:
    try:
        return function_in(answer.source, name, f"<{name}: {answer.title}>")
    except Exception as error:  # a mutant that cannot even be defined fails whenever it is called
        fault = error

        def broken(*_: Any, **__: Any) -> Any:
            raise fault

        return broken


def _print(row: Row, out: TextIO | None) -> None:
    cells = (
        f"{len(row.rejected)} of {row.right}", f"{len(row.accepted)} of {row.wrong}",
        f"{len(row.survived)} of {row.mutants}", f"{row.known - len(row.misnamed)} of {row.known}",
    )  # fmt: skip
    print(
        f"{row.exercise:20}{cells[0]:>16}{cells[1]:>16}{cells[2]:>15}{cells[3]:>16}{row.seconds:9.2f}",
        file=out,
    )
    for title, found in (
        ("right, and rejected", row.rejected),
        ("wrong, and accepted", row.accepted),
        ("mutant, and alive", row.survived),
        ("mistake, and not named", row.misnamed),
    ):
        for line in found:
            print(f"    {title}: {line}", file=out, flush=True)
