"""The course's own checks across the two kernels: a Case goes over to be observed, an Observation comes back.

What comes back is data of the declared types or nothing: `judge` may then trust its shape, never its numbers.
"""

import functools
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from torch import Tensor

from autograder.checking.found import Fault, ModuleSeen, Observation, Odd, ParameterSeen, Same
from autograder.checking.language import Case, ModuleRecipe, Once, ParameterRecipe
from autograder.rpc.wire.codec import Codec
from autograder.rpc.wire.values import Malformed, Node

RECORDS = (
    Case, Fault, ModuleRecipe, ModuleSeen, Observation, Odd, Once, ParameterRecipe, ParameterSeen, Same,
)  # fmt: skip
KINDS = {kind.__name__: kind for kind in RECORDS}
HINTS = {name: get_type_hints(kind) for name, kind in KINDS.items()}


def is_record(value: Any) -> bool:
    """Whether a value is one of the records that may cross."""
    return is_dataclass(value) and KINDS.get(type(value).__name__) is type(value)


def encode_record(codec: Codec, value: Any) -> Node:
    """The node of a record, its fields one by one."""
    content = [[field.name, codec.encode(getattr(value, field.name))] for field in fields(value)]
    return {"t": "record", "c": type(value).__name__, "v": content}


def decode_record(codec: Codec, node: dict[str, Any]) -> Any:
    """The record of a node. Raises Malformed for a kind or a field that is not as declared."""
    name = node.get("c")
    if name not in KINDS:
        raise Malformed("a record of an unknown kind")
    values = {str(field): codec.decode(content) for field, content in node["v"]}
    for field, hint in HINTS[name].items():
        if field in values and not conforms(values[field], hint):
            raise Malformed(f"{name}.{field} is not what it should be")
    return KINDS[name](**values)


def conforms(value: Any, hint: Any) -> bool:
    """Whether a decoded value has the type that a field declares."""
    if hint is Any:
        return True
    origin, arguments = _parts(hint)
    if origin in (Union, types.UnionType):
        return any(conforms(value, each) for each in arguments)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return type(value) is tuple and all(conforms(item, arguments[0]) for item in value)
    if origin is tuple:
        return type(value) is tuple and len(value) == len(arguments) and all(
            conforms(item, each) for item, each in zip(value, arguments, strict=True)
        )  # fmt: skip
    if origin is Mapping or hint is Mapping:
        key, item = arguments or (Any, Any)
        return type(value) is dict and all(conforms(k, key) and conforms(v, item) for k, v in value.items())
    if hint is float:
        return type(value) in (int, float)
    if hint in (int, str, bool, type(None)):
        return type(value) is hint
    return isinstance(value, Tensor if hint is Tensor else hint)


@functools.cache
def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    return get_origin(hint), get_args(hint)
