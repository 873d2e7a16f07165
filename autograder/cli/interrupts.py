"""Ctrl-C always stops a command, and SIGTERM and SIGHUP stop it in order as well.

Python raises KeyboardInterrupt between any two instructions of the main thread. In a finalizer or a weak
reference's callback no caller could receive it: Python prints it, drops it and goes on, as if nobody had pressed a key
 (https://docs.python.org/3/library/sys.html#sys.unraisablehook). Loading torch runs many of them.

`kill`, `timeout`, a shutdown and a closed terminal send the other two. Without a handler they would end Python at once
and leave students' files in the temporary folder.
"""

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN = 0.02  # seconds, after which the callback has returned
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class SignalReceived(KeyboardInterrupt):
    """One of SIGNALS arrived; `number` says which."""

    def __init__(self, number: int):
        super().__init__()
        self.number = number


@contextmanager
def handled() -> Iterator[None]:
    """In this context SIGNALS raise SignalReceived, and an interrupt that Python would drop is sent again."""
    before = sys.unraisablehook

    def hook(unraisable: "sys.UnraisableHookArgs", /) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            threading.Timer(AGAIN, _interrupt).start()
        else:
            before(unraisable)

    sys.unraisablehook = hook
    # Started with `nohup`, the command is meant to ignore SIGHUP.
    ours = [number for number in SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _raise)
    try:
        yield
    finally:
        sys.unraisablehook = before
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _raise(number: int, _frame: object) -> None:
    for other in SIGNALS:  # shells and system managers send several, which must not interrupt the clean-up
        signal.signal(other, signal.SIG_IGN)
    raise SignalReceived(number)


def _interrupt() -> None:
    """Sends SIGINT to the main thread, even while it waits."""
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
