"""`autograder defend`: writes each student's questions on their own code, and the keys."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TextIO

from autograder.checking.registry import exercises_of, find
from autograder.checking.seeds import draw_seed
from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.core.json_records import to_json
from autograder.core.text import counted
from autograder.course.course import Course, find_submissions, open_course
from autograder.course.runtime import report_errors
from autograder.course.skeleton import load_assignment
from autograder.defence.handed_in import handed_in
from autograder.defence.pages import keys_page, student_page
from autograder.defence.questions import sheet
from autograder.defence.records import Defence, Sheet
from autograder.defence.tried import Sandbox
from autograder.kernels.client import WarmParent
from autograder.kernels.sandbox.modes import SandboxUnavailable, resolve_mode
from autograder.results.merged import names_of
from autograder.submissions.intake import read

FOLDER, SHEETS = "defence", "sheets"


def defend_assignment(
    course: Path,
    assignment: str,
    *,
    students: Sequence[str] = (),
    seed: int | None = None,
    sandbox: str = "auto",
    db: str = "",
    out: TextIO = sys.stdout,
) -> int:
    """Writes sheets/STUDENT.html for each student (or those named), keys.html, keys.json in reports/ASSIGNMENT/defence/.

    `seed` repeats the questions of an earlier run. Students' code runs in the sandbox. Returns 0, or 2 after
    wrong use.
    """
    with report_errors(out) as status:
        opened = open_course(course, db)
        names = [name for name in exercises_of(assignment) if find(name).of_function]
        folders = find_submissions(opened, assignment, tuple(students), "defend")
        if not names:
            raise WrongUse(
                f"Found no exercise with checks in {assignment!r}. Questions are made for functions that"
                " `check` knows: see CONTRIBUTING.md, Add an exercise."
            )
        try:
            mode = resolve_mode(sandbox)
        except SandboxUnavailable as error:
            raise WrongUse(str(error)) from error
        with closing(WarmParent(large=())) as parent:
            there = Sandbox(parent, mode, draw_seed() if seed is None else seed)
            sheets = tuple(_sheets(opened, assignment, folders, names, there, out))
        defence = Defence(assignment, there.seed, sheets)
        print(_write(opened, defence), file=out)
        status.append(0)
    return status[0]


def _sheets(
    course: Course,
    assignment: str,
    folders: dict[str, Path],
    names: Sequence[str],
    sandbox: Sandbox,
    out: TextIO,
) -> Iterator[Sheet]:
    skeletons = load_assignment(course, assignment).skeletons
    called = names_of(course)
    for student, folder in folders.items():
        functions = list(handed_in(read(student, folder), skeletons, names))
        written = {each.name for each in functions}
        missing = [name for name in names if name not in written]
        made = sheet(student, called.get(student, ""), functions, missing, sandbox)
        print(f"{student}: {counted(len(made.questions), 'question')}", file=out, flush=True)
        yield made


def _write(course: Course, defence: Defence) -> str:
    """Writes the pages; says where."""
    folder = course.reports(defence.assignment) / FOLDER
    sheets = folder / SHEETS
    sheets.mkdir(parents=True, exist_ok=True)
    for each in defence.sheets:
        write_text(sheets / f"{each.student}.html", student_page(defence, each))
    write_text(folder / "keys.html", keys_page(defence))
    write_text(folder / "keys.json", to_json(defence, indent=1) + "\n")
    where = folder.relative_to(course.root)
    return (
        f"{where}/keys.html has the questions and keys of {counted(len(defence.sheets), 'student')}; the pages in"
        f" {where}/{SHEETS}/ are for students.\nThe same questions again: --seed {defence.seed}"
    )
