"""Graphs of networkx: nodes and edges in their order, with what is noted of each.

The adapter "networkx" of the entry-point group autograder.wire; it waits until a cell imports networkx.
"""

from typing import Any

import networkx

from autograder.rpc.adapters import Adapter
from autograder.rpc.mirror.snapshots import MutableKind, snapshot
from autograder.rpc.wire.codec import Codec, Malformed, Node, Table, Value

KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (networkx.Graph, networkx.DiGraph, networkx.MultiGraph, networkx.MultiDiGraph)
}


def _contents(graph: Value) -> list[Value]:
    """Attributes, nodes and edges as plain values. An edge of a multigraph has its key."""
    multi = {"keys": True} if graph.is_multigraph() else {}
    return [dict(graph.graph), list(graph.nodes(data=True)), list(graph.edges(data=True, **multi))]


def _write(codec: Codec, value: Value, depth: int) -> Node:
    kind = next((name for name, kind in KINDS.items() if type(value) is kind), None)
    if kind is None:  # a view, or a class of its own
        return codec.refer(value)
    return {"t": "networkx.graph", "kind": kind, "v": codec.encode(_contents(value), depth + 1)}


def _read(codec: Codec, node: Table, depth: int) -> Value:
    made = KINDS[node["kind"]]()
    _fill(made, codec.decode(node["v"], depth))
    return made


def _fill(graph: Value, contents: Value) -> None:
    about, nodes, edges = contents
    width = 4 if graph.is_multigraph() else 3
    if type(about) is not dict or any(type(each) is not tuple or len(each) != width for each in edges):
        raise Malformed("not a graph")
    graph.graph.update(about)
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)


class _Graphs(MutableKind):
    types = (networkx.Graph,)

    def snapshot(self, value: Value) -> Value:
        return snapshot(_contents(value))

    def update(self, value: Value, contents: Value) -> None:
        value.clear()
        _fill(value, _contents(contents))


class NetworkxAdapter(Adapter):
    """How networkx's graphs cross between the kernels."""

    writers = ((networkx.Graph, _write),)
    readers = {"networkx.graph": _read}  # noqa: RUF012  # nobody changes it
    kinds = (_Graphs(),)
    libraries = ("networkx",)
