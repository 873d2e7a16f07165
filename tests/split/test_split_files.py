"""Files that an answer writes: a test finds copies of what is data, and nothing that Python would run."""

import io
import os
import pickle
import zipfile

import numpy as np
import pytest
from sessions import HIDDEN, LOCKED, STUDENT, TEST

from autograder.rpc.wire.files import is_data, may_cross

WRITER = """
import json, os
from pathlib import Path
def save(name, text):
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(text)
def away(name): os.remove(name)
Path("early.csv").write_text("city,pop\\nBerlin,3\\nRome,4\\n")
Path("tests_data.txt").write_text("mine")
"""
HOSTILE = """
import os, pickle
class Runs:
    def __reduce__(self): return os.system, ("touch ran",)
def write(name, content=b"raise SystemExit"):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "wb") as file: file.write(content)
write("good.txt", b"fine")
for name in ("helper.py", "numpy.py", "sitecustomize.py", "conftest.py", "x.pth", "y.so", "pack/__init__.py", ".hidden"):
    write(name)
write("model.pkl", pickle.dumps(Runs()))
write("model.txt", pickle.dumps(Runs(), protocol=0))
write("model.dat", pickle.dumps(Runs()))
write("unsafe.yaml", b"!!python/object/apply:os.system ['touch ran']")
os.symlink("/etc/passwd", "link.txt")
os.symlink("/", "all")
os.mkfifo("pipe.txt")
with open("huge.txt", "wb") as file: file.truncate(60 << 20)
for k in range(300): write(f"many{k}.log", b"x")
os.makedirs("a/b/c/d/e/f/g"); write("a/b/c/d/e/f/g/deep.txt", b"x")
"""


def test_a_test_finds_what_an_answer_wrote_and_never_in_the_place_of_the_instructors_file(run_cells) -> None:
    _, outputs = run_cells(
        ("import os; open('tests_data.txt', 'w').write('ours')", LOCKED),
        (WRITER, STUDENT),
        (
            """
assert open("early.csv").read().splitlines()[2] == "Rome,4"
assert open("tests_data.txt").read() == "ours"
save("out/a.txt", "first")
assert open("out/a.txt").read() == "first" and os.listdir("out") == ["a.txt"]
save("out/a.txt", "second!")
assert open("out/a.txt").read() == "second!"
away("out/a.txt")
assert not os.path.exists("out/a.txt")
""",
            TEST,
        ),
        (
            "open('early.csv', 'a').write('x'); save('early.csv', 'lost'); assert 'Rome' in open('early.csv').read()",
            HIDDEN,
        ),
        apart=True,
    )
    assert outputs[2:] == [[], []]


def test_nothing_crosses_that_python_runs_or_that_cannot_be_looked_through(run_cells, tmp_path) -> None:
    _, outputs = run_cells(
        (HOSTILE, STUDENT), ("open('good.txt').read()", TEST), ("len(write.__name__)", TEST), apart=True
    )
    assert outputs[1][0]["data"]["text/plain"] == "'fine'" and outputs[2][0]["data"]["text/plain"] == "5"
    found = {str(path.relative_to(tmp_path / "examiner")) for path in (tmp_path / "examiner").rglob("*")}
    assert "good.txt" in found and len(found) <= 101
    assert {each for each in found if not each.startswith("many")} == {"good.txt", ".tmp"}
    assert not any(path.is_symlink() or path.is_fifo() for path in (tmp_path / "examiner").iterdir())


class Runs:
    def __reduce__(self):
        return os.system, ("true",)


def saved(*arrays, kind=np.save) -> bytes:
    file = io.BytesIO()
    kind(file, *arrays)
    return file.getvalue()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (b"", True),
        (b"city,pop\nBerlin,3\nRome,4\n", True),
        ("Köln".encode("latin-1"), True),
        ("Köln".encode("utf-16"), True),
        (saved(np.ones(3)), True),
        (saved(np.ones(3), kind=np.savez), True),
        (b"RIFF\x24\0\0\0WAVEfmt ", True),
        (zipped(sheet=b"<x/>"), True),
        (saved(np.array([Runs()])), False),
        (saved(np.array([Runs()]), kind=np.savez), False),
        (saved(np.zeros(1, dtype=[("a", "O"), ("b", float)])), False),
        (zipped(data=pickle.dumps(Runs())), False),
        (zipped(data=b"0" * (5 << 20)), False),
        *((pickle.dumps(Runs(), protocol), False) for protocol in range(6)),
        (b"PK\x03\x04" + b"x" * 50, False),
        (b"\x1f\x8b\x08\0\0\0", False),
        (b"SQLite format 3\0", False),
        (b"- !!python/name:os.system", False),
    ],
)
def test_what_is_data_is_known_by_its_content(content: bytes, data: bool) -> None:
    assert is_data(content) is data


def test_a_path_stays_in_the_folder_and_is_no_module() -> None:
    assert all(map(may_cross, ("a.txt", "out/a.csv", "a b.md", "data")))
    odd = (
        "",
        "/a",
        "../a",
        "a/../b",
        "a//b",
        "./a",
        ".x",
        "a/.x",
        "a.py",
        "a.PY",
        "a.so",
        "a\0b",
        "a\\b",
        "x" * 201,
    )
    assert not any(map(may_cross, odd))
