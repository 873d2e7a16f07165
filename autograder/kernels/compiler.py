"""Whether a course's notebooks make PyTorch load its compiler; `grade` asks before it starts the warm parent.

The first optimizer and the first torch.testing.assert_close bring torch._dynamo and sympy along, 800 modules and
a second of processor time. Loaded once by the warm parent that is time well spent, and wasted where no cell of an
assignment needs it. A student who does all the same waits for it in his own kernel.
"""

import re
from collections.abc import Iterable
from pathlib import Path

MODULE = "torch._dynamo"
# What loads it or sympy, found by trying: torch.func's transforms do, and autograd.gradcheck, not torch.jit or vmap.
CALLS = re.compile(
    rb"torch\.(optim|testing|func|compile|_dynamo)\b|\boptim\.|assert_close|gradcheck|checkpoint\("
)


def is_needed(notebooks: Iterable[Path]) -> bool:
    """Whether any of these files holds such a call; True also where there is none that can tell."""
    try:
        found = [CALLS.search(notebook.read_bytes()) for notebook in notebooks]
    except OSError:
        return True
    return not found or any(found)
