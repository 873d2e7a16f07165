"""What a forked kernel needs for PyTorch, if that is installed: a hook of `kernels.libraries`.

PyTorch's compiler is loaded early only where a course's notebooks make PyTorch load it. The first optimizer and the
first torch.testing.assert_close bring torch._dynamo and sympy along, 800 modules and a second of processor time.
Loaded once by the warm parent that is time well spent, and wasted where no cell of an assignment needs it. A student
who does all the same waits for it in his own kernel.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

COMPILER = "torch._dynamo"
# Calls that load the compiler or sympy, found by trying: torch.func's transforms and autograd.gradcheck do, torch.jit
# and vmap do not.
CALLS = re.compile(
    rb"torch\.(optim|testing|func|compile|_dynamo)\b|\boptim\.|assert_close|gradcheck|checkpoint\("
)


def large_modules(notebooks: Iterable[Path] | None) -> tuple[str, ...]:
    """The compiler, where any of these files holds such a call, and where there is none that can tell."""
    try:
        found = [CALLS.search(notebook.read_bytes()) for notebook in notebooks or ()]
    except OSError:
        found = []
    return (COMPILER,) if not found or any(found) else ()


def warm_up() -> None:
    """Has PyTorch compile its matrix products, which otherwise each fork does at its first LSTM.

    Forwards only: the way back would start autograd's threads.

    Where PyTorch was built without an accelerator, `torch.manual_seed` no longer notes the seed for one: with the note
    goes a traceback of the whole stack, three times, which is nearly all of its 2 ms.
    """
    import torch

    if torch.accelerator.current_accelerator() is None:
        devices: tuple[Any, ...] = (torch.cuda, torch.xpu, torch.mtia)
        for device in devices:
            device.manual_seed_all = _no_device_to_seed

    for bias in (True, False):
        torch.nn.LSTM(3, 4, bias=bias)(torch.zeros(3, 2, 3))


def _no_device_to_seed(seed: int) -> None:
    int(seed)  # which is all that the function in its place does where there is no such device


def freshen() -> None:
    """Gives the fork its own random numbers and one thread: OpenMP's setting is a thread's and not inherited."""
    import torch

    torch.default_generator.seed()
    torch.set_num_threads(1)
