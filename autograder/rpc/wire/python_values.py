"""The values of Python and its standard library that cross between the two kernels, and how each is written and read.

`adapters` registers WRITERS and READERS with the codec. Subclasses of numbers, strings and containers lose their class
on the way: an int that claims to equal everything arrives as an int. A Counter, a deque, a table with a default and an
ordered one stay what they are, and so do paths. A generator of random numbers crosses with its state: what one side
draws from it, the other does not draw again.
"""

import builtins
import random
import re
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PosixPath
from typing import Any

from autograder.rpc.wire.codec import Codec, Malformed, Node, Reader, Table, Value, Writer

_PLAIN: tuple[type, ...] = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, object)
_EXCEPTIONS = {
    kind for kind in vars(builtins).values() if isinstance(kind, type) and issubclass(kind, BaseException)
}
TYPES: dict[str, type] = {kind.__name__: kind for kind in (*_PLAIN, *_EXCEPTIONS)}
# Any: of the class in front of it, which no type can say here.
TEXTUAL: dict[str, tuple[type, Callable[[Any], str], Callable[[str], Value]]] = {
    "decimal": (Decimal, str, Decimal),
    "fraction": (Fraction, str, Fraction),
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "time": (time, time.isoformat, time.fromisoformat),
}
FACTORIES: dict[str, type] = {kind.__name__: kind for kind in (list, int, set, dict, float, str, tuple)}
CONSTANTS = {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}
VIEWS = ("keys", "values", "items")  # of a table

# A number may be short to write and endless to compute with: what waits for it in C no interrupt reaches.
MOST_BITS = 2**22
MOST_DIGITS = 5_000
MOST_EXPONENT = 10_000
MOST_FIELDS = 1_000  # of a named tuple, or of a row of an array
LONGEST = 4096  # characters of a path
NAMED = "student"  # the module that classes of named tuples seem to come from


def _write_int(codec: Codec, value: Value, depth: int) -> Node:
    plain = int.__add__(value, 0)
    return plain if abs(plain) < 2**62 else {"t": "int", "v": hex(plain)}


def _write_float(codec: Codec, value: Value, depth: int) -> Node:
    return {"t": "float", "v": float.hex(value)}


def _write_complex(codec: Codec, value: Value, depth: int) -> Node:
    plain = complex(value)
    return {"t": "complex", "v": [plain.real.hex(), plain.imag.hex()]}


def _write_str(codec: Codec, value: Value, depth: int) -> Node:
    return str.__str__(value).encode("utf-8", "replace").decode()


def _write_items(name: str, iterate: Callable[[Value], Iterator[Value]]) -> Writer:
    """`iterate` is the class's own iteration, for a subclass may lie about what it holds."""
    return lambda codec, value, depth: {
        "t": name,
        "v": [codec.encode(item, depth + 1) for item in iterate(value)],
    }


def write_tuple(codec: Codec, value: Value, depth: int) -> Node:
    """The node of a tuple, or of a named tuple with the names."""
    items = [codec.encode(item, depth + 1) for item in tuple.__iter__(value)]
    fields = getattr(type(value), "_fields", None)
    if isinstance(fields, tuple) and len(fields) == len(items):
        return {"t": "named", "name": type(value).__name__, "fields": list(map(str, fields)), "v": items}
    return {"t": "tuple", "v": items}


def _pairs(codec: Codec, value: Value, depth: int) -> list[Node]:
    pairs = list(dict.items(value))
    return [[codec.encode(k, depth + 1), codec.encode(v, depth + 1)] for k, v in pairs]


def _write_table(name: str) -> Writer:
    return lambda codec, value, depth: {"t": name, "v": _pairs(codec, value, depth)}


def _write_default(codec: Codec, value: Value, depth: int) -> Node:
    factory = getattr(value.default_factory, "__name__", "")
    known = FACTORIES.get(factory) is value.default_factory
    return {"t": "defaultdict" if known else "dict", "f": factory, "v": _pairs(codec, value, depth)}


