"""Grades as Canvas imports them: `nbgrader export --exporter autograder.export.canvas.CanvasExport`.

The format is that of `lib/gradebook_importer.rb` of Canvas and of the guide "How do I import grades in the
Gradebook?": the columns Student, ID, SIS User ID, SIS Login ID, Section in this order, then one for each
assignment, called "Name (number)"; a row whose Student is "    Points Possible"; then a row for each student, found by
ID, else by the SIS columns, else by name. An empty cell means no grade.
"""

import re
from pathlib import Path

from traitlets import Bool, Dict, Unicode

from autograder.core.csv_tables import read_table
from autograder.core.errors import WrongUse
from autograder.course.policies import sections_in
from autograder.course.roster import Roster
from autograder.export.grades import EXCUSED, Grade, LmsExport, owner

HEADING = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
ABOUT = {*HEADING, "LastName", "FirstName", "Integration ID", "Root Account"}


class CanvasExport(LmsExport):
    """A CSV for Canvas: Gradebook, Import."""

    gradebook_csv = Unicode(
        "",
        help="A gradebook exported from Canvas; the file gets its students, order, ids and columns.",
    ).tag(config=True)
    columns = Dict(
        help="Canvas's column of an assignment, {'a3_gates': 'Assignment 3 (4711)'}; without, the name alone must fit."
    ).tag(config=True)
    create = Bool(
        False, help="Let Canvas create an assignment for those that its file has no column for."
    ).tag(config=True)
    default_file = "canvas.csv"
    platform = "canvas"
    excused = "EX"

    def write(self, grades: dict[str, dict[str, Grade]], roster: Roster) -> list[list[str]]:
        """The rows, after Canvas's own file where there is one."""
        if self.gradebook_csv:
            return self._into(Path(self.gradebook_csv), grades, roster)
        most = {name: max((g.most for g in each.values()), default=0.0) for name, each in grades.items()}
        rows = [[*HEADING, *(self.columns.get(name, name) for name in grades)]]
        rows.append(["    Points Possible", "", "", "", "", *(f"{most[name]:g}" for name in grades)])
        self.written = set(roster.people)
        for person in roster.people.values():
            name = ", ".join(filter(None, [person.last, person.first])) or person.id
            cells = [self.points(each.get(person.id)) for each in grades.values()]
            section = self.platforms.known(person.id).section
            rows.append([name, person.lms, "", person.id, section, *cells])
        return rows

    def _into(self, path: Path, grades: dict[str, dict[str, Grade]], roster: Roster) -> list[list[str]]:
        """Canvas's students with our columns only, so that the import touches nothing else."""
        table = read_table(path)
        heading = table.heading
        if "ID" not in heading or "Section" not in heading or not {"Student", "LastName"} & set(heading):
            raise WrongUse(
                f"{path}: found the columns {', '.join(heading[:6])}, expected {', '.join(HEADING)}; export it"
                " again in Canvas: Gradebook, Export"
            )
        about = [k for k, name in enumerate(heading) if name in ABOUT]
        places = {name: self._place(name, heading) for name in grades}
        titles = [self.columns.get(n, n) if p is None else heading[p] for n, p in places.items()]
        written = [[*(heading[k] for k in about), *titles]]
        strangers: list[str] = []
        sections: set[str] = set()
        possible: dict[str, float | None] = dict.fromkeys(grades)
        for _, row in table.rows:
            if "Points Possible" in row[0]:
                possible = {n: _number(row[p]) if p is not None else None for n, p in places.items()}
                most = {n: max((g.most for g in each.values()), default=0.0) for n, each in grades.items()}
                tops = [f"{possible[n] if possible[n] is not None else most[n]:g}" for n in grades]
                written.append([*(row[k] for k in about), *tops])
                continue
            cells = dict(zip(heading, row, strict=True))
            student = owner(roster, _keys(cells))
            if student is None:
                if cells.get("Student") != "Student, Test" and any(cells.get(k) for k in ("Student", "ID")):
                    strangers.append(row[0])
                continue
            self.written.add(student)
            sections.add(cells["Section"])
            for name, place in places.items():
                if place is not None and row[place].strip().upper() == self.excused:  # by a person, there
                    grades[name][student] = Grade(EXCUSED)
            points = [self.points(grades[name].get(student), possible[name]) for name in grades]
            written.append([*(row[k] for k in about), *points])
        self.say_strangers(strangers, path)
        left = roster.people.keys() - self.written
        self.say_left((each for each in left if self._here(each, sections)), path)
        return written

    def _here(self, student: str, sections: set[str]) -> bool:
        """Whether a student should be in a file with these sections: Canvas exports one section of a course as well."""
        section = self.platforms.known(student).section
        return not section or not sections.isdisjoint(sections_in(section))

    def _place(self, name: str, heading: list[str]) -> int | None:
        """Canvas's column of an assignment; None where it is to be made. Raises WrongUse."""
        title = self.columns.get(name)
        if title is not None and title not in heading:
            raise WrongUse(f"Canvas's file has no column {title!r}; it has {', '.join(heading[5:])}")
        for place, found in enumerate(heading):
            if found == title or (
                title is None and re.sub(r" \(\d+\)$", "", found).casefold() == name.casefold()
            ):
                return place
        if not self.create:
            has = ", ".join(each for each in heading if each not in ABOUT)
            raise WrongUse(
                f"Canvas's file has no column for {name}; it has {has}. Say which it is:\n"
                f"  --column '{name}=TITLE' (autograder export), or CanvasExport.columns\n"
                "or let Canvas create an assignment for it: --create, or CanvasExport.create"
            )
        return None


def _keys(cells: dict[str, str]) -> list[str]:
    """What finds a row's student: Canvas's number, the login or SIS number, then the name."""
    found = [f"canvas:{cells.get('ID', '')}"]
    found += [f"id:{cells[k]}" for k in ("SIS Login ID", "SIS User ID") if cells.get(k)]
    name = cells.get("Student") or f"{cells.get('LastName', '')}, {cells.get('FirstName', '')}"
    return [*found, f"name:{name}"]


def _number(text: str) -> float | None:
    """Points possible; None for a column that is read only or has none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
