"""The reader's own copy of lessons and assignments: what is run or written there leaves the course's files as they are.

    python tools/reader_copy.py [FOLDER]

`make lab` calls it at each start, for work/. A file that the course has changed is copied again where the reader changed
no cell; the file before goes to FOLDER/.replaced. Where both changed, the reader's file stays, and the course's lies
beside it as NAME.new.ipynb. Running a cell changes outputs, not cells. A file that was deleted is copied again.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ipykernel.ipkernel import IPythonKernel

COURSE = Path(__file__).resolve().parent.parent
COPIED = ("notebooks", "release")
# What only authors need, and what a run leaves behind.
LEFT_OUT = {".py", ".pyc", ".toml"}


@dataclass(frozen=True)
class Copied:
    """What of a file was copied last: a hash of all its bytes, and a hash of what a reader would change."""

    file: str
    content: str


def update(course: Path, folder: Path) -> list[str]:
    """Bring the reader's folder up to date; a sentence for each file that the reader has to look at.

    Raises OSError where the folder cannot be written, the disk is full for example; what is there stays whole.
    """
    record = folder / ".copied.json"
    known = _known(record)
    said = []
    for path in _files(course):
        data, name = _opened(path, (course / path).read_bytes()), path.as_posix()
        now, before, own = Copied(_hash(data), _content(path, data)), known.get(name), folder / path
        if not own.exists():
            _write(own, data)
        elif before is None or before.file != now.file:
            if _content(path, own.read_bytes()) in {now.content, before.content if before else None}:
                replaced = folder / ".replaced" / path
                replaced.parent.mkdir(parents=True, exist_ok=True)
                own.replace(replaced)
                _write(own, data)
            else:
                beside = _free(own)
                _write(beside, data)
                said.append(
                    f"{own.name} has a new version, and you changed yours. Yours is as it was; the new one is "
                    f"{beside.relative_to(folder).as_posix()}. To have only the new one, delete both and run this again."
                )
        known[name] = now
    _write(record, json.dumps({name: asdict(each) for name, each in known.items()}, indent=1).encode())
    return said


def _files(course: Path) -> Iterator[Path]:
    for top in COPIED:
        for path in sorted((course / top).rglob("*")):
            inside = path.relative_to(course)
            hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
            if path.is_file() and not hidden and path.suffix not in LEFT_OUT:
                yield inside


def _opened(path: Path, data: bytes) -> bytes:
    """A file as it is once it was opened: JupyterLab writes what the kernel says of itself into a notebook.

    Where it stands there already, opening a lesson does not mark it as changed.
    """
    if path.suffix != ".ipynb":
        return data
    notebook = json.loads(data)
    notebook["metadata"]["language_info"] = IPythonKernel.language_info
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _known(record: Path) -> dict[str, Copied]:
    """What was copied last; nothing where the record is missing or damaged, so that every changed file is kept."""
    try:
        return {name: Copied(**each) for name, each in json.loads(record.read_bytes()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _content(path: Path, data: bytes) -> str:
    """A hash of what a reader writes: of a notebook its cells, without outputs and metadata."""
    if path.suffix == ".ipynb":
        try:
            cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(data)["cells"]]
            return _hash(json.dumps(cells).encode())
        except (ValueError, KeyError, TypeError):
            pass  # no notebook any more: then it is compared as it is
    return _hash(data)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _free(own: Path) -> Path:
    """A name beside a file that nothing has."""
    number = 1
    while (path := own.with_suffix(f".new{number if number > 1 else ''}{own.suffix}")).exists():
        number += 1
    return path


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    half.write_bytes(data)
    half.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 where the folder cannot be written."""
    parser = argparse.ArgumentParser(
        description="Copy lessons and assignments for a reader, or bring them up to date."
    )
    parser.add_argument("folder", nargs="?", type=Path, default=COURSE / "work")
    folder = parser.parse_args(arguments).folder
    try:
        for sentence in update(COURSE, folder):
            print(sentence)
    except OSError as error:
        print(
            f"{folder} could not be brought up to date: {error}. Nothing of yours was changed. "
            "Make room or change who may write there, then run this again.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
