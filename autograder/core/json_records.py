"""Records (frozen dataclasses) as JSON and back, for what is kept on disk or given out: journal, costs, reports.

msgspec checks each value against the types that the record's fields are annotated with. Fields that a record does
not know are passed over (a newer version wrote them), fields that are missing get their defaults (an older one did);
everything else that does not fit is a ValueError. Enums travel as their values, tuples as lists.
"""

from typing import Any, TypeVar

import msgspec

Record = TypeVar("Record")
PIECE = 2**20  # bytes that are looked through at a time


def to_json(record: object, indent: int | None = None) -> str:
    """A record as JSON, on one line unless `indent` is given; then the keys are sorted too, for readers and diffs."""
    if indent is None:
        return msgspec.json.encode(record).decode()
    return msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=indent).decode()


def to_values(record: object) -> Any:
    """A record as what `json.loads` would give for its JSON: dicts, lists, strings and numbers."""
    return msgspec.to_builtins(record)


def from_json(kind: type[Record], text: str | bytes) -> Record:
    """A record of this kind out of JSON. Raises ValueError where the text is not JSON or does not fit."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error


def from_values(kind: type[Record], values: object) -> Record:
    """The same out of values that `json.loads` gave, for those who change what an older version wrote first."""
    try:
        return msgspec.convert(values, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error


def containers_in(text: bytes | bytearray) -> int:
    """How many lists and tables begin in a JSON text. Python makes an object of each, a hundred times as large."""
    plain, count, inside = text.replace(b"\\\\", b"").replace(b'\\"', b""), 0, 0
    for place in range(0, len(plain), PIECE):
        parts = plain[place : place + PIECE].split(b'"')
        count += sum(each.count(b"[") + each.count(b"{") for each in parts[inside::2])
        inside ^= (len(parts) - 1) & 1
    return count
