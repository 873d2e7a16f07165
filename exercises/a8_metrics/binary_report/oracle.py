"""What binary_report must return, and what the known mistakes return instead; for `mistakes` and the exercise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Report = dict[str, Any]
Ratios = dict[str, float]


def binary_report(y_true: Tensor, y_pred: Tensor) -> Report:
    """The four cells and the four ratios. Raises ValueError when the shapes differ."""
    if y_true.shape != y_pred.shape:
        raise ValueError("the shapes differ")
    return full(*cells(y_true, y_pred))


def cells(y_true: Tensor, y_pred: Tensor) -> tuple[int, int, int, int]:
    """tp, fp, fn, tn; of shapes that differ as broadcasting has them."""
    true, pred = y_true == 1, y_pred == 1
    found = (true & pred, ~true & pred, true & ~pred, ~true & ~pred)
    return tuple(int(cell.sum()) for cell in found)  # type: ignore[return-value]


def full(tp: int, fp: int, fn: int, tn: int) -> Report:
    """The report of four counts."""
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn, **ratios(tp, fp, fn, tn)}


def ratios(tp: int, fp: int, fn: int, tn: int, empty: float = 0.0) -> Ratios:
    """The four ratios, `empty` where there is nothing to divide by."""
    return {
        "accuracy": over(tp + tn, tp + fp + fn + tn, empty),
        "precision": over(tp, tp + fp, empty),
        "recall": over(tp, tp + fn, empty),
        "f1": over(2 * tp, 2 * tp + fp + fn, empty),
    }


def over(part: float, whole: float, empty: float = 0.0) -> float:
    """part / whole, `empty` where whole is 0."""
    return part / whole if whole else empty


def altered(change: Callable[[Report], dict[str, Any]]) -> Callable[..., Report]:
    """The right report with the entries that `change(right)` gives."""

    def report(y_true: Tensor, y_pred: Tensor) -> Report:
        right = binary_report(y_true, y_pred)
        return {**right, **change(right)}

    return report


def recounted(change: Callable[[int, int, int, int], tuple[int, int, int, int]]) -> Callable[..., Report]:
    """A report whose counts are `change(tp, fp, fn, tn)`, and whose ratios follow from them."""

    def report(y_true: Tensor, y_pred: Tensor) -> Report:
        if y_true.shape != y_pred.shape:
            raise ValueError("the shapes differ")
        return full(*change(*cells(y_true, y_pred)))

    return report


def empty_is(value: float) -> Callable[..., Report]:
    """A ratio without denominator is `value`; so is F1 computed from such ratios."""
    return altered(lambda r: ratios(r["tp"], r["fp"], r["fn"], r["tn"], value))


def two_nan(r: Report) -> dict[str, float]:
    """Precision and recall are nan, for F1 is computed from the counts."""
    new = ratios(r["tp"], r["fp"], r["fn"], r["tn"], float("nan"))
    return {"precision": new["precision"], "recall": new["recall"]}


def f1_nan(r: Report) -> dict[str, float]:
    """Only F1 is nan, for its parts were caught."""
    return {"f1": r["f1"] if r["precision"] + r["recall"] else float("nan")}


def broadcast(y_true: Tensor, y_pred: Tensor) -> Report:
    """Other shapes are broadcast without a word."""
    return full(*cells(y_true, y_pred))


def flattened(y_true: Tensor, y_pred: Tensor) -> Report:
    """Other shapes of as many elements are taken for equal."""
    return full(*cells(y_true.flatten(), y_pred.flatten()))


def by_row(y_true: Tensor, y_pred: Tensor) -> Report:
    """The ratios are means over the rows of the first axis."""
    right = binary_report(y_true, y_pred)
    rows = [binary_report(t, p) for t, p in zip(y_true, y_pred, strict=True)]
    names = ("accuracy", "precision", "recall", "f1")
    return right | {name: sum(row[name] for row in rows) / len(rows) for name in names}


def as_tensors(*names: str) -> Callable[..., Report]:
    """Some of the numbers are 0-d tensors."""
    return altered(lambda r: {name: torch.tensor(r[name]) for name in names})
