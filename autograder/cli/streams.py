"""What the command says and the names it reads, wherever it is started: without a terminal, in an old one, in a log.

The console command calls both functions before all else.
"""

import io
import os
import sys


class Unfit(Exception):
    """This environment cannot be worked in; the text says what to type."""


def prepare() -> None:
    """Makes standard output and error take whatever is written there.

    Where they are closed (`>&-`, some schedulers) Python has None in their place, and the next file that anybody
    opens would get their descriptor. And not every encoding has a student's name, or the bar that counts: what it
    lacks is written as its code.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            lowest = os.open(os.devnull, os.O_RDWR)  # of those that are free: this very one
            os.set_inheritable(lowest, True)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as we live
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def check_names() -> None:
    """Raises Unfit where names of files are not read as UTF-8: students would get others, in the gradebook too."""
    if (found := sys.getfilesystemencoding().lower()) != "utf-8":
        raise Unfit(
            f"Names of files would be read as {found!r}, expected 'utf-8'. Set it, then type the same command:\n"
            "  export LC_ALL=C.UTF-8; unset PYTHONUTF8 PYTHONCOERCECLOCALE"
        )
