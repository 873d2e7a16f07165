"""The mistakes that people make in bilstm_from_two, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a6_stacking.bilstm_from_two import oracle as q

LESSON = "notebooks/06_stacking.ipynb#"
TWO = LESSON + "A-second-direction-is-a-second-layer-that-reads-from-the-end"
BACK = LESSON + "8.-The-backward-output-not-turned-back"
END = LESSON + "1.-output[-1]-as-the-summary"
JOIN = LESSON + "3.-Directions-joined-with-view"

MISTAKES = (
    Mistake(
        "the batch was turned round as a whole",
        "x.flip(1) puts the padding of a short sequence in front, and bwd arrives at the data with a state made of "
        "padding. Each sequence has to be turned at its own end.",
        TWO,
        tuple(
            q.flipped_whole(masked, clean, True, right)
            for masked in (True, False)
            for clean in (False, True)
            for right in (True, False)
        )
        + tuple(q.packed_backward(q.flipped, back) for back in (q.flipped, q.turned, lambda out, n: out)),
    ),
    Mistake(
        "the backward output was turned back as a whole",
        "flip(1) turns a row with its padding, so the zeros come first and the steps of a short sequence stand too far "
        "back. Each sequence's output is turned at its own end, as its input was.",
        BACK,
        (q.packed_backward(q.turned, q.flipped),),
    ),
    Mistake(
        "the backward output was not turned back",
        "bwd returns its steps in the order in which it read them. Turned back, they stand beside the forward ones of "
        "the same step.",
        BACK,
        (
            q.giving(lambda f, b, h_n, n: (torch.cat([f, q.turned(b, n)], 2), h_n)),
            *(
                q.flipped_whole(masked, clean, False, right)
                for masked in (True, False)
                for clean in (False, True)
                for right in (True, False)
            ),
        ),
    ),
    Mistake(
        "the second layer reads from the first step too",
        "bwd reads each sequence from its last real step to its first. Without turning anything round there are two "
        "forward layers.",
        TWO,
        (q.reading_forward,),
    ),
    Mistake(
        "a final state was read behind the padding",
        "h_n is the state after the last step that a direction really reads: the last real one for fwd, step 0 for bwd. "
        "A layer that is given the padding as well goes on through it.",
        END,
        tuple(
            q.read_on(forward, backward, masked, clean)
            for masked in (True, False)
            for forward, backward in ((True, True), (True, False), (False, True))
            for clean in (False, True)
        ),
    ),
    Mistake(
        "the backward state is that after its first step",
        "At the last real step bwd has read one step only. Its final state stands at step 0 of its half of output.",
        END,
        (
            q.giving(
                lambda f, b, h_n, n: (
                    torch.cat([f, b], 2),
                    torch.stack([h_n[0], b[torch.arange(len(b)), n - 1]]),
                )
            ),
        ),
    ),
    Mistake(
        "the padding of output is not zero",
        "Behind a sequence's last real step output is 0 in both halves, as pad_packed_sequence fills it. "
        "What a layer puts out there was made of padding, and means nothing.",
        TWO,
        (
            q.read_on(False, False, masked=False),
            q.read_on(False, False, masked=False, clean=True),
            q.half_masked(True),
            q.half_masked(False),
        ),
    ),
    Mistake(
        "the halves were exchanged",
        "Forward comes first, in output and in h_n. Both halves have the same shape, so the exchange raises no error.",
        TWO,
        (
            q.giving(lambda f, b, h_n, n: (torch.cat([b, f], 2), h_n)),
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2), h_n.flip(0))),
            q.giving(lambda f, b, h_n, n: (torch.cat([b, f], 2), h_n.flip(0))),
            q.given(lambda fwd, bwd, x, n: (bwd, fwd, x, n)),
        ),
    ),
    Mistake(
        "one layer was used for both directions",
        "The two directions have weights of their own: fwd reads from the first step on, bwd from the last. "
        "With one layer for both, half of the parameters are never used.",
        TWO,
        (
            q.given(lambda fwd, bwd, x, n: (fwd, fwd, x, n)),
            q.given(lambda fwd, bwd, x, n: (bwd, bwd, x, n)),
        ),
    ),
    Mistake(
        "the directions were added up or averaged",
        "They stand side by side, 2H features. In a sum or a mean the next layer could not tell them apart.",
        JOIN,
        (
            q.giving(lambda f, b, h_n, n: (f + b, h_n)),
            q.giving(lambda f, b, h_n, n: ((f + b) / 2, h_n)),
        ),
    ),
    Mistake(
        "output stops at the longest sequence",
        "output has as many steps as x, also where no sequence is that long. pad_packed_sequence wants "
        "total_length=x.shape[1] for it.",
        TWO,
        (q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2)[:, : n.max()], h_n)),),
    ),
    Mistake(
        "the order of the batch was not restored",
        "Whoever sorts by length has to put output and h_n back. enforce_sorted=False does it for what it packs.",
        TWO,
        (
            q.in_order_of_length,
            lambda fwd, bwd, x, n: q.in_order_of_length(fwd, bwd, x, n, "o"),
            lambda fwd, bwd, x, n: q.in_order_of_length(fwd, bwd, x, n, "h"),
        ),
    ),
    Mistake(
        "h_n has another shape",
        "h_n is (2, B, H), a row for each direction, as nn.LSTM gives it. Joining the two to features is the business "
        "of whoever reads them.",
        JOIN,
        (
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2), h_n.transpose(0, 1))),
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2), h_n.transpose(0, 1).flatten(1))),
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2), torch.cat(list(h_n), 1)[None])),
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2), h_n[:, None])),
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2), tuple(h_n))),
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2), (h_n, h_n))),
        ),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach(), torch.no_grad() or weights copied into another module took them "
        "out of autograd's graph. Neither layer could be trained through it.",
        TWO,
        (
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2).detach(), h_n.detach())),
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b.detach()], 2), h_n)),
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2), h_n.detach())),
            q.giving(lambda f, b, h_n, n: (torch.cat([f, b], 2).detach(), h_n)),
        ),
    ),
    Mistake(
        "the caller's x was turned round",
        "The results are right, but x is the caller's. flip makes a new tensor; assigning to slices of x does not.",
        BACK,
        (q.turned_in_place,),
    ),
)
