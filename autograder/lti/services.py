"""What LTI's services say: members of a course, line items, scores.

Names and Role Provisioning Services 2.0, Assignment and Grade Services 2.0, of 1EdTech; fields have their names.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec
from msgspec import Meta

from autograder.lti.client import Client, Refused

SCOPE = "https://purl.imsglobal.org/spec/lti-"
MEMBERS = (f"{SCOPE}nrps/scope/contextmembership.readonly",)
LINE_ITEMS = (f"{SCOPE}ags/scope/lineitem",)
SCORES = (f"{SCOPE}ags/scope/score",)
MEMBERSHIP = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"
LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
LEARNER = ("Learner", "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner")
Record = TypeVar("Record")
Text = Annotated[str, Meta(min_length=1)]


@dataclass(frozen=True)
class Member:
    """A member of the course, as far as the platform tells."""

    user_id: Text
    roles: tuple[str, ...] = ()
    status: str | None = "Active"
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    lis_person_sourcedid: str | None = None

    @property
    def learns(self) -> bool:
        """Whether this is a student who still takes part."""
        return self.status in ("Active", None) and any(role in LEARNER for role in self.roles)


@dataclass(frozen=True)
class LineItem:
    """A column of the platform's gradebook, of which many are not ours."""

    id: Text
    label: str | None = None
    resourceId: str | None = None


@dataclass(frozen=True)
class Members:
    """A page of members."""

    members: tuple[Member, ...] = field(default_factory=tuple)


def members(client: Client) -> list[Member]:
    """Everybody in the course, from all pages. Raises Refused."""
    found = client.pages(client.settings.members, MEMBERS, MEMBERSHIP)
    return [member for page in found for member in _as(Members, page).members]


def line_item(client: Client, assignment: str, most: float) -> LineItem:
    """The column of an assignment, which is made where there is none. Raises Refused."""
    base = client.settings.line_items
    pages = client.pages(_with(base, {"resource_id": assignment}), LINE_ITEMS, CONTAINER)
    for page in pages:
        for each in _as(tuple[LineItem, ...], page):
            if each.resourceId == assignment:  # a platform may pass over the filter
                return each
    record = {"label": assignment, "scoreMaximum": most, "resourceId": assignment}
    return _as(LineItem, client.send("POST", base, LINE_ITEMS, LINE_ITEM, record))


def send_score(
    client: Client, item: LineItem, user: str, comment: str, score: float | None, most: float, final: bool
) -> None:
    """Sends a student's score; None where there is none yet. `final`: nobody has to read anything any more. Raises
    Refused."""
    record: dict[str, Any] = {
        "userId": user,
        "timestamp": datetime.now(UTC).isoformat(timespec="microseconds"),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded" if final else "PendingManual",
    }
    if score is not None and most > 0:  # of nothing there is no share: such work has a comment only
        record |= {"scoreGiven": round(score, 6), "scoreMaximum": most}
    if comment:
        record["comment"] = comment
    parts = urlsplit(item.id)
    client.send("POST", urlunsplit(parts._replace(path=f"{parts.path}/scores")), SCORES, SCORE, record)


def _with(url: str, query: dict[str, str]) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(query))))))


def _as(kind: type[Record], values: object) -> Record:
    try:
        return msgspec.convert(values, kind)
    except msgspec.MsgspecError as error:
        raise Refused(0, f"its answer is not what LTI says ({error})") from error
