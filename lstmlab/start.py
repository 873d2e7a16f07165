"""What lesson `00_start_here` stands on: does the environment fit, how is the course laid out, how far am I.

Nothing here needs the network or writes a file.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from packaging.requirements import Requirement

from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import DIM, INK, PANEL, PAPER, RULE

COURSE = "lstm-course"  # the name under which pip knows the course
SHOWN = ("torch", "numpy", "matplotlib", "ipywidgets", "jupyterlab")


@dataclass(frozen=True)
class Version:
    """A program that the course needs: the version that is there, and which ones fit."""

    name: str
    found: str
    wanted: str
    fits: bool

    def __str__(self) -> str:
        return f"{self.name:<11} {self.found:<12} {'fits' if self.fits else f'does not fit: {self.wanted} is needed'}"


def versions(requirements: list[str] | None = None) -> list[Version]:
    """Python and the packages of `SHOWN`, compared with what the installed course asks for.

    `requirements` replaces the course's own list. Raises RuntimeError where the course is not installed.
    """
    if requirements is None:
        try:
            requirements = metadata.requires(COURSE) or []
        except metadata.PackageNotFoundError:
            raise RuntimeError(
                f"this kernel, {sys.executable}, does not have the course. Run `make lab` in its folder, or choose "
                "the kernel of its .venv (menu Kernel, Change Kernel)."
            ) from None
    python = ".".join(map(str, sys.version_info[:3]))
    rows = [Version("Python", python, ">=3.11", sys.version_info >= (3, 11))]
    for wanted in map(Requirement, requirements):
        if wanted.name in SHOWN and wanted.marker is None:
            found = _installed(wanted.name)
            fits = bool(found) and wanted.specifier.contains(found, prereleases=True)
            rows.append(Version(wanted.name, found or "missing", str(wanted.specifier), fits))
    return rows


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


# -- the map -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stop:
    """A lesson on the map: its file, what it is about, the lessons it needs, and its assignment."""

    lesson: str
    about: str
    needs: str = ""
    assignment: str = ""

    @property
    def title(self) -> str:
        return self.lesson[3:].replace("_", " ").replace("nn lstm", "nn.LSTM").replace("rnns", "RNNs")


STOPS = (
    Stop("00_start_here", "how the course works"),
    Stop("01_sequences", "order, windows, baselines", "", "a1_sequences"),
    Stop("02_rnns", "one state, overwritten at each step", "1", "a2_rnns"),
    Stop("03_gates", "what to keep, write and show", "2", "a3_gates"),
    Stop("04_nn_lstm", "every argument, shape and weight", "3", "a4_nn_lstm"),
    Stop("05_packing", "sequences of different lengths", "4", "a5_packing"),
    Stop("06_stacking", "more layers, two directions", "4", "a6_stacking"),
    Stop("07_gradient_flow", "how far back learning reaches", "3", "a7_gradient_flow"),
    Stop("08_metrics", "numbers that mean something", "1", "a8_metrics"),
    Stop("09_beyond", "GRU, convolutions, attention", "4, 5, 7", "a9_capstone"),
    Stop("11_inside", "units, found and clamped", "3, 4, 7", "a11_inside"),
    Stop("12_scan", "gates that read x only, and scans", "3, 7, 9", "a12_scan"),
    Stop("13_rivers", "snow and soil, found in a cell state", "1, 3, 4, 8", "a13_rivers"),
    Stop("14_craft", "batches, starts, dropout, stopping", "5, 7, 9", "a14_craft"),
    Stop("10_review", "cards, questions, cheat sheets", "all"),
)


def course_map() -> Picture:
    """Draw the lessons from top to bottom: what each is about, what it needs, which assignment goes with it."""
    height = 0.46
    fig = Figure(figsize=(7.8, height * len(STOPS) + 0.45), facecolor=PAPER)
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 7.8), ylim=(-len(STOPS) * height + 0.1, 0.55))
    axes.set_axis_off()
    for x, word in ((0.2, "lesson"), (4.95, "needs"), (5.75, "assignment")):
        axes.text(x, 0.33, word, color=DIM, fontsize=9.5, va="center")
    for row, stop in enumerate(STOPS):
        _stop(axes, -row * height, stop)
    return picture(fig, _describe_map())


def _stop(axes: Axes, y: float, stop: Stop) -> None:
    """One line of the map, its middle at `y`."""
    box = "round,pad=0,rounding_size=0.07"
    axes.add_patch(FancyBboxPatch((0.15, y - 0.18), 4.6, 0.36, boxstyle=box, fc=PANEL, ec=RULE))
    axes.text(0.42, y, str(int(stop.lesson[:2])), color=INK, weight="bold", ha="center", va="center")
    axes.text(0.68, y, stop.title, color=INK, va="center")
    axes.text(2.2, y, stop.about, color=DIM, fontsize=9.5, va="center")
    axes.text(5.16, y, stop.needs or "–", color=INK, ha="center", va="center")
    if stop.assignment:
        axes.add_patch(FancyBboxPatch((5.65, y - 0.18), 1.95, 0.36, boxstyle=box, fc=PAPER, ec=DIM, lw=1.3))
        axes.text(5.78, y, stop.assignment, color=INK, fontsize=10, va="center")


def _describe_map() -> str:
    sentences = []
    for stop in STOPS:
        what = (
            "all the others" if stop.needs == "all" else f"lesson{'s' * (len(stop.needs) > 1)} {stop.needs}"
        )
        needs = f" It needs {what}." if stop.needs else ""
        work = f" Its assignment is {stop.assignment}." if stop.assignment else ""
        sentences.append(f"{int(stop.lesson[:2])}, {stop.title}: {stop.about}.{needs}{work}")
    work_count = sum(bool(stop.assignment) for stop in STOPS)
    return f"A map of {len(STOPS)} lessons and {work_count} assignments. " + " ".join(sentences)


# -- how far the reader is ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """How much of one notebook is done: of a lesson the cells run, of an assignment the answers written."""

    name: str
    done: int
    total: int
    unit: str

    def __str__(self) -> str:
        return f"{self.name:<18} {self.done:>3} of {self.total:>3} {self.unit}"


def progress(course: Path | None = None) -> list[Work]:
    """Read from the saved notebooks of `course` how far the reader is, lessons first; nothing is run.

    Raises FileNotFoundError when the working folder is not inside a course and none is given.
    """
    course = course_folder() if course is None else course
    lessons = sorted(course.glob("notebooks/[0-9]*.ipynb"))
    assignments = sorted(course.glob("release/*/*.ipynb"))
    return [*map(_lesson, lessons), *(work for path in assignments if (work := _assignment(path)).total)]


def course_folder() -> Path:
    """The course that the working folder lies in. Raises FileNotFoundError when it lies in none."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if any(folder.glob("notebooks/0*.ipynb")):
            return folder
    raise FileNotFoundError(
        f"{here} is not inside a copy of the course (no notebooks/0*.ipynb in it or above it). "
        "Pass the folder: progress(Path('...'))."
    )


def _lesson(path: Path) -> Work:
    code = [cell for cell in _cells(path) if cell.get("cell_type") == "code"]
    return Work(path.stem, sum(bool(cell.get("execution_count")) for cell in code), len(code), "cells run")


def _assignment(path: Path) -> Work:
    answers = [cell for cell in _cells(path) if cell.get("metadata", {}).get("nbgrader", {}).get("solution")]
    stubs = ("raise NotImplementedError", "YOUR ANSWER HERE")  # nbgrader's, in code and in text
    sources = ["".join(cell.get("source", "")) for cell in answers]
    open_ones = [any(stub in source for stub in stubs) for source in sources]
    return Work(path.stem, open_ones.count(False), len(answers), "answers written")


def _cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook; none of one that cannot be read, which is no reason to hide the others."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    except (OSError, ValueError, AttributeError):
        return []
    return found if isinstance(found, list) else []
