"""A bare IPython shell behind a socket: runs cells and hands back their outputs as a notebook keeps them.

The warm parent forks it, as the program "shell", once for the student and once for the examiner of each
notebook. `prepare` is called before the fork, as everything that takes long and needs no thread.
"""

import builtins
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from socket import socket

from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.core.cells import CELLS, is_cell
from autograder.personal import whose
from autograder.rpc import adapters
from autograder.rpc.examiner.examiner import Examiner
from autograder.rpc.examiner.namespace import Builtins, ExaminerNamespace
from autograder.rpc.mirror.keyboard import NullStdin, asking
from autograder.rpc.mirror.seeds import SEEDERS
from autograder.rpc.outputs import OUTPUTS, Hook, Publisher, own_streams
from autograder.rpc.prelude import run_prelude, states
from autograder.rpc.student.student import Student
from autograder.rpc.wire.channel import BadMessage, Channel, ChannelClosed, pair, relinked
from autograder.rpc.wire.codec import Codec, Table, Value
from autograder.rpc.wire.peer import Peer, is_out_of_memory


class Shell(InteractiveShell):  # type: ignore[misc,unused-ignore]  # IPython's classes have no types here
    """IPython without terminal, history and Jupyter's sockets."""

    hidden: frozenset[int] = frozenset()  # lines of hidden tests in the cell that runs
    code = ""  # of that cell
    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)

    def init_io(self) -> None:
        """The streams are set when the first cell runs."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Does nothing: there is no event loop."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        try:
            message = str(evalue)
        except Exception:
            message = "(its message cannot be shown)"
        if self.hidden:
            if not hasattr(evalue, "_render_traceback_") and not _is_of_cell(evalue):
                message = "(not shown, as it may quote a hidden test)"
            stb = [*self._visible(evalue), f"{etype.__name__}: {message}"]
        OUTPUTS.error(str(etype.__name__), message, list(stb))

    def _visible(self, error: BaseException) -> list[str]:
        """The line at which a cell with hidden tests failed, if students see that line; nothing else of a traceback.

        What is shown is chosen here. A traceback quotes the lines around it and those of other frames.
        """
        lines = self.code.splitlines()
        for frame, number in traceback.walk_tb(error.__traceback__):
            if is_cell(frame.f_code.co_filename):  # the outermost: the cell itself
                seen = 0 < number <= len(lines) and number not in self.hidden
                return [f"----> {number} {lines[number - 1].strip()}", ""] if seen else []
        return []

    def system(self, command: str) -> None:
        """`!command`: its output becomes the cell's."""
        done = subprocess.run(
            command, shell=True, capture_output=True, text=True, errors="replace", check=False
        )
        OUTPUTS.stream("stdout", done.stdout)
        OUTPUTS.stream("stderr", done.stderr)
        self.user_ns["_exit_code"] = done.returncode


