"""A Ctrl-C that falls where Python drops it stops the command all the same; SIGTERM and SIGHUP stop it in order."""

import os
import signal
import subprocess
import sys
import time
import weakref
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any, cast

import pytest

import autograder.cli
from autograder.cli import interrupts
from autograder.engine.pool import Dispatch


class Deaf:
    """Its finalizer is where the interrupt falls."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def _in_a_finalizer() -> None:
    Deaf()


def _in_a_callback_of_a_weak_reference() -> None:
    short = {1}
    watch = weakref.ref(short, lambda _: signal.raise_signal(signal.SIGINT))
    del short
    assert watch() is None


@pytest.mark.parametrize("drop", [_in_a_finalizer, _in_a_callback_of_a_weak_reference])
def test_an_interrupt_that_python_drops_is_heard(drop, capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.unraisablehook
    with pytest.raises(KeyboardInterrupt), interrupts.handled():
        drop()
        time.sleep(30)
    assert sys.unraisablehook is before
    assert capsys.readouterr().err == ""


def test_other_things_python_cannot_raise_are_said_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda it: said.append(repr(it.exc_value)))

    class Faulty:
        def __del__(self) -> None:
            raise ValueError("broken")

    with interrupts.handled():
        Faulty()
    assert said == ["ValueError('broken')"]


def test_the_command_stops_and_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def handler(_arguments: object) -> int:
        _in_a_finalizer()
        time.sleep(30)
        return 0

    monkeypatch.setattr(autograder.cli.kernels, "add_commands", lambda commands: _add(commands, handler))
    assert autograder.cli.main(["deaf"]) == 130
    assert capsys.readouterr().err == (
        "\nStopped. Finished work is kept; run the same command again to continue.\n"
    )


def test_an_interrupt_while_workers_start_comes_when_all_are_known() -> None:
    class Slow(Executor):
        started = 0

        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            signal.raise_signal(signal.SIGINT)
            self.started += 1
            return Future()

    slow = Slow()
    work = Dispatch(lambda: slow, 1, cast(Any, None), cast(Any, lambda: None))
    with pytest.raises(KeyboardInterrupt):
        next(work.run([cast(Any, "ada")]))
    assert slow.started == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("number", interrupts.SIGNALS)
def test_a_command_that_is_told_to_end_ends_in_order(number: int, tmp_path: Path) -> None:
    script = """if True:
        import signal, sys, time
        from autograder import cli
        from autograder.core.scratch import scratch_root
        for number in cli.interrupts.SIGNALS:  # whoever runs the tests may have been started with nohup
            signal.signal(number, signal.SIG_DFL)
        def handler(_):
            print(scratch_root().path, flush=True)
            time.sleep(300)
        cli.kernels.add_commands = lambda commands: commands.add_parser("sleep").set_defaults(handler=handler)
        sys.exit(cli.main(["sleep"]))
    """
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(
        [sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(tmp_path)}, **pipes
    ) as run:
        assert run.stdout is not None and run.stderr is not None
        root = Path(run.stdout.readline().strip())
        assert root.is_dir() and root.parent == tmp_path
        run.send_signal(number)
        said = run.stderr.read()
    assert (run.returncode, said.count("run the same command again to continue")) == (128 + number, 1), said
    assert not root.exists()


def test_a_signal_that_was_to_be_ignored_stays_so() -> None:
    before = signal.signal(interrupts.SIGNALS[-1], signal.SIG_IGN)  # as `nohup` starts a command
    try:
        with interrupts.handled():
            signal.raise_signal(interrupts.SIGNALS[-1])
    finally:
        assert signal.signal(interrupts.SIGNALS[-1], before) is signal.SIG_IGN


def _add(commands, handler) -> None:
    commands.add_parser("deaf").set_defaults(handler=handler)
