"""Does in the student's kernel what a test has done to names and modules: `student` calls it, `carried` asks for it."""

import importlib
import sys
from collections.abc import Callable

from autograder.rpc.wire.codec import Value
from autograder.rpc.wire.special_methods import SPECIAL

NOTEBOOK, MODULES, BUILTINS = "__main__", "sys.modules", "builtins"
ABSENT = object()


class Patched:
    """What was at each place before the first test changed it."""

    def __init__(self, namespace: dict[str, Value]):
        self.namespace = namespace
        self.before: dict[tuple[str, str], Value] = {}

    def put(self, owner: str, name: str, value: Value) -> None:
        """Puts a value there; with ABSENT takes away what is there."""
        if owner == BUILTINS:  # of the cells' code alone: the kernel itself needs them
            if name in self.namespace and (owner, name) not in self.before:
                return
            if value is ABSENT:
                value = unusable(NameError, f"name {name!r} is not defined")
            self.before.setdefault((owner, name), ABSENT)
            self.namespace[name] = value
            return
        self.before.setdefault((owner, name), self._get(owner, name))
        self._set(owner, name, value)

    def put_back(self, owner: str, name: str) -> None:
        """Puts back what was there before a test changed it."""
        if (owner, name) in self.before:
            self._set(NOTEBOOK if owner == BUILTINS else owner, name, self.before.pop((owner, name)))

    def _get(self, owner: str, name: str) -> Value:
        if owner in (NOTEBOOK, MODULES):
            return (self.namespace if owner == NOTEBOOK else sys.modules).get(name, ABSENT)
        return getattr(_holder(owner), name, ABSENT)

    def _set(self, owner: str, name: str, value: Value) -> None:
        if owner in (NOTEBOOK, MODULES):
            table: dict[str, Value] = self.namespace if owner == NOTEBOOK else sys.modules
            if value is ABSENT:
                table.pop(name, None)
            else:
                table[name] = value
        elif value is not ABSENT:
            setattr(_holder(owner), name, value)
        elif name in vars(_holder(owner)):
            delattr(_holder(owner), name)


def unusable(kind: type[Exception], message: str) -> Value:
    """An object that raises in words whatever is done with it: for a value of a test's that cannot cross."""

    def refuse(*_: Value, **__: Value) -> Value:
        raise kind(message)

    methods: dict[str, Callable[..., Value]] = dict.fromkeys([*SPECIAL, "__getattr__", "__setattr__"], refuse)
    return type("Unusable", (), methods)()


def _holder(dotted: str) -> Value:
    """A module, or a class in one. Raises ImportError or AttributeError."""
    try:
        return importlib.import_module(dotted)
    except ImportError:
        owner, _, name = dotted.rpartition(".")
        if not owner:
            raise
        return getattr(_holder(owner), name)