def _is_of_cell(error: BaseException) -> bool:
    """Whether a cell's own line raised it; what a library says of a failure often holds the expected values."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step is None or is_cell(step.tb_frame.f_code.co_filename)


def prepare() -> Shell:
    """The shell of this process; called in the warm parent, it holds no thread and no socket."""
    if not Shell.initialized():
        adapters.load()
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        config.InteractiveShell.colors = "nocolor"
        streams = sys.stdout, sys.stderr, sys.excepthook
        shell = Shell.instance(config=config)
        shell.compile.get_code_name = lambda raw, code, number: f"/{CELLS}shell/{number}.py"
        _rehearse(shell)
        sys.stdout, sys.stderr, sys.excepthook = streams
    prepared: Shell = Shell.instance()
    return prepared


def _rehearse(shell: Shell) -> None:
    """Does once what most kernels do: in the forks, patterns are compiled then, lexers ready and code warm.

    It leaves nothing in the namespace.
    """
    shell.run_cell("1 / 0", store_history=False)
    shell.display_formatter.format([0])
    adapters.rehearse()
    OUTPUTS.clear()
    for name in ("last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)


def main(request: Table, fds: list[int], ready: Callable[[], None]) -> int:
    """The program "shell". `fds`: the channel of orders, and the link between student and examiner.

    request: "role" ("student" or "examiner"), for the examiner "names", for the student "guards": the names
    of functions by the guard that holds while one of them runs (see `adapters`), and "withhold", whether it is kept from
    what only tests need.
    """
    shell = prepare()
    orders, link = Channel(socket(fileno=fds[0]), outside=True), Channel(socket(fileno=fds[1]))
    own_streams()
    if _settled is None:
        peer = _join(shell, request, link)
    else:
        peer = _settled.peer
        peer.relink(link)
        for library, state in _settled.states.items():
            SEEDERS[library].restore(state)
    peer.begin()
    ready()
    with suppress(ChannelClosed):  # the session is gone
        _serve(shell, orders, link, peer)
    return 0


@dataclass(frozen=True)
class Settled:
    """What a template hands on to its forks: the peer, and the states of random numbers that its cells have moved."""

    peer: Peer
    states: dict[str, Value]


_settled: Settled | None = None


def settle_in(request: Table) -> Table:
    """Runs `request["cells"]` in a template, as a kernel of this request would; see `prelude`.

    Returns their "answers", or why kernels have to run them, "refused".
    """
    global _settled
    shell = prepare()
    mine, theirs = pair()
    theirs.close()  # there is nobody to ask: a cell that needs a student's name fails
    own_streams()
    peer = _join(shell, request, Channel(mine))
    before = _written(states())
    answers, why = run_prelude(lambda code: run_cell(shell, peer, {"code": code}), request["cells"])
    if why:
        return {"refused": why}
    mine.close()
    # Drawn from or seeded: the fork goes on from there. Else it gets numbers of its own.
    after = states()
    moved = {name: after[name] for name, state in _written(after).items() if state != before[name]}
    _settled = Settled(peer, moved)
    return {"answers": answers}


def rehearse(request: Table) -> None:
    """In the examiner's template: computes what `request["tests"]` need from the run's "seed", once for all kernels."""
    shell, before = prepare(), states()
    adapters.draw_from(request["seed"])
    adapters.try_ahead(shell.user_ns, request["tests"])
    for library, state in before.items():
        SEEDERS[library].restore(state)
    own_streams()
    OUTPUTS.clear()


def _written(states: dict[str, Value]) -> dict[str, Value]:
    """States in a form that can be compared, whatever their library has made them of."""
    codecs = {name: Codec() for name in states}
    return {name: (codecs[name].encode(state), codecs[name].buffers) for name, state in states.items()}


def _join(shell: Shell, request: Table, link: Channel) -> Peer:
    sys.path.insert(0, "")
    whose.wait()
    peer = _peer(shell, request, link)
    sys.stdin = NullStdin(peer)
    return peer


def _peer(shell: Shell, request: Table, link: Channel) -> Peer:
    if request["role"] == "student":
        if request.get("withhold"):
            adapters.withhold()
        student = Student(link, shell.user_ns, adapters.guards(request.get("guards", {})))
        builtins.input = asking(student)
        return student
    examiner = Examiner(link, request.get("names", {}))
    namespace = ExaminerNamespace(shell.user_ns)
    namespace.examiner = examiner
    namespace["__builtins__"] = Builtins(namespace)
    examiner.namespace = namespace
    # IPython runs cells in the namespace of its module, which must be the one that borrows.
    shell.user_module = _Main()
    shell.user_module.__dict__ = namespace
    shell.user_ns = namespace
    shell.init_sys_modules()
    return examiner


class _Main:
    """A stand-in for the module __main__: a real module's namespace cannot be replaced."""

    __name__ = "__main__"


