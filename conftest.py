"""For every test and every notebook that pytest runs: the reader's own files are elsewhere, in an empty folder."""

import os
import tempfile

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Points LSTMLAB_DATA at a folder that goes when pytest ends; kernels and servers inherit it."""
    folder = tempfile.TemporaryDirectory(prefix="lstmlab-data-")
    config.add_cleanup(folder.cleanup)
    os.environ["LSTMLAB_DATA"] = folder.name
