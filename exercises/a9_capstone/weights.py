"""Reads the weights that a student hands in beside the notebook, trusting nothing; for `trials`.

The file is data to whoever reads it: safetensors holds names, shapes and numbers, and nothing is ever unpickled.
Whatever is wrong with it becomes a sentence that says what to do.
"""

from __future__ import annotations

import functools
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from autograder.checking.observing.plain import DTYPES
from exercises.a9_capstone.given import ALPHABET, SCRIPTS

FILE = "a9_capstone.safetensors"
MOST_BYTES = 256 * 1024
SAVE = f"safetensors.torch.save_file(model.state_dict(), '{FILE}')"
OTHERS = ("*.safetensors", "*.pt", "*.pth", "*.bin", "*.npz", "*.h5")
MOST_DIMS, LONGEST = 8, 2**31 - 1  # of an entry; what has no numbers may claim any size
LETTERS, HEAD = "embedding.weight", "head.weight"  # the entries whose rows stand for letters and for scripts


@dataclass(frozen=True)
class Weights:
    """The entries of the file by name; `problem` says why there are none."""

    tensors: Mapping[str, Tensor] = field(default_factory=dict)
    problem: str = ""


def read_weights(folder: Path | None = None) -> Weights:
    """The weights in `folder`, by default the one that the notebook runs in."""
    path = (folder or Path()) / FILE
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            return Weights(problem=f"{FILE} is not an ordinary file; write it with {SAVE}.")
        if info.st_size > MOST_BYTES:
            return Weights(
                problem=f"{FILE} has {info.st_size / 1024:.0f} kB, and {MOST_BYTES // 1024} kB are allowed: make the "
                "model smaller (fewer units or layers), train it again, and save nothing but its state_dict()."
            )
        return _understood(path.read_bytes())
    except FileNotFoundError:
        return Weights(problem=_missing(path.parent))
    except OSError as error:
        return Weights(problem=f"{FILE} cannot be read ({error.strerror}); write it again with {SAVE}.")


def _missing(folder: Path) -> str:
    found = sorted({path.name for pattern in OTHERS for path in folder.glob(pattern)})
    if found and found[0].endswith(".safetensors"):
        return f"there is no {FILE}, but {found[0][:80]!r}: rename that to {FILE}."
    there = f" What is there, {found[0][:80]!r}, is not read." if found else ""
    return f"there is no {FILE} beside the notebook.{there} Train a model and save it: {SAVE}."


@functools.lru_cache(maxsize=8)  # the properties of a check ask for the same file one after the other
def _understood(content: bytes) -> Weights:
    if not content:
        return Weights(problem=f"{FILE} is empty; write it again with {SAVE}.")
    if content.startswith((b"PK\3\4", b"\x80")):
        return Weights(
            problem=f"{FILE} was written by torch.save or pickle, whatever its name; such files can run code and are "
            f"never opened. Save the weights with {SAVE}."
        )
    try:
        tensors = load(content)
    except (SafetensorError, ValueError, TypeError, KeyError, RuntimeError, OverflowError):
        cut = content[8:9] == b"{" and int.from_bytes(content[:8], "little") < MOST_BYTES
        what = "is cut off or damaged" if cut else "is no safetensors file"
        return Weights(problem=f"{FILE} {what} ({len(content)} bytes); write it again with {SAVE}.")
    problem = _out_of_contract(tensors)
    return Weights(problem=problem) if problem else Weights(tensors)


def _out_of_contract(tensors: Mapping[str, Tensor]) -> str:
    """What is wrong with the entries, in words; nothing when they can be used."""
    names = ", ".join(map(_called, sorted(tensors)[:6])) or "nothing"
    for name, rows, of in (
        (LETTERS, len(ALPHABET) + 1, "number of a letter, 0 included"),
        (HEAD, len(SCRIPTS), "script"),
    ):
        if name not in tensors:
            call = "call those layers of the model `embedding` and `head`."
            return f"{FILE} has no entry {name!r}, but {names[:200]}: {call}"
        shape = tuple(tensors[name].shape)
        if not tensors[name].is_floating_point():
            return f"{name} in {FILE} has the dtype {tensors[name].dtype}; save the weights as torch.float32."
        if len(shape) != 2 or shape[0] != rows:
            return f"{name} in {FILE} has the shape {shape}; expected ({rows}, ...), a row for each {of}."
    bias = tensors.get("head.bias")
    if bias is not None and tuple(bias.shape) != (len(SCRIPTS),):
        return f"head.bias in {FILE} has the shape {tuple(bias.shape)}; expected ({len(SCRIPTS)},)."
    for name, tensor in sorted(tensors.items()):
        if tensor.dtype not in DTYPES:
            return (
                f"{_called(name)} in {FILE} has the dtype {tensor.dtype}; save the weights as torch.float32."
            )
        if tensor.dim() > MOST_DIMS or max(tensor.shape, default=0) > LONGEST:
            return (
                f"{_called(name)} in {FILE} has a shape that no layer has; write the file again with {SAVE}."
            )
        if not bool(torch.isfinite(tensor).all()):
            return f"{_called(name)} in {FILE} holds NaN or infinite numbers: training broke down; try a smaller rate."
    return ""


def _called(name: str) -> str:
    """A name as it may be shown: the student has chosen it, line breaks and all."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:80])
