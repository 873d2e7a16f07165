"""PyTorch's tensors, layers and parameters at the border, and the gradients of calls that are made on the other side.

The adapter "torch" of the entry-point group autograder.wire; without PyTorch nothing imports this module.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from autograder.rpc.adapters import (
    Adapter,
    ExaminerLink,
    ExaminerSide,
    Handler,
    StudentLink,
    StudentSide,
)
from autograder.rpc.examiner.proxies import Remote
from autograder.rpc.mirror.mirrored import integer
from autograder.rpc.mirror.seeds import Seeder
from autograder.rpc.mirror.snapshots import MutableKind, identity, replace_contents, snapshot
from autograder.rpc.values.gradients import join, wanted
from autograder.rpc.values.layers import (
    contents,
    describe_layer,
    identical,
    is_torch_layer,
    rebuild_layer,
    restore,
)
from autograder.rpc.wire.codec import Buffer, Codec, Json, Malformed, Node, Table, Value
from autograder.rpc.wire.peer import Answer
from autograder.rpc.wire.python_values import read_items, read_shape, write_tuple

DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in vars(torch).values()
    if isinstance(dtype, torch.dtype) and not str(dtype).startswith(("torch.q", "torch.bits"))
}
IN_PLACE = ("__setitem__", "__iadd__", "__imul__")


def can_cross(tensor: Tensor) -> bool:
    """Whether a tensor is dense, of a dtype that both sides know."""
    plain = tensor.layout is torch.strided and not tensor.is_meta and not tensor.is_nested
    return plain and _dtype_name(tensor) in DTYPES


def is_parameter(value: Value) -> bool:
    """Whether a tensor may be trained: who has it, expects to change the model."""
    return isinstance(value, Tensor) and value.is_leaf and value.requires_grad


def _dtype_name(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _write_tensor(codec: Codec, value: Value, depth: int) -> Node:
    if not can_cross(value):
        return codec.refer(value)
    plain = value.as_subclass(Tensor).detach().cpu().contiguous()
    flat = plain.reshape(-1)
    if flat.stride() != (1,):  # of one element that was expanded: contiguous all the same
        flat = flat.clone(memory_format=torch.contiguous_format)
    raw = _bytes_of(flat.view(torch.uint8)) if plain.numel() else b""
    return {"t": "tensor", "d": _dtype_name(value), "s": list(plain.shape), "b": codec.keep(raw),
            "r": bool(value.requires_grad)}  # fmt: skip


def _bytes_of(flat: Tensor) -> Buffer:
    try:
        return memoryview(flat.numpy().data)
    except RuntimeError:  # PyTorch found no NumPy
        return bytes(flat.tolist())


def _write_size(codec: Codec, value: Value, depth: int) -> Node:
    node = write_tuple(codec, value, depth)
    return {**node, "t": "size"} if type(value) is torch.Size else node


def _write_dtype(codec: Codec, value: Value, depth: int) -> Node:
    return {"t": "dtype", "v": str(value).removeprefix("torch.")}


def _write_device(codec: Codec, value: Value, depth: int) -> Node:
    return {"t": "device", "v": str(value)}


def _read_tensor(codec: Codec, node: Table, depth: int) -> Tensor:
    data, shape, dtype = codec.buffer(node), read_shape(node), DTYPES[node["d"]]
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise Malformed("a tensor whose buffer does not fit its shape")
    tensor = torch.frombuffer(data, dtype=dtype).reshape(shape) if data else torch.empty(shape, dtype=dtype)
    with_gradient = node.get("r") is True and (dtype.is_floating_point or dtype.is_complex)
    return tensor.requires_grad_() if with_gradient else tensor


def _read_dtype(codec: Codec, node: Table, depth: int) -> torch.dtype:
    return DTYPES[node["v"]]


def _read_device(codec: Codec, node: Table, depth: int) -> torch.device:
    return torch.device(node["v"])


class _Tensors(MutableKind):
    types = (Tensor,)

    def snapshot(self, value: Value) -> Value:
        grad = None if value.grad_fn else snapshot(value.grad)
        return value.detach().clone(), value.requires_grad, grad

    def same(self, one: Value, other: Value) -> bool:
        return identical(one, other)

    def update(self, value: Value, contents: Value) -> None:
        with torch.no_grad():
            value.data = contents.detach()

    def write_state(self, codec: Codec, value: Value) -> Node:
        """Numbers, gradient, and whether it is trained."""
        grad = value.grad if value.grad is None else value.grad.detach()
        return [codec.encode(value.detach()), codec.encode(grad), value.requires_grad]

    def read_state(self, codec: Codec, value: Value, node: Node) -> None:
        if type(node) is not list or len(node) != 3:
            raise Malformed("a parameter without a state")
        numbers, grad, trained = codec.decode(node[0]), codec.decode(node[1]), node[2] is True
        for each in (numbers, grad):
            if each is not None and type(each) is not Tensor:
                raise Malformed("a parameter whose numbers are not a tensor")
        if numbers is None or not (numbers.is_floating_point() or numbers.is_complex()):
            raise Malformed("a parameter without numbers")
        if grad is not None and (grad.shape != numbers.shape or grad.dtype != numbers.dtype):
            raise Malformed("a gradient that does not fit its parameter")
        value.grad = None
        value.data = numbers
        value.grad = grad
        value.requires_grad_(trained)


class _Layers(MutableKind):
    """Layers of torch.nn by what is in them; of others only which object they are."""

    types = (nn.Module,)
    imported = False

    def snapshot(self, value: Value) -> Value:
        if not is_torch_layer(value):
            return identity(value)
        return [snapshot(parameter) for parameter in value.parameters()], value.training

    def contents(self, value: Value) -> Value:
        return contents(value) if is_torch_layer(value) else value

    def update(self, value: Value, contents: Value) -> None:
        restore(value, contents)

    def may_be_mirrored(self, value: Value) -> bool:
        return is_torch_layer(value)

    def read_state(self, codec: Codec, value: Value, node: Node) -> None:
        replace_contents(value, codec.decode(node), dict)


class RemoteTensor(Tensor):
    """A copy of a tensor that is an attribute of a student's object; changes in place are carried over."""

    _owner: tuple["_AtExaminer", Remote, str]

    @classmethod
    def __torch_function__(
        cls,
        func: Callable[..., Value],
        types: Iterable[type],
        args: tuple[Value, ...] = (),
        kwargs: dict[str, Value] | None = None,
    ) -> Value:
        with torch._C.DisableTorchFunctionSubclass():
            result = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        in_place = (name.endswith("_") and not name.endswith("__")) or name in IN_PLACE
        if in_place and args and isinstance(args[0], RemoteTensor) and hasattr(args[0], "_owner"):
            side, remote, attribute = args[0]._owner
            side.copy_back(remote, attribute, args[0].detach().as_subclass(Tensor))
        return result


