"""Grading on the workers of a dask cluster, which need neither the course nor the gradebook; for `workplace`.

A worker is trusted with hidden tests and believed about scores: so it must have the same versions as this
machine and a sandbox of its own, or the run does not start.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from autograder.core.errors import WrongUse
from autograder.engine.spawner import resolved
from autograder.kernels.sandbox.modes import SandboxUnavailable

PATIENCE = 60.0  # seconds to wait for a worker when all are gone, or for the scheduler to come back
CONNECTING = 10  # seconds that a scheduler may take to answer


@contextmanager
def connected(address: str, sandbox: str) -> Iterator[Any]:
    """A dask client whose workers can all grade as this machine would.

    Raises WrongUse where dask is missing, nobody answers, or a worker lacks something.
    """
    client = _client(address)
    try:
        _check(client.run(introduce, sandbox, on_error="return"), address)
        yield client
    finally:
        client.close()


def await_workers(client: Any, address: str, patience: float = PATIENCE) -> None:
    """Returns at once if there are workers; otherwise waits for them, then raises WrongUse."""
    deadline = time.monotonic() + patience
    while client.status in ("running", "connecting") and not _threads(client):
        if time.monotonic() > deadline:
            raise WrongUse(
                f"The scheduler at {address} has had no worker for {patience:.0f} s. Start some, then run the"
                f" same\ncommand again, what is graded is kept:\n  dask worker {address} --nthreads 1"
            )
        time.sleep(0.2)
    if client.status not in ("running", "connecting"):
        raise WrongUse(
            f"The scheduler at {address} is gone. Start it and its workers again, then run the same command again:\n"
            "what is graded is kept."
        )


def introduce(sandbox: str) -> dict[str, str] | str:
    """On a worker: the versions that scores may depend on, or why it cannot sandbox."""
    try:
        resolved(sandbox)
    except SandboxUnavailable as error:
        return str(error)
    names = ("nbautograder", "torch", "numpy", "nbgrader", "ipython")
    return {"Python": ".".join(map(str, sys.version_info[:2]))} | {name: _version(name) for name in names}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _client(address: str) -> Any:
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise WrongUse(
            'Grading on a cluster needs dask. Install it with:\n  pip install "nbautograder[cluster]"'
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it has to say, our messages say
    try:
        # Asked first, because a client that cannot connect leaves its thread behind, and can deadlock the next.
        found = asyncio.run(_kind(address))
        if found != "Scheduler":
            raise ValueError(f"it is the address of a {found.lower()}")
        # A submission has up to 64 MB, which dask would call too large to be sent with a task.
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"})
        return Client(address, timeout=CONNECTING, set_as_default=False)
    except Exception as error:  # what another program answers is read as lengths, and may fail in any way
        said = str(error) or f"dask did not answer within {CONNECTING} s"
        raise WrongUse(
            f"No dask scheduler answers at {address!r} ({said}). Start one, and workers:\n"
            "  dask scheduler\n  dask worker tcp://HOST:8786 --nthreads 1 --nworkers 4"
        ) from error


async def _kind(address: str) -> str:
    """What answers there: "Scheduler", "Worker" or "Nanny". Raises whatever goes wrong."""
    from distributed import Security
    from distributed.comm import connect

    # With the certificates of dask's own configuration, as the client has them. Its timeout does not cover the
    # first words, which a program that is not dask's may never send.
    async with asyncio.timeout(CONNECTING):
        comm = await connect(address, timeout=CONNECTING, **Security().get_connection_args("client"))
        try:
            await comm.write({"op": "identity", "reply": True})
            return str((await comm.read())["type"])
        finally:
            comm.abort()


def _check(answers: dict[str, Any], address: str) -> None:
    # An OSError comes from a worker that went away while it was asked.
    answers = {worker: answer for worker, answer in answers.items() if not isinstance(answer, OSError)}
    if not answers:
        raise WrongUse(
            f"The scheduler at {address} has no worker.\n  dask worker {address} --nthreads 1 --nworkers 4"
        )
    own = introduce("off")
    assert isinstance(own, dict)
    for worker, answer in answers.items():
        if isinstance(answer, str):
            raise WrongUse(f"The worker {worker} cannot grade safely: {answer}")
        if isinstance(answer, BaseException):
            raise WrongUse(
                f"The worker {worker} cannot grade: {type(answer).__name__}: {answer}\n"
                "Install this project there, the same version as here."
            )
        if answer != own:
            other = ", ".join(f"{name} {has}" for name, has in answer.items() if has != own.get(name))
            here = ", ".join(f"{name} {has}" for name, has in own.items() if has != answer.get(name))
            raise WrongUse(
                f"The worker {worker} has {other}; this machine has {here}.\nScores could differ: install the"
                " same versions on both, with the same requirements.txt."
            )


def _threads(client: Any) -> int:
    with suppress(OSError):  # the connection was lost just now; its status will say so
        if client.status == "running":
            return sum(client.nthreads().values())
    return 0
