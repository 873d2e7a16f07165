"""Values of the standard library and NumPy that are more than numbers and containers, and how they cross; for `values`.

A Counter, a deque, a table with a default and an ordered one stay what they are, and so do paths. A generator of random
numbers crosses with its state: what one side draws from it, the other does not draw again.
"""

from __future__ import annotations

import random
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from pathlib import Path, PosixPath
from typing import TYPE_CHECKING, Any

import numpy

if TYPE_CHECKING:
    from autograder.rpc.wire.codec import Codec

FACTORIES: dict[str, type] = {kind.__name__: kind for kind in (list, int, set, dict, float, str, tuple)}
# Of NumPy's, those whose state holds no place in a buffer but the Mersenne Twister's, which is looked at.
BITS = {kind.__name__: kind for kind in (numpy.random.PCG64, numpy.random.PCG64DXSM, numpy.random.MT19937)}
TWISTER = 624  # numbers in its buffer
VIEWS = ("keys", "values", "items")  # of a table
LONGEST = 4096  # characters of a path


def _pairs(codec: Codec, value: Any, depth: int) -> list[Any]:
    return [[codec.encode(k, depth + 1), codec.encode(v, depth + 1)] for k, v in dict.items(value)]


def _write_table(name: str) -> Callable[[Codec, Any, int], Any]:
    return lambda codec, value, depth: {"t": name, "v": _pairs(codec, value, depth)}


def _write_default(codec: Codec, value: Any, depth: int) -> Any:
    factory = getattr(value.default_factory, "__name__", "")
    known = FACTORIES.get(factory) is value.default_factory
    return {"t": "defaultdict" if known else "dict", "f": factory, "v": _pairs(codec, value, depth)}


def _write_deque(codec: Codec, value: Any, depth: int) -> Any:
    return {
        "t": "deque",
        "m": value.maxlen,
        "v": [codec.encode(item, depth + 1) for item in deque.__iter__(value)],
    }


def _write_random(codec: Codec, value: Any, depth: int) -> Any:
    if type(value) is not random.Random:  # such as SystemRandom, which has no state
        return codec.refer(value)
    return {"t": "random", "v": codec.encode(value.getstate(), depth + 1)}


def _write_generator(codec: Codec, value: Any, depth: int) -> Any:
    bits = generator_state(value)
    if bits["bit_generator"] not in BITS:
        return codec.refer(value)
    return {"t": "generator", "k": type(value).__name__, "v": codec.encode(bits, depth + 1)}


def generator_state(value: Any) -> dict[str, Any]:
    """The state of one of NumPy's generators, old or new, as a table."""
    legacy = isinstance(value, numpy.random.RandomState)
    state = value.get_state(legacy=False) if legacy else value.bit_generator.state
    return dict(state)


def set_generator_state(value: Any, state: dict[str, Any]) -> None:
    """Gives a generator of NumPy's a state that came over. Raises ValueError where that is none."""
    inner = state["state"]
    if (
        type(state) is not dict or type(inner) is not dict
    ):  # an object of the student's could answer each time anew
        raise ValueError("no state of a generator")
    if "pos" in inner and not (type(inner["pos"]) is int and 0 <= inner["pos"] <= TWISTER):
        raise ValueError("a place outside of the generator's buffer")  # NumPy would read there
    if isinstance(value, numpy.random.RandomState):
        value.set_state(state)
    else:
        value.bit_generator.state = state


def _write_view(name: str) -> Callable[[Codec, Any, int], Any]:
    return lambda codec, value, depth: {"t": name, "v": _pairs(codec, dict(value.mapping), depth)}


WRITERS: tuple[tuple[type, Callable[[Codec, Any, int], Any]], ...] = (
    (Counter, _write_table("counter")),
    (OrderedDict, _write_table("ordered")),
    (defaultdict, _write_default),
    (deque, _write_deque),
    (PosixPath, lambda codec, value, depth: {"t": "path", "v": str(value)}),
    *((type(getattr({}, name)()), _write_view(name)) for name in VIEWS),
    (random.Random, _write_random),
    (numpy.random.Generator, _write_generator),
    (numpy.random.RandomState, _write_generator),
)


def _read_pairs(codec: Codec, node: dict[str, Any], depth: int) -> dict[Any, Any]:
    return {codec.decode(k, depth): codec.decode(v, depth) for k, v in node["v"]}


def _read_deque(codec: Codec, node: dict[str, Any], depth: int) -> deque[Any]:
    most = node["m"]
    if not (most is None or (type(most) is int and 0 <= most < 2**40)):
        raise ValueError("an impossible length")
    return deque((codec.decode(item, depth) for item in node["v"]), most)


def _read_path(codec: Codec, node: dict[str, Any], depth: int) -> Path:
    if type(node["v"]) is not str or len(node["v"]) > LONGEST:
        raise ValueError("no path")
    return Path(node["v"])


def _read_random(codec: Codec, node: dict[str, Any], depth: int) -> random.Random:
    made = random.Random(0)
    made.setstate(codec.decode(node["v"], depth))
    return made


def _read_generator(codec: Codec, node: dict[str, Any], depth: int) -> Any:
    state = codec.decode(node["v"], depth)
    bits = BITS[state["bit_generator"]](0)
    made = numpy.random.RandomState(bits) if node["k"] == "RandomState" else numpy.random.Generator(bits)
    set_generator_state(made, state)
    return made


READERS: dict[str, Callable[[Codec, dict[str, Any], int], Any]] = {
    "counter": lambda codec, node, depth: Counter(_read_pairs(codec, node, depth)),
    "ordered": lambda codec, node, depth: OrderedDict(_read_pairs(codec, node, depth)),
    "defaultdict": lambda codec, node, depth: defaultdict(
        FACTORIES[node["f"]], _read_pairs(codec, node, depth)
    ),
    "deque": _read_deque,
    "path": _read_path,
    "keys": lambda codec, node, depth: _read_pairs(codec, node, depth).keys(),
    "values": lambda codec, node, depth: _read_pairs(codec, node, depth).values(),
    "items": lambda codec, node, depth: _read_pairs(codec, node, depth).items(),
    "random": _read_random,
    "generator": _read_generator,
}
