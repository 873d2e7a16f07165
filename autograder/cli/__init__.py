"""The console command `autograder`: parses, hands over, and turns the answer into an exit status.

One module for each family of subcommands adds their options and holds their handlers. Heavy modules are imported
inside the handlers, so that `autograder --help` answers at once.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.cli import authoring, checks, desk, grading, interrupts, kernels, planning


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one subcommand. Returns 0 when all is fine, 1 with findings, 2 after wrong use."""
    arguments = _parser().parse_args(argv)
    try:
        with interrupts.heard():
            return int(arguments.handler(arguments))
    except KeyboardInterrupt:
        print("\nstopped; what was finished is kept, and the same command goes on from here", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Grade an nbgrader course; build this one.",
        epilog="autograder COMMAND --help lists a command's options; docs/instructor.md shows them at work.",
    )
    parser.add_argument("--course", type=Path, default=Path(), help="the course's folder (default: this one)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for family in (grading, desk, planning, checks, authoring, kernels):
        family.add_commands(commands)
    return parser
