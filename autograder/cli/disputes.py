"""Subcommands for disputed grades: `request`, `decide`, `requests`, `changes`."""

import argparse

from autograder.cli.options import add, add_db, positive


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommands of this family."""
    request = add(commands, "request", "keep a student's request to have a graded cell looked at again")
    request.add_argument("assignment", help="the assignment: its folder's name in source/")
    request.add_argument("student", help="the student's id")
    request.add_argument("cell", help="the graded cell's id, as grades.csv has it")
    request.add_argument("text", help="what the student says")
    add_db(request)
    request.set_defaults(handler=_request)

    decide = add(commands, "decide", "decide a regrade request")
    decide.add_argument("number", type=positive, help="the request's number")
    answer = decide.add_mutually_exclusive_group(required=True)
    answer.add_argument("--points", type=float, metavar="N", help="the points that the cell gets")
    answer.add_argument("--refuse", action="store_true", help="the points stay")
    decide.add_argument("--why", required=True, help="the reason, kept in the log")
    add_db(decide)
    decide.set_defaults(handler=_decide)

    requests = add(commands, "requests", "list regrade requests")
    requests.add_argument("--all", action="store_true", help="also those that are decided")
    add_db(requests)
    requests.set_defaults(handler=_requests)

    changes = add(commands, "changes", "list who changed which grade when, from, to and why")
    changes.add_argument("assignment", help="the assignment: its folder's name in source/")
    changes.add_argument("--student", default="", metavar="ID", help="only this student")
    add_db(changes)
    changes.set_defaults(handler=_changes)


def _request(arguments: argparse.Namespace) -> int:
    from autograder.commands.requests import open_request

    return open_request(
        arguments.course.absolute(),
        arguments.assignment,
        arguments.student,
        arguments.cell,
        arguments.text,
        db=arguments.db,
    )


def _decide(arguments: argparse.Namespace) -> int:
    from autograder.commands.requests import decide

    return decide(
        arguments.course.absolute(), arguments.number, arguments.points, arguments.why, db=arguments.db
    )


def _requests(arguments: argparse.Namespace) -> int:
    from autograder.commands.requests import list_requests

    return list_requests(arguments.course.absolute(), arguments.all, db=arguments.db)


def _changes(arguments: argparse.Namespace) -> int:
    from autograder.commands.requests import list_changes

    return list_changes(arguments.course.absolute(), arguments.assignment, arguments.student, db=arguments.db)
