"""Fixtures of the sandbox's tests: both modes, a grader who is root and one who is not."""

import os
import shutil
import tempfile
from pathlib import Path

import psutil
import pytest
from locked_in import MODES, NOBODY

from autograder.kernels.sandbox import launch as sandbox
from autograder.kernels.sandbox.confinement import Limits


@pytest.fixture(scope="module", autouse=True)
def prepared() -> None:
    """As the warm parent does; a fork of user nobody could not import from root's Python."""
    sandbox.prepare()


@pytest.fixture(autouse=True)
def folder_for_folders(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    """Where tests make theirs: not in pytest's folder, which only root may search."""
    tmp_path_factory.getbasetemp()  # which pytest makes below tempdir when it is first asked for
    folder = Path(tempfile.mkdtemp(prefix="sandbox-"))
    folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    shutil.rmtree(folder)


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=["root", "nobody"] if os.geteuid() == 0 else ["self"])
def uid(request: pytest.FixtureRequest) -> int:
    """Who the grader is: 0 for whoever runs the tests."""
    return NOBODY if request.param == "nobody" else 0


@pytest.fixture
def secret(uid: int):
    """A gradebook beside the scratch folder, which its owner, the grader, may read and write."""
    folder = Path(tempfile.mkdtemp(prefix="course-"))
    book = folder / "gradebook.db"
    book.write_text("grades")
    if uid:
        for path in (folder, book):
            os.chown(path, uid, uid)
    yield book
    assert book.read_text() == "grades"
    assert [p.name for p in folder.iterdir()] == ["gradebook.db"]
    shutil.rmtree(folder)


@pytest.fixture
def small() -> Limits:
    """Narrow limits: of memory, 400 MB more than this process holds, which the sandbox is forked from."""
    own = psutil.Process().memory_full_info().data >> 20
    return Limits(memory_mb=400 + own, processes=12, file_mb=2, scratch_mb=8)
