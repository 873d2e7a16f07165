"""Subcommands for a whole term: `extend`, `policy`."""

import argparse

from autograder.cli.options import add, add_db


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommands of this family."""
    extend = add(commands, "extend", "give a student more time for an assignment")
    extend.add_argument("assignment", help="the assignment: its folder's name in source/")
    extend.add_argument("student", help="the student's id")
    extend.add_argument("when", help="the student's own deadline, such as '2026-03-04 23:59'")
    extend.add_argument("--why", default="", help="the reason, kept in course.toml")
    add_db(extend)
    extend.set_defaults(handler=_extend)

    policy = add(commands, "policy", "say whose points course.toml changes as it is now, and apply it")
    policy.add_argument("assignments", nargs="*", metavar="assignment", help="only these (default: all)")
    policy.add_argument("--apply", action="store_true", help="change the points of all of them")
    add_db(policy)
    policy.set_defaults(handler=_policy)


def _extend(arguments: argparse.Namespace) -> int:
    from autograder.commands.policy import extend

    return extend(
        arguments.course.absolute(),
        arguments.assignment,
        arguments.student,
        arguments.when,
        arguments.why,
        db=arguments.db,
    )


def _policy(arguments: argparse.Namespace) -> int:
    from autograder.commands.policy import policy

    return policy(arguments.course.absolute(), arguments.assignments, apply=arguments.apply, db=arguments.db)
