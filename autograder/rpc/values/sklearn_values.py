"""Estimators of scikit-learn, fitted or not, that are data: parameters, and arrays that were learnt.

The adapter "sklearn" of the entry-point group autograder.wire; it waits until a cell imports scikit-learn. Only classes
of modules whose methods are NumPy's work are made here from what came over. Trees, support vectors and neighbours are
computed with in C, which trusts what it is given: estimators that hold them stay in the student's kernel. So does one
that holds a function.
"""

import importlib
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy
from sklearn.base import BaseEstimator
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model._stochastic_gradient import BaseSGD
from sklearn.preprocessing import OneHotEncoder

from autograder.rpc.adapters import Adapter
from autograder.rpc.mirror.snapshots import MutableKind, take_attributes
from autograder.rpc.values import scipy_values
from autograder.rpc.wire.codec import Codec, Malformed, Node, Table, Untransferable, Value
from autograder.rpc.wire.descriptions import name_of_class

PARTS = (
    "compose", "decomposition", "discriminant_analysis", "dummy", "feature_extraction", "feature_selection", "impute",
    "linear_model", "model_selection", "naive_bayes", "pipeline", "preprocessing",
)  # fmt: skip
WHOLE = (int, numpy.int32, numpy.int64)
TEXT, NUMBERS = str, (bool, int, float, complex)
GENERATORS = (numpy.random.RandomState, numpy.random.Generator)
SPARSE = tuple(scipy_values.SPARSE.values())
MOST_ITEMS = 1_000_000
SEVERAL: dict[str, Callable[[list[Value]], Value]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "slice": lambda parts: slice(*parts),
}


def _is_leaf(value: Value) -> bool:
    """Whether a value is nothing but data, and crosses as it is."""
    kind = type(value)
    if kind is numpy.ndarray:
        return value.dtype.kind in "biufcUSMm" and not value.dtype.fields
    return (
        value is None
        or kind in (TEXT, *NUMBERS)
        or isinstance(value, (numpy.generic, *GENERATORS))
        or kind in SPARSE
    )


def _packed(codec: Codec, value: Value, depth: int) -> Node:
    """What an estimator holds, as lists whose first item says what follows. Raises Untransferable."""
    kind = type(value)
    if depth > 60:
        raise Untransferable("an estimator that is nested too deep")
    if kind is numpy.ndarray and value.dtype == object:
        return ["objects", list(value.shape), [_packed(codec, each, depth + 1) for each in value.flat]]
    if _is_leaf(value):
        return ["value", codec.encode(value, depth + 1)]
    if kind in (list, tuple):
        return [kind.__name__, [_packed(codec, each, depth + 1) for each in value]]
    if kind is set:
        return ["set", [_packed(codec, each, depth + 1) for each in sorted(value, key=repr)]]
    if kind is slice:
        return ["slice", [_packed(codec, each, depth + 1) for each in (value.start, value.stop, value.step)]]
    if isinstance(value, dict):
        pairs = [
            [_packed(codec, key, depth + 1), _packed(codec, each, depth + 1)] for key, each in value.items()
        ]
        return ["dict", pairs]
    if isinstance(value, type) and issubclass(value, numpy.generic):
        return ["scalar", numpy.dtype(value).str]
    if isinstance(value, numpy.dtype) and value.kind in "biufcUSMm" and not value.fields:
        return ["dtype", value.str]
    if _estimator(name_of_class(kind)) is kind and _may_be_sent(kind, value.__dict__):
        return [
            "estimator",
            name_of_class(kind),
            [[name, _packed(codec, each, depth + 1)] for name, each in vars(value).items()],
        ]
    raise Untransferable(f"a {kind.__name__} of an estimator cannot be sent")


def _estimator(name: str) -> type | None:
    """The class of this name, of the modules whose classes are made here."""
    module, _, path = name.partition(":")
    first, *rest = module.split(".")
    if first != "sklearn" or not rest or rest[0] not in PARTS:
        return None
    importlib.import_module(f"sklearn.{rest[0]}")
    kind = vars(sys.modules[module]).get(path) if module in sys.modules else None
    # Its own name: modules have imported classes of those that are left out here, too.
    own = isinstance(kind, type) and issubclass(kind, BaseEstimator) and name_of_class(kind) == name
    return kind if own else None


def _is_sound(kind: Any, held: dict[str, Value]) -> bool:
    """Whether an estimator with these attributes computes within its arrays: SciPy's and scikit-learn's own code in C
    goes to the places that some attributes name, without a look at how large anything is."""
    for name in held:
        shadows = hasattr(kind, name) and name not in kind._get_param_names()
        if not name.isidentifier() or name.startswith("__") or callable(getattr(kind, name, None)) or shadows:
            return False  # it would hide a method, or the rules for parameters
    if held.get("memory") is not None:  # a folder, from which joblib unpickles
        return False
    fitted = any(name.endswith("_") for name in held)
    if fitted and (issubclass(kind, BaseSGD) or held.get("warm_start")):  # goes on from `coef_` in C
        return False
    if issubclass(kind, (FeatureHasher, HashingVectorizer)):
        features = held.get("n_features")
        return type(features) is int and 0 < features < 2**31
    columns = [held[name] for name in ("vocabulary_", "_cached_dict") if held.get(name) is not None]
    if not all(type(each) is dict and _counts(each.values()) for each in columns):
        return False
    return not issubclass(kind, OneHotEncoder) or not fitted or _is_sound_encoder(held)


