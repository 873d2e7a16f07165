"""Times nbval over the lessons: with stock kernels, with warm ones, and with warm ones two notebooks at a time.

.venv/bin/python benchmarks/notebooks.py [NOTEBOOK ...]

The same pytest command in each case, one process for stock as nbval has it. Processor time is that of all
processes, kernels included. The third case needs pytest-xdist and is left out without it.
"""

import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
WARM = ("--nbval-kernel-name=autograder",)
ABREAST = ("-n", "2", "--dist", "loadfile")  # a notebook's cells belong together


def main() -> int:
    """Prints a line for each case. Returns 1 where a notebook fails."""
    notebooks = sys.argv[1:] or ["notebooks"]
    cases = {"stock kernels": (), "warm kernels": WARM}
    if importlib.util.find_spec("xdist"):
        cases["warm kernels, two notebooks at a time"] = (*WARM, *ABREAST)
    else:
        print("pytest-xdist is not installed: one notebook at a time only")
    stock = failed = 0.0
    with tempfile.TemporaryDirectory() as prefix:
        environment = installed(Path(prefix))
        for name, options in cases.items():
            seconds, processor, status = timed(
                [*notebooks, "--nbval", "-q", "--tb=line", *options], environment
            )
            stock = stock or seconds
            failed += status != 0
            print(
                f"{name}: {seconds:.1f} s, {seconds / stock:.2f} of stock; {processor:.1f} s of CPU",
                flush=True,
            )
    return 1 if failed else 0


def installed(prefix: Path) -> dict[str, str]:
    """An environment in which Jupyter finds the kernelspec "autograder", put below `prefix`."""
    command = [sys.executable, "-m", "autograder.cli", "kernels", "install", "--prefix", str(prefix)]
    # The lessons are our own work: in a sandbox they would run on a copy of their folder, out of the course.
    command += ["--sandbox", "off", "--preload", "lstmlab", "--preload", "autograder.checks"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return {**os.environ, "JUPYTER_PATH": str(prefix / "share" / "jupyter"), "OMP_NUM_THREADS": "1"}


def timed(arguments: list[str], environment: dict[str, str]) -> tuple[float, float, int]:
    """Seconds on the clock, processor seconds and the exit status of a pytest command."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False
    )
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, processor, done.returncode


if __name__ == "__main__":
    sys.exit(main())