class _AtStudent(StudentSide):
    """The real parameters, layers and graphs."""

    types = (Tensor,)

    def __init__(self, student: StudentLink) -> None:
        super().__init__(student)
        self.graphs: dict[int, Tensor] = {}
        self.inputs: dict[int, list[Tensor]] = {}

    def readers(self) -> Mapping[str, Callable[[Codec, Table], Value]]:
        return {"layer": lambda codec, node: rebuild_layer(codec.decode(node["v"]))}

    def handlers(self) -> Mapping[str, Handler]:
        return {"copy": self.copy, "backward": self.backward}

    def reference(self, codec: Codec, value: Value) -> Node | None:
        """A parameter, which a test may train, gets the number of the one here, and its state."""
        mirror = self.student.mirror
        known = is_parameter(value) or mirror.number(value) is not None
        if not (codec.mirrors and known and can_cross(value)):
            return None
        number = self.student.hold(value)
        mirror.add(number, value)
        state = _TENSORS.write_state(codec, value)
        return {"t": "parameter", "i": number, "layer": isinstance(value, nn.Parameter), "v": state}

    def written(self, codec: Codec, value: Value, node: Node) -> None:
        """A tensor with a history can be pulled back through later."""
        if isinstance(node, dict) and node.get("t") == "tensor" and value.grad_fn is not None:
            number = len(self.graphs)
            self.graphs[number] = codec.recorded[number] = value
            node["g"] = number

    def call_context(self, mode: Json) -> AbstractContextManager[object]:
        return torch.set_grad_enabled(bool(mode))

    def called(self, given: list[Value], reply: Codec, node: Table) -> None:
        if reply.recorded:
            call = len(self.inputs)
            self.inputs[call] = wanted(given)
            node["graph"] = {"call": call, "outputs": list(reply.recorded)}

    def attribute(self, value: Value, reply: Codec, node: Table) -> None:
        """A tensor crosses with its gradient."""
        if isinstance(value, Tensor) and value.is_leaf and value.grad is not None:
            node["gradient"] = reply.encode(value.grad)

    def copy(self, question: Table, codec: Codec) -> Answer:
        """Sets the numbers of the tensor that an attribute is."""
        with torch.no_grad():
            target = getattr(self.student.objects[question["object"]], question["name"])
            target.copy_(codec.decode(question["value"]))
        return None, self.student.codec()

    def backward(self, question: Table, codec: Codec) -> Answer:
        """Pulls gradients back through a call made earlier; tells those of the arguments."""
        outputs = [self.graphs[number] for number in question["outputs"]]
        leaves = self.inputs[question["call"]]
        before = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.grad = None
        torch.autograd.backward(
            outputs, [codec.decode(node) for node in question["gradients"]], retain_graph=True
        )
        reply = self.student.codec()
        nodes = [reply.encode(leaf.grad) for leaf in leaves]
        for leaf, grad in zip(leaves, before, strict=True):
            leaf.grad = grad  # of a parameter that the test handed in: it is the test's to add up
        return nodes, reply


