"""Builds notebooks from masters, and masters from hand-edited notebooks; no edit is lost without a word.

Called by `autograder notebooks` and `autograder adopt`.
"""

import copy
import enum
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import jupytext
import nbformat

from autograder.authoring.paired import (
    BadNotebook,
    Master,
    canonical,
    digest,
    find_masters,
    write_notebook,
)
from autograder.authoring.stated import take_out, take_out_former
from autograder.core.files import write_text
from autograder.core.text import counted

PAIRS = re.compile(r"^formats = \[\n.*?^\]\n", re.MULTILINE | re.DOTALL)


class State(enum.Enum):
    """How a notebook stands to its master."""

    FRESH = "is what its text file builds"
    MISSING = "has not been built"
    STALE = "is older than its text file"
    DIRTY = "has outputs or other traces of a session"
    EDITED = "was edited by hand"


@dataclass(frozen=True)
class Finding:
    """One pair that is not in step, or cannot be read; `message` says what to type next."""

    notebook: Path
    message: str


def build_notebooks(
    course: Path, *, check: bool = False, force: bool = False, out: TextIO = sys.stdout
) -> int:
    """Brings every notebook in step with its master. Returns 0, or 1 when something needs a person.

    With `check` nothing is written and every difference is a finding. With `force` hand edits are discarded.
    All pairs are looked at before the findings are printed.
    """
    masters = find_masters(course)
    if not masters:
        print(
            f"{course}: found no text file (.py) in notebooks/ or source/; run this in the course's folder",
            file=out,
        )
        return 2
    findings: list[Finding] = []
    written = 0
    for master in masters:
        try:
            state = compare(master)
            if state is State.FRESH:
                continue
            if check or (state is State.EDITED and not force):
                findings.append(_finding(master, state, course))
                continue
            write_notebook(master)
            written += 1
            print(
                f"built {master.notebook.relative_to(course)} from {master.path.relative_to(course)}",
                file=out,
            )
        except (BadNotebook, OSError) as error:
            findings.append(Finding(master.notebook, str(error)))
    findings += [Finding(path, message) for path, message in _orphans(course, masters)]
    findings += _pair_in_jupyterlab(course, masters, check)
    for finding in findings:
        print(finding.message, file=out)
    print(
        f"{counted(len(masters), 'notebook')}: {written} built, {counted(len(findings), 'problem')}", file=out
    )
    return 1 if findings else 0


def compare(master: Master) -> State:
    """The state of a pair. Raises BadNotebook when either half cannot be read."""
    wanted = master.read()
    found = master.read_notebook()
    if found is None:
        return State.MISSING
    if nbformat.writes(wanted) + "\n" == master.notebook.read_text(encoding="utf-8"):
        return State.FRESH
    if digest(found) == digest(wanted):
        return State.DIRTY
    recorded = found.metadata.get("built", {}).get("digest")
    return State.STALE if recorded == digest(found) else State.EDITED


def adopt(notebook: Path, *, out: TextIO = sys.stdout) -> int:
    """Takes a hand-edited notebook back into its master. Returns 0, or 2 when the notebook cannot be read.

    The master's former text is kept beside it as `NAME.py.before-adopt` when it held an edit of its own.
    """
    master = Master.of(notebook)
    try:
        found = master.read_notebook()
        if found is None:
            print(f"{notebook}: there is no such notebook; name an .ipynb of notebooks/ or source/", file=out)
            return 2
        both_changed = False
        if master.path.exists():
            former = master.read()
            both_changed = former.metadata.built.digest != found.metadata.get("built", {}).get("digest")
            take_out_former(found, former)
        built = canonical(found, master.path)
    except BadNotebook as error:
        print(str(error), file=out)
        return 2
    except ValueError as error:
        print(f"{notebook}: cannot be adopted: {error}", file=out)
        return 2
    if both_changed:
        backup = master.path.with_name(f"{master.path.name}.before-adopt")
        write_text(backup, master.path.read_text(encoding="utf-8"))
        print(f"{master.path} had changed too; its text is kept in {backup.name}: compare the two", file=out)
    write_text(master.path, to_percent(built))
    write_notebook(master)
    print(f"{master.path.name} now says what {master.notebook.name} says", file=out)
    return 0


def to_percent(notebook: nbformat.NotebookNode) -> str:
    """The text of a master: cells in the percent format below the kernel it wants, without what the build fills in."""
    bare = nbformat.v4.new_notebook(
        cells=copy.deepcopy(notebook.cells), metadata={"kernelspec": notebook.metadata.kernelspec}
    )
    bare.metadata["jupytext"] = {
        "notebook_metadata_filter": "-all",
        "cell_metadata_filter": "nbgrader,tags,-all",
    }
    take_out(bare)
    text: str = jupytext.writes(bare, fmt="py:percent")
    return text


def _finding(master: Master, state: State, course: Path) -> Finding:
    notebook, source = master.notebook.relative_to(course), master.path.relative_to(course)
    advice = {
        State.EDITED: f"to keep the edit: autograder adopt {notebook}; "
        "to throw it away: autograder notebooks --force",
    }.get(state, "run: make notebooks")
    return Finding(master.notebook, f"{notebook} {state.value} ({source}); {advice}")


def _pair_in_jupyterlab(course: Path, masters: list[Master], check: bool) -> list[Finding]:
    """Keeps the list in `source/jupytext.toml`, which has JupyterLab save both halves of a pair, where there is one."""
    path = course / "source" / "jupytext.toml"
    if not path.exists():
        return []
    names = [master.path.stem for master in masters if master.path.parent == path.parent.absolute()]
    listed = "".join(f'    "{name}//ipynb,py:percent",\n' for name in names)
    before = path.read_text(encoding="utf-8")
    wanted = PAIRS.sub(lambda _: f"formats = [\n{listed}]\n", before)
    if wanted == before:
        return []
    if check:
        return [
            Finding(path, "source/jupytext.toml does not list the text files in source/; run: make notebooks")
        ]
    write_text(path, wanted)
    return []


def _orphans(course: Path, masters: list[Master]) -> list[tuple[Path, str]]:
    """Notebooks that no master builds: a rename left them behind, or somebody wrote one by hand."""
    known = {master.notebook for master in masters}
    found = [*course.glob("notebooks/*.ipynb"), *course.glob("source/*/*.ipynb")]
    return [
        (
            path,
            f"{path.relative_to(course)} has no text file; run: autograder adopt {path.relative_to(course)}",
        )
        for path in sorted(found)
        if path.absolute() not in known
    ]
