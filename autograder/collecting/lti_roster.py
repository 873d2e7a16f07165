"""`autograder roster --from lti`: the students of the course as the platform has them, by LTI's Names and Roles.

Names and addresses go into the gradebook, the platform's ids of the students into `.autograder/platforms.json`, where
the export finds them. Who is known already keeps the id.
"""

import sys
from pathlib import Path
from typing import TextIO

from autograder.collecting import course_records as records
from autograder.collecting.identities import known_before
from autograder.core.errors import WrongUse
from autograder.core.text import counted, printable
from autograder.course.platforms import read_platforms, write_platforms
from autograder.course.roster import Person, Roster, is_folder_name
from autograder.course.runtime import report_errors
from autograder.lti.client import Refused, client_of
from autograder.lti.services import Member, members

FIELDS = ("email", "lis_person_sourcedid", "user_id")
NAMED = 20


def fetch_roster(
    root: Path, column: str = "email", *, dry_run: bool = False, db: str = "", out: TextIO = sys.stdout
) -> int:
    """Brings the roster in. `column`: which of a member's fields becomes the id of a student who is new.

    Returns 0, 1 where somebody has no such field, 2 where there is no roster.
    """
    with report_errors(out) as status, records.opened(root, db, dry_run) as course:
        with client_of(course) as client:
            if not client.settings.members:
                raise WrongUse("course.toml, lti.members: found nothing, expected the address of the members")
            try:
                everybody = members(client)
            except Refused as error:
                raise WrongUse(f"No roster came: {error}.") from error
        platforms, known = read_platforms(course), records.known_students(course)
        ids = {each.lti: student for student, each in platforms.students.items() if each.lti}
        learners = {each.user_id: each for each in everybody if each.learns}
        named = {
            user: value
            for user, each in learners.items()
            if (value := ids.get(user) or getattr(each, column)) and is_folder_name(value)
        }
        if len(set(named.values())) < len(named):
            raise WrongUse(f"Several members have the same {column}. Choose another: --id user_id")
        roster = Roster({id: _person(id, learners[user]) for user, id in named.items()})
        same, changed = known_before(roster, known)
        people = same.people
        print(f"{counted(len(people), 'student')} of {counted(len(everybody), 'member')}", file=out)
        if changed:
            print(f"  {len(changed)} are known by another id and keep it: {', '.join(changed[:3])}", file=out)
        lacking = sorted(learners.keys() - named.keys())
        if lacking:
            shown = ", ".join(printable(learners[user].name or user) for user in lacking[:NAMED])
            no = f"no {column} that can be a folder's name"
            print(f"  {len(lacking)} have {no} and are left out (--id user_id): {shown}", file=out)
        if not dry_run:
            records.keep(course, "", same, None)
            write_platforms(course, platforms.with_lti({id: each.login for id, each in people.items()}))
        status.append(1 if lacking else 0)
    return status[0]


def _person(id: str, member: Member) -> Person:
    """A member as rosters have students; `login` is the platform's id."""
    first, last = member.given_name or "", member.family_name or ""
    return Person(id, first, last, member.name or "", member.email or "", member.user_id)
