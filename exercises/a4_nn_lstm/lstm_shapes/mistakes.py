"""The mistakes that people make in lstm_shapes, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from collections.abc import Callable
from typing import Any

from autograder.checking.language import Mistake
from exercises.a4_nn_lstm.lstm_shapes import oracle as q

LESSON = "notebooks/04_nn_lstm.ipynb#"
FIRST = LESSON + "Batch-first"
PROJ = LESSON + "proj_size"
FEATURES = LESSON + "How-many-features-come-out"


def _shape(name: str, change: Callable[[Any], Any]) -> Callable[..., Any]:
    """One of the three shapes replaced by `change(shape)`."""
    return q.reshaped(lambda right, first, args: {**right, name: change(right[name])})


def _states_batch_first(right: Any, first: bool, args: Any) -> Any:
    """Batch and layers of the states exchanged."""
    if not first or len(right["h_n"]) < 3:
        return right
    return {n: s if n == "output" else (s[1], s[0], s[2]) for n, s in right.items()}


def _side_by_side(right: Any, first: bool, args: Any) -> Any:
    """The states of both directions in the features, as output has them."""
    if len(args) < 7 or not args[6]:
        return right
    return {n: s if n == "output" else (s[0] // 2, *s[1:-1], 2 * s[-1]) for n, s in right.items()}


MISTAKES = (
    Mistake(
        "batch_first was ignored",
        "With batch_first=True the output is (batch, time, features). It is the layout of x.",
        FIRST,
        (q.called_with(batch_first=False),),
    ),
    Mistake(
        "the states are batch first",
        "batch_first speaks of the input and output only. h_n and c_n are (D * layers, batch, features) always.",
        LESSON + "2.-States-expected-batch-first",
        (q.reshaped(_states_batch_first),),
    ),
    Mistake(
        "output shows one direction only",
        "With bidirectional=True the output holds both directions side by side. Its last axis is twice as long.",
        FEATURES,
        (
            q.reshaped(
                lambda right, first, args: {
                    **right,
                    "output": q.called_with(bidirectional=False)(*args)["output"],
                }
            ),
        ),
    ),
    Mistake(
        "the directions of the states were left out",
        "Every layer ends once in each direction, so h_n and c_n have D * num_layers entries along their first "
        "axis. Their features are not doubled.",
        FEATURES,
        (
            q.called_with(bidirectional=False),
            q.reshaped(
                lambda right, first, args: {
                    **q.called_with(bidirectional=False)(*args),
                    "output": right["output"],
                }
            ),
        ),
    ),
    Mistake(
        "the directions were put into the features of the states",
        "Only output has both directions side by side. h_n and c_n have them in rows: D * num_layers entries along "
        "their first axis, each with the features of one direction.",
        FEATURES,
        (q.reshaped(_side_by_side),),
    ),
    Mistake(
        "the layers were left out",
        "h_n and c_n hold the last state of every layer, not of the top one alone. Their first axis has "
        "D * num_layers entries.",
        LESSON + "6.-output-taken-for-a-list-of-layers",
        (q.called_with(num_layers=1),),
    ),
    Mistake(
        "proj_size was ignored",
        "With proj_size the hidden state is shrunk before anybody sees it. output and h_n have proj_size features, "
        "c_n keeps hidden_size.",
        PROJ,
        (q.called_with(proj_size=0),),
    ),
    Mistake(
        "the cell state was projected, too",
        "The projection shrinks h alone. The cell state keeps hidden_size features.",
        PROJ,
        (q.reshaped(lambda right, first, args: {**right, "c_n": right["h_n"]}),),
    ),
    Mistake(
        "h_n kept its size under a projection",
        "h_n is the last projected state, the very numbers that output shows. Only c_n has hidden_size "
        "features.",
        PROJ,
        (q.reshaped(lambda right, first, args: {**right, "h_n": right["c_n"]}),),
    ),
    Mistake(
        "a batch axis was put where there is no batch",
        "Unbatched input (time, features) gives unbatched results. No axis of size 1 is added for the batch.",
        LESSON + "Without-a-batch",
        (
            lambda seq_len, batch, *rest: q.lstm_shapes(seq_len, batch or 1, *rest),
            _shape("h_n", lambda shape: shape if len(shape) == 3 else (shape[0], 1, shape[1])),
        ),
    ),
    Mistake(
        "output has only the last step",
        "output has an entry for every step of the sequence. The last step alone is what h_n shows.",
        FEATURES,
        (
            q.reshaped(
                lambda right, first, args: {**right, "output": q.lstm_shapes(1, *args[1:])["output"]},
            ),
        ),
    ),
)
