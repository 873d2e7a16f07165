"""What a reader has explained in their own words, kept so that it outlives the kernel: a file for each prompt.

`study_widgets.ExplainWidget` reads and writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lstmlab.keep import JsonFile
from lstmlab.reader import data_dir

VERSION = 1  # of the file's format


@dataclass(frozen=True)
class Explanation:
    """What a reader wrote to a prompt, and which concepts the reader ticked."""

    text: str = ""
    ticks: tuple[bool, ...] = ()


def explanation_file(lesson: str, key: str) -> JsonFile:
    """A file for each prompt: two notebooks that are open at once do not overwrite one another's."""
    name = re.sub(r"[^a-z0-9]+", "-", key) + ".json"
    return JsonFile(data_dir() / "explanations" / lesson / name, VERSION, _parse)


def load_explanation(lesson: str, key: str) -> tuple[Explanation, str]:
    """What was kept, and a sentence for the reader where the file could not be used. Nothing on disk changes."""
    file = explanation_file(lesson, key)
    found = file.read()
    if found.trouble:
        return Explanation(), (
            f"{file.path} is {found.trouble}. It stays as it is; when you write, it is kept aside under another "
            "name, and a new file begins."
        )
    return (_parse(found.content) if found.content else Explanation()), ""


def keep_explanation(lesson: str, key: str, explanation: Explanation) -> str:
    """Keep it. Returns a sentence for the reader where an unusable file was put aside, or nothing.

    Raises OSError when the folder cannot be written to.
    """

    def edit(content: dict[str, Any]) -> None:
        content.update(text=explanation.text, ticks=list(explanation.ticks))

    return explanation_file(lesson, key).change(edit).note


def _parse(content: dict[str, Any]) -> Explanation:
    """An explanation as it stands in the file. Raises KeyError or TypeError for anything else."""
    text, ticks = content["text"], content["ticks"]
    if not isinstance(text, str) or not isinstance(ticks, list):
        raise TypeError(f"text is a {type(text).__name__}, ticks a {type(ticks).__name__}")
    return Explanation(text, tuple(bool(tick) for tick in ticks))
