"""The console command `autograder`: parses, hands over, and turns the answer into an exit status.

Heavy modules are imported inside the handlers, so that `autograder --help` answers at once.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one subcommand. Returns 0 when all is fine, 1 with findings, 2 after wrong use."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.handler(arguments))
    except KeyboardInterrupt:
        print("\nstopped; what was finished is kept, and the same command goes on from here", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder", description="Grade an nbgrader course; build this one."
    )
    parser.add_argument("--course", type=Path, default=Path(), help="the course's folder (default: this one)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    grade = commands.add_parser("grade", help="grade the submissions to an assignment")
    grade.add_argument("assignment")
    grade.add_argument(
        "--student", action="append", default=[], metavar="ID", help="only this one (repeatable)"
    )
    grade.add_argument("--workers", type=_positive, default=2, metavar="N", help="submissions at once (2)")
    grade.add_argument(
        "--timeout", type=_positive, metavar="S", help="seconds a cell may take (nbgrader's own)"
    )
    grade.add_argument(
        "--memory", type=_positive, default=4096, metavar="MB", help="what a student's kernel may take (4096)"
    )
    grade.add_argument(
        "--sandbox",
        choices=["auto", "namespaces", "landlock", "off"],
        default="auto",
        help="how student code is locked in (auto: the best this machine can; off: not at all)",
    )
    grade.add_argument("--force", action="store_true", help="grade again what has been graded already")
    grade.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="a dask scheduler: grade on its workers"
    )
    _add_db(grade)
    grade.set_defaults(handler=_grade)

    feedback = commands.add_parser("feedback", help="write the pages that students get back")
    feedback.add_argument("assignment")
    _add_db(feedback)
    feedback.set_defaults(handler=_feedback)

    audit = commands.add_parser("audit", help="grade the graders: right, wrong and mutated answers")
    audit.add_argument("assignment", nargs="*", help="only these (default: all)")
    audit.add_argument(
        "--split",
        action="store_true",
        help="instead, compare grading in one kernel with grading in two",
    )
    audit.add_argument("--sandbox", choices=["auto", "namespaces", "landlock", "off"], default="auto")
    audit.set_defaults(handler=_audit)

    check = commands.add_parser("check", help="try functions in plain files on an exercise's checks")
    check.add_argument("exercise")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE.py")
    check.add_argument("--json", action="store_true", help="one JSON object for each file, on a line")
    check.add_argument("--seed", type=int, metavar="N", help="draw the cases of an earlier run")
    check.add_argument("--sandbox", choices=["auto", "namespaces", "landlock", "off"], default="auto")
    check.set_defaults(handler=_check)

    doctor = commands.add_parser(
        "doctor", help="say what this machine can do, and how to mend what it cannot"
    )
    _add_db(doctor)
    doctor.set_defaults(handler=_doctor)

    notebooks = commands.add_parser("notebooks", help="build the notebooks from their masters")
    notebooks.add_argument("--check", action="store_true", help="write nothing, report every difference")
    notebooks.add_argument("--force", action="store_true", help="discard edits made by hand in a notebook")
    notebooks.set_defaults(handler=_notebooks)

    adopt = commands.add_parser("adopt", help="take a notebook edited by hand back into its master")
    adopt.add_argument("notebook", type=Path)
    adopt.set_defaults(handler=_adopt)

    release = commands.add_parser("release", help="make the students' versions with nbgrader")
    release.add_argument("--check", action="store_true", help="write nothing, report every difference")
    release.set_defaults(handler=_release)

    _add_kernels(commands)
    return parser


def _add_kernels(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    kernels = commands.add_parser("kernels", help="warm, sandboxed kernels for other Jupyter programs")
    actions = kernels.add_subparsers(required=True, metavar="ACTION")
    install = actions.add_parser(
        "install", help="install a kernelspec, and say how nbgrader and nbval use it"
    )
    install.add_argument("--name", default="autograder", help="the kernelspec's name (autograder)")
    install.add_argument(
        "--sandbox",
        choices=("auto", "namespaces", "landlock", "off"),
        default="auto",
        help="auto: the best that works on this machine, or no kernel at all",
    )
    install.add_argument(
        "--preload",
        action="append",
        default=[],
        metavar="MODULE",
        help="import this beforehand too (repeatable)",
    )
    install.add_argument("--prefix", metavar="FOLDER", help="where (default: this Python's own environment)")
    install.set_defaults(handler=_install_kernel)
    actions.add_parser("list", help="show those installed").set_defaults(handler=_list_kernels)


def _add_db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db", default="", metavar="URL", help="the gradebook (nbgrader's own configuration)"
    )


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a whole number of at least 1")
    return int(text)


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


def _audit(arguments: argparse.Namespace) -> int:
    course = arguments.course.absolute()
    if not arguments.split:
        from autograder.audit import audit_graders

        return audit_graders(course, arguments.assignment)
    from autograder.authoring.release import assignments
    from autograder.grading import audit_split

    names = arguments.assignment or assignments(course)
    return max((audit_split(course, name, sandbox=arguments.sandbox) for name in names), default=2)


def _check(arguments: argparse.Namespace) -> int:
    from autograder.audit import check_files

    return check_files(
        arguments.course.absolute(),
        arguments.exercise,
        arguments.files,
        as_json=arguments.json,
        seed=arguments.seed,
        sandbox=arguments.sandbox,
    )


def _doctor(arguments: argparse.Namespace) -> int:
    from autograder.doctor import examine_machine

    return examine_machine(arguments.course.absolute(), arguments.db)


def _notebooks(arguments: argparse.Namespace) -> int:
    from autograder.authoring import build_notebooks

    return build_notebooks(arguments.course.absolute(), check=arguments.check, force=arguments.force)


def _adopt(arguments: argparse.Namespace) -> int:
    from autograder.authoring import adopt

    return adopt(arguments.notebook)


def _release(arguments: argparse.Namespace) -> int:
    from autograder.authoring import build_release

    return build_release(arguments.course.absolute(), check=arguments.check)


def _install_kernel(arguments: argparse.Namespace) -> int:
    from autograder.kernels.specs import install

    return install(arguments.name, arguments.sandbox, tuple(arguments.preload), arguments.prefix)


def _list_kernels(arguments: argparse.Namespace) -> int:
    from autograder.kernels.specs import show

    return show()


if __name__ == "__main__":
    sys.exit(main())
