"""Subcommands that build: `notebooks`, `adopt`, `new`, `release`."""

import argparse
from pathlib import Path

from autograder.cli.options import add


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommands of this family."""
    notebooks = add(commands, "notebooks", "build the notebooks from their paired text files")
    notebooks.add_argument("--check", action="store_true", help="write nothing, only list the differences")
    notebooks.add_argument("--force", action="store_true", help="discard edits made by hand in a notebook")
    notebooks.set_defaults(handler=_notebooks)

    adopt = add(commands, "adopt", "take a notebook's edits into its paired text file")
    adopt.add_argument("notebook", type=Path, help="the .ipynb that was edited, in notebooks/ or source/")
    adopt.set_defaults(handler=_adopt)

    new = add(commands, "new", "write a working skeleton of an exercise, an assignment, a lesson or a widget")
    new.add_argument(
        "kind",
        help="assignment, exercise, written_test, order_lines, finding, counterexample, or a folder in templates/",
    )
    new.add_argument(
        "names", nargs="+", metavar="NAME", help="its name; for an exercise of any kind its ASSIGNMENT first"
    )
    new.set_defaults(handler=_new)

    release = add(commands, "release", "make the students' versions with nbgrader")
    release.add_argument("only", nargs="*", metavar="ASSIGNMENT", help="only these (default: all)")
    release.add_argument("--check", action="store_true", help="write nothing, only list the differences")
    release.add_argument(
        "--unchecked", action="store_true", help="skip the checks of solutions, secrets and points"
    )
    release.add_argument(
        "--again", action="store_true", help="check everything again, including what passed before"
    )
    release.set_defaults(handler=_release)


def _notebooks(arguments: argparse.Namespace) -> int:
    from autograder.authoring import build_notebooks

    return build_notebooks(arguments.course.absolute(), check=arguments.check, force=arguments.force)


def _adopt(arguments: argparse.Namespace) -> int:
    from autograder.authoring import adopt

    return adopt(arguments.notebook)


def _new(arguments: argparse.Namespace) -> int:
    from autograder.authoring.scaffold import new

    return new(arguments.course.absolute(), arguments.kind, arguments.names)


def _release(arguments: argparse.Namespace) -> int:
    from autograder.authoring import build_release

    return build_release(
        arguments.course.absolute(),
        arguments.only,
        check=arguments.check,
        unchecked=arguments.unchecked,
        again=arguments.again,
    )
