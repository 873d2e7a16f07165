"""A loop shared between the cores by forks of this process, which have all that it has loaded; for `feedback`."""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, TypeVar

from autograder.engine.pool import settle

CHUNK = 4  # items sent to a fork at once
Item = TypeVar("Item")
Result = TypeVar("Result")

_task: Callable[[Any], Any]


def worthwhile(items: int) -> bool:
    """Whether forks would be faster, and safe: a fork never gets a lock that another thread holds."""
    enough = items >= 4 * CHUNK and (os.cpu_count() or 1) > 1
    return enough and sys.platform == "linux" and threading.active_count() == 1


def results(
    enter: Callable[[], Callable[[Item], Result]], items: Iterable[Item], log: str
) -> Iterator[Result]:
    """What the function that `enter` returns, called once in each fork, makes of the items, in their order.

    Ends early where a fork could not begin or was killed. Raises what the function raises. What forks print goes to
    the file `log`.
    """
    fork: Any = multiprocessing.get_context("fork")
    with suppress(BrokenProcessPool), ProcessPoolExecutor(None, fork, _enter, (enter, log)) as executor:
        yield from executor.map(_run, items, chunksize=CHUNK)


def _enter(enter: Callable[[], Callable[[Any], Any]], log: str) -> None:
    global _task
    settle(log)
    _task = enter()


def _run(item: Any) -> Any:
    return _task(item)
