"""NumPy's arrays with fields or a mask, and its dtypes, as they cross between the two kernels; for `values`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy

if TYPE_CHECKING:
    from autograder.rpc.wire.codec import Codec

SIMPLE = "biufcUSMm"  # kinds whose bytes are all that they are: no objects, no pointers
MOST_FIELDS = 1_000


def is_simple(dtype: numpy.dtype) -> bool:
    """Whether the elements of a dtype are numbers, times or texts, each one by itself."""
    return dtype.kind in SIMPLE and not dtype.fields and dtype.subdtype is None


def has_simple_fields(dtype: numpy.dtype) -> bool:
    """Whether an array of a dtype is a table with columns that can cross."""
    kinds = [dtype[name] for name in dtype.names or ()]
    return bool(kinds) and all(kind.kind in SIMPLE and kind.subdtype is None for kind in kinds)


def write_rows(codec: Codec, value: Any) -> Any:
    """The node of an array with simple fields, or of one of its rows."""
    packed = numpy.dtype(_fields(value.dtype))
    content = numpy.asarray(value).astype(packed).tobytes()
    return {"t": "rows", "f": _fields(packed), "s": list(value.shape), "b": codec.keep(content),
            "row": isinstance(value, numpy.generic)}  # fmt: skip


def write_masked(codec: Codec, value: Any, depth: int) -> Any:
    """The node of an array some of whose elements do not count."""
    if not is_simple(value.dtype):
        return codec.refer(value)
    parts = numpy.array(value.data), numpy.array(numpy.ma.getmaskarray(value))
    return {"t": "masked", "v": [codec.encode(part, depth + 1) for part in parts]}


def write_dtype(codec: Codec, value: Any, depth: int) -> Any:
    """The node of what NumPy says of elements."""
    if has_simple_fields(value):
        return {"t": "numpy", "v": _fields(value)}
    return {"t": "numpy", "v": value.str} if is_simple(value) else codec.refer(value)


def _fields(dtype: numpy.dtype) -> list[Any]:
    return [(name, dtype[name].str) for name in dtype.names or ()]


def read_dtype(codec: Codec, node: dict[str, Any], depth: int) -> numpy.dtype:
    """The dtype of a node. Raises ValueError where it is none of those that may cross."""
    written = node["v"]
    if isinstance(written, list):
        if len(written) > MOST_FIELDS:
            raise ValueError("too many fields")
        found = numpy.dtype([(str(name), str(kind)) for name, kind in written])
        known = has_simple_fields(found)
    else:
        found = numpy.dtype(str(written))
        known = is_simple(found)
    if not known:
        raise ValueError("a dtype of odd things")
    return found


def read_shape(node: dict[str, Any]) -> list[int]:
    """The sizes of a node's array or tensor. Raises ValueError where nothing can have them."""
    shape = node["s"]
    if len(shape) > 32 or not all(type(size) is int and 0 <= size < 2**40 for size in shape):
        raise ValueError("an impossible shape")
    return list(shape)


def read_rows(codec: Codec, node: dict[str, Any], depth: int) -> Any:
    """The array of a node. Raises ValueError where the bytes do not fit."""
    dtype = read_dtype(codec, {"v": node["f"]}, depth)
    array = numpy.frombuffer(codec.buffer(node), dtype=dtype).reshape(read_shape(node))
    return array[()] if node["row"] is True else array


def read_masked(codec: Codec, node: dict[str, Any], depth: int) -> Any:
    """The masked array of a node. Raises ValueError where its parts do not fit."""
    data, mask = (codec.decode(part, depth) for part in node["v"])
    if type(data) is not numpy.ndarray or type(mask) is not numpy.ndarray or mask.dtype != bool:
        raise ValueError("no array, or no mask")
    if data.shape != mask.shape:
        raise ValueError("a mask of another shape")
    return numpy.ma.masked_array(data, mask)
