"""Ctrl-C is heard wherever it falls, and SIGTERM and SIGHUP end a command in order, too.

Python raises KeyboardInterrupt between any two instructions of the main thread. Where those are of a finalizer or of
a weak reference's callback, no caller could receive it: Python prints it, drops it and goes on, as if nobody had
pressed anything (https://docs.python.org/3/library/sys.html#sys.unraisablehook). Loading torch runs many of them.

`kill`, `timeout`, a machine that is shut down and a terminal that is closed send the other two. They would end Python
where it stands, with students' files left in the temporary folder.
"""

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN = 0.02  # seconds: by then the callback has returned
TOLD = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Told(KeyboardInterrupt):
    """One of TOLD came; `number` says which."""

    def __init__(self, number: int):
        super().__init__()
        self.number = number


@contextmanager
def heard() -> Iterator[None]:
    """In this context TOLD raise Told, and an interrupt that Python would drop is sent once more, a moment later."""
    before = sys.unraisablehook

    def hook(unraisable: "sys.UnraisableHookArgs", /) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            threading.Timer(AGAIN, _interrupt).start()
        else:
            before(unraisable)

    sys.unraisablehook = hook
    # Who started us with `nohup` has said that we are not to hear.
    ours = [number for number in TOLD if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _tell)
    try:
        yield
    finally:
        sys.unraisablehook = before
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _tell(number: int, _frame: object) -> None:
    for other in TOLD:  # shells and system managers send several, which must not stop what clears up
        signal.signal(other, signal.SIG_IGN)
    raise Told(number)


def _interrupt() -> None:
    """SIGINT to the main thread, which a wait of its own does not keep from it."""
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
