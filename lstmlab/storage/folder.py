"""Where the course keeps what a reader has written, so that it outlives the kernel: never in the repository.

`json_file.JsonFile` writes here, for `explanations` and `review.schedule`. The folder is the environment
variable LSTMLAB_DATA, or the usual place for a program's data: ~/.local/share/lstmlab on Linux. A name
without a beginning is looked for in the home folder, not in the notebook's, which is the course's.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_dir

ELSEWHERE = "Set LSTMLAB_DATA to a folder that can be written to, and start Jupyter again."


def data_dir() -> Path:
    """The reader's folder, which need not exist yet. Asked for anew each time: tests point it elsewhere."""
    named = os.environ.get("LSTMLAB_DATA", "").strip()
    folder = Path(named or user_data_dir("lstmlab", appauthor=False)).expanduser()
    return folder if folder.is_absolute() else Path.home() / folder


def write_atomically(path: Path, text: str) -> None:
    """Write a file whole or not at all, whenever the program is killed. Raises OSError when it cannot.

    Where `path` is a link, as into a folder that is shared between machines, the file that it leads to is written.
    """
    path = Path(os.path.realpath(path))
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
