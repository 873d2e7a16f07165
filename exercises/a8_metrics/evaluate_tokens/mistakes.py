"""The mistakes that people make in evaluate_tokens, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import math

import torch

from autograder.checking.language import Mistake
from exercises.a8_metrics.evaluate_tokens import oracle as q

LESSON = "notebooks/08_metrics.ipynb#"
TOKENS = LESSON + "Tokens,-sequences,-lengths"
PADDED_LOSS = LESSON + "1.-Padding-counted-in-the-loss"
SOFTMAX = LESSON + "2.-Softmax-before-CrossEntropyLoss"
MODE = LESSON + "4.-model.eval()-forgotten"
MEANS = LESSON + "6.-The-mean-of-batch-means"
PADDED_ACCURACY = LESSON + "7.-Padding-counted-in-the-accuracy"

MISTAKES = (
    Mistake(
        "the means of the batches were averaged",
        "Every token counts once, whatever its batch. Averaging the batches' own means lets the tokens of a small "
        "batch count more: sum over all batches first, and divide once.",
        MEANS,
        (
            q.of_means("loss", "accuracy"),
            q.of_means("loss"),
            q.of_means("accuracy"),
            q.of_means("loss", "accuracy", "perplexity"),
            q.of_means("loss", "accuracy", size=len),
            q.of_means("loss", "accuracy", size=torch.numel),
            q.of_means("loss", size=torch.numel),
            q.of_means("loss", size=len),
        ),
    ),
    Mistake(
        "padding was counted as tokens",
        "Places where y is pad_id are no tokens: they count neither in the loss, nor in the accuracy, nor in the number "
        "of tokens. Their mask is y != pad_id.",
        TOKENS,
        (
            q.evaluating(q.nothing_masked),
            q.instead(tokens=lambda scored, pad_id, right: sum(y.numel() for _, y in scored)),
        ),
    ),
    Mistake(
        "padding was counted in the loss",
        "A place of padding has no right class, so it adds nothing to the loss and is not counted below it. Use "
        "ignore_index=pad_id with reduction='sum', and divide by the number of tokens.",
        PADDED_LOSS,
        (
            q.padded_loss(q.places),
            q.padded_loss(q.tokens),
            q.padded_loss(q.places, everywhere=False),
        ),
    ),
    Mistake(
        "padding was counted in the accuracy",
        "Only tokens that are no padding can be right or wrong. Count (logits.argmax(-1) == y) where y != pad_id, and "
        "divide by their number.",
        PADDED_ACCURACY,
        (
            q.instead(accuracy=q.padded_accuracy(q.places)),
            q.instead(accuracy=q.padded_accuracy(q.tokens)),
            q.instead(accuracy=q.padded_accuracy(q.places, everywhere=False)),
        ),
    ),
    Mistake(
        "the model was not switched to evaluation mode",
        "A model that is called in training mode drops units at random, and its results change from call to call. "
        "Call model.eval() before the first batch; torch.no_grad() does not do that.",
        MODE,
        (q.evaluating(q.report, mode=None), q.evaluating(q.report, mode=True)),
    ),
    Mistake(
        "the model was left in another mode than before",
        "Whoever called you may go on training, or may not. Keep model.training before model.eval(), and give it to "
        "model.train(...) at the end.",
        MODE,
        (q.evaluating(q.report, after=False), q.evaluating(q.report, after=True)),
    ),
    Mistake(
        "gradients were recorded",
        "An evaluation needs no gradients, and recording them keeps every intermediate result in memory. "
        "model.eval() does not stop it; torch.no_grad() does.",
        MODE,
        (q.evaluating(q.report, recording=True),),
    ),
    Mistake(
        "perplexity is not exp of the mean loss",
        "Perplexity is e to the mean loss per token, over all batches together. It is no mean of the batches' own, "
        "and the loss here is in nats, not in bits.",
        TOKENS,
        (
            q.instead(perplexity=lambda scored, pad_id, right: 2 ** right["loss"]),
            q.instead(perplexity=lambda scored, pad_id, right: math.exp(-right["loss"])),
            q.instead(perplexity=lambda scored, pad_id, right: right["loss"]),
            q.of_means("perplexity"),
        ),
    ),
    Mistake(
        "softmax came before the cross-entropy",
        "Cross-entropy takes raw scores and does its own softmax. The accuracy does not notice, but the loss can no "
        "longer become small.",
        SOFTMAX,
        (q.evaluating(lambda scored, pad_id: q.report([(z.softmax(-1), y) for z, y in scored], pad_id)),),
    ),
    Mistake(
        "only one batch was counted",
        "The four numbers are about all batches together. Sums that start anew in the loop, or a return inside it, "
        "leave one batch.",
        TOKENS,
        (
            q.evaluating(lambda scored, pad_id: q.report(scored[-1:], pad_id)),
            q.evaluating(lambda scored, pad_id: q.report(scored[:1], pad_id)),
        ),
    ),
    Mistake(
        "a generator was read twice",
        "batches can be read once, and then it is empty: a second loop over it does nothing. Count in the loop in which "
        "the model is called.",
        TOKENS,
        (q.read_twice, q.counted_before),
    ),
    Mistake(
        "the loss was summed, not averaged",
        "The sum of the losses grows with the data, and its exp beyond all bounds. Divide it by the number of tokens "
        "once, after the last batch.",
        TOKENS,
        (
            q.evaluating(q.sum_of_losses),
            q.evaluating(q.sum_of_means),
        ),
    ),
    Mistake(
        "without a token the result was NaN",
        "No tokens at all: there is nothing to divide by. Then the loss and the accuracy are 0, and the perplexity, "
        "exp(0), is 1.",
        TOKENS,
        (
            q.or_nan("loss", "accuracy", "perplexity"),
            q.or_nan("loss", "perplexity"),
            q.or_nan("accuracy"),
        ),
    ),
    Mistake(
        "tensors were returned in place of Python numbers",
        "The report is for people and files: Python floats, and an int for tokens. .item() makes one of a tensor "
        "with a single element.",
        TOKENS,
        (
            q.as_tensors("loss", "accuracy", "perplexity", "tokens"),
            q.as_tensors("loss", "accuracy", "perplexity"),
            q.as_tensors("loss", "perplexity"),
            q.as_tensors("accuracy", "tokens"),
            q.as_tensors("accuracy"),
            q.as_tensors("tokens"),
        ),
    ),
)
