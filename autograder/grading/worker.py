"""A process that executes submissions, one after another, for `pool`, which starts it and reads its answers.

It lives apart from the grading program so that nothing a notebook does to it takes the run down. It knows
neither gradebook nor submissions: notebooks come in, executed notebooks go out.
"""

import os
import signal
import sys
import threading
import time
import traceback
import warnings
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Any

import psutil
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties, Execute, SaveAutoGrades

from autograder.grading.course import load_config, preprocessors
from autograder.grading.execute import FairExecute, FoldStandardError
from autograder.grading.model import Incident, Job, Ran

MEMORY = 4 * 2**30  # bytes of data each process may have, kernels included (Linux only)


def serve(jobs: Any, root: str, log: str) -> None:
    """Answers each Job that comes through the pipe with a Ran, or with the text of our own failure."""
    _settle(log)
    config = load_config(Path(root))
    while True:
        try:
            job = jobs.recv()
        except EOFError:
            return
        try:
            answer: Ran | str = run(job, config)
        except Exception:  # whatever it is belongs into the record of this submission, and the next must come
            answer = traceback.format_exc()
        jobs.send(answer)


def run(job: Job, config: Any) -> Ran:
    """Executes the job's notebooks in its folder; raises where no kernel can be had."""
    started = time.monotonic()
    executed: dict[str, Any] = {}
    incidents: dict[str, tuple[Incident, ...]] = {}
    for name, notebook in job.notebooks.items():
        resources = ResourcesDict(unique_key=name, metadata={"path": job.folder, "name": name})
        resources["nbgrader"] = {"student": job.student, "notebook": name}
        troubles: list[Incident] = []
        for step in steps(config):
            if isinstance(step, FairExecute) and job.timeout is not None:
                step.timeout = job.timeout
            notebook, resources = step(notebook, resources)
            if isinstance(step, FairExecute):
                troubles += step.incidents
        executed[name], incidents[name] = notebook, tuple(troubles)
    return Ran(executed, incidents, time.monotonic() - started)


def steps(config: Any) -> list[Any]:
    """The course's own autograde preprocessors, ours for execution, without those that keep the grades."""
    found: list[Any] = []
    for cls in preprocessors(Autograde(config=config).autograde_preprocessors):
        if issubclass(cls, SaveAutoGrades | AssignLatePenalties):
            continue
        if issubclass(cls, Execute):
            found += [FairExecute(config=config), FoldStandardError(config=config)]
        else:
            found.append(cls(config=config))
    return found


def _settle(log: str) -> None:
    """Makes this process quiet, deaf to Ctrl-C (its parent is not), bounded, and mortal with its parent."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    # Several kernels share the machine, and a number must not depend on how many cores it has.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        kill_children(os.getpid())
        os._exit(1)


def kill_children(pid: int) -> None:
    """Kills every descendant of a process, kernels that would not listen included."""
    try:
        descendants = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return
    for process in descendants:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
