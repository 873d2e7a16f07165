"""a8_metrics: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `scores`, `evaluation`, `answers`, `unequal`.
"""

from __future__ import annotations

from exercises.a8_metrics.cases import answers, evaluation, scores, unequal

__all__ = ["answers", "evaluation", "scores", "unequal"]
