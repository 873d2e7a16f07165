"""Warm, sandboxed kernels: real ones, from the warm parent, through the client and through stock Jupyter programs."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import nbformat
import psutil
import pytest
import torch
from jupyter_client.manager import start_new_kernel
from jupyter_client.provisioning import KernelProvisionerFactory
from locked_in import NOBODY
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from tiny_course import DOUBLE, LAST, TinyCourse

from autograder.core.environment import with_own_programs
from autograder.kernels.child import Child, KernelFailed
from autograder.kernels.client import WarmParent, visible
from autograder.kernels.libraries import large_modules
from autograder.kernels.preload import Loaded
from autograder.kernels.sandbox.confinement import Confinement
from autograder.kernels.sandbox.modes import SandboxUnavailable, resolve_mode
from autograder.kernels.sandbox.visible_paths import is_open_to_all
from autograder.kernels.warm_parent import Kernel, Parent
from autograder.rpc.kernel_handle import start_lone_kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux")


@pytest.fixture(scope="module")
def spec() -> Iterator[None]:
    """The provisioner for every kernelspec."""
    with pytest.MonkeyPatch.context() as patch:
        # Not by the environment: that is read once, and another test may have been there before.
        patch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", "autograder")
        yield


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    """A warm parent of the test's own."""
    with WarmParent() as parent:
        yield parent


@pytest.fixture(scope="module")
def lean() -> Iterator[WarmParent]:
    """One without PyTorch's compiler."""
    with WarmParent(large=()) as parent:
        yield parent


