"""The values that cross between the two kernels by value, and how each is written and read; for `codec`."""

from __future__ import annotations

import builtins
import math
import re
from collections import namedtuple
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy
import torch

from autograder.rpc.wire import rows, standard

if TYPE_CHECKING:
    from autograder.rpc.wire.codec import Codec

Node = Any  # None, bool, int, str, or a dict with the key "t"
DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in vars(torch).values()
    if isinstance(dtype, torch.dtype) and not str(dtype).startswith(("torch.q", "torch.bits"))
}
_PLAIN: tuple[type, ...] = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, object)
_EXCEPTIONS = {
    kind for kind in vars(builtins).values() if isinstance(kind, type) and issubclass(kind, BaseException)
}
TYPES: dict[str, type] = {kind.__name__: kind for kind in (*_PLAIN, *_EXCEPTIONS)}
TEXTUAL: dict[str, tuple[type, Callable[[Any], str], Callable[[str], Any]]] = {
    "decimal": (Decimal, str, Decimal),
    "fraction": (Fraction, str, Fraction),
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "time": (time, time.isoformat, time.fromisoformat),
}


# A number may be short to write and endless to reckon with: what waits for it in C no interrupt reaches.
MOST_BITS = 2**22
MOST_DIGITS = 5_000
MOST_EXPONENT = 10_000
NAMED = "student"  # the module that classes of named tuples seem to come from


class Untransferable(TypeError):
    """A value that can be sent neither by value nor by reference."""


class Malformed(ValueError):
    """What came does not describe a value."""


def _write_int(codec: Codec, value: Any, depth: int) -> Node:
    plain = int.__add__(value, 0)
    return plain if abs(plain) < 2**62 else {"t": "int", "v": hex(plain)}


def _write_float(codec: Codec, value: Any, depth: int) -> Node:
    return {"t": "float", "v": float.hex(value)}


def _write_items(name: str, kind: Any) -> Callable[[Codec, Any, int], Node]:
    def write(codec: Codec, value: Any, depth: int) -> Node:
        # The class's own iteration, for a subclass may lie about what it holds.
        return {"t": name, "v": [codec.encode(item, depth + 1) for item in kind.__iter__(value)]}

    return write


def _write_dict(codec: Codec, value: Any, depth: int) -> Node:
    pairs = list(dict.items(value))
    return {"t": "dict", "v": [[codec.encode(k, depth + 1), codec.encode(v, depth + 1)] for k, v in pairs]}


def _write_tuple(codec: Codec, value: Any, depth: int) -> Node:
    items = [codec.encode(item, depth + 1) for item in tuple.__iter__(value)]
    fields = getattr(type(value), "_fields", None)
    if isinstance(fields, tuple) and len(fields) == len(items):
        return {"t": "named", "name": type(value).__name__, "fields": list(map(str, fields)), "v": items}
    return {"t": "size" if type(value) is torch.Size else "tuple", "v": items}


def can_cross(tensor: torch.Tensor) -> bool:
    """Whether a tensor is numbers in rows, of a dtype that both sides know."""
    plain = tensor.layout is torch.strided and not tensor.is_meta and not tensor.is_nested
    return plain and _dtype_name(tensor) in DTYPES


