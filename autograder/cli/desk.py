"""The subcommand `desk`: a whole term in the browser."""

import argparse
import sys

from autograder.cli.options import add, add_db, positive


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommand."""
    desk = add(commands, "desk", "open a page in the browser from which a whole term is run")
    desk.add_argument("--port", type=positive, help="of the Jupyter server (8888, or the next free one)")
    desk.add_argument("--no-browser", action="store_true", help="only print the address")
    desk.add_argument(
        "jupyter",
        nargs="*",
        metavar="OPTION",
        help="more options of the Jupyter server, after --, such as --ServerApp.certfile=FILE",
    )
    add_db(desk)
    desk.set_defaults(handler=_desk)


def _desk(arguments: argparse.Namespace) -> int:
    from autograder.course.runtime import report_errors
    from autograder.desk.app import serve

    options = [f"--ServerApp.port={arguments.port}"] if arguments.port else []
    options += ["--no-browser"] * arguments.no_browser
    with report_errors(sys.stdout) as status:
        status.append(serve(arguments.course.absolute(), arguments.db, [*options, *arguments.jupyter]))
    return status[0]
