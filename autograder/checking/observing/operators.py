"""How many operators of PyTorch does a call run? Used by `observe.py`.

What takes time in PyTorch with small tensors is the number of operators, far more than the size of each. Counted
are those that the dispatcher sees in the end: `stack` is one, and a loop over T steps runs at least T.
"""

from __future__ import annotations

from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode


class counting(TorchDispatchMode):  # a context, named like those of contextlib
    """In the body, `operators` is how many ran."""

    def __init__(self) -> None:
        super().__init__()
        self.operators = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # as in `device.py`: the default imports torch._dynamo

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.operators += 1
        return func(*args, **(kwargs or {}))
