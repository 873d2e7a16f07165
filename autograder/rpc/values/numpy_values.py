"""NumPy's arrays, with fields or a mask too, its numbers, dtypes and generators of random numbers.

The adapter "numpy" of the entry-point group autograder.wire; without NumPy nothing imports this module.
"""

import math
from typing import Any

import numpy
from numpy.typing import NDArray

from autograder.rpc.adapters import Adapter
from autograder.rpc.mirror.seeds import Seeder
from autograder.rpc.mirror.snapshots import MOST_ITEMS, MutableKind, snapshot
from autograder.rpc.wire.codec import Codec, Malformed, Node, Table, Value
from autograder.rpc.wire.python_values import MOST_FIELDS, read_shape

DType = numpy.dtype[Any]
Array = NDArray[Any]
Generator = numpy.random.Generator | numpy.random.RandomState
SIMPLE = "biufcUSMm"  # kinds whose bytes are all that they are: no objects, no pointers
# Those whose state holds no place in a buffer but the Mersenne Twister's, which is looked at.
BITS = {kind.__name__: kind for kind in (numpy.random.PCG64, numpy.random.PCG64DXSM, numpy.random.MT19937)}
TWISTER = 624  # numbers in its buffer


def is_simple(dtype: DType) -> bool:
    """Whether the elements of a dtype are numbers, times or texts, each one by itself."""
    return dtype.kind in SIMPLE and not dtype.fields and dtype.subdtype is None


def has_simple_fields(dtype: DType) -> bool:
    """Whether an array of a dtype is a table with columns that can cross."""
    kinds = [dtype[name] for name in dtype.names or ()]
    return bool(kinds) and all(kind.kind in SIMPLE and kind.subdtype is None for kind in kinds)


def _write_array(codec: Codec, value: Value, depth: int) -> Node:
    if has_simple_fields(value.dtype):
        return _write_rows(codec, value)
    if not is_simple(value.dtype):
        return codec.refer(value)
    plain = numpy.ascontiguousarray(value.view(numpy.ndarray))
    raw = plain.reshape(-1).view(numpy.uint8) if plain.size else numpy.empty(0, numpy.uint8)
    return {"t": "array", "d": plain.dtype.str, "s": list(value.shape), "b": codec.keep(raw.data)}


def _write_scalar(codec: Codec, value: Value, depth: int) -> Node:
    if has_simple_fields(value.dtype):
        return _write_rows(codec, value)
    node = _write_array(codec, numpy.asarray(value), depth)
    return {**node, "t": "scalar", "s": []} if node.get("t") == "array" else codec.refer(value)


def _write_rows(codec: Codec, value: Value) -> Node:
    """The node of an array with simple fields, or of one of its rows."""
    packed = numpy.dtype(_fields(value.dtype))
    content = numpy.asarray(value).astype(packed).tobytes()
    return {"t": "rows", "f": _fields(packed), "s": list(value.shape), "b": codec.keep(content),
            "row": isinstance(value, numpy.generic)}  # fmt: skip


def _write_masked(codec: Codec, value: Value, depth: int) -> Node:
    """The node of an array some of whose elements do not count."""
    if not is_simple(value.dtype):
        return codec.refer(value)
    parts = numpy.array(value.data), numpy.array(numpy.ma.getmaskarray(value))
    return {"t": "masked", "v": [codec.encode(part, depth + 1) for part in parts]}


def _write_dtype(codec: Codec, value: Value, depth: int) -> Node:
    """The node of what NumPy says of elements."""
    if has_simple_fields(value):
        return {"t": "numpy", "v": _fields(value)}
    return {"t": "numpy", "v": value.str} if is_simple(value) else codec.refer(value)


def _fields(dtype: DType) -> list[tuple[str, str]]:
    return [(name, dtype[name].str) for name in dtype.names or ()]


def _write_generator(codec: Codec, value: Value, depth: int) -> Node:
    state = generator_state(value)
    if state["bit_generator"] not in BITS:
        return codec.refer(value)
    return {"t": "generator", "k": type(value).__name__, "v": codec.encode(state, depth + 1)}


def generator_state(value: Generator) -> dict[str, Value]:
    """The state of one of NumPy's generators, old or new, as a table."""
    if isinstance(value, numpy.random.RandomState):
        return dict(value.get_state(legacy=False))
    return dict(value.bit_generator.state)


