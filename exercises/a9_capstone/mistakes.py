"""The mistakes people make in the capstone, with what each gives; the exercises take them here.

The order matters: where two explain a result equally well, the first is named. Those of script_scores have no
oracle; `trials` recognises them by what further cases show.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a9_capstone import oracles as q

PACKING = "notebooks/05_packing.ipynb#"
STACKING = "notebooks/06_stacking.ipynb#"
METRICS = "notebooks/08_metrics.ipynb#"
BEYOND = "notebooks/09_beyond.ipynb#"
PATTERN = BEYOND + "Pattern-1:-embedding,-LSTM,-head"
END = PACKING + "1.-output[:,--1]-on-a-padded-batch"

ENCODE_WORDS = (
    Mistake(
        "the first letter has the number of the padding",
        "Numbers of letters begin at 1, because 0 marks the padding. Counted from 0, a word that ends in the first "
        "letter of the alphabet cannot be told from a shorter one.",
        PATTERN,
        (q.encoding(first=0), q.encoding(first=0, unknown=lambda size: size)),
    ),
    Mistake(
        "the padding is in front",
        "Padding goes behind the letters, so that letter t of every word is in column t. Packing expects that, too.",
        PACKING + '"Padding-on-the-left-does-no-harm:-output[:,--1]-is-then-the-last-real-step."',
        (q.encoding(left=True),),
    ),
    Mistake(
        "the words were sorted by their lengths",
        "Row b belongs to word b. Sorted rows no longer fit the labels, which stay in the order of the words.",
        PACKING + "6.-Sorted-by-hand,-and-not-put-back",
        (
            q.encoding(arrange=lambda rows: sorted(rows, key=len, reverse=True)),
            q.encoding(arrange=lambda rows: sorted(rows, key=len)),
        ),
    ),
    Mistake(
        "letters that the alphabet lacks were left out",
        "An unknown letter is a letter, and has a number of its own, the one after the alphabet's last. Left out, it "
        "makes the word shorter than it is.",
        PATTERN,
        (q.encoding(unknown=lambda size: None),),
    ),
    Mistake(
        "letters that the alphabet lacks have another number",
        "An unknown letter gets the number after the last of the alphabet, len(alphabet) + 1. As 0 it would be "
        "padding within the word, as the last number a letter that it is not.",
        PATTERN,
        (
            q.encoding(unknown=lambda size: 0),
            q.encoding(unknown=lambda size: size),
            q.encoding(unknown=lambda size: -1),
            q.encoding(unknown=lambda size: size + 2),
        ),
    ),
    Mistake(
        "the spaces were left out",
        "A space is a letter of the alphabet like others: it tells where the name of one letter ends. split() and "
        "strip() throw it away.",
        PATTERN,
        (q.encoding(spoken=lambda word: word.replace(" ", "")), q.encoding(spoken=str.strip)),
    ),
    Mistake(
        "small letters were taken for capitals",
        "The alphabet says which letters there are, and small and capital ones may both be among them. upper() and "
        "lower() make one of two.",
        PATTERN,
        (q.encoding(spoken=str.upper), q.encoding(spoken=str.lower)),
    ),
    Mistake(
        "every word has the length of the longest",
        "lengths says how many letters each word has, before any padding. The padded length is that of the longest "
        "word alone.",
        PACKING + "10.-Lengths-that-are-not-the-lengths",
        (q.after(lambda ids, lengths: (ids, torch.full_like(lengths, ids.shape[1]))),),
    ),
    Mistake(
        "time comes first",
        "ids is (batch, time): a row for each word. Transposed, the numbers are right and in the wrong places.",
        PACKING + "7.-batch_first-forgotten-in-the-packing",
        (q.after(lambda ids, lengths: (ids.T.contiguous(), lengths)),),
    ),
    Mistake(
        "the results are no int64 tensors",
        "nn.Embedding and the packing take whole numbers, int64, in tensors. Floats, other widths and lists of "
        "lengths make them fail, or work by luck.",
        PATTERN,
        (
            q.after(lambda ids, lengths: (ids, lengths.tolist())),
            q.after(lambda ids, lengths: (ids.float(), lengths)),
            q.after(lambda ids, lengths: (ids.int(), lengths)),
            q.after(lambda ids, lengths: (ids.float(), lengths.float())),
            q.after(lambda ids, lengths: (ids.int(), lengths.int())),
        ),
    ),
)

READ_WORDS = (
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

SCRIPT_SCORES = (
    Mistake(
        "the weights that are handed over are not used",
        "With all weights zero the scores are the same as before, so they come from somewhere else. Put the weights "
        "into the model: model.load_state_dict(weights).",
        BEYOND + "Out-of-the-notebook",
        (),
    ),
    Mistake(
        "chance has a part in the scores",
        "Asked twice, the model says two things. Either model.eval() is missing and dropout is on, or a part of the "
        "model keeps its random start, because load_state_dict(..., strict=False) did not find its weights.",
        METRICS + "4.-model.eval()-forgotten",
        (),
    ),
    Mistake(
        "the padding is read",
        "More padding behind the same words changes their scores. Pack the batch with its lengths, or leave the "
        "padding out of every mean and every maximum.",
        END,
        (),
    ),
    Mistake(
        "the scores are not in the order of the words",
        "Row b belongs to word b. Words that were sorted for the packing have to be put back, with the inverse of the "
        "order.",
        PACKING + "6.-Sorted-by-hand,-and-not-put-back",
        (),
    ),
    Mistake(
        "the words of a batch have a part in each other's scores",
        "A word alone has other scores than in company. Look for a softmax, a norm or a mean over the batch, and for "
        "a layer that takes the batch for time.",
        BEYOND + "Pattern-1:-embedding,-LSTM,-head",
        (),
    ),
    Mistake(
        "the numbers of letters or scripts stand in the code",
        "The examiner gives letters and scripts other numbers and exchanges the rows of embedding.weight and "
        "head.weight with them, which no model notices. Code that knows what number 12 means does: leave that to the "
        "weights.",
        PATTERN,
        (),
    ),
)
