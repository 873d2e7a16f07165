"""Where the course keeps what a reader has written, so that it outlives the kernel: never in the repository.

`study_widgets.ExplainWidget` keeps explanations here. The folder is the environment variable LSTMLAB_DATA, or the
usual place for a program's data: ~/.local/share/lstmlab on Linux.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Explanation:
    """What a reader wrote to a prompt, and which concepts the reader ticked."""

    text: str = ""
    ticks: tuple[bool, ...] = ()


def explanation_path(lesson: str, key: str) -> Path:
    """A file for each prompt: two notebooks that are open at once do not overwrite one another's."""
    return data_dir() / "explanations" / lesson / (re.sub(r"[^a-z0-9]+", "-", key) + ".json")


def load_explanation(lesson: str, key: str) -> Explanation:
    """What was kept, or nothing. A file that cannot be read is left where it is, and counts as nothing."""
    try:
        kept = json.loads(explanation_path(lesson, key).read_text(encoding="utf-8"))
        return Explanation(str(kept["text"]), tuple(bool(tick) for tick in kept["ticks"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Explanation()


def keep_explanation(lesson: str, key: str, explanation: Explanation) -> None:
    """Keep it. Raises OSError when the folder cannot be written to."""
    kept = {"text": explanation.text, "ticks": list(explanation.ticks)}
    write_atomically(explanation_path(lesson, key), json.dumps(kept, ensure_ascii=False, indent=1))
