"""The mistakes that people make in batchify, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a1_sequences.batchify import oracle as q

LESSON = "notebooks/01_sequences.ipynb#"
COLUMNS = LESSON + "5.-A-stream-of-text-cut-the-wrong-way"

MISTAKES = (
    Mistake(
        "the text runs across the columns",
        "view(L, batch_size) fills row by row, so that neighbours in the text end up side by side, and each "
        "column reads every batch_size-th token. First cut into batch_size rows, then transpose.",
        COLUMNS,
        (q.across,),
    ),
    Mistake(
        "the segments are rows, not columns",
        "A segment should run down a column: (L, batch_size), time first. This is its transpose.",
        COLUMNS,
        (q.rows_for_columns,),
    ),
    Mistake(
        "the remainder was dropped at the start",
        "The tokens that fill no whole row are dropped at the end of the stream. Here the first ones are gone, "
        "and every segment begins somewhere else.",
        COLUMNS,
        (q.start_dropped,),
    ),
    Mistake(
        "the last segment was filled up",
        "L is N // batch_size, rounded down, and what is left over is dropped. Rounded up, the last column holds "
        "tokens that nobody wrote.",
        COLUMNS,
        (q.padded, q.overlapping),
    ),
    Mistake(
        "the last row is missing",
        "There are L = N // batch_size whole rows, and all of them count. Here the last one was left out.",
        COLUMNS,
        (q.last_row_dropped,),
    ),
    Mistake(
        "the tokens are no whole numbers any more",
        "Tokens are numbers of words or letters, and nn.Embedding takes whole numbers only. The result keeps the "
        "dtype of the stream, int64.",
        COLUMNS,
        (q.as_float,),
    ),
    Mistake(
        "the stream was changed",
        "The caller still needs the stream: resize_, and writing into slices, change it in place. Make a new "
        "tensor instead.",
        COLUMNS,
        (q.emptied,),
    ),
)
