"""Would this function work on another device? Found out without one; used by `observe.py`.

The arguments stay on the CPU and play the part of a GPU's tensors. Tensors made without `device=` land on
"meta", PyTorch's device without data, and play the part of the CPU's. What would fail on a GPU then fails
here: an operation that mixes the two. Copies (`copy_`, `.to`), tensors without dimensions and indices in
brackets may cross, as they may to a GPU.

That run has numbers, and cannot tell the CPU from the arguments' device. Where a result belongs on the CPU
whatever the arguments' device is, there is another one, `afar`: the arguments are on "meta", the CPU plays
itself. It has no numbers, so a function that asks for one ends it, and it tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class WrongDevice(RuntimeError):
    """Two devices met in one operation."""


class _TwoDevices(TorchDispatchMode):
    """Looks at every operation: what both runs do alike."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # the default imports torch._dynamo, 800 modules in a second, to keep it away from here

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = func._schema.name.removeprefix("aten::")
        goal = kwargs.get("device")
        if name == "_to_copy" and args[0].is_meta and goal and torch.device(goal).type != "meta":
            return torch.zeros(args[0].shape, **{"dtype": args[0].dtype, **_given(kwargs, "dtype", "device")})
        return self._run(func, name, args, kwargs)

    def _run(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        raise NotImplementedError


class _NoMixing(_TwoDevices):
    """For `elsewhere`, where tensors on meta are the strangers."""

    def __init__(self, own_indices: bool = False) -> None:
        super().__init__()
        self.own_indices = own_indices

    def _run(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        if not self.own_indices and name in ("index", "index_put", "index_put_"):
            args = (args[0], [_as_index(index) for index in args[1]], *args[2:])
        if name == "_pack_padded_sequence" and args[1].is_meta:  # wants its lengths on the CPU
            args = (args[0], _all_the_longest(*args), *args[2:])
        tensors = list(_tensors([*args, *kwargs.values()]))
        stray = [t for t in tensors if t.is_meta]
        if not stray or len(stray) == len(tensors):
            return func(*args, **kwargs)
        if name == "copy_":
            return args[0]  # there is no data to copy; only the devices are of interest in this run
        if all(t.dim() == 0 for t in stray):
            return func(*_landed(args), **dict(zip(kwargs, _landed(kwargs.values()), strict=True)))
        raise WrongDevice(f"{name} met tensors of two devices")


class _NoMeeting(_TwoDevices):
    """For `afar`, where the CPU's tensors are the strangers."""

    def _run(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        if name in ("index", "index_put", "index_put_") and args[0].is_meta:
            args = (args[0], far_away(list(args[1])), *args[2:])
        tensors = list(_tensors([*args, *kwargs.values()]))
        if name == "copy_":
            return args[0]
        if any(t.is_meta for t in tensors) and any(t.dim() and not t.is_meta for t in tensors):
            raise WrongDevice(f"{name} met tensors of two devices")
        return func(*args, **kwargs)


def far_away(argument: Any) -> Any:
    """The same on the device meta: a tensor, a module, or a list or tuple of those; other things as they are."""
    if isinstance(argument, (list, tuple)):
        return type(argument)(far_away(item) for item in argument)
    return argument.to("meta") if isinstance(argument, (torch.Tensor, torch.nn.Module)) else argument


@contextmanager
def afar() -> Iterator[None]:
    """Run the body, whose arguments are `far_away`, as if "meta" were a GPU."""
    with _NoMeeting():
        yield


def _as_index(index: Any) -> Any:
    """An index of the same shape with made-up places, where it has none."""
    if not isinstance(index, torch.Tensor) or not index.is_meta:
        return index
    return torch.full(index.shape, index.dtype is torch.bool, dtype=index.dtype, device="cpu")


def _all_the_longest(x: torch.Tensor, lengths: torch.Tensor, batch_first: bool) -> torch.Tensor:
    """Made-up lengths for packing."""
    return torch.full(lengths.shape, x.shape[1 if batch_first else 0], device="cpu")


def unknowable(error: BaseException) -> bool:
    """Whether the body asked for a number that such a run does not have, or took a made-up one for an index: that
    tells nothing about devices."""
    signs = ("cannot be called on meta tensors", "out of bounds", "out of DATA bounds", "out of range")
    return isinstance(error, (RuntimeError, IndexError)) and any(sign in str(error) for sign in signs)


def _given(options: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: options[name] for name in names if options.get(name) is not None}


def _tensors(values: Any) -> Iterator[torch.Tensor]:
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _tensors(value)


def _landed(values: Any) -> list[Any]:
    """The same arguments with ones in place of meta tensors, which are all of no dimension here."""
    return [
        _landed(value)
        if isinstance(value, (list, tuple))
        else torch.ones((), dtype=value.dtype, device="cpu")
        if isinstance(value, torch.Tensor) and value.is_meta
        else value
        for value in values
    ]


@contextmanager
def elsewhere(own_indices: bool = False) -> Iterator[None]:
    """Run the body as if its tensors, with `own_indices` its indices too, lived on a device that is not the default."""
    with torch.device("meta"), _NoMixing(own_indices):
        yield
