"""Subcommands for a whole term: `codes`, `extend`, `policy`, `term`, `learning`, `export`, `return`."""

import argparse
from pathlib import Path

from autograder.cli.options import add, add_db

PLATFORMS = ("canvas", "moodle")


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommands of this family."""
    codes = add(commands, "codes", "write each student's personal code, for values of their own")
    codes.add_argument("students", nargs="*", metavar="ID", help="only these (default: all of the gradebook)")
    codes.add_argument(
        "--roster", type=Path, metavar="CSV", help="the students of this list, as `collect` reads it"
    )
    codes.add_argument(
        "--id", default="", metavar="COLUMN", help="the list's column that is the student's id"
    )
    codes.add_argument("--out", type=Path, metavar="CSV", help="the file to write (reports/codes.csv)")
    add_db(codes)
    codes.set_defaults(handler=_codes)

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

    term = add(commands, "term", "write the gradebook of the whole term, and a page for each student")
    term.add_argument("--student", default="", metavar="ID", help="only this student's page")
    add_db(term)
    term.set_defaults(handler=_term)

    learning = add(commands, "learning", "write what came of the learning test, taken before and after")
    learning.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER", help="where learning.json files are (submitted/)"
    )
    learning.set_defaults(handler=_learning)

    export = add(commands, "export", "write the grades as Canvas or Moodle imports them, or send them by LTI")
    export.add_argument("assignments", nargs="*", metavar="assignment", help="only these (default: all)")
    export.add_argument("--to", choices=(*PLATFORMS, "lti"), required=True, help="the learning platform")
    export.add_argument(
        "--file",
        type=Path,
        metavar="CSV",
        help="Canvas's gradebook or Moodle's grading worksheet, as exported there: it is filled in",
    )
    export.add_argument(
        "--out", type=Path, metavar="CSV", help="the file to write (canvas.csv, moodle.csv, lti.csv)"
    )
    export.add_argument(
        "--missing", choices=("empty", "zero"), help="what those who handed in nothing get (empty)"
    )
    export.add_argument(
        "--pending", choices=("empty", "score"), help="what those get whose essays are not read yet (empty)"
    )
    export.add_argument(
        "--scale", action="store_true", default=None, help="convert points to the platform's maximum"
    )
    export.add_argument(
        "--column",
        type=_column,
        action="append",
        default=[],
        metavar="A=TITLE",
        help="Canvas's column of an assignment (repeatable)",
    )
    export.add_argument(
        "--create", action="store_true", default=None, help="let Canvas create assignments that it lacks"
    )
    add_db(export)
    export.set_defaults(handler=_export)

    back = add(commands, "return", "pack the students' pages as the zip that Canvas or Moodle takes back")
    back.add_argument("assignment", help="the assignment: its folder's name in source/")
    back.add_argument("--to", choices=PLATFORMS, required=True, help="the learning platform")
    back.add_argument("--out", type=Path, metavar="ZIP", help="the file to write (in reports/ASSIGNMENT/)")
    back.add_argument(
        "--waiting", action="store_true", help="also pages with answers that nobody has read yet"
    )
    add_db(back)
    back.set_defaults(handler=_return)


def _codes(arguments: argparse.Namespace) -> int:
    from autograder.commands.codes import write_codes

    return write_codes(
        arguments.course.absolute(),
        arguments.students,
        roster=arguments.roster.absolute() if arguments.roster else None,
        column=arguments.id,
        to=arguments.out.absolute() if arguments.out else None,
        db=arguments.db,
    )


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


def _column(text: str) -> tuple[str, str]:
    name, equals, title = text.partition("=")
    if not (name and equals and title):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected 'a3_gates=Assignment 3 (4711)'")
    return name, title


def _export(arguments: argparse.Namespace) -> int:
    from autograder.export.command import ExportOptions, export_grades

    names = ("missing", "pending", "scale", "create")
    traits = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    if arguments.column:
        traits["columns"] = dict(arguments.column)
    options = ExportOptions(
        platform=arguments.to,
        assignments=arguments.assignments,
        file=arguments.file.absolute() if arguments.file else None,
        out=arguments.out.absolute() if arguments.out else None,
        traits=traits,
        db=arguments.db,
    )
    return export_grades(arguments.course.absolute(), options)


def _return(arguments: argparse.Namespace) -> int:
    from autograder.export.feedback_zip import return_feedback

    return return_feedback(
        arguments.course.absolute(),
        arguments.assignment,
        arguments.to,
        to=arguments.out.absolute() if arguments.out else None,
        waiting=arguments.waiting,
        db=arguments.db,
    )


def _term(arguments: argparse.Namespace) -> int:
    from autograder.report.term_pages import write_term

    return write_term(arguments.course.absolute(), arguments.student, db=arguments.db)


def _learning(arguments: argparse.Namespace) -> int:
    from autograder.report.learning import write_learning

    return write_learning(arguments.course.absolute(), [folder.absolute() for folder in arguments.folders])
