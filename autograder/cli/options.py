"""What several subcommands share: how they are made, and options."""

import argparse
import os
from pathlib import Path

from autograder.core.environment import DB

SANDBOXES = ["auto", "namespaces", "landlock", "off"]


def add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: str
) -> argparse.ArgumentParser:
    """Adds a subcommand; its help repeats its line in the list. `--course` may also follow the subcommand."""
    parser = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    parser.add_argument("--course", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def add_db(parser: argparse.ArgumentParser) -> None:
    """Adds --db."""
    parser.add_argument(
        "--db",
        default=os.environ.get(DB, ""),
        metavar="URL",
        help=f"the gradebook's address (default: {DB} in the environment, else nbgrader's configuration)",
    )


def positive(text: str) -> int:
    """A whole number of at least 1, for argparse."""
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a whole number of at least 1")
    return int(text)
