"""`autograder check EXERCISE FILE.py ...`: an exercise's checks on functions in plain files.

Where the course's sources are, the hidden properties are tried too. Files run in the sandbox where there is
one, otherwise in this process, and a message says so. Trained weights that a check reads lie beside the file.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from autograder.auditing.check_run import CheckRun, run_checks
from autograder.auditing.exercise_source import ExerciseSource, read_source
from autograder.checking.outcome import Drawn
from autograder.checking.registry import find, names
from autograder.checking.report import FOOTERS
from autograder.checking.seeds import draw_seed
from autograder.checking.stock.answers import function_in

Try = Callable[[str], CheckRun]  # from a file's text


def check_files(
    course: Path,
    exercise: str,
    files: Sequence[Path],
    *,
    as_json: bool = False,
    seed: int | None = None,
    sandbox: str = "auto",
    out: TextIO | None = None,
) -> int:
    """Prints what each file earns. Returns 0 when all get full marks, 1 otherwise, 2 for wrong use."""
    if exercise not in names():
        print(f"found no exercise {exercise!r}; expected one of {', '.join(names())}", file=out)
        return 2
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        print(f"found no file {', '.join(missing)}; name a .py file that defines {exercise}", file=out)
        return 2
    seed = draw_seed() if seed is None else seed
    full = True
    written, own = read_source(course, exercise), find(exercise).given is not None
    of = "the points" if written.hidden else "what is tried here"
    with _Runner(exercise, written, seed, sandbox) as run_file:
        for file in files:
            run = run_file(file)
            full &= not run.failed
            print(_json(file, exercise, run) if as_json else _words(file, run, of), file=out, flush=True)
    if not (as_json or own):
        print(f"Cases are drawn anew each time; --seed {seed} repeats these.", file=out)
    elif own and not written.hidden:
        print(FOOTERS[Drawn.NOTHING], file=sys.stderr if as_json else out)
    return 0 if full else 1


class _Runner:
    """Tries files in the sandbox, whose warm parent lives as long as the `with`."""

    def __init__(self, exercise: str, written: ExerciseSource, seed: int, sandbox: str) -> None:
        self.exercise, self.written, self.seed, self.sandbox = exercise, written, seed, sandbox

    def __enter__(self) -> Callable[[Path], CheckRun]:
        from autograder.kernels.client import WarmParent
        from autograder.kernels.sandbox.modes import SandboxUnavailable, resolve_mode

        self.parent = None
        if self.sandbox == "off":
            return self._here
        try:
            self.mode = resolve_mode(self.sandbox)
        except SandboxUnavailable as error:
            print(f"no sandbox here ({error}): files run unprotected", file=sys.stderr)
            return self._here
        self.parent = WarmParent(large=())  # the checks do without
        return self._locked

    def __exit__(self, *_: object) -> None:
        if self.parent is not None:
            self.parent.close()

    def _locked(self, file: Path) -> CheckRun:
        from autograder.auditing.locked import data_beside, run_checks_locked

        assert self.parent is not None
        source = file.read_text(encoding="utf-8", errors="replace")
        beside = {path.name: path.read_bytes() for path in data_beside(file)}
        return run_checks_locked(
            self.parent, self.mode, self.exercise, source, self.written, self.seed, beside
        )

    def _here(self, file: Path) -> CheckRun:
        try:
            source = file.read_text(encoding="utf-8", errors="replace")
            function = function_in(source, self.exercise, str(file))
        except Exception as error:
            return CheckRun(0.0, (f"{type(error).__name__}: {error}",))
        with contextlib.chdir(file.parent):
            return run_checks(
                self.exercise, function, self.seed, self.written.properties(), self.written.points
            )


def _json(file: Path, exercise: str, run: CheckRun) -> str:
    return json.dumps(
        {
            "file": str(file),
            "exercise": exercise,
            "score": round(run.score, 4),
            "failed": list(run.failed),
            "mistake": run.mistake,
            "seconds": run.seconds,
        }
    )


def _words(file: Path, run: CheckRun, of: str) -> str:
    """The checks' text below the share `of` what was tried, or why nothing could be tried."""
    told = run.said or "\n".join(f"    {why}" for why in run.failed)
    points = f"{file}: {100 * run.score:.0f} % of {of}, {run.seconds:.1f} s"
    return f"{points}\n{told}\n" if told else points
