"""What has to hold before an assignment goes to students; `release` asks before it writes anything.

The reference gets full marks in two kernels in draw after draw, and in one kernel; an untouched release gets nothing;
nothing secret is in what students get; points add up; the audit of the graders passes. What was checked is
remembered by a hash of what the answer depends on, so that the everyday release checks only what changed.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat

from autograder.authoring.points import faults
from autograder.authoring.reference import graded_by_engine
from autograder.authoring.secrets import leaks_in_package, leaks_in_release, secrets_of
from autograder.checking.registry import assignments, exercises_of
from autograder.core.errors import WrongUse
from autograder.core.files import write_text

RECORD = ".autograder/released.json"
PACKAGE = ("autograder", "exercises", "lstmlab", "notebooks")  # what students have besides the release
SUFFIXES = (".py", ".ipynb", ".md", ".toml", ".json", ".js", ".css", ".txt", ".csv", ".html")


@dataclass(frozen=True)
class Verdict:
    """What the gate found of one assignment. `said`: one line on what was tried."""

    findings: tuple[str, ...]
    said: str


def recorded(course: Path) -> dict[str, dict[str, str]]:
    """The fingerprints of what passed last, by assignment and kind of check."""
    try:
        known = json.loads((course / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        {name: each for name, each in known.items() if isinstance(each, dict)}
        if isinstance(known, dict)
        else {}
    )


def record(course: Path, name: str, prints: dict[str, str]) -> None:
    """Remembers what passed."""
    write_text(
        course / RECORD, json.dumps({**recorded(course), name: prints}, indent=1, sort_keys=True) + "\n"
    )


def prints(course: Path, name: str, scratch: Path) -> dict[str, str]:
    """What the points of the reference and of the untouched release depend on, and what the audit does.

    The audit looks at graded cells and solutions, not at the text around them. What all assignments share is no part
    of either: that is the affair of `make test` and `make audit`.
    """
    source = [json.loads(path.read_bytes()) for path in sorted((course / "source" / name).glob("*.ipynb"))]
    cells = [cell["source"] for each in source for cell in each["cells"] if cell["metadata"].get("nbgrader")]
    known = assignments().get(name)
    theirs = _files(known.folder) if known else []
    answers = [path for path in theirs if known and path.parent == known.answers]
    checks = [path for path in theirs if path.suffix == ".py" and path not in answers]
    ours = [
        *_files(course / "source" / name),
        *_files(scratch / "release" / name),
        course / "nbgrader_config.py",
    ]
    audited = hashlib.sha256(json.dumps([cells, _hash([*checks, *answers])]).encode()).hexdigest()
    return {"graded": _hash([*ours, *checks]), "audit": audited}


def examine(course: Path, name: str, scratch: Path, wanted: Collection[str] = ("graded", "audit")) -> Verdict:
    """Checks one assignment, its release just made in `scratch`/release with `scratch`/gradebook.db.

    Points and secrets are looked at each time; what takes long, if it is `wanted`. Raises WrongUse where the course
    cannot be graded at all.
    """
    from autograder.course.course import open_course  # heavy, and `--check` does not need it

    opened = open_course(course, f"sqlite:///{scratch / 'gradebook.db'}")
    released = scratch / "release" / name
    source = {
        path.stem: nbformat.read(path, 4) for path in sorted((course / "source" / name).glob("*.ipynb"))
    }
    secrets = [secret for each in source.values() for secret in secrets_of(each, opened.config)]
    package = _package(course)
    findings = [
        fault
        for stem, notebook in source.items()
        for fault in faults(
            notebook, nbformat.read(released / f"{stem}.ipynb", 4), f"source/{name}/{stem}.ipynb"
        )
    ]
    leaks = [*leaks_in_release(released, secrets), *leaks_in_package(course, package, secrets)]
    findings += [f"{leak}; {_mend(leak.file)}" for leak in leaks]
    searched = len(package) + len(_files(released))
    said = [f"{sum(len(s.lines) for s in secrets)} secret lines searched for in {searched} files"]
    looks = {
        "graded": partial(graded_by_engine, opened, name, released),
        "audit": partial(_audit, course, name),
    }
    for kind, look in looks.items():
        if kind in wanted:
            found, words = look()
            findings += found
            said.append(words)
    return Verdict(tuple(findings), "; ".join(filter(None, said)))


def _hash(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        if path.is_file():
            digest.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _mend(file: str) -> str:
    if file.startswith("release/"):
        return "put it between nbgrader's marks (### BEGIN SOLUTION, ### BEGIN HIDDEN TESTS), or take the file away"
    return "students have this file: take the line out of it"


def _audit(course: Path, name: str) -> tuple[list[str], str]:
    """Grades the graders, where the assignment's exercises are the course's own."""
    exercises = exercises_of(name)
    if not exercises:
        return [], ""  # a foreign course's checks are its own affair
    from autograder.auditing.audit import audit_exercises, passes

    try:
        verdicts = list(audit_exercises(course, exercises))
    except WrongUse as error:
        return [f"source/{name}: {error}; see: autograder audit {name}"], "the audit could not be made"
    if passes(verdicts):
        return [], "the audit passes"
    return [
        f"source/{name}, {verdict.exercise}: {fault}; see: autograder audit {verdict.exercise}"
        for verdict in verdicts
        for fault in verdict.faults
    ], "the audit fails"


def _package(course: Path) -> list[Path]:
    """The files that students install or open besides the release."""
    answers = {path for each in assignments().values() for path in _files(each.answers)}
    answers |= {
        path for each in assignments().values() for path in each.folder.glob("*/key.py")
    }  # nor are these
    return [
        path
        for top in PACKAGE
        for path in _files(course / top)
        if path.suffix in SUFFIXES
        and not path.name.endswith(".before-adopt")
        and path not in answers
        and "templates" not in path.parts  # of `autograder new`: nobody's solution
    ]


def _files(folder: Path) -> list[Path]:
    skipped = {"__pycache__", ".ipynb_checkpoints", "node_modules"}
    return sorted(path for path in folder.rglob("*") if path.is_file() and not skipped & set(path.parts))
