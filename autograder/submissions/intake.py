"""Reads what a student handed in, trusting nothing: links, odd files, huge, broken and renamed notebooks.

`grade` calls `read` where the files are, and a worker `understand`, wherever it is. Whatever is wrong becomes a
record: a fault (`Intake.faults`, one for each notebook that gets zero) or a note; never an exception.
"""

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import parse_utc

from autograder.core.files import is_anothers, open_below
from autograder.core.json_records import containers_in
from autograder.core.notebooks import Notebook
from autograder.core.records import Fault, FaultKind, Item, Repair, RepairKind
from autograder.core.text import plain
from autograder.course.model import Cell, Intake, Skeleton, Submission
from autograder.submissions.matching import another, match_notebooks, missing

STAMP = "timestamp.txt"  # nbgrader's own file, with the time of a submission
MAX_BYTES = 16 * 2**20
MEGABYTE = 2**20
MAX_FILES = 500
MAX_DEPTH = 20  # folders one in another
MAX_TOTAL = 64 * 2**20
MAX_CELLS = 1_000  # of one notebook: each is compared with the assignment's, run and shown
MAX_CONTAINERS = (
    300_000  # lists and tables in a notebook: read, each takes up to a hundred times what it has in the file
)
MAX_VERSION = 1_000  # of a notebook's format
MAX_PATH = 1_000  # bytes, for it has to fit into the folders of every later step, too


def read(student: str, folder: Path, ignore: Sequence[str] = ()) -> Submission:
    """The submission in `folder`. `ignore`: nbgrader's patterns of names to leave out.

    Raises PermissionError if this program may not read it, which is not the student's fault.
    """
    fault = _odd(folder, Item.FOLDER)
    if fault:
        digest = hashlib.sha256(f"{fault.kind} {fault.item}".encode()).hexdigest()
        return Submission(student, digest, {}, {}, fault, None, ())
    files, notes = _list_files(folder, ignore)
    contents: dict[str, bytes] = {}
    odd: dict[str, Fault] = {}
    for name in files:
        strange = _odd(folder / name, Item.NOTEBOOK)
        if strange:
            odd[name] = strange
        elif sum(map(len, contents.values())) + (folder / name).stat().st_size > MAX_TOTAL:
            most = MAX_TOTAL // MEGABYTE
            notes.append(Repair(RepairKind.TOO_LARGE_TOGETHER, path=plain(name), most=most))
        elif isinstance(content := _content(folder, name), Fault):
            odd[name] = content
        else:
            contents[name] = content
    timestamp = _timestamp(contents.get(STAMP, b""), notes)
    return Submission(student, _digest(folder, files, contents), contents, odd, None, timestamp, tuple(notes))


