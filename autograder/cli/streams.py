"""Makes output and file names work wherever the command is started: without a terminal, in an old one, in a log.

The console command calls both functions first.
"""

import io
import os
import sys


class Unfit(Exception):
    """The command cannot work in this environment; the text says what to type."""


def prepare() -> None:
    """Makes standard output and error accept whatever is written to them.

    If they are closed (`>&-`, some schedulers), Python has None in their place, and the next file that is opened would
    get their descriptor. Not every encoding has every character of a student's name or of the progress bar: missing
    characters are written as escapes.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            lowest = os.open(os.devnull, os.O_RDWR)  # the lowest free descriptor is this one
            os.set_inheritable(lowest, True)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as we live
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def check_names() -> None:
    """Raises Unfit if file names are not read as UTF-8: students would get other names, also in the gradebook."""
    if (found := sys.getfilesystemencoding().lower()) != "utf-8":
        raise Unfit(
            f"File names would be read as {found!r}, expected 'utf-8'. Set it, then run the same command again:\n"
            "  export LC_ALL=C.UTF-8; unset PYTHONUTF8 PYTHONCOERCECLOCALE"
        )
