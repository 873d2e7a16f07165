"""The mistakes people make in the exercises on nn.LSTM, with what each gives; the exercises take them here.

The order matters: where two explain a result equally well, the first is named.
"""

from collections.abc import Callable
from typing import Any

from autograder.checking.language import Mistake
from exercises.a4_nn_lstm import oracles as q

LESSON = "notebooks/04_nn_lstm.ipynb#"
CELL = LESSON + "The-weights-in-a-cell-of-your-own"
FIRST = LESSON + "Batch-first"
START = LESSON + "The-initial-state"
COUNT = LESSON + "Counting-parameters"
PROJ = LESSON + "proj_size"
FEATURES = LESSON + "How-many-features-come-out"

LSTM_FORWARD = (
    Mistake(
        "the blocks were read in another order",
        "The rows of nn.LSTM's weights are the blocks i, f, g, o. Read as i, f, o, g, or with i and f exchanged, "
        "every shape still fits and every number is wrong.",
        LESSON + "11.-Weights-copied-in-another-order",
        (q.in_order(0, 1, 3, 2), q.in_order(1, 0, 2, 3), q.in_order(0, 2, 1, 3), q.in_order(0, 3, 1, 2)),
    ),
    Mistake(
        "one of the two biases was left out",
        "Every step adds both b_ih and b_hh before the activations. It does not matter which is which, but both "
        "count.",
        LESSON + "Two-biases",
        (q.without(3), q.without(2)),
    ),
    Mistake(
        "the initial state was ignored",
        "The caller may hand over (h_0, c_0) to start from. Zeros are right only where hx is None.",
        START,
        (q.given(lambda x, hx, w, b: (x, None, w, b)),),
    ),
    Mistake(
        "only one part of the initial state was used",
        "hx is a pair: the hidden state that the gates read, and the cell state that is carried on. Both start "
        "from what the caller gives.",
        LESSON + "9.-The-state-taken-for-one-tensor",
        (
            q.given(lambda x, hx, w, b: (x, hx and (hx[0], hx[1] * 0), w, b)),
            q.given(lambda x, hx, w, b: (x, hx and (hx[0] * 0, hx[1]), w, b)),
        ),
    ),
    Mistake(
        "h and c were exchanged",
        "The pair is (h, c), on the way in and on the way out. Both have the same shape, so the exchange raises no "
        "error.",
        LESSON + "9.-The-state-taken-for-one-tensor",
        (
            q.giving(lambda output, h_n, c_n, b: (output, (c_n, h_n))),
            q.given(lambda x, hx, w, b: (x, hx and (hx[1], hx[0]), w, b)),
        ),
    ),
    Mistake(
        "batch_first was ignored",
        "With batch_first=True x and output are (B, T, ...). Read as (T, B, ...) the state runs from sequence to "
        "sequence instead of through time.",
        FIRST,
        (q.given(lambda x, hx, w, b: (x, hx, w, False)), q.given(lambda x, hx, w, b: (x, None, w, False))),
    ),
    Mistake(
        "output has time first although x has the batch first",
        "With batch_first=True the output comes back in the layout of x, (B, T, H). A transpose(0, 1) at the end "
        "puts it right.",
        FIRST,
        (q.giving(lambda output, h_n, c_n, b: (output.transpose(0, 1) if b else output, (h_n, c_n))),),
    ),
    Mistake(
        "the states are batch first",
        "batch_first speaks of x and output only. h_n and c_n are (1, B, H) in either case, as are h_0 and c_0.",
        LESSON + "2.-States-expected-batch-first",
        (q.giving(lambda o, h, c, b: (o, (h.transpose(0, 1), c.transpose(0, 1)) if b else (h, c))),),
    ),
    Mistake(
        "the states lost their first axis",
        "nn.LSTM gives h_n and c_n as (1, B, H): one layer, its batch, its units, so that they can be handed back "
        "as the next hx. unsqueeze(0) adds the axis.",
        START,
        (q.giving(lambda output, h_n, c_n, b: (output, (h_n[0], c_n[0]))),),
    ),
    Mistake(
        "the cell state was not carried on",
        "Both h and c go from step to step. A cell that starts each step from the same c has no memory but h.",
        CELL,
        (
            q.step_by_step(lambda after, hx: (after[0], hx[1] if hx else after[1] * 0)),
            q.step_by_step(lambda after, hx: (after[0], after[1] * 0)),
        ),
    ),
    Mistake(
        "the state was never carried on",
        "Only the first step starts from hx. Each later one reads the state that the step before it left.",
        CELL,
        (q.step_by_step(lambda after, hx: hx),),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach() or torch.no_grad() took them out of autograd's graph. That "
        "may be all of them, or each step's state, and then nothing is learned about the past.",
        CELL,
        (
            q.giving(lambda o, h, c, b: (o.detach(), (h.detach(), c.detach()))),
            q.step_by_step(lambda after, hx: (after[0].detach(), after[1].detach())),
        ),
    ),
)

