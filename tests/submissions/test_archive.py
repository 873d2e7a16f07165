"""What one submission may cost to read, whatever of it is kept."""

import contextlib
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.collecting.archive import (
    MOST_NOTES,
    MOST_READ,
    MOST_SEEN,
    Contents,
    _tar_members,
    contents,
    zip_members,
)
from autograder.collecting.model import Member
from autograder.submissions.intake import MAX_TOTAL

ZEROS = bytes(MAX_TOTAL + 2**20)


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def unpacked(monkeypatch) -> list[int]:
    """How many bytes each reading of a member of a zip or a tar gave."""
    sizes: list[int] = []
    for kind in (zipfile.ZipExtFile, gzip.GzipFile):
        read = kind.read

        def counted(self, *limit, read=read):
            content = read(self, *limit)
            sizes.append(len(content))
            return content

        monkeypatch.setattr(kind, "read", counted)
    return sizes


def taken(content: bytes):
    return contents(zip_members(zipfile.ZipFile(io.BytesIO(content))))


@pytest.mark.parametrize("archived", [zipped, tarred])
def test_archives_that_hold_more_and_more_cost_no_more_than_the_budget(unpacked, archived):
    bomb = archived({"zeros.bin": ZEROS})
    ending = "zip" if archived is zipped else "tar.gz"
    for copies in (10, 100):
        unpacked.clear()
        found = taken(zipped({"two.ipynb": b"{}", **{f"{n}.{ending}": bomb for n in range(copies)}}))
        assert found.files == {"two.ipynb": b"{}"}
        assert sum(unpacked) <= MOST_READ + 2 * MAX_TOTAL + 100 * len(bomb)
        assert copies == 10 or "it was read only in part" in found.notes[0]


def test_a_zip_that_lists_a_million_files_is_not_listed():
    """Packed in another, it has half a megabyte; its list alone takes a gigabyte and most of a minute."""
    fields = (0x02014B50, 20, 20, 0, 0, 0, 0x21, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    line = struct.pack("<I6H3I5H2I", *fields) + b"a"
    entries = line * 1_000_000
    ending = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, len(entries), 0, 0)
    tracemalloc.start()
    try:
        found = taken(zipped({"two.ipynb": b"{}", "many.zip": entries + ending}))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.files == {"two.ipynb": b"{}"} and "lists more files" in "".join(found.notes)
    assert peak < 8 * len(entries)


def test_tars_that_break_off_count_with_what_was_read_of_them(unpacked):
    whole = tarred({"zeros.bin": ZEROS[: MAX_TOTAL // 2], "more.bin": b"x" * 2**20})
    cut = whole[: len(whole) - 200]
    found = taken(zipped({f"{n}.tar.gz": cut for n in range(40)}))
    assert sum(unpacked) <= MOST_READ + 2 * MAX_TOTAL
    assert "it was read only in part" in found.notes[0]


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, b"Z"])
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_header_that_claims_gigabytes_costs_no_memory_and_no_time(kind, mode):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        archive.addfile(tarfile.TarInfo("first.ipynb"))
        liar = tarfile.TarInfo("liar")
        liar.type, liar.size = kind, 8 * 2**30 - 1
        archive.fileobj.write(liar.tobuf(tarfile.GNU_FORMAT))
        for _ in range(MAX_TOTAL // 2**20 + 1):
            archive.fileobj.write(bytes(2**20))
    tracemalloc.start()
    found = taken(zipped({"a.tar": stream.getvalue()}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.notes and set(found.files) <= {"first.ipynb", "a.tar"}
    assert peak < 6 * MAX_TOTAL


def entry(kind: bytes, content: bytes, size: int | None = None) -> bytes:
    """A header of a tar and what it describes."""
    info = tarfile.TarInfo("entry")
    info.type, info.size = kind, len(content) if size is None else size
    return info.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % tarfile.BLOCKSIZE)


def described(**entries: bytes) -> bytes:
    """The lines of a header that describes: LENGTH KEY=VALUE."""
    lines = []
    for key, value in entries.items():
        rest = f" {key}=".encode() + value + b"\n"
        length = len(rest) + len(str(len(rest) + len(str(len(rest)))))
        lines.append(str(length).encode() + rest)
    return b"".join(lines)


COMMON = described(**{f"k{n}": b"" for n in range(20_000)})
SPARSE_MAP = described(**{"GNU.sparse.map": b"10," * 300_000 + b"10"})
SPARSE = described(**{"GNU.sparse.major": b"1", "GNU.sparse.minor": b"0"})


@pytest.mark.parametrize(
    "headers",
    [
        entry(tarfile.XGLTYPE, COMMON) + entry(tarfile.REGTYPE, b"") * 1_000,
        entry(tarfile.XHDTYPE, SPARSE_MAP) + entry(tarfile.REGTYPE, b""),
        entry(tarfile.XHDTYPE, SPARSE) + entry(tarfile.REGTYPE, b"1000000\n" + b"0\n" * 2_000_000),
        entry(tarfile.XHDTYPE, bytes(2**21)) + entry(tarfile.REGTYPE, b""),
        entry(tarfile.REGTYPE, b"", size=-512) * 3,
    ],
)
def test_what_a_tar_says_about_its_files_costs_no_more_than_it_has_bytes(headers):
    """`tarfile` makes objects of all entries, and a copy of what describes all for each file: a megabyte took 7 GB."""
    content = zipped({"two.ipynb": b"{}", "a.tar": headers + bytes(1024)})
    tracemalloc.start()
    found = taken(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.files["two.ipynb"] == b"{}"
    assert peak < 4 * len(headers) + 2 * MAX_TOTAL // 8


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="/\\:'"), min_size=1
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
FILES = st.dictionaries(
    PATHS | st.integers(100, 180).map(lambda n: "long" * n), st.binary(max_size=1500), max_size=5
)


@given(FILES, st.sampled_from((tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)))
def test_a_tar_holds_what_python_reads_in_it(files, form):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            folder = tarfile.TarInfo(f"{name}.folder")
            folder.type = tarfile.DIRTYPE
            with contextlib.suppress(ValueError):  # a name that is too long for the format
                archive.addfile(info, io.BytesIO(content))
                archive.addfile(folder)
    content = stream.getvalue()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        expected = {each.name: archive.extractfile(each).read() for each in archive if each.isreg()}
    assert {each.path: each.read(2_000) for each in _tar_members(content, Contents())} == expected


def test_a_link_or_a_device_in_a_tar_is_said_and_what_follows_is_read():
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE)
    found = _tar_members(
        b"".join(entry(kind, b"") for kind in kinds) + entry(tarfile.REGTYPE, b"x"), Contents()
    )
    assert [bool(each.odd) for each in found] == [True] * 4 + [False] and found[-1].read(1) == b"x"


WHOLE = (
    ("a.zip", zipped({"two.ipynb": b"hello" * 50, "folder/data.csv": b"1"})),
    ("a.tar", _tar := gzip.decompress(tarred({"two.ipynb": b"hello" * 50, "long" * 40: b"1"}))),
    ("a.tar.gz", gzip.compress(_tar)),
    ("a.tar.xz", lzma.compress(_tar)),
)
PIECES = st.binary(max_size=8) | st.sampled_from((b"\0\0", b"\xff" * 8, b"\0\0\0\0\0\0\0\x80", b"PK\x06\x06"))
DAMAGE = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), PIECES), min_size=1, max_size=6)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(WHOLE), DAMAGE)
def test_no_damage_to_an_archive_ends_the_run(archive, damage):
    name, whole = archive
    content = bytearray(whole)
    for place, piece in damage:
        begin = int(place * len(content))
        content[begin : begin + len(piece)] = piece
    found = contents([Member(name, lambda limit: bytes(content)), Member("notes.txt", lambda limit: b"fine")])
    assert found.files["notes.txt"] == b"fine"


