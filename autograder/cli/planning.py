"""Subcommands for running a course on servers: `plan`, `links`."""

import argparse

from autograder.cli.options import SANDBOXES, add, positive


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommands of this family."""
    plan = add(commands, "plan", "estimate the time, memory and disk that grading many submissions takes")
    plan.add_argument(
        "assignment", nargs="?", default="", help="the assignment (default: the one graded last)"
    )
    plan.add_argument(
        "--students", type=positive, required=True, metavar="N", help="the number of submissions"
    )
    plan.add_argument(
        "--workers",
        type=_numbers,
        default=[2],
        metavar="N[,N...]",
        help="numbers of workers to compare, a line of the table for each (2)",
    )
    plan.add_argument(
        "--sample",
        type=positive,
        metavar="N",
        help="measure on a sample of N submissions, keeping nothing, instead of using records (20 if there are none)",
    )
    plan.add_argument("--sandbox", choices=SANDBOXES, default="auto", help="the sandbox for the sample")
    plan.set_defaults(handler=_plan)

    links = add(commands, "links", "print links that open a lesson on Binder or on a hub")
    links.add_argument("--repo", default="", metavar="OWNER/NAME", help="the course's copy on GitHub")
    links.add_argument("--ref", default="HEAD", help="a branch, a tag or a commit of it (HEAD)")
    links.add_argument("--hub", default="", metavar="ADDRESS", help="the address of a JupyterHub")
    links.add_argument(
        "--folder", default="course", help="where the course is in a reader's folder there (course)"
    )
    links.set_defaults(handler=_links)


def _numbers(text: str) -> list[int]:
    return [positive(each) for each in text.split(",")]


def _plan(arguments: argparse.Namespace) -> int:
    from autograder.commands.plan import plan

    return plan(
        arguments.course.absolute(),
        arguments.assignment,
        students=arguments.students,
        workers=arguments.workers,
        sample=arguments.sample,
        sandbox=arguments.sandbox,
    )


def _links(arguments: argparse.Namespace) -> int:
    from autograder.authoring.links import print_links

    return print_links(
        arguments.course.absolute(),
        arguments.repo,
        ref=arguments.ref,
        hub=arguments.hub,
        folder=arguments.folder,
    )