LSTM_PARAM_COUNT = (
    Mistake(
        "one bias vector was counted instead of two",
        "nn.LSTM has b_ih and b_hh for every layer and direction, though their sum is all that matters. Both "
        "are parameters.",
        LESSON + "Two-biases",
        (q.counting(biases=1),),
    ),
    Mistake(
        "biases were counted although there are none",
        "With bias=False there is neither b_ih nor b_hh. What is left are the weights.",
        COUNT,
        (q.counting(always_bias=True),),
    ),
    Mistake(
        "no bias was counted",
        "bias=True is the default, and brings two vectors of 4H numbers for every layer and direction. They "
        "count.",
        COUNT,
        (q.counting(biases=0),),
    ),
    Mistake(
        "not four blocks were counted",
        "An LSTM has the blocks i, f, g and o: four times the rows of nn.RNN. Three would be a GRU, or the gates "
        "without the candidate.",
        COUNT,
        (q.counting(gates=3), q.counting(gates=1)),
    ),
    Mistake(
        "every layer was given the first layer's input",
        "Layers after the first do not see x. They read the output of the layer below, of D times H_out features.",
        COUNT,
        (
            q.counting(next_reads=lambda inputs, hidden, out, D: inputs),
            q.counting(next_reads=lambda inputs, hidden, out, D: D * inputs),
        ),
    ),
    Mistake(
        "layers after the first were given one direction's output",
        "With two directions a layer gives 2 H_out features, forward and backward side by side. The next layer "
        "reads both, in each of its directions.",
        COUNT,
        (q.counting(next_reads=lambda inputs, hidden, out, D: out),),
    ),
    Mistake(
        "the second direction was left out",
        "A bidirectional layer has a whole second set of parameters, whose names end in _reverse. All of it "
        "counts.",
        COUNT,
        (q.counting(directions=1),),
    ),
    Mistake(
        "only one layer was counted",
        "num_layers stacks layers, each with parameters of its own. The sum goes over all of them.",
        COUNT,
        (q.counting(layers=1),),
    ),
    Mistake(
        "proj_size was ignored",
        "A projection shrinks h from H to proj_size. That narrows W_hh and what the next layer reads, and adds "
        "W_hr.",
        PROJ,
        (lambda *args: q.counting()(*args[:5]),),
    ),
    Mistake(
        "the projection's own matrix was left out",
        "Beside narrowing W_hh, a projection brings a matrix W_hr (proj_size, H) for every layer and direction. It "
        "has parameters, too.",
        PROJ,
        (q.counting(shrink=lambda hidden, proj: 0),),
    ),
    Mistake(
        "W_hh was counted as if there were no projection",
        "The gates read the projected h, which has proj_size numbers. So W_hh is (4H, proj_size), not (4H, H).",
        PROJ,
        (q.counting(first_rows=lambda hidden, out: hidden),),
    ),
    Mistake(
        "layers after the first were given the unprojected state",
        "What a layer hands up is its output, and that is projected: D times proj_size features. The next layer's "
        "W_ih is as narrow.",
        PROJ,
        (q.counting(next_reads=lambda inputs, hidden, out, D: D * hidden),),
    ),
)


def _shape(name: str, change: Callable[[Any], Any]) -> Callable[..., Any]:
    """One of the three shapes replaced by `change(shape)`."""
    return q.reshaped(lambda right, first, args: {**right, name: change(right[name])})


def _states_batch_first(right: Any, first: bool, args: Any) -> Any:
    """Batch and layers of the states exchanged."""
    if not first or len(right["h_n"]) < 3:
        return right
    return {n: s if n == "output" else (s[1], s[0], s[2]) for n, s in right.items()}


LSTM_SHAPES = (
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
