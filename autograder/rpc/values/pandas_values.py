"""Tables and series of pandas, indexes, moments and spans of time, and what is missing: by their own buffers.

The adapter "pandas" of the entry-point group autograder.wire; it waits until a cell imports pandas.
"""

import re
from typing import Any

import numpy
import pandas
from pandas.api.extensions import ExtensionArray

from autograder.rpc.adapters import Adapter
from autograder.rpc.mirror.snapshots import MutableKind
from autograder.rpc.values.numpy_values import is_simple
from autograder.rpc.wire.codec import Codec, Malformed, Node, Table, Untransferable, Value

MASKED = {
    "i": pandas.arrays.IntegerArray,
    "u": pandas.arrays.IntegerArray,
    "f": pandas.arrays.FloatingArray,
    "b": pandas.arrays.BooleanArray,
}
TZ = re.compile(r"(?!dateutil)[A-Za-z0-9_+\-]{1,40}(/[A-Za-z0-9_+\-]{1,40}){0,3}|UTC[+-]\d\d:\d\d")
FREQ = re.compile(r"-?[A-Za-z0-9\-]{1,20}")
CLOSED = ("left", "right", "both", "neither")
ENDS = (int, float, numpy.number, pandas.Timestamp, pandas.Timedelta)
MOST_ROWS = 10**8  # of an index that is a range, which takes no memory by itself


def _write_values(codec: Codec, values: Value, depth: int) -> Node:
    """The node of a column: an array of NumPy's or pandas'. Raises Untransferable."""
    if isinstance(values, numpy.ndarray):
        if is_simple(values.dtype):
            return {"t": "pandas.plain", "v": codec.encode(values, depth + 1)}
        if values.dtype == object and values.ndim == 1:
            return {"t": "pandas.objects", "v": [codec.encode(each, depth + 1) for each in values]}
    if isinstance(values.dtype, pandas.StringDtype):
        return _write_texts(codec, values, depth)
    if isinstance(values, pandas.arrays.NumpyExtensionArray):
        return _write_values(codec, values.to_numpy(), depth)
    if isinstance(values, tuple(MASKED.values())):
        return {
            "t": "pandas.masked",
            "v": [codec.encode(each, depth + 1) for each in _data_and_mask(values)],
        }
    if isinstance(values, pandas.Categorical):
        parts = (numpy.asarray(values.codes), values.categories)
        return {"t": "pandas.categories", "v": [codec.encode(each, depth + 1) for each in parts],
                "ordered": bool(values.ordered)}  # fmt: skip
    if isinstance(values, pandas.arrays.DatetimeArray | pandas.arrays.TimedeltaArray):
        zone = getattr(values, "tz", None)
        return {"t": "pandas.times", "v": codec.encode(_times(values), depth + 1), "tz": _zone(zone)}
    if isinstance(values, pandas.arrays.PeriodArray):
        return {"t": "pandas.periods", "v": codec.encode(values.asi8, depth + 1), "freq": values.freqstr}
    if isinstance(values, pandas.arrays.IntervalArray):
        ends = [pandas.Index(values.left), pandas.Index(values.right)]
        return {
            "t": "pandas.intervals",
            "v": [codec.encode(each, depth + 1) for each in ends],
            "closed": values.closed,
        }
    raise Untransferable(f"a column of the type {values.dtype} cannot be sent")


def _data_and_mask(values: Any) -> tuple[Any, Any]:
    return values._data, values._mask


def _write_texts(codec: Codec, values: Value, depth: int) -> Node:
    missing = numpy.asarray(values.isna())
    pieces = [
        b"" if gone else str(text).encode("utf-8", "replace")
        for text, gone in zip(values, missing, strict=True)
    ]
    lengths = numpy.array(
        [-1 if gone else len(piece) for piece, gone in zip(pieces, missing, strict=True)], "<i8"
    )
    return {"t": "pandas.texts", "v": codec.encode(lengths, depth + 1), "b": codec.keep(b"".join(pieces)),
            "storage": values.dtype.storage, "nan": values.dtype.na_value is not pandas.NA}  # fmt: skip


