"""Proxies of the student's objects: names, attributes and calls are forwarded to the student's kernel.

Values come back by value, so a test compares real numbers. An object that cannot travel stays a `Remote`,
which never says of itself that it equals a plain value: that verdict would be the student's. Nor does it
compare or calculate, unless it is of a class that the assignment asks for: a student's function could return
an object in place of a number, take the expected one from `result - expected`, and be smaller than everything.
What it says of its length, its items and its text is read once, until the test calls the student's code again.
"""

import builtins
import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from autograder.rpc.adapters import ADAPTERS
from autograder.rpc.wire.codec import Buffer, Codec, Json, Table, Value
from autograder.rpc.wire.descriptions import library_classes, own_classes, read_signature
from autograder.rpc.wire.python_values import NAMED
from autograder.rpc.wire.special_methods import COMPARING, FORWARDED, READ_ONCE, VERDICTS

# Asked for by libraries: by displays, and by NumPy and PyTorch, which would read memory where it says.
REFUSED = ("_repr_", "_ipython_", "__array_", "__cuda_array_", "__dlpack", "__torch_")
MOST_ITEMS = 100_000  # that are kept of an object
OF_PYTHON = (
    "builtins",
    "functools",
    "types",
    "enum",
    "re",
    "collections",
    "abc",
)  # whose objects are what they are
PLAIN_KEYS = (int, str, float, bool, type(None))


class RemoteOwner(Protocol):
    """The examiner's side, as the objects use it that it has of the student's."""

    namespace: dict[str, Value]
    calls: int  # of the student's code, and changes by the test: what was read before may be another now
    steps: int  # the same, with each step of an iterator

    def call(
        self, remote: "Remote", method: str, args: tuple[Value, ...], kwargs: Mapping[str, Value]
    ) -> Value:
        """Calls an object, or with `method` one of its methods."""

    def push_changes(self) -> None: ...

    def attribute(self, remote: "Remote", name: str) -> Value:
        """An attribute of an object."""

    def assign(self, remote: "Remote", name: str, value: Value) -> None:
        """Sets an attribute of an object."""

    def codec(self, buffers: Sequence[Buffer] = ()) -> Codec:
        """A codec for one message."""

    def ask_student(self, question: Table, codec: Codec) -> tuple[Json, Codec]:
        """The answer to a question, whose values `codec` has written, and a codec to read it by."""


