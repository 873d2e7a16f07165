"""Subcommands that try checks on answers: `audit`, `check`, `defend`."""

import argparse
from functools import partial
from pathlib import Path

from autograder.checking.stock.answers import LEAST_RIGHT, LEAST_WRONG
from autograder.cli.options import SANDBOXES, add, add_db


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommands of this family."""
    audit = add(commands, "audit", "grade the graders: right, wrong and mutated answers")
    audit.description = (
        "Tries each exercise's checks on right, wrong and mutated answers. An exercise needs at least"
        f" {LEAST_RIGHT} right and {LEAST_WRONG} wrong answers, in exercises/ASSIGNMENT/answers/EXERCISE.py; each known"
        " mistake has one of its own, and a mutant that is right is listed with its reason."
    )
    audit.add_argument(
        "names", nargs="*", metavar="NAME", help="only these assignments or exercises (default: all)"
    )
    audit.add_argument("--seed", type=int, metavar="N", help="repeat the random cases of an earlier audit")
    audit.add_argument(
        "--split",
        action="store_true",
        help="instead, compare grading in one kernel with grading in two",
    )
    audit.add_argument(
        "--tag",
        action="store_true",
        help="as --split, and give the cells that are named the tag student-kernel",
    )
    audit.add_argument(
        "--lazy",
        action="store_true",
        help="instead, name tests that empty lists and tensors, NaN and a false length pass",
    )
    audit.add_argument("--sandbox", choices=SANDBOXES, default="auto")
    audit.set_defaults(handler=_audit)

    check = add(commands, "check", "try functions in plain files on an exercise's checks")
    check.add_argument("exercise", help="the name of the function to write, such as lstm_cell")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE.py", help="defines that function")
    check.add_argument("--json", action="store_true", help="print one JSON object a line, one for each file")
    check.add_argument("--seed", type=int, metavar="N", help="repeat the random cases of an earlier run")
    check.add_argument("--sandbox", choices=SANDBOXES, default="auto")
    check.set_defaults(handler=_check)

    defend = add(commands, "defend", "ask students about the code that they handed in")
    defend.description = (
        "Writes a page of three to five questions for each student, on the functions that they handed in, and one page"
        " with all keys. Keys are computed by running and changing those functions, in the sandbox."
    )
    defend.add_argument("assignment")
    defend.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="only this student; may be given more than once",
    )
    defend.add_argument("--seed", type=int, metavar="N", help="repeat the questions of an earlier run")
    defend.add_argument("--sandbox", choices=SANDBOXES, default="auto")
    add_db(defend)
    defend.set_defaults(handler=_defend)


def _audit(arguments: argparse.Namespace) -> int:
    course = arguments.course.absolute()
    arguments.split = arguments.split or arguments.tag
    if not (arguments.split or arguments.lazy):
        from autograder.auditing.audit import audit_graders

        return audit_graders(course, arguments.names, seed=arguments.seed)
    from autograder.authoring.release import assignments
    from autograder.commands.grade import audit_lazy, audit_split

    names = arguments.names or assignments(course)
    split = partial(audit_split, tag=arguments.tag)
    audits = [audit for audit, asked in ((split, arguments.split), (audit_lazy, arguments.lazy)) if asked]
    return max(
        (audit(course, name, sandbox=arguments.sandbox) for name in names for audit in audits), default=2
    )


def _check(arguments: argparse.Namespace) -> int:
    from autograder.auditing.check import check_files

    return check_files(
        arguments.course.absolute(),
        arguments.exercise,
        arguments.files,
        as_json=arguments.json,
        seed=arguments.seed,
        sandbox=arguments.sandbox,
    )


def _defend(arguments: argparse.Namespace) -> int:
    from autograder.defence.defend import defend_assignment

    return defend_assignment(
        arguments.course.absolute(),
        arguments.assignment,
        students=arguments.student,
        seed=arguments.seed,
        sandbox=arguments.sandbox,
        db=arguments.db,
    )
