"""Options that several subcommands share."""

import argparse

SANDBOXES = ["auto", "namespaces", "landlock", "off"]


def add_db(parser: argparse.ArgumentParser) -> None:
    """Adds --db."""
    parser.add_argument(
        "--db", default="", metavar="URL", help="the gradebook (nbgrader's own configuration)"
    )


def positive(text: str) -> int:
    """A whole number of at least 1, for argparse."""
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a whole number of at least 1")
    return int(text)