def _dtype_name(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _write_tensor(codec: Codec, value: Any, depth: int) -> Node:
    if not can_cross(value):
        return codec.refer(value)
    plain = value.as_subclass(torch.Tensor).detach().cpu().contiguous()
    flat = plain.reshape(-1)
    if flat.stride() != (1,):  # of one element that was expanded: contiguous all the same
        flat = flat.clone(memory_format=torch.contiguous_format)
    raw = flat.view(torch.uint8).numpy() if plain.numel() else numpy.empty(0, numpy.uint8)
    return {"t": "tensor", "d": _dtype_name(value), "s": list(plain.shape), "b": codec.keep(raw.data),
            "r": bool(value.requires_grad)}  # fmt: skip


def _write_array(codec: Codec, value: Any, depth: int) -> Node:
    if rows.has_simple_fields(value.dtype):
        return rows.write_rows(codec, value)
    if not rows.is_simple(value.dtype):
        return codec.refer(value)
    plain = numpy.ascontiguousarray(value.view(numpy.ndarray))
    raw = plain.reshape(-1).view(numpy.uint8) if plain.size else numpy.empty(0, numpy.uint8)
    name = "scalar" if isinstance(value, numpy.generic) else "array"
    return {"t": name, "d": plain.dtype.str, "s": list(value.shape), "b": codec.keep(raw.data)}


def _write_scalar(codec: Codec, value: Any, depth: int) -> Node:
    if rows.has_simple_fields(value.dtype):
        return rows.write_rows(codec, value)
    node = _write_array(codec, numpy.asarray(value), depth)
    return {**node, "t": "scalar", "s": []} if node.get("t") == "array" else codec.refer(value)


def _write_text(name: str, write: Callable[[Any], str]) -> Callable[[Codec, Any, int], Node]:
    return lambda codec, value, depth: {"t": name, "v": write(value)}


# The first that fits: a numpy float is a float too, a datetime a date.
WRITERS: tuple[tuple[type, Callable[[Codec, Any, int], Node]], ...] = (
    *standard.WRITERS,
    (torch.Tensor, _write_tensor),
    (numpy.ma.MaskedArray, rows.write_masked),
    (numpy.dtype, rows.write_dtype),
    (numpy.generic, _write_scalar),
    (int, _write_int),
    (float, _write_float),
    (str, lambda codec, value, depth: str.__str__(value).encode("utf-8", "replace").decode()),
    (complex, lambda codec, value, depth: {"t": "complex", "v": [complex(value).real.hex(), complex(value).imag.hex()]}),
    (tuple, _write_tuple),
    (list, _write_items("list", list)),
    (dict, _write_dict),
    (set, _write_items("set", set)),
    (frozenset, _write_items("frozenset", frozenset)),
    (numpy.ndarray, _write_array),
    ((bytes), lambda codec, value, depth: {"t": "bytes", "b": codec.keep(bytes(value))}),
    (bytearray, lambda codec, value, depth: {"t": "bytearray", "b": codec.keep(bytes(value))}),
    (range, lambda codec, value, depth: {"t": "range", "v": [value.start, value.stop, value.step]}),
    (slice, lambda codec, value, depth: {
        "t": "slice", "v": [codec.encode(part, depth + 1) for part in (value.start, value.stop, value.step)]}),
    (timedelta, lambda codec, value, depth: {"t": "timedelta", "v": [value.days, value.seconds, value.microseconds]}),
    *((kind, _write_text(name, write)) for name, (kind, write, _) in TEXTUAL.items()),
)  # fmt: skip
EXACTLY = dict(WRITERS)  # nearly every value is of one of these very classes


def _read_items(kind: Callable[[Any], Any]) -> Callable[[Codec, dict[str, Any], int], Any]:
    return lambda codec, node, depth: kind([codec.decode(item, depth) for item in node["v"]])


def _read_named(codec: Codec, node: dict[str, Any], depth: int) -> Any:
    """A namedtuple of a class of its own, which equals a tuple of the same items."""
    if len(node["fields"]) > rows.MOST_FIELDS:
        raise Malformed(f"a named tuple of more than {rows.MOST_FIELDS} fields")
    kind = namedtuple(str(node["name"]), [str(field) for field in node["fields"]])  # type: ignore[misc]
    kind.__module__ = NAMED  # for isinstance() with the student's class
    return kind(*(codec.decode(item, depth) for item in node["v"]))


def _read_tensor(codec: Codec, node: dict[str, Any], depth: int) -> torch.Tensor:
    data, shape, dtype = codec.buffer(node), rows.read_shape(node), DTYPES[node["d"]]
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise Malformed("a tensor whose buffer does not fit its shape")
    tensor = torch.frombuffer(data, dtype=dtype).reshape(shape) if data else torch.empty(shape, dtype=dtype)
    wanted = node.get("r") is True and (dtype.is_floating_point or dtype.is_complex)
    return tensor.requires_grad_() if wanted else tensor


def _read_array(codec: Codec, node: dict[str, Any], depth: int) -> Any:
    dtype = numpy.dtype(str(node["d"]))
    if not rows.is_simple(dtype):
        raise Malformed("an array of odd things")
    array = numpy.frombuffer(codec.buffer(node), dtype=dtype).reshape(rows.read_shape(node))
    return array[()] if node["t"] == "scalar" else array


def _read_text(kind: Callable[[str], Any]) -> Callable[[Codec, dict[str, Any], int], Any]:
    def read(codec: Codec, node: dict[str, Any], depth: int) -> Any:
        text = str(node["v"])
        if len(text) > 2 * MOST_DIGITS or (kind is Fraction and not re.fullmatch(r"-?\d+(/\d+)?", text)):
            raise Malformed("a number that is too long, or written as none")
        value = kind(text)
        if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > MOST_EXPONENT:
            raise Malformed("a number that is too large, or too small")
        return value

    return read


def _read_int(codec: Codec, node: dict[str, Any], depth: int) -> int:
    if len(node["v"]) > MOST_BITS // 4:
        raise Malformed(f"a whole number of more than {MOST_BITS} bits")
    return int(node["v"], 16)


def _read_numbers(kind: Callable[..., Any]) -> Callable[[Codec, dict[str, Any], int], Any]:
    def read(codec: Codec, node: dict[str, Any], depth: int) -> Any:
        if not all(type(number) is int for number in node["v"]) or len(node["v"]) != 3:
            raise Malformed("three whole numbers were expected")
        return kind(*node["v"])

    return read


_CONSTANTS = {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}
READERS: dict[str, Callable[[Codec, dict[str, Any], int], Any]] = {
    **standard.READERS,
    "int": _read_int,
    "float": lambda codec, node, depth: float.fromhex(node["v"]),
    "complex": lambda codec, node, depth: complex(*(float.fromhex(part) for part in node["v"])),
    "list": _read_items(list),
    "tuple": _read_items(tuple),
    "named": _read_named,
    "size": _read_items(torch.Size),
    "set": _read_items(set),
    "frozenset": _read_items(frozenset),
    "dict": lambda codec, node, depth: {codec.decode(k, depth): codec.decode(v, depth) for k, v in node["v"]},
    "bytes": lambda codec, node, depth: bytes(codec.buffer(node)),
    "bytearray": lambda codec, node, depth: codec.buffer(node),
    "tensor": _read_tensor,
    "array": _read_array,
    "scalar": _read_array,
    "rows": rows.read_rows,
    "masked": rows.read_masked,
    "numpy": rows.read_dtype,
    "dtype": lambda codec, node, depth: DTYPES[node["v"]],
    "device": lambda codec, node, depth: torch.device(node["v"]),
    "type": lambda codec, node, depth: TYPES[node["v"]],
    "constant": lambda codec, node, depth: _CONSTANTS[node["v"]],
    "range": _read_numbers(range),
    "timedelta": lambda codec, node, depth: _read_numbers(timedelta)(codec, node, depth),
    "slice": lambda codec, node, depth: slice(*(codec.decode(part, depth) for part in node["v"])),
    **{name: _read_text(read) for name, (_, _, read) in TEXTUAL.items()},
}
