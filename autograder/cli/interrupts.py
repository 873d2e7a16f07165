"""Ctrl-C is heard wherever it falls.

Python raises KeyboardInterrupt between any two instructions of the main thread. Where those are of a finalizer or of
a weak reference's callback, no caller could receive it: Python prints it, drops it and goes on, as if nobody had
pressed anything (https://docs.python.org/3/library/sys.html#sys.unraisablehook). Loading torch runs many of them.
"""

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN = 0.02  # seconds: by then the callback has returned


@contextmanager
def heard() -> Iterator[None]:
    """In this context an interrupt that Python would drop is sent once more, a moment later."""
    before = sys.unraisablehook

    def hook(unraisable: "sys.UnraisableHookArgs", /) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            threading.Timer(AGAIN, _interrupt).start()
        else:
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def _interrupt() -> None:
    """SIGINT to the main thread, which a wait of its own does not keep from it."""
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
