"""Subcommands about kernels for other Jupyter programs: `kernels install`, `kernels list`."""

import argparse

from autograder.cli.options import SANDBOXES, add


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `kernels` with its actions."""
    kernels = add(commands, "kernels", "warm, sandboxed kernels for other Jupyter programs")
    actions = kernels.add_subparsers(required=True, metavar="ACTION")
    install = add(actions, "install", "install a kernelspec, and show how nbgrader and nbval use it")
    install.add_argument("--name", default="autograder", help="the kernelspec's name (autograder)")
    install.add_argument(
        "--sandbox",
        choices=SANDBOXES,
        default="auto",
        help="auto: the best that works on this machine, or no kernel at all",
    )
    install.add_argument(
        "--preload",
        action="append",
        default=[],
        metavar="MODULE",
        help="also import this module beforehand (repeatable)",
    )
    install.add_argument(
        "--prefix", metavar="FOLDER", help="where to install it (default: this Python's environment)"
    )
    install.set_defaults(handler=_install_kernel)
    add(actions, "list", "list the installed kernelspecs").set_defaults(handler=_list_kernels)


def _install_kernel(arguments: argparse.Namespace) -> int:
    from autograder.kernels.kernelspecs import install

    return install(arguments.name, arguments.sandbox, tuple(arguments.preload), arguments.prefix)


def _list_kernels(arguments: argparse.Namespace) -> int:
    from autograder.kernels.kernelspecs import show

    return show()
