"""SciPy's sparse arrays, and the results of its functions: tables and tuples with names, whatever else they carry.

The adapter "scipy" of the entry-point group autograder.wire; it waits until a cell imports SciPy. Splines, distributions
and other objects that compute stay in the student's kernel.
"""

import importlib
import sys
from typing import Any

import numpy
import scipy.sparse
from scipy.optimize import OptimizeResult

from autograder.rpc.adapters import Adapter
from autograder.rpc.mirror.snapshots import MutableKind, take_attributes
from autograder.rpc.wire.codec import Codec, Malformed, Node, Table, Value
from autograder.rpc.wire.descriptions import name_of_class
from autograder.rpc.wire.python_values import write_tuple

RESULT = OptimizeResult.__base__  # of all results that are tables
PARTS = ("integrate", "interpolate", "linalg", "optimize", "signal", "sparse", "spatial", "special", "stats")
FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
SPARSE = {
    f"{form}_{kind}": getattr(scipy.sparse, f"{form}_{kind}")
    for form in FORMATS
    for kind in ("array", "matrix")
}
# What newer results keep of the library that their numbers are of, when it is NumPy.
NUMPY = "scipy._lib.array_api_compat.numpy"
COMPRESSED = ("bsr", "csc", "csr")
MOST_FIELDS = 1_000
MOST_ROWS = 1_000_000  # of an array that keeps two lists for each, whatever it holds


def _write_sparse(codec: Codec, value: Value, depth: int) -> Node:
    name = type(value).__name__
    if SPARSE.get(name) is not type(value):
        return codec.refer(value)
    if value.format in COMPRESSED:
        parts = [value.data, value.indices, value.indptr]
    elif value.format == "dia":
        parts = [value.data, value.offsets]
    else:  # what has no arrays of its own is kept as the places of its numbers
        places = value.tocoo()
        parts = [places.data, *places.coords]
    return {"t": "scipy.sparse", "kind": name, "s": list(map(int, value.shape)),
            "v": [codec.encode(numpy.asarray(part), depth + 1) for part in parts]}  # fmt: skip


def _read_sparse(codec: Codec, node: Table, depth: int) -> Value:
    kind, shape = SPARSE[node["kind"]], tuple(node["s"])
    if not (1 <= len(shape) <= 8 and all(type(size) is int and 0 <= size < 2**40 for size in shape)):
        raise Malformed("an impossible shape")
    if node["kind"].startswith("lil") and shape[0] > MOST_ROWS:
        raise Malformed("more rows than can be listed")
    data, *places = (codec.decode(each, depth) for each in node["v"])
    if any(type(each) is not numpy.ndarray for each in (data, *places)):
        raise Malformed("not a sparse array")
    if any(each.dtype.kind not in "iu" for each in places) or data.dtype.kind not in "biufc":
        raise Malformed("not a sparse array")
    form = node["kind"].partition("_")[0]
    if form in COMPRESSED:
        made = kind((data, *places), shape=shape)
        made.check_format(full_check=True)  # the library's own code in C trusts these places
        return made
    if form == "dia":
        (offsets,) = places
        return kind((data, offsets), shape=shape)
    made = scipy.sparse.coo_array((data, tuple(places)), shape=shape)  # which compares them with the shape
    return kind(made)


def _is_result(kind: type) -> bool:
    return issubclass(kind, RESULT) or (
        issubclass(kind, tuple) and isinstance(getattr(kind, "_fields", None), tuple)
    )


def _known(kind: type) -> bool:
    """Whether the other side finds a class by its name."""
    return kind.__module__.startswith("scipy.") and _is_result(kind) and _class(name_of_class(kind)) is kind


def _class(name: str) -> type:
    """The class of results of this name. Raises Malformed where SciPy has none."""
    module, _, path = name.partition(":")
    part = module.split(".")[1:2]
    if module.startswith("scipy.") and part and part[0] in PARTS:
        importlib.import_module(f"scipy.{part[0]}")
        kind = vars(sys.modules[module]).get(path) if module in sys.modules else None
        # Its own name, for modules have classes of other libraries, too.
        if isinstance(kind, type) and _is_result(kind) and name_of_class(kind) == name:
            return kind
    raise Malformed("not a result of SciPy's")


def _write_table(codec: Codec, value: Value, depth: int) -> Node:
    if not _known(type(value)):
        return codec.refer(value)
    return _node(codec, value, [], dict(dict.items(value)), depth)


def _write_tuple(codec: Codec, value: Value, depth: int) -> Node:
    """As Python's tuples and named ones, but for those of SciPy, which have a class and often more than their items."""
    try:
        if not type(value).__module__.startswith("scipy.") or not _known(type(value)):
            return write_tuple(codec, value, depth)
    except (Malformed, ImportError):
        return write_tuple(codec, value, depth)
    return _node(codec, value, list(tuple.__iter__(value)), dict(getattr(value, "__dict__", {})), depth)


def _node(codec: Codec, value: Value, items: list[Value], named: dict[str, Value], depth: int) -> Node:
    numpys = [name for name, each in named.items() if each is sys.modules.get(NUMPY)]
    fields = [
        [str(name), codec.encode(each, depth + 1)] for name, each in named.items() if name not in numpys
    ]
    return {"t": "scipy.result", "kind": name_of_class(type(value)), "named": fields, "numpy": numpys,
            "v": [codec.encode(each, depth + 1) for each in items]}  # fmt: skip


def _read_result(codec: Codec, node: Table, depth: int) -> Value:
    kind: Any = _class(str(node["kind"]))
    named = {str(name): codec.decode(each, depth) for name, each in node["named"]}
    named |= {str(name): sys.modules[NUMPY] for name in node["numpy"]}
    items = [codec.decode(each, depth) for each in node["v"]]
    if len(named) > MOST_FIELDS or any(not name.isidentifier() or name.startswith("__") for name in named):
        raise Malformed("not the fields of a result")
    if issubclass(kind, tuple):
        if len(items) != len(kind._fields):
            raise Malformed("a result of another length")
        if not all(isinstance(getattr(kind, name, None), (property, type(None))) for name in named):
            raise Malformed("not a field of a result")  # it would hide a method
        made = tuple.__new__(kind, items)
        vars(made).update(named) if named else None
        return made
    if items:
        raise Malformed("a table has no items")
    made = dict.__new__(kind)
    dict.update(made, named)
    return made


class _Sparse(MutableKind):
    """Sparse arrays that a test passes; a function may change their numbers or, of some kinds, their places."""

    types = tuple(SPARSE.values())

    def snapshot(self, value: Value) -> Value:
        return value.copy()

    def same(self, one: Value, other: Value) -> bool:
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        first, second = one.tocoo(), other.tocoo()
        parts = zip((first.data, *first.coords), (second.data, *second.coords), strict=True)
        return all(numpy.array_equal(a, b, equal_nan=a.dtype.kind in "fc") for a, b in parts)

    def update(self, value: Value, contents: Value) -> None:
        take_attributes(value, contents)


class ScipyAdapter(Adapter):
    """How SciPy's sparse arrays and results cross between the kernels."""

    writers = ((scipy.sparse.sparray, _write_sparse), (scipy.sparse.spmatrix, _write_sparse), (RESULT, _write_table),
               (tuple, _write_tuple))  # fmt: skip
    readers = {"scipy.sparse": _read_sparse, "scipy.result": _read_result}  # noqa: RUF012  # nobody changes it
    kinds = (_Sparse(),)
    libraries = ("scipy",)
