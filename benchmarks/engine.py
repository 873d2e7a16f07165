"""Measures the grading engine against stock nbgrader, in one run on one class; `make bench` calls this.

Stock comes first, on the same submissions, with each score compared. Seconds per submission are wall
time. The floor is the processor time of the notebooks' cells alone, in a stock kernel that has imported everything,
over the cores used. With --foreign the course is another's: pandas, and tests of plain Python.
"""

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import psutil
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook

from autograder.core.environment import with_own_programs
from autograder.kernels.client import WarmParent
from autograder.kernels.preload import MODULES
from autograder.rpc.kernel_handle import start_lone_kernel
from examples.make_class import answered

ROOT = Path(__file__).parent.parent
ASSIGNMENT = "a3_gates"
# Honest work of every quality: what these earn does not depend on the cases that are drawn. (Without the output's
# tanh it would: where the cell state is drawn small, the two agree within the tolerance.)
HONEST = (
    "right", "right_slices", "right_einsum", "blocks_as_ifog", "states_exchanged",
    "graph_cut", "gates_from_h_t", "always_time_first", "value_in_both_biases", "only_first_layer",
)  # fmt: skip
FOREIGN = "tables"
TABLES = {
    "setup": "import pandas as pd\n\ntable = pd.DataFrame({'city': list('abab'), 'rain': [3.0, 1.5, 4.0, 2.0]})\ntable",
    "total": "def total(rows):\n    return float(pd.Series(rows).sum())",
    "total-test": "assert total([1, 2, 3]) == 6\nassert total([]) == 0",
    "wettest": "def wettest(cities, rain):\n    return str(pd.Series(rain, index=cities).idxmax())",
    "wettest-test": "assert wettest(list('abc'), [1, 3, 2]) == 'b'",
}
WRONG = {
    "total": "def total(rows):\n    return 6",
    "wettest": "def wettest(cities, rain):\n    return cities[0]",
}
READY = "import torch\ntorch.ones(2).sum()"
IMPORTS = f"""import importlib
for name in {("numpy", "torch", *MODULES, "exercises.a3_gates")!r}:
    importlib.import_module(name)
"""


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    figure: str
    stock: str
    engine: str
    ratio: str = ""


def main() -> int:
    """Prints the table. Returns 1 when a score differs from stock's."""
    parser = argparse.ArgumentParser(prog="python benchmarks/engine.py", description=__doc__)
    parser.add_argument("--class-size", type=int, default=100)
    parser.add_argument("--stock", type=int, default=100, help="how many of them stock nbgrader grades")
    parser.add_argument("--foreign", action="store_true", help="a course without checks of ours")
    arguments = parser.parse_args()
    assignment, make = (FOREIGN, make_foreign) if arguments.foreign else (ASSIGNMENT, make_own)
    os.environ.update(with_own_programs(os.environ))
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        stock, ours = Path(scratch, "stock"), Path(scratch, "ours")
        make(stock, arguments.stock)
        make(ours, arguments.class_size)
        lines, differing = compare(stock, ours, arguments.stock, arguments.class_size, assignment)
        lines.append(readiness())
    print("\n| figure | stock nbgrader | autograder | ratio |\n| --- | ---: | ---: | ---: |")
    for line in lines:
        print(f"| {line.figure} | {line.stock} | {line.engine} | {line.ratio} |")
    return 1 if differing else 0


def make_foreign(folder: Path, size: int) -> None:
    """A course on tables with `size` submissions, every third of them wrong somewhere."""
    cells = []
    for name, text in TABLES.items():
        grade, solution = name.endswith("-test"), name in WRONG
        marks = {"grade_id": name, "grade": grade, "solution": solution, "locked": not solution}
        marks |= {"schema_version": 3, "task": False} | ({"points": 2} if grade else {})
        head, _, body = text.partition("\n")
        source = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION" if solution else text
        cells.append(new_code_cell(source, id=name, metadata={"nbgrader": marks}))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    place = folder / "source" / FOREIGN
    place.mkdir(parents=True)
    nbformat.write(notebook, place / f"{FOREIGN}.ipynb")
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    for number in range(size):
        answers = TABLES | (WRONG if number % 3 == 2 else {})
        for cell in notebook.cells:
            cell.source = answers[cell.id]
        place = folder / "submitted" / f"s{number:05}" / FOREIGN
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{FOREIGN}.ipynb")


