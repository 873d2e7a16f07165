"""The mistakes that people make in make_windows, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a1_sequences.make_windows import oracle as q

LESSON = "notebooks/01_sequences.ipynb#"
WINDOWS = LESSON + "Windows-and-horizons"

MISTAKES = (
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
