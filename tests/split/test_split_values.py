"""What crosses between the two kernels: values bit for bit, and nothing that would take more than it brought."""

import contextlib
import json
import math
import random
import struct
import threading
import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sessions import STUDENT, TEST

from autograder.checking.found import Observation
from autograder.checking.wire import conforms, decode_record
from autograder.core.json_records import containers_in
from autograder.rpc.wire import channel
from autograder.rpc.wire.channel import BadMessage, Channel, ChannelClosed, pair
from autograder.rpc.wire.codec import DEEPEST, MOST_ITEMS, Codec, Malformed, Untransferable
from autograder.rpc.wire.peer import Peer

VALUES = [
    None, True, 3, 2**80, -1.5, float("inf"), 1 + 2j, "text", b"bytes", [1, [2]], (1, "a"), {"k": (1,), 2: None},
    {1, 2}, frozenset({3}), range(1, 9, 2), slice(1, None), Ellipsis, torch.float64, torch.Size([2, 3]), int,
]  # fmt: skip


def test_plain_values_cross_unchanged():
    codec = Codec()
    nodes = [codec.encode(value) for value in VALUES]
    back = Codec(codec.buffers)
    assert [back.decode(node) for node in nodes] == VALUES
    assert [type(value) for value in map(Codec(codec.buffers).decode, nodes)] == [type(v) for v in VALUES]


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.bool, torch.complex64]
)
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3)])
def test_tensors_and_arrays_cross_bit_for_bit(dtype, shape):
    tensor = torch.randn(shape).to(dtype)
    codec = Codec()
    node = codec.encode(tensor)
    back = Codec(codec.buffers).decode(node)
    assert back.dtype == dtype and back.shape == tensor.shape and torch.equal(back, tensor)
    if dtype is not torch.bfloat16:
        codec = Codec()
        array = tensor.numpy()
        node = codec.encode(array)
        assert numpy.array_equal(Codec(codec.buffers).decode(node), array)


def test_what_cannot_cross_is_said():
    with pytest.raises(Untransferable, match="object"):
        Codec().encode(object())


def test_large_numbers_that_courses_do_have_cross_unchanged():
    for value in (
        math.factorial(5000),
        Fraction(-7, 3),
        Fraction(5),
        Decimal("-1.50"),
        Decimal("1e-300"),
        Decimal("Infinity"),
    ):
        codec = Codec()
        assert Codec(codec.buffers).decode(codec.encode(value)) == value


def test_hostile_nodes_are_refused_and_nothing_worse():
    generator = random.Random(0)
    kinds = ["tensor", "array", "scalar", "list", "dict", "int", "float", "slice", "range", "size", "dtype", "complex",
             "decimal", "datetime", "timedelta", "device", "type", "object", "module", "record", "nonsense"]  # fmt: skip
    odd = [None, -1, 2**70, "zz", [], {}, [[]], [1, 2, 3], "float32", "<f8", {"t": "list"}, "O", "|O", 1e9]

    def node(depth: int = 0) -> Any:
        if depth > 3 or generator.random() < 0.3:
            return generator.choice(odd)
        return {
            "t": generator.choice(kinds),
            **{key: node(depth + 1) for key in generator.sample("vdsbricg", 4)},
        }

    refused = 0
    for _ in range(3000):
        try:
            Codec([bytearray(8)]).decode(node())
        except Malformed:
            refused += 1
    assert refused > 1000


@pytest.mark.parametrize(
    ("node", "sizes"),
    [
        ({"t": "list", "v": [{"t": "list", "v": []}] * (MOST_ITEMS + 1)}, ()),
        ({"t": "list", "v": [{"t": "bytes", "b": 0}] * 2}, (8,)),
        ({"t": "bytes", "b": -1}, (8,)),
        ({"t": "bytes", "b": True}, (8, 8)),
        ({"t": "bytes", "b": 1}, (8,)),
        ({"t": "tensor", "d": "float32", "s": [2**39], "b": 0}, (0,)),
        ({"t": "tensor", "d": "float32", "s": [2**20], "b": 0}, (0,)),
        ({"t": "tensor", "d": "float32", "s": [1], "b": 0}, (8,)),
        ({"t": "tensor", "d": "float32", "s": [-1], "b": 0}, (8,)),
        ({"t": "tensor", "d": "float32", "s": [True, 2], "b": 0}, (8,)),
        ({"t": "array", "d": "<f8", "s": [-1], "b": 0}, (8,)),
        ({"t": "array", "d": "<f4,<f4", "s": [1], "b": 0}, (8,)),
        ({"t": "array", "d": "V8", "s": [1], "b": 0}, (8,)),
        ({"t": "record", "c": "Path", "v": []}, ()),
    ],
)
def test_a_node_that_would_take_more_than_it_brought_is_refused(node, sizes):
    class Reader(Codec):
        def resolve(self, node):
            return decode_record(self, node)

    with pytest.raises(Malformed):
        Reader([bytearray(size) for size in sizes]).decode(node)


def test_a_value_nested_too_deep_is_refused_before_the_stack_ends():
    node: Any = None
    for _ in range(DEEPEST + 20):
        node = {"t": "list", "v": [node]}
    with pytest.raises(Malformed, match="too large"):
        Codec().decode(node)


