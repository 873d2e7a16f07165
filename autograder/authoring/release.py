"""The students' versions: `nbgrader generate_assignment` on `source/`, compared with `release/` byte by byte.

Called by `autograder release`. nbgrader's converter writes into a scratch folder first, so that a failure half-way
leaves `release/` and the gradebook as they were.
"""

import filecmp
import shutil
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TextIO

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException

from autograder.authoring.addresses import lead_to_book
from autograder.core.book import wrong_book
from autograder.core.scratch import temporary_folder
from autograder.core.text import counted, natural_order
from autograder.course.course import Course, nbgrader_log, open_course, preprocessors
from autograder.course.gradebook import make_gradebook
from autograder.pages.lessons import Lessons


def assignments(course: Path) -> list[str]:
    """The names of the course's assignments: the folders in `source/` that hold a notebook."""
    return sorted({path.parent.name for path in course.glob("source/*/*.ipynb")}, key=natural_order)


def build_release(
    course: Path,
    only: Collection[str] = (),
    *,
    check: bool = False,
    unchecked: bool = False,
    again: bool = False,
    out: TextIO = sys.stdout,
) -> int:
    """Brings `release/` in step with `source/`. Returns 0, 1 when something needs a person, or 2 for wrong use.

    only: these assignments and no others; all when empty.
    With `check` nothing is written and every difference is a finding. Otherwise each assignment passes the gate
    (`gate`) first if it has changed (`again`: all do), unless nobody wants that (`unchecked`). Nothing
    is written unless all of them pass.
    """
    names = assignments(course)
    if not names:
        mend = (
            "run: make notebooks"
            if (course / "source").is_dir()
            else "go to the course's folder first: cd COURSE"
        )
        print(f"{course}: found no source/ASSIGNMENT/*.ipynb; {mend}", file=out)
        return 2
    if unknown := [name for name in only if name not in names]:
        print(f"found no source/{', source/'.join(unknown)}; expected some of {', '.join(names)}", file=out)
        return 2
    wanted = [name for name in names if not only or name in only]
    opened = open_course(course)
    book = Lessons(config=opened.config).book_url
    if book and (wrong := wrong_book(book)):
        print(f"{course / 'nbgrader_config.py'}: c.Lessons.book_url: {wrong}", file=out)
        return 2
    findings: list[str] = []
    with temporary_folder("release-") as scratch:
        made = []
        for name in wanted:
            failure = _generate(opened, name, scratch)
            if failure:
                findings.append(f"source/{name}: nbgrader could not make the release:\n{failure}")
            else:
                made.append(name)
                if book:
                    lead_to_book(scratch / "release" / name, book)
        changed = {name: _differences(scratch / "release" / name, course / "release" / name) for name in made}
        changed = {name: files for name, files in changed.items() if files}
        if check:
            findings += [_stale(name, files) for name, files in changed.items()]
        else:
            findings += (
                []
                if unchecked
                else _gate(course, {name: name in changed for name in made}, scratch, again, out)
            )
            if not findings:
                _write(course, changed, scratch, out)
    findings += [
        f"release/{path.name}: has no source; delete it, or restore source/{path.name}"
        for path in sorted(course.glob("release/*/"))
        if path.name not in names and not only
    ]
    for finding in findings:
        print(finding, file=out)
    written = "" if check or not changed or not findings else "; nothing was released"
    skipped = "; released without a check" if unchecked and not check else ""
    looked_at, found = counted(len(wanted), "assignment"), counted(len(findings), "problem")
    print(f"{looked_at}: {found}{written}{skipped}", file=out)
    return 1 if findings else 0


def _stale(name: str, files: list[str]) -> str:
    listed = ", ".join(f"release/{name}/{file}" for file in files)
    return f"{listed}: not what source/{name}/ gives (source/{name}.py); run: make release"


def _write(course: Path, changed: Iterable[str], scratch: Path, out: TextIO) -> None:
    for name in changed:
        _replace(scratch / "release" / name, course / "release" / name)
        print(f"released {name} from source/{name}/", file=out)


def _gate(course: Path, names: dict[str, bool], scratch: Path, again: bool, out: TextIO) -> list[str]:
    """What the gate says against the assignments (name -> whether the release changes); what passes is remembered.

    An assignment as it was cloned, with its release, has been through the tests of whoever published it.
    """
    from autograder.authoring import gate  # heavy, and `--check` does not need it
    from autograder.core.errors import WrongUse
    from autograder.kernels.child import KernelFailed

    known, findings = gate.recorded(course), []
    for name, changed in names.items():
        prints = gate.prints(course, name, scratch)
        before = known.get(name, {} if changed else prints)
        wanted = [kind for kind, each in prints.items() if again or each != before.get(kind)]
        if wanted or changed:
            print(f"{name}: ", end="", file=out, flush=True)
            try:
                verdict = gate.examine(course, name, scratch, wanted)
            except (WrongUse, KernelFailed) as error:
                print("cannot be graded", file=out)
                findings.append(f"source/{name}: {error}; see: autograder doctor")
                continue
            print(verdict.said, file=out)
            findings += verdict.findings
            if verdict.findings:
                continue
        if known.get(name) != prints:
            gate.record(course, name, prints)
    return findings


def _generate(course: Course, name: str, scratch: Path) -> str:
    """Has nbgrader convert the assignment, with its gradebook and output in `scratch`; returns its log if it failed."""
    address = f"sqlite:///{scratch / 'gradebook.db'}"
    make_gradebook(address)
    folders = course.coursedir(assignment_id=name, release_directory=str(scratch / "release"), db_url=address)
    converter = GenerateAssignment(coursedir=folders, config=course.config, force=True)
    converter.preprocessors = preprocessors(converter.preprocessors)
    with nbgrader_log() as (log, _):
        try:
            converter.start()
        except NbGraderException as error:
            return "\n".join(log or [str(error)])[-4000:]
    return ""


def _differences(wanted: Path, found: Path) -> list[str]:
    files = {path.relative_to(root) for root in (wanted, found) for path in root.rglob("*") if path.is_file()}
    files = {file for file in files if ".ipynb_checkpoints" not in file.parts}
    _, mismatch, missing = filecmp.cmpfiles(wanted, found, sorted(map(str, files)), shallow=False)
    return sorted([*mismatch, *missing])


def _replace(wanted: Path, found: Path) -> None:
    """Copies beside the old folder first, so that the old one goes only when the new one is whole."""
    staged = found.with_name(f".{found.name}.writing")
    shutil.rmtree(staged, ignore_errors=True)
    shutil.copytree(wanted, staged)
    shutil.rmtree(found, ignore_errors=True)
    staged.rename(found)
