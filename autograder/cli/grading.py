"""Subcommands that grade: `grade`, `feedback`, `doctor`."""

import argparse
import sys
from contextlib import nullcontext

from autograder.cli.options import SANDBOXES, add_db, positive


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommands of this family."""
    grade = commands.add_parser("grade", help="grade the submissions to an assignment")
    grade.add_argument("assignment")
    grade.add_argument(
        "--student", action="append", default=[], metavar="ID", help="only this one (repeatable)"
    )
    grade.add_argument("--workers", type=positive, default=2, metavar="N", help="submissions at once (2)")
    grade.add_argument(
        "--timeout", type=positive, metavar="S", help="seconds a cell may take (nbgrader's own)"
    )
    grade.add_argument(
        "--memory", type=positive, default=4096, metavar="MB", help="what a student's kernel may take (4096)"
    )
    grade.add_argument(
        "--sandbox",
        choices=SANDBOXES,
        default="auto",
        help="how student code is locked in (auto: the best this machine can; off: not at all)",
    )
    grade.add_argument("--force", action="store_true", help="grade again what has been graded already")
    grade.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="a dask scheduler: grade on its workers"
    )
    add_db(grade)
    grade.set_defaults(handler=_grade)

    feedback = commands.add_parser("feedback", help="write the pages that students get back")
    feedback.add_argument("assignment")
    add_db(feedback)
    feedback.set_defaults(handler=_feedback)

    doctor = commands.add_parser(
        "doctor", help="say what this machine can do, and how to mend what it cannot"
    )
    add_db(doctor)
    doctor.set_defaults(handler=_doctor)


def _grade(arguments: argparse.Namespace) -> int:
    from autograder.kernels.client import WarmParent

    here = sys.platform.startswith("linux") and not arguments.cluster  # what else is wrong, grading will say
    with WarmParent() if here else nullcontext() as parent:  # loads PyTorch while this process loads nbgrader
        from autograder.grading import grade_assignment

        return grade_assignment(
            arguments.course.absolute(),
            arguments.assignment,
            students=arguments.student,
            workers=arguments.workers,
            timeout=arguments.timeout,
            memory=arguments.memory,
            sandbox=arguments.sandbox,
            force=arguments.force,
            db=arguments.db,
            cluster=arguments.cluster,
            parent=parent,
        )


def _feedback(arguments: argparse.Namespace) -> int:
    from autograder.grading import write_feedback

    return write_feedback(arguments.course.absolute(), arguments.assignment, db=arguments.db)


def _doctor(arguments: argparse.Namespace) -> int:
    from autograder.doctor import examine_machine

    return examine_machine(arguments.course.absolute(), arguments.db)
