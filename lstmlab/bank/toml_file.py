"""Reads a bank's file and says of every mistake in it the line, and what to write instead.

`load.load_bank` calls this. The form of the file is data/bank.schema.json; what a schema cannot say (an answer
that names an option, keys that are unique) is checked by `load`.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types


class BankError(ValueError):
    """All that is wrong with one file, a line of text for each mistake: 'file.toml:12: what, and what to write'."""


@dataclass(frozen=True)
class BankFile:
    """The text of a bank and its tables. `name` has no ending."""

    name: str
    text: str
    tables: dict[str, list[dict[str, Any]]]

    def at(self, kind: str, number: int, field: str = "", entry: int | None = None) -> str:
        """'03_gates.toml:12': the line of a table, of one of its fields, or of an entry of a field's list."""
        return f"{self.name}.toml:{line_of(self.text, kind, number, field, entry)}"


def read_bank(name: str, text: str) -> BankFile:
    """Parse and validate. Raises BankError with a line for each mistake."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")  # what editors on Windows may leave
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BankError(_syntax(name, text, str(error))) from error
    bank = BankFile(name, text, tables)
    found = sorted(
        _validator().iter_errors(tables), key=lambda error: [str(part) for part in error.absolute_path]
    )
    if found:
        raise BankError(
            "\n".join(dict.fromkeys(f"{_place(bank, error)}: {_advice(error)}" for error in found))
        )
    return bank


@cache
def _validator() -> Any:
    """The schema of banks, ready."""
    source = files("lstmlab") / "data" / "bank.schema.json"
    return Draft202012Validator(json.loads(source.read_text(encoding="utf-8")))


def _syntax(name: str, text: str, message: str) -> str:
    """What tomllib says, at the line it names, and where the statement begins that it could not read.

    A string or list that is not closed is noticed many lines later, or at the end of the file.
    """
    lines = text.split("\n")
    found = re.search(r"at line (\d+)", message)
    line = int(found[1]) if found else len(text.splitlines())
    begins = 1 + next(k for k in range(line - 1, -1, -1) if _parsed(lines[:k]) is not None)
    tip = f" What is not closed begins in line {begins}." if begins < line else ""
    return f"{name}.toml:{line}: not TOML: {message}.{tip}"


# -- where: tomllib keeps no lines, but a line starts a statement exactly if the text before it is TOML ----------


def line_of(text: str, kind: str, number: int, field: str = "", entry: int | None = None) -> int:
    """The line, from 1, of the table `[[kind]]` with this number (from 0), of its `field`, of an entry of its list.

    What cannot be found falls back to what holds it: an entry to its field, a field to its table.
    """
    lines = text.split("\n")  # as TOML counts them; splitlines() would also cut at other signs
    starts = list(_starting(lines, r"\[\[?\s*\w", 0))
    tables = [k for k in starts if re.match(rf"\s*\[\[\s*{re.escape(kind)}\s*\]\]", lines[k])]
    if number >= len(tables):
        return 1
    table = tables[number]
    end = min((k for k in starts if k > table), default=len(lines))
    fields = [k for k in _starting(lines[:end], rf"{re.escape(field)}\s*=", table)] if field else []
    if not fields:
        return table + 1
    if entry is None:
        return fields[0] + 1
    for last in range(fields[0], end):  # the list, closed after this line: has it the entry already?
        closed = _parsed([*lines[fields[0] : last], lines[last], "]"])
        if closed and len(closed.get(field, ())) > entry:
            return last + 1
    return fields[0] + 1


def _starting(lines: Sequence[str], pattern: str, first: int) -> Iterable[int]:
    """The lines from `first` on that match and start a statement, not a line of a string or a list."""
    for k in range(first, len(lines)):
        if re.match(rf"\s*{pattern}", lines[k]) and _parsed(lines[first:k]) is not None:
            first = k
            yield k


def _parsed(lines: Sequence[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None


def _place(bank: BankFile, error: Any) -> str:
    path = list(error.absolute_path)
    if len(path) < 2 or not isinstance(path[1], int):
        unknown = next(iter(_unknown(error)), path[0] if path else "")
        lines = bank.text.split("\n")
        found = [
            k
            for k in _starting(lines, rf"\[+\s*{re.escape(str(unknown))}\b|{re.escape(str(unknown))}\s*=", 0)
        ]
        return f"{bank.name}.toml:{found[0] + 1 if found else 1}"
    field = str(path[2]) if len(path) > 2 else next(iter(_unknown(error)), "")
    entry = path[3] if len(path) > 3 and isinstance(path[3], int) else None
    place = bank.at(str(path[0]), path[1], field, entry)
    table = bank.tables[path[0]][path[1]]
    name = table.get("key", table.get("name", "")) if isinstance(table, dict) else ""
    return f"{place}: {path[0]} {name!r}" if name else f"{place}: {path[0]}"


# -- what to write instead ------------------------------------------------------------------------------------


def _unknown(error: Any) -> list[str]:
    """The names in the file that the schema does not know."""
    if error.validator != "additionalProperties":
        return []
    return sorted(set(error.instance) - set(error.schema.get("properties", {})))


def _advice(error: Any) -> str:
    """One sentence: what was found, and what to write."""
    schema, path = error.schema, list(error.absolute_path)
    if len(path) < 3 and error.validator == "type" and path:
        return f"{path[0]!r} is {_short(error.instance)}; write a table [[{path[0]}]] for each, with its fields below."
    if error.validator == "additionalProperties":
        known = sorted(schema.get("properties", {}))
        words = []
        for name in _unknown(error):
            close = difflib.get_close_matches(name, known, 1)
            words.append(
                f"{name!r} means nothing here; "
                + (f"write {close[0]!r}" if close else f"known are {', '.join(known)}")
            )
        return "; ".join(words) + "."
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        tips = (f"{name}: {schema['properties'][name].get('description', 'a text')}" for name in missing)
        return f"something is missing; add {'; '.join(tips)}."
    wanted = schema.get("description") or f"what fits {error.validator} {error.validator_value!r}"
    within = [step for step in path[2:] if isinstance(step, int)]
    field = " of ".join([*(f"entry {step + 1}" for step in reversed(within)), repr(path[2])])
    return f"{field} is {_short(error.instance)}; write {wanted}."


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 60 else text[:57] + "..."