def _write_deque(codec: Codec, value: Value, depth: int) -> Node:
    items = [codec.encode(item, depth + 1) for item in deque.__iter__(value)]
    return {"t": "deque", "m": value.maxlen, "v": items}


def _write_view(name: str) -> Writer:
    return lambda codec, value, depth: {"t": name, "v": _pairs(codec, dict(value.mapping), depth)}


def _write_random(codec: Codec, value: Value, depth: int) -> Node:
    if type(value) is not random.Random:  # such as SystemRandom, which has no state
        return codec.refer(value)
    return {"t": "random", "v": codec.encode(value.getstate(), depth + 1)}


def _write_bytes(name: str) -> Writer:
    return lambda codec, value, depth: {"t": name, "b": codec.keep(bytes(value))}


def _write_range(codec: Codec, value: Value, depth: int) -> Node:
    return {"t": "range", "v": [value.start, value.stop, value.step]}


def _write_slice(codec: Codec, value: Value, depth: int) -> Node:
    parts = (value.start, value.stop, value.step)
    return {"t": "slice", "v": [codec.encode(part, depth + 1) for part in parts]}


def _write_timedelta(codec: Codec, value: Value, depth: int) -> Node:
    return {"t": "timedelta", "v": [value.days, value.seconds, value.microseconds]}


def _write_text(name: str, write: Callable[[Value], str]) -> Writer:
    return lambda codec, value, depth: {"t": name, "v": write(value)}


def _write_constant(codec: Codec, value: Value, depth: int) -> Node:
    return {"t": "constant", "v": str(value)}


def _write_type(codec: Codec, value: Value, depth: int) -> Node:
    known = TYPES.get(value.__name__) is value
    return {"t": "type", "v": value.__name__} if known else codec.refer(value)


# The first that fits: a Counter is a dict too, a datetime a date.
WRITERS: tuple[tuple[type, Writer], ...] = (
    (Counter, _write_table("counter")),
    (OrderedDict, _write_table("ordered")),
    (defaultdict, _write_default),
    (deque, _write_deque),
    (PosixPath, lambda codec, value, depth: {"t": "path", "v": str(value)}),
    *((type(getattr({}, name)()), _write_view(name)) for name in VIEWS),
    (random.Random, _write_random),
    (int, _write_int),
    (float, _write_float),
    (str, _write_str),
    (complex, _write_complex),
    (tuple, write_tuple),
    (list, _write_items("list", list.__iter__)),
    (dict, _write_table("dict")),
    (set, _write_items("set", set.__iter__)),
    (frozenset, _write_items("frozenset", frozenset.__iter__)),
    (bytes, _write_bytes("bytes")),
    (bytearray, _write_bytes("bytearray")),
    (range, _write_range),
    (slice, _write_slice),
    (timedelta, _write_timedelta),
    *((kind, _write_text(name, write)) for name, (kind, write, _) in TEXTUAL.items()),
    *((type(constant), _write_constant) for constant in CONSTANTS.values()),
    (type, _write_type),
)


def read_items(make: Callable[[list[Value]], Value]) -> Reader:
    """A reader for a container that `make` makes of a list of what it holds."""
    return lambda codec, node, depth: make([codec.decode(item, depth) for item in node["v"]])


def _read_named(codec: Codec, node: Table, depth: int) -> tuple[Value, ...]:
    """A namedtuple of a class of its own, which equals a tuple of the same items."""
    if len(node["fields"]) > MOST_FIELDS:
        raise Malformed(f"a named tuple of more than {MOST_FIELDS} fields")
    kind = namedtuple(str(node["name"]), [str(field) for field in node["fields"]])  # type: ignore[misc]
    kind.__module__ = NAMED  # for isinstance() with the student's class
    return kind(*(codec.decode(item, depth) for item in node["v"]))


