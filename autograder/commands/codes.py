"""`autograder codes`: each student's personal code, as a CSV that can be merged into letters."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from autograder.core.csv_tables import read_table, unharmed, write_table
from autograder.core.errors import WrongUse
from autograder.core.text import counted
from autograder.course.course import did_you_mean
from autograder.course.personal_key import codes_of, key_file, make_key
from autograder.course.roster import read_roster
from autograder.course.runtime import course_lock, report_errors
from autograder.results.merged import names_of

HEADING = ("student_id", "name", "email", "code")


def write_codes(
    course: Path,
    students: Sequence[str] = (),
    *,
    roster: Path | None = None,
    column: str = "",
    to: Path | None = None,
    db: str = "",
    out: TextIO = sys.stdout,
) -> int:
    """Writes the codes of `students`, else those of the `roster`, else those of the gradebook's students.

    Of a part of the class the others' lines in the file stay. Makes the course's key where there is none. Returns
    0, or 2 for wrong use.
    """
    with report_errors(out) as status, course_lock(course, db) as opened:
        if roster:
            people = read_roster(roster, column).people
            about = {student: (each.name, each.email) for student, each in people.items()}
        else:
            about = {student: (name, "") for student, name in names_of(opened).items()}
        for student in students if about else ():
            if student not in about:
                raise WrongUse(
                    f"There is no student {student!r}."
                    + did_you_mean(student, list(about), "student", "autograder codes {}")
                    + "\nName a list that has the student: --roster STUDENTS.csv"
                )
        wanted = {student: about.get(student, ("", "")) for student in students} if students else about
        if not wanted:
            raise WrongUse(
                "Found no student in the gradebook. Name a list, such as Moodle's or Canvas's, or the students:\n"
                "  autograder codes --roster STUDENTS.csv"
            )
        if make_key(opened):
            print(
                f"Made the course's key. Keep a copy of it, and give it to nobody:\n  {key_file(opened)}",
                file=out,
            )
        path = to or opened.root / "reports" / "codes.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        count = len(wanted)
        if students or roster:  # a part of the class: the others' lines stay
            wanted = {**_written(path), **wanted}
        codes = codes_of(opened, wanted)
        rows = [HEADING, *((each, *wanted[each], str(codes[each])) for each in wanted)]
        write_table(path, rows, private=True)
        more = len(wanted) - count
        print(f"{counted(count, 'code')}{f', beside {more} others,' if more else ''} in\n  {path}", file=out)
        status.append(0)
    return status[0]


def _written(path: Path) -> dict[str, tuple[str, str]]:
    """Names and addresses by student, of a file that this command has written; nothing where there is none. Raises
    WrongUse where it is another."""
    if not path.is_file():
        return {}
    table = read_table(path)
    if tuple(table.heading) != HEADING:
        raise WrongUse(f"{path} is no list of codes. Name another file: --out CSV")
    rows = ([unharmed(cell) for cell in cells] for _, cells in table.rows)
    return {student: (name, email) for student, name, email, _ in rows}
