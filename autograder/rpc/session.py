"""Leads one notebook through the two kernels: the student's cells in one, the tests in the other.

Called for each notebook that is graded. A cell that hangs, crashes or takes too much memory costs its own question:
it gets an error for its output, and the cells after it find a fresh student's kernel in which the earlier
cells have run again. What ran into a limit once is not run again.
"""

import copy
import signal
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from nbformat.v4 import new_output

from autograder.core.notebooks import NotebookCell
from autograder.core.records import CellName, Incident, IncidentKind
from autograder.kernels.child import EndKind
from autograder.rpc.accept_outputs import store_outputs
from autograder.rpc.clock import Clock
from autograder.rpc.kernel_handle import KernelHandle, Spawn, start_kernel
from autograder.rpc.wire.channel import BadMessage, ChannelClosed, pair, relink
from autograder.rpc.wire.codec import Table

GRACE = 3.0  # seconds that an interrupted kernel has to come back
TAMPERED = Incident(IncidentKind.TAMPERED_CONNECTION)
LIMITS = {
    EndKind.TIME_LIMIT: Incident(IncidentKind.KERNEL_TIME_LIMIT),
    EndKind.PROCESSOR_TIME_LIMIT: Incident(IncidentKind.PROCESSOR_TIME_LIMIT),
    EndKind.MEMORY_LIMIT: Incident(IncidentKind.MEMORY_LIMIT),
    EndKind.DISK_LIMIT: Incident(IncidentKind.DISK_LIMIT),
}


@dataclass(frozen=True)
class Part:
    """What to do with one code cell: `student` and `examiner` say where it runs, `test` that it is graded.

    `hidden`: the numbers, from 1, of those of its lines that students do not see. `binds`: what the instructor's answer
    defines there.
    """

    student: bool
    examiner: bool
    test: bool
    hidden: Collection[int]
    cell: CellName
    binds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bounds:
    """Seconds that one cell and the whole notebook may take, waiting for a core not counted."""

    cell: float
    notebook: float


class Stopped(Exception):
    """A kernel cannot be used any more."""

    def __init__(self, incident: Incident):
        super().__init__(incident)
        self.incident = incident


class ExaminerLost(Exception):
    """The examiner's kernel died, for no reason that is known: the session does not count."""


class ExaminerStuck(ExaminerLost):
    """A student's value was too much for a test: it computes and ignores interrupts, or fills memory."""

    def __init__(self, index: int, incident: Incident):
        super().__init__(index, incident)
        self.index, self.incident = index, incident


class ExaminerCrashed(ExaminerLost):
    """A library crashed in the examiner's kernel. If it does so in the same test again, a student's value made it."""

    def __init__(self, index: int, incident: Incident):
        super().__init__(f"the examiner's kernel crashed: {incident.kind} {incident.number}")
        self.index, self.incident = index, incident


