"""Submissions out of a Moodle download.

Moodle names what "Download all submissions" gives in `mod/assign/classes/downloader.php` (4.x; earlier in
`locallib.php`): FULLNAME_NUMBER_assignsubmission_PLUGIN/PATH, or without folders
FULLNAME_NUMBER_assignsubmission_PLUGIN_FILE. NUMBER is the participant's in this assignment, the one of
"Participant NUMBER" in the grading worksheet; underscores in names have become spaces. Anonymous marking gives
"Participant_NUMBER", a team GROUP_NUMBER, or GROUP alone for those in none. The zip's times are those of the
download.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from autograder.collecting.model import Batch, Found, Member
from autograder.collecting.source import Download

NAME = re.compile(
    r"(?P<name>.*?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?"
)


class Moodle(Download):
    """A zip of "Download all submissions", or the folder that it was unpacked to."""

    title = "Moodle"
    untimed = f"{Download.untimed}; give its grading worksheet as --roster"

    def is_mine(self, names: Sequence[str]) -> bool:
        """Whether one of the names was made by Moodle: no other program makes such names."""
        return any(NAME.fullmatch(part) for name in names for part in name.split("/"))

    def split(self, members: Sequence[Member]) -> Batch:
        """The submissions by participant: files and online text of one are one submission."""
        groups: dict[tuple[str, str], list[Member]] = {}
        names: dict[tuple[str, str], dict[str, None]] = {}
        unmatched: dict[str, str] = {}
        for member in members:
            parts = member.path.split("/")
            at, match = next(
                ((k, m) for k, part in enumerate(parts) if (m := NAME.fullmatch(part))), (0, None)
            )
            if match is None:
                unmatched[member.path] = "its name is not of the form NAME_NUMBER_assignsubmission_file_..."
                continue
            inner = "/".join([*filter(None, [match["file"] or ""]), *parts[at + 1 :]])
            if inner:
                who = (match["name"], match["number"] or "")
                groups.setdefault(who, []).append(replace(member, path=inner))
                names.setdefault(who, {})[parts[at]] = None
        found = tuple(_found(*who, files, tuple(names[who])) for who, files in groups.items())
        return Batch(found, unmatched)


def _found(name: str, number: str, files: list[Member], names: tuple[str, ...]) -> Found:
    return Found(
        "_".join(filter(None, (name, number))),
        name,
        number,
        tuple(files),
        keys=(f"moodle:{number}",) if number else (),
        anonymous=name.casefold() == "participant",
        names=names,
        teams=(name,),
    )