def ran(folder: Path, *sources: str, **options: Any) -> list[Any]:
    """Runs cells in a warm kernel in `folder` with nbclient; the cells with their outputs."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    resources = {"metadata": {"path": str(folder)}}
    options = {"kernel_name": "python3", "allow_errors": True, "timeout": 60, **options}
    NotebookClient(notebook, resources=resources, **options).execute()
    return notebook.cells


def text(cell: Any) -> str:
    """What a cell printed, or the text of its value or error."""
    found = [
        out.get("text") or out.get("data", {}).get("text/plain") or f"{out.get('ename')}: {out.get('evalue')}"
        for out in cell.outputs
    ]
    return "".join(found).strip()


def descendants(pid: int) -> set[int]:
    """All processes below one."""
    return {process.pid for process in psutil.Process(pid).children(recursive=True)}


def spawn(parent: WarmParent, folder: Path) -> Child:
    """A kernel without a Jupyter client."""
    sockets = folder / "sockets"
    scratch = folder / "scratch"
    for place in (sockets, scratch):
        place.mkdir(parents=True)
    ports = {f"{name}_port": n for n, name in enumerate(("shell", "iopub", "stdin", "hb", "control"), 1)}
    request = {"sockets": str(sockets), "connection": {"ip": str(sockets / "k"), "transport": "ipc", **ports}}
    log = os.open(os.devnull, os.O_WRONLY)
    try:
        confinement = Confinement(resolve_mode("auto"), str(scratch), str(sockets))
        return parent.spawn("jupyter", confinement, fds=[log], request=request)
    finally:
        os.close(log)


def gone(pids: set[int], within: float = 60) -> bool:
    """Whether all these processes ended in time."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not any(map(lives, pids)):
            return True
        time.sleep(0.02)
    return False


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_warm_kernel_runs_what_a_notebook_runs(spec: None, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("answer = 42")
    cells = ran(
        tmp_path,
        "import torch\nx = torch.ones(3, requires_grad=True)\n(x * x).sum().backward()\nx.grad.tolist()",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "import warnings\nwarnings.warn('careful')",
        "input()",
        "import helper\nhelper.answer",
        "import os\nos.system('echo from a program')",
        "import time\nprint('from Python')\nif os.fork() == 0:\n    print('from a fork', flush=True)\n    os._exit(0)\n"
        "os.wait()\ntime.sleep(0.3)",
        "torch.get_num_threads()",
        "torch.optim.Adam([x]).step()\ntorch.testing.assert_close(x, x + 1)",
    )
    assert text(cells[0]) == "[2.0, 2.0, 2.0]"
    assert "image/png" in cells[1].outputs[0].data
    assert [(out.name, "careful" in out.text) for out in cells[2].outputs] == [("stderr", True)]
    assert text(cells[3]).startswith("StdinNotImplementedError")
    assert text(cells[4]) == "42"
    assert "from a program" in text(cells[5])
    assert "from Python" in text(cells[6]) and "from a fork" in text(cells[6])
    assert text(cells[7]) == "1"
    assert text(cells[8]).startswith("AssertionError: Tensor-likes are not close")
    # What a stock kernel with debugpy writes there would cost a test cell its points.
    assert not [out for cell in cells[:2] + cells[3:] for out in cell.outputs if out.get("name") == "stderr"]


def test_two_kernels_draw_different_random_numbers(spec: None, tmp_path: Path) -> None:
    draw = "import random, numpy, torch\n(random.random(), numpy.random.rand(), torch.rand(1).item())"
    first, second = (eval(text(ran(tmp_path, draw)[0])) for _ in range(2))
    assert all(a != b for a, b in zip(first, second, strict=True))


def test_a_kernel_sees_neither_its_clients_environment_nor_its_folder_change(
    spec: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data.txt").write_text("given")
    monkeypatch.setenv("API_TOKEN", "very secret")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cells = ran(
        tmp_path,
        "import os\n'secret' in str(os.environ) + open('/proc/self/environ').read()",
        "os.environ['NBGRADER_EXECUTION']",
        "print(open('data.txt').read())\nopen('data.txt', 'w').write('changed')\nopen('data.txt').read()",
    )
    assert [text(cell) for cell in cells[:2]] == ["False", "'autograde'"]
    assert "changed" in text(cells[2])
    assert (tmp_path / "data.txt").read_text() == "given"


def test_a_kernel_in_a_folder_with_a_gradebook_is_refused(spec: None, tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").touch()
    with pytest.raises(KernelFailed, match=r"gradebook\.db in the kernel's working folder"):
        ran(tmp_path, "1")


def test_a_machine_that_cannot_sandbox_gives_no_kernel(
    spec: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(wanted: str) -> str:
        raise SandboxUnavailable(f"no {wanted} here; do this")

    monkeypatch.setattr("autograder.kernels.provisioner._mode", refuse)
    with pytest.raises(SandboxUnavailable, match="do this"):
        ran(tmp_path, "1")


def test_a_loop_is_interrupted_and_the_kernel_goes_on(spec: None, tmp_path: Path) -> None:
    cells = ran(tmp_path, "x = 1\nwhile True:\n    pass", "x + 1", timeout=2, interrupt_on_timeout=True)
    assert "KeyboardInterrupt" in text(cells[0])
    assert text(cells[1]) == "2"


def test_a_kernel_restarts_and_ends_without_survivors(spec: None, tmp_path: Path) -> None:
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        client.execute("import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass")
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=30)
        replies = []
        client.execute_interactive("print('again')", timeout=30, output_hook=replies.append)
        assert [m["content"]["text"] for m in replies if m["msg_type"] == "stream"] == ["again\n"]
        kernel = manager.provisioner._child.pid
        pids = {kernel, *descendants(kernel)}
        base = manager.provisioner._base
        assert len(pids) == 3
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    assert gone(pids)
    assert not base.exists()


def test_a_crash_is_said_in_the_log(
    spec: None, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    monkeypatch.setattr(manager.provisioner.log, "propagate", True)
    client.execute("import os, signal\nos.write(2, b'last words')\nos.kill(os.getpid(), signal.SIGSEGV)")
    deadline = time.monotonic() + 20
    while manager.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert "killed by SIGSEGV" in caplog.text


def test_killing_the_parent_kills_its_kernels_at_once_and_the_next_spawn_starts_another(
    tmp_path: Path,
) -> None:
    with WarmParent() as parent:
        child = spawn(parent, tmp_path / "one")
        pids = {child.pid, *descendants(child.pid)}
        os.kill(parent.pid, signal.SIGKILL)
        assert child.wait(5) == -signal.SIGKILL
        assert gone(pids)
        other = spawn(parent, tmp_path / "two")
        assert other.poll() is None
        other.kill()
        assert other.reason() in ("stopped", "it was asked to stop")


def test_kernels_die_with_their_client(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib\nsys.path[:0] = sys.argv[2:]\n"
        "from test_kernels import spawn, WarmParent\n"
        "p = WarmParent(); c = spawn(p, pathlib.Path(sys.argv[1])); print(p.pid, c.pid, flush=True); time.sleep(60)"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", code, str(tmp_path / "k"), str(here), str(here.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        parent, kernel = map(int, client.stdout.readline().split())
        pids = {parent, kernel, *descendants(parent)}
        client.kill()
    assert gone(pids)


def test_a_thread_in_the_parent_is_found_before_a_fork_hangs(tmp_path: Path) -> None:
    enough = threading.Event()
    thread = threading.Thread(target=enough.wait)
    thread.start()
    lifeline, end = os.pipe()
    server = Parent(str(tmp_path / "s"), lifeline, os.getppid(), Loaded({"jupyter": lambda *_: 0}, ()))
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "s"))
        client.sendall(b'{"program": "jupyter"}\n')
        server._accept()
        assert "threads, expected 1" in json.loads(client.recv(1000))["error"]
    enough.set()
    thread.join()
    server.selector.close()
    server.listener.close()
    os.close(lifeline)
    os.close(end)


def test_a_module_that_cannot_be_preloaded_is_left_out(tmp_path: Path) -> None:
    with WarmParent(["no_such_module"]) as parent:
        spawn(parent, tmp_path).kill()


def test_an_unknown_program_is_refused(parent: WarmParent, tmp_path: Path) -> None:
    with pytest.raises(KernelFailed, match="found the program 'rm', expected one of"):
        parent.spawn("rm", Confinement("off", str(tmp_path)))


def test_a_parent_that_hangs_up_at_once_is_heard(
    parent: WarmParent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = socket.send_fds

    def slowly(connection: socket.socket, *more: Any) -> int:
        sent = send(connection, *more)
        hung_up = select.poll()
        hung_up.register(connection, 0)  # POLLHUP is told in any case
        assert hung_up.poll(10_000)
        return sent

    monkeypatch.setattr(socket, "send_fds", slowly)
    with pytest.raises(KernelFailed, match="found the program 'rm', expected one of"):
        parent.spawn("rm", Confinement("off", str(tmp_path)))


def test_a_kernel_whose_client_went_away_at_once_is_ended_and_reaped(
    parent: WarmParent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = descendants(parent.pid)
    with monkeypatch.context() as patch:
        patch.setattr(Child, "await_ready", lambda child, _timeout: child._connection.close())
        spawn(parent, tmp_path / "left")
    spawn(parent, tmp_path / "next").kill()  # the parent serves one after the other
    end = time.monotonic() + 60
    while left := descendants(parent.pid) - before:
        assert time.monotonic() < end, f"{left} live, or have ended and were not reaped"
        time.sleep(0.02)


def test_a_kernel_that_has_been_reaped_is_sent_no_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _number: sent.append(pid))
    Parent._heard(cast(Any, None), Kernel(os.getpid(), -1, None))
    assert sent == []


def test_an_ended_child_lets_its_client_wait_on_it(parent: WarmParent, tmp_path: Path) -> None:
    child = spawn(parent, tmp_path)
    started = time.monotonic()
    assert child.wait(0.1) is None
    child.kill()
    assert child.exit is not None and time.monotonic() - started < 20


def test_only_harmless_variables_are_visible() -> None:
    assert visible({"LANG": "C", "NBGRADER_EXECUTION": "autograde", "AWS_SECRET": "x", "HOME": "/root"}) == {
        "LANG": "C",
        "NBGRADER_EXECUTION": "autograde",
    }


def test_a_kernel_is_ready_in_a_fraction_of_a_cold_start(spec: None, tmp_path: Path) -> None:
    def seconds(provisioner: str) -> float:
        with pytest.MonkeyPatch.context() as patch:
            # It has read the environment variable, once.
            patch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", provisioner)
            started = time.monotonic()
            manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
            client.execute_interactive("import torch", timeout=120)
            taken = time.monotonic() - started
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        return taken

    warm = min(seconds("autograder") for _ in range(3))
    assert warm < seconds("local-provisioner") / 2


def test_stock_autograde_gives_the_same_scores_in_warm_kernels(tiny: TinyCourse) -> None:
    wrong = DOUBLE.replace("2 * x", "x + 1")
    tiny.submit("good", tiny.answer())
    tiny.submit("wrong", tiny.answer(double=wrong))
    tiny.submit("half", tiny.answer(last=LAST.replace("items[-1]", "items[0]")))
    tiny.submit("none", tiny.untouched())

    def scores(*options: str) -> list[str]:
        for command in (["generate_assignment", "t1", "--force"], ["autograde", "t1", "--force", *options]):
            subprocess.run(
                [sys.executable, "-m", "nbgrader", *command],
                cwd=tiny.root,
                env=with_own_programs(os.environ),
                check=True,
                capture_output=True,
            )
        notebooks = sorted((tiny.root / "autograded").glob("*/t1/two.ipynb"))
        return [_outcome(nbformat.read(path, 4)) for path in notebooks]

    subprocess.run(
        [*AUTOGRADER, "kernels", "install", "--name", "warm-test", "--prefix", str(tiny.root)], check=True
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(tiny.root / "share" / "jupyter"))
        patch.delenv("JUPYTER_DEFAULT_PROVISIONER_NAME", raising=False)  # else stock kernels are warm too
        stock = scores("--Execute.kernel_name=python3")
        assert scores("--Execute.kernel_name=warm-test") == stock
    assert len(set(stock)) == 4, "expected four different outcomes"


AUTOGRADER = [sys.executable, "-m", "autograder.cli"]


def _outcome(notebook: Any) -> str:
    from nbgrader.utils import determine_grade, is_grade

    return str([determine_grade(cell) for cell in notebook.cells if is_grade(cell)])


def test_a_warm_parent_that_cannot_load_says_so_and_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with WarmParent() as parent, pytest.raises(KernelFailed, match="did not load"):
        assert parent.address


AS_A_PROGRAM = """
import json, os, sys
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from autograder.kernels.provisioner import SandboxProvisioner
KernelProvisionerFactory.instance().default_provisioner_name = "autograder"
SandboxProvisioner.sandbox.default_value = sys.argv[1]
cells = [new_code_cell(source) for source in json.loads(sys.argv[2])]
client = NotebookClient(new_notebook(cells=cells), kernel_name="python3", allow_errors=True, timeout=60,
                        resources={"metadata": {"path": os.getcwd()}})
client.execute()
print(json.dumps([cell.outputs for cell in cells]))
"""


@pytest.mark.parametrize("mode", ["namespaces", "landlock"])
@pytest.mark.parametrize("user", ["self", "nobody"])
def test_a_jupyter_kernel_is_locked_in_in_each_mode_for_root_and_for_an_ordinary_user(
    mode: str, user: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    uid = os.getuid()
    if user == "nobody":
        if uid or not is_open_to_all(sys.executable) or not is_open_to_all(str(Path(torch.__file__).parent)):
            pytest.skip("another user than root is asked for, and this Python lies where only root may enter")
        uid = NOBODY
    cells = [
        "%matplotlib inline\nimport matplotlib.pyplot as plt, torch\nplt.plot([1, 2])\nplt.show()",
        "open('new.txt', 'w').write(open('data.txt').read())\nprint(open('new.txt').read())",
        "import socket, threading\nthreading.Thread(target=print).start()\nopen('/etc/shadow')",
        "socket.socket()",
    ]
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        folder = Path(home) / "work"
        folder.mkdir()
        (folder / "data.txt").write_text("given")
        for path in (home, folder):
            os.chown(path, uid, -1)
        command = [sys.executable, "-c", AS_A_PROGRAM, mode, json.dumps(cells)]
        environment = {**os.environ, "HOME": home, "TMPDIR": "/tmp"}
        done = subprocess.run(
            command, cwd=folder, env=environment, user=uid, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert not (folder / "new.txt").exists(), "the kernel works on a copy"
    picture, file, shadow, network = json.loads(done.stdout.splitlines()[-1])
    assert [output["output_type"] for output in picture] == ["display_data"]
    assert file[0]["text"] == "given\n"
    assert shadow[-1]["ename"] in ("FileNotFoundError", "PermissionError")
    assert network[0]["ename"] == "OSError"


LOADS_THE_COMPILER = {
    "torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)": True,
    "torch.testing.assert_close(torch.ones(2), torch.ones(2))": True,
    "torch.func.jacrev(torch.sin)(torch.ones(2))": True,
    "torch.autograd.gradcheck(torch.sin, torch.ones(2, dtype=torch.double, requires_grad=True))": True,
    "torch.nn.LSTM(3, 4)(torch.zeros(2, 1, 3))[0].sum().backward()": False,
    "assert torch.allclose(torch.ones(2), torch.ones(2)), 'an optimizer holds the old ones'": False,
    "torch.nn.utils.clip_grad_norm_(torch.nn.Linear(2, 2).parameters(), 1.0)": False,
}


@pytest.mark.parametrize(("code", "loads"), LOADS_THE_COMPILER.items())
def test_the_compiler_is_loaded_early_for_notebooks_that_load_it(
    lean: WarmParent, tmp_path: Path, code: str, loads: bool
) -> None:
    notebook = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(code)]), notebook)
    assert large_modules([notebook]) == (("torch._dynamo",) if loads else ())
    kernel = start_lone_kernel(lean, str(tmp_path))
    kernel.orders.send(
        {"code": f"import sys, torch\nassert 'sympy' not in sys.modules\n{code}\n'sympy' in sys.modules"}
    )
    said = kernel.orders.receive(60)
    kernel.close()
    assert str(loads) in str(said), said


def test_the_compiler_is_loaded_where_no_notebook_can_tell(tmp_path: Path) -> None:
    for notebooks in (None, [], [tmp_path / "gone.ipynb"]):
        assert large_modules(notebooks) == ("torch._dynamo",)
