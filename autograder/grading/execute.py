"""Runs a notebook so that each cell's trouble stays its own: nbgrader's Execute, made to go on.

Used by `worker`. Stock Execute gives a whole submission up when the kernel dies or will not be interrupted;
here such a cell gets an error as its output, which costs its question, and the cells after it run in a fresh
kernel in which the student's earlier cells ran again.
"""

import os
import signal
from contextlib import suppress
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from autograder.grading.model import Incident
from autograder.grading.rebuild import ADDED, grade_id

# Streams and pictures of one cell beyond this many characters are dropped: a print in an endless loop
# would otherwise fill the memory of the worker. Errors and the cell's value are always kept.
MAX_OUTPUT = 2**20


DIED = "the kernel died, of a crash, os._exit or lack of memory,"


class FairExecute(Execute):
    """nbgrader's Execute with a fresh kernel after each one that died or hung; see `incidents`."""

    incidents: list[Incident]
    _written: int

    def preprocess(self, nb: Any, resources: Any = None, km: Any = None) -> tuple[Any, Any]:
        """Executes `nb` in place; raises only where no kernel can be started at all."""
        NotebookClient.__init__(self, nb, km)
        self.shutdown_kernel = "immediate"
        self.error_on_timeout = {"ename": "TimeLimit", "evalue": self._limit(), "traceback": [self._limit()]}
        self.reset_execution_trackers()
        self._check_assign_resources(resources)
        self.incidents = []
        self._never_again: set[int] = set()
        try:
            self._start_kernel()
            for index, cell in enumerate(nb.cells):
                if cell.cell_type == "code" and not self._execute(index):
                    self._recover(index)
            self.set_widgets_metadata()
        finally:
            self._stop_kernel()
        return nb, self.resources

    def on_cell_executed(self, **kwargs: Any) -> None:
        """nbclient calls this after each cell; a time limit or an exit must cost the cell its points."""
        cell, content = kwargs["cell"], kwargs["execute_reply"]["content"]
        self._exits = any(part.get("source") == "ask_exit" for part in content.get("payload", []))
        if content.get("ename") == "TimeLimit" and content.get("evalue") == self._limit():
            self._fail(kwargs["cell_index"], "TimeLimit", f"the time limit of {self.timeout} s was reached")
        else:
            super().on_cell_executed(**kwargs)
            if content["status"] == "error" and not any(out.output_type == "error" for out in cell.outputs):
                cell.outputs.append(new_output("error", ename=content.get("ename", ""), evalue=""))

    def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> Any:
        """nbclient calls this for each output; drops what is beyond MAX_OUTPUT."""
        if msg["msg_type"] in ("stream", "display_data"):
            before, self._written = self._written, self._written + len(str(msg["content"]))
            if before > MAX_OUTPUT:
                return None
            if self._written > MAX_OUTPUT:
                msg["content"] = {"name": "stdout", "text": "\n… more output was dropped\n"}
                msg["msg_type"] = msg["header"]["msg_type"] = "stream"
                display_id = None
        return super().output(outs, msg, display_id, cell_index)

    def _limit(self) -> str:
        return f"stopped after {self.timeout} seconds"

    def _execute(self, index: int) -> bool:
        """Runs one cell. False: the kernel is of no use any more and the cell must never run again."""
        cell = self.nb.cells[index]
        self._exits, self._written = False, 0
        try:
            self.execute_cell(cell, index, store_history=True)
        except DeadKernelError:
            self._fail(index, "DeadKernel", DIED)
            return False
        except CellTimeoutError:
            self._fail(index, "TimeLimit", f"the time limit of {self.timeout} s was reached")
            return False
        if self._exits:
            self._fail(index, "Exit", "the kernel was told to exit")
        return not self._exits

    def _fail(self, index: int, ename: str, what: str) -> None:
        """Puts an error before all else the cell printed: nbgrader believes the first value it meets."""
        self._never_again.add(index)
        cell = self.nb.cells[index]
        cell.outputs.insert(0, new_output("error", ename=ename, evalue=what, traceback=[f"{ename}: {what}"]))
        self.incidents.append(Incident(name_of(cell, index), what))

    def _recover(self, index: int) -> None:
        """A fresh kernel in which all earlier cells ran again, but for tests and what never returned."""
        while True:
            self._stop_kernel()
            self._start_kernel()
            if all(self._again(earlier) for earlier in range(index)):
                return

    def _again(self, index: int) -> bool:
        cell = self.nb.cells[index]
        is_test = is_grade(cell) and not is_solution(cell)
        if cell.cell_type != "code" or is_test or index in self._never_again:
            return True
        outputs, count = cell.outputs, cell.execution_count
        survived = self._execute(index)
        # Where it survived, what the student and the grader see is the first time; else the new trouble.
        if survived and index not in self._never_again:
            cell.outputs, cell.execution_count = outputs, count
        return survived

    def _start_kernel(self) -> None:
        self.km = self.create_kernel_manager()
        self.start_new_kernel()
        self.start_new_kernel_client()

    def _stop_kernel(self) -> None:
        """Kills the kernel with all that it started; its session is its own, so the group is too."""
        if self.km is None:
            return
        group = getattr(self.km.provisioner, "pgid", None)
        self._cleanup_kernel()
        self.km = self.kc = None
        if group and hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)


class FoldStandardError(NbGraderPreprocessor):
    """Shows what went to standard error as ordinary output: nbgrader takes a mere warning for a failure."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """nbconvert calls this for each cell."""
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.name = "stdout"
        return cell, resources


def name_of(cell: Any, index: int) -> str:
    """How a cell is called in sentences: its grade_id, else its number, the student's own for added cells."""
    name, own = grade_id(cell), cell.get("id", "")
    if name:
        return f"`{name}`"
    return own.removeprefix(ADDED) if own.startswith(ADDED) else str(index + 1)
