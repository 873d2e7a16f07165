"""For every test and every notebook that pytest runs: the reader's own files are elsewhere, in an empty folder, and the
cases of checks are the same in each run. `AUTOGRADER_SEED= make test` draws them anew, AUTOGRADER_SEED=7 draws others.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator

import pytest

pytest_plugins = ["book.while_tested"]


def pytest_configure(config: pytest.Config) -> None:
    """Points LSTMLAB_DATA at a folder that goes when pytest ends; kernels and servers inherit it."""
    folder = tempfile.TemporaryDirectory(prefix="lstmlab-data-")
    config.add_cleanup(folder.cleanup)
    os.environ["LSTMLAB_DATA"] = folder.name
    os.environ.setdefault("AUTOGRADER_SEED", "20261122")
    # A shell ignores interrupts for what it starts in the background, and children inherit that.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _interrupts_are_heard() -> Iterator[None]:
    """nbclient leaves its own handler of Ctrl-C behind where a kernel does not start; later tests would be deaf."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def _same_seeds() -> None:
    """Each test draws from the beginning, whichever tests ran before it in its process."""
    if seeds := sys.modules.get("autograder.checking.seeds"):
        seeds.start(os.environ["AUTOGRADER_SEED"])