def set_generator_state(value: Generator, state: dict[str, Value]) -> None:
    """Gives a generator of NumPy's a state that came over. Raises ValueError where it is not one."""
    inner = state["state"]
    # An object of the student's could answer each time anew.
    if type(state) is not dict or type(inner) is not dict:
        raise ValueError("not the state of a generator")
    if "pos" in inner and not (type(inner["pos"]) is int and 0 <= inner["pos"] <= TWISTER):
        raise ValueError("a place outside of the generator's buffer")  # NumPy would read there
    if isinstance(value, numpy.random.RandomState):
        value.set_state(state)
    else:
        value.bit_generator.state = state


def _read_array(codec: Codec, node: Table, depth: int) -> Value:
    dtype = numpy.dtype(str(node["d"]))
    if not is_simple(dtype):
        raise Malformed("an array whose elements cannot cross")
    array: Array = numpy.frombuffer(codec.buffer(node), dtype=dtype).reshape(read_shape(node))
    return array[()] if node["t"] == "scalar" else array


def _read_rows(codec: Codec, node: Table, depth: int) -> Value:
    dtype = _read_dtype(codec, {"v": node["f"]}, depth)
    array: Array = numpy.frombuffer(codec.buffer(node), dtype=dtype).reshape(read_shape(node))
    return array[()] if node["row"] is True else array


def _read_masked(codec: Codec, node: Table, depth: int) -> Value:
    data, mask = (codec.decode(part, depth) for part in node["v"])
    if type(data) is not numpy.ndarray or type(mask) is not numpy.ndarray or mask.dtype != bool:
        raise ValueError("not an array with a mask")
    if data.shape != mask.shape:
        raise ValueError("a mask of another shape")
    return numpy.ma.masked_array(data, mask)


def _read_dtype(codec: Codec, node: Table, depth: int) -> DType:
    written = node["v"]
    if isinstance(written, list):
        if len(written) > MOST_FIELDS:
            raise ValueError("too many fields")
        found: DType = numpy.dtype([(str(name), str(kind)) for name, kind in written])
        known = has_simple_fields(found)
    else:
        found = numpy.dtype(str(written))
        known = is_simple(found)
    if not known:
        raise ValueError("a dtype whose elements cannot cross")
    return found


def _read_generator(codec: Codec, node: Table, depth: int) -> Generator:
    state = codec.decode(node["v"], depth)
    bits = BITS[state["bit_generator"]](0)
    old = node["k"] == "RandomState"
    made: Generator = numpy.random.RandomState(bits) if old else numpy.random.Generator(bits)
    set_generator_state(made, state)
    return made


class _Arrays(MutableKind):
    types = (numpy.ndarray,)

    def snapshot(self, value: Value) -> Value:
        return value.copy()

    def same(self, one: Value, other: Value) -> bool:
        return bool(one.shape == other.shape and one.tobytes() == other.tobytes())

    def update(self, value: Value, contents: Value) -> None:
        value[...] = contents

    def may_be_mirrored(self, value: Value) -> bool:
        return type(value) is numpy.ndarray and math.prod(value.shape) <= MOST_ITEMS


class _Generators(MutableKind):
    types = (numpy.random.Generator, numpy.random.RandomState)

    def snapshot(self, value: Value) -> Value:
        return snapshot(generator_state(value))

    def update(self, value: Value, contents: Value) -> None:
        set_generator_state(value, generator_state(contents))


def _state() -> Value:
    return numpy.random.get_state(legacy=False)


class NumpyAdapter(Adapter):
    """How NumPy's values cross between the kernels."""

    writers = (
        (numpy.ma.MaskedArray, _write_masked),
        (numpy.dtype, _write_dtype),
        (numpy.generic, _write_scalar),
        (numpy.ndarray, _write_array),
        (numpy.random.Generator, _write_generator),
        (numpy.random.RandomState, _write_generator),
    )
    readers = {  # noqa: RUF012  # nobody changes it
        "array": _read_array,
        "scalar": _read_array,
        "rows": _read_rows,
        "masked": _read_masked,
        "numpy": _read_dtype,
        "generator": _read_generator,
    }
    kinds = (_Arrays(), _Generators())
    seeder = Seeder(numpy.random, "seed", _state, numpy.random.set_state)
    libraries = ("numpy.polynomial",)
