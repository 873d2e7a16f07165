"""The mistakes that people make in run_packed, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a5_packing.run_packed import oracle as q

LESSON = "notebooks/05_packing.ipynb#"
WRONG_LENGTHS = LESSON + "10.-Wrong-lengths"
RUN = LESSON + "Experiments"
TOTAL = LESSON + "8.-total_length-forgotten"
FIRST = LESSON + "7.-batch_first-forgotten-in-the-packing"
SORTED = LESSON + "6.-Sorted-by-hand,-and-not-put-back"
TWO = LESSON + "Two-directions"
FIELDS = LESSON + "11.-The-fields-of-a-PackedSequence-taken-for-something-else"
IGNORED = LESSON + '"Packing-tells-the-layer-the-lengths,-so-it-ignores-the-padding."'

MISTAKES = (
    Mistake(
        "the padding was read",
        "Given the padded batch as it is, the layer goes on through the padding: h_n and c_n are those of the last "
        "column, and the backward direction starts in it. Packing stops each sequence at its own end.",
        TWO,
        (
            *(q.read_padded(clean, masked) for clean in (False, True) for masked in (True, False)),
            *(
                q.read_padded(clean, masked, lambda output, lengths, right: right)
                for clean in (False, True)
                for masked in (True, False)
            ),
            *(q.read_padded(clean, True, q.at_last_steps) for clean in (False, True)),
            q.other_lengths(lambda lengths, x: lengths * 0 + x.shape[1]),
            q.other_lengths(lambda lengths, x: lengths * 0 + lengths.max()),
        ),
    ),
    Mistake(
        "total_length was forgotten",
        "pad_packed_sequence pads to the longest sequence that it has seen. x may have more steps, and targets and "
        "masks have as many as x: total_length=x.shape[1].",
        TOTAL,
        (q.packed_otherwise(True, True, total=False),),
    ),
    Mistake(
        "batch_first was forgotten in packing or unpacking",
        "The layer has batch_first=True, the two functions are time first until they are told. Where the sizes allow "
        "it nothing raises, and the layer reads another sequence at each step.",
        FIRST,
        tuple(
            q.packed_otherwise(pack, unpack, total)
            for pack, unpack in ((True, False), (False, True), (False, False))
            for total in (True, False)
        ),
    ),
    Mistake(
        "the order of the batch was not restored",
        "Whoever sorts by length has to put output, h_n and c_n back: [order.argsort()], and not [order] again. "
        "enforce_sorted=False does all of it.",
        SORTED,
        tuple(
            q.sorted_by_hand(output, states)
            for output, states in (
                ("not", "not"),
                ("back", "not"),
                ("not", "back"),
                ("twice", "twice"),
                ("back", "twice"),
                ("twice", "back"),
                ("twice", "not"),
            )
        ),
    ),
    Mistake(
        "the states were read off the output",
        "output shows the top layer only, and its backward half ends at step 0. h_n and c_n have every layer and "
        "direction; the layer returns them, right for each sequence, when its input is packed.",
        RUN,
        (
            q.running(
                lambda output, h_n, c_n, lengths: (output, q.at_last_steps(output, lengths, (h_n, c_n)))
            ),
        ),
    ),
    Mistake(
        "the lengths are one too short",
        "lengths count steps, and packing wants counts, not the numbers of the last steps. One less, and the last "
        "step of every sequence is never read.",
        WRONG_LENGTHS,
        (
            q.other_lengths(lambda lengths, x: lengths - 1),
            q.other_lengths(lambda lengths, x: (lengths - 1).clamp(min=1)),
        ),
    ),
    Mistake(
        "the output was returned packed",
        "With packed input the layer's output is a PackedSequence, without a shape. pad_packed_sequence makes a "
        "tensor (B, T, ...) of it.",
        FIELDS,
        (
            q.still_packed,
            lambda *args: (lambda packed, states: (packed.data, states))(*q.still_packed(*args)),
        ),
    ),
    Mistake(
        "h_n and c_n have the batch first",
        "batch_first concerns x and output. The states are (layers * directions, B, H) in either layout.",
        RUN,
        (q.running(lambda output, h_n, c_n, n: (output, (h_n.transpose(0, 1), c_n.transpose(0, 1)))),),
    ),
    Mistake(
        "h_n and c_n were exchanged",
        "The pair is (h_n, c_n): first the state that output shows, then the one inside the cell. "
        "Both have the same shape, so the exchange raises no error.",
        RUN,
        (q.running(lambda output, h_n, c_n, n: (output, (c_n, h_n))),),
    ),
    Mistake(
        "only h_n was returned",
        "An nn.LSTM's state is the pair (h_n, c_n). Return it as the layer gives it.",
        RUN,
        (q.running(lambda output, h_n, c_n, n: (output, h_n)),),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach() or torch.no_grad() took them out of autograd's graph, so nothing "
        "can be learned through this function. "
        "Neither the layer nor what made x would get a gradient.",
        IGNORED,
        (
            q.running(lambda output, h_n, c_n, n: (output.detach(), (h_n.detach(), c_n.detach()))),
            q.running(lambda output, h_n, c_n, n: (output, (h_n.detach(), c_n.detach()))),
            q.running(lambda output, h_n, c_n, n: (output.detach(), (h_n, c_n))),
        ),
    ),
    Mistake(
        "the caller's padding was overwritten",
        "The results are right, but x is the caller's, garbage included. masked_fill without _ and nan_to_num make a "
        "new tensor; packing needs neither.",
        IGNORED,
        (q.padding_overwritten,),
    ),
    Mistake(
        "the module's mode was changed",
        "Whether the module trains or evaluates is its owner's decision, and decides whether dropout acts. Leave it "
        "as it is.",
        RUN,
        (q.evaluating,),
    ),
)
