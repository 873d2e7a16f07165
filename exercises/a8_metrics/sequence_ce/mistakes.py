"""The mistakes that people make in sequence_ce, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.checking.language import Mistake
from exercises.a8_metrics.sequence_ce import oracle as q

LESSON = "notebooks/08_metrics.ipynb#"
TOKENS = LESSON + "Tokens,-sequences,-lengths"
PADDED_LOSS = LESSON + "1.-Padding-counted-in-the-loss"
SOFTMAX = LESSON + "2.-Softmax-before-CrossEntropyLoss"
LAYOUT = LESSON + "3.-Logits-as-(batch,-time,-class)"
MEANS = LESSON + "6.-The-mean-of-batch-means"


def log_of_softmax(choose: bool) -> Callable[..., Tensor]:
    """softmax first and its logarithm after it, which is -inf of a probability that is rounded to 0; the padding is
    left out (`choose`) or multiplied by zero."""

    def loss(logits: Tensor, targets: Tensor, pad_id: int) -> Tensor:
        mask = targets != pad_id
        each = -logits.softmax(-1).log().gather(-1, targets.masked_fill(~mask, 0)[..., None])[..., 0]
        return (each[mask] if choose else each * mask).sum() / mask.sum().clamp(min=1)

    return loss


MISTAKES = (
    Mistake(
        "padding was counted in the loss",
        "Where targets hold pad_id there is no token, and nothing to be right or wrong about. Hand pad_id to "
        "ignore_index, whose default is -100, or leave those places out before the mean.",
        PADDED_LOSS,
        (q.padding_counted,),
    ),
    Mistake(
        "the sum was divided by all places, padding included",
        "The places of padding add nothing to the sum, so they must not be counted below it. Divide by the number "
        "of targets that are not pad_id; F.cross_entropy's own mean does so.",
        PADDED_LOSS,
        (q.divided_by(lambda targets, mask: targets.numel()),),
    ),
    Mistake(
        "a batch of padding alone gave NaN",
        "Without a token the mean is 0 / 0. Divide by the count.clamp(min=1): the sum is 0, and so the result is "
        "0, and its gradient too.",
        PADDED_LOSS,
        (q.divided_by(lambda targets, mask: mask.sum()),),
    ),
    Mistake(
        "the padding was taken to have another number than pad_id",
        "Which number stands for padding is said by pad_id: it may be 0, any other class, or -1. A number written "
        "into the function, or left to the default of ignore_index, fits one data set only.",
        PADDED_LOSS,
        (q.always_ignoring(0), q.always_ignoring(-100), q.always_ignoring(-1)),
    ),
    Mistake(
        "softmax came before the cross-entropy",
        "Cross-entropy takes raw scores and does its own softmax. Of scores that are squeezed between 0 and 1 "
        "before, it can never become small.",
        SOFTMAX,
        (
            q.changed(lambda z: z.softmax(-1)),
            q.changed(torch.sigmoid),
            q.changed(lambda z: z.softmax(1)),
        ),
    ),
    Mistake(
        "softmax and its logarithm were taken one after the other",
        "Where scores are hundreds apart softmax rounds a small probability to 0, and log(0) is minus infinity. "
        "log_softmax and F.cross_entropy take both in one step, and stay finite.",
        SOFTMAX,
        (log_of_softmax(True), log_of_softmax(False)),
    ),
    Mistake(
        "the classes were read along the wrong axis",
        "F.cross_entropy wants the classes in dimension 1, so (B, T, C) becomes (B, C, T) by transpose(1, 2), or both "
        "are flattened to (N, C) and (N,). Reshaping to (B, C, T) mixes the scores of different steps.",
        LAYOUT,
        (q.classes_beside_time, q.reshaped_scores),
    ),
    Mistake(
        "a mean of means was taken",
        "Each token counts once. The mean over sequences (or steps) of their own means lets a token of a short "
        "sequence count more than one of a long sequence.",
        MEANS,
        (q.mean_of_means(0), q.mean_of_means(1)),
    ),
    Mistake(
        "the loss was summed, not averaged",
        "The sum grows with the number of tokens, so batches of different sizes cannot be compared. Divide it by the "
        "number of real tokens.",
        TOKENS,
        (q.divided_by(lambda targets, mask: 1),),
    ),
    Mistake(
        "the sum was divided by the number of sequences or steps",
        "Each token counts once, so the sum is divided by the number of real tokens. The number of sequences or of "
        "steps tells nothing about how many tokens there are.",
        TOKENS,
        (
            q.divided_by(lambda targets, mask: targets.shape[0]),
            q.divided_by(lambda targets, mask: targets.shape[1]),
        ),
    ),
    Mistake(
        "the sign was forgotten",
        "Cross-entropy is minus the logarithm of the probability of the right class. It is never below 0.",
        TOKENS,
        (q.ended(lambda loss: -loss),),
    ),
    Mistake(
        "the graph was cut",
        "The number is right, but .item(), .detach(), torch.no_grad() or a new tensor took it out of autograd's graph. "
        "Nothing can learn from such a loss; a loss of 0 must stay on the graph as well.",
        TOKENS,
        (q.ended(torch.Tensor.detach),),
    ),
)
