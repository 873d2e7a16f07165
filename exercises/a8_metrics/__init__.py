"""The exercises of a8_metrics: what must hold, and which mistakes are known.

The registry looks exercises up here; hidden tests draw cases with `scores`, `evaluation`, `answers`, `unequal`.
"""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a8_metrics import hints, losses, reports
from exercises.a8_metrics.cases import answers, evaluation, scores, unequal
from exercises.a8_metrics.evaluation_mistakes import EVALUATE_TOKENS
from exercises.a8_metrics.loss_mistakes import SEQUENCE_CE
from exercises.a8_metrics.report_mistakes import BINARY_REPORT

__all__ = ["EXERCISES", "answers", "evaluation", "scores", "unequal"]


sequence_ce = Exercise(
    "sequence_ce",
    losses.sequence_ce,
    (
        Property("The loss is the mean over real tokens.", scores(4, 6, 5), weight=3),
        Property("pad_id may be a number that is no class.", scores(3, 5, 4, -1)),
        Property("pad_id may be any class.", scores(3, 5, 4, 3)),
        Property("Without padding it is the plain cross-entropy.", scores(3, 4, 5, -1, padded=False)),
        Property("It holds when batch, time and classes are equally many.", scores(4, 4, 4)),
        Property("It holds for one token.", scores(1, 1, 3, padded=False)),
        Property("Scores of several hundred do not overflow.", scores(3, 4, 5, scale=400.0)),
        Property(
            "If all is padding the loss is 0, and backward() gives a gradient of zeros.",
            scores(2, 3, 4, empty=True),
            watch=("gradients",),
            weight=2,
        ),
        Property(FLOAT64, scores(3, 5, 4, dtype=torch.float64)),
        Property(
            "Gradients reach the scores, and are zero at the padding.",
            scores(3, 5, 4, dtype=torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, scores(3, 4, 5, -1), watch=("inputs", "globals")),
        Property(ANY_DEVICE, scores(3, 4, 5), watch=("device",)),
    ),
    SEQUENCE_CE,
    hints.SEQUENCE_CE,
    authority="F.cross_entropy",
)

evaluate_tokens = Exercise(
    "evaluate_tokens",
    losses.evaluating(losses.report),
    (
        Property("loss is that of every token of one batch.", evaluation(4, 6), parts=("loss",)),
        Property(
            "Over several batches each token counts once in loss.",
            evaluation(4, 6, 2, 3),
            parts=("loss",),
            weight=2,
        ),
        Property("So it does in accuracy.", evaluation(4, 6, 2, 3), parts=("accuracy",), weight=2),
        Property("perplexity is exp of that loss.", evaluation(4, 6, 2, 3), parts=("perplexity",)),
        Property(
            "tokens is the number of tokens that are no padding.", evaluation(4, 6, 2, 3), parts=("tokens",)
        ),
        Property("pad_id may be a number that is no class.", evaluation(4, 6, 2, 3, pad_id=-1)),
        Property("batches may be a generator.", evaluation(2, 5, 3, 4, 1, 3, pad_id=2, once=True)),
        Property("A batch may be all padding.", evaluation(2, 4, 2, 3, 3, 5, empty=(1,))),
        Property(
            "Without any token: loss 0, accuracy 0, perplexity 1, tokens 0.",
            evaluation(2, 3, empty=(0,)),
        ),
        Property("Without any batch the same.", evaluation()),
        Property("It holds for one token in all.", evaluation(1, 1, pad_id=-1)),
        Property(
            "The model is called in evaluation mode, without recording gradients.",
            evaluation(3, 4, 2, 5),
            watch=("evaluation",),
            weight=2,
        ),
        Property(
            "A model in training mode is in training mode afterwards.",
            evaluation(4, 6, 2, 3),
            watch=("inputs",),
        ),
        Property(
            "A model in evaluation mode stays in it.",
            evaluation(4, 6, 2, 3, training=False),
            watch=("inputs",),
        ),
        Property("It holds for a model in float64.", evaluation(4, 6, 2, 3, dtype=torch.float64)),
        Property(COURTEOUS, evaluation(2, 3, 1, 4, pad_id=-1), watch=("inputs", "globals")),
        Property(ANY_DEVICE, evaluation(2, 3, 2, 2), watch=("device",)),
    ),
    EVALUATE_TOKENS,
    hints.EVALUATE_TOKENS,
    look=losses.lenient,
    authority="F.cross_entropy",
)

binary_report = Exercise(
    "binary_report",
    reports.binary_report,
    (
        Property("tp, fp, fn and tn are counted.", answers(30), parts=("tp", "fp", "fn", "tn"), weight=3),
        Property("accuracy is the share of right answers.", answers(30), parts=("accuracy",)),
        Property(
            "precision and recall have the right counts below the line.",
            answers(30),
            parts=("precision", "recall"),
            weight=2,
        ),
        Property("f1 is their harmonic mean.", answers(30), parts=("f1",)),
        Property("It holds for more dimensions.", answers(3, 4, 2)),
        Property("It holds for bool.", answers(21, true=torch.bool)),
        Property("It holds for uint8, which knows no -1.", answers(21, true=torch.uint8)),
        Property("It holds for floats.", answers(21, true=torch.float32)),
        Property("The two dtypes may differ.", answers(21, true=torch.bool, pred=torch.float64)),
        Property("Where nothing is called 1, precision and f1 are 0.0.", answers(12, without="pred")),
        Property("Where nothing is 1, recall and f1 are 0.0.", answers(12, without="true")),
        Property("Where there is no 1 at all, accuracy is 1.0.", answers(12, without="both")),
        Property("It holds for a single element.", answers(1)),
        Property("Shapes that broadcasting would accept raise ValueError.", unequal((4, 1), (4,)), weight=2),
        Property("So do shapes of as many elements.", unequal((2, 3), (3, 2))),
        Property(COURTEOUS, answers(12, true=torch.float32), watch=("inputs", "globals")),
        Property(ANY_DEVICE, answers(12), watch=("device",)),
    ),
    BINARY_REPORT,
    hints.BINARY_REPORT,
    authority="the definition",
)

EXERCISES = {exercise.name: exercise for exercise in (sequence_ce, evaluate_tokens, binary_report)}
