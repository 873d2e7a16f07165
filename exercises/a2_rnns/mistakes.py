"""The mistakes people make in the exercises on RNNs, with what each gives; the exercises take them here.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a2_rnns import oracles as q

LESSON = "notebooks/02_rnns.ipynb#"
STEP = LESSON + "One-step-by-hand"
MEMORY = LESSON + "The-hidden-state-is-the-only-memory"
SHAPES = LESSON + "The-shapes"
CARRIED = LESSON + "1.-The-state-carried-over,-its-history-with-it"

RNN_CELL = (
    Mistake(
        "one of the two biases was left out",
        "PyTorch's step adds both b_ih and b_hh before the tanh. It does not matter which is which, but both "
        "count.",
        STEP,
        (q.without(3), q.without(2)),
    ),
    Mistake(
        "both biases were left out",
        "Before the tanh the step adds b_ih and b_hh to the two products. Without them a unit whose input and "
        "state are zero could only stay at zero.",
        STEP,
        (lambda x, h, *w: q.rnn_cell(x, h, *q.ignoring(2, q.ignoring(3, w))),),
    ),
    Mistake(
        "the old hidden state was left out",
        "The new state is made from x through W_ih and from the old h through W_hh, and the two are added. "
        "Without h the network remembers nothing.",
        MEMORY,
        (q.without(1), lambda x, h, *w: q.rnn_cell(x, h * 0, *q.ignoring(3, w))),
    ),
    Mistake(
        "the tanh was left out",
        "The step ends with a tanh, which keeps every unit between -1 and 1. Without it the network is linear, "
        "and its state can grow without bound.",
        STEP,
        (q.after(lambda z: z),),
    ),
    Mistake(
        "another activation took the place of the tanh",
        "This step's activation is tanh, from -1 to 1. A sigmoid (0 to 1) belongs to gates, a relu to "
        "nonlinearity='relu'.",
        STEP,
        (q.after(torch.sigmoid), q.after(torch.relu)),
    ),
    Mistake(
        "a weight matrix was not transposed",
        "W_ih is (H, I), one row for each unit, so x (B, I) is multiplied with its transpose: x @ W_ih.T. Where "
        "all sizes are equal the other way raises no error, and gives other numbers.",
        STEP,
        (q.transposed(0, 1), q.transposed(0), q.transposed(1)),
    ),
    Mistake(
        "the weights stand on the left of x and h",
        "W x is how textbooks write it for one sequence, a column. Here x is (B, I): the sequences of the batch "
        "are rows, so the weights come on the right, transposed: x @ W_ih.T.",
        STEP,
        (q.weights_first,),
    ),
    Mistake(
        "the two weight matrices were exchanged",
        "x is read through W_ih, input to hidden, and h through W_hh, hidden to hidden. Where inputs and units "
        "are equally many, the exchange raises no error.",
        STEP,
        (q.weights_exchanged,),
    ),
    Mistake(
        "the tanh was taken of each part before the sum",
        "Everything is added first, and one tanh is taken of the sum. Two of them added reach from -2 to 2.",
        STEP,
        (q.two_activations,),
    ),
    Mistake(
        "the old state was added to the new one",
        "An RNN's new state replaces the old one, which enters only through W_hh. Adding it on top is another "
        "network, a residual one.",
        STEP,
        (q.old_state_added,),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach(), torch.no_grad() or NumPy took them out of autograd's "
        "graph. Such a step can run, and can never be trained.",
        CARRIED,
        (q.cut_off,),
    ),
    Mistake(
        "the old state was overwritten",
        "The result is right, but it was written into the caller's h. The old state is needed for the gradients, "
        "and by anybody who wants to take the step again.",
        STEP,
        (q.in_place,),
    ),
)

RNN_FORWARD = (
    Mistake(
        "the state was never carried on",
        "Only the first step starts from h0. Each later one reads the state that the step before it left, or "
        "nothing of the past reaches it.",
        MEMORY,
        (q.never_carried, q.given(lambda x, h0, w, n: (x, h0, q.ignoring(1, w), n))),
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
        "With nonlinearity='relu' the step ends with a relu instead of the tanh. tanh is only the default.",
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
            q.given(lambda x, h0, w, n: (x, h0, q.ignoring(3, w), n)),
            q.given(lambda x, h0, w, n: (x, h0, q.ignoring(2, w), n)),
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

RUN_IN_CHUNKS = (
    Mistake(
        "every piece started from zeros",
        "The second piece continues the first: it must start from the state that the first one ended with. "
        "Without hx the module takes zeros, and forgets at every cut.",
        MEMORY,
        (q.by_pieces(lambda state, hx: None), q.by_pieces(lambda state, hx: None, start=False)),
    ),
    Mistake(
        "every piece started from hx",
        "hx belongs to the first piece. Each later one starts from the state that the piece before it left.",
        MEMORY,
        (q.by_pieces(lambda state, hx: hx),),
    ),
    Mistake(
        "hx was ignored",
        "The caller may hand over a state to start from. Zeros are right only where hx is None.",
        MEMORY,
        (q.by_pieces(start=False),),
    ),
    Mistake(
        "the last, shorter piece was left out",
        "The number of steps need not be a multiple of chunk_len. x.split(chunk_len) gives the shorter piece at "
        "the end as well; T // chunk_len counts whole pieces only.",
        MEMORY,
        (
            q.by_pieces(keep=lambda pieces, n: tuple(p for p in pieces if len(p) == n)),
            q.by_pieces(keep=lambda pieces, n: pieces[:-1] or pieces),
        ),
    ),
    Mistake(
        "the state was detached between the pieces",
        "Detaching is what truncated backpropagation does, on purpose. Here the pieces should add up to the "
        "whole, gradients included, so the state is handed on as it is.",
        CARRIED,
        (q.by_pieces(q.detached), q.by_pieces(q.detached, at_the_end=True)),
    ),
    Mistake(
        "the sequence was fed in other pieces",
        "The numbers are the same, but the pieces are what this is for: a sequence too long to be run at once. "
        "Each call gets chunk_len steps, the last one what is left; x.chunk(n), in contrast, makes n pieces.",
        MEMORY,
        (q.all_at_once, q.chunks_counted, q.by_pieces(keep=lambda pieces, n: torch.cat(pieces).split(1))),
    ),
    Mistake(
        "only the output of the last piece was returned",
        "output has all T steps. The outputs of the pieces are joined along time, with torch.cat.",
        MEMORY,
        (q.last_piece_only,),
    ),
    Mistake(
        "the outputs were not joined",
        "Pieces of (chunk_len, B, H) join along time to one tensor (T, B, H). torch.cat does that, also where "
        "the last one is shorter.",
        MEMORY,
        (q.listed,),
    ),
    Mistake(
        "the cell state of the LSTM was left out",
        "An nn.LSTM's state is a pair, (h_n, c_n), and both parts are needed to go on. Return it as the module "
        "gives it.",
        SHAPES,
        (q.hidden_only,),
    ),
    Mistake(
        "the final state is that of the top layer only",
        "output shows the top layer, at every step; the state has every layer, after the last step: (layers, B, "
        "H). It cannot be read off output.",
        LESSON + '"`output`-holds-all-hidden-states."'.replace("`", ""),
        (q.top_layer_only,),
    ),
    Mistake(
        "the module's mode was changed",
        "Whether the module trains or evaluates is its owner's decision, and decides whether dropout acts. "
        "Leave it as it is.",
        LESSON + "The-arguments",
        (q.switched, q.in_training),
    ),
)
