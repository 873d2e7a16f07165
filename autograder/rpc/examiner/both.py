"""What both kernels have under the same name, because a locked cell that runs in both has made it; for `examiner`.

A picture, a connection or a fitted model cannot cross. Where a test passes one that a locked cell has defined, the
student's code gets its own kernel's.
"""

from collections.abc import Iterator, Mapping

from autograder.rpc.wire.codec import Value

MOST_ITEMS = 10_000  # of a list that is looked through


class OfBoth:
    """The names that locked cells have defined, with the values they had in the examiner's kernel."""

    def __init__(self) -> None:
        self.made: dict[str, Value] = {}
        # The namespace before a locked cell; None while a test runs.
        self.before: Mapping[str, Value] | None = {}

    def begin(self, namespace: dict[str, Value], test: bool) -> None:
        """A cell begins: what has changed since the last one is that one's."""
        now = dict(dict.items(namespace))
        if self.before is not None:
            self.made |= {
                name: value for name, value in now.items() if self.before.get(name, self) is not value
            }
        self.before = None if test else now

    def place(self, namespace: dict[str, Value], value: Value) -> list[Value] | None:
        """The name of a value, or the name and the index or key of what holds it; None where no locked cell made it."""
        for name, made in self.made.items():
            if name.startswith("_") or dict.get(namespace, name, self) is not made:
                continue
            if made is value:
                return [name]
            for key, item in _items(made):
                if item is value:
                    return [name, key]
        return None


def _items(value: Value) -> Iterator[tuple[Value, Value]]:
    if type(value) in (list, tuple) and len(value) <= MOST_ITEMS:
        yield from enumerate(value)
    elif type(value) is dict and len(value) <= MOST_ITEMS:
        yield from ((key, item) for key, item in value.items() if type(key) in (str, int))
