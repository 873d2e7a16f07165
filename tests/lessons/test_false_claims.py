"""An assert of the cell that proves a claim fails where the claim is false; false_claims.toml makes it so."""

import contextlib
import io
import os
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

from autograder.authoring.paired import Master

ROOT = Path(__file__).parents[2]
FALSE = tomllib.loads((Path(__file__).parent / "false_claims.toml").read_text(encoding="utf-8"))
HELD, FAILED = 0, 1


def cells(lesson: str) -> list[Any]:
    return [c for c in Master.of(ROOT / f"notebooks/{lesson}.py").read().cells if c.cell_type == "code"]


def place(found: list[Any], number: str, replace: str) -> int:
    """The index of the one cell of a claim that holds the words."""
    tag = f"claim-{number}"
    (index,) = [k for k, c in enumerate(found) if tag in c.metadata.get("tags", []) and replace in c.source]
    assert found[index].source.count(replace) == 1, (number, replace)
    return index


def run(source: str, names: dict[str, Any]) -> None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        exec(compile(source, "<cell>", "exec"), names)
    plt.close("all")


def fails(source: str, names: dict[str, Any]) -> bool:
    """Whether an assert of a cell fails, tried in a child that sees what the cells before it have defined."""
    child = os.fork()
    if not child:
        status = HELD
        try:
            run(source, names)
        except AssertionError:
            status = FAILED
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == FAILED


def test_thirty_claims_are_tried():
    assert len({number for rows in FALSE.values() for number in rows}) >= 30


def survivors(lesson: str) -> list[str]:
    """The claims whose cell still holds where they are false."""
    found, worlds = cells(lesson), FALSE[lesson]
    at = {number: place(found, number, replace) for number, (replace, _) in worlds.items()}
    names: dict[str, Any] = {"__name__": "__main__"}
    still = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for index, cell in enumerate(found[: max(at.values()) + 1]):
            for number, (replace, by) in worlds.items():
                if at[number] == index and not fails(cell.source.replace(replace, by), names):
                    still.append(number)
            run(cell.source, names)  # and holds as it stands
    return still


@pytest.mark.slow
@pytest.mark.claims
@pytest.mark.parametrize("lesson", FALSE)
def test_where_a_claim_is_false_its_cell_fails(lesson, tmp_path):
    # A process of its own, as a reader's kernel is: what other tests have exported changes what torch can export.
    held = subprocess.run(
        (sys.executable, __file__, lesson),
        env={**os.environ, "LSTMLAB_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert held.returncode == 0, held.stderr
    assert held.stdout.split() == []


if __name__ == "__main__":
    print(*survivors(sys.argv[1]))
