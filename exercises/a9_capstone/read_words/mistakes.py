"""The mistakes that people make in read_words, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a9_capstone.read_words import oracle as q

PACKING = "notebooks/05_packing.ipynb#"
STACKING = "notebooks/06_stacking.ipynb#"
BEYOND = "notebooks/09_beyond.ipynb#"
PATTERN = BEYOND + "Pattern-1:-embedding,-LSTM,-head"
END = PACKING + "1.-output[:,--1]-on-a-padded-batch"

MISTAKES = (
    Mistake(
        "the padding was read",
        "Behind a short word the layer goes on with the padding, and its last state is one of padding. Pack the "
        "batch, or take the output at each word's own last letter and turn each word around for the other direction.",
        PACKING + '"Packing-tells-the-layer-the-lengths,-so-it-ignores-the-padding."',
        (q.reading(cut=lambda row, length: row),),
    ),
    Mistake(
        "the last column was taken",
        "output[:, -1] is the padding's for all words but the longest. In two directions it is wrong for that one "
        "too: the backward half has then seen one letter.",
        END,
        (q.reading(lambda o, h, c, d: o[:, -1], cut=lambda row, length: row),),
    ),
    Mistake(
        "a batch that is not packed was read at the last letter",
        "Forward that is right. Backward, the layer comes out of the padding and has read one letter there. Pack the "
        "batch, and take both directions' last states from h_n.",
        PACKING + "2.-A-bidirectional-tagger-on-padded-input",
        (q.at_the_last_letter,),
    ),
    Mistake(
        "the backward direction was taken at the last letter",
        "The backward direction begins at the last letter and has read the word when it is at the first. Its state at "
        "the last letter has seen nothing else.",
        STACKING + "1.-output[-1]-as-the-summary",
        (q.reading(lambda o, h, c, d: o[:, -1]),),
    ),
    Mistake(
        "only one direction was kept",
        "With bidirectional=True the last two entries of h_n are the top layer's forward and backward states. Both "
        "belong into the row.",
        STACKING + "2.-h_n[-1]-as-the-summary",
        (q.reading(lambda o, h, c, d: h[-1]), q.reading(lambda o, h, c, d: h[-d])),
    ),
    Mistake(
        "a layer below the top was taken",
        "h_n is ordered layer by layer, the top layer last. The first entries belong to the layer that reads the "
        "letters.",
        STACKING + "4.-h_n-split-as-if-all-forward-rows-came-first",
        (
            q.reading(lambda o, h, c, d: torch.cat(list(h[:d]), 1)),
            q.reading(lambda o, h, c, d: torch.cat([h[len(h) // d - 1], h[-1]], 1)),
            q.reading(lambda o, h, c, d: torch.cat(list(h), 1)),
        ),
    ),
    Mistake(
        "the directions were exchanged",
        "The row begins with the forward state and ends with the backward one, as output has them. h_n[-2] is "
        "forward, h_n[-1] backward.",
        STACKING + "3.-Directions-joined-with-view",
        (q.reading(lambda o, h, c, d: torch.cat(list(h[-d:].flip(0)), 1)),),
    ),
    Mistake(
        "the directions were joined with view",
        "view does not know that the first axis of h_n counts directions. It puts the states of two words into one "
        "row, and every shape fits.",
        STACKING + "3.-Directions-joined-with-view",
        (q.interleaved,),
    ),
    Mistake(
        "the rows stayed in the order of the packing",
        "Words that were sorted for the packing come out sorted. enforce_sorted=False puts them back by itself; by "
        "hand it takes the inverse of the order.",
        PACKING + "6.-Sorted-by-hand,-and-not-put-back",
        (q.sorted_rows, q.turned_twice),
    ),
    Mistake(
        "the cell state was taken",
        "lstm returns output and the pair (h_n, c_n). The features are h, which the layer shows; c is its memory.",
        PATTERN,
        (q.reading(lambda o, h, c, d: q.ends(o, c, h, d)),),
    ),
    Mistake(
        "the steps were averaged",
        "A mean or a maximum over the letters is another summary than the last states. It is a fair choice for a "
        "model of your own; here the last states are asked for.",
        PATTERN,
        (q.reading(lambda o, h, c, d: o.mean(1)), q.reading(lambda o, h, c, d: o.amax(1))),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach() or torch.no_grad() took them out of autograd's graph. Neither "
        "the layer nor the embedding would learn.",
        PATTERN,
        (q.reading(lambda o, h, c, d: q.ends(o, h, c, d).detach()),),
    ),
)
