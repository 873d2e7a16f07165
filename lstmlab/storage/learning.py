"""The results of the learning test: which form came first, and for each form which of its twelve items were right.

`quiz.learning_widget` reads and writes them. The file holds no name and no answer; the same record may
be handed in.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lstmlab.storage.folder import data_dir, write_atomically
from lstmlab.storage.json_file import JsonFile

VERSION = 1  # of the file's format and of the two forms: results of other items cannot be compared
FORMS = ("A", "B")
ITEMS = 12
FILE = "learning.json"  # kept, and handed in


@dataclass(frozen=True)
class Taken:
    """A form that was handed in: when (UTC, to the minute), and whether each item was right."""

    when: datetime
    right: tuple[bool, ...]


@dataclass(frozen=True)
class Learning:
    """`id`: random, made on the reader's machine; it and `first`, a form, are empty before the test is begun."""

    id: str = ""
    first: str = ""
    forms: tuple[tuple[str, Taken], ...] = ()

    @property
    def taken(self) -> dict[str, Taken]:
        return dict(self.forms)

    @property
    def second(self) -> str:
        return FORMS[self.first == FORMS[0]]


def learning_file() -> JsonFile:
    return JsonFile(data_dir() / FILE, VERSION, _parse)


def load_learning() -> tuple[Learning, str]:
    """What was kept, and a sentence for the reader where the file could not be used. Nothing on disk changes."""
    file = learning_file()
    found = file.read()
    return (_parse(found.content) if found.content else Learning()), file.warning(
        found, "when you begin the test,"
    )


def begin() -> tuple[Learning, str]:
    """Draw which form comes first, once for each reader; a draw that was kept before stays.

    Returns a sentence for the reader where an unusable file was put aside, or nothing. Raises OSError when the folder
    cannot be written to.
    """

    def edit(content: dict[str, Any]) -> None:
        # Not from random or torch: a lesson's seed would draw the same for everybody.
        content.setdefault("first", secrets.choice(FORMS))
        content.setdefault("id", secrets.token_hex(16))
        content.setdefault("forms", {})

    kept = learning_file().change(edit)
    return _parse(kept.content), kept.note


def keep(form: str, when: datetime, right: tuple[bool, ...]) -> Learning:
    """Keep the result of a form; one that was kept before stays. Raises OSError as `begin` does."""
    begin()
    taken = {"when": when.strftime("%Y-%m-%dT%H:%M:00Z"), "right": list(right)}

    def edit(content: dict[str, Any]) -> None:
        content["forms"] = {form: taken, **content["forms"]}

    return _parse(learning_file().change(edit).content)


def write_learning(folder: Path) -> Path:
    """Write FILE into `folder`, to be handed in: the record with both forms, and nothing else.

    Raises ValueError before both forms were taken, OSError when the folder cannot be written to.
    """
    learning, _ = load_learning()
    if set(learning.taken) != set(FORMS):
        raise ValueError(
            f"{len(learning.taken)} of 2 forms taken; take the test of lesson 1 and that of lesson 8 first."
        )
    content = learning_file().read().content
    path = folder.absolute() / FILE
    record = {name: content[name] for name in ("version", "id", "first", "forms")}
    write_atomically(path, json.dumps(record, indent=1, sort_keys=True) + "\n")
    return path


def _parse(content: dict[str, Any]) -> Learning:
    """The results as they stand in the file. Raises KeyError, TypeError or ValueError for anything else."""
    first, forms = content["first"], {}
    if first not in FORMS or not set(content["forms"]) <= set(FORMS) or not isinstance(content["id"], str):
        raise ValueError(f"the forms are not {' and '.join(FORMS)}, or the id is not a text")
    for form, one in content["forms"].items():
        right = one["right"]
        if len(right) != ITEMS or not all(type(each) is bool for each in right):
            raise ValueError(f"form {form} has not {ITEMS} times true or false")
        forms[form] = Taken(datetime.fromisoformat(one["when"]), tuple(right))
    return Learning(content["id"], first, tuple(sorted(forms.items())))