def _serve(shell: Shell, orders: Channel, link: Channel, peer: Peer) -> None:
    """Runs cells and, between them, answers the other kernel."""
    while True:
        _listen(False)
        ready, _, _ = select.select([orders, link], [], [])
        _listen(True)
        try:
            if orders in ready:
                order, _ = orders.receive()
                if order.get("relink"):
                    link = relinked(orders)
                    peer.relink(link)
                elif seed := order.get("seed"):
                    adapters.draw_from(seed)
                elif "secret" in order:
                    whose.tell(order["secret"])
                else:
                    _answer(orders, run_cell(shell, peer, order))
            elif link in ready:
                question, buffers = link.receive()
                if not isinstance(question, dict) or "q" not in question:
                    raise BadMessage("an answer that nobody asked for")
                peer.serve(question["q"], peer.codec(buffers))
        except KeyboardInterrupt:
            continue  # the interrupt came too late for its cell
        except BadMessage:
            link.give_up()  # the examiner outlives whatever the student's side may send
        except ChannelClosed:
            if not orders.poll(0):
                select.select([orders], [], [])  # the other kernel is gone; orders may bring another link
            continue


def _say_failure(result: ExecutionResult) -> None:
    """A cell that raised always has an error as output: a test without one would get its points."""
    error = result.error_before_exec or result.error_in_exec
    if error is not None and not any(each["output_type"] == "error" for each in OUTPUTS.items):
        name = str(type(error).__name__)
        OUTPUTS.error(name, "", [f"{name} (its message was taken away by an earlier cell)"])


def _answer(orders: Channel, answer: Table) -> None:
    """Sends a cell's outputs; if they are too large or not JSON, only what the points depend on."""
    try:
        orders.send(answer)
    except (BadMessage, TypeError, ValueError, RecursionError):
        essential = [each for each in answer["outputs"] if each["output_type"] == "error"]
        for each in answer["outputs"]:
            text = each.get("data", {}).get("text/plain")
            if each["output_type"] == "execute_result" and isinstance(text, str):
                essential.append({**each, "data": {"text/plain": text}, "metadata": {}})
        said = "(outputs of this cell are too large to be kept, or nothing that a notebook can hold)"
        orders.send(
            {
                **answer,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": said}, *essential[-9:]],
            }
        )


def _listen(interrupts: bool) -> None:
    """Ctrl-C means a cell or a call; between them it would end this process."""
    signal.signal(signal.SIGINT, signal.default_int_handler if interrupts else signal.SIG_IGN)


def run_cell(shell: Shell, peer: Peer, order: Table) -> Table:
    """Runs one cell. `hidden`: lines of hidden tests; where there are any, the student's code prints nothing. `test`,
    `rebound`: see `Examiner.begin_cell`.
    """
    OUTPUTS.clear()
    shell.hidden, shell.code = frozenset(order.get("hidden", ())), order["code"]
    if isinstance(peer, Examiner):
        peer.begin_cell(bool(shell.hidden), order.get("test", False), order.get("rebound", ()))
    peer.out_of_memory, exits = False, False
    try:
        if order.get("test"):
            peer.look_for_files()
        result = shell.run_cell(order["code"], store_history=True)
        succeeded = result.success
        with suppress(Exception):  # the student's side is asked, and may answer with anything
            peer.push_changes()
        exits = isinstance(result.error_in_exec, SystemExit)
        peer.out_of_memory |= is_out_of_memory(result.error_before_exec or result.error_in_exec)
        _say_failure(result)
    except KeyboardInterrupt:
        succeeded = False
        OUTPUTS.error("KeyboardInterrupt", "", ["KeyboardInterrupt"])
    finally:
        if isinstance(peer, Examiner):
            peer.carried.end()
    own_streams()
    OUTPUTS.redact(peer.redacted)
    peer.redacted.clear()
    for output in OUTPUTS.items:
        output.pop("transient", None)
    return {
        "outputs": OUTPUTS.items,
        "succeeded": succeeded,
        "exits": exits,
        "gone": getattr(peer, "gone", False),
        "memory": peer.out_of_memory,
        "count": shell.execution_count - 1,
    }
