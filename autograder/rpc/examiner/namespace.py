"""The namespace of the examiner's cells, and what names stand for in it; for `examiner` and `shell`."""

import builtins
import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Protocol

from autograder.core.cells import is_cell
from autograder.rpc.examiner.proxies import Remote
from autograder.rpc.wire.codec import Value

# Names that people give to modules; a student's `np` may stand for NumPy and nothing else.
ALIASES = {
    "np": "numpy", "plt": "matplotlib.pyplot", "mpl": "matplotlib", "pd": "pandas", "nn": "torch.nn",
    "F": "torch.nn.functional", "optim": "torch.optim", "sp": "scipy", "sns": "seaborn", "tf": "tensorflow",
}  # fmt: skip


class NameSource(Protocol):
    """What the namespace needs from the examiner's side."""

    helpers: Mapping[str, str]  # functions of the instructor's, as text, by name
    hiding: frozenset[str]  # built-in names that the answer defines anew

    def get(self, name: str) -> Value:
        """A name of the student's. Raises KeyError where it is not defined there."""

    def hide(self, name: str) -> bool:
        """Takes a name from the student's code; False where it is not there."""

    def give_back(self, name: str, value: Value) -> bool:
        """Puts back what `hide` took; False where that is not what the value is."""

    def names_of_student(self) -> list[str]:
        """The names of the student's notebook."""

    def has_helper(self, name: str) -> bool:
        """Whether a name is that of a helper which no test has deleted."""

    def defined(self, name: str) -> None:
        """A helper is in the namespace now, as it always was in the student's."""


class ExaminerNamespace(dict[str, Value]):
    """A namespace that asks the student's kernel for the names it lacks."""

    examiner: NameSource | None = None

    def __missing__(self, name: str) -> Value:
        if self.examiner is None or name.startswith("__"):
            raise KeyError(name)
        if self.examiner.has_helper(name):
            exec(self.examiner.helpers[name], self)  # the instructor's own text
            self.examiner.defined(name)
            return self[name]
        if not hasattr(builtins, name):
            return self.examiner.get(name)
        if name not in self.examiner.hiding:
            raise KeyError(name)
        try:
            return self.examiner.get(name)
        except KeyError:  # the built-in one would pass the tests in the answer's place
            raise NameError(f"name {name!r} is not defined by the answer") from None

    def __contains__(self, name: object) -> bool:
        """`"f" in globals()` in a cell asks for the student's names, too."""
        return super().__contains__(name) or (self._is_asked() and name in self._names_of_student())

    def __iter__(self) -> Iterator[str]:
        """`for name in locals()` in a cell: with the student's names."""
        return iter(
            dict.fromkeys([*super().keys(), *self._names_of_student()])
            if self._is_asked()
            else super().keys()
        )

    def keys(self) -> Any:
        """`dir()` in a cell: with the student's names."""
        own = super().keys()
        return dict.fromkeys([*own, *self._names_of_student()]).keys() if self._is_asked() else own

    def get(self, name: str, default: Value = None) -> Value:
        """`globals().get("f")` in a cell."""
        asked = not super().__contains__(name) and self._is_asked() and name in self._names_of_student()
        return self[name] if asked else super().get(name, default)

    def _is_asked(self) -> bool:
        """Whether a cell asks; IPython itself looks for names of its own all the time."""
        return self.examiner is not None and is_cell(sys._getframe(2).f_code.co_filename)

    def _names_of_student(self) -> list[str]:
        return [] if self.examiner is None else self.examiner.names_of_student()

    def __delitem__(self, name: str) -> None:
        """`del f` takes f from the student's code too: so tests find out whether another function uses it."""
        own = super().__contains__(name)
        if self.examiner is not None and not own and self.examiner.has_helper(name):
            self.__missing__(name)
            own = True
        if own or self.examiner is None or name.startswith("__"):
            super().__delitem__(name)
        elif not self.examiner.hide(name):
            raise KeyError(name)

    def __setitem__(self, name: str, value: Value) -> None:
        """`f = kept`, after that, gives it back."""
        if self.examiner is None or not self.examiner.give_back(name, value):
            super().__setitem__(name, value)


class Builtins(dict[str, Value]):
    """The built-in names of the examiner's cells. Python looks for a name in a class's body among these, and does not
    ask a namespace as `ExaminerNamespace` is one for what it lacks.
    """

    namespace: "ExaminerNamespace"

    def __init__(self, namespace: ExaminerNamespace):
        super().__init__(__import__=lambda *args, **kwargs: builtins.__import__(*args, **kwargs))
        object.__setattr__(self, "namespace", namespace)

    def __missing__(self, name: str) -> Value:
        examiner = self.namespace.examiner
        if not hasattr(builtins, name) or (examiner is not None and name in examiner.hiding):
            return self.namespace.__missing__(name)
        return OWN.get(name) or getattr(builtins, name)

    def __getattr__(self, name: str) -> Value:
        """`__builtins__` is a module in other kernels."""
        return getattr(builtins, name)

    def __setattr__(self, name: str, value: Value) -> None:
        setattr(builtins, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(builtins, name)


def _is_subclass(kind: Value, of: Value) -> bool:
    """`issubclass`; of abstract classes Python would ask it only about real classes."""
    if type(kind) is Remote and type(of) is not tuple and type(of) is not Remote:
        return any(issubclass(base, of) for base in kind.__bases__)
    if type(of) is tuple:
        return any(_is_subclass(kind, each) for each in of)
    return issubclass(kind, of)


def _is_callable(value: Value) -> bool:
    return bool(value._about["callable"]) if type(value) is Remote else callable(value)


OWN: dict[str, Value] = {"issubclass": _is_subclass, "callable": _is_callable}


def stands_for(dotted: str) -> Value:
    """A module, or what `from module import name` gives. Raises ImportError or AttributeError."""
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError:
        module, _, name = dotted.rpartition(".")
        if not module:
            raise
        return getattr(importlib.import_module(module), name)


def standing_for(dotted: str) -> Value:
    """Like `stands_for`; None if there is no such name."""
    with suppress(ImportError, AttributeError):
        return stands_for(dotted)
    return None
