"""binary_report: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS
from exercises.a8_metrics.binary_report import oracle
from exercises.a8_metrics.binary_report.hints import HINTS
from exercises.a8_metrics.binary_report.mistakes import MISTAKES
from exercises.a8_metrics.cases import answers, unequal

EXERCISE = Exercise(
    "binary_report",
    oracle.binary_report,
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
        Property("It holds for uint8, which knows no -1 and ends at 255.", answers(1400, true=torch.uint8)),
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
    MISTAKES,
    HINTS,
    authority="the definition",
)
