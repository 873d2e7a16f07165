"""`autograder codes`: each student's personal code, as a CSV that can be merged into letters."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from autograder.core.csv_tables import write_table
from autograder.core.errors import WrongUse
from autograder.core.text import counted
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
    """Writes the codes of `students`, else those of the `roster`, else those of the gradebook's students. Makes the
    course's key where there is none. Returns 0, or 2 for wrong use."""
    with report_errors(out) as status, course_lock(course, db) as opened:
        if roster:
            people = read_roster(roster, column).people
            about = {student: (each.name, each.email) for student, each in people.items()}
        else:
            about = {student: (name, "") for student, name in names_of(opened).items()}
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
        codes = codes_of(opened, wanted)
        path = to or opened.root / "reports" / "codes.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [HEADING, *((each, *wanted[each], str(codes[each])) for each in wanted)]
        write_table(path, rows, private=True)
        print(f"{counted(len(codes), 'code')} in\n  {path}", file=out)
        status.append(0)
    return status[0]
