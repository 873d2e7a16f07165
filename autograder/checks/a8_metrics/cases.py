"""Random cases for the exercises of a8_metrics; their properties and hidden tests draw them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checks.arguments import build
from autograder.checks.draw import Draw, numbers, pull
from autograder.checks.language import Case, ModuleRecipe, Once

VOCABULARY = 30  # tokens that the models of evaluate_tokens know


def scores(
    batch: int,
    time: int,
    classes: int,
    pad_id: int = 0,
    dtype: torch.dtype = torch.float32,
    padded: bool = True,
    scale: float = 1.0,
    empty: bool = False,
) -> Draw:
    """Cases for sequence_ce: sequences of different lengths, all as long as `time` where not `padded`, none of
    any length with `empty`. `scale` multiplies the scores; those at the padding are a thousand times as large."""

    def draw(generator: Generator) -> Case:
        real = _real(generator, batch, time) if padded else torch.ones(batch, time, dtype=torch.bool)
        real &= not empty
        targets = _classes(generator, (batch, time), classes, pad_id).where(real, torch.tensor(pad_id))
        logits = numbers(generator, batch, time, classes, dtype=dtype) * scale
        logits = torch.where(real.unsqueeze(-1), logits, 1000 * logits)
        operations = batch * time + classes + 10
        args = {"logits": logits, "targets": targets, "pad_id": pad_id}
        return Case(args, pull=pull(generator), operations=operations)

    return draw


def evaluation(
    *sizes: int,
    pad_id: int = 0,
    classes: int = 5,
    dtype: torch.dtype = torch.float32,
    training: bool = True,
    once: bool = False,
    empty: tuple[int, ...] = (),
    dropout: float = 0.5,
) -> Draw:
    """Cases for evaluate_tokens: batches of `sizes` B, T, B, T, ..., those with a number in `empty` all padding;
    as a generator with `once`, else as a list. Most tokens of every second batch are said right, few of the others."""

    shapes = list(zip(sizes[::2], sizes[1::2], strict=True))

    def draw(generator: Generator) -> Case:
        model = _tagger(generator, classes, dtype, training, dropout)
        said = build(model).eval()
        batches = []
        for number, shape in enumerate(shapes):
            x = torch.randint(VOCABULARY, shape, generator=generator)
            real = _real(generator, *shape) & (number not in empty)
            with torch.no_grad():
                best = said(x).argmax(-1)
            wrong = _other(best, classes, pad_id)
            few = torch.rand(shape, generator=generator) < 0.15
            right = (few if number % 2 else ~few) & (best != pad_id)
            batches.append((x, torch.where(real, torch.where(right, best, wrong), torch.tensor(pad_id))))
        args: dict[str, Any] = {"model": model, "batches": Once(tuple(batches)) if once else batches}
        operations = sum(b * t for b, t in shapes) + classes + 30
        return Case({**args, "pad_id": pad_id}, pull=pull(generator), operations=operations)

    return draw


def answers(
    *shape: int,
    true: torch.dtype = torch.int64,
    pred: torch.dtype | None = None,
    without: str = "",
) -> Draw:
    """Cases for binary_report: tensors of these dtypes, with four different counts where there is room for them.

    without: what does not occur: "pred" (nothing is called 1), "true" (nothing is 1), "both", or "errors".
    """

    def draw(generator: Generator) -> Case:
        size = int(torch.tensor(shape).prod())
        cells = _cells(generator, size)[torch.randperm(size, generator=generator)].reshape(
            shape
        )  # 0 tp ... 3 tn
        y_true, y_pred = (cells == 0) | (cells == 2), (cells == 0) | (cells == 1)
        y_pred = y_true.clone() if without == "errors" else y_pred & (without not in ("pred", "both"))
        y_true = y_true & (without not in ("true", "both"))
        args = {"y_true": y_true.to(true), "y_pred": y_pred.to(pred or true)}
        return Case(args, pull=pull(generator), operations=10)

    return draw


def unequal(one: tuple[int, ...], other: tuple[int, ...]) -> Draw:
    """Cases for binary_report that must raise ValueError: zeros and ones of two shapes."""

    def draw(generator: Generator) -> Case:
        shapes = {"y_true": one, "y_pred": other}
        args = {name: torch.randint(2, shape, generator=generator) for name, shape in shapes.items()}
        return Case(args, pull=pull(generator))

    return draw


def _real(generator: Generator, batch: int, time: int) -> Tensor:
    """Which places (B, T) are no padding: lengths in random order, one of them `time` and one a third of it."""
    lengths = torch.randint(1, time + 1, (batch,), generator=generator)
    lengths[0] = max(1, time // 3)
    lengths[-1] = time
    lengths = lengths[torch.randperm(batch, generator=generator)]
    return torch.arange(time) < lengths[:, None]


def _classes(generator: Generator, shape: tuple[int, ...], classes: int, pad_id: int) -> Tensor:
    """Random classes, none of them pad_id (where there is another)."""
    if not 0 <= pad_id < classes or classes == 1:
        return torch.randint(classes, shape, generator=generator)
    drawn = torch.randint(classes - 1, shape, generator=generator)
    return drawn + (drawn >= pad_id)


def _other(best: Tensor, classes: int, pad_id: int) -> Tensor:
    """Another class than `best`, and not pad_id."""
    other = (best + 1) % classes
    return torch.where(other == pad_id, (other + 1) % classes, other)


def _tagger(
    generator: Generator, classes: int, dtype: torch.dtype, training: bool, dropout: float
) -> ModuleRecipe:
    """nn.Sequential of an embedding, dropout and a linear layer: tokens (B, T) become scores (B, T, classes)."""
    width = 4
    layers = (
        ModuleRecipe("Embedding", {"num_embeddings": VOCABULARY, "embedding_dim": width}, {}),
        ModuleRecipe("Dropout", {"p": dropout}, {}),
        ModuleRecipe("Linear", {"in_features": width, "out_features": classes}, {}),
    )
    shapes = {"0.weight": (VOCABULARY, width), "2.weight": (classes, width), "2.bias": (classes,)}
    state = {name: numbers(generator, *shape, dtype=dtype) for name, shape in shapes.items()}
    return ModuleRecipe("Sequential", {}, state, training=training, layers=layers)


def _cells(generator: Generator, size: int) -> Tensor:
    """Numbers 0 to 3 for tp, fp, fn, tn (size,), each as often as no other where size is 10 or more."""
    if size < 10:
        return torch.randint(4, (size,), generator=generator)
    while True:
        tp, fp, fn = (int(n) for n in torch.randint(1, size // 2, (3,), generator=generator))
        tn = size - tp - fp - fn
        if tn > 0 and len({tp, fp, fn, tn}) == 4:
            return torch.arange(4).repeat_interleave(torch.tensor([tp, fp, fn, tn]))