ENDLESS = """
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction
class Short(Fraction):
    def __str__(self): return "1e999999999"
class Wide(tuple):
    _fields = [f"a{n}" for n in range(99_999)]
values = {"fraction": Short(1), "decimal": Decimal("1e999999999"), "whole": 1 << 2**25, "wide": Wide(range(99_999))}
def give(name): return values[name]"""


@pytest.mark.parametrize("name", ["fraction", "decimal", "whole", "wide"])
def test_a_number_that_takes_for_ever_to_reckon_with_costs_its_test_and_not_the_examiner(run_cells, name):
    began = time.monotonic()
    cells = (
        (ENDLESS, STUDENT),
        (f"assert int(give({name!r})) ** 2 == 4", TEST),
        ("assert callable(give)", TEST),
    )
    session, outputs = run_cells(*cells)
    assert outputs[1][0].output_type == "error" and outputs[2] == []
    assert session.used < 5 and time.monotonic() - began < 60


def test_records_have_the_declared_types_or_are_refused():
    hints = {"moved": tuple[str, ...], "hung": bool, "seconds": float}
    assert conforms(("a",), hints["moved"]) and not conforms((1,), hints["moved"])
    assert conforms(1.0, float) and not conforms("1", float) and not conforms(1, bool)
    assert Observation(value=3).value == 3
    for node in (
        {"c": "Path", "v": []},
        {"c": "Same", "v": [["argument", 5]]},
        {"c": "Observation", "v": [["hung", "no"]]},
    ):
        with pytest.raises(Malformed):
            decode_record(Codec(), node)


@pytest.mark.parametrize("sizes", ["[2000000000]", "[-1]", "[true]", "[1.5]", '["a"]', "[]", "[1, 1]"])
def test_a_channel_refuses_buffers_of_impossible_sizes_before_it_makes_room(sizes):
    here, there = pair()
    header = f"[null, {sizes}]".encode()
    there.sendall(struct.pack("!II", len(header), 1) + header + b"x")
    with pytest.raises(BadMessage, match="sizes"):
        Channel(here).receive(1)
    here.close()
    there.close()


def test_a_channel_bounds_what_it_reads():
    here, there = pair()
    end = Channel(here)
    there.sendall(struct.pack("!II", 2**31, 0))
    with pytest.raises(BadMessage):
        end.receive(1)
    there.close()
    with pytest.raises(ChannelClosed):
        end.receive(1)
    end.close()


@pytest.mark.parametrize("content", [[], "q", 5, None, [["q", 1]]])
def test_what_is_neither_a_question_nor_an_answer_ends_the_conversation(content):
    here, there = pair()
    Channel(there).send(content)
    with pytest.raises(BadMessage, match="neither"):
        Peer(Channel(here)).ask({}, Codec())
    here.close()
    there.close()


def test_a_message_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "STALL", 0.3)
    here, there = pair()
    there.sendall(struct.pack("!II", 1_000, 0))

    def drip() -> None:
        for _ in range(100):
            with contextlib.suppress(OSError):
                there.send(b" ")
            time.sleep(0.02)
        there.close()

    dripping = threading.Thread(target=drip)
    dripping.start()
    with pytest.raises(ChannelClosed, match="does not finish"):
        Channel(here).receive(1)
    here.close()
    dripping.join()


def test_a_reader_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "STALL", 0.3)
    here, there = pair()
    with pytest.raises(ChannelClosed):
        Channel(here).send(None, [bytes(2**24)])
    here.close()
    there.close()


@pytest.mark.parametrize(
    "header",
    [
        b"[[" + b",".join([b"{}"] * 400_000) + b"], []]",
        b'[[{"a":' + b"[],[" * 400_000,
        b'[["' + b'\\"' * 99 + b'",' + b'{"\\\\":0},' * 400_000 + b"0], []]",
    ],
)
def test_what_a_kernel_says_to_a_process_without_walls_is_counted_before_it_is_read(header):
    """32 MB of empty tables would take 2 GB of the grader's own memory, which no limit of a sandbox holds."""
    here, there = pair()
    sending = threading.Thread(target=there.sendall, args=(struct.pack("!II", len(header), 0) + header,))
    sending.start()
    with pytest.raises(BadMessage, match="lists"):
        Channel(here, outside=True).receive(1)
    sending.join()
    here.close()
    there.close()


def test_nor_does_it_take_buffers():
    here, there = pair()
    there.sendall(struct.pack("!II", 9, 1) + b"[null,[0]")
    with pytest.raises(BadMessage, match="buffers"):
        Channel(here, outside=True).receive(1)
    here.close()
    there.close()


@given(
    st.recursive(
        st.text('[]{}"\\,:', max_size=6),
        lambda each: st.lists(each) | st.dictionaries(st.text('{"\\['), each),
    )
)
def test_lists_and_tables_are_counted_as_they_are_read(value):
    def count(value) -> int:
        if isinstance(value, dict):
            return 1 + sum(map(count, value.values()))
        return 1 + sum(map(count, value)) if isinstance(value, list) else 0

    assert containers_in(json.dumps(value).encode()) == count(value)


def test_a_cell_with_more_outputs_than_a_message_holds_says_so_and_costs_nothing(run_cells):
    many = "import sys\nfor k in range(150_000):\n    print('a')\n    print('b', file=sys.stderr)\nkept = 1"
    session, outputs = run_cells((many, STUDENT), ("assert kept == 1", TEST))
    assert "too large to be kept" in outputs[0][0].text and outputs[1] == session.incidents == []
