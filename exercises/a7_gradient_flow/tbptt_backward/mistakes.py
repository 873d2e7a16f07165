"""The mistakes that people make in tbptt_backward, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a7_gradient_flow.tbptt_backward import oracle as q

LESSON = "notebooks/07_gradient_flow.ipynb#"
CUT = LESSON + "Truncated-backpropagation-through-time"
DETACH = LESSON + "1.-The-state-carried-without-detach"

MISTAKES = (
    Mistake(
        "the state was not detached",
        "The value of the state passes the seam between two chunks of steps, its gradient must not. Without detach(), "
        "or in one call on all steps, this is backpropagation through the whole sequence, its graph all in memory.",
        DETACH,
        (q.truncated(carry=lambda state: state),),
    ),
    Mistake(
        "only one part of the LSTM's state was detached",
        "The state of an nn.LSTM is a pair, and the gradient passes through either part. Detach both h and c.",
        DETACH,
        (q.truncated(carry=lambda s: q.detached(s, 0)), q.truncated(carry=lambda s: q.detached(s, 1))),
    ),
    Mistake(
        "every chunk started from zeros",
        "A chunk goes on where the one before stopped: detach() cuts the gradient and keeps the numbers. Without the "
        "state nothing is known of the past.",
        CUT,
        (q.truncated(carry=lambda state: None),),
    ),
    Mistake(
        "each chunk's own mean was taken",
        "The loss of a chunk is its sum of squared errors divided by y.numel(), the elements of the whole sequence; "
        "then the chunks add up to the MSE. Means over chunks are too large in sum, and weigh a short chunk too much.",
        CUT,
        (
            q.truncated(share=lambda e, y: e.square().mean()),
            q.truncated(
                share=lambda e, y: e.square().mean(),
                told=lambda losses: torch.stack(losses).mean().item(),
                pulled=lambda losses: torch.stack(losses).mean(),
            ),
            q.truncated(
                share=lambda e, y: e.square().mean(), told=lambda losses: torch.stack(losses).mean().item()
            ),
        ),
    ),
    Mistake(
        "the sum was divided by another number",
        "Divide by y.numel(), which counts steps, sequences and outputs. Dividing by fewer of them, or by nothing, "
        "gives a loss and gradients that are too large by a factor.",
        CUT,
        (
            q.truncated(share=lambda e, y: e.square().sum()),
            q.truncated(share=lambda e, y: e.square().sum() / y.shape[0]),
            q.truncated(share=lambda e, y: e.square().sum() / (y.shape[0] * y.shape[1])),
            q.truncated(share=lambda e, y: e.square().sum() / y.shape[1]),
        ),
    ),
    Mistake(
        "the caller's gradients were overwritten",
        "Gradients are added to what .grad holds already, as backward() does it. When to call zero_grad() is decided "
        "by whoever trains.",
        CUT,
        (q.truncated(add=False),),
    ),
    Mistake(
        "only the last chunk was pulled back",
        "Each chunk has a loss, and each loss sends its gradient into the parameters. Call backward() inside the loop.",
        CUT,
        (
            q.truncated(pulled=lambda losses: losses[-1]),
            q.truncated(pulled=lambda losses: losses[-1], told=lambda losses: losses[-1].item()),
            q.truncated(pulled=lambda losses: losses[-1], add=False),
        ),
    ),
    Mistake(
        "the loss of the last chunk was returned",
        "What is returned is the sum over all chunks, the MSE of the whole sequence. Add up loss.item() in the loop.",
        CUT,
        (q.truncated(told=lambda losses: losses[-1].item()),),
    ),
    Mistake(
        "the last, shorter chunk was left out",
        "When T is no multiple of chunk_len the last chunk is shorter, and counts as well. x.split(chunk_len) gives it.",
        CUT,
        (q.truncated(cut=q.last_left_out),),
    ),
    Mistake(
        "chunk_len was taken for the number of chunks",
        "x.chunk(n) cuts into n pieces, x.split(n) into pieces of n steps. Here chunk_len is a number of steps.",
        CUT,
        (q.truncated(cut=lambda tensor, chunk_len: tensor.chunk(chunk_len)),),
    ),
    Mistake(
        "nothing was pulled back",
        "The losses are right, but no gradient arrives in the parameters. Call backward() on the loss of each chunk.",
        CUT,
        (q.truncated(pulled=lambda losses: None),),
    ),
    Mistake(
        "the output was detached, not the state",
        "Detach what goes on to the next chunk. The output that goes into the head must keep its graph, or the "
        "recurrent layer learns nothing.",
        CUT,
        (q.truncated(reads=torch.Tensor.detach),),
    ),
    Mistake(
        "a tensor was returned in place of a float",
        "The total is a Python float: loss.item() makes one of a chunk's loss. A sum of the losses themselves would "
        "keep every chunk's graph in memory.",
        CUT,
        (
            q.truncated(told=lambda losses: torch.stack(losses).sum()),
            q.truncated(told=lambda losses: torch.stack(losses)),
            q.truncated(told=lambda losses: [loss.item() for loss in losses]),
        ),
    ),
)
