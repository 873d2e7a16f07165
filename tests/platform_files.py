"""Files as Moodle and Canvas make them, for the tests of a term: worksheets, gradebooks, downloads.

Moodle: `mod/assign/gradingtable.php` (columns, the status with drafts and extensions) and
`mod/assign/classes/downloader.php` (names). Canvas: `lib/gradebook_exporter.rb` (BOM, "Points Possible", "Manual
Posting", EX) and `lib/content_zipper.rb` (names).
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from downloads import make_zip

SUBMITTED, DRAFT, NOTHING = "Submitted for grading", "Draft (not submitted)", "No submission"


@dataclass(frozen=True)
class Participant:
    """A line of Moodle's grading worksheet. `extension` and `time` as Moodle's English writes them."""

    number: int
    name: str
    email: str = ""
    username: str = ""
    status: str = SUBMITTED
    extension: str = ""
    time: str = "-"
    group: str = ""


def worksheet(
    path: Path, people: list[Participant], identity: tuple[str, ...] = ("email",), most: str = "5.00"
) -> Path:
    """A grading worksheet with these identity columns: email, username, or others, which stay empty."""
    titles = {"email": "Email address", "username": "Username", "group": "Group"}
    heading = ["Identifier", "Full name", *(titles.get(each, each) for each in identity), "Status", "Grade"]
    heading += [
        "Maximum Grade",
        "Grade can be changed",
        "Last modified (submission)",
        "Last modified (grade)",
    ]
    rows = [[*heading, "Feedback comments"]]
    for each in people:
        status = each.status + (f" - Extension granted until: {each.extension}" if each.extension else "")
        about = [getattr(each, name, "Physics") for name in identity]
        rows.append(
            [f"Participant {each.number}", each.name, *about, status, "", most, "Yes", each.time, "-", ""]
        )
    return write(path, rows)


def canvas_gradebook(
    path: Path, people: list[tuple[str, int, str, str]], columns: dict[str, dict[int, str]]
) -> Path:
    """Canvas's export: people as (sortable name, number, login, section); what stands in each assignment's column."""
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *columns, "Final Score"]]
    rows.append(["", "", "", "", "", *("Manual Posting" for _ in columns), "(read only)"])
    rows.append(["    Points Possible", "", "", "", "", *("5.00" for _ in columns), "(read only)"])
    for name, number, login, section in people:
        rows.append(
            [name, str(number), "", login, section, *(c.get(number, "") for c in columns.values()), "80.1"]
        )
    rows.append(["Student, Test", "599", "", "test", "A", *("" for _ in columns), ""])
    return write(path, rows)


def moodle_zip(path: Path, files: dict[Participant, bytes], name: str = "two.ipynb") -> Path:
    """*Download all submissions*, with folders."""
    return make_zip(
        path,
        {f"{who.name}_{who.number}_assignsubmission_file/{name}": content for who, content in files.items()},
    )


def canvas_zip(path: Path, files: list[tuple[str, int, int, str, bool, bytes]]) -> Path:
    """*Download Submissions*: (name in small letters, user, attachment, file, whether late, content)."""
    return make_zip(
        path,
        {
            f"{name}_{'LATE_' if late else ''}{user}_{number}_{file}": content
            for name, user, number, file, late, content in files
        },
    )


def write(path: Path, rows: list[list[str]]) -> Path:
    """A CSV with a byte order mark, as both products write it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return path
