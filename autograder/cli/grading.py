"""Subcommands that grade: `grade`, `regrade`, `feedback`, `report`, `doctor`."""

import argparse
import glob
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from autograder.cli.options import SANDBOXES, add, add_db, positive


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommands of this family."""
    grade = add(commands, "grade", "grade the submissions to an assignment")
    _add_run(grade)
    grade.add_argument(
        "--unsplit",
        choices=["student-kernel"],
        help="run tests that work in the student's kernel only there, instead of stopping; the report says so",
    )
    grade.add_argument("--force", action="store_true", help="also grade submissions that are already graded")
    grade.set_defaults(handler=_grade)

    regrade = add(
        commands, "regrade", "grade everybody again and list whose points change, after a test was fixed"
    )
    _add_run(regrade)
    regrade.add_argument("--dry-run", action="store_true", help="write nothing, only show what would change")
    regrade.add_argument(
        "--same-cases", action="store_true", help="on the random cases of the last run, whose seed is kept"
    )
    regrade.set_defaults(handler=_regrade)

    feedback = add(commands, "feedback", "write the pages that students get back")
    feedback.add_argument("assignment", help="the assignment: its folder's name in source/")
    add_db(feedback)
    feedback.set_defaults(handler=_feedback)

    report = add(commands, "report", "write a page on how the class did and what to explain again")
    report.add_argument("assignment", help="the assignment: its folder's name in source/")
    report.add_argument(
        "--anonymous", action="store_true", help="for showing in class: nothing identifies a student"
    )
    report.add_argument("--json", action="store_true", help="also write the numbers as JSON")
    add_db(report)
    report.set_defaults(handler=_report)

    doctor = add(commands, "doctor", "say whether this machine can grade, and how to fix what is missing")
    add_db(doctor)
    doctor.set_defaults(handler=_doctor)


def _add_run(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `grade` and `regrade`."""
    parser.add_argument("assignment", help="the assignment: its folder's name in source/")
    parser.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="only this student (repeatable); write --student=-x if the id is -x",
    )
    parser.add_argument(
        "--workers", type=positive, default=2, metavar="N", help="submissions graded at once (2)"
    )
    parser.add_argument(
        "--timeout",
        type=positive,
        metavar="S",
        help="seconds that a cell may take (default: nbgrader's setting)",
    )
    parser.add_argument(
        "--memory",
        type=positive,
        default=4096,
        metavar="MB",
        help="memory that a student's kernel may use (4096)",
    )
    parser.add_argument(
        "--sandbox",
        choices=SANDBOXES,
        default="auto",
        help="which sandbox student code runs in (auto: the best that works here; off: none)",
    )
    parser.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="a dask scheduler's address: grade on its workers"
    )
    add_db(parser)


@contextmanager
def _run_options(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The options of a run, with a warm parent that loads the course's libraries while this process loads nbgrader."""
    from autograder.kernels.client import WarmParent
    from autograder.kernels.libraries import large_modules

    names = ("workers", "timeout", "memory", "sandbox", "db", "cluster")
    here = sys.platform.startswith("linux") and not arguments.cluster  # grading reports other problems
    # Source and release, whatever the course calls these folders: its configuration takes a while to read.
    notebooks = arguments.course.glob(f"*/{glob.escape(arguments.assignment)}/*.ipynb")
    with WarmParent(large=large_modules(notebooks)) if here else nullcontext() as parent:
        options = {name: getattr(arguments, name) for name in names}
        yield {**options, "students": arguments.student, "parent": parent}


def _grade(arguments: argparse.Namespace) -> int:
    with _run_options(arguments) as options:
        from autograder.commands.grade import grade_assignment

        return grade_assignment(
            arguments.course.absolute(),
            arguments.assignment,
            force=arguments.force,
            unsplit=bool(arguments.unsplit),
            **options,
        )


def _regrade(arguments: argparse.Namespace) -> int:
    with _run_options(arguments) as options:
        from autograder.commands.regrade import regrade_assignment

        return regrade_assignment(
            arguments.course.absolute(),
            arguments.assignment,
            dry_run=arguments.dry_run,
            same_cases=arguments.same_cases,
            **options,
        )


def _feedback(arguments: argparse.Namespace) -> int:
    from autograder.commands.grade import write_feedback

    return write_feedback(arguments.course.absolute(), arguments.assignment, db=arguments.db)


def _report(arguments: argparse.Namespace) -> int:
    from autograder.report.report import report_assignment

    return report_assignment(
        arguments.course.absolute(),
        arguments.assignment,
        for_class=arguments.anonymous,
        with_json=arguments.json,
        db=arguments.db,
    )


def _doctor(arguments: argparse.Namespace) -> int:
    from autograder.commands.doctor import examine_machine

    return examine_machine(arguments.course.absolute(), arguments.db)