class Session:
    """One notebook's two kernels. `spawn(role, fds)` starts one; `words` puts an incident into those that the student
    reads. `stuck`: tests that were too much for the examiner in an earlier session, with what happened; they are not
    run. `used`: seconds that it took. `seed`: of the cases that checks draw, for the examiner alone; by chance where
    it is empty. `secret`: of the personal code that both kernels draw the student's values from."""

    def __init__(
        self,
        spawn: Spawn,
        bounds: Bounds,
        words: Callable[[Incident], str],
        stuck: Mapping[int, Incident] | None = None,
        used: float = 0,
        seed: str = "",
        secret: str = "",
    ):
        self.spawn, self.bounds, self.words = spawn, bounds, words
        self.stuck, self.used, self.seed, self.secret = stuck or {}, used, seed, secret
        self.incidents: list[Incident] = []
        self.weight = 0  # of outputs, see `accept_outputs.weight`
        self.deaths: set[int] = set()  # cells under which a kernel died, that was not ended here
        self._at = 0  # the cell that runs
        self._full = False  # whether the student's kernel had little memory left before it
        self._lacked = False  # whether what ran in it found no more memory
        self._over_time = Incident(IncidentKind.CELL_TIME_LIMIT, seconds=bounds.cell)
        self._over_all = Incident(IncidentKind.NOTEBOOK_TIME_LIMIT, seconds=bounds.notebook)

    def run(self, cells: list[NotebookCell], parts: Mapping[int, Part]) -> None:
        """Runs `parts` of `cells` in order and fills in their outputs."""
        self.cells, self.parts = cells, parts
        self.places = {index: place for place, index in enumerate(parts)}
        self.rebound: dict[
            str, None
        ] = {}  # names that answers have defined since the examiner last ran a cell
        self.broken: set[int] = set()  # cells that must never run again: they hang, crash or leave
        self._open()
        try:
            for index, part in parts.items():
                if self.used > self.bounds.notebook:
                    self._fail(index, self._over_all)
                elif not (why := self.stuck.get(index)):
                    self._cell(index, part)
                else:
                    self._fail(index, why, "Limit")
        finally:
            self._close()

    def _open(self) -> None:
        mine, theirs = pair()
        with mine, theirs:
            self.student = self._start("student", theirs.fileno())
            try:
                self.examiner = self._start("examiner", mine.fileno())
                if self.seed:
                    self.examiner.orders.send({"seed": self.seed})
            except BaseException:
                self.student.close()
                raise

    def _start(self, role: str, link: int) -> KernelHandle:
        """A kernel that knows whose values are wanted."""
        kernel = start_kernel(self.spawn, role, link)
        # Not with the request: that passes through the warm parent, of which students' kernels are forks.
        try:
            kernel.orders.send({"secret": self.secret})
        except BaseException:
            kernel.close()
            raise
        return kernel

    def _close(self) -> None:
        for kernel in (self.student, self.examiner):
            kernel.child.end()  # both at once: each takes a while
        for kernel in (self.student, self.examiner):
            kernel.close()

    def _cell(self, index: int, part: Part) -> None:
        cell, self._at, self._full = self.cells[index], index, self.student.is_full()
        self._lacked = False
        if part.student:
            try:
                answer = self._answer(self.student, index)
                self._lacked |= answer.get("memory") is True
                self.weight = store_outputs(cell, answer, part.test, self.weight)
                if answer["exits"]:
                    raise Stopped(Incident(IncidentKind.TOLD_TO_EXIT))
            except Stopped as stop:
                self._fail(index, stop.incident)
            self.rebound |= dict.fromkeys(part.binds)
            self._replace_if_unusable(index)
        if part.examiner:
            self._examine(index, part)
            self._replace_if_unusable(index)

    def _examine(self, index: int, part: Part) -> None:
        """A cell of the instructor's in the examiner's kernel; outputs count only where it is a test."""
        in_time = True
        try:
            about = {"hidden": list(part.hidden), "test": part.test, "rebound": list(self.rebound)}
            self.rebound.clear()
            answer = self._answer(self.examiner, index, about)
        except Stopped as stop:
            in_time = False
            if not self._alive(self.examiner):
                ending = self.examiner.child.ending()
                if ending and ending.kind in LIMITS:
                    raise ExaminerStuck(index, replace(LIMITS[ending.kind], by_test=True)) from None
                if ending and ending.kind is EndKind.SIGNAL and ending.number != signal.SIGKILL:
                    crash = Incident(IncidentKind.TEST_CRASHED, number=ending.number, by_test=True)
                    raise ExaminerCrashed(index, crash) from None
                raise ExaminerLost(f"the examiner's kernel died: {ending or ''}") from None
            answer = {"outputs": [], "count": None}
            if part.test:
                self._fail(index, stop.incident)
        self._lacked |= answer.get("memory") is True
        if part.test:
            self.weight = store_outputs(self.cells[index], answer, part.test, self.weight, examiner=True)
        # Else its end was ours, and is said. The examiner may see it sooner than we can.
        if in_time and (answer.get("gone") or not self._alive(self.student)):
            self._fail(index, self._cause_of_death(self.student))

    def _answer(self, kernel: KernelHandle, index: int, about: Table | None = None) -> Table:
        """What a cell does in a kernel, which may have run it before it was forked. `about`: what the examiner is told.
        Raises Stopped, as below.
        """
        done = kernel.child.answers
        if self.places[index] < len(done):
            if not self._alive(kernel):  # that costs the cell what it would have cost if it had run
                raise Stopped(self._cause_of_death(kernel))
            return copy.deepcopy(done[self.places[index]])
        return self._run_code(kernel, self.cells[index].source, about or {})

    def _run_code(self, kernel: KernelHandle, code: str, about: Table) -> Table:
        """Has a cell run and waits for its answer. Raises Stopped when the kernel has to be given up."""
        try:
            kernel.orders.send({"code": code, **about})
            return self._await_answer(kernel)
        except BadMessage:
            kernel.child.kill()
            raise Stopped(TAMPERED) from None
        except ChannelClosed:
            raise Stopped(self._cause_of_death(kernel)) from None

    def _await_answer(self, kernel: KernelHandle) -> Table:
        clock, left = Clock([self.student.pid, self.examiner.pid]), self.bounds.cell
        while left > 0 and not kernel.orders.poll(max(0.01, min(0.5, left))):
            left = self.bounds.cell - clock.seconds()  # which takes a while to find out
        if over := left <= 0:
            self.used += self.bounds.cell  # now, for the clock ends with a kernel that is killed
            self._interrupt(kernel)
        try:
            content, _ = kernel.orders.receive()
        finally:
            self.used += 0 if over else clock.seconds()  # an answer may take long to arrive, too
        answer: Table = content if isinstance(content, dict) else {}
        if (
            not isinstance(answer.get("outputs"), list)
            or not {"succeeded", "exits", "count"} <= answer.keys()
        ):
            raise BadMessage("not an answer to an order")
        if over:
            raise Stopped(self._over_time)
        return answer

    def _interrupt(self, kernel: KernelHandle) -> None:
        """Brings a kernel back from a cell that takes too long; raises Stopped when it does not listen.

        The examiner waits for a call of the student's, as a rule: so the student's kernel is stopped first.
        """
        self.student.child.interrupt()
        if (back := kernel.orders.poll(GRACE)) and kernel is self.student:
            return
        self.student.child.kill()  # one that came back may have been stopped in the midst of a word to the examiner
        if kernel is self.student:
            raise Stopped(self._over_time)
        if not (back or kernel.orders.poll(GRACE)):
            kernel.child.interrupt()
            if not kernel.orders.poll(GRACE):
                raise ExaminerStuck(self._at, self._over_time)

    def _replace_if_unusable(self, index: int) -> None:
        """After a cell: a fresh student's kernel where it is dead, or full by the cell's fault or to its harm."""
        if (alive := self._alive(self.student)) and not self.student.is_full():
            return
        outputs = self.cells[index].get("outputs", [])
        if alive:
            failed = not self.parts[index].student or any(each.output_type == "error" for each in outputs)
            if not (self._lacked or (failed and not self._full)):
                return  # memory that a finished cell keeps is allowed
            if not self._full:
                self.broken.add(index)
            self.incidents.append(Incident(IncidentKind.MEMORY_LIMIT, self.parts[index].cell))
        self._recover(index, self._lacked)

    def _recover(self, index: int, spare_memory: bool) -> None:
        """A fresh student's kernel in which the earlier cells ran again, but for those that never end well.

        Each failure adds one of these, so that this ends even where cells fail at random. `spare_memory`: those that
        take nearly all memory are left out from now on, for it is memory that the later cells lack.
        """
        while True:
            self.student.close()
            mine, theirs = pair()
            with mine, theirs:
                self.student = self._start("student", theirs.fileno())
                relink(self.examiner.orders, mine)
            if all(self._rerun(earlier, spare_memory) for earlier in self.parts if earlier <= index):
                return

    def _rerun(self, index: int, spare_memory: bool) -> bool:
        late = self.used > self.bounds.notebook
        if late or not self.parts[index].student or index in self.broken:
            return True
        self._at = index
        try:
            exits = self._answer(self.student, index)["exits"]
            if not exits and not (spare_memory and self.student.is_full()):
                return True
        except Stopped:
            pass
        self.broken.add(index)
        return False

    def _alive(self, kernel: KernelHandle) -> bool:
        # Between orders a kernel says nothing: what can be read there is its end, known before the parent's word.
        return kernel.child.poll() is None and not kernel.orders.poll(0)

    def _cause_of_death(self, kernel: KernelHandle) -> Incident:
        """Why a kernel is gone."""
        if kernel.child.wait(GRACE) is None:  # it lives, and does not answer
            kernel.child.kill()
            self.used += GRACE
            return TAMPERED
        ending = kernel.child.ending()
        if ending and ending.kind in LIMITS:  # which nothing but the student's own code runs into
            return LIMITS[ending.kind]
        self.deaths.add(self._at)
        if ending and ending.kind is EndKind.SIGNAL:
            return Incident(IncidentKind.KERNEL_KILLED, number=ending.number)
        if ending and ending.kind in (EndKind.STOPPED, EndKind.TOLD):
            return Incident(IncidentKind.KERNEL_STOPPED)
        return Incident(IncidentKind.KERNEL_EXITED, number=ending.number if ending else 0)

    def _fail(self, index: int, incident: Incident, name: str = "") -> None:
        """Puts an error before all else: nbgrader believes the first value it meets."""
        self.broken.add(index)
        self._lacked |= incident.kind is IncidentKind.MEMORY_LIMIT
        name, words = name or _error_name(incident), self.words(incident)
        error = new_output("error", ename=name, evalue=words, traceback=[f"{name}: {words}"])
        self.cells[index].outputs = [error, *self.cells[index].get("outputs", [])]
        self.incidents.append(replace(incident, cell=self.parts[index].cell))


def _error_name(incident: Incident) -> str:
    """What takes the place of an exception's class in the output of a cell that was stopped."""
    if incident.kind.is_time_limit:
        return "TimeLimit"
    return "Exit" if incident.kind is IncidentKind.TOLD_TO_EXIT else "DeadKernel"