def nameless() -> bytes:
    """A zip with a file that has no name."""
    content = zipped({"x": b"1"})
    line, content = content.index(b"PK\1\2"), bytearray(content)
    content[line + 28] = 0
    del content[line + 46]
    size = content.rindex(b"PK\5\6") - line
    content[-10:-6] = size.to_bytes(4, "little")
    return bytes(content)


def test_an_error_that_nobody_foresaw_is_a_note_as_others_are():
    """`zipfile` looks for the last letter of a name that has none."""
    found = taken(zipped({"two.ipynb": b"{}", "a.zip": nameless()}))
    assert found.files["two.ipynb"] == b"{}" and len(found.notes) == 1


def test_tars_of_every_compression_are_read_and_one_that_is_cut_off_is_said():
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode=mode) as archive:
            info = tarfile.TarInfo("work/two.ipynb")
            info.size = 2000
            archive.addfile(info, io.BytesIO(b"{}" * 1000))
        whole = stream.getvalue()
        assert taken(zipped({"a.tar": whole})).files == {"work/two.ipynb": b"{}" * 1000}
        for length in (0, 1, 5, 30, len(whole) // 3, 600):
            found = taken(zipped({"a.tar": whole[:length]}))
            assert found.files.get("work/two.ipynb", b"{}" * 1000) == b"{}" * 1000
            assert found.notes or "work/two.ipynb" in found.files or length == 0


def test_archives_of_very_many_files_are_looked_at_up_to_a_number():
    many = zipped({f"../{n}.txt": b"" for n in range(MOST_SEEN // 2)})  # none of them is taken
    found = taken(zipped({"two.ipynb": b"{}", **{f"{n}.zip": many for n in range(40)}}))
    assert found.files == {"two.ipynb": b"{}"} and found.seen == MOST_SEEN + 1
    assert "it was read only in part" in found.notes[0]


def test_as_many_links_cost_as_many_notes_as_somebody_reads():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("two.ipynb", b"{}")
        for number in range(1000):
            info = zipfile.ZipInfo(f"{number}.txt")
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
    found = taken(content.getvalue())
    assert found.files == {"two.ipynb": b"{}"}
    assert len(found.notes) == MOST_NOTES + 1 and found.notes[-1] == "900 more notes are not listed"


def test_what_honest_work_brings_is_taken_whole(unpacked):
    """A notebook, its data and a virtual environment beside it, zipped twice."""
    environment = {f".venv/lib/{n}.py": b"x" for n in range(2 * MOST_SEEN)}
    work = {"two.ipynb": b"{}", "weights.bin": bytes(range(256)) * 4 * 2**10, **environment}
    found = taken(zipped({"work.zip": zipped(work), "notes.txt": b"see work.zip"}))
    assert sorted(found.files) == ["notes.txt", "two.ipynb", "weights.bin"] and not found.notes
