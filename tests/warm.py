"""One warm parent for all runs that a process of the tests starts, as loading it takes longer than most of them."""

import atexit
import functools
from typing import Any

from autograder.kernels.client import WarmParent


class Lasting(WarmParent):
    """A warm parent that a run does not end."""

    def __exit__(self, *_: object) -> None:
        pass


@functools.cache
def lasting() -> WarmParent:
    """The parent, loading since the first call; ended with the tests."""
    parent = Lasting()
    atexit.register(parent.close)
    return parent


def with_parent(options: dict[str, Any]) -> dict[str, Any]:
    """Options of a run, with that parent where they say nothing of one and name no cluster."""
    return options if options.get("cluster") or "parent" in options else {"parent": lasting(), **options}
