"""The console command `autograder`: parses, hands over, and turns the answer into an exit status.

Heavy modules are imported inside the handlers, so that `autograder --help` answers at once.
"""

import argparse
import sys
from collections.abc import Sequence
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
    grade.add_argument("--force", action="store_true", help="grade again what has been graded already")
    grade.set_defaults(handler=_grade)

    feedback = commands.add_parser("feedback", help="write the pages that students get back")
    feedback.add_argument("assignment")
    feedback.set_defaults(handler=_feedback)

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


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a whole number of at least 1")
    return int(text)


def _grade(arguments: argparse.Namespace) -> int:
    from autograder.grading import grade_assignment

    return grade_assignment(
        arguments.course.absolute(),
        arguments.assignment,
        students=arguments.student,
        workers=arguments.workers,
        timeout=arguments.timeout,
        force=arguments.force,
    )


def _feedback(arguments: argparse.Namespace) -> int:
    from autograder.grading import write_feedback

    return write_feedback(arguments.course.absolute(), arguments.assignment)


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
