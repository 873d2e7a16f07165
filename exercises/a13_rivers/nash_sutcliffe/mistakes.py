"""The mistakes that people make in nash_sutcliffe, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a13_rivers.nash_sutcliffe import oracle as q
from exercises.a13_rivers.sections import SCORE

MISTAKES = (
    Mistake(
        "the gaps were not left out",
        "One NaN makes a sum NaN, and the score with it. Keep the days on which observed is no NaN, of both "
        "tensors, before you sum.",
        SCORE,
        (q.scored(left=lambda s, o: (s, o)),),
    ),
    Mistake(
        "the gaps were filled",
        "A day without a measurement is no day without water. Filled with 0, with the mean or with the simulation "
        "itself, it counts as an error or as a success that nobody saw.",
        SCORE,
        (
            q.filled(lambda s, o: torch.zeros_like(o)),
            q.filled(lambda s, o: o.nanmean().expand_as(o)),
            q.filled(lambda s, o: s),
            q.filled(lambda s, o: o.nanmedian().expand_as(o)),
        ),
    ),
    Mistake(
        "the gaps were left out of one sum only",
        "Above and below the line stand the same days, and the mean is taken over them too. Otherwise the two sums "
        "count different numbers of days.",
        SCORE,
        (q.only(above=True), q.only(above=False)),
    ),
    Mistake(
        "days without a simulation were left out",
        "A simulation has to answer for every day that was observed. If its NaN are left out too, a model that "
        "fails on floods gets the score of the quiet days.",
        SCORE,
        (
            q.scored(left=q.both_observed),
            q.scored(lambda s, o: 1 - float((s - o).square().nansum() / (o - o.mean()).square().sum())),
        ),
    ),
    Mistake(
        "the mean is that of the simulation",
        "The simulation is compared with the best constant forecast, and that is the mean of what was observed. The "
        "mean of the simulation moves with the model that is to be judged.",
        SCORE,
        (
            q.ratio(below=lambda s, o: (o - s.mean()).square().sum()),
            q.ratio(below=lambda s, o: (s - o.mean()).square().sum()),
        ),
    ),
    Mistake(
        "the mean was not subtracted",
        "Below the line stand the distances from the mean of the observed flow. The flow itself is far from 0, so "
        "its squares are large and every model looks good.",
        SCORE,
        (q.ratio(below=lambda s, o: o.square().sum()),),
    ),
    Mistake(
        "it is the ratio, not 1 minus the ratio",
        "The ratio of the two sums is 0 for a perfect simulation. The score is 1 minus that: 1 is perfect, 0 as "
        "good as the mean.",
        SCORE,
        (
            q.ratio(end=lambda quotient: quotient),
            q.ratio(end=lambda quotient: quotient - 1),
            q.ratio(end=lambda quotient: 1 / quotient),
        ),
    ),
    Mistake(
        "it is not made of squares",
        "Both sums are sums of squares, and no root is taken at the end. With absolute values or roots it is "
        "another score.",
        SCORE,
        (
            q.ratio(lambda s, o: (s - o).abs().sum(), lambda s, o: (o - o.mean()).abs().sum()),
            q.ratio(end=lambda quotient: 1 - quotient.sqrt()),
        ),
    ),
    Mistake(
        "the two sums were divided by different numbers",
        "Tensor.var and Tensor.std divide by n - 1 unless told otherwise, a mean by n. Use two sums, or two means "
        "of the same days.",
        SCORE,
        (
            q.ratio(lambda s, o: (s - o).square().mean(), lambda s, o: o.var()),
            q.ratio(lambda s, o: (s - o).square().mean()),
            q.ratio(below=lambda s, o: o.var()),
            q.ratio(below=lambda s, o: o.var(correction=0)),
        ),
    ),
    Mistake(
        "it is the squared correlation",
        "A correlation does not see a simulation that is always twice too high, or too high by the same amount. The "
        "Nash-Sutcliffe efficiency does.",
        SCORE,
        (q.scored(q.correlation), q.scored(lambda s, o: q.correlation(s, o) ** 0.5)),
    ),
    Mistake(
        "it is an error, not a score",
        "The mean squared error has the unit of the flow squared, and a large river has a large one. Divide by what "
        "the mean of the observed flow would get.",
        SCORE,
        (
            q.scored(lambda s, o: float((s - o).square().mean())),
            q.scored(lambda s, o: float((s - o).square().mean().sqrt())),
            q.scored(lambda s, o: float((s - o).square().sum())),
        ),
    ),
    Mistake(
        "simulated and observed were exchanged",
        "The first argument is the simulation, the second what was observed. The gaps and the mean are those of the "
        "second.",
        SCORE,
        (q.scored(lambda s, o: q.of_both(o, s)),),
    ),
    Mistake(
        "a denominator of 0 gave no error",
        "Where the observed flow never changes, or was never observed, there is nothing to compare with. Raise "
        "ValueError instead of returning inf, NaN or a number that looks like a score.",
        SCORE,
        (
            q.scored(constant=False),
            q.scored(
                lambda s, o: q.of_both(s, o) if len(o) and bool((o != o[0]).any()) else 0.0, constant=False
            ),
        ),
    ),
    Mistake(
        "different shapes were accepted",
        "Shapes (T, 1) and (T,) broadcast to (T, T): every day is compared with every other, without a word. "
        "Compare the shapes first and raise ValueError.",
        SCORE,
        (q.broadcast, q.flattened),
    ),
)
