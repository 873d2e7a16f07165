"""Descriptions of a student's object for a test: a copy, its signature, its classes.

`examiner.proxies` asks, `student` answers.
"""

import copy
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from types import GeneratorType

from autograder.rpc.wire.codec import Json, Value

MOST_PARAMETERS = 255
KINDS = {
    kind.name: kind
    for kind in (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.KEYWORD_ONLY,
        inspect.Parameter.VAR_KEYWORD,
    )
}
EMPTY = inspect.Parameter.empty
# Whose objects stay where they are, and no function of which asks them for a verdict: a student's may claim to be one.
# `adapters.load` adds those of libraries.
LIBRARIES = ["enum", "re", "sqlite3", "matplotlib"]


def own_classes(namespace: dict[str, Value], names: Iterable[str]) -> list[type]:
    """Classes of these names that the instructor's cells have defined in the examiner's kernel as well."""
    found = [dict.get(namespace, name) for name in names]
    return [kind for kind in found if kind is not None and issubclass(type(kind), type)]


def name_of_class(kind: type) -> str:
    """The name by which `library_classes` finds a class: no other has a colon."""
    return f"{kind.__module__}:{kind.__qualname__}"


def library_classes(names: Iterable[str]) -> list[type]:
    """Those of these names that are classes of LIBRARIES, nearest first, as far as this process has loaded them."""
    found: list[type] = []
    for name in names:
        module, _, path = name.partition(":")
        if name == name_of_class(GeneratorType):
            found.append(GeneratorType)
        elif path.isidentifier() and any(f"{module}.".startswith(f"{each}.") for each in LIBRARIES):
            kind = vars(sys.modules[module]).get(path) if module in sys.modules else None
            # Its own name: a module has imported classes of other libraries, too, such as tensors.
            found += [kind] if isinstance(kind, type) and name_of_class(kind) == name else []
    return found


def describe_signature(function: Value) -> list[Value]:
    """The parameters as (name, kind, default, annotation), the last two as tuples that are empty where there is none,
    and such a tuple of what it returns. Raises what `inspect.signature` raises.
    """
    found = inspect.signature(function)
    parameters = [
        (each.name, each.kind.name, _maybe(each.default), _maybe(each.annotation))
        for each in found.parameters.values()
    ]
    return [parameters, _maybe(found.return_annotation)]


def read_signature(described: Json) -> inspect.Signature:
    """The signature that was described. Raises ValueError, KeyError or TypeError where it is not one."""
    parameters, returned = described
    if len(parameters) > MOST_PARAMETERS:
        raise ValueError("too many parameters")
    made = [
        inspect.Parameter(
            name, KINDS[kind], default=next(iter(default), EMPTY), annotation=next(iter(annotation), EMPTY)
        )
        for name, kind, default, annotation in parameters
    ]
    return inspect.Signature(made, return_annotation=next(iter(returned), EMPTY))


def _maybe(value: Value) -> tuple[Value, ...]:
    return () if value is EMPTY else (value,)


ABOUT: Mapping[str, Callable[[Value], Value]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "signature": describe_signature,
    "dir": dir,
}
