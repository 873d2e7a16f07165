"""Where a run's submissions are graded: on this machine, or on the workers of a dask cluster; for `grade`."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from nbgrader.preprocessors import Execute

from autograder.core.errors import WorkerLost, WrongUse
from autograder.course.course import Course
from autograder.course.model import Assignment, Rules, Submission
from autograder.engine.cluster import await_workers, connected
from autograder.engine.one_submission import grade_submission
from autograder.engine.pool import Dispatch, begin, local_executor
from autograder.engine.spawner import resolved
from autograder.kernels.client import WarmParent
from autograder.kernels.libraries import large_modules
from autograder.kernels.sandbox.modes import SandboxUnavailable
from autograder.kernels.sandbox.visible_paths import SandboxError, shown_paths
from autograder.results.graded import Graded

CELL_SECONDS = 60.0  # where nbgrader's configuration sets no limit: a grader must not wait forever
LEAST_MEMORY = 256  # megabytes; a kernel that has run nothing yet takes about a hundred
TOTAL_CELLS = 10  # a submission may take as long as this many cells at their limit


@dataclass(frozen=True)
class Workplace:
    """What makes an executor, how many submissions it takes at once, and the rules there.

    `grade` grades one submission and waits for it. `parent`: the warm parent's process; 0 where the workers, on
    machines of their own, have their own.
    """

    executor: Callable[[], Executor]
    width: int
    rules: Callable[[], Rules]
    grade: Callable[[Submission, Assignment, Rules], Graded]
    parent: int = 0


def make_rules(course: Course, sandbox: str, timeout: int | None, memory: int) -> Rules:
    """The rules of a run; nbgrader's own time limit where `timeout` is None.

    Raises WrongUse if no kernel fits into the memory, or if what the course has kernels read is too much.
    """
    if memory < LEAST_MEMORY:
        raise WrongUse(
            f"{memory} MB are too few for a kernel: expected at least\n  --memory {LEAST_MEMORY}\n"
            "and 1000 or more where students use PyTorch."
        )
    seconds = timeout or Execute(config=course.config).timeout or 0
    seconds = seconds if seconds > 0 else CELL_SECONDS
    readable = tuple(course.config.SandboxProvisioner.get("readable", ()))
    try:
        if readable:
            shown_paths(readable, scratch="")
    except SandboxError as error:
        raise WrongUse(f"c.SandboxProvisioner.readable in nbgrader_config.py: {error}") from error
    return Rules(
        sandbox,
        cell_seconds=seconds,
        total_seconds=TOTAL_CELLS * seconds,
        memory_mb=memory,
        readable=readable,
    )


def somewhere(
    course: Course, rules: Rules, workers: int, parent: WarmParent | None, address: str
) -> AbstractContextManager[Workplace]:
    """The cluster at `address`, or this machine where that is empty."""
    return cluster(address, rules) if address else this_machine(course, rules, workers, parent)


@contextmanager
def this_machine(
    course: Course, rules: Rules, workers: int, parent: WarmParent | None = None
) -> Iterator[Workplace]:
    """Worker processes with one warm parent between them, `parent` or one of their own; asked for the rules, it
    is started anew if it died.

    Raises WrongUse if student code cannot be sandboxed as the rules say.
    """
    try:
        resolved(rules.sandbox)
    except SandboxUnavailable as error:
        raise WrongUse(str(error)) from error
    log = str(course.private / "worker.log")
    notebooks = Path(course.root, course.folders.source_directory).glob("*/*.ipynb")
    with parent or WarmParent(large=large_modules(notebooks)) as warm:
        begin()
        yield Workplace(
            lambda: local_executor(workers, log),
            2 * workers,
            lambda: replace(rules, warm=warm.address),
            grade_submission,
            warm.pid,
        )


@contextmanager
def cluster(address: str, rules: Rules) -> Iterator[Workplace]:
    """A dask cluster, each of whose workers has a warm parent of its own. Raises WrongUse, as `connected` does."""
    with connected(address, rules.sandbox) as client:

        def while_there_are_workers(rules: Rules) -> Rules:
            await_workers(client, address)
            return rules

        def executor() -> Executor:
            # Not pure: the result of an earlier run must not stand in for this one's.
            return cast(Executor, client.get_executor(pure=False))

        def grade(submission: Submission, assignment: Assignment, rules: Rules) -> Graded:
            # As all others are: a worker that dies, or a scheduler, must not keep us waiting for ever.
            dispatch = Dispatch(executor, 1, assignment, lambda: while_there_are_workers(rules))
            try:
                ((_, result),) = dispatch.run([submission])
            finally:
                dispatch.close()
            if isinstance(result, WorkerLost):
                raise result
            return result

        yield Workplace(
            executor, 2 * sum(client.nthreads().values()), lambda: while_there_are_workers(rules), grade
        )