def _read_text(kind: Callable[[str], Value]) -> Reader:
    def read(codec: Codec, node: Table, depth: int) -> Value:
        text = str(node["v"])
        if len(text) > 2 * MOST_DIGITS or (kind is Fraction and not re.fullmatch(r"-?\d+(/\d+)?", text)):
            raise Malformed("a number that is too long, or not written as one")
        value = kind(text)
        if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > MOST_EXPONENT:
            raise Malformed("a number that is too large, or too small")
        return value

    return read


def _read_int(codec: Codec, node: Table, depth: int) -> int:
    if len(node["v"]) > MOST_BITS // 4:
        raise Malformed(f"a whole number of more than {MOST_BITS} bits")
    return int(node["v"], 16)


def _read_numbers(kind: type[range] | type[timedelta]) -> Reader:
    def read(codec: Codec, node: Table, depth: int) -> Value:
        if not all(type(number) is int for number in node["v"]) or len(node["v"]) != 3:
            raise Malformed("three whole numbers were expected")
        return kind(*node["v"])

    return read


def read_shape(node: Table) -> list[int]:
    """The sizes of a node's array or tensor. Raises ValueError where nothing can have them."""
    shape = node["s"]
    if len(shape) > 32 or not all(type(size) is int and 0 <= size < 2**40 for size in shape):
        raise ValueError("an impossible shape")
    return list(shape)


def _read_pairs(codec: Codec, node: Table, depth: int) -> dict[Value, Value]:
    return {codec.decode(k, depth): codec.decode(v, depth) for k, v in node["v"]}


def _read_default(codec: Codec, node: Table, depth: int) -> defaultdict[Value, Value]:
    return defaultdict(FACTORIES[node["f"]], _read_pairs(codec, node, depth))


def _read_deque(codec: Codec, node: Table, depth: int) -> deque[Value]:
    most = node["m"]
    if not (most is None or (type(most) is int and 0 <= most < 2**40)):
        raise ValueError("an impossible length")
    return deque((codec.decode(item, depth) for item in node["v"]), most)


def _read_path(codec: Codec, node: Table, depth: int) -> Path:
    if type(node["v"]) is not str or len(node["v"]) > LONGEST:
        raise ValueError("not a path")
    return Path(node["v"])


def _read_random(codec: Codec, node: Table, depth: int) -> random.Random:
    made = random.Random(0)
    made.setstate(codec.decode(node["v"], depth))
    return made


READERS: dict[str, Reader] = {
    "int": _read_int,
    "float": lambda codec, node, depth: float.fromhex(node["v"]),
    "complex": lambda codec, node, depth: complex(*(float.fromhex(part) for part in node["v"])),
    "list": read_items(list),
    "tuple": read_items(tuple),
    "named": _read_named,
    "set": read_items(set),
    "frozenset": read_items(frozenset),
    "dict": _read_pairs,
    "counter": lambda codec, node, depth: Counter(_read_pairs(codec, node, depth)),
    "ordered": lambda codec, node, depth: OrderedDict(_read_pairs(codec, node, depth)),
    "defaultdict": _read_default,
    "deque": _read_deque,
    "keys": lambda codec, node, depth: _read_pairs(codec, node, depth).keys(),
    "values": lambda codec, node, depth: _read_pairs(codec, node, depth).values(),
    "items": lambda codec, node, depth: _read_pairs(codec, node, depth).items(),
    "bytes": lambda codec, node, depth: bytes(codec.buffer(node)),
    "bytearray": lambda codec, node, depth: codec.buffer(node),
    "path": _read_path,
    "random": _read_random,
    "type": lambda codec, node, depth: TYPES[node["v"]],
    "constant": lambda codec, node, depth: CONSTANTS[node["v"]],
    "range": _read_numbers(range),
    "timedelta": _read_numbers(timedelta),
    "slice": lambda codec, node, depth: slice(*(codec.decode(part, depth) for part in node["v"])),
    **{name: _read_text(read) for name, (_, _, read) in TEXTUAL.items()},
}