def _counts(numbers: Iterable[Value]) -> bool:
    """Whether these are the numbers from 0 on, each once, in any order."""
    found = list(numbers)
    return all(type(each) in WHOLE for each in found) and sorted(found) == list(range(len(found)))


def _is_sound_encoder(held: dict[str, Value]) -> bool:
    categories, widths, drop = held["categories_"], held["_n_features_outs"], held["_drop_idx_after_grouping"]
    if held["_infrequent_enabled"] is not False or any(
        type(each) is not numpy.ndarray or each.ndim != 1 for each in categories
    ):
        return False
    dropped = [None] * len(categories) if drop is None else list(drop)
    if len(dropped) != len(categories):
        return False
    for found, place in zip(categories, dropped, strict=True):
        texts = found.dtype == object and all(type(each) is str for each in found)
        if not texts and not (found[:-1] < found[1:]).all():  # else a search gives a place behind the last
            return False
        if place is not None and not (type(place) in WHOLE and 0 <= place < len(found)):
            return False
    wanted = [len(found) - (place is not None) for found, place in zip(categories, dropped, strict=True)]
    return all(type(each) in WHOLE for each in widths) and list(widths) == wanted


def _may_be_sent(kind: type, held: dict[str, Value]) -> bool:
    try:
        return _is_sound(kind, held)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _write(codec: Codec, value: Value, depth: int) -> Node:
    kept = len(codec.buffers)
    try:
        return {"t": "sklearn.estimator", "v": _packed(codec, value, depth)}
    except Untransferable:
        del codec.buffers[kept:]
        return codec.refer(value)


def _read(codec: Codec, node: Table, depth: int) -> Value:
    made = _unpacked(codec, node["v"], depth)
    if not isinstance(made, BaseEstimator):
        raise Malformed("not an estimator")
    return made


def _unpacked(codec: Codec, node: Node, depth: int) -> Value:
    if type(node) is not list or depth > 100:
        raise Malformed("not a part of an estimator")
    kind, *rest = node
    if kind == "value":
        found = codec.decode(rest[0], depth + 1)
        if not _is_leaf(found):
            raise Malformed("not data")
        return found
    if kind in ("scalar", "dtype"):
        dtype = numpy.dtype(str(rest[0]))
        if dtype.kind not in "biufcUSMm":
            raise Malformed("not a type of data")
        return dtype.type if kind == "scalar" else dtype
    if kind == "objects":
        shape, items = rest
        return _objects(codec, shape, items, depth)
    if kind == "dict":
        return {_unpacked(codec, key, depth + 1): _unpacked(codec, each, depth + 1) for key, each in rest[0]}
    if kind == "estimator":
        name, held = rest
        return _made(codec, str(name), held, depth)
    items = [_unpacked(codec, each, depth + 1) for each in rest[0]]
    return SEVERAL[kind](items)


def _objects(codec: Codec, shape: Node, items: Node, depth: int) -> Value:
    if not all(type(size) is int and size >= 0 for size in shape) or len(items) > MOST_ITEMS:
        raise Malformed("an impossible shape")
    made = numpy.empty(len(items), object)
    for place, item in enumerate(items):
        made[place] = _unpacked(codec, item, depth + 1)
    return made.reshape(shape)


def _made(codec: Codec, name: str, held: Node, depth: int) -> Value:
    kind: Any = _estimator(name)
    if kind is None:
        raise Malformed("not an estimator that is made here")
    attributes = {str(key): _unpacked(codec, each, depth + 1) for key, each in held}
    if not _is_sound(kind, attributes):
        raise Malformed("not the attributes of an estimator")
    made = kind.__new__(kind)
    vars(made).update(attributes)
    return made


class _Estimators(MutableKind):
    """Estimators that a test passes, which a function may fit."""

    types = (BaseEstimator,)

    def snapshot(self, value: Value) -> Value:
        """What it holds, written; None for one that stays where it is."""
        codec = Codec()
        try:
            node = _packed(codec, value, 0)
        except Untransferable:
            return None
        return [repr(node), [bytes(each) for each in codec.buffers]]

    def update(self, value: Value, contents: Value) -> None:
        take_attributes(value, contents)


class SklearnAdapter(Adapter):
    """How scikit-learn's estimators cross between the kernels."""

    writers = ((BaseEstimator, _write),)
    readers = {"sklearn.estimator": _read}  # noqa: RUF012  # nobody changes it
    kinds = (_Estimators(),)
    libraries = ("sklearn",)
