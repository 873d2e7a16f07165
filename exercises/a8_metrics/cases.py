"""Random cases for the exercises of a8_metrics; their properties and hidden tests draw them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.language import Case, ModuleRecipe, Once
from autograder.checking.observing.arguments import build
from autograder.checking.observing.draw import Draw, discriminating, numbers, pull

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
    any length with `empty`. `scale` multiplies the scores; those at the padding are ten thousand times as large."""

    def draw(generator: Generator) -> Case:
        real = _real(generator, batch, time) if padded else torch.ones(batch, time, dtype=torch.bool)
        real &= not empty
        targets = _classes(generator, (batch, time), classes, pad_id).where(real, torch.tensor(pad_id))
        logits = numbers(generator, batch, time, classes, dtype=dtype) * scale
        logits = torch.where(real.unsqueeze(-1), logits, 10_000 * logits)
        operations = batch * time + classes + 10
        args = {"logits": logits, "targets": targets, "pad_id": pad_id}
        return Case(args, pull=pull(generator), operations=operations)

    return discriminating(draw, _all_classes)


def _all_classes(case: Case) -> list[bool]:
    """Whether every class is a target; whether pad_id is somewhere the class with the largest score; and whether
    somewhere in the padding the first class, the last and pad_id have by far not the largest."""
    logits, targets, pad_id = case.args.values()
    real, classes = targets != pad_id, logits.shape[-1]
    there = {*targets[real].tolist()}
    told = [len(there) >= min(int(real.sum()), classes - (0 <= pad_id < classes))]
    if 0 <= pad_id < classes and real.any():
        told.append(bool((logits[real].argmax(-1) == pad_id).any()))
    if not real.all():
        gaps = logits[~real].amax(-1, keepdim=True) - logits[~real]  # (places, classes)
        told += [bool((gaps[:, k] > 1000).any()) for k in {0, classes - 1, max(pad_id, 0)}]
    return told


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
        batches, counted = [], []
        for number, shape in enumerate(shapes):
            x = torch.randint(VOCABULARY, shape, generator=generator)
            real = _real(generator, *shape) & (number not in empty)
            with torch.no_grad():
                best = said(x).argmax(-1)
            wrong = _other(best, classes, pad_id)
            few = torch.rand(shape, generator=generator) < 0.15
            right = (few if number % 2 else ~few) & (best != pad_id)
            y = torch.where(real, torch.where(right, best, wrong), torch.tensor(pad_id))
            batches.append((x, y))
            counted.append((best, y))
        args: dict[str, Any] = {"model": model, "batches": Once(tuple(batches)) if once else batches}
        operations = sum(b * t for b, t in shapes) + classes + 30
        return Case({**args, "pad_id": pad_id}, pull=pull(generator), operations=operations, note=counted)

    return discriminating(draw, lambda case: _unequal_batches(case.note, pad_id, classes))


def _unequal_batches(batches: list[tuple[Tensor, Tensor]], pad_id: int, classes: int) -> list[bool]:
    """Whether means of batches, however weighted, are not the mean of tokens, and padding would be seen if it counted;
    `batches` are what the model says and what is right."""
    real = [y != pad_id for _, y in batches]
    hits = [said == y for said, y in batches]
    tokens = [int(r.sum()) for r in real]
    right = [int((hit & r).sum()) for hit, r in zip(hits, real, strict=True)]
    sizes = [y.numel() for _, y in batches]
    whole, places, padded = sum(tokens), sum(sizes), sum(int(hit.sum()) for hit in hits) - sum(right)
    share = sum(right) / max(1, whole)
    told = [whole < 5 or abs(share - round(share, 4)) > 2e-5]
    if sum(n > 0 for n in tokens) > 1:
        for weights in ([1] * len(batches), [len(y) for _, y in batches], sizes):
            rows = list(zip(weights, right, tokens, strict=True))
            mean = sum(w * r / max(1, n) for w, r, n in rows) / sum(weights)
            told += [abs(mean - share) > 1e-3, len({n / w for w, _, n in rows if n}) > 1]
    if whole:
        told += [
            share > 0,
            abs(share - 0.5) > 1e-3,
            pad_id == 0 or any(bool((y == 0).any()) for _, y in batches),
        ]
    if 0 <= pad_id < classes and whole < places:
        told += [padded > 0, not whole or abs((sum(right) + padded) / places - share) > 1e-3]
    if 0 <= pad_id < classes and whole:
        told.append(any(bool((said[r] == pad_id).any()) for (said, _), r in zip(batches, real, strict=True)))
    return told


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

    return discriminating(draw, _no_round_ratios)


def _no_round_ratios(case: Case) -> list[bool]:
    """Whether rounding would change each ratio, and other ways to average would."""
    true, pred = (tensor.bool() for tensor in case.args.values())
    tp, fp, fn, tn = (int(both.sum()) for both in (true & pred, ~true & pred, true & ~pred, ~true & ~pred))
    recall, precision, other = tp / max(1, tp + fn), tp / max(1, tp + fp), tn / max(1, tn + fp)
    accuracy, f1 = (tp + tn) / true.numel(), 2 * tp / max(1, 2 * tp + fp + fn)
    ratios = [ratio for ratio in (accuracy, recall, precision, f1) if 0 < ratio < 1]
    told = [abs(ratio - round(ratio, 4)) > 1e-5 for ratio in ratios]
    told.append(accuracy == 1 or abs(accuracy - (recall + other) / 2) > 1e-3)
    told.append(f1 < 1 or tp != tn)
    return [*told, not tp or f1 == 1 or abs(f1 - (recall + precision) / 2) > 1e-3]


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
    """Numbers 0 to 3 for tp, fp, fn, tn (size,), each as often as no other where size is 10 or more; a few are
    always the same."""
    if size < 10:
        return torch.tensor([1, 2, 3, 0, 3, 3, 2, 3, 1])[:size]
    while True:
        tp, fp, fn = (int(n) for n in torch.randint(1, size // 2, (3,), generator=generator))
        tn = size - tp - fp - fn
        if tn > 0 and len({tp, fp, fn, tn}) == 4:
            return torch.arange(4).repeat_interleave(torch.tensor([tp, fp, fn, tn]))
