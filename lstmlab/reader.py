"""Where the course keeps what a reader has written, so that it outlives the kernel: never in the repository.

`keep.JsonFile` writes here, for `explanations` and `review`. The folder is the environment variable LSTMLAB_DATA, or the
usual place for a program's data: ~/.local/share/lstmlab on Linux.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_dir


def data_dir() -> Path:
    """The reader's folder, which need not exist yet. Asked for anew each time: tests point it elsewhere."""
    return Path(os.environ.get("LSTMLAB_DATA") or user_data_dir("lstmlab", appauthor=False))


def write_atomically(path: Path, text: str) -> None:
    """Write a file whole or not at all, whenever the program is killed. Raises OSError when it cannot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