def make_own(folder: Path, size: int) -> None:
    """A course with `size` honest submissions."""
    shutil.copytree(ROOT / "source" / ASSIGNMENT, folder / "source" / ASSIGNMENT)
    shutil.copy2(ROOT / "nbgrader_config.py", folder)
    release = nbformat.read(ROOT / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", 4)
    for number in range(size):
        place = folder / "submitted" / f"s{number:05}" / ASSIGNMENT
        place.mkdir(parents=True)
        nbformat.write(answered(release, HONEST[number % len(HONEST)]), place / f"{ASSIGNMENT}.ipynb")


def compare(stock: Path, ours: Path, few: int, many: int, assignment: str) -> tuple[list[Line], list[str]]:
    """Grading and feedback both ways, with the scores that differ."""
    for course in (stock, ours):  # whoever grades has released, and has a gradebook
        run(course, "nbgrader", "generate_assignment", assignment)
    theirs = run(stock, "nbgrader", "autograde", assignment) / few
    their_pages = run(stock, "nbgrader", "generate_feedback", assignment) / few
    each = run(ours, "autograder.cli", "grade", assignment) / many
    pages = run(ours, "autograder.cli", "feedback", assignment) / many
    floor = floor_seconds(ours, assignment)
    expected, found = exported(stock), exported(ours)
    differing = [
        f"{s}: stock {expected[s]:g}, ours {found[s]:g}" for s in expected if expected[s] != found[s]
    ]
    print("\n".join(differing) or f"{len(expected)} of {len(expected)} scores equal to stock's")
    cores = os.cpu_count() or 1
    return [
        Line("seconds per submission, feedback included", f"{theirs + their_pages:.2f}", f"{each:.2f}",
             f"{(theirs + their_pages) / each:.1f} times faster"),
        Line(f"the same over the floor ({floor:.2f} s of processor time / {cores} cores)",
             f"{(theirs + their_pages) / (floor / cores):.1f}x", f"{each / (floor / cores):.1f}x"),
        Line("scores equal to stock's", f"{len(expected)}", f"{len(expected) - len(differing)}"),
        Line("seconds per feedback page", f"{their_pages:.2f}", f"{pages:.3f}",
             f"{their_pages / pages:.1f} times faster"),
    ], differing  # fmt: skip


def run(course: Path, program: str, *arguments: str) -> float:
    """Seconds that a command takes in a course."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", program, *arguments], cwd=course, check=True, capture_output=True)
    seconds = time.perf_counter() - started
    print(f"{program} {' '.join(arguments)}: {seconds:.1f} s", flush=True)
    return seconds


def exported(course: Path) -> dict[str, float]:
    """Scores by student, as stock nbgrader exports them."""
    run(course, "nbgrader", "export", "--to", "grades.csv")
    with (course / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def floor_seconds(course: Path, assignment: str) -> float:
    """Mean processor time of all cells of a submission in a stock kernel that has imported everything.

    Over one of each kind, as they were graded, hidden tests included.
    """
    spent = []
    for number in range(len(HONEST)):
        folder = course / "autograded" / f"s{number:05}" / assignment
        notebook = nbformat.read(folder / f"{assignment}.ipynb", 4)
        manager, client = start_new_kernel(cwd=str(folder))
        try:
            assert _execute(client, IMPORTS) == "ok", "a module could not be imported"
            before = _processor_seconds(manager.provisioner.pid)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    _execute(client, cell.source)
            spent.append(_processor_seconds(manager.provisioner.pid) - before)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return statistics.mean(spent)


def _execute(client: Any, code: str) -> str:
    """Runs a cell; how it ended."""
    reply = client.execute_interactive(code, timeout=60, allow_stdin=False, output_hook=lambda message: None)
    return str(reply["content"]["status"])


def _processor_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def readiness(times: int = 8) -> Line:
    """Seconds until a kernel has imported torch: stock's, and a warm one in the sandbox, by turns."""
    cold, warm = [], []
    with WarmParent() as parent, tempfile.TemporaryDirectory() as scratch:
        for number in range(times):
            started = time.perf_counter()
            manager, client = start_new_kernel()
            client.execute_interactive("import torch", timeout=60)
            cold.append(time.perf_counter() - started)
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            folder = Path(scratch, str(number))
            folder.mkdir()
            warm.append(_warm_ready(parent, folder))
    low, high = statistics.median(warm), statistics.median(cold)
    return Line(
        "kernel ready with torch imported, sandboxed",
        f"{high:.2f}",
        f"{low:.2f}",
        f"{high / low:.0f} times faster",
    )


def _warm_ready(parent: WarmParent, folder: Path) -> float:
    started = time.perf_counter()
    kernel = start_lone_kernel(parent, str(folder))
    kernel.orders.send({"code": READY})
    kernel.orders.receive(60)
    took = time.perf_counter() - started
    kernel.close()
    return took


if __name__ == "__main__":
    sys.exit(main())
