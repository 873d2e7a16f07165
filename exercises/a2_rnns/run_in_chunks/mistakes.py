"""The mistakes that people make in run_in_chunks, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a2_rnns.run_in_chunks import oracle as q

LESSON = "notebooks/02_rnns.ipynb#"
MEMORY = LESSON + "The-hidden-state-is-the-only-memory"
SHAPES = LESSON + "The-shapes"
CARRIED = LESSON + "1.-The-state-carried-over,-its-history-with-it"

MISTAKES = (
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
        "the whole sequence was fed at once",
        "The numbers are right, but a sequence that is too long to be run at once is what this is for. Call the module "
        "once for each piece of chunk_len steps.",
        MEMORY,
        (q.all_at_once,),
    ),
    Mistake(
        "the batch was cut in place of the time",
        "x is (time, batch, input): the steps are the first axis. The sequences of a batch know nothing of each other, "
        "so that cutting between them needs no state, and helps nobody whose sequence is too long.",
        SHAPES,
        (
            q.by_batch(lambda state, hx, which: q.of_sequences(hx, which), join=True),
            *(q.by_batch(lambda state, hx, which: q.of_sequences(hx, which), along) for along in (1, 0)),
            *(q.by_batch(lambda state, hx, which: None, along) for along in (1, 0)),
            *(q.by_batch(lambda state, hx, which: state, along) for along in (1, 0)),
        ),
    ),
    Mistake(
        "the sequence was fed in other pieces",
        "The numbers are the same, but the pieces are what this is for: a sequence too long to be run at once. "
        "Each call gets chunk_len steps, the last one what is left; x.chunk(n), in contrast, makes n pieces.",
        MEMORY,
        (q.chunks_counted, q.by_pieces(keep=lambda pieces, n: torch.cat(pieces).split(1))),
    ),
    Mistake(
        "only the output of the last piece was returned",
        "output has all T steps. The outputs of the pieces are joined along time, with torch.cat.",
        MEMORY,
        (q.last_piece_only,),
    ),
    Mistake(
        "the outputs were stacked instead of joined",
        "torch.stack puts pieces of one length on a new axis: (pieces, chunk_len, B, H). The pieces belong "
        "one behind the other on the axis of time that they have, which torch.cat does for any lengths.",
        MEMORY,
        (q.stacked,),
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