class Remote:
    """An object in the student's kernel. `special` are the special methods its class has of its own."""

    __slots__ = ("_about", "_as_of", "_examiner", "_number", "_read")
    _about: Table
    _as_of: int
    _examiner: RemoteOwner
    _number: int
    _read: dict[Value, Value]

    def __init__(self, examiner: RemoteOwner, about: Table):
        object.__setattr__(self, "_examiner", examiner)
        object.__setattr__(self, "_as_of", -1)
        object.__setattr__(self, "_read", {})
        object.__setattr__(self, "_number", about["i"])
        object.__setattr__(self, "_about", about)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """For isinstance: a class is a type, a layer an nn.Module. A lie about it gains nothing."""
        about = self._about
        if about["class"]:
            return type
        own = own_classes(self._examiner.namespace, about["kin"]) if about["asked for"] else []
        if not own and about["plain"]:
            own = [
                getattr(builtins, name)
                for name in about["bases"]
                if name != "object" and hasattr(builtins, name)
            ]
        if not own and about["of"]:
            return ADAPTERS[about["of"]].class_of(about["bases"])
        if not own:
            own = library_classes(about["bases"])
        return own[0] if own else Remote

    @property
    def __name__(self) -> str:
        if not self._about["name"]:
            raise AttributeError("__name__")
        return str(self._about["name"])

    @property
    def __doc__(self) -> Value:  # type: ignore[override]  # the student's, not this class's
        return self._examiner.attribute(self, "__doc__")

    @property
    def __bases__(self) -> tuple[type, ...]:
        if not self._about["class"]:
            raise AttributeError("__bases__")
        known = {name: kind for adapter in ADAPTERS.values() for name, kind in adapter.roots.items()}
        kinds = [known.get(name) or getattr(builtins, name, None) for name in self._about["bases"]]
        return (
            *own_classes(self._examiner.namespace, self._about["kin"]),
            *(kind for kind in kinds if isinstance(kind, type)),
            *library_classes(self._about["bases"]),
        )

    @property
    def __signature__(self) -> inspect.Signature:
        try:
            return read_signature(_ask_about(self, "signature"))
        except (ValueError, KeyError) as error:
            raise TypeError("the student's object has no signature") from error

    def __instancecheck__(self, value: Value) -> bool:
        if type(value) is Remote:
            return bool(self._examiner.call(self, "__instancecheck__", (value,), {}))
        kind = type(value)  # a named tuple came by value
        return kind.__module__ == NAMED and kind.__name__ == self._about["name"] and isinstance(value, tuple)

    def __subclasscheck__(self, kind: Value) -> bool:
        return type(kind) is Remote and bool(self._examiner.call(self, "__subclasscheck__", (kind,), {}))

    def __dir__(self) -> list[str]:
        return [str(name) for name in _ask_about(self, "dir")]

    def __copy__(self) -> Value:
        return _ask_about(self, "copy")

    def __deepcopy__(self, _memo: Value) -> Value:
        return _ask_about(self, "deepcopy")

    def __call__(self, *args: Value, **kwargs: Value) -> Value:
        __tracebackhide__ = True  # IPython leaves such frames out: a test's author knows nothing of them
        if compares := self._about["compares"]:
            kind, method = compares
            _refuse_verdict(kind, method, (*args, *kwargs.values()))
        return self._examiner.call(self, "", args, kwargs)

    def __getattr__(self, name: str) -> Value:
        __tracebackhide__ = True
        if name.startswith(REFUSED) or name == "__wrapped__":
            raise AttributeError(name)
        if self._behaves:
            return self._examiner.attribute(self, name)
        known, key = _reading(self), ("an attribute", name)
        # What a library's object has may change as it goes on, as a loader's place in its data does.
        goes_on = self._about["of"] or library_classes(self._about["bases"])
        as_of = self._examiner.steps if goes_on else 0
        if key not in known or known[key][0] != as_of:
            value = self._examiner.attribute(self, name)
            if type(value) is Remote and name in COMPARING:
                value._about["compares"] = (self._about["kind"], name)
            known[key] = as_of, value
        return known[key][1]

    def __setattr__(self, name: str, value: Value) -> None:
        self._examiner.assign(self, name, value)

    def __eq__(self, other: object) -> bool:
        if type(other) is not Remote:
            if not self._about["plain"]:
                _refuse_unknown(self)
                return False
            return bool(_plain(self) == other)
        if self._number == other._number:
            return True
        if not self._behaves:
            _refuse_unknown(self)
        own = self._about["asked for"] and "__eq__" in self._about["special"]
        return bool(own and self._special("__eq__", other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        own = self._about["asked for"] and "__hash__" in self._about["special"]
        return hash(self._special("__hash__")) if own else hash(self._number)

    def __iter__(self) -> Value:
        __tracebackhide__ = True
        if self._behaves:
            return _source(self)
        if "__next__" in self._about["special"] and "__len__" not in self._about["special"]:
            return _source(self)  # an iterator, which gives its items once
        if self._about["of"] or library_classes(self._about["bases"]):  # a loader, whose batches are not kept
            return _counted(self)
        return _replayed(self)

    def __reversed__(self) -> Value:
        __tracebackhide__ = True
        if "__reversed__" in self._about["special"]:
            if self._behaves:
                return self._special("__reversed__")
            return _replayed(self, "reversed", lambda: iter(self._special("__reversed__")))
        return (self._special("__getitem__", number) for number in reversed(range(self._special("__len__"))))

    def __contains__(self, item: Value) -> bool:
        __tracebackhide__ = True
        if "__contains__" in self._about["special"] and self._about["asked for"]:
            return bool(self._special("__contains__", item))
        return any(each is item or each == item for each in self)

    def __bool__(self) -> bool:
        for method in ("__bool__", "__len__"):
            if method in self._about["special"]:
                return bool(self._special(method))
        return True

    def __repr__(self) -> str:
        return str(self._special("__repr__")) if "__repr__" in self._about["special"] else _anonymous(self)

    def __str__(self) -> str:
        return str(self._special("__str__")) if "__str__" in self._about["special"] else repr(self)

    def __format__(self, spec: str) -> str:
        own = "__format__" in self._about["special"]
        return str(self._special("__format__", spec)) if own else format(str(self), spec)

    @property
    def _behaves(self) -> bool:
        """Whether it is of a class that the assignment asks for: what it says may differ from time to time."""
        return bool(self._about["asked for"])

    def _special(self, method: str, *args: Value) -> Value:
        if method not in self._about["special"]:
            raise TypeError(f"the student's {self._about['kind']} object has no {method}")
        if method not in READ_ONCE or self._behaves or not all(map(_is_plain_key, args)):
            return self._examiner.call(self, method, args, {})
        return _once(self, method, *args)


def _once(remote: Remote, method: str, *args: Value) -> Value:
    """The answer of an object to a question, the same each time until the student's code is called again."""
    known, key = _reading(remote), (method, *map(_key, args))
    if key not in known:
        answer = remote._examiner.call(remote, method, args, {})
        known[key] = _agreed(remote, args[0], answer) if method == "__getitem__" else answer
    return known[key]


def _is_plain_key(key: Value) -> bool:
    """Whether an item is asked for by what is nothing but a value: a number, a text, a slice, several of these."""
    if type(key) is slice:
        return all(map(_is_plain_key, (key.start, key.stop, key.step)))
    return all(map(_is_plain_key, key)) if type(key) is tuple else type(key) in PLAIN_KEYS


def _key(key: Value) -> Value:
    """A plain key in a form that is told from all others: 1 from True, and slices have no hash."""
    if type(key) is slice:
        return slice, _key(key.start), _key(key.stop), _key(key.step)
    return (tuple, *map(_key, key)) if type(key) is tuple else (type(key), key)


def _reading(remote: Remote) -> dict[Value, Value]:
    """What has been read of an object since the student's code was last called or the test changed something."""
    remote._examiner.push_changes()
    if remote._as_of != remote._examiner.calls:
        object.__setattr__(remote, "_as_of", remote._examiner.calls)
        object.__setattr__(remote, "_read", {})
    return remote._read


def _agreed(remote: Remote, place: Value, answer: Value) -> Value:
    """The item at `place` of a sequence. Raises TypeError where iteration gives another there."""
    special = remote._about["special"]
    if type(place) is not int or not {"__iter__", "__len__"} <= set(special) or hasattr(remote, "keys"):
        return answer
    if not -len(remote) <= place < len(remote):
        return answer
    item = next(itertools.islice(remote, place % len(remote), None))
    try:
        same = item is answer or bool(item == answer)
    except (TypeError, ValueError, RuntimeError):  # an array says of each element whether it is equal
        same = True
    if not same:
        kind = remote._about["kind"]
        raise TypeError(
            f"the student's {kind} object has at {place} one item by index and another by iteration"
        )
    return item


def _source(remote: Remote) -> Value:
    """The object's own iteration."""
    special = remote._about["special"]
    if "__iter__" not in special and "__getitem__" in special:
        return _by_index(remote)
    return remote._special("__iter__")


def _counted(remote: Remote) -> Iterator[Value]:
    """The items of an object. Raises TypeError where they are not as many as its length says, if it says one."""
    length = None
    if "__len__" in remote._about["special"] and "__next__" not in remote._about["special"]:
        with suppress(TypeError, NotImplementedError):  # a loader of a stream has none
            length = remote._special("__len__")
    source = _source(remote)
    if type(source) is Remote and source._number == remote._number:
        source = _steps(remote)
    number = 0
    for number, item in enumerate(source, 1):
        if length is not None and number > length:
            break
        yield item
    if length is not None and number != length:
        kind, count = remote._about["kind"], f"more than {length}" if number > length else str(number)
        raise TypeError(f"the student's {kind} object has the length {length}, but {count} items")


def _steps(remote: Remote) -> Iterator[Value]:
    """The items of an iterator of the student's, without asking it for an iterator again."""
    while True:
        try:
            item = remote._special("__next__")
        except StopIteration:
            return
        yield item


def _replayed(
    remote: Remote, which: str = "items", source: Callable[[], Iterator[Value]] | None = None
) -> Iterator[Value]:
    """The object's items, each asked for once: a second iteration repeats what the first has read."""
    known = _reading(remote)
    if which not in known:
        known[which] = ([], source() if source else _counted(remote), [])
    return _from(*known[which])


def _from(items: list[Value], source: Iterator[Value], faults: list[Exception]) -> Iterator[Value]:
    for place in itertools.count():
        if place == len(items):
            if faults:
                raise faults[0]
            try:
                item = next(source)
            except StopIteration:
                return
            except Exception as error:
                faults.append(error)
                raise
            if place == MOST_ITEMS:
                raise TypeError(f"the student's object gives more than {MOST_ITEMS} items")
            items.append(item)
        yield items[place]


def _refuse_unknown(remote: Remote) -> None:
    """Raises TypeError for an object of a library's class that compares its values: here nobody could say how."""
    module, colon, _ = next(iter(remote._about["bases"]), "").partition(":")
    library = module.partition(".")[0]
    if (
        colon
        and "__eq__" in remote._about["special"]
        and not remote._about["kin"]
        and library not in OF_PYTHON
    ):
        raise TypeError(
            f"the student's {remote._about['kind']} object cannot be compared from a test: no adapter carries such "
            f"values of {library} over. Compare its attributes, or give the test's cell the tag student-kernel"
        )


def _refuse_verdict(kind: str, method: str, given: Sequence[Value]) -> None:
    """Raises TypeError where a test asks a student's object in what is a method of another class: `found.equals(table)`.
    It takes the object for one of that class, which it is not, and the answer would be the student's."""
    meant = next((type(each) for each in given if type(each) is not Remote and hasattr(each, method)), None)
    if meant is not None:
        raise TypeError(
            f"found the student's {kind} object, whose {method}() was asked about a {meant.__name__}; expected a "
            f"{meant.__name__}"
        )


def _plain(remote: Remote) -> Value:
    """The number, text or container that an object of its class is as well."""
    known = _reading(remote)
    if "plain" not in known or remote._behaves:
        known["plain"] = _ask_about(remote, "plain")
    return known["plain"]


def _ask_about(remote: Remote, what: str) -> Value:
    """A copy of an object, its signature, or the number, text or container that an object of its class is as well."""
    __tracebackhide__ = True
    owner = remote._examiner
    answer, reply = owner.ask_student({"op": "about", "object": remote._number, "what": what}, owner.codec())
    return reply.decode(answer)


def _anonymous(remote: Remote) -> str:
    name = f" {remote._about['name']}" if remote._about["name"] else ""
    return f"<the student's {remote._about['kind']}{name}>"


def _by_index(remote: Remote) -> Iterator[Value]:
    """Iteration over an object that knows only `remote[0]`, `remote[1]` and so on."""
    with suppress(IndexError):
        for number in itertools.count():
            yield remote._special("__getitem__", number)


def _forward(method: str) -> Callable[..., Value]:
    def special(self: Remote, *args: Value) -> Value:
        __tracebackhide__ = True
        if method not in self._about["special"] or (method in VERDICTS and not self._about["asked for"]):
            if len(args) == 1 and method != "__getitem__":
                return NotImplemented
            raise TypeError(f"the student's {self._about['kind']} object has no {method}")
        return self._special(method, *args)

    special.__name__ = method
    return special


for _method in FORWARDED:
    setattr(Remote, _method, _forward(_method))
