"""The mistakes that people make in lstm_forward, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a4_nn_lstm.lstm_forward import oracle as q

LESSON = "notebooks/04_nn_lstm.ipynb#"
CELL = LESSON + "The-weights-in-a-cell-of-your-own"
FIRST = LESSON + "Batch-first"
START = LESSON + "The-initial-state"

MISTAKES = (
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
        "a bias was added twice",
        "b_ih and b_hh are two parameters, and every step adds each of them once. Where both stand in either "
        "half of the sum, or one of them takes the other's place, the total is another one.",
        LESSON + "Two-biases",
        tuple(q.biased(*times) for times in ((2, 2), (2, 0), (0, 2), (2, 1), (1, 2))),
    ),
    Mistake(
        "reshape took the place of a transpose",
        "transpose(0, 1) exchanges time and batch. reshape and view keep the numbers in their order and cut that order "
        "anew: the shape is right, and the steps of several sequences are mixed.",
        FIRST,
        (q.reshaped(True, True), q.reshaped(True, False), q.reshaped(False, True)),
    ),
    Mistake(
        "the axis of layers was left in the states",
        "h_0 and c_0 are (1, B, H), one layer; a step's state is (B, H). Take that axis off before the loop, "
        "h_0[0], and the stacked steps are (T, B, H).",
        START,
        (q.with_layer_axis(False), q.with_layer_axis(True)),
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
        "output has the batch first although x has time first",
        "Without batch_first x and output are (T, B, ...). torch.stack makes the new axis the first one, which is time; "
        "stacked along dim=1 the result is (B, T, H).",
        FIRST,
        (
            q.giving(lambda output, h_n, c_n, b: (output if b else output.transpose(0, 1), (h_n, c_n))),
            q.giving(lambda output, h_n, c_n, b: (output.transpose(0, 1), (h_n, c_n))),
        ),
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
        "h was computed as o * c, without the tanh",
        "The cell state c has no bound, and h shows it through a tanh. Each step ends with h = o * tanh(c).",
        CELL,
        (q.showing(lambda c, before: c),),
    ),
    Mistake(
        "h was computed from the old c",
        "The output gate looks at the cell state after this step's update. Compute the new c first, and h from it.",
        CELL,
        (q.showing(lambda c, before: before.tanh()),),
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
