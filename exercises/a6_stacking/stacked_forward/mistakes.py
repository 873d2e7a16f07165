"""The mistakes that people make in stacked_forward, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch
from torch.nn.functional import dropout

from autograder.checking.language import Mistake
from exercises.a6_stacking.stacked_forward import oracle as q

LESSON = "notebooks/06_stacking.ipynb#"
CHAIN = LESSON + "A-stack-is-a-chain"
VISIBLE = LESSON + "Dropout,-made-visible"
BELIEVED = LESSON + "6.-Dropout-believed-to-be-where-it-is-not"
EVAL = LESSON + "7.-eval()-forgotten"
TEMPORAL = LESSON + '"The-built-in-dropout-handles-temporal-dependencies-correctly."'

MISTAKES = (
    Mistake(
        "nothing is dropped in training",
        "With training=True a share p of every output but the last is set to zero, and the rest divided by 1 - p. "
        "nn.functional.dropout(y, p, training) does both.",
        VISIBLE,
        (q.chain(lambda y, p, training, k, last: y),),
    ),
    Mistake(
        "the output of the last layer is dropped as well",
        "Dropout acts on the output of every layer except the last, so with one layer nowhere. What a head reads is "
        "undropped.",
        BELIEVED,
        (
            q.chain(lambda y, p, training, k, last: dropout(y, p, training) if k >= 0 else y),
            q.chain(lambda y, p, training, k, last: dropout(y, p, training) if k == last else y),
        ),
    ),
    Mistake(
        "x is dropped",
        "The first layer reads x as it is. Dropout acts between the layers, on what a layer hands up.",
        BELIEVED,
        (
            q.chain(lambda y, p, training, k, last: dropout(y, p, training) if k < 0 else y),
            q.chain(lambda y, p, training, k, last: dropout(y, p, training) if k < last else y),
        ),
    ),
    Mistake(
        "what was kept was not divided by 1 - p",
        "Inverted dropout divides what it keeps by 1 - p, so that the mean stays what it was and evaluation needs no "
        "factor. "
        "nn.functional.dropout does so by itself.",
        VISIBLE,
        (
            q.chain(q.masked(lambda y: y, lambda p: 1.0)),
            q.chain(q.masked(lambda y: y, lambda p: 1 / p)),
            q.chain(q.masked(lambda y: y, lambda p: 1 - p)),
        ),
    ),
    Mistake(
        "p is the share that was kept",
        "p is the share that is dropped, and 1 - p is kept: torch.rand_like(y) >= p, or torch.bernoulli of 1 - p. "
        "At p = 0.5 the two look alike.",
        VISIBLE,
        (q.chain(lambda y, p, training, k, last: dropout(y, 1 - p, training) if 0 <= k < last else y),),
    ),
    Mistake(
        "the same mask is used at more than one place",
        "nn.LSTM draws a number for each element of each step of each sequence. One mask for all steps is another "
        "method, called locked or variational.",
        TEMPORAL,
        (
            q.chain(q.masked(lambda y: y[:1])),
            q.chain(q.masked(lambda y: y[:, :1])),
            q.chain(q.masked(lambda y: y[..., :1])),
            q.chain(q.masked(lambda y: y[:1, :1])),
            q.chain(q.masked(lambda y: y[:, :1, :1])),
        ),
    ),
    Mistake(
        "random numbers are drawn where nothing is dropped",
        "Whoever evaluates twice from one seed expects the same numbers behind the call. Draw a mask only where "
        "training is True, or leave it to nn.functional.dropout(y, p, training), which draws none otherwise.",
        EVAL,
        (
            q.chain(
                lambda y, p, training, k, last: dropout(y, p, training) if 0 <= k < last else q.drawing(y)
            ),
            q.chain(
                lambda y, p, training, k, last: dropout(q.drawing(y), p, training) if 0 <= k < last else y
            ),
        ),
    ),
    Mistake(
        "the random numbers were seeded inside",
        "A seed inside the function makes every call drop the same values, and takes the random state from the caller. "
        "Seeding is the caller's business.",
        VISIBLE,
        (q.seeded,),
    ),
    Mistake(
        "the final states were dropped",
        "h_n and c_n are what each layer returns. Only what the next layer reads is dropped, so keep them before.",
        BELIEVED,
        (q.chain(kept=lambda y, h: y[-1:]),),
    ),
    Mistake(
        "dropout acts in evaluation too",
        "training=False means that nothing is dropped, whatever p is. nn.functional.dropout drops unless it is told "
        "training=False, and a fresh nn.Dropout is in training mode.",
        EVAL,
        (
            q.chain(lambda y, p, training, k, last: dropout(y, p) if 0 <= k < last else y),
            q.chain(lambda y, p, training, k, last: dropout(y, p) if k >= 0 else y),
        ),
    ),
    Mistake(
        "every layer reads x",
        "Layer k reads the output of layer k - 1: at every step, its h. Only the first layer reads x.",
        CHAIN,
        (q.chain(feed=lambda y, x, k: x),),
    ),
    Mistake(
        "a layer started from the states of the layer below",
        "Each layer starts from zeros of its own. What goes up is the output, not the state.",
        CHAIN,
        (q.chain(state=lambda after, k: after),),
    ),
    Mistake(
        "the final states are those of the last layer only",
        "h_n and c_n have every layer, (L, B, H), as nn.LSTM returns them. Collect them in the loop.",
        CHAIN,
        (
            q.giving(lambda output, h_n, c_n: (output, (h_n[-1:], c_n[-1:]))),
            q.giving(lambda output, h_n, c_n: (output, (h_n[-1], c_n[-1]))),
        ),
    ),
    Mistake(
        "the final states were stacked, not joined",
        "Each layer's h_n is (1, B, H) already. torch.cat joins them to (L, B, H), torch.stack adds an axis.",
        CHAIN,
        (
            q.giving(lambda output, h_n, c_n: (output, (h_n[:, None], c_n[:, None]))),
            q.giving(lambda output, h_n, c_n: (output, (list(h_n), list(c_n)))),
            q.giving(lambda output, h_n, c_n: (output, (list(h_n[:, None]), list(c_n[:, None])))),
            q.giving(lambda output, h_n, c_n: (output, (torch.cat(list(h_n)), torch.cat(list(c_n))))),
        ),
    ),
    Mistake(
        "the layers are in reverse order",
        "Row k of h_n and c_n belongs to layer k, the one that reads x comes first. "
        "Append to the lists in the order of the loop.",
        CHAIN,
        (q.giving(lambda output, h_n, c_n: (output, (h_n.flip(0), c_n.flip(0)))), q.upside_down),
    ),
    Mistake(
        "h_n and c_n were exchanged",
        "The pair is (h_n, c_n). Both have the same shape, so the exchange raises no error.",
        CHAIN,
        (q.giving(lambda output, h_n, c_n: (output, (c_n, h_n))),),
    ),
    Mistake(
        "output holds every layer",
        "output is that of the last layer, (T, B, H). Of the layers below only the final states come back.",
        CHAIN,
        (
            q.chain(finish=lambda out, outs, hs, cs: (torch.stack(outs), (torch.cat(hs), torch.cat(cs)))),
            q.chain(finish=lambda out, outs, hs, cs: (torch.cat(outs, -1), (torch.cat(hs), torch.cat(cs)))),
            q.chain(finish=lambda out, outs, hs, cs: (outs, (torch.cat(hs), torch.cat(cs)))),
        ),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach() or torch.no_grad() took them out of autograd's graph: all of them, "
        "or between two layers, and then the lower ones learn nothing. "
        "Dropout is a product with a mask, and needs no cut.",
        CHAIN,
        (
            q.chain(lambda y, p, training, k, last: y.detach()),
            q.chain(lambda y, p, training, k, last: y.detach() if k < last else y),
            q.giving(lambda output, h_n, c_n: (output.detach(), (h_n.detach(), c_n.detach()))),
            q.giving(lambda output, h_n, c_n: (output, (h_n.detach(), c_n.detach()))),
        ),
    ),
    Mistake(
        "the layers' mode was changed",
        "Whether a layer trains or evaluates is its owner's decision. The argument training is about this call only.",
        EVAL,
        (q.switched, q.switched_on),
    ),
    Mistake(
        "the caller's x was changed",
        "The results are right, but x holds other numbers now. Mind dropout(..., inplace=True) and operations that end "
        "in _.",
        CHAIN,
        (q.overwritten,),
    ),
)
