"""The mistakes that people make in split_standardize, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a1_sequences.split_standardize import oracle as q

LESSON = "notebooks/01_sequences.ipynb#"
SCALING = LESSON + "Split-by-time,-scale-with-the-past"

MISTAKES = (
    Mistake(
        "the statistics are those of the whole series",
        "Mean and standard deviation may come from the training part only. Taken over all rows they tell the "
        "model where the future lies, and its test score is too good.",
        LESSON + "2.-Scaled-with-statistics-of-the-whole-series",
        (
            q.standardized(lambda series, n: q.plain_statistics(series)),
            q.standardized(lambda series, n: q.plain_statistics(series, correction=1)),
        ),
    ),
    Mistake(
        "the test part was standardized with its own statistics",
        "The test part plays the future, whose mean nobody knows yet. Shifted by its own mean it also loses the "
        "very change of level that the model should cope with.",
        SCALING,
        (q.each_its_own,),
    ),
    Mistake(
        "the statistics are those of the test part",
        "Time runs from the first row to the last, and the first n_train rows are the training part. The "
        "statistics were taken from the rows behind them.",
        SCALING,
        (q.standardized(lambda series, n: q.plain_statistics(series[n:])),),
    ),
    Mistake(
        "the standard deviation was divided by n - 1",
        "Tensor.std divides by n - 1 unless told otherwise. The population's, asked for here, divides by n: "
        "std(0, correction=0).",
        SCALING,
        (q.standardized(lambda series, n: q.plain_statistics(series[:n], correction=1)),),
    ),
    Mistake(
        "the variance was taken for the standard deviation",
        "The standard deviation is the root of the mean squared distance from the mean. Divided by the variance, "
        "the result still depends on the unit that a feature is measured in.",
        SCALING,
        (q.standardized(lambda series, n: (series[:n].mean(0), series[:n].var(0, correction=0))),),
    ),
    Mistake(
        "one mean and one standard deviation were used for all features",
        "Features have units of their own: each gets its own mean and standard deviation, over time, axis 0. "
        "Without dim=0 mean() and std() run over everything.",
        SCALING,
        tuple(
            q.standardized(
                lambda series, n, c=c: (series[:n].mean(), series[:n].std(correction=c)),  # type: ignore[misc]
                returned=returned,
            )
            for c in (0, 1)
            for returned in (
                lambda mean, std, raw: (mean, std),
                lambda mean, std, raw: (mean.reshape(1), std.reshape(1)),
            )
        ),
    ),
    Mistake(
        "eps was not looked at",
        "The divisor is 1 for each feature whose standard deviation is below eps, whatever eps is. Whoever asks for an "
        "exact 0, or compares with another number, divides by what is nearly 0.",
        SCALING,
        (
            q.standardized(guard=lambda std, eps: torch.where(std == 0, torch.ones_like(std), std)),
            q.standardized(guard=lambda std, eps: q.guarded(std, 1e-8)),
        ),
    ),
    Mistake(
        "a feature that never changes was divided by almost nothing",
        "A constant feature has the standard deviation 0. Below eps the divisor is 1, exactly; adding eps or "
        "clamping to it blows every deviation in the test part up by 1 / eps.",
        SCALING,
        (
            q.standardized(guard=lambda std, eps: std),
            q.standardized(guard=lambda std, eps: std + eps),
            q.standardized(guard=lambda std, eps: std.clamp(min=eps)),
            q.standardized(guard=lambda std, eps: std + eps, returned=lambda mean, std, raw: (mean, raw)),
        ),
    ),
    Mistake(
        "the standard deviation was returned as it was before the guard",
        "Who standardizes new data with the returned numbers must get the same result as here. So std holds the "
        "divisor that was used: 1 where the feature never changes.",
        SCALING,
        (q.standardized(returned=lambda mean, std, raw: (mean, raw)),),
    ),
    Mistake(
        "mean and standard deviation have an axis too many",
        "keepdim=True leaves (1, F), which is handy inside the function. What is returned has one number for "
        "each feature: (F,).",
        SCALING,
        (
            q.standardized(returned=lambda mean, std, raw: (mean[None], std[None])),
            q.standardized(returned=lambda mean, std, raw: (mean[None], std)),
        ),
    ),
    Mistake(
        "the data were only centred, or only scaled",
        "Standardizing is both: first the mean is subtracted, then the difference is divided by the standard "
        "deviation. Either alone leaves features of different size or level.",
        SCALING,
        (q.centred_only, q.scaled_only),
    ),
    Mistake(
        "the test part was left as it was",
        "The model sees both parts in the same units, or its test score means nothing. The test part goes "
        "through the same subtraction and division as the training part.",
        SCALING,
        (q.train_only,),
    ),
    Mistake(
        "the series itself was standardized",
        "-=, /= and other operations in place write into the caller's data. A second call would then "
        "standardize what is standardized already.",
        SCALING,
        (q.in_place,),
    ),
)
