"""What the warm parent loads before its first fork: the modules of real runs, and the programs to fork.

Used by `warm_parent` only. Everything here runs in a process that must never start a thread: a fork copies only the
thread that forks, so a lock that another one holds would stay locked forever in every kernel.
"""

import gc
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.kernels.libraries import WarmLibrary, hooks

Message = dict[str, Any]  # a line of JSON
Program = Callable[[Message, list[int], Callable[[], None]], int]

# Names that a client may ask for, and where their `main(request, fds, ready)` lives. Nothing else is run.
PROGRAMS = {
    "jupyter": "autograder.kernels.jupyter_kernel:main",
    "shell": "autograder.rpc.shell:main",
}

# The roots of what notebooks load where it is installed, found by comparing sys.modules before and after real runs, a
# failing one included. Before them come the libraries that have a hook, after them what the client names.
MODULES = (
    # a kernel's start
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.magics", "IPython.core.oinspect"),
    *(
        "ipykernel.debugger",
        "IPython.core.logger",
        "IPython.extensions.storemagic",
        "code",
        "sqlite3",
        "tornado.platform.asyncio",
    ),
    # the first error that is shown
    *("stack_data", "pygments.formatters.html", "pygments.formatters.terminal256", "pygments.lexers.python"),
    # the first figure
    *("matplotlib.pyplot", "matplotlib_inline.config", "PIL.PngImagePlugin", "PIL.JpegImagePlugin"),
    *("PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.PpmImagePlugin"),
)

# Objects between two runs of the collector. Python's own 700 dates from machines with less memory and costs a
# tenth of the time of code like the checks'.
COLLECT_AFTER = 5_000


@dataclass(frozen=True)
class Loaded:
    """What a warm parent has loaded: this installation's programs, and the hooks of its libraries."""

    programs: Mapping[str, Program]
    libraries: Sequence[WarmLibrary]

    def freshen(self) -> None:
        """Called in each fork: its own random numbers, one thread, a collector that runs.

        Python's `random` does this by itself after a fork; other libraries would give every kernel the same.
        """
        gc.enable()
        gc.set_threshold(COLLECT_AFTER, 10, 10)
        for library in self.libraries:
            library.freshen()


def load(modules: Sequence[str]) -> Loaded:
    """Imports the libraries with hooks, MODULES that are installed, `modules` and the programs.

    A module that cannot be imported is named on standard error (the parent's log) and left out: the code that
    needs it meets the same error at its own import.
    """
    # debugpy is a TCP client, which is useless in a sandbox, and the warning it writes to standard error at
    # its start costs a test cell its points in nbgrader. ipykernel does without it where it is not there.
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
    # A kernel takes this for granted, and matplotlib reads it when it is imported.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    for name in hooks():
        _import(name)
    programs = {name: _program(place) for name, place in PROGRAMS.items() if _exists(place.split(":")[0])}
    for name in (*(name for name in MODULES if _exists(name.partition(".")[0])), *modules):
        _import(name)
    for program in programs.values():
        # What a program makes ready once for all forks: it may hold no thread and no socket.
        getattr(sys.modules[program.__module__], "prepare", lambda: None)()
    # It hooks itself into the running shell when it is imported, and here is none yet.
    sys.modules.pop("matplotlib_inline.backend_inline", None)
    libraries = [hook for name, hook in hooks().items() if name in sys.modules]
    for library in libraries:
        library.warm_up()
    return Loaded(programs, libraries)


def _import(name: str) -> None:
    try:
        importlib.import_module(name)
    except Exception:  # a course's module may raise anything; the kernels can run without it
        print(f"could not preload {name}:", file=sys.stderr)
        traceback.print_exc()


def settle() -> None:
    """Called once after loading: no collector run may touch, and so copy, the pages that forks share."""
    gc.collect()
    gc.freeze()
    gc.disable()


def threads() -> int:
    """How many threads this process has (Linux)."""
    return len(list(Path("/proc/self/task").iterdir()))


def _exists(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _program(place: str) -> Program:
    module, function = place.split(":")
    program: Program = getattr(importlib.import_module(module), function)
    return program
