"""The mistakes that people make in min_gru, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a12_scan.min_gru import oracle as q
from exercises.a12_scan.sections import GATES, MINIMAL, START

MISTAKES = (
    Mistake(
        "an axis of one was lost",
        "The result is (T, B, H), also where there is one step, one sequence or one unit. squeeze takes such an axis "
        "away; torch.stack needs none.",
        MINIMAL,
        (
            q.giving(lambda states, h_0: states.squeeze()),
            q.giving(lambda states, h_0: states.squeeze(0)),
            q.giving(lambda states, h_0: states.squeeze(1)),
            q.giving(lambda states, h_0: states.squeeze(-1)),
        ),
    ),
    Mistake(
        "z and 1 - z were exchanged",
        "z says how much of the candidate is written, 1 - z how much of the state is kept. PyTorch's nn.GRU has "
        "them the other way round; the papers on minGRU, and this course, do not.",
        MINIMAL,
        (q.with_gates(kept=q.identity, written=lambda z: 1 - z),),
    ),
    Mistake(
        "nothing is forgotten",
        "The state before is multiplied by 1 - z, so that what is written takes the place of something. Without "
        "that factor the state is a sum that only grows.",
        MINIMAL,
        (q.with_gates(kept=torch.ones_like),),
    ),
    Mistake(
        "the candidate is written whole",
        "The candidate is multiplied by z before it is added to what was kept. Without that factor the gate decides "
        "only what is forgotten.",
        MINIMAL,
        (q.with_gates(written=torch.ones_like),),
    ),
    Mistake(
        "the candidate went through a tanh",
        "The candidate of minGRU is the plain sum W_h x + b_h. The tanh of the GRU keeps a state in bounds that "
        "reads itself, and here none does.",
        MINIMAL,
        (q.with_gates(candidate=torch.tanh), q.with_gates(candidate=torch.sigmoid)),
    ),
    Mistake(
        "the gate is not a sigmoid",
        "z is a share between 0 and 1, so the sum goes through a sigmoid. A tanh goes below 0, and a plain sum has "
        "no bounds at all.",
        GATES,
        (
            q.with_gates(gate=torch.tanh),
            q.with_gates(gate=q.identity),
            q.with_gates(gate=torch.relu),
            q.with_gates(gate=lambda s: torch.softmax(s, -1)),
        ),
    ),
    Mistake(
        "the state was never carried on",
        "Only the first step starts from h_0. Each later one starts from the state that the step before it left.",
        MINIMAL,
        (
            q.with_gates(run=q.never_carried),
            q.with_gates(run=lambda a, b, h_0: b),
        ),
    ),
    Mistake(
        "h_0 was ignored",
        "The caller hands over the state to start from. Zeros would be right only where the caller passes zeros.",
        START,
        (q.given(lambda x, wz, bz, wh, bh, h: (x, wz, bz, wh, bh, torch.zeros_like(h))),),
    ),
    Mistake(
        "a bias was left out",
        "Both sums have a bias of their own: W_z x + b_z inside the sigmoid, W_h x + b_h for the candidate. Add "
        "each to its own sum.",
        GATES,
        (
            q.given(lambda x, wz, bz, wh, bh, h: (x, wz, torch.zeros_like(bz), wh, bh, h)),
            q.given(lambda x, wz, bz, wh, bh, h: (x, wz, bz, wh, torch.zeros_like(bh), h)),
            q.given(lambda x, wz, bz, wh, bh, h: (x, wz, torch.zeros_like(bz), wh, torch.zeros_like(bh), h)),
        ),
    ),
    Mistake(
        "the weights of gate and candidate were exchanged",
        "weight_z and bias_z make the gate, weight_h and bias_h the candidate. Read the order of the arguments once "
        "more.",
        GATES,
        (
            q.given(lambda x, wz, bz, wh, bh, h: (x, wh, bh, wz, bz, h)),
            q.given(lambda x, wz, bz, wh, bh, h: (x, wh, bz, wz, bh, h)),
            q.given(lambda x, wz, bz, wh, bh, h: (x, wz, bh, wh, bz, h)),
        ),
    ),
    Mistake(
        "a weight was not transposed",
        "A weight is (H, D), one row for each unit, so a step is x @ weight.T. With H equal to D the other way fits "
        "too, and gives other numbers.",
        GATES,
        (
            q.given(lambda x, wz, bz, wh, bh, h: (x, wz.T, bz, wh.T, bh, h)),
            q.given(lambda x, wz, bz, wh, bh, h: (x, wz.T, bz, wh, bh, h)),
            q.given(lambda x, wz, bz, wh, bh, h: (x, wz, bz, wh.T, bh, h)),
        ),
    ),
    Mistake(
        "only the last state was returned",
        "The result holds the state after each of the T steps, (T, B, H). The last one alone is (B, H).",
        MINIMAL,
        (q.giving(lambda states, h_0: states[-1]), q.giving(lambda states, h_0: states[-1:])),
    ),
    Mistake(
        "the result begins with h_0",
        "There are as many states as steps, one after each. The state that the first step starts from is no result.",
        MINIMAL,
        (q.giving(lambda states, h_0: torch.cat([h_0[None], states])),),
    ),
    Mistake(
        "the states are those before each step",
        "Entry t is the state after step t. Append it when the step was taken, not before.",
        MINIMAL,
        (q.giving(lambda states, h_0: torch.cat([h_0[None], states[:-1]])),),
    ),
    Mistake(
        "the states are joined, or batch first",
        "torch.stack puts the T states on a new first axis, which is time: (T, B, H). torch.cat joins them along an "
        "axis that is there, and dim=1 puts time behind the batch.",
        MINIMAL,
        (
            q.giving(lambda states, h_0: states.flatten(0, 1)),
            q.giving(lambda states, h_0: states.transpose(0, 1)),
        ),
    ),
    Mistake(
        "the steps were read from the end",
        "Time runs from x[0] on, and the state after step t knows x[0] to x[t]. Read from the end it knows the future.",
        MINIMAL,
        (
            q.given(lambda x, *rest: (x.flip(0), *rest)),
            lambda x, *rest: q.min_gru(x.flip(0), *rest).flip(0),
        ),
    ),
    Mistake(
        "the state was detached between the steps",
        "Gradients travel through all steps, from any state back to h_0. detach(), .data or torch.no_grad() inside "
        "the loop end that way, though the values are right.",
        MINIMAL,
        (q.with_gates(run=q.cut_between),),
    ),
)
