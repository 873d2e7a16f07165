"""What a check found, in sentences: `report.py` and `outcome.py` ask, and nothing decides by what is said here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograder.checking.found import Finding, FindingKind

# Each may be shown for hidden cases too.
WORDS = {
    FindingKind.RAISED: "your function raised {error}{line}.",
    FindingKind.NO_TUPLE: "the function returned {found}, expected {expected}.",
    FindingKind.TUPLE_LENGTH: "the function returned a tuple of {found}, expected {expected}.",
    FindingKind.KEYS: "{name} should have the keys {expected}.",
    FindingKind.COUNT: "{name} has {found} elements, expected {expected}.",
    FindingKind.KIND: "{name} is {found}, expected {expected}.",
    FindingKind.SHAPE: "{name} has the shape {found}, expected {expected}.",
    FindingKind.DTYPE: "{name} has the dtype {found}, expected {expected}.",
    FindingKind.NAN: "{name} holds NaN where {authority} gives numbers.",
    FindingKind.DIFFERS: "{name} differs from what {authority} gives.",
    FindingKind.SEEN: "{text}",
    FindingKind.SAID: "{text}",
    FindingKind.COUNTED: "{right} of {whole}. Of the others: {text}",
    FindingKind.GRADIENT_UNWANTED: "a gradient reaches {name}, where there should be none.",
    FindingKind.GRADIENT_MISSING: "no gradient reaches {name}: the values are right, but .data, .detach(), "
    "torch.no_grad() or a trip through NumPy or Python numbers cut the graph.",
    FindingKind.UNCHANGED: "the call should have changed {names} in place.",
    FindingKind.MODIFIED: "the call modified its argument {names}: work on a copy, and mind operations that end in _ "
    "or assign to a slice.",
    FindingKind.MODE_LEFT: "the call modified its argument {names}: put it back at the end.",
    FindingKind.GLOBALS: "the call changed {names}, which belongs to its caller.",
    FindingKind.MEMORY: "the result shares memory with {names}: whoever changes one changes the other. A view "
    "(slicing, unfold, view, transpose) becomes a tensor of its own with .clone().",
    FindingKind.CALLS: "{name} should be called with pieces of {expected} steps; the pieces it got had {found}.",
    FindingKind.OPERATORS: "the call ran far more operators of PyTorch than this needs. Does something run once for "
    "each step?",
    FindingKind.GRAPH: "the result still has autograd's graph behind it, which keeps all of it in memory: end with "
    ".detach().",
    FindingKind.TRAINED: "{name} was called in training mode: call {name}.eval() first.",
    FindingKind.RECORDED: "{name} was called while gradients were recorded: call it inside `with torch.no_grad():`.",
    FindingKind.DEVICE: "a tensor was made on the default device instead of the device of the arguments, so the "
    "function fails on a GPU: make it with x.new_zeros(...), torch.zeros_like(...) or device=x.device.",
    FindingKind.PLACE: "{name} should be on the device of the arguments.",
    FindingKind.PLACE_CPU: "{name} should be on the CPU, whatever device the arguments are on.",
    FindingKind.OTHER_ERROR: "expected {expected}, but your function raised {error}{line}.",
    FindingKind.NO_ERROR: "expected {expected}, but the function raised nothing.",
    FindingKind.HUNG: "your function had not returned after {seconds:.1f} seconds: does a loop never end?",
}
LINE = " in your line {number}"
MISSING = "It lacks {missing}."
EXTRA = "It has {extra}, which nobody asked for."
CLASS = "Its class is {class_name}."
PLACED = "{count} of {whole} elements differ, first {place}: expected {expected}, found {found}."
NUMBERS = "expected {expected}, found {found}."
QUOTED = "your line {number}: `{text}`"
# What to do about the errors of PyTorch that beginners meet most. PyTorch's messages say what went wrong in its own
# terms. Each of these sentences says where to look, not what to type.
ADVICE = {
    "shapes cannot be multiplied": "In a @ b the last size of a must be the first of b: write both shapes beside "
    "the line. Is a transpose missing, or one too many?",
    "at non-singleton dimension": "The two shapes do not fit: sizes are compared from the last axis on, and must "
    "be equal or 1.",
    "stack expects each tensor to be equal size": "torch.stack puts pieces of one shape on a new axis; torch.cat "
    "joins pieces of different lengths along an axis that they have.",
    "not enough values to unpack": "The right-hand side has fewer parts than there are names on the left. Where it "
    "cuts a tensor, write down the tensor's shape: which axis is cut, and is there an axis more than you think?",
    "too many values to unpack": "The right-hand side has more parts than there are names on the left.",
    "a leaf Variable that requires grad": "Autograd watches this tensor, and forbids a plain change in place. An "
    "argument is not yours to change: make a new tensor. Parameters are changed inside `with torch.no_grad():`.",
    "does not have a grad_fn": "Nothing was recorded on the way to this number: it was computed inside torch.no_grad(), "
    "perhaps the caller's, or from tensors of which none requires gradients.",
    "backward through the graph a second time": "An earlier backward() has used up a part of this graph: what was "
    "computed before it, and is used again? retain_graph=True would keep that part, and gradients would go on there.",
    "'tuple' object has no attribute": "These are several things and not one tensor, such as the pair (h, c) that is "
    "the state of an nn.LSTM: what is done to a tensor has to be done to each of them.",
    "tensor at meta": "Two devices met, and the name of one is meta here: a tensor made without device= is on the "
    "default device, not on that of the arguments.",
    "to have the same dtype": "One tensor is float32 and the other float64: one that you make yourself needs "
    "dtype=x.dtype, or x.new_zeros(...).",
    "view size is not compatible": "view needs numbers that lie in one row in memory; reshape copies where they do not.",
}


def words(finding: Finding) -> str:
    """Why a property fails, in a sentence that gives no values."""
    args = dict(finding.args)
    if "names" in args:
        args["names"] = " and ".join(args["names"])
    if "line" in args:
        args["line"] = LINE.format(number=args["line"]) if args["line"] else ""
    return WORDS[finding.kind].format(**args)


def detail(finding: Finding) -> str:
    """The values that belong to it, or an exception's text and the student's lines; "" where there are none."""
    return "\n".join(line for line in _lines(finding.values) if line)


def advice(message: str) -> str:
    """A sentence for an exception's message, or nothing where none is known."""
    return next((sentence for part, sentence in ADVICE.items() if part in message), "")


def _lines(values: dict[str, Any] | Any) -> Iterable[str]:
    yield values.get("text", "")
    for number, text in values.get("lines", ()):
        if text:  # a function whose source is nowhere, such as one of `python -c`, has numbers alone
            yield QUOTED.format(number=number, text=text)
    if "error" in values:
        yield f"{values['error']}: {values['message']}".rstrip(": ")
        yield advice(values["message"])
    if "missing" in values or "extra" in values:
        both = [MISSING.format(**values)] if values.get("missing") else []
        both += [EXTRA.format(**values)] if values.get("extra") else []
        yield " ".join(both)
    if values.get("class_name"):
        yield CLASS.format(**values)
    if "place" in values:
        yield PLACED.format(**values)
    elif "expected" in values:
        yield NUMBERS.format(**values)
