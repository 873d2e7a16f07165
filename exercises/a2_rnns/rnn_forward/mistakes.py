"""The mistakes that people make in rnn_forward, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a2_rnns import shared
from exercises.a2_rnns.rnn_forward import oracle as q

LESSON = "notebooks/02_rnns.ipynb#"
STEP = LESSON + "One-step-by-hand"
MEMORY = LESSON + "The-hidden-state-is-the-only-memory"
SHAPES = LESSON + "The-shapes"
CARRIED = LESSON + "1.-The-state-carried-over,-its-history-with-it"

MISTAKES = (
    Mistake(
        "the state was never carried on",
        "Only the first step starts from h0. Each later one reads the state that the step before it left, or "
        "nothing of the past reaches it.",
        MEMORY,
        (q.never_carried, q.given(lambda x, h0, w, n: (x, h0, shared.ignoring(1, w), n))),
    ),
    Mistake(
        "h0 was ignored",
        "The caller may hand over a state to start from, for example the one an earlier piece of the text ended "
        "with. Zeros are right only where h0 is None.",
        MEMORY,
        (q.given(lambda x, h0, w, n: (x, None, w, n)),),
    ),
    Mistake(
        "the nonlinearity was ignored",
        "nonlinearity says what every step ends with. Take torch.relu where it is 'relu', and torch.tanh otherwise.",
        LESSON + "The-arguments",
        (
            q.given(lambda x, h0, w, n: (x, h0, w, "tanh")),
            q.given(lambda x, h0, w, n: (x, h0, w, "relu")),
        ),
    ),
    Mistake(
        "one of the two biases was left out",
        "Every step adds both b_ih and b_hh before its activation. It does not matter which is which, but both "
        "count.",
        STEP,
        (
            q.given(lambda x, h0, w, n: (x, h0, shared.ignoring(3, w), n)),
            q.given(lambda x, h0, w, n: (x, h0, shared.ignoring(2, w), n)),
        ),
    ),
    Mistake(
        "a bias was added twice",
        "b_ih and b_hh are two parameters, and every step adds each of them once. Where both stand in either "
        "half of the sum, or one of them takes the other's place, the total is another one.",
        STEP,
        tuple(q.given(lambda x, h0, w, n, t=t: (x, h0, shared.biased(t, w), n)) for t in shared.TWICE),
    ),
    Mistake(
        "output is batch first",
        "The states are put on a new axis of time, and time comes first here: (T, B, H). torch.stack makes its axis the "
        "first one; stacked along dim=1 the result is (B, T, H).",
        SHAPES,
        (q.giving(lambda output, h_n, h0: (output.transpose(0, 1), h_n)),),
    ),
    Mistake(
        "the states were joined instead of stacked",
        "torch.cat joins along an axis that is there: T states of (B, H) give (T * B, H). torch.stack puts "
        "them on a new axis, which is time: (T, B, H).",
        SHAPES,
        (
            q.giving(lambda output, h_n, h0: (output.flatten(0, 1), h_n)),
            q.giving(lambda output, h_n, h0: (torch.cat(list(output), 1), h_n)),
        ),
    ),
    Mistake(
        "h_n lost its first axis",
        "nn.RNN gives h_n as (1, B, H): one layer, its batch, its units, so that it can be handed back as the "
        "next h0. A stack over steps needs no such axis, the final state does.",
        SHAPES,
        (q.giving(lambda output, h_n, h0: (output, h_n[0])),),
    ),
    Mistake(
        "output kept the layer's axis",
        "h0 is (1, B, H), a step's state (B, H). With the axis of h0 left in, the stacked steps are "
        "(T, 1, B, H) instead of (T, B, H).",
        SHAPES,
        (q.giving(lambda output, h_n, h0: (output[:, None], h_n)),),
    ),
    Mistake(
        "output holds the states before each step",
        "output[t] is the state after step t. Append it when the step was taken, not before.",
        SHAPES,
        (q.giving(lambda output, h_n, h0: (torch.cat([h0, output[:-1]]), h_n)),),
    ),
    Mistake(
        "output begins with h0",
        "output has as many entries as x has steps, one after each. The state that the first step starts from "
        "is no result.",
        SHAPES,
        (q.giving(lambda output, h_n, h0: (torch.cat([h0, output]), h_n)),),
    ),
    Mistake(
        "h_n is not the last state",
        "h_n is the state after the last step, the same numbers as output[-1]. This is that of another step.",
        SHAPES,
        (
            q.giving(lambda output, h_n, h0: (output, output[:1])),
            q.giving(lambda output, h_n, h0: (output, h0)),
        ),
    ),
    Mistake(
        "the sequence was read from its end",
        "Steps are taken in the order of time: x[0] first. Backwards the state at t knows the future and not "
        "the past.",
        MEMORY,
        (
            q.given(lambda x, h0, w, n: (x.flip(0), h0, w, n)),
            lambda x, h0, *rest: (lambda r: (r[0].flip(0), r[1]))(q.rnn_forward(x.flip(0), h0, *rest)),
        ),
    ),
    Mistake(
        "time and batch were taken for each other",
        "x is (T, B, I): its first axis is time, and `for step in x` runs through it. Along the second the state "
        "runs from sequence to sequence.",
        LESSON + '"The-first-axis-is-the-batch."',
        (q.along_the_batch,),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach() or torch.no_grad() took them out of autograd's graph. That "
        "may be all of them, or each step's state, and then nothing is learned about the past.",
        CARRIED,
        (
            q.cut_between,
            q.giving(lambda output, h_n, h0: (output.detach(), h_n.detach())),
            q.giving(lambda output, h_n, h0: (output.detach(), h_n)),
            q.giving(lambda output, h_n, h0: (output, h_n.detach())),
        ),
    ),
)
