"""Files that an answer writes: a test finds copies of what is data, and nothing that Python would run."""

import io
import os
import pickle
import resource
import struct
import zipfile
import zlib

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
        (b"BZh91AY&SY", False),
        (b'\x04"M\x18 lz4', False),
        (b"x^2 + 3 * x + 1", True),
        (b"x = 3\n", True),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n", False),
        (b"%PDF-1.7\n", True),
        (b'<!DOCTYPE html><html lang="en"></html>', True),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', False),
        (rb'{"p\u0079/object": "os.system"}', False),
        (rb'{"py\/reduce": []}', False),
        (b'{"happy/sad": 1, "python": 2}', True),
        (b"SQLite format 3\0", False),
        (b"- !!python/name:os.system", False),
        (b"BM: !!python/object/apply:os.system ['true']", False),
        (b"GIF8: !!python/name:os.system", False),
        (b"I0777\n0cos\nsystem\n(S'true'\ntR.", False),
        (b"S'\xff'\n0cos\nsystem\n(S'true'\ntR.", False),
        (pickle.dumps(1) + pickle.dumps(Runs(), protocol=2), False),
        (saved(np.ones(3)) + saved(np.arange(4)), True),
        (saved(np.ones(3)) + saved(np.array([Runs()])), False),
        (saved(np.ones(3)) + pickle.dumps(Runs(), protocol=4), False),
        (b"\x89PNG\r\n\x1a\n\0" + zipped(data=b"1"), True),
        (b"\x89PNG\r\n\x1a\n\0" + zipped(data=pickle.dumps(Runs())), False),
        (zipped(**{"out/a.txt": b"a"}), True),
        (zipped(**{"a.py": b"a"}), False),
        (zipped(**{"../a.txt": b"a"}), False),
        (zipped(**{"sub/.a": b"a"}), False),
        (zipped(a=b"a" * 999, b=b"b")[:-60], False),
        (
            zipped(a=b"abcdefgh" * 99).replace(
                b"PK\x01\x02\x14\x03\x14\0\0\0\0\0", b"PK\x01\x02\x14\x03\x14\0\0\0\x63\0"
            ),
            False,
        ),
    ],
)
def test_what_is_data_is_known_by_its_content(content: bytes, data: bool) -> None:
    assert is_data(content) is data


def test_a_packed_pickle_of_letters_alone_is_no_text() -> None:
    """joblib and pandas unpack by the first bytes. One block that is stored as it is, with a length of letters alone."""
    size = 0x7F3D
    for number in range(10_000):
        begin = pickle.dumps(Runs(), protocol=0) + b"#" + b"Z" * (number % 300) + b"%d" % number
        content = begin.ljust(size, b"A")
        packed = b"x\x01\x01" + struct.pack("<HH", size, size ^ 0xFFFF) + content
        whole = packed + struct.pack(">I", zlib.adler32(content))
        if whole.isascii() or not whole[-4:].strip(bytes(range(1, 128))):
            break
    assert zlib.decompress(whole) == content and "\0" not in whole.decode()
    for cut in (whole, packed, packed[:200], packed[:200] + b"\xff"):
        assert not is_data(cut)


def test_no_damage_to_a_zip_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"".join(b"%d," % (k * k) for k in range(2_000)))
    content = whole.getvalue()
    assert is_data(content)
    for place in range(0, len(content), 7):
        for byte in (0, 255):
            is_data(content[:place] + bytes([byte]) + content[place + 1 :])
    assert not is_data(content[:99] + b"\xff" * 99 + content[198:])


def test_what_unpacks_without_end_is_not_unpacked() -> None:
    for packing in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", packing) as archive:
            archive.writestr("a.txt", b"0" * (4 << 20))
        assert not is_data(file.getvalue())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * (512 << 20))
    small = file.getvalue()
    claimed = small.replace((512 << 20).to_bytes(4, "little"), (1 << 20).to_bytes(4, "little"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(small) < 1 << 20 and not is_data(claimed)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


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
