"""The mistakes that people make in scan, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a12_scan.scan import oracle as q
from exercises.a12_scan.sections import DIVISION, NEGATIVE, ORDER, PAIRS, ROUNDS, START

MISTAKES = (
    Mistake(
        "it is a loop over the steps",
        "A loop makes T steps that wait for each other, and some operations in each. Combine neighbours, then "
        "neighbours of neighbours: about log2(T) rounds, each with operations on whole tensors.",
        ROUNDS,
        (q.looping, q.fused, q.spliced),
    ),
    Mistake(
        "it divides by the product of the factors",
        "Divided by the product of all factors so far, h_t is a plain cumsum. But one factor of 0 makes every later "
        "quotient nan, and many small ones leave no product: combine maps instead, which never divides.",
        DIVISION,
        (
            q.divided(),
            q.divided(lambda product: product + 1e-8),
            q.divided(lambda product: product + 1e-12),
            q.divided(lambda product: product.clamp(min=1e-8)),
        ),
    ),
    Mistake(
        "it takes the logarithm of the factors",
        "The logarithm of a negative number is nan, and that of 0 is -inf. Log space is for factors that are "
        "positive, as in the next exercise.",
        NEGATIVE,
        (q.by_logarithms,),
    ),
    Mistake(
        "h_0 was ignored",
        "The first state is a[0] * h_0 + b[0]. Put that in the place of the first b, and the rounds carry it on to "
        "all the others.",
        START,
        (q.given(lambda a, b, h_0: (a, b, torch.zeros_like(h_0))),),
    ),
    Mistake(
        "h_0 was added to every state",
        "h_0 reaches the state t multiplied by all factors from a[0] to a[t]. Only in the first state the factor is "
        "a[0] alone.",
        START,
        (
            lambda a, b, h_0: q.scan(a, b, torch.zeros_like(h_0)) + h_0,
            lambda a, b, h_0: q.scan(a, b + a * h_0, torch.zeros_like(h_0)),
            lambda a, b, h_0: q.scan(a, b, torch.zeros_like(h_0)) + a * h_0,
            lambda a, b, h_0: q.scan(a, torch.cat([b[:1] + h_0, b[1:]]), torch.zeros_like(h_0)),
        ),
    ),
    Mistake(
        "the offset was not doubled",
        "After a round each entry stands for twice as many steps, so the next one reaches twice as far back: "
        "offsets 1, 2, 4, 8. With the same offset again steps are counted twice, and others never.",
        ROUNDS,
        (
            q.doubling(lambda steps: [1] * (steps - 1).bit_length()),
            q.doubling(lambda steps: [k for k in range(1, (steps - 1).bit_length() + 1) if k < steps]),
            q.doubling(lambda steps: list(range(1, steps))),
        ),
    ),
    Mistake(
        "a round was left out",
        "The rounds go on while the offset is smaller than T, also where T is no power of two. One round too few, "
        "and the last states know nothing of the first steps.",
        ROUNDS,
        (
            q.doubling(q.fixed(lambda steps: steps.bit_length() - 1)),
            q.doubling(q.fixed(lambda steps: (steps - 1).bit_length() - 1)),
            q.doubling(q.fixed(lambda steps: 1)),
            q.doubling(lambda steps: [2 << k for k in range(20) if 2 << k < steps]),
        ),
    ),
    Mistake(
        "the factors were not combined",
        "A round makes two tensors: the products of the factors and the sums. With the factors of the single steps "
        "in a later round, one factor takes the place of a product of many.",
        PAIRS,
        (
            q.doubling(combine=lambda first, second: (second[0], q.combined(first, second)[1])),
            q.doubling(combine=lambda first, second: (first[0], q.combined(first, second)[1])),
        ),
    ),
    Mistake(
        "the factors were replaced before they were used",
        "Both results of a round are made of the factors before that round. Compute the sums first, or keep the old "
        "factors under another name.",
        PAIRS,
        (
            q.doubling(
                combine=lambda first, second: (
                    first[0] * second[0],
                    first[0] * second[0] * first[1] + second[1],
                )
            ),
        ),
    ),
    Mistake(
        "the two maps were combined in the other order",
        "What comes first in time is done first: a2 (a1 h + b1) + b2. So the earlier b is multiplied by the later "
        "a, and not the other way round.",
        ORDER,
        (q.doubling(combine=lambda first, second: (first[0] * second[0], first[0] * second[1] + first[1])),),
    ),
    Mistake(
        "the factors were added",
        "Two steps multiply a state by one factor and then by the other. So the factor of the combined map "
        "is their product.",
        PAIRS,
        (
            q.doubling(combine=lambda first, second: (first[0] + second[0], q.combined(first, second)[1])),
            lambda a, b, h_0: a.cumsum(0) * h_0 + b.cumsum(0),
        ),
    ),
    Mistake(
        "the end came round to the front",
        "torch.roll brings the last entries to the front, as if the future came before the past. The first k "
        "entries of a round have nobody before them, and stay as they are.",
        ROUNDS,
        (q.doubling(round_the_end=True),),
    ),
    Mistake(
        "the factors were forgotten",
        "Each state is the one before it times a[t], plus b[t]. A cumsum alone multiplies by nothing.",
        PAIRS,
        (
            lambda a, b, h_0: h_0 + b.cumsum(0),
            lambda a, b, h_0: a.cumprod(0) * h_0 + b.cumsum(0),
            lambda a, b, h_0: a.cumprod(0) * h_0 + b,
        ),
    ),
    Mistake(
        "only one step was taken",
        "a * h_0 + b is right for the first state only. Every later one starts from the state before it.",
        PAIRS,
        (lambda a, b, h_0: a * h_0 + b,),
    ),
    Mistake(
        "only the last state was returned",
        "The result holds all T states, (T, B, H). The last one alone is (B, H).",
        ROUNDS,
        (q.giving(lambda states, h_0: states[-1]), q.giving(lambda states, h_0: states[-1:])),
    ),
    Mistake(
        "the result begins with h_0",
        "There are as many states as steps, one after each: entry 0 is a[0] * h_0 + b[0]. h_0 itself is no result.",
        ROUNDS,
        (
            q.giving(lambda states, h_0: torch.cat([h_0[None], states])),
            q.giving(lambda states, h_0: torch.cat([h_0[None], states[:-1]])),
        ),
    ),
    Mistake(
        "the steps were read from the end",
        "Entry t knows the steps 0 to t. Combined with what comes after it, it would know the future.",
        ROUNDS,
        (
            q.given(lambda a, b, h_0: (a.flip(0), b.flip(0), h_0)),
            lambda a, b, h_0: q.scan(a.flip(0), b.flip(0), h_0).flip(0),
        ),
    ),
    Mistake(
        "the graph was cut",
        "Gradients travel from any state back to every earlier a and b, and to h_0. detach(), .data or "
        "torch.no_grad() end that way, though the values are right.",
        ROUNDS,
        (q.cut_between, q.cut_off),
    ),
)
