"""Gradients through a call that is made in another process; for the adapter of PyTorch.

Values cross, graphs do not. So the call becomes one node of the examiner's graph, whose backward step asks the
student's side to go back through the real one.
"""

from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor, nn

from autograder.rpc.values.layers import is_torch_layer
from autograder.rpc.wire.codec import Value


def wanted(values: Iterable[Value]) -> list[Tensor]:
    """The tensors among a call's arguments, layers' parameters included, that gradients are wanted for.

    Both sides list them in this order.
    """
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found += [value] if value.requires_grad else []
        elif isinstance(value, (list, tuple)):
            found += wanted(value)
        elif isinstance(value, dict):
            found += wanted(value.values())
        elif isinstance(value, nn.Module) and is_torch_layer(value):
            found += [parameter for parameter in value.parameters() if parameter.requires_grad]
    return found


def join(
    value: Value,
    outputs: Mapping[int, Tensor],
    inputs: list[Tensor],
    backward: Callable[[tuple[Tensor, ...]], list[Tensor | None]],
) -> Value:
    """`value` with its tensors `outputs` made results of `inputs`; `backward` turns their gradients into those
    of the inputs."""
    if not outputs:
        return value

    class Through(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Value, anchor: Tensor, *given: Tensor) -> Value:
            return tuple(output.clone() for output in outputs.values())

        @staticmethod
        def backward(ctx: Value, *gradients: Tensor) -> Value:
            return None, *backward(gradients)

    anchor = torch.empty(0, requires_grad=True)  # parameters of the student's own may want gradients too
    joined = Through.apply(anchor, *inputs)  # type: ignore[no-untyped-call]
    return _replace(value, {id(old): new for old, new in zip(outputs.values(), joined, strict=True)})


def _replace(value: Value, new: Mapping[int, Value]) -> Value:
    if id(value) in new:
        return new[id(value)]
    if type(value) in (list, tuple):
        return type(value)(_replace(item, new) for item in value)
    if type(value) is dict:
        return {key: _replace(item, new) for key, item in value.items()}
    return value
