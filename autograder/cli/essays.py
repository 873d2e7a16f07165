"""The subcommand `essays`: answers that people read, in the terminal and in a spreadsheet."""

import argparse
from pathlib import Path

from autograder.cli.options import add, add_db


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommand."""
    essays = add(commands, "essays", "list answers that people read, and take their marks from a spreadsheet")
    essays.add_argument("assignment", help="the assignment: its folder's name in source/")
    essays.add_argument(
        "--question", default="", metavar="CELL", help="only this question, its answers in groups"
    )
    what = essays.add_mutually_exclusive_group()
    what.add_argument("--json", action="store_true", help="print the same as JSON, for programs")
    what.add_argument("--export", type=Path, metavar="CSV", help="write the answers and their marks")
    what.add_argument(
        "--import", type=Path, metavar="CSV", dest="taken", help="take the marks of such a file"
    )
    what.add_argument("--rubric", action="store_true", help="take the rubric that the model answer states")
    essays.add_argument(
        "--as", default="", metavar="NAME", dest="who", help="who reads (default: the user of this system)"
    )
    essays.add_argument(
        "--over", action="store_true", help="with --import: also over what the formgrader gave"
    )
    add_db(essays)
    essays.set_defaults(handler=_essays, refuse=essays.error)


def _essays(arguments: argparse.Namespace) -> int:
    from autograder.commands import essays

    course, db = arguments.course.absolute(), arguments.db
    about = arguments.assignment, arguments.question
    if arguments.over and not arguments.taken:
        arguments.refuse("--over takes marks of a file: add --import CSV")
    if arguments.who and not (arguments.taken or arguments.rubric):
        arguments.refuse("--as says who reads: add --import CSV or --rubric")
    if arguments.export:
        return essays.export_marks(course, *about, arguments.export.absolute(), db=db)
    if arguments.taken:
        taken = arguments.taken.absolute()
        return essays.import_marks(course, *about, taken, who=arguments.who, over=arguments.over, db=db)
    if arguments.rubric:
        return essays.take_rubric(course, *about, who=arguments.who, db=db)
    return essays.list_essays(course, *about, as_json=arguments.json, db=db)
