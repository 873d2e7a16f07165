"""Run lessons with all their seeds moved: `make seeds` calls this.

    python tools/seeds.py [--by 1000 2000 3000] [07_gradient_flow ...]

An assert in a lesson guards a claim, not a seed: it has to hold when every seed is another one. For each lesson and
each number of --by, a cell in front of the first adds that number to all seeds: torch's, those of its generators,
NumPy's and Python's, in the lesson and in lstmlab. All cells run, also after one that failed. Prints each error with its
cell and line. The exit status is 1 where there is one, and 2 where a lesson is not there.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
MOVES = (1000, 2000, 3000)
COLOURS = re.compile(r"\x1b\[[\d;]*m")
MOVE = """
import random as _random
import numpy as _numpy
import torch as _torch

def _move():
    def moved(seed):
        return seed + OFFSET if isinstance(seed, int) else seed

    def of(function):
        return lambda seed=None, *args, **options: function(moved(seed), *args, **options)

    class Generator(_torch.Generator):
        def manual_seed(self, seed):
            return super().manual_seed(moved(seed))

    class Random(_random.Random):
        def seed(self, a=None, version=2):
            super().seed(moved(a), version)

    class RandomState(_numpy.random.RandomState):
        def __init__(self, seed=None):
            super().__init__(moved(seed))

    _torch.Generator, _random.Random, _numpy.random.RandomState = Generator, Random, RandomState
    _torch.manual_seed = _torch.random.manual_seed = of(_torch.manual_seed)
    _numpy.random.default_rng, _numpy.random.seed = of(_numpy.random.default_rng), of(_numpy.random.seed)
    _random.seed = of(_random.seed)

_move()
del _move
"""


@dataclass(frozen=True)
class Run:
    """What a lesson did with seeds moved by `offset`. `errors`: the cell, its section, what it said."""

    lesson: str
    offset: int
    seconds: float
    asserts: int
    errors: tuple[str, ...]

    def __str__(self) -> str:
        ended = f"{len(self.errors)} cells with errors" if self.errors else "all hold"
        head = f"{self.lesson} moved by {self.offset}: {self.asserts} asserts, {ended}, {self.seconds:.0f} s"
        return "\n".join([head, *self.errors])


def run(lesson: Path, offset: int) -> Run:
    """Runs one lesson's notebook in a kernel of its own, which has no reader's files."""
    notebook = nbformat.read(lesson, 4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(f"OFFSET = {offset}\n{MOVE}"))
    started = time.monotonic()
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        timeout=600,
        allow_errors=True,
        resources={"metadata": {"path": str(lesson.parent)}},
    )
    with tempfile.TemporaryDirectory(prefix="seeds-") as folder:
        client.execute(env={**os.environ, "LSTMLAB_DATA": folder, "OMP_NUM_THREADS": "1"})
    seconds = time.monotonic() - started
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    asserts = sum(len(re.findall(r"^\s*assert\b", source, re.MULTILINE)) for source in code)
    return Run(lesson.stem, offset, seconds, asserts, tuple(_errors(notebook)))


def _errors(notebook: nbformat.NotebookNode) -> list[str]:
    found, section, number = [], "", -1  # the cell in front is not counted
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = re.search(r"^#+ (.*)", cell.source, re.MULTILINE)
            section = heading[1] if heading else section
            continue
        number += 1
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                trace = COLOURS.sub("", "\n".join(output.traceback))
                lines = re.findall(r"^-+> *(\d+ .*)", trace, re.MULTILINE)
                said = f"{output.ename}: {output.evalue}".rstrip(": ")
                found.append(
                    f"    code cell {number} ({section}), line {lines[0] if lines else '?'}\n      {said}"
                )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the lessons and prints what each did."""
    there = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
    parser = argparse.ArgumentParser(
        prog="python tools/seeds.py", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="such as 07_gradient_flow; all by default"
    )
    parser.add_argument("--by", nargs="+", type=int, default=MOVES, help="numbers to add to each seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="lessons at a time")
    chosen = parser.parse_args(arguments)
    if unknown := [lesson for lesson in chosen.lessons if lesson not in there]:
        print(f"no lesson {', '.join(unknown)}; there are {', '.join(there)}", file=sys.stderr)
        return 2
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    lessons = [ROOT / "notebooks" / f"{lesson}.ipynb" for lesson in chosen.lessons or there]
    pairs = [(lesson, offset) for lesson in lessons for offset in chosen.by]
    failed = 0
    with ThreadPoolExecutor(chosen.jobs) as pool:
        for done in pool.map(lambda pair: run(*pair), pairs):
            print(done, flush=True)
            failed += bool(done.errors)
    print(f"{len(pairs)} runs, {failed} with errors")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
