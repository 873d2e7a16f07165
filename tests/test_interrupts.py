"""A Ctrl-C that falls where Python drops it stops the command all the same."""

import signal
import sys
import time
import weakref

import pytest

import autograder.cli
from autograder.cli import interrupts


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
    with pytest.raises(KeyboardInterrupt), interrupts.heard():
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

    with interrupts.heard():
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
        "\nstopped; what was finished is kept, and the same command goes on from here\n"
    )


def _add(commands, handler) -> None:
    commands.add_parser("deaf").set_defaults(handler=handler)
