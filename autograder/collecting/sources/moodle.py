"""Submissions out of a Moodle or a Canvas download; `collect` calls `moodle` and `canvas`.

Moodle names what "Download all submissions" gives in `mod/assign/classes/downloader.php` (4.x; earlier in
`locallib.php`): FULLNAME_NUMBER_assignsubmission_PLUGIN/PATH, or without folders
FULLNAME_NUMBER_assignsubmission_PLUGIN_FILE. NUMBER is the participant's in this assignment, the one of
"Participant NUMBER" in the grading worksheet; underscores in names have become spaces. Anonymous marking gives
"Participant_NUMBER", a team GROUP_NUMBER, or GROUP alone for those in none. The zip's times are those of the
download.

Canvas does it in `lib/content_zipper.rb`: NAME_USER_ATTACHMENT_FILE with the sortable name in small letters and
nothing but word characters, `_LATE` after it where it is late, NAME_USER_text.html for a text entry and
NAME_USER_link.html for a link; `anon_CODE` in place of both for anonymous grading. FILE is the display name, to
which Canvas has added -1, -2 where the student had such a file before. An ATTACHMENT's number grows with time.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from autograder.collecting.archive import RUBBISH
from autograder.collecting.model import Found, Haul, Member

MOODLE = re.compile(
    r"(?P<name>.*?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?"
)
CANVAS = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_).+?)_)?(?:(?P<late>LATE)_)?(?P<user>\d+|anon_[^_]+)_"
    r"(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<text>(?:text|link)\.html))"
)


def moodle(members: Sequence[Member]) -> Haul:
    """The submissions of a Moodle download, by participant: files and online text of one are one submission."""
    groups: dict[tuple[str, str], list[Member]] = {}
    strays: dict[str, str] = {}
    for member in members:
        parts = member.path.replace("\\", "/").split("/")
        at, match = next(((k, m) for k, part in enumerate(parts) if (m := MOODLE.fullmatch(part))), (0, None))
        if match is None:
            if not RUBBISH.search(member.path):
                strays[member.path] = "its name is not of the form NAME_NUMBER_assignsubmission_file_..."
            continue
        inner = "/".join([*filter(None, [match["file"] or ""]), *parts[at + 1 :]])
        if inner:
            who = (match["name"], match["number"] or "")
            groups.setdefault(who, []).append(replace(member, path=inner))
    found = [
        Found("_".join(filter(None, who)), who[0], who[1], tuple(files)) for who, files in groups.items()
    ]
    return Haul(tuple(found), strays)


def canvas(members: Sequence[Member]) -> Haul:
    """The submissions of a Canvas download, by user."""
    groups: dict[tuple[str, str], list[Member]] = {}
    late: set[tuple[str, str]] = set()
    strays: dict[str, str] = {}
    for member in members:
        file = member.path.replace("\\", "/").rsplit("/", 1)[-1]
        match = CANVAS.fullmatch(file)
        if match is None:
            if not RUBBISH.search(member.path):
                strays[member.path] = "its name is not of the form NAME_USER_ATTACHMENT_FILE"
            continue
        who = (match["name"] or "", match["user"])
        late |= {who} if match["late"] else set()
        renamed = replace(member, path=match["file"] or match["text"], order=int(match["attachment"] or 0))
        groups.setdefault(who, []).append(renamed)
    found = [
        Found(
            "_".join(filter(None, who)),
            who[0],
            who[1],
            tuple(sorted(files, key=lambda m: m.order)),
            late=who in late,
        )
        for who, files in groups.items()
    ]
    return Haul(tuple(found), strays)