def understand(submission: Submission, skeletons: Sequence[Skeleton]) -> Intake:
    """The submission's cells, matched with the assignment's notebooks."""
    if submission.fault:
        return Intake({}, {each.name: submission.fault for each in skeletons}, {}, ())
    notes = list(submission.notes)
    found: dict[str, tuple[Cell, ...] | Fault] = dict(submission.odd)
    for each in sorted(submission.files, key=_depth):
        if each.endswith(".ipynb"):
            found[each] = _read_notebook(each, submission.files[each])
    matches = match_notebooks(skeletons, found)
    notebooks: dict[str, tuple[Cell, ...]] = {}
    faults: dict[str, Fault] = {}
    for skeleton in skeletons:
        name = skeleton.name
        path = matches.get(name)
        content = (
            found[path]
            if path
            else missing(name, [each for each in (*submission.files, *submission.odd) if each != STAMP])
        )
        if path and not isinstance(content, Fault):
            content = another(skeleton, path, content) or content
        if isinstance(content, Fault):
            faults[name] = content
        else:
            notebooks[name] = _cap_attachments(content)
            if notebooks[name] != content:
                notes.append(Repair(RepairKind.PICTURES_LEFT_OUT, most=MAX_BYTES // MEGABYTE))
        if path and path != f"{name}.ipynb" and name in notebooks:
            notes.append(Repair(RepairKind.NOTEBOOK_RENAMED, path=plain(path), name=name))
    carried = {path: content for path, content in submission.files.items() if _may_carry(path)}
    return Intake(notebooks, faults, carried, tuple(notes))


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _odd(path: Path, item: Item) -> Fault | None:
    """Why `path` is not the plain file or folder it should be."""
    info = path.lstat()
    if stat.S_ISLNK(info.st_mode):
        return Fault(FaultKind.SYMBOLIC_LINK, item)
    if item is Item.FOLDER:
        return None if stat.S_ISDIR(info.st_mode) else Fault(FaultKind.FILE_FOR_FOLDER, item)
    if not stat.S_ISREG(info.st_mode):
        return Fault(FaultKind.NOT_ORDINARY, item)
    if info.st_size > MAX_BYTES:
        size = round(info.st_size / MEGABYTE)
        return Fault(FaultKind.TOO_LARGE, item, number=size, most=MAX_BYTES // MEGABYTE)
    return None


def _content(folder: Path, name: str) -> bytes | Fault:
    """What a file holds, unless a link has come in its place, or in that of a folder, since it was looked at, or it is
    another user's as well."""
    owner = folder.stat().st_uid
    try:
        with open_below(folder, name) as file:
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                return Fault(FaultKind.NOT_ORDINARY, Item.NOTEBOOK)
            if is_anothers(info, owner):
                return Fault(FaultKind.ANOTHERS_FILE, Item.NOTEBOOK)
            return file.read(MAX_BYTES)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            return Fault(FaultKind.SYMBOLIC_LINK, Item.NOTEBOOK)
        raise


def _list_files(folder: Path, ignore: Sequence[str]) -> tuple[list[str], list[Repair]]:
    """Paths relative to `folder`, notebooks first and then shallow ones, and notes about what was left out."""
    files: list[str] = []
    notes: list[Repair] = []
    for path in _walk(folder):
        relative = path.relative_to(folder).as_posix()
        if any(fnmatch(part, pattern) for part in Path(relative).parts for pattern in ignore):
            continue
        if relative.count("/") >= MAX_DEPTH or len(os.fsencode(relative)) > MAX_PATH:
            notes.append(Repair(RepairKind.LONG_PATH, path=plain(relative)))
        elif not relative.isprintable():
            notes.append(Repair(RepairKind.UNPRINTABLE_NAME, path=plain(relative)))
        elif len(files) >= MAX_FILES:
            notes.append(Repair(RepairKind.TOO_MANY_FILES, most=MAX_FILES))
            break
        elif relative.endswith(".ipynb") or not (odd := _odd(path, Item.FILE)):
            files.append(relative)
        else:
            notes.append(Repair(RepairKind.FILE_UNFIT, path=plain(relative), fault=odd))
    return sorted(files, key=lambda name: (not name.endswith(".ipynb"), _depth(name))), notes


def _walk(folder: Path) -> Iterator[Path]:
    """Everything but folders, notebooks first and nested files last; folders nested too deep count as files."""
    left = [(folder, 0)]
    while left:
        here, depth = left.pop()
        with os.scandir(here) as entries:
            listed = sorted(entries, key=lambda entry: (not entry.name.endswith(".ipynb"), entry.name))
        deeper = [e.path for e in listed if depth < MAX_DEPTH and e.is_dir(follow_symlinks=False)]
        yield from (Path(entry.path) for entry in listed if entry.path not in deeper)
        left += [(Path(path), depth + 1) for path in reversed(deeper)]


def _digest(folder: Path, files: Sequence[str], contents: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in files:
        info = (folder / name).lstat()
        digest.update(f"{name}\0{info.st_mode}\0{info.st_size}\0".encode())
        digest.update(contents.get(name, b""))
    return digest.hexdigest()


def _may_carry(path: str) -> bool:
    """Whether a file goes along: not where a notebook or the time is written, nor below such a name."""
    return not any(part.endswith(".ipynb") or part == "timestamp.txt" for part in path.split("/"))


def _read_notebook(name: str, content: bytes) -> tuple[Cell, ...] | Fault:
    """The cells of the notebook, or why it has none."""
    path = plain(Path(name).name)
    if not content.strip():
        return Fault(FaultKind.EMPTY, path=path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Fault(FaultKind.NOT_UTF8, path=path, number=error.start)
    if (number := containers_in(content)) > MAX_CONTAINERS:
        return Fault(FaultKind.TOO_MUCH_INSIDE, path=path, number=number, most=MAX_CONTAINERS)
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        return Fault(FaultKind.NOT_JSON, path=path, number=line)
    return _cells(notebook, path)


def _cells(notebook: Notebook, path: str) -> tuple[Cell, ...] | Fault:
    if not isinstance(notebook, dict) or not _is_version(notebook.get("nbformat")):
        return Fault(FaultKind.NO_FORMAT, path=path)
    version, newest = notebook["nbformat"], nbformat.current_nbformat
    if (number := _count(notebook)) > MAX_CELLS:  # before an upgrade, which takes a minute over very many
        return Fault(FaultKind.TOO_MANY_CELLS, path=path, number=number, most=MAX_CELLS)
    if version > newest:
        return Fault(FaultKind.FORMAT_TOO_NEW, path=path, number=version, most=newest)
    if version < newest:
        try:
            notebook = nbformat.reads(json.dumps(notebook), as_version=newest)
        except Exception:  # upgrading a broken file may fail in any way
            return Fault(FaultKind.NOT_UPGRADED, path=path, number=version)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        return Fault(FaultKind.NO_CELLS, path=path)
    return tuple(_cell(cell) for cell in cells if isinstance(cell, dict))


def _is_version(value: Any) -> bool:
    """Whether a value can be a notebook's format. `true` is none: the journal could not be read again."""
    return type(value) is int and abs(value) < MAX_VERSION


def _count(notebook: dict[str, Any]) -> int:
    """The number of cells, in old formats those of all worksheets; 0 for anything else."""
    sheets = notebook.get("worksheets")
    places = [notebook, *(sheets if isinstance(sheets, list) else ())]
    lists = [place.get("cells") for place in places if isinstance(place, dict)]
    return sum(len(cells) for cells in lists if isinstance(cells, list))


def _cell(cell: dict[str, Any]) -> Cell:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    kind, cell_id, attachments = cell.get("cell_type"), cell.get("id"), cell.get("attachments")
    return Cell(
        kind=kind if kind in ("code", "markdown", "raw") else "raw",
        # A lone surrogate is valid JSON and cannot be written to any file.
        source=source.encode("utf-8", "replace").decode() if isinstance(source, str) else "",
        grade_id=grade_id if isinstance(grade_id, str) else "",
        cell_id=cell_id if isinstance(cell_id, str) else "",
        attachments=_pictures(attachments) if kind == "markdown" and isinstance(attachments, dict) else {},
    )


def _pictures(attachments: dict[str, Any]) -> dict[str, Any]:
    """The attachments that are as they should be: for each name pictures by type, in base64."""
    found = {
        name: {kind: text for kind, text in bundle.items() if kind.startswith("image/") and _is_base64(text)}
        for name, bundle in attachments.items()
        if isinstance(bundle, dict)
    }
    return {name: pictures for name, pictures in found.items() if pictures}


def _cap_attachments(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells without pictures from where on a page would be too large: it holds one anew wherever it is shown."""
    shown, kept = 0, []
    for cell in cells:
        sizes = [len(text) for bundle in cell.attachments.values() for text in bundle.values()]
        shown += cell.source.count("![") * max(sizes, default=0)
        kept.append(cell if shown <= MAX_BYTES else replace(cell, attachments={}))
    return tuple(kept)


def _is_base64(text: Any) -> bool:
    return isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9+/=\s]*", text) is not None


def _timestamp(content: bytes, notes: list[Repair]) -> str | None:
    """The time of submission that the exchange or the instructor wrote, if nbgrader can read it."""
    text = content[:200].decode("utf-8", "replace").strip()
    if not text:
        return None
    try:
        parse_utc(text)
    except (ValueError, ArithmeticError):
        notes.append(Repair(RepairKind.NOT_A_TIME, text=plain(text)))
        return None
    return text
