"""evaluate_tokens: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS
from exercises.a8_metrics.cases import evaluation
from exercises.a8_metrics.evaluate_tokens import oracle
from exercises.a8_metrics.evaluate_tokens.hints import HINTS
from exercises.a8_metrics.evaluate_tokens.mistakes import MISTAKES

EXERCISE = Exercise(
    "evaluate_tokens",
    oracle.evaluating(oracle.report),
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
        Property(
            "Without any token, too, the mode is what it was.",
            evaluation(2, 3, empty=(0,)),
            watch=("inputs",),
        ),
        Property("It holds for a model in float64.", evaluation(4, 6, 2, 3, dtype=torch.float64)),
        Property(COURTEOUS, evaluation(2, 3, 1, 4, pad_id=-1), watch=("inputs", "globals")),
        Property(ANY_DEVICE, evaluation(2, 3, 2, 2), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    look=oracle.lenient,
    authority="F.cross_entropy",
)
