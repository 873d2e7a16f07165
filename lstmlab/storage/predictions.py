"""What a reader has predicted, kept so that it outlives the kernel: a file for each lesson.

`quiz.quiz.Quiz` reads and writes them. The option is kept in its own words: a letter would name another one when the
options of a question are put in another order.
"""

from __future__ import annotations

from typing import Any

from lstmlab.storage.folder import data_dir
from lstmlab.storage.json_file import JsonFile

VERSION = 1  # of the file's format


def predictions_file(lesson: str) -> JsonFile:
    """The file of a lesson; two notebooks that are open at once add to it in turn."""
    return JsonFile(data_dir() / "predictions" / f"{lesson}.json", VERSION, _parse)


def load_predictions(lesson: str) -> dict[str, str]:
    """The option chosen for each question, by its key; nothing where the file is missing or of no use."""
    found = predictions_file(lesson).read()
    return _parse(found.content) if found.content else {}


def keep_prediction(lesson: str, key: str, option: str) -> str:
    """Keep it, over an earlier one for the same question.

    Returns a sentence for the reader where an unusable file was put aside, or nothing. Raises OSError when the folder
    cannot be written to.
    """

    def edit(content: dict[str, Any]) -> None:
        content["chosen"] = {**content.get("chosen", {}), key: option}

    return predictions_file(lesson).change(edit).note


def _parse(content: dict[str, Any]) -> dict[str, str]:
    """The predictions as they stand in the file. Raises KeyError or TypeError for anything else."""
    chosen = content["chosen"]
    if not isinstance(chosen, dict) or not all(isinstance(option, str) for option in chosen.values()):
        raise TypeError("chosen is not a table of words")
    return dict(chosen)
