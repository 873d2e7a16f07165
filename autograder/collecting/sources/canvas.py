"""Submissions out of a Canvas download.

Canvas names them in `lib/content_zipper.rb`: NAME_USER_ATTACHMENT_FILE with the sortable name in small letters and
nothing but word characters, `_LATE` after it where it is late, NAME_USER_text.html for a text entry and
NAME_USER_link.html for a link; `anon_CODE` in place of both for anonymous grading. FILE is the display name, to
which Canvas has added -1, -2 where the student had such a file before. An ATTACHMENT's number grows with time. NAME is
the student's own and may end in a number: then eve_502_501_77_a.ipynb may be by eve, whose USER is 502, or by eve_502.
So it is if FILE begins as if it were an ATTACHMENT, too.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from autograder.collecting.model import Batch, Found, Member
from autograder.collecting.source import Download

NAME = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_).+?)_)?(?:(?P<late>LATE)_)?(?P<user>\d+|anon_[^_]+)_"
    r"(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<text>(?:text|link)\.html))"
)
# FILE, where another reading begins one number later.
READ_OTHERWISE = re.compile(r"\d+_.+|(?:text|link)\.html")


class Canvas(Download):
    """A zip of "Download Submissions", or the folder that it was unpacked to."""

    title = "Canvas"
    untimed = ""  # Canvas says who is late

    def is_mine(self, names: Sequence[str]) -> bool:
        """Whether all files are in one folder and have names that Canvas makes."""
        return all(NAME.fullmatch(name) for name in names)

    def split(self, members: Sequence[Member]) -> Batch:
        """The submissions by user."""
        groups: dict[tuple[str, str], list[Member]] = {}
        late: set[tuple[str, str]] = set()
        unsure: set[tuple[str, str]] = set()
        names: dict[tuple[str, str], list[str]] = {}
        unmatched: dict[str, str] = {}
        for member in members:
            match = NAME.fullmatch(member.path.rsplit("/", 1)[-1])
            if match is None:
                unmatched[member.path] = "its name is not of the form NAME_USER_ATTACHMENT_FILE"
                continue
            who = (match["name"] or "", match["user"])
            unsure |= {who} if READ_OTHERWISE.fullmatch(match["file"] or "") else set()
            late |= {who} if match["late"] else set()
            renamed = replace(
                member, path=match["file"] or match["text"], order=int(match["attachment"] or 0)
            )
            groups.setdefault(who, []).append(renamed)
            names.setdefault(who, []).append(member.path.rsplit("/", 1)[-1])
        found = tuple(
            replace(_found(*who, files, who in late, tuple(names[who])), unsure=who in unsure)
            for who, files in groups.items()
        )
        return Batch(found, unmatched)


def _found(name: str, user: str, files: list[Member], late: bool, names: tuple[str, ...]) -> Found:
    return Found(
        "_".join(filter(None, (name, user))),
        name,
        user,
        tuple(sorted(files, key=lambda m: m.order)),
        late=late,
        keys=(f"canvas:{user}",),
        anonymous=user.startswith("anon_"),
        order=max(member.order for member in files),
        names=names,
    )