def _times(values: Value) -> Value:
    """Moments in UTC, or spans, as NumPy's numbers with their unit."""
    kind = "m8" if isinstance(values, pandas.arrays.TimedeltaArray) else "M8"
    return values.asi8.view(f"{kind}[{values.unit}]")


def _zone(zone: Value) -> str:
    if zone is None:
        return ""
    if not TZ.fullmatch(name := str(zone)):
        raise Untransferable(f"the time zone {name[:60]!r} cannot be sent")
    return name


def _write_index(codec: Codec, value: Value, depth: int) -> Node:
    names = codec.encode(list(value.names), depth + 1)
    if isinstance(value, pandas.RangeIndex):
        return {"t": "pandas.range", "v": [value.start, value.stop, value.step], "names": names}
    if isinstance(value, pandas.MultiIndex):
        levels = [_write_index(codec, each, depth + 1) for each in value.levels]
        codes = [codec.encode(numpy.asarray(each), depth + 1) for each in value.codes]
        return {"t": "pandas.levels", "levels": levels, "codes": codes, "names": names}
    freq = (
        getattr(value, "freqstr", None)
        if isinstance(value, pandas.DatetimeIndex | pandas.TimedeltaIndex)
        else None
    )
    return {
        "t": "pandas.index",
        "v": _write_values(codec, value.array, depth),
        "names": names,
        "freq": freq or "",
    }


def _write_series(codec: Codec, value: Value, depth: int) -> Node:
    return {
        "t": "pandas.series",
        "v": _write_values(codec, value.array, depth),
        "index": _write_index(codec, value.index, depth),
        "name": codec.encode(value.name, depth + 1),
        "attrs": codec.encode(dict(value.attrs), depth + 1),
    }


def _write_frame(codec: Codec, value: Value, depth: int) -> Node:
    columns = [_write_values(codec, value.iloc[:, place].array, depth) for place in range(value.shape[1])]
    return {
        "t": "pandas.frame",
        "v": columns,
        "index": _write_index(codec, value.index, depth),
        "columns": _write_index(codec, value.columns, depth),
        "attrs": codec.encode(dict(value.attrs), depth + 1),
    }


def _whole(write: Any) -> Any:
    """A writer by which a value crosses whole, or stays where it is."""

    def written(codec: Codec, value: Value, depth: int) -> Node:
        kept = len(codec.buffers)
        try:
            return write(codec, value, depth)
        except Untransferable:
            del codec.buffers[kept:]
            return codec.refer(value)

    return written


def _write_scalar(codec: Codec, value: Value, depth: int) -> Node:
    """A Timestamp, a Timedelta or a Period, as an array of one."""
    column = pandas.Series([value])
    return {"t": "pandas.one", "v": _write_values(codec, column.array, depth)}


def _write_interval(codec: Codec, value: Value, depth: int) -> Node:
    ends = [codec.encode(each, depth + 1) for each in (value.left, value.right)]
    return {"t": "pandas.interval", "v": ends, "closed": value.closed}


def _write_dtype(codec: Codec, value: Value, depth: int) -> Node:
    return {"t": "pandas.dtype", "v": _write_values(codec, pandas.array([], dtype=value), depth)}


def _read_values(codec: Codec, node: Table, depth: int) -> Value:
    if type(node) is not dict or node.get("t") not in COLUMNS:
        raise Malformed("not a column")
    return COLUMNS[node["t"]](codec, node, depth + 1)


def _array(codec: Codec, node: Node, depth: int, kinds: str) -> Value:
    """An array of one dimension whose elements are of one of these kinds."""
    found = codec.decode(node, depth)
    if type(found) is not numpy.ndarray or found.ndim != 1 or found.dtype.kind not in kinds:
        raise Malformed("not an array of that kind")
    return found


def _read_plain(codec: Codec, node: Table, depth: int) -> Value:
    return _array(codec, node["v"], depth, "biufcmM")


