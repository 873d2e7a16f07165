"""The mistakes that people make in encode_words, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a9_capstone import shared
from exercises.a9_capstone.encode_words import oracle as q

PACKING = "notebooks/05_packing.ipynb#"
BEYOND = "notebooks/09_beyond.ipynb#"
PATTERN = BEYOND + "Pattern-1:-embedding,-LSTM,-head"

MISTAKES = (
    Mistake(
        "the first letter has the number of the padding",
        "Numbers of letters begin at 1, because 0 marks the padding. Counted from 0, a word that ends in the first "
        "letter of the alphabet cannot be told from a shorter one.",
        PATTERN,
        (shared.encoding(first=0), shared.encoding(first=0, unknown=lambda size: size)),
    ),
    Mistake(
        "the padding is in front",
        "Padding goes behind the letters, so that letter t of every word is in column t. Packing expects that, too.",
        PACKING + '"Padding-on-the-left-does-no-harm:-output[:,--1]-is-then-the-last-real-step."',
        (shared.encoding(left=True),),
    ),
    Mistake(
        "the words were sorted by their lengths",
        "Row b belongs to word b. Sorted rows no longer fit the labels, which stay in the order of the words.",
        PACKING + "6.-Sorted-by-hand,-and-not-put-back",
        (
            shared.encoding(arrange=lambda rows: sorted(rows, key=len, reverse=True)),
            shared.encoding(arrange=lambda rows: sorted(rows, key=len)),
        ),
    ),
    Mistake(
        "letters that the alphabet lacks were left out",
        "An unknown letter is a letter, and has a number of its own, the one after the alphabet's last. Left out, it "
        "makes the word shorter than it is.",
        PATTERN,
        (shared.encoding(unknown=lambda size: None),),
    ),
    Mistake(
        "letters that the alphabet lacks have another number",
        "An unknown letter gets the number after the last of the alphabet, len(alphabet) + 1. As 0 it would be "
        "padding within the word, as the last number a letter that it is not.",
        PATTERN,
        (
            shared.encoding(unknown=lambda size: 0),
            shared.encoding(unknown=lambda size: size),
            shared.encoding(unknown=lambda size: -1),
            shared.encoding(unknown=lambda size: size + 2),
        ),
    ),
    Mistake(
        "the spaces were left out",
        "A space is a letter of the alphabet like others: it tells where the name of one letter ends. split() and "
        "strip() throw it away.",
        PATTERN,
        (shared.encoding(spoken=lambda word: word.replace(" ", "")), shared.encoding(spoken=str.strip)),
    ),
    Mistake(
        "small letters were taken for capitals",
        "The alphabet says which letters there are, and small and capital ones may both be among them. upper() and "
        "lower() make one of two.",
        PATTERN,
        (shared.encoding(spoken=str.upper), shared.encoding(spoken=str.lower)),
    ),
    Mistake(
        "every word has the length of the longest",
        "lengths says how many letters each word has, before any padding. The padded length is that of the longest "
        "word alone.",
        PACKING + "10.-Wrong-lengths",
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
