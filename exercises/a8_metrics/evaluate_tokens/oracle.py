"""What evaluate_tokens must return, and what those return who make a known mistake.

The right numbers are those of `torch.nn.functional.cross_entropy`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checking.found import Observation
from autograder.checking.language import Case
from autograder.checking.observing.plain import as_float
from exercises.a8_metrics.shared import summed_loss

Batch = tuple[Tensor, Tensor]  # scores (B, T, C) and targets (B, T)
Report = dict[str, Any]


def evaluating(
    report: Callable[[Sequence[Batch], int], Report],
    mode: bool | None = False,
    after: bool | None = None,
    recording: bool = False,
) -> Callable[..., Report]:
    """An evaluation that hands all scores and targets to `report`.

    mode: training mode during the calls, None for leaving it; after: the mode that is left behind, None for the
    one before; recording: gradients are recorded.
    """

    def evaluate(model: nn.Module, batches: Iterable[Batch], pad_id: int) -> Report:
        was = model.training
        if mode is not None:
            model.train(mode)
        with torch.set_grad_enabled(recording):
            scored = [(model(x).detach(), y) for x, y in batches]
        model.train(was if after is None else after)
        return report(scored, pad_id)

    return evaluate


def read_twice(model: nn.Module, batches: Iterable[Batch], pad_id: int) -> Report:
    """A generator is empty when it is read for the second time: nothing is found there."""
    gone = not isinstance(batches, Sequence)
    return evaluating(lambda scored, pad_id: report([] if gone else scored, pad_id))(model, batches, pad_id)


def counted_before(model: nn.Module, batches: Iterable[Batch], pad_id: int) -> Report:
    """Of a generator that was read to count its tokens, nothing is left to be scored."""
    if isinstance(batches, Sequence):
        return evaluating(report)(model, batches, pad_id)
    return named(0.0, 0.0, sum(int((y != pad_id).sum()) for _, y in batches))


def report(scored: Sequence[Batch], pad_id: int) -> Report:
    """Sums over all batches, divided once."""
    return summed(*(sum(column) for column in zip(*counts(scored, pad_id), strict=True)))


def counts(scored: Sequence[Batch], pad_id: int) -> list[tuple[float, int, int]]:
    """Of each batch: the summed loss, how many tokens are right, how many there are; a row of zeros first."""
    return [(0.0, 0, 0)] + [
        (
            summed_loss(z.double(), y, pad_id).item(),
            int(((z.argmax(-1) == y) & (y != pad_id)).sum()),
            int((y != pad_id).sum()),
        )
        for z, y in scored
    ]


def summed(loss: float = 0.0, right: int = 0, tokens: int = 0) -> Report:
    """The four numbers from three sums."""
    mean = loss / tokens if tokens else 0.0
    return named(mean, right / tokens if tokens else 0.0, tokens)


def named(loss: float, accuracy: float, tokens: int, perplexity: float | None = None) -> Report:
    """The dict that must come out, with perplexity exp(loss) unless another is given."""
    perplexity = math.exp(loss) if perplexity is None else perplexity
    return {"loss": loss, "accuracy": accuracy, "perplexity": perplexity, "tokens": tokens}


def instead(**change: Callable[[Sequence[Batch], int, Report], Any]) -> Callable[..., Report]:
    """The right report with some numbers replaced by `change(scored, pad_id, right)`."""

    def mistaken(scored: Sequence[Batch], pad_id: int) -> Report:
        right = report(scored, pad_id)
        return {**right, **{name: new(scored, pad_id, right) for name, new in change.items()}}

    return evaluating(mistaken)


def of_means(*names: str, size: Callable[[Tensor], int] = lambda y: 1) -> Callable[..., Report]:
    """Some of loss, accuracy and perplexity are means of the batches' own, each weighted by `size(y)`."""

    def mistaken(scored: Sequence[Batch], pad_id: int) -> Report:
        each = [report([batch], pad_id) for batch in scored]
        sizes = [size(y) for _, y in scored]
        right = report(scored, pad_id)
        new = {
            name: sum(n * one[name] for n, one in zip(sizes, each, strict=True)) / sum(sizes)
            for name in names
            if sizes
        }
        mixed = {**right, **new}
        return named(mixed["loss"], mixed["accuracy"], mixed["tokens"], new.get("perplexity"))

    return evaluating(mistaken)


def padded_loss(per: Callable[[Tensor, Tensor], int], everywhere: bool = True) -> Callable[..., Report]:
    """The loss is summed at padding too (or, not `everywhere`, at tokens) and divided by the sum of
    `per(y, mask)`."""

    def mistaken(scored: Sequence[Batch], pad_id: int) -> Report:
        whole = sum(summed_loss(z.double(), y, -100 if everywhere else pad_id).item() for z, y in scored)
        number = sum(per(y, y != pad_id) for _, y in scored)
        right = report(scored, pad_id)
        return named(whole / number if number else 0.0, right["accuracy"], right["tokens"])

    return evaluating(mistaken)


def padded_accuracy(
    per: Callable[[Tensor, Tensor], int], everywhere: bool = True
) -> Callable[[Sequence[Batch], int, Report], float]:
    """The share of places (or, not `everywhere`, of tokens) said right, of the sum of `per(y, mask)`."""

    def share(scored: Sequence[Batch], pad_id: int, right: Report) -> float:
        said = sum(int(((z.argmax(-1) == y) & ((y != pad_id) | everywhere)).sum()) for z, y in scored)
        number = sum(per(y, y != pad_id) for _, y in scored)
        return said / number if number else 0.0

    return share


def places(y: Tensor, mask: Tensor) -> int:
    """All places of a batch."""
    return y.numel()


def tokens(y: Tensor, mask: Tensor) -> int:
    """Those that are no padding."""
    return int(mask.sum())


def nothing_masked(scored: Sequence[Batch], pad_id: int) -> Report:
    """Padding is a class like others, everywhere."""
    return report(scored, -100)


def sum_of_losses(scored: Sequence[Batch], pad_id: int) -> Report:
    """Not divided by the tokens."""
    right = report(scored, pad_id)
    return named(right["loss"] * right["tokens"], right["accuracy"], right["tokens"])


def sum_of_means(scored: Sequence[Batch], pad_id: int) -> Report:
    """The batches' means, added up."""
    right = report(scored, pad_id)
    return named(sum(report([one], pad_id)["loss"] for one in scored), right["accuracy"], right["tokens"])


def or_nan(*names: str) -> Callable[..., Report]:
    """NaN for these where there are no tokens."""

    def mistaken(scored: Sequence[Batch], pad_id: int) -> Report:
        right = report(scored, pad_id)
        return right if right["tokens"] else {**right, **dict.fromkeys(names, math.nan)}

    return evaluating(mistaken)


def as_tensors(*names: str) -> Callable[..., Report]:
    """Some of the numbers are 0-d tensors."""

    def mistaken(scored: Sequence[Batch], pad_id: int) -> Report:
        right = report(scored, pad_id)
        return {**right, **{name: torch.tensor(right[name]) for name in names}}

    return evaluating(mistaken)


def lenient(case: Case, seen: Observation) -> Any:
    """What was returned, a whole number counting as the float that it equals (loss 0 is loss 0.0)."""
    value = seen.value
    if not isinstance(value, dict):
        return value
    return {k: as_float(v) if type(v) is int and k != "tokens" else v for k, v in value.items()}
