"""What a reader has explained in their own words, kept so that it outlives the kernel: a file for each prompt.

`quiz.study_widgets.ExplainWidget` reads and writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lstmlab.storage.folder import data_dir
from lstmlab.storage.json_file import JsonFile

VERSION = 1  # of the file's format


@dataclass(frozen=True)
class Explanation:
    """What a reader wrote to a prompt, and which concepts are ticked; `found` are those that the matcher had found."""

    text: str = ""
    ticks: tuple[bool, ...] = ()
    found: tuple[bool, ...] = ()


def file_name(key: str) -> str:
    """What the file of a prompt is called; `bank.load` sees to it that no two prompts of a lesson share one."""
    return re.sub(r"[^a-z0-9]+", "-", key) + ".json"


def explanation_file(lesson: str, key: str) -> JsonFile:
    """A file for each prompt: two notebooks that are open at once do not overwrite one another's."""
    return JsonFile(data_dir() / "explanations" / lesson / file_name(key), VERSION, _parse)


def load_explanation(lesson: str, key: str) -> tuple[Explanation, str]:
    """What was kept, and a sentence for the reader where the file could not be used. Nothing on disk changes."""
    file = explanation_file(lesson, key)
    found = file.read()
    return (_parse(found.content) if found.content else Explanation()), file.warning(found, "when you write,")


def keep_explanation(lesson: str, key: str, explanation: Explanation, base: str) -> str:
    """Keep it. `base` is the text that the writer last saw kept: another one, which a second notebook has kept in
    the meantime, stays in the file under "earlier".

    Returns a sentence for the reader where that was so, or where an unusable file was put aside, or nothing.
    Raises OSError when the folder cannot be written to.
    """
    file, notes = explanation_file(lesson, key), []

    def edit(content: dict[str, Any]) -> None:
        there = content.get("text", "")
        if there.strip() and there not in (base, explanation.text):
            content["earlier"] = [*content.get("earlier", []), there]
            notes.append(f'Another notebook had kept another text. It stays in {file.path}, under "earlier".')
        content.update(text=explanation.text, ticks=list(explanation.ticks), found=list(explanation.found))

    note = file.change(edit).note
    return " ".join([note, *notes]).strip()


def _parse(content: dict[str, Any]) -> Explanation:
    """An explanation as it stands in the file. Raises KeyError or TypeError for anything else."""
    text, ticks = content["text"], content["ticks"]
    found = content.get("found", ticks)  # files kept before it was written down
    if not isinstance(text, str) or not isinstance(ticks, list) or not isinstance(found, list):
        raise TypeError(
            f"text is a {type(text).__name__}, ticks a {type(ticks).__name__}, found a {type(found).__name__}"
        )
    return Explanation(text, tuple(map(bool, ticks)), tuple(map(bool, found)))
