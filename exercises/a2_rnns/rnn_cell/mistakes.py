"""The mistakes that people make in rnn_cell, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a2_rnns import shared
from exercises.a2_rnns.rnn_cell import oracle as q

LESSON = "notebooks/02_rnns.ipynb#"
STEP = LESSON + "One-step-by-hand"
MEMORY = LESSON + "The-hidden-state-is-the-only-memory"
CARRIED = LESSON + "1.-The-state-carried-over,-its-history-with-it"

MISTAKES = (
    Mistake(
        "one of the two biases was left out",
        "PyTorch's step adds both b_ih and b_hh before the tanh. It does not matter which is which, but both "
        "count.",
        STEP,
        (q.without(3), q.without(2)),
    ),
    Mistake(
        "a bias was added twice",
        "b_ih and b_hh are two parameters, and each is added once. Where both stand in either half of the "
        "sum, or one of them takes the other's place, the total is another one.",
        STEP,
        tuple(lambda x, h, *w, t=t: q.rnn_cell(x, h, *shared.biased(t, w)) for t in shared.TWICE),
    ),
    Mistake(
        "both biases were left out",
        "Before the tanh the step adds b_ih and b_hh to the two products. Without them a unit whose input and "
        "state are zero could only stay at zero.",
        STEP,
        (lambda x, h, *w: q.rnn_cell(x, h, *shared.ignoring(2, shared.ignoring(3, w))),),
    ),
    Mistake(
        "the old hidden state was left out",
        "The new state is made from x through W_ih and from the old h through W_hh, and the two are added. "
        "Without h the network remembers nothing.",
        MEMORY,
        (q.without(1), lambda x, h, *w: q.rnn_cell(x, h * 0, *shared.ignoring(3, w))),
    ),
    Mistake(
        "the tanh was left out",
        "The step ends with a tanh, which keeps every unit between -1 and 1. Without it the network is linear, "
        "and its state can grow without bound.",
        STEP,
        (shared.after(lambda z: z),),
    ),
    Mistake(
        "another activation took the place of the tanh",
        "This step's activation is tanh, from -1 to 1. A sigmoid (0 to 1) belongs to gates, a relu to "
        "nonlinearity='relu'.",
        STEP,
        (shared.after(torch.sigmoid), shared.after(torch.relu)),
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
