"""The report as JSON, with its schema; `report --json` writes it beside the page.

The fields are those of `autograder.report.numbers.Numbers`, where each is explained, under the number of the form
(`schema`). The form changes only together with that number.
"""

import json
from dataclasses import asdict, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from autograder.report.numbers import Numbers

FORM = 1


def as_json(numbers: Numbers) -> str:
    """The report as JSON text."""
    return (
        json.dumps({"schema": FORM, **asdict(numbers)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )


def schema() -> dict[str, Any]:
    """The JSON schema of such a text, made of the types in `numbers`."""
    body = _schema(Numbers)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "autograder report",
        **body,
        "properties": {"schema": {"const": FORM}, **body["properties"]},
        "required": ["schema", *body["required"]],
    }


def _schema(kind: Any) -> dict[str, Any]:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": {each.name: _schema(hints[each.name]) for each in fields(kind)},
            "required": [each.name for each in fields(kind)],
            "additionalProperties": False,
        }
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _schema(get_args(kind)[0])}
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": _schema(get_args(kind)[1])}
    if isinstance(kind, UnionType):
        return {"anyOf": [_schema(each) for each in get_args(kind)]}
    return {"type": {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}[kind]}
