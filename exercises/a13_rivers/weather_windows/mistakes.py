"""The mistakes that people make in weather_windows, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a13_rivers.sections import CUTTING, EVERYTHING, SCALING, WINDOWS
from exercises.a13_rivers.weather_windows import oracle as q

MISTAKES = (
    Mistake(
        "the target is the day after the window",
        "Here nothing is forecast: the flow of a day is simulated from the weather up to and with that day. The "
        "target lies on the window's last day, and no window is lost.",
        WINDOWS,
        (q.tomorrow, q.made(targets=lambda flow, days: flow[days:])),
    ),
    Mistake(
        "the target is the window's first day",
        "A window that begins on the day of its target holds the weather of days to come. The model would see rain "
        "before it falls: the target lies on the last day.",
        WINDOWS,
        (q.made(targets=lambda flow, days: flow[: len(flow) - days + 1]),),
    ),
    Mistake(
        "the targets are not cut",
        "The first days - 1 days are the last day of no window. There are T - days + 1 targets, as many as windows.",
        WINDOWS,
        (q.made(targets=lambda flow, days: flow),),
    ),
    Mistake(
        "the targets are windows of flow",
        "A window has one target, the flow of its last day. The flows of the days before would be another task.",
        WINDOWS,
        (q.made(targets=lambda flow, days: flow.unfold(0, days, 1)),),
    ),
    Mistake(
        "the statistics are those of the whole series",
        "Mean and deviation may know the first `train` days only. Taken over all days they tell the model how the "
        "later years will be.",
        EVERYTHING,
        (
            q.made(lambda weather, train: q.known(weather, len(weather))),
            q.made(lambda weather, train: (weather.mean(0), weather.std(0))),
        ),
    ),
    Mistake(
        "the statistics are those of the later days",
        "The first `train` days are those for training. The statistics were taken from the days behind them.",
        SCALING,
        (
            q.made(
                lambda weather, train: (
                    weather[train:].mean(0),
                    q.unchanging(weather[train:].std(0, correction=0)),
                )
            ),
        ),
    ),
    Mistake(
        "the deviation was divided by n - 1",
        "Tensor.std divides by n - 1 unless told otherwise. What is asked for divides by n: std(0, correction=0).",
        SCALING,
        (q.made(lambda weather, train: (weather[:train].mean(0), q.unchanging(weather[:train].std(0)))),),
    ),
    Mistake(
        "the variance was taken for the deviation",
        "The standard deviation is the root of the variance. Divided by the variance, the result depends on the "
        "unit of a feature.",
        SCALING,
        (
            q.made(
                lambda weather, train: (
                    weather[:train].mean(0),
                    q.unchanging(weather[:train].var(0, correction=0)),
                )
            ),
        ),
    ),
    Mistake(
        "one mean and one deviation were used for all features",
        "Degrees and millimetres have nothing to do with each other. Each feature gets its own mean and deviation, "
        "over time, axis 0.",
        SCALING,
        (
            q.made(lambda weather, train: (weather[:train].mean(), weather[:train].std(correction=0))),
            q.made(lambda weather, train: (weather[:train].mean(), weather[:train].std())),
        ),
    ),
    Mistake(
        "each window was standardized on its own",
        "With its own mean subtracted a cold month looks like a warm one, and snow cannot be told from rain. All "
        "windows share the statistics of the training days.",
        SCALING,
        (q.each_its_own,),
    ),
    Mistake(
        "a feature that never changes was divided by 0",
        "Its deviation on the training days is 0, so every number becomes inf or NaN. Divide by 1 there.",
        SCALING,
        (
            q.guarded(lambda std: std),
            q.guarded(lambda std: std + 1e-8),
            q.guarded(lambda std: std + 1e-6),
            q.guarded(lambda std: std.clamp(min=1e-8)),
        ),
    ),
    Mistake(
        "the weather was only centred, only scaled, or left as it was",
        "Standardizing is both: the mean is subtracted, then the difference is divided by the deviation. "
        "Either alone leaves features of different level or size.",
        SCALING,
        (
            q.half_standardized(subtract=True),
            q.half_standardized(subtract=False),
            q.made(lambda weather, train: (torch.zeros_like(weather[0]), torch.ones_like(weather[0]))),
        ),
    ),
    Mistake(
        "the flow was standardized too",
        "Only the weather gets new numbers here. The target stays in the unit of the river.",
        WINDOWS,
        (q.flow_scaled,),
    ),
    Mistake(
        "a window was left out",
        "N = T - days + 1: the + 1 counts the window that begins on day 0. A range that ends at T - days loses the "
        "newest one.",
        CUTTING,
        (q.sliced(last=-1), q.sliced(first=1)),
    ),
    Mistake(
        "the windows do not overlap",
        "Each window begins one day after the one before, so that every day from the first full window on is "
        "simulated. Cut into blocks, one day in `days` is left.",
        CUTTING,
        (q.side_by_side,),
    ),
    Mistake(
        "the windows have another layout",
        "Tensor.unfold puts the days last: (N, F, days). A layer with batch_first=True reads (N, days, F), with one "
        "step for each day.",
        CUTTING,
        (
            q.giving(lambda windows, targets: (windows.transpose(1, 2), targets)),
            q.giving(lambda windows, targets: (windows.flatten(1), targets)),
            q.giving(lambda windows, targets: (windows.transpose(0, 1), targets)),
        ),
    ),
    Mistake(
        "the days of a window run backwards",
        "Time runs from the first day of a window to its last. The layer's last step is to be the day of the target.",
        CUTTING,
        (q.giving(lambda windows, targets: (windows.flip(1), targets)),),
    ),
    Mistake(
        "the targets have an axis too many",
        "One number for each window: (N,). With (N, 1) a later difference from (N,) would broadcast to (N, N).",
        CUTTING,
        (q.giving(lambda windows, targets: (windows, targets[:, None])),),
    ),
    Mistake(
        "windows without a target were left out, or filled",
        "Whoever trains leaves them out of the loss; a window still tells which day it is by its place. Here they "
        "stay, with NaN.",
        WINDOWS,
        (
            q.without_gaps,
            q.giving(lambda windows, targets: (windows, targets.nan_to_num(0.0))),
        ),
    ),
    Mistake(
        "a series that is too short gave no error",
        "With fewer days than a window there is not one. Raise ValueError, before an empty tensor makes a mean NaN "
        "much later.",
        CUTTING,
        (q.made(refuses=False),),
    ),
)
