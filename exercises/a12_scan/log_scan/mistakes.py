"""The mistakes that people make in log_scan, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import math

import torch

from autograder.checking.language import Mistake
from exercises.a12_scan.log_scan import oracle as q
from exercises.a12_scan.scan import oracle as plain
from exercises.a12_scan.sections import LOGS, ROUNDS, START

MISTAKES = (
    Mistake(
        "it is a loop over the steps",
        "A loop of logaddexp gives the right numbers, one step after the other. cumsum and logcumsumexp take all "
        "steps in a few operations.",
        ROUNDS,
        (q.looping,),
    ),
    Mistake(
        "it leaves log space on the way",
        "exp of a large or a very negative number is inf or 0 in float32, and no logarithm brings it back. Products "
        "become sums of logarithms, and sums become logcumsumexp: nothing is exponentiated by you.",
        LOGS,
        (
            q.exponentiated(plain.scan),
            q.exponentiated(plain.looping),
            q.exponentiated(plain.divided()),
            q.closed(gather=lambda terms: terms.exp().cumsum(0).log()),
        ),
    ),
    Mistake(
        "the states were returned, not their logarithms",
        "The result stays in log space, as the arguments are, for a state may be too small or too large for "
        "float32. Leave out the last exp.",
        LOGS,
        (q.giving(lambda logs, log_h_0: logs.exp()),),
    ),
    Mistake(
        "the sums of log_a were not added back",
        "Inside the running sum everything was divided by the product of the factors so far. The product has to "
        "come back at the end: add its logarithm.",
        LOGS,
        (q.closed(back=torch.zeros_like),),
    ),
    Mistake(
        "the sums of log_a were not subtracted",
        "b[s] is multiplied by the factors after step s only. So its logarithm is lessened by the sum of log_a up "
        "to s before the running sum, and the sum up to t is added after it.",
        LOGS,
        (q.closed(past=torch.zeros_like),),
    ),
    Mistake(
        "the sums of log_a have the wrong sign",
        "Subtract the sum of log_a before the running sum, add it after. The other way round every factor divides.",
        LOGS,
        (
            q.closed(past=torch.neg, back=torch.neg),
            q.closed(past=torch.neg),
            q.closed(back=torch.neg),
        ),
    ),
    Mistake(
        "the factors are one step off",
        "h_0 is multiplied by a[0] to a[t], and b[s] by a[s + 1] to a[t]. So the sum that belongs to step s "
        "includes log_a[s] itself.",
        LOGS,
        (
            q.closed(past=lambda sums: torch.cat([torch.zeros_like(sums[:1]), sums[:-1]])),
            q.closed(back=lambda sums: torch.cat([torch.zeros_like(sums[:1]), sums[:-1]])),
            q.closed(
                past=lambda sums: torch.cat([torch.zeros_like(sums[:1]), sums[:-1]]),
                back=lambda sums: torch.cat([torch.zeros_like(sums[:1]), sums[:-1]]),
            ),
        ),
    ),
    Mistake(
        "h_0 was ignored",
        "h_0 is the first number of the running sum, before the first b. Put log_h_0 in front of the others, and "
        "leave the first result out.",
        START,
        (
            q.given(lambda a, b, h: (a, b, torch.full_like(h, -math.inf))),
            q.given(lambda a, b, h: (a, b, torch.zeros_like(h))),
        ),
    ),
    Mistake(
        "logarithms were added where numbers are",
        "The sum of two logarithms is the logarithm of a product. The logarithm of a sum is logaddexp of the two, "
        "or logcumsumexp for a running sum.",
        LOGS,
        (
            q.closed(gather=lambda terms: terms.cumsum(0)),
            lambda a, b, h: plain.scan(a, b, h),
            lambda a, b, h: h + (a + b).cumsum(0),
        ),
    ),
    Mistake(
        "the largest term was taken for the sum",
        "A running maximum forgets all terms but one. logcumsumexp adds them all.",
        LOGS,
        (q.closed(gather=lambda terms: terms.cummax(0).values), q.larger),
    ),
    Mistake(
        "each state is a sum over all steps",
        "logsumexp over time gives one number for each unit, that of the last step. The running one is logcumsumexp.",
        LOGS,
        (q.closed(gather=lambda terms: terms.logsumexp(0, keepdim=True).expand_as(terms)),),
    ),
    Mistake(
        "the result begins with h_0",
        "There are as many states as steps, one after each. log_h_0 is the first term of the running sum and no "
        "result: leave that entry out.",
        LOGS,
        (
            q.giving(lambda logs, log_h_0: torch.cat([log_h_0[None], logs])),
            q.giving(lambda logs, log_h_0: torch.cat([log_h_0[None], logs[:-1]])),
        ),
    ),
    Mistake(
        "only the last state was returned",
        "The result holds all T states, (T, B, H). The last one alone is (B, H).",
        LOGS,
        (q.giving(lambda logs, log_h_0: logs[-1]), q.giving(lambda logs, log_h_0: logs[-1:])),
    ),
    Mistake(
        "the running sum goes along the wrong axis",
        "Time is axis 0. A cumsum or logcumsumexp over another axis mixes sequences or units that have nothing to "
        "do with each other.",
        LOGS,
        (
            q.closed(gather=lambda terms: terms.logcumsumexp(1)),
            q.closed(gather=lambda terms: terms.logcumsumexp(2)),
        ),
    ),
    Mistake(
        "the graph was cut",
        "Gradients travel from any state back to every earlier log_a and log_b, and to log_h_0. detach(), .data or "
        "torch.no_grad() end that way, though the values are right.",
        LOGS,
        (q.cut_between, q.cut_off),
    ),
)
