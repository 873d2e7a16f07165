"""What a test finds out about a student's object besides calling it: a copy, its signature, its classes; `proxies` asks,
`student` answers.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.split.examiner import Examiner
    from autograder.split.proxies import Remote

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


def ask_about(examiner: Examiner, remote: Remote, what: str) -> Any:
    """A copy of an object, or the number, text or container that an object of the student's class is as well."""
    return examiner.ask_student({"op": "about", "object": remote._number, "what": what})


def signature(examiner: Examiner, remote: Remote) -> inspect.Signature:
    """What a student's function wants to be called with. Raises TypeError where that is no function's."""
    try:
        return read_signature(ask_about(examiner, remote, "signature"))
    except (ValueError, KeyError) as error:
        raise TypeError("the student's object has no signature") from error


def own_classes(examiner: Examiner, names: Iterable[str]) -> list[type]:
    """Classes of these names that the instructor's cells have defined in the examiner's kernel as well."""
    found = [dict.get(examiner.namespace, name) for name in names]
    return [kind for kind in found if kind is not None and issubclass(type(kind), type)]


def describe_signature(function: Any) -> list[Any]:
    """The parameters as (name, kind, default, annotation), the last two as tuples that are empty where there is none,
    and such a tuple of what it returns. Raises what `inspect.signature` raises.
    """
    found = inspect.signature(function)
    parameters = [
        (each.name, each.kind.name, _maybe(each.default), _maybe(each.annotation))
        for each in found.parameters.values()
    ]
    return [parameters, _maybe(found.return_annotation)]


def read_signature(described: Any) -> inspect.Signature:
    """The signature that was described. Raises ValueError, KeyError or TypeError where that is none."""
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


def _maybe(value: Any) -> tuple[Any, ...]:
    return () if value is EMPTY else (value,)


ABOUT: Mapping[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "signature": describe_signature,
}
