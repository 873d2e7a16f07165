"""The console command `autograder`: parses, calls the command's function, and turns its result into an exit status.

One module for each family of subcommands adds their options and holds their handlers. Heavy modules are imported
inside the handlers, so that `autograder --help` answers at once.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from autograder.cli import (
    authoring,
    checks,
    collecting,
    desk,
    disputes,
    essays,
    grading,
    interrupts,
    kernels,
    planning,
    streams,
    term,
)
from autograder.core.events import Ended, tell, told_to

STOPPED = "\nStopped. Finished work is kept; run the same command again to continue."


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one subcommand. Returns 0 when all is fine, 1 with findings, 2 after wrong use."""
    streams.prepare()
    arguments = _parser().parse_args(argv)
    with told_to(arguments.events):
        status = _run(arguments)
        with suppress(OSError):  # a full disk has no room for this either
            tell(Ended(status))
    return status


def _run(arguments: argparse.Namespace) -> int:
    """Runs the subcommand, and turns what stops it into an exit status."""
    try:
        streams.check_names()
        with interrupts.handled():
            return int(arguments.handler(arguments))
    except KeyboardInterrupt as stop:
        with suppress(OSError):  # the terminal itself may be gone
            print(STOPPED, file=sys.stderr)
        return 128 + (stop.number if isinstance(stop, interrupts.SignalReceived) else signal.SIGINT)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return 0
    except streams.Unfit as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        with suppress(OSError):  # the message may go to the same full disk
            print(f"Stopped ({error}). Fix that, then run the same command again.", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Build, release and grade nbgrader courses.",
        epilog="autograder COMMAND --help lists a command's options; docs/instructor.md shows how to use them.",
    )
    parser.add_argument(
        "--course",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the course's folder (default: this one)",
    )
    parser.add_argument(
        "--events",
        type=Path,
        metavar="FILE",
        help="also append records of what happens to this file, as JSON lines, for programs",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for family in (desk, grading, collecting, term, essays, disputes, planning, checks, authoring, kernels):
        family.add_commands(commands)
    return parser
