"""What to do about the errors of PyTorch that beginners meet most; `judge.py` adds it below the error's own text.

PyTorch's messages say what went wrong in its own terms. Each of these sentences says where to look, not what to type.
"""

from __future__ import annotations

ADVICE = {
    "shapes cannot be multiplied": "In a @ b the last size of a must be the first of b: write both shapes beside "
    "the line. Is a transpose missing, or one too many?",
    "at non-singleton dimension": "The two shapes do not fit: sizes are compared from the last axis on, and must "
    "be equal or 1.",
    "stack expects each tensor to be equal size": "torch.stack puts pieces of one shape on a new axis; torch.cat "
    "joins pieces of different lengths along an axis that they have.",
    "not enough values to unpack": "The right-hand side has fewer parts than there are names on the left. chunk, "
    "split and unbind cut along axis 0 unless you pass another dim.",
    "too many values to unpack": "The right-hand side has more parts than there are names on the left.",
    "a leaf Variable that requires grad": "Autograd watches parameters, and forbids a plain change in place: "
    "change them inside `with torch.no_grad():`.",
    "to have the same dtype": "One tensor is float32 and the other float64: one that you make yourself needs "
    "dtype=x.dtype, or x.new_zeros(...).",
    "view size is not compatible": "view needs numbers that lie in one row in memory; reshape copies where they do not.",
}


def advice(message: str) -> str:
    """A sentence for an exception's message, or nothing where none is known."""
    return next((sentence for part, sentence in ADVICE.items() if part in message), "")
