"""What a student's function does, tried in the sandbox: its variables line by line, and changes that checks catch."""

import ast
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from nbformat.v4 import new_code_cell

from autograder.auditing.check_run import CheckRun
from autograder.auditing.exercise_source import ExerciseSource, forbidden
from autograder.auditing.locked import run_cells, run_checks_locked
from autograder.auditing.mutants import Mutant, mutants
from autograder.checking.trace import Trace
from autograder.core.json_records import from_values
from autograder.core.records import CellName
from autograder.core.text import plain
from autograder.course.names import Names
from autograder.defence.handed_in import HandedIn
from autograder.defence.records import Change
from autograder.kernels.client import WarmParent
from autograder.rpc.session import ExaminerLost, Part

CELL = """
import json
from dataclasses import asdict
from autograder.checking.trace import traces
print({sign!r} + json.dumps([asdict(trace) for trace in traces({name}, {name!r}, {seed!r})]))
"""
MOST_SIZE = 10**6  # of a dimension that anybody is asked about
MOST_CALLS = 100  # and of the steps of one
MOST_NODES = 1000  # of a syntax tree, ten times those of a common answer: the time for all changes grows as their square


@dataclass(frozen=True)
class Sandbox:
    """Where students' code runs, and the seed of the cases."""

    parent: WarmParent
    mode: str
    seed: int

    def calls(self, handed: HandedIn) -> tuple[Trace, ...]:
        """The function's calls on the cases of its check; none where the file does not run."""
        sign = f"traces {secrets.token_hex(8)}: "  # so that nothing printed by the function is taken for them
        cells = [
            new_code_cell(handed.file()),
            new_code_cell(CELL.format(sign=sign, name=handed.name, seed=self.seed)),
        ]
        parts = {n: Part(True, False, False, (), CellName(name)) for n, name in enumerate(("file", "traces"))}
        try:
            run_cells(self.parent, self.mode, cells, parts, Names({"torch": "torch"}))
        except ExaminerLost:
            return ()
        return _read("".join(output.get("text", "") for output in cells[1].outputs), sign)

    def check(self, handed: HandedIn, source: str = "") -> CheckRun:
        """What `check` finds on the function, or on `source` in its place."""
        return run_checks_locked(
            self.parent,
            self.mode,
            handed.name,
            handed.file(source),
            ExerciseSource(guards=forbidden(handed.name)),
            self.seed,
        )


def one_line_changes(source: str) -> Iterator[tuple[Change, Mutant]]:
    """The changes to one line of a function that can be made, in the order of its lines; what catches them is open.

    None of a function of more than MOST_NODES.
    """
    tree = ast.parse(source)
    if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
        return
    text = ast.unparse(tree)
    # Lines of the unparsed text -> lines as written: both trees have the same statements.
    lines = {
        short.lineno: long.lineno
        for short, long in zip(ast.walk(ast.parse(text)), ast.walk(tree), strict=True)
        if isinstance(short, ast.stmt) and isinstance(long, ast.stmt)
    }
    before = text.splitlines()
    for mutant in mutants(source):
        after = mutant.source.splitlines()
        changed = [n for n, pair in enumerate(zip_longest(before, after)) if pair[0] != pair[1]]
        at = changed[0]
        if len(changed) == 1 and at + 1 in lines and at > 0:
            new = after[at].strip()
            yield Change(lines[at + 1], before[at].strip(), "" if new == "pass" else new), mutant


def _read(printed: str, sign: str) -> tuple[Trace, ...]:
    """The calls that a student's kernel printed: its word, so everything is checked and cut to size."""
    for line in printed.splitlines():
        if line.startswith(sign):
            try:
                calls = from_values(list[Trace], json.loads(line.removeprefix(sign)))
            except (ValueError, RecursionError):
                return ()
            return tuple(_safe(call) for call in calls[:MOST_CALLS])
    return ()


def _safe(call: Trace) -> Trace:
    """A call with texts that are safe in a sentence, without steps that nobody could be asked about."""
    steps = tuple(
        replace(step, kind=plain(step.kind), value=plain(step.value))
        for step in call.steps[:MOST_CALLS]
        if len(step.name) < 60
        and step.name.isidentifier()
        and len(step.shape) < 10
        and all(0 <= size <= MOST_SIZE for size in step.shape)
    )
    return replace(call, given=plain(call.given, 400), raised=plain(call.raised), steps=steps)
