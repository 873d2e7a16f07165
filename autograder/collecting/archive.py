"""Reads what was handed in, trusting nothing: zip bombs, links, paths that lead outside, nested archives.

`collect` calls `contents` for one submission at a time, so a class of thousands needs no more memory than one.
The limits are those of grading (`autograder.submissions.intake`), which would leave out the same files.
"""

import bz2
import gzip
import io
import lzma
import os
import re
import stat
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from autograder.collecting.model import Member, Unreadable
from autograder.core.files import folder_below, is_anothers, open_below
from autograder.core.text import plain
from autograder.submissions.intake import MAX_BYTES, MAX_FILES, MAX_TOTAL

DEPTH = 2  # levels of nested archives that are opened
# What one submission may cost, whatever of it is kept: bytes read, also of files that are then left out, and files
# looked at. An archive counts with what it holds: 11 KB of nested archives can hold millions of files.
MOST_READ = 4 * MAX_TOTAL
MOST_SEEN = 10 * MAX_FILES
MOST_NOTES = 100
DEEPEST = 50  # folders one in another
JUNK = re.compile(  # files that operating systems and tools leave
    r"(^|/)(__MACOSX|\.git|\.ipynb_checkpoints|__pycache__|\.venv)(/|$)|(^|/)(\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$",
    re.IGNORECASE,
)
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
COMPRESSED: dict[bytes, Callable[[io.BytesIO], io.BufferedIOBase]] = {  # by how such a file begins
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
ENTRY = b"PK\x01\x02"  # how each line of a zip's list of its files begins
# Kinds of entries of a tar that describe the next one, or all that follow.
DESCRIBING = (
    *(tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.XGLTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)
MOST_ABOUT, MOST_ENTRIES = 2**20, 1_000  # bytes of one of these, and entries of it that are looked at
PAX = re.compile(rb"(\d{1,7}) ")
CUT, MUCH = b"cut off", b"too much"  # in place of an entry's kind
CLOSED = (".7z", ".rar")  # archives that Python cannot open


@dataclass
class Contents:
    """The files of one submission. `order`: see Member; `notes`: what was left out and why; `full`: whether files
    were left out because there are too many; `read`, `seen`: bytes and files that it has cost so far."""

    files: dict[str, bytes] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    full: bool = False
    read: int = 0
    seen: int = 0

    @property
    def room(self) -> int:
        """Bytes that may still be taken."""
        return max(0, min(MAX_TOTAL - sum(map(len, self.files.values())), MOST_READ - self.read))

    @property
    def spent(self) -> bool:
        """Whether nothing more is looked at."""
        return self.read >= MOST_READ or self.seen > MOST_SEEN


def contents(members: Iterable[Member], depth: int = DEPTH) -> Contents:
    """What the members hold, archives among them opened in their place as far down as `depth`."""
    taken = Contents()
    for member in members:
        _take(member, taken, depth)
    if taken.spent:
        taken.notes.insert(
            0, f"it was read only in part: it has more than {MOST_SEEN} files, or archives that are too large"
        )
    if len(taken.notes) > MOST_NOTES:
        taken.notes[MOST_NOTES:] = [f"{len(taken.notes) - MOST_NOTES} more notes are not listed"]
    return taken


def zip_members(archive: zipfile.ZipFile) -> list[Member]:
    """The files of an open zip. A link is a member that is odd."""
    return [
        Member(
            _name(info),
            lambda limit, info=info: _read_zipped(archive, info, limit),  # type: ignore[misc]
            odd="is a symbolic link" if stat.S_ISLNK(info.external_attr >> 16) else "",
        )
        for info in archive.infolist()
        if not info.filename.endswith("/")
    ]


def folder_members(folder: Path) -> list[Member]:
    """The files below a folder, links not followed: neither now nor when a file is read. Sorted by path."""
    found: list[Member] = []
    left = [""]
    while left:
        here = left.pop()
        try:
            with folder_below(folder, here) as place, os.scandir(place) as entries:
                listed = [(each.name, each.stat(follow_symlinks=False).st_mode) for each in entries]
        except OSError as error:
            found.append(Member(here or ".", _nothing, odd=f"cannot be read ({error.strerror})"))
            continue
        for name, mode in listed:
            path = f"{here}/{name}" if here else name
            if stat.S_ISDIR(mode) and path.count("/") < DEEPEST:
                left.append(path)
            else:
                found.append(_on_disk(folder, path, mode))
    return sorted(found, key=lambda member: member.path)


def _on_disk(folder: Path, path: str, mode: int) -> Member:
    if stat.S_ISREG(mode):
        return Member(path, lambda limit: _read_file(folder, path, limit))
    if stat.S_ISLNK(mode):
        return Member(path, _nothing, odd="is a symbolic link")
    if stat.S_ISDIR(mode):
        return Member(path, _nothing, odd=f"is a folder below {DEEPEST} others")
    return Member(path, _nothing, odd="is not an ordinary file")


def open_zip(path: Path) -> zipfile.ZipFile:
    """The zip at `path`. Raises Unreadable."""
    try:
        return zipfile.ZipFile(path)
    except Exception as error:
        raise Unreadable(f"{path} cannot be read as a zip ({error}); download it again") from error


def safe_path(path: str) -> str:
    """The path in a form that is safe below a folder. Raises Unreadable if it leads elsewhere."""
    path = unicodedata.normalize("NFC", path.replace("\\", "/"))
    parts = PurePosixPath(path).parts
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in parts:
        raise Unreadable("its path leads out of the submission")
    if not parts or not path.isprintable():
        raise Unreadable("its name cannot be printed")
    if any(len(part.encode("utf-8", "surrogatepass")) > 200 for part in parts) or len(parts) > 20:
        raise Unreadable("its name is too long")
    return PurePosixPath(*parts).as_posix()


def _take(member: Member, taken: Contents, depth: int) -> None:
    """Adds a member or, if it is an archive, its contents."""
    if taken.spent or JUNK.search(member.path.replace("\\", "/")):
        return
    taken.seen += 1
    if len(taken.files) >= MAX_FILES:
        if not taken.full:
            taken.notes.append(f"only the first {MAX_FILES} files were taken")
        taken.full = True
        return
    try:
        if member.odd:
            raise Unreadable(member.odd)
        path = safe_path(member.path)
        content = member.read(taken.room)
        taken.read += len(content)
    except Unreadable as error:
        taken.read += error.read
        taken.notes.append(f"'{plain(member.path)}' was left out: {error}")
        return
    inside = _opened(path, content, taken) if depth else []
    for each in inside:
        _take(replace(each, order=member.order), taken, depth - 1)
    if not inside:
        if len(content) > MAX_BYTES:
            taken.notes.append(f"'{plain(path)}' was left out: it has more than {MAX_BYTES // 2**20} MB")
            return
        _keep(path, content, member.order, taken)


def _keep(path: str, content: bytes, order: int, taken: Contents) -> None:
    """Keeps a file, under another name if its path is taken."""
    if path in taken.files and taken.files[path] == content:
        return
    stem, dot, ending = path.rpartition(".") if "." in path.rsplit("/", 1)[-1] else (path, "", "")
    number = 1
    while path in taken.files or any(known.startswith(f"{path}/") for known in taken.files):
        path, number = f"{stem} ({number}){dot}{ending}", number + 1
    taken.files[path], taken.order[path] = content, order


def _opened(path: str, content: bytes, taken: Contents) -> list[Member]:
    """The members of an archive, where it lies; none if the file is not an archive or cannot be opened."""
    lower, folder = path.lower(), path.rpartition("/")[0]
    try:
        if lower.endswith(".zip"):
            # The list alone would take a gigabyte, and most of a minute.
            if content.count(ENTRY) > 10 * MOST_SEEN:
                taken.seen += MOST_SEEN // 2
                raise ValueError("it lists more files than is allowed")
            inside = zip_members(zipfile.ZipFile(io.BytesIO(content)))
        elif lower.endswith(TARS):
            inside = _tar_members(content, taken)
        else:
            if lower.endswith(CLOSED):
                taken.notes.append(f"'{plain(path)}' is an archive that cannot be opened here; hand in a zip")
            return []
    except Exception as error:  # whoever made it has chosen which
        taken.notes.append(f"'{plain(path)}' cannot be opened as an archive ({plain(str(error), 60)})")
        return []
    if len(inside) > MOST_SEEN:  # junk included: to list them has cost time as well
        taken.seen += MOST_SEEN // 2
    return [replace(each, path=f"{folder}/{each.path}" if folder else each.path) for each in inside]


def _tar_members(content: bytes, taken: Contents) -> list[Member]:
    """The files of a tar. It is unpacked first, up to what may still be read: whatever sizes its headers then claim,
    there is no more to read or to skip. Raises whatever the library raises."""
    unpacked, whole = _unpacked(content, taken)
    found: list[Member] = []
    for number, (name, kind, place, end) in enumerate(_tar_headers(unpacked)):
        beyond = end > len(unpacked)
        if number > 10 * MOST_SEEN or len(found) > MAX_FILES or kind == MUCH or (beyond and not whole):
            found.append(Member(name, _nothing, odd="the archive contains more than is allowed"))
            break
        if kind == tarfile.DIRTYPE:
            continue
        if kind not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE) or beyond:
            found.append(Member(name, _nothing, odd="is a link, not an ordinary file, or cut off"))
            continue
        data = unpacked[place:end]
        found.append(Member(name, lambda limit, data=data: _capped(data, limit)))  # type: ignore[misc]
    return found


def _tar_headers(unpacked: bytes) -> Iterator[tuple[str, bytes, int, int]]:
    """Name, kind and place of each file in a tar. Raises TarError where it is not one.

    Not by `tarfile.open`: it makes an object of each entry of the headers that only describe, however many there are,
    and gives each file a copy of those that describe all. A megabyte took 7 GB.
    """
    place, name, sparse = 0, "", False
    while (block := unpacked[place : place + tarfile.BLOCKSIZE]).strip(b"\0"):
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.TarError:
            if not place:
                raise
            yield name or "the rest", CUT, place, len(unpacked) + 1
            return
        begin = place + tarfile.BLOCKSIZE
        end = begin + max(info.size, 0)
        if info.type in DESCRIBING:
            if info.size > MOST_ABOUT:
                yield info.name, MUCH, begin, end
                return
            if info.type == tarfile.GNUTYPE_LONGNAME:
                name = unpacked[begin:end].rstrip(b"\0").decode("utf-8", "surrogateescape")
            elif info.type in (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
                about = _pax(unpacked[begin:end])
                name = about.get(b"path", b"").decode("utf-8", "surrogateescape") or name
                sparse = any(key == b"size" or key.startswith(b"GNU.sparse") for key in about)
        else:
            odd = sparse or info.type == tarfile.GNUTYPE_SPARSE
            yield name or info.name, CUT if odd else info.type, begin, end
            if odd:  # where the next header is, it says elsewhere
                return
            name = ""
        holds = info.type not in tarfile.SUPPORTED_TYPES or info.type in (*DESCRIBING, *tarfile.REGULAR_TYPES)
        place = begin + (-(-(end - begin) // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE if holds else 0)


def _pax(text: bytes) -> dict[bytes, bytes]:
    """The first entries of a header of "LENGTH KEY=VALUE" lines."""
    found: dict[bytes, bytes] = {}
    place = 0
    while len(found) < MOST_ENTRIES and (line := PAX.match(text, place)) and (length := int(line[1])):
        key, _, value = text[line.end() : place + length - 1].partition(b"=")
        found[key] = value
        place += length
    return found


def _unpacked(content: bytes, taken: Contents) -> tuple[bytes, bool]:
    """What a compressed tar holds, as far as it may be read, and whether that is all; charged while it is read, for an
    archive that turns out to be damaged has cost it as well."""
    reader = next((reader for magic, reader in COMPRESSED.items() if content.startswith(magic)), None)
    if reader is None:
        return content, True
    parts, most = [], min(MAX_TOTAL, MOST_READ - taken.read)
    with reader(io.BytesIO(content)) as stream:
        while most > 0 and (part := stream.read(min(most, 2**20))):
            parts.append(part)
            most -= len(part)
            taken.read += len(part)
        return b"".join(parts), most > 0


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name, read as UTF-8 even if the zip does not say so, as with some programs."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _read_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """At most `limit` bytes, whatever size the zip claims."""
    if info.flag_bits & 0x1:
        raise Unreadable("it is protected by a password")
    try:
        with archive.open(info) as file:
            return _capped(file.read(limit + 1), limit)
    except Unreadable:
        raise
    except Exception as error:
        read = min(info.file_size, limit)
        raise Unreadable(f"the zip is damaged there ({plain(str(error), 60)})", read) from error


def _read_file(folder: Path, path: str, limit: int) -> bytes:
    try:
        with open_below(folder, path) as file:
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                raise Unreadable("it is not an ordinary file")
            if is_anothers(info, folder.stat().st_uid):
                raise Unreadable("it is a hard link to somebody else's file")
            return _capped(file.read(limit + 1), limit)
    except OSError as error:
        raise Unreadable(f"it cannot be read ({error.strerror})") from error


def _capped(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise Unreadable(f"all files together would have more than {MAX_TOTAL // 2**20} MB", limit)
    return content


def _nothing(limit: int) -> bytes:
    return b""