def _read_objects(codec: Codec, node: Table, depth: int) -> Value:
    items = [codec.decode(each, depth) for each in node["v"]]
    made = numpy.empty(len(items), object)
    for place, item in enumerate(items):  # an assignment at once would look into lists
        made[place] = item
    return made


def _read_masked(codec: Codec, node: Table, depth: int) -> Value:
    data, mask = (_array(codec, each, depth, "iufb") for each in node["v"])
    return MASKED[data.dtype.kind](data, mask)  # which compares both


def _read_categories(codec: Codec, node: Table, depth: int) -> Value:
    codes, categories = node["v"]
    known = codec.decode(categories, depth)
    if not isinstance(known, pandas.Index):
        raise Malformed("not categories")
    return pandas.Categorical.from_codes(
        _array(codec, codes, depth, "i"), known, ordered=node["ordered"] is True
    )


def _read_times(codec: Codec, node: Table, depth: int) -> Value:
    zone = str(node["tz"])
    found = pandas.Index(_array(codec, node["v"], depth, "mM"))
    if not zone:
        return found.array
    if not TZ.fullmatch(zone):
        raise Malformed("not a time zone")
    return found.tz_localize("UTC").tz_convert(zone).array


def _read_periods(codec: Codec, node: Table, depth: int) -> Value:
    return pandas.PeriodIndex.from_ordinals(
        _array(codec, node["v"], depth, "i"), freq=_freq(node["freq"])
    ).array


def _read_intervals(codec: Codec, node: Table, depth: int) -> Value:
    left, right = (codec.decode(each, depth) for each in node["v"])
    if not (isinstance(left, pandas.Index) and isinstance(right, pandas.Index) and node["closed"] in CLOSED):
        raise Malformed("not intervals")
    return pandas.arrays.IntervalArray.from_arrays(left, right, closed=node["closed"])


def _read_texts(codec: Codec, node: Table, depth: int) -> Value:
    lengths, data = _array(codec, node["v"], depth, "i"), bytes(codec.buffer(node))
    if int(numpy.maximum(lengths, 0).sum()) != len(data) or (len(lengths) and int(lengths.max()) > len(data)):
        raise Malformed("texts of other lengths")
    texts: list[Value] = []
    place = 0
    for length in lengths.tolist():
        texts.append(data[place : place + length].decode() if length >= 0 else None)
        place += max(length, 0)
    storage = "pyarrow" if node["storage"] == "pyarrow" else "python"
    missing = numpy.nan if node["nan"] is True else pandas.NA
    return pandas.array(texts, dtype=pandas.StringDtype(storage, na_value=missing))


def _freq(text: Value) -> str:
    if type(text) is not str or not FREQ.fullmatch(text):
        raise Malformed("not a frequency")
    return text


def _read_index(codec: Codec, node: Table, depth: int) -> Value:
    kind = node["t"] if type(node) is dict else ""
    names = codec.decode(node["names"], depth)
    if kind == "pandas.range":
        start, stop, step = node["v"]
        if (
            not all(type(each) is int for each in (start, stop, step))
            or len(range(start, stop, step)) > MOST_ROWS
        ):
            raise Malformed("not a range")
        found: Value = pandas.RangeIndex(start, stop, step)
    elif kind == "pandas.levels":
        levels = [_read_index(codec, each, depth + 1) for each in node["levels"]]
        codes = [_array(codec, each, depth, "i") for each in node["codes"]]
        found = pandas.MultiIndex(levels=levels, codes=codes, verify_integrity=True)
    elif kind == "pandas.index":
        values = _read_values(codec, node["v"], depth)
        found = pandas.Index(values, dtype=values.dtype, copy=False)
        if node["freq"]:
            found.freq = _freq(node["freq"])  # which is compared with the values
    else:
        raise Malformed("not an index")
    found.names = names
    return found


