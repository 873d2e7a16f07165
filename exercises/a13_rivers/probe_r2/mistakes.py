"""The mistakes that people make in probe_r2, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a13_rivers.probe_r2 import oracle as q
from exercises.a13_rivers.sections import CONTROL, PROBE

MISTAKES = (
    Mistake(
        "the probe has no intercept",
        "States have a level of their own, and so has the target. A column of ones beside the states lets the probe "
        "add a constant.",
        PROBE,
        (q.probing(q.no_intercept),),
    ),
    Mistake(
        "the score is that of the training days",
        "A probe with enough units fits the days that it was fitted to, whatever they are. R2 is measured on the "
        "days from `train` on.",
        PROBE,
        (q.probing(on=lambda train: slice(train)),),
    ),
    Mistake(
        "the score is that of all days",
        "The training days are among them, and the probe was fitted to those. R2 is measured on the days from "
        "`train` on alone.",
        PROBE,
        (q.probing(on=lambda train: slice(None)),),
    ),
    Mistake(
        "the probe was fitted to all days",
        "Then it knows the days that it is tried on. It is fitted to the first `train` days only.",
        PROBE,
        (
            q.probing(of=lambda train: slice(None)),
            q.probing(of=lambda train: slice(None), rolled=q.partly_rolled),
        ),
    ),
    Mistake(
        "training days and later days were exchanged",
        "The probe is fitted to the past and tried on the future. The first `train` days are for fitting, the "
        "rest is for the score.",
        PROBE,
        (
            q.probing(
                of=lambda train: slice(train, None),
                on=lambda train: slice(train),
                rolled=lambda y, train, shift: y[train:].roll(shift),
            ),
        ),
    ),
    Mistake(
        "the mean below the line is that of other days",
        "R2 compares with the best constant for the days that are scored, which is their own mean. With another "
        "mean the constant is worse, and the probe looks better.",
        PROBE,
        (q.below(lambda y, train: y[:train].mean()), q.below(lambda y, train: y.mean())),
    ),
    Mistake(
        "the mean was not subtracted below the line",
        "Below the line stand the squared distances of the target from its mean. The squares of the target itself "
        "depend on where its 0 lies.",
        PROBE,
        (q.below(lambda y, train: torch.zeros_like(y[0])),),
    ),
    Mistake(
        "it is the squared correlation",
        "A correlation forgives a wrong level and a wrong scale, and is never below 0. R2 is 1 minus a ratio of two "
        "sums of squares.",
        PROBE,
        (q.probing(score=q.explained), q.probing(score=lambda said, y: q.explained(said, y) ** 0.5)),
    ),
    Mistake(
        "it is an error, or the ratio without 1 minus",
        "1 is a perfect probe, 0 one as good as the mean. A mean squared error, its root, or the ratio of the two "
        "sums are 0 for a perfect one.",
        PROBE,
        (
            q.probing(score=lambda said, y: float((said - y).square().mean())),
            q.probing(score=lambda said, y: float((said - y).square().mean().sqrt())),
            q.probing(score=lambda said, y: 1 - q.r_squared(said, y)),
        ),
    ),
    Mistake(
        "the two sums were divided by different numbers",
        "Tensor.var divides by n - 1, a mean by n. Use two sums, or two means of the same days.",
        PROBE,
        (q.probing(score=lambda said, y: 1 - float((said - y).square().mean() / y.var())),),
    ),
    Mistake(
        "the weights are held small",
        "Ridge regression adds a term to the squares. Least squares, asked for here, does not.",
        PROBE,
        (q.probing(q.ridge),),
    ),
    Mistake(
        "the control was not rolled",
        "The control is another fit: to the training target rolled by `shift` days. If nothing was rolled, both "
        "numbers are the same.",
        CONTROL,
        (q.probing(rolled=lambda y, train, shift: y[:train]),),
    ),
    Mistake(
        "the target was rolled the other way, or reversed",
        "torch.roll(target, shift) gives day t the target of day t - shift. With -shift, or with the states rolled "
        "in place of the target, it is that of day t + shift.",
        CONTROL,
        (
            q.probing(rolled=lambda y, train, shift: y[:train].roll(-shift)),
            q.probing(rolled=lambda y, train, shift: y[:train].flip(0)),
        ),
    ),
    Mistake(
        "the whole target was rolled",
        "Rolled before it is cut, the end of the later days comes round to the training days. Cut first, roll the "
        "training part alone.",
        CONTROL,
        (q.probing(rolled=lambda y, train, shift: y.roll(shift)[:train]), q.judged_by_the_rolled(True)),
    ),
    Mistake(
        "the control was scored on a rolled target",
        "Only what the control is fitted to is rolled. It is scored on the true target of the later days, like the "
        "probe itself.",
        CONTROL,
        (q.judged_by_the_rolled(False), q.only_judged_by_the_rolled),
    ),
    Mistake(
        "the two results were exchanged, or one was subtracted from the other",
        "Return both numbers, first that of the probe, then that of the control. The reader decides how far apart "
        "they have to be.",
        CONTROL,
        (
            q.probing(end=lambda r2, control: (control, r2)),
            q.probing(end=lambda r2, control: (r2, r2 - control)),
            q.probing(end=lambda r2, control: (r2 - control, control)),
        ),
    ),
)
