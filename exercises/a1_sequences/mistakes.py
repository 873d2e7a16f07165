"""The mistakes people make in the exercises on sequences, with what each gives; the exercises take them here.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a1_sequences import oracles as q

LESSON = "notebooks/01_sequences.ipynb#"
WINDOWS = LESSON + "Windows-and-horizons"
SCALING = LESSON + "Split-by-time,-scale-with-the-past"
COLUMNS = LESSON + "5.-A-stream-of-text-cut-the-wrong-way"

MAKE_WINDOWS = (
    Mistake(
        "the target is the last step of the window",
        "Counting starts at 0: the window that begins at n ends at n + window - 1, and with horizon 1 the target "
        "is the step after that. A target inside the window can be copied, and every score is too good.",
        LESSON + "4.-The-target-inside-the-window",
        (q.windows(ahead=-1), q.windows(ahead=-1, fewer=-1, horizon=None)),
    ),
    Mistake(
        "the target is one step too far away",
        "The window ends at n + window - 1, so that the step `horizon` further is n + window - 1 + horizon. "
        "Without the - 1 a step lies between, and one window is lost.",
        WINDOWS,
        (q.windows(ahead=1, fewer=1),),
    ),
    Mistake(
        "the horizon was ignored",
        "horizon says how many steps after the window's end the target lies; 1 is only its default. With a "
        "larger one the last windows have no target, so that there are fewer of them.",
        WINDOWS,
        (q.horizon_ignored, q.windows(horizon=1)),
    ),
    Mistake(
        "the last window was left out",
        "N = T - window - horizon + 1: the + 1 counts the window that begins at 0. A range that ends at N has N "
        "elements, one that ends at N - 1 loses the newest data.",
        WINDOWS,
        (q.windows(fewer=1), q.windows(fewer=1, least=0)),
    ),
    Mistake(
        "the windows do not overlap",
        "With stride 1 each window begins one step after the one before, so that they share all steps but one. "
        "Cutting the series into blocks uses each step once, and makes far fewer windows.",
        WINDOWS,
        (q.side_by_side,),
    ),
    Mistake(
        "the windows have time in the last axis",
        "Tensor.unfold puts the new axis last: (N, F, window). What recurrent layers read is (N, window, F); a "
        "transpose(1, 2) puts it right.",
        WINDOWS,
        (q.time_last,),
    ),
    Mistake(
        "the features of a window were run together",
        "Each window keeps its axes: (N, window, F). Flattened to (N, window * F) a recurrent layer can no longer "
        "tell steps from features.",
        LESSON + "What-a-recurrent-layer-adds",
        (q.flattened,),
    ),
    Mistake(
        "a series of one axis came back with two",
        "A series (T,) gives windows (N, window) and targets (N,). An extra axis of size 1 makes a later "
        "difference y_hat - y broadcast to (N, N), without a word.",
        WINDOWS,
        (q.column_targets, q.column_everything),
    ),
    Mistake(
        "the target is all steps up to the horizon",
        "y[n] is one step, the one `horizon` steps after the window's end. Index the series with one number k, not "
        "with a slice k : k + horizon: a slice keeps its axis even where it holds one step.",
        WINDOWS,
        (q.targets_up_to_horizon,),
    ),
    Mistake(
        "the target is a whole window",
        "y[n] is one step of the series, the one `horizon` steps after the window's end. Windows as targets are "
        "another task, in which every step predicts its next one.",
        WINDOWS,
        (q.targets_are_windows,),
    ),
    Mistake(
        "the results are views of the series",
        "Slices, unfold and as_strided show the same memory under another shape. Scale such a window in place "
        "and the series changes, and with it all windows that overlap.",
        WINDOWS,
        (q.views(0, 1), q.views(0), q.views(1)),
    ),
    Mistake(
        "a series that is too short gave no error",
        "With N < 1 there is not one window with its target. An empty result would go unnoticed until a mean "
        "over it is NaN, so the function raises ValueError at once.",
        WINDOWS,
        (q.windows(least=-(10**6)),),
    ),
)

SPLIT_STANDARDIZE = (
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
        "a feature that never changes was divided by almost nothing",
        "A constant feature has the standard deviation 0. Below eps the divisor is 1, exactly; adding eps or "
        "clamping to it blows every deviation in the test part up by 1 / eps.",
        SCALING,
        (
            q.standardized(guard=lambda std, eps: std),
            q.standardized(guard=lambda std, eps: std + eps),
            q.standardized(guard=lambda std, eps: std.clamp(min=eps)),
            q.standardized(guard=lambda std, eps: std + eps, returned=lambda mean, std, raw: (mean, raw)),
            q.standardized(guard=lambda std, eps: torch.where(std == 0, torch.ones_like(std), std)),
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

BATCHIFY = (
    Mistake(
        "the text runs across the columns",
        "view(L, batch_size) fills row by row, so that neighbours in the text end up side by side, and each "
        "column reads every batch_size-th token. First cut into batch_size rows, then transpose.",
        COLUMNS,
        (q.across,),
    ),
    Mistake(
        "the segments are rows, not columns",
        "A segment should run down a column: (L, batch_size), time first. This is its transpose.",
        COLUMNS,
        (q.rows_for_columns,),
    ),
    Mistake(
        "the remainder was dropped at the start",
        "The tokens that fill no whole row are dropped at the end of the stream. Here the first ones are gone, "
        "and every segment begins somewhere else.",
        COLUMNS,
        (q.start_dropped,),
    ),
    Mistake(
        "the last segment was filled up",
        "L is N // batch_size, rounded down, and what is left over is dropped. Rounded up, the last column holds "
        "tokens that nobody wrote.",
        COLUMNS,
        (q.padded, q.overlapping),
    ),
    Mistake(
        "the last row is missing",
        "There are L = N // batch_size whole rows, and all of them count. Here the last one was left out.",
        COLUMNS,
        (q.last_row_dropped,),
    ),
    Mistake(
        "the tokens are no whole numbers any more",
        "Tokens are numbers of words or letters, and nn.Embedding takes whole numbers only. The result keeps the "
        "dtype of the stream, int64.",
        COLUMNS,
        (q.as_float,),
    ),
    Mistake(
        "the stream was changed",
        "The caller still needs the stream: resize_, and writing into slices, change it in place. Make a new "
        "tensor instead.",
        COLUMNS,
        (q.emptied,),
    ),
)