def _read_series(codec: Codec, node: Table, depth: int) -> Value:
    values, index = _read_values(codec, node["v"], depth), _read_index(codec, node["index"], depth)
    if len(values) != len(index):
        raise Malformed("a series of another length than its index")
    made = pandas.Series(
        values, index=index, name=codec.decode(node["name"], depth), dtype=values.dtype, copy=True
    )
    made.attrs = codec.decode(node["attrs"], depth)
    return made


def _read_frame(codec: Codec, node: Table, depth: int) -> Value:
    columns, index = _read_index(codec, node["columns"], depth), _read_index(codec, node["index"], depth)
    values = [_read_values(codec, each, depth) for each in node["v"]]
    if len(values) != len(columns) or any(len(each) != len(index) for each in values):
        raise Malformed("columns of another length than the index")
    made = pandas.DataFrame(
        {place: pandas.Series(each, index=index, dtype=each.dtype) for place, each in enumerate(values)},
        index=index,
    )
    made.columns = columns
    made.attrs = codec.decode(node["attrs"], depth)
    return made


def _read_one(codec: Codec, node: Table, depth: int) -> Value:
    values = _read_values(codec, node["v"], depth)
    if len(values) != 1:
        raise Malformed("not one value")
    return pandas.Series(values, dtype=values.dtype).iloc[0]


def _read_interval(codec: Codec, node: Table, depth: int) -> Value:
    left, right = (codec.decode(each, depth) for each in node["v"])
    if not isinstance(left, ENDS) or not isinstance(right, ENDS) or node["closed"] not in CLOSED:
        raise Malformed("not an interval")
    return pandas.Interval(left, right, closed=node["closed"])


COLUMNS = {
    "pandas.plain": _read_plain,
    "pandas.objects": _read_objects,
    "pandas.masked": _read_masked,
    "pandas.categories": _read_categories,
    "pandas.times": _read_times,
    "pandas.periods": _read_periods,
    "pandas.intervals": _read_intervals,
    "pandas.texts": _read_texts,
}
MISSING = {"NaT": pandas.NaT, "NA": pandas.NA}


class _Tables(MutableKind):
    types = (pandas.DataFrame, pandas.Series)

    def snapshot(self, value: Value) -> Value:
        return value.copy()

    def same(self, one: Value, other: Value) -> bool:
        axes = zip(one.axes, other.axes, strict=True)
        return bool(one.equals(other)) and all(a.names == b.names and a.dtype == b.dtype for a, b in axes)

    def update(self, value: Value, contents: Value) -> None:
        value._update_inplace(contents)
        if isinstance(value, pandas.Series):
            value.name = contents.name


class PandasAdapter(Adapter):
    """How pandas' values cross between the kernels."""

    writers = (
        (pandas.DataFrame, _whole(_write_frame)),
        (pandas.Series, _whole(_write_series)),
        (pandas.Index, _whole(_write_index)),
        (ExtensionArray, _whole(lambda codec, value, depth: {
            "t": "pandas.array", "v": _write_values(codec, value, depth)})),
        (type(pandas.NaT), lambda codec, value, depth: {"t": "pandas.missing", "v": "NaT"}),
        (type(pandas.NA), lambda codec, value, depth: {"t": "pandas.missing", "v": "NA"}),
        *((kind, _whole(_write_scalar)) for kind in (
            pandas.Timestamp, pandas.Timedelta, pandas.Period)),
        (pandas.Interval, _write_interval),
        (pandas.api.extensions.ExtensionDtype, _whole(_write_dtype)),
    )  # fmt: skip
    readers = {  # noqa: RUF012  # nobody changes it
        "pandas.frame": _read_frame,
        "pandas.series": _read_series,
        **dict.fromkeys(("pandas.range", "pandas.levels", "pandas.index"), _read_index),
        "pandas.array": lambda codec, node, depth: _read_values(codec, node["v"], depth),
        "pandas.one": _read_one,
        "pandas.interval": _read_interval,
        "pandas.missing": lambda codec, node, depth: MISSING[node["v"]],
        "pandas.dtype": lambda codec, node, depth: _read_values(codec, node["v"], depth).dtype,
    }
    kinds = (_Tables(),)
    libraries = ("pandas",)
