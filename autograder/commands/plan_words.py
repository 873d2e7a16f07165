"""Puts a plan into words and a table; for `plan`. Two figures are given of what was reckoned, no more."""

from collections.abc import Sequence
from statistics import mean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.commands.plan import Forecast, Measured

BOUNDS = {
    "workers": "workers",
    "cores": "cores",
    "coordinator": "the coordinator: more workers would wait",
}


def say(
    name: str,
    measured: "Measured",
    students: int,
    lines: Sequence["Forecast"],
    hours: float | None,
    enough: int | None,
    price: float | None,
) -> str:
    """The whole plan. `enough`: the workers that the deadline of `hours` needs; None: no number will do."""
    parts = [
        f"{students:,} submissions to {name}, reckoned from {measured.told.rstrip(',')}\n(on a machine with "
        f"{measured.run.cores} cores, {measured.run.workers} at once).",
        _drivers(measured),
        _feeding(measured, students),
        _table(measured, students, lines, price),
    ]
    if hours:
        parts.append(_deadline(measured, students, hours, enough))
    return "\n\n".join([*parts, _assumptions(measured)])


def _drivers(measured: "Measured") -> str:
    """Seconds for one submission, and where they go."""
    size = measured.run.others
    rows = {
        "kernels' start": mean(c.start for c in measured.each) + measured.forks,
        "student's cells": mean(c.cells for c in measured.each),
        "examiner's tests": mean(c.tests for c in measured.each),
        "rebuilding, scoring": mean(c.worker for c in measured.each),
        "gradebook": measured.run.gradebook / size,
        "feedback pages": measured.run.pages / size,
        "reading, sending": measured.run.other / size,
    }
    total = sum(rows.values())
    said = [f"Each takes {two(total)} s of processor time, which go into"]
    said += [
        f"  {what:20} {seconds:7.3f} s  {100 * seconds / total:3.0f} %" for what, seconds in rows.items()
    ]
    idle = mean(c.idle for c in measured.each)
    if idle > 0.02 * total:
        said.append(f"and {two(idle)} s of waiting (cells that sleep, or hang until their time is up).")
    said.append(f"The longest kept a worker for {two(measured.longest)} s.")
    return "\n".join(said)


def _feeding(measured: "Measured", students: int) -> str:
    fed = measured.worker / measured.coordinator
    run = measured.run
    coordinator = f"{run.coordinator:.0f} MiB of memory whatever the class, "
    disk = f"{size(students * measured.disk)} on disk for graded notebooks and pages"
    book = f", {size(students * measured.gradebook)} of gradebook" if measured.gradebook else ""
    return (
        f"The coordinator alone has {two(measured.coordinator)} s of work for each: it can feed about "
        f"{two(fed)} workers.\nIt needs {coordinator}{disk}{book}."
    )


def _table(measured: "Measured", students: int, lines: Sequence["Forecast"], price: float | None) -> str:
    hours = students * measured.processor / 3600
    head = f"{'workers':>8}{'cores':>7}{'time':>14}{'between':>30}{'memory':>10}{'as dask workers':>17}  pace set by"
    rows = [head]
    for line in lines:
        between = f"{span(line.low)} and {span(line.high)}"
        rows.append(
            f"{line.workers:8}{line.cores:7}{span(line.seconds):>14}{between:>30}{size(line.memory * 1024):>10}"
            f"{size(line.elsewhere * 1024):>17}  {BOUNDS[line.bound]}"
        )
    cost = f"{two(hours)} core-hours of work whoever does it"
    if price is not None:
        cost += f": {two(hours * price)} at {price:g} for each, while no core is idle"
    return "\n".join(rows) + f"\n{cost}."


def _deadline(measured: "Measured", students: int, hours: float, enough: int | None) -> str:
    if enough is not None:
        return f"To be done within {hours:g} h, have {enough} worker{'s' if enough > 1 else ''} or more."
    alone = students * measured.coordinator
    if alone > 3600 * hours:
        return (
            f"No number of workers is done within {hours:g} h: the coordinator alone has {span(alone)} of work.\n"
            "Divide the class into courses of their own, each with a coordinator and a gradebook."
        )
    return f"No number of workers is surely done within {hours:g} h: the longest submissions alone may take that."


def _assumptions(measured: "Measured") -> str:
    said = [
        "Assumed: all submissions are there at the start and are like those measured (the range is two standard",
        "errors of their mean, and the longest one running alone at the end); cores as fast as those measured, one",
        "for each worker and one for the coordinator unless --cores says otherwise; a network and a disk that keep up.",
    ]
    if len(measured.each) < 20:
        said.append(f"With {len(measured.each)} measured, expect to be further off than the range says.")
    return "\n".join(said)


def two(number: float) -> str:
    """A number with two figures, not more."""
    if number >= 100:
        digits = len(str(int(number))) - 2
        return f"{round(number, -digits):,.0f}"
    return f"{number:.0f}" if number >= 10 else f"{number:.2g}"


def span(seconds: float) -> str:
    """A time as a person says it: seconds below two minutes, then minutes, then hours."""
    if seconds < 120:
        return f"{two(seconds)} s"
    if seconds < 2 * 3600:
        return f"{two(seconds / 60)} min"
    return f"{two(seconds / 3600)} h"


def size(kilobytes: float) -> str:
    """KiB, MiB or GiB."""
    for unit in ("KiB", "MiB"):
        if kilobytes < 1000:
            return f"{two(kilobytes)} {unit}"
        kilobytes /= 1024
    return f"{two(kilobytes)} GiB"
