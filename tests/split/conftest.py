"""The fixture of the tests of two kernels: `run_cells` runs cells, each with its part."""

from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell

from autograder.kernels.client import WarmParent
from autograder.kernels.sandbox.confinement import Confinement, Limits
from autograder.results import wording
from autograder.rpc import adapters
from autograder.rpc.session import Bounds, Part, Session

GENEROUS = Limits()
adapters.load()  # as the warm parent does: some tests use a codec in this process


@pytest.fixture(scope="package")
def parent():
    """One warm parent for all files of this folder."""
    with WarmParent() as parent:
        yield parent


@pytest.fixture
def run_cells(parent: WarmParent, tmp_path: Path):
    """Runs cells given as (source, Part); returns the session and the outputs of each. `names`: see `course.names`.
    `apart`: each kernel has a folder of its own, as when work is graded.
    """

    def run(
        *cells: tuple[str, Part],
        seconds: float = 20.0,
        total: float = 200.0,
        limits: Limits = GENEROUS,
        apart: bool = False,
        **names: Any,
    ) -> tuple[Session, list[Any]]:
        known = {"classes": ["Vector", "Named", "Down"], **names}

        def spawn(role: str, fds: tuple[int, int]) -> Any:
            request = {"role": role, "names": known, "guards": {"recurrent": ["lazy_cell"]}}
            folder = tmp_path / role if apart else tmp_path
            folder.mkdir(exist_ok=True)
            confinement = Confinement("off", str(folder), limits=limits)
            return parent.spawn("shell", confinement, fds=fds, request=request)

        made = [new_code_cell(source) for source, _ in cells]
        session = Session(spawn, Bounds(seconds, total), wording.incident)
        session.run(made, {index: part for index, (_, part) in enumerate(cells)})
        return session, [cell.outputs for cell in made]

    return run
