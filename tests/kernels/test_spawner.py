"""Which files a kernel finds in its folder: the student's and the examiner's."""

from pathlib import Path

import pytest

from autograder.core.files import write_files
from autograder.course.model import Assignment, Intake, Rules
from autograder.course.names import Names
from autograder.engine.spawner import Spawner, is_data

THEIRS = {
    "weights.safetensors": b"theirs", "data.csv": b"theirs", "given.csv": b"theirs", "torch.py": b"theirs",
    "numpy/core.safetensors": b"theirs", "model.pt": b"theirs", "WEIGHTS.SAFETENSORS": b"theirs",
    "given.safetensors": b"theirs",
}  # fmt: skip
OURS = {"given.csv": b"ours", "helper.py": b"ours", "given.safetensors": b"ours"}


def test_the_examiner_gets_of_the_students_files_what_is_data_and_no_more() -> None:
    assignment = Assignment("t1", (), OURS, Names(), None, "")
    files = Spawner(Intake({}, {}, THEIRS, ()), assignment, Rules("auto", 1.0, 10.0, 1000)).files
    assert files["examiner"] == {
        **OURS,
        "weights.safetensors": b"theirs",
        "WEIGHTS.SAFETENSORS": b"theirs",
    }
    assert files["student"] == {**THEIRS, **OURS}, "the instructor's win"


@pytest.mark.parametrize(
    "name", ["torch.py", "torch/x.safetensors", "a.pt", "a.pkl", "a.safetensors.py", "safetensors"]
)
def test_what_may_be_imported_or_unpickled_is_no_data(name: str) -> None:
    assert not is_data(name)


def test_a_file_in_the_place_of_a_folder_is_left_out_and_stops_nothing(tmp_path: Path) -> None:
    write_files({"a": b"1", "a/b": b"2", "c/d": b"3", "c": b"4", "e": b"5"}, tmp_path)
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"a", "c/d", "e"}
