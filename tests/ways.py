"""The ways in which work is graded, each of which must keep what is promised: a sandbox of either kind, dask workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cluster import running

WAYS = ("namespaces", "landlock", "dask")


@contextmanager
def graded_by(way: str) -> Iterator[dict[str, Any]]:
    """Options of `grade_assignment`; the cluster, of two workers with the best sandbox, ends with the block."""
    if way != "dask":
        yield {"sandbox": way}
        return
    with running(2) as cluster:
        yield {"cluster": cluster.address}
