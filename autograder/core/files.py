"""Replaces files in one step: after a full disk or a kill the old file is still there. Used wherever we write."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replaces `path` by `text`, in UTF-8 with plain line ends."""
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def swap_folder(draft: Path, final: Path, old: Path) -> None:
    """Puts a folder in the place of another by renaming: a kill leaves one of the two whole, or none there.

    `old`: where the other goes before it is removed. An emptied folder in its place would pass for a new one.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    draft.rename(final)
    shutil.rmtree(old, ignore_errors=True)


def is_anothers(info: os.stat_result, owner: int) -> bool:
    """Whether a file has another name somewhere and is not of the user `owner` whose folder it was found in.

    Whoever may write to a file can link it into a folder of their own; who collects could read it for them.
    """
    return info.st_nlink > 1 and info.st_uid != owner


@contextmanager
def folder_below(folder: Path, name: str = "") -> Iterator[int]:
    """A descriptor of `folder`, or of the folder `name` below it, and no link followed on the way.

    Whoever owns a folder may put a link in the place of what was looked at before, and in that of `folder` itself.
    Raises OSError, for a link with ELOOP or ENOTDIR.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    place = os.open(folder, flags)
    try:
        for each in filter(None, name.split("/")):
            deeper = os.open(each, flags, dir_fd=place)
            os.close(place)
            place = deeper
        yield place
    finally:
        os.close(place)


@contextmanager
def open_below(folder: Path, name: str) -> Iterator[BinaryIO]:
    """The file `name` below `folder`, open to be read. As `folder_below`; a pipe does not wait for its other end."""
    inner, _, last = name.rpartition("/")
    with folder_below(folder, inner) as place:
        found = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
    with os.fdopen(found, "rb") as file:
        yield file


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Writes files below a folder; one whose name is taken by a folder, or the reverse, is left out."""
    for name, content in files.items():
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
