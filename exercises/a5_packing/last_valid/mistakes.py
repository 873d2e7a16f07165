"""The mistakes that people make in last_valid, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a5_packing.last_valid import oracle as q

LESSON = "notebooks/05_packing.ipynb#"
WRONG_LENGTHS = LESSON + "10.-Wrong-lengths"
RUN = LESSON + "Experiments"
END = LESSON + "1.-output[:,--1]-on-a-padded-batch"
SORTED = LESSON + "6.-Sorted-by-hand,-and-not-put-back"
IGNORED = LESSON + '"Packing-tells-the-layer-the-lengths,-so-it-ignores-the-padding."'

MISTAKES = (
    Mistake(
        "the last column was taken",
        "In a sequence shorter than the batch the last column is padding. Row b's last real step has the number "
        "lengths[b] - 1.",
        END,
        (
            lambda output, lengths: output[:, -1],
            lambda output, lengths: output[:, int(lengths.max()) - 1],
        ),
    ),
    Mistake(
        "the step is off by one",
        "Steps are numbered from 0, so the last of n has the number n - 1. "
        "Index lengths takes the first step of the padding, or none at all.",
        WRONG_LENGTHS,
        (
            q.of_row(lambda row, n: row[n % len(row)]),
            q.of_row(lambda row, n: row[min(n, len(row) - 1)]),
            q.of_row(lambda row, n: row[n - 2]),
            q.of_row(lambda row, n: row[max(n - 2, 0)]),
        ),
    ),
    Mistake(
        "every row was taken at every length",
        "output[:, lengths - 1] takes all these steps from every row, (B, B, H). One step for each row takes an index "
        "for the rows beside it: output[torch.arange(B), lengths - 1].",
        RUN,
        (lambda output, lengths: output[:, lengths - 1],),
    ),
    Mistake(
        "the same step was taken from all rows",
        "Each row has a last step of its own. lengths[0] is the first sequence's.",
        RUN,
        (
            lambda output, lengths: output[:, int(lengths[0]) - 1],
            lambda output, lengths: output[:, int(lengths[-1]) - 1],
            lambda output, lengths: output[:, int(lengths.min()) - 1],
            lambda output, lengths: output[:, 0],
        ),
    ),
    Mistake(
        "time and batch were taken for each other",
        "output is (B, T, H): the first index is the sequence, the second the step. The other way round is silent "
        "where there are steps and sequences enough.",
        RUN,
        (
            lambda output, lengths: output[lengths - 1, torch.arange(len(lengths))],
            lambda output, lengths: q.last_valid(output.transpose(0, 1), lengths),
        ),
    ),
    Mistake(
        "the padding was multiplied by zero",
        "Zero times NaN is NaN, and NaN plus anything too. An index, or torch.where, leaves the padding out "
        "altogether; a product does not.",
        IGNORED,
        (q.multiplied_away,),
    ),
    Mistake(
        "the steps were averaged or added up",
        "Asked for is one step of each sequence, the last real one. Means and sums over steps are another summary.",
        RUN,
        (
            q.of_row(lambda row, n: row[:n].mean(0)),
            q.of_row(lambda row, n: row[:n].sum(0)),
            q.of_row(lambda row, n: row[:n].amax(0)),
            q.of_row(lambda row, n: row.mean(0)),
        ),
    ),
    Mistake(
        "the rows are in order of length",
        "Row b of the result belongs to sequence b. Sorting is not needed here; whoever sorts has to put back.",
        SORTED,
        (
            lambda output, lengths: q.last_valid(output, lengths)[lengths.argsort(descending=True)],
            lambda output, lengths: q.last_valid(output, lengths)[lengths.argsort()],
        ),
    ),
    Mistake(
        "a dimension of one was kept or lost",
        "The result is (B, H), also where B or H is 1. gather keeps the step's axis, and .squeeze() without a number "
        "takes away every axis of one.",
        RUN,
        (
            lambda output, lengths: q.last_valid(output, lengths)[:, None],
            lambda output, lengths: q.last_valid(output, lengths).squeeze(),
        ),
    ),
    Mistake(
        "only the first feature was taken",
        "gather takes one number for each entry of its index. To get all H features the index has to be (B, 1, H): "
        "(lengths - 1)[:, None, None].expand(-1, 1, H).",
        RUN,
        (lambda output, lengths: q.last_valid(output, lengths)[:, :1],),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach(), torch.no_grad() or .tolist() took them out of autograd's graph, "
        "so nothing in front of this function can be trained. "
        "An index keeps the graph.",
        RUN,
        (lambda output, lengths: q.last_valid(output, lengths).detach(),),
    ),
    Mistake(
        "the caller's lengths were changed",
        "lengths -= 1 changes the tensor that the caller still needs. lengths - 1 is a new one.",
        WRONG_LENGTHS,
        (q.counted_down,),
    ),
)
