"""The mistakes that people make in pad_batch, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a5_packing import shared
from exercises.a5_packing.pad_batch import oracle as q

LESSON = "notebooks/05_packing.ipynb#"
WRONG_LENGTHS = LESSON + "10.-Wrong-lengths"
RUN = LESSON + "Experiments"
SORTED = LESSON + "6.-Sorted-by-hand,-and-not-put-back"

MISTAKES = (
    Mistake(
        "the mask was made from the numbers",
        "A real step may hold pad_value, in one feature or in all, and then counts as padding. Only the lengths know "
        "what is real: compare the number of each step with them.",
        RUN,
        tuple(
            made(close)
            for made in (q.masked_by_value, q.counted_from_mask)
            for close in (
                lambda padded, value: (padded != value).any(-1),
                lambda padded, value: (padded != value).all(-1),
                lambda padded, value: padded[..., 0] != value,
                lambda padded, value: padded[..., -1] != value,
                lambda padded, value: padded.sum(-1) != value * padded.shape[-1],
                lambda padded, value: (padded != 0).any(-1),
                lambda padded, value: padded[..., 0] != 0,
            )
        ),
    ),
    Mistake(
        "pad_value was ignored",
        "What stands behind the sequences is the caller's choice; zero is only the default. pad_sequence calls it "
        "padding_value.",
        RUN,
        (q.given(lambda seqs, value: (seqs, 0.0)),),
    ),
    Mistake(
        "the padding was put in front",
        "Real steps come first, padding behind. In front, a layer would start with it and arrive at the data with "
        "another state than zero.",
        LESSON + '"Padding-on-the-left-does-no-harm:-output[:,--1]-is-then-the-last-real-step."',
        (q.padded_in_front(True), q.padded_in_front(False)),
    ),
    Mistake(
        "time comes first",
        "Results are batch first: padded (B, T, F), mask (B, T). pad_sequence gives (T, B, F) unless it is told "
        "batch_first=True.",
        RUN,
        (
            q.batching(lambda p, n, m: (p.transpose(0, 1), n, m)),
            q.batching(lambda p, n, m: (p.transpose(0, 1), n, m.T)),
            q.batching(lambda p, n, m: (p, n, m.T)),
        ),
    ),
    Mistake(
        "the sequences were sorted by length",
        "Row b belongs to sequence b of the list, as its label does. Sorting is not needed for padding, and not for "
        "packing either, with enforce_sorted=False.",
        SORTED,
        tuple(q.longest_first(which) for which in ("plm", "p", "pl", "l", "pm", "lm")),
    ),
    Mistake(
        "the mask is the wrong way round",
        "True marks what is real, so that padded[mask] are the real steps and mask.sum(1) the lengths. "
        "With ~ in front it is the mask of the padding.",
        RUN,
        (q.batching(lambda p, n, m: (p, n, ~m)),),
    ),
    Mistake(
        "the mask is off by one",
        "Steps are numbered from 0: a sequence of n steps has the numbers 0 to n - 1, those below n. "
        "So compare with `<`, and start to count at 0.",
        RUN,
        (
            q.batching(lambda p, n, m: (p, n, shared.real(p, n + 1))),
            q.batching(lambda p, n, m: (p, n, shared.real(p, n - 1))),
        ),
    ),
    Mistake(
        "the mask marks every step",
        "The mask tells real steps from padding, so it is True at the first lengths[b] steps of row b only. "
        "All True would say that nothing was padded.",
        RUN,
        (q.batching(lambda p, n, m: (p, n, m | True)),),
    ),
    Mistake(
        "the mask has an axis for the features",
        "A step is real or not as a whole: the mask is (B, T). For use on (B, T, F), mask[..., None] adds the axis.",
        RUN,
        (
            q.batching(lambda p, n, m: (p, n, m[..., None].expand_as(p))),
            q.batching(lambda p, n, m: (p, n, m[..., None])),
        ),
    ),
    Mistake(
        "all lengths are that of the padded batch",
        "lengths are the numbers of real steps, read before the sequences are padded. Behind it, every row has the "
        "same length.",
        WRONG_LENGTHS,
        (
            q.batching(lambda p, n, m: (p, n * 0 + p.shape[1], m)),
            q.batching(lambda p, n, m: (p, n * 0 + p.shape[1], m | True)),
        ),
    ),
    Mistake(
        "the sequences were cut to the shortest",
        "T is the largest number of steps: the short sequences are filled up, the long ones stay whole. "
        "What is cut off is data that nobody reads again.",
        RUN,
        (q.given(lambda seqs, value: ([s[: min(map(len, seqs))] for s in seqs], value)),),
    ),
    Mistake(
        "the results are in another order",
        "The order is padded, lengths, mask, as in the table. The caller tells them apart by their place.",
        RUN,
        (
            q.batching(lambda p, n, m: (p, m, n)),
            q.batching(lambda p, n, m: (n, p, m)),
            q.batching(lambda p, n, m: (m, p, n)),
            q.batching(lambda p, n, m: (n, m, p)),
            q.batching(lambda p, n, m: (m, n, p)),
        ),
    ),
    Mistake(
        "lengths are no int64 tensor",
        "lengths is a tensor (B,) of dtype int64, which torch.tensor makes of a list of ints by itself. "
        "Other dtypes and lists are no use as indices and counts later on.",
        RUN,
        (
            q.batching(lambda p, n, m: (p, n.tolist(), m)),
            q.batching(lambda p, n, m: (p, n.int(), m)),
            q.batching(lambda p, n, m: (p, n.float(), m)),
        ),
    ),
    Mistake(
        "the mask is not boolean",
        "The mask's dtype is bool: as an index ones and zeros would be the numbers of rows. "
        "torch.arange(T) < lengths[:, None] is boolean as it is.",
        RUN,
        (
            q.batching(lambda p, n, m: (p, n, m.float())),
            q.batching(lambda p, n, m: (p, n, m.long())),
            q.batching(lambda p, n, m: (p, n, m.to(p.dtype))),
        ),
    ),
    Mistake(
        "the dtype of the sequences was lost",
        "torch.zeros and torch.full make float32 unless told otherwise. padded has the dtype and the device of the "
        "sequences: seqs[0].new_full(...) has both.",
        RUN,
        (q.batching(lambda p, n, m: (p.float(), n, m)),),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach(), torch.no_grad(), NumPy or torch.tensor took the sequences out of "
        "autograd's graph. What made them, an embedding for example, would never be trained.",
        RUN,
        (q.batching(lambda p, n, m: (p.detach(), n, m)),),
    ),
    Mistake(
        "the caller's list was changed",
        "The results are right, but the list now holds other tensors, or the same in another order. Work on a list of "
        "your own.",
        RUN,
        (q.filled_in_place, q.sorted_in_place, q.emptied),
    ),
)
