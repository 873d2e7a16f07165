"""Subcommands that bring in submissions: `collect`."""

import argparse
from pathlib import Path

from autograder.cli.options import add, add_db


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommands of this family."""
    collect = add(commands, "collect", "collect submissions into the course")
    collect.add_argument(
        "path",
        nargs="?",
        type=Path,
        help="the download, a zip or a folder; with --from exchange, the exchange's root",
    )
    collect.add_argument(
        "--from", dest="source", default="", metavar="SOURCE",
        help="moodle, canvas, exchange, folder (one folder, or git clone, for each student), or another that is "
        "installed (default: recognised from the file names)",
    )  # fmt: skip
    collect.add_argument(
        "--assignment",
        default="",
        metavar="A",
        help="the assignment (default: recognised from the notebooks)",
    )
    collect.add_argument(
        "--roster", type=Path, metavar="CSV", help="the students, as exported by Moodle, Canvas or nbgrader"
    )
    collect.add_argument(
        "--id", default="", metavar="COLUMN", help="the roster's column with nbgrader's student ids"
    )
    collect.add_argument(
        "--due",
        default="",
        metavar="TIME",
        help="the deadline, such as '2026-03-01 23:59' (default: the gradebook's)",
    )
    collect.add_argument(
        "--update", action="store_true", help="replace submissions that differ; the replaced ones are kept"
    )
    collect.add_argument(
        "--times",
        type=Path,
        action="append",
        default=[],
        metavar="JSON",
        help="Canvas's list of submissions, which says when each was handed in (repeatable)",
    )
    collect.add_argument("--all", action="store_true", help="fold no list of the summary")
    collect.add_argument("--dry-run", action="store_true", help="write nothing, only show what would be done")
    add_db(collect)
    collect.set_defaults(handler=_collect)

    roster = add(commands, "roster", "bring in the students of the course from the learning platform")
    roster.add_argument("--from", dest="source", choices=("lti",), required=True, help="how: by LTI")
    roster.add_argument(
        "--id",
        choices=("email", "lis_person_sourcedid", "user_id"),
        default="email",
        help="which of a member's fields is the id of a student who is new (email)",
    )
    roster.add_argument("--dry-run", action="store_true", help="write nothing, only show who there is")
    add_db(roster)
    roster.set_defaults(handler=_roster)


def _collect(arguments: argparse.Namespace) -> int:
    from autograder.collecting.collect import Options, collect

    options = Options(
        path=arguments.path.absolute() if arguments.path else None,
        source=arguments.source,
        assignment=arguments.assignment,
        roster=arguments.roster.absolute() if arguments.roster else None,
        column=arguments.id,
        due=arguments.due,
        update=arguments.update,
        dry_run=arguments.dry_run,
        db=arguments.db,
        times=tuple(each.absolute() for each in arguments.times),
        every=arguments.all,
    )
    return collect(arguments.course.absolute(), options)


def _roster(arguments: argparse.Namespace) -> int:
    from autograder.collecting.lti_roster import fetch_roster

    return fetch_roster(arguments.course.absolute(), arguments.id, dry_run=arguments.dry_run, db=arguments.db)