class _AtExaminer(ExaminerSide):
    """Copies of tensors, stand-ins for parameters, and a graph into which each call is joined."""

    def readers(self) -> Mapping[str, Callable[[Codec, Table], Value]]:
        return {"parameter": self.stand_in}

    def refer(self, codec: Codec, value: Value) -> Node | None:
        if isinstance(value, nn.Module) and is_torch_layer(value):
            return {"t": "layer", "v": codec.encode(describe_layer(value))}
        return None

    def stand_in(self, codec: Codec, node: Table) -> Tensor:
        """The one tensor for a parameter that a node describes; a new one where no test has it yet."""
        mirror = self.examiner.mirror
        tensor = mirror.values.get(number := integer(node["i"]))
        if not isinstance(tensor, Tensor):
            tensor = nn.Parameter(torch.empty(0)) if node["layer"] is True else torch.empty(0)
        _TENSORS.read_state(codec, tensor, node["v"])
        mirror.keep(number, tensor)
        return tensor

    def decoded(self, codec: Codec, node: Table, value: Value) -> Value:
        """Notes which tensors have a history at the student's side."""
        if type(node.get("g")) is int and type(value) is Tensor:
            value = codec.recorded[node["g"]] = value.detach()
        return value

    def mode(self) -> Json:
        return torch.is_grad_enabled()

    def called(self, value: Value, given: list[Value], answer: Table, reply: Codec) -> Value:
        if "graph" not in answer or not torch.is_grad_enabled():
            return value
        call = answer["graph"]["call"]
        outputs = {number: reply.recorded[number] for number in answer["graph"]["outputs"]}
        return join(value, outputs, wanted(given), lambda grads: self._backward(call, outputs, grads))

    def _backward(
        self, call: Json, outputs: Iterable[int], gradients: Iterable[Tensor]
    ) -> list[Tensor | None]:
        codec = self.examiner.codec()
        nodes = [codec.encode(gradient.contiguous()) for gradient in gradients]
        question = {"op": "backward", "call": call, "outputs": list(outputs), "gradients": nodes}
        answer, reply = self.examiner.ask_student(question, codec)
        return [reply.decode(node) for node in answer]

    def attribute(self, remote: Remote, name: str, value: Value, answer: Table, reply: Codec) -> Value:
        """A tensor comes as a copy that knows where it came from."""
        if type(value) is not Tensor or self.examiner.mirror.number(value) is not None:
            return value
        gradient = reply.decode(answer["gradient"]) if "gradient" in answer else None
        copy = value.as_subclass(RemoteTensor)
        copy._owner = (self, remote, name)
        copy.grad = gradient
        return copy

    def copy_back(self, remote: Remote, name: str, value: Tensor) -> None:
        """Gives the tensor that is an attribute of a student's object these numbers."""
        codec = self.examiner.codec()
        node = codec.encode(value)
        self.examiner.ask_student(
            {"op": "copy", "object": remote._number, "name": name, "value": node}, codec
        )


_TENSORS = _Tensors()


class TorchAdapter(Adapter):
    """How PyTorch's values cross between the kernels."""

    writers = (
        (Tensor, _write_tensor),
        (torch.Size, _write_size),
        (torch.dtype, _write_dtype),
        (torch.device, _write_device),
    )
    readers = {  # noqa: RUF012  # nobody changes it
        "tensor": _read_tensor,
        "size": read_items(torch.Size),
        "dtype": _read_dtype,
        "device": _read_device,
    }
    kinds = (_TENSORS, _Layers())
    seeder = Seeder(torch, "manual_seed", torch.get_rng_state, torch.set_rng_state)
    exported = (DataLoader, Dataset)
    libraries = ("torch.optim", "torch.utils.data")
    roots = {"Module": nn.Module}  # noqa: RUF012

    def claims(self, value: Value) -> bool:
        return isinstance(value, nn.Module)

    def class_name(self, kind: type) -> str | None:
        return kind.__name__ if getattr(nn, kind.__name__, None) is kind else None

    def class_of(self, names: Iterable[str]) -> type:
        """The nearest of torch.nn's classes, of which a student's is a kind."""
        named = (getattr(nn, name, None) for name in names)
        return next((kind for kind in named if isinstance(kind, type)), nn.Module)

    def student_side(self, student: StudentLink) -> StudentSide:
        return _AtStudent(student)

    def examiner_side(self, examiner: ExaminerLink) -> ExaminerSide:
        return _AtExaminer(examiner)
