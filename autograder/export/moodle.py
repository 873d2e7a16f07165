"""Grades as Moodle imports them: `nbgrader export --exporter autograder.export.moodle.MoodleExport`.

With `worksheet`, the grading worksheet of one assignment ("Download grading worksheet") is filled in. What Moodle
reads of it is in `mod/assign/feedback/offline/importgradeslib.php`: the columns Identifier, Grade and "Last modified
(grade)" must be there, "Feedback comments" may be; an empty grade is skipped, and so is one above the maximum.
Everything else is written as it was read.

Without it, a file for the gradebook ("Import, CSV file"; docs.moodle.org, "Grade import"): whom a row is about is
chosen there by mapping "Email address" or "ID number", and a grade item for each assignment's column.
"""

import html
from dataclasses import replace
from pathlib import Path

from traitlets import Bool, Unicode

from autograder.core.csv_tables import read_table
from autograder.core.errors import WrongUse
from autograder.course.roster import Roster
from autograder.export.grades import Grade, LmsExport, owner

NEEDED = ("Identifier", "Grade", "Last modified (grade)")
COMMENTS = "Feedback comments"


class MoodleExport(LmsExport):
    """A CSV for Moodle: an assignment's grading worksheet, or the gradebook's import."""

    worksheet = Unicode("", help="The assignment's grading worksheet, as downloaded from Moodle.").tag(
        config=True
    )
    comments = Bool(
        True, help="Fill in empty feedback comments of the worksheet with the points in words."
    ).tag(config=True)
    default_file = "moodle.csv"
    platform = "moodle"

    def write(self, grades: dict[str, dict[str, Grade]], roster: Roster) -> list[list[str]]:
        """The rows of either file."""
        if not self.worksheet:
            heading = ["First name", "Last name", "ID number", "Email address", *grades]
            people = roster.people.values()
            self.written = set(roster.people)
            return [heading] + [
                [p.first, p.last, p.id, p.email, *(self.points(each.get(p.id)) for each in grades.values())]
                for p in people
            ]
        if len(grades) != 1:
            raise WrongUse(
                f"A grading worksheet is for one assignment, but there are {', '.join(grades)}. Choose one:\n"
                "  nbgrader export --assignment='[\"NAME\"]' ..."
            )
        (name,) = grades
        numbers = self.platforms.numbers.get(name, {})
        numbered = {id: replace(each, number=numbers.get(id, "")) for id, each in roster.people.items()}
        return self._filled(Path(self.worksheet), grades[name], Roster(numbered))

    def _filled(self, path: Path, grades: dict[str, Grade], roster: Roster) -> list[list[str]]:
        table = read_table(path)
        heading, self.delimiter = table.heading, table.delimiter
        lacking = [name for name in NEEDED if name not in heading]
        if lacking:
            raise WrongUse(
                f"{path}: found no column {', '.join(lacking)}; expected Moodle's grading worksheet in English (the"
                " language of your Moodle profile), with the feedback type 'Offline grading worksheet' switched on"
            )
        strangers: list[str] = []
        for _, row in table.rows:
            cells = dict(zip(heading, row, strict=True))
            student = owner(roster, _keys(cells))
            if student is None:
                strangers.append(_name(cells))
                continue
            self.written.add(student)
            if cells.get("Grade can be changed", "") == "No":
                self.log.warning("%s: Moodle does not let this grade be changed", _name(cells))
            points = self.points(grades[student], _maximum(cells))
            if points:
                row[heading.index("Grade")] = points
                if self.comments and COMMENTS in heading and not cells[COMMENTS].strip():
                    row[heading.index(COMMENTS)] = html.escape(grades[student].said, quote=False)
        self.say_strangers(strangers, path)
        self.say_left(roster.people.keys() - self.written, path)
        return [heading, *(row for _, row in table.rows)]


def _keys(cells: dict[str, str]) -> list[str]:
    """What finds a row's student: an id or an address, then the participant's number of collecting, then the name."""
    columns = ("Username", "ID number", "Email address")
    keys = [f"id:{cells[name]}" for name in columns if cells.get(name)]
    name, number = cells.get("Full name", ""), cells["Identifier"].rpartition(" ")[2]
    return [*keys, f"moodle:{number}", f"id:{name}{number}", f"name:{name}"]


def _name(cells: dict[str, str]) -> str:
    return cells.get("Full name") or cells["Identifier"]


def _maximum(cells: dict[str, str]) -> float | None:
    """Moodle's maximum; None where the worksheet does not say, or a scale is used."""
    try:
        return float(cells.get("Maximum Grade", "").replace(",", "."))
    except ValueError:
        return None
