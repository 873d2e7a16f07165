"""`autograder return`: students' pages as the zip of feedback files that Canvas or Moodle takes back.

Both tell whose a file is by the name that they gave it in their own download, which collecting has kept.

Canvas ("Upload Submissions"; `infer_comment_context_from_filename` in its `assignment.rb`): the first two parts of the
name, between underscores, that are numbers are the user and an attachment of their submission; a last part that begins
with `link` makes it drop the file.
Moodle ("Upload multiple feedback files in a zip"; `mod/assign/feedback/file/importziplib.php`): a part of the path is
FULLNAME_NUMBER_assignsubmission_PLUGIN, with the participant's number, or the group's.
"""

import re
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from autograder.core.errors import WrongUse
from autograder.core.files import replacing
from autograder.core.text import counted, with_name
from autograder.course.course import Course, did_you_mean
from autograder.course.platforms import Platforms, read_platforms
from autograder.course.runtime import course_lock, report_errors
from autograder.results.merged import names_of, outcomes_of
from autograder.results.outcome import FAILED, MANUAL

NAMED = 20
CANVAS = re.compile(r"(?P<prefix>(?:.*_)?\d+_\d+)_.+")
MOODLE = re.compile(r"(?P<prefix>.+_\d+_assignsubmission_[a-z0-9]+_?)(?:[^/]*)")
UNREAD = "have answers that nobody has read yet"
UNCONFIRMED = "have points by hand to be confirmed: the work or its tests have changed since"
WHERE = {
    "canvas": "Gradebook, the menu of the assignment, Upload Submissions",
    "moodle": "the assignment's Submissions, Upload multiple feedback files in a zip (feedback type Feedback files)",
}


@dataclass(frozen=True)
class Packed:
    """What goes back: files by their name in the zip, the students whose they are, and those who get none, by why."""

    files: dict[str, Path]
    students: tuple[str, ...]
    left: dict[str, tuple[str, ...]]


def return_feedback(
    root: Path,
    assignment: str,
    platform: str,
    *,
    to: Path | None = None,
    waiting: bool = False,
    db: str = "",
    out: TextIO = sys.stdout,
) -> int:
    """Writes the zip of a platform's students; those whose answers wait for a person only with `waiting`.

    Returns 0, 1 where somebody of the platform gets nothing, 2 where there is nothing to return.
    """
    with report_errors(out) as status, course_lock(root, db) as course:
        known = course.assignments()
        if assignment not in known:
            command = f"autograder return {{}} --to {platform}"
            raise WrongUse(
                f"There is no assignment {assignment!r}."
                + did_you_mean(assignment, known, "assignment", command)
            )
        packed = pack(course, assignment, platform, read_platforms(course), waiting)
        if not packed.files:
            raise WrongUse(
                f"Nobody of {platform} has a page for {assignment} that can go back. Collect there and grade:\n"
                f"  autograder collect PATH --from {platform} --roster CSV\n  autograder grade {assignment}"
            )
        path = to or course.reports(assignment) / f"return-{platform}.zip"
        with replacing(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, page in sorted(packed.files.items()):
                archive.writestr(zipfile.ZipInfo(name), page.read_bytes(), zipfile.ZIP_DEFLATED)
        pages, students = counted(len(packed.files), "page"), counted(len(packed.students), "student")
        print(f"{assignment}: {pages} of {students} in {path}\nUpload it there: {WHERE[platform]}", file=out)
        names = names_of(course)
        for why, those in packed.left.items():
            more = f" and {len(those) - NAMED} more" if len(those) > NAMED else ""
            shown = ", ".join(with_name(student, names.get(student, "")) for student in those[:NAMED])
            print(f"  {len(those)} {why}: {shown}{more}", file=out)
        status.append(1 if packed.left else 0)
    return status[0]


def pack(course: Course, assignment: str, platform: str, platforms: Platforms, waiting: bool) -> Packed:
    """Chooses pages and names."""
    files: dict[str, Path] = {}
    students: list[str] = []
    left: dict[str, tuple[str, ...]] = {}
    names = names_of(course)
    for outcome in outcomes_of(course, assignment):
        student = outcome.student
        handed = platforms.handed.get(assignment, {}).get(student)
        theirs = (handed.platform,) if handed else platforms.known(student).platforms
        if platform not in theirs:
            continue
        prefix = _prefix(platforms, assignment, platform, student, names)
        pages = sorted(course.feedback(student, assignment).glob("*.html"))
        why = ""
        if outcome.status == FAILED or not pages:
            why = "have no page"
        elif outcome.status == MANUAL and not waiting:
            unread = any(question.score is None for question in outcome.questions)
            why = f"{UNREAD if unread else UNCONFIRMED} (--waiting returns them too)"
        elif not prefix:
            why = "have no name under which it goes back: collect them again"
        if why:
            left[why] = (*left.get(why, ()), student)
            continue
        students.append(student)
        for page in pages:
            files.setdefault(_name(platform, prefix, page), page)  # a group's is one
    return Packed(files, tuple(students), left)


def _prefix(
    platforms: Platforms, assignment: str, platform: str, student: str, names: Mapping[str, str]
) -> str:
    """What a file's name has to begin with, "" where it is not known."""
    handed = platforms.handed.get(assignment, {}).get(student)
    form = CANVAS if platform == "canvas" else MOODLE
    number = platforms.numbers.get(assignment, {}).get(student, "") if platform == "moodle" else ""
    for name in handed.names if handed else ():
        found = form.fullmatch(name)
        if found and (
            not number or f"_{number}_" in name
        ):  # with another number: what one handed in for the group
            return found["prefix"]
    name = (names.get(student, "") or student).replace("_", " ")
    return f"{name}_{number}_assignsubmission_file" if number else ""


def _name(platform: str, prefix: str, page: Path) -> str:
    if platform == "moodle":
        return f"{prefix}/{page.name}"
    return f"{prefix}_feedback-{page.stem.replace('_', '-')}.html"
