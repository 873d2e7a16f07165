"""The mistakes people make in the exercises on gradient flow, with what each gives; the exercises take them here.

The order matters: where two explain a result equally well, the first is named.
"""

import torch

from autograder.checking.language import Mistake
from exercises.a7_gradient_flow import clipping as c
from exercises.a7_gradient_flow import reaching as r

LESSON = "notebooks/07_gradient_flow.ipynb#"
CLIP = LESSON + "Clip"
BY_VALUE = LESSON + "4.-Clipping-by-value"
REACH = LESSON + "See"

CLIP_BY_GLOBAL_NORM = (
    Mistake(
        "a generator was read twice",
        "model.parameters() is a generator: it can be read once, and then it is empty. The second loop, which should "
        "clip, does nothing; begin with list(params).",
        CLIP,
        (c.read_twice,),
    ),
    Mistake(
        "the gradients were not multiplied",
        "To return the norm is one half. Where it is larger than max_norm, each gradient is multiplied by max_norm / "
        "total_norm, in place.",
        CLIP,
        (c.clipping(change=lambda g, total, m: g),),
    ),
    Mistake(
        "each gradient was clipped by its own norm",
        "There is one norm, of all gradients taken together, and one factor for all. Clipped one by one they no "
        "longer point where the whole gradient pointed.",
        CLIP,
        (
            c.clipping(change=lambda g, total, m: c.shortened(g, g.norm().item(), m)),
            c.clipping(change=lambda g, total, m: c.shortened(g, g.norm().item(), m) if total > m else g),
            c.clipping(change=lambda g, total, m: g * (m / g.norm().item()) if total > m else g),
            c.one_by_one(lambda lengths: lengths[-1].item()),
            c.one_by_one(lambda lengths: lengths.sum().item()),
        ),
    ),
    Mistake(
        "the gradients were clipped by value",
        "Cutting every entry to the range from -max_norm to max_norm changes the direction, and leaves a norm that "
        "can be much larger than max_norm. Multiply all entries by one factor.",
        BY_VALUE,
        (
            c.clipping(change=lambda g, total, m: g.clamp(-m, m)),
            c.clipping(change=lambda g, total, m: g.clamp(-m, m) if total > m else g),
            c.clipping(change=lambda g, total, m: g.clamp(max=m)),
        ),
    ),
    Mistake(
        "the parameters were measured",
        "What is too long is the gradient, p.grad. The parameter p itself may be of any size, and is not looked at.",
        CLIP,
        (c.weights_measured,),
    ),
    Mistake(
        "the norms were added up",
        "The norm of all gradients as one vector is the root of the sum of all squares. The sum of the norms is "
        "larger, so too much is cut off.",
        CLIP,
        (
            c.clipping(norm=lambda grads: c.lengths(grads).sum().item()),
            c.clipping(told=lambda grads, total, m: c.lengths(grads).sum().item()),
        ),
    ),
    Mistake(
        "the square root was forgotten",
        "The sum of the squares is the square of the norm. Take its root before you compare it with max_norm.",
        CLIP,
        (
            c.clipping(norm=lambda grads: c.norm_of_all(grads) ** 2),
            c.clipping(told=lambda grads, total, m: total**2),
        ),
    ),
    Mistake(
        "it is another norm",
        "The norm here is the 2-norm of all entries, the root of the sum of their squares. It is not the largest or the "
        "mean of the gradients' norms, and not the sum or the largest of the absolute values.",
        CLIP,
        (
            c.clipping(norm=lambda grads: c.lengths(grads).max().item()),
            c.clipping(norm=lambda grads: c.lengths(grads).mean().item()),
            c.clipping(norm=lambda grads: sum(g.abs().sum().item() for g in grads)),
            c.clipping(norm=lambda grads: max((g.abs().max().item() for g in grads), default=0.0)),
        ),
    ),
    Mistake(
        "small gradients were made larger",
        "Clipping only ever shortens. Where the norm is not above max_norm the gradients stay exactly as they are.",
        CLIP,
        (c.clipping(change=lambda g, total, m: g * (m / total) if total else g),),
    ),
    Mistake(
        "the norm was measured after clipping",
        "The norm that is returned is that of before, so that one can see how large the gradients were. After "
        "clipping it is max_norm at most.",
        CLIP,
        (c.clipping(told=lambda grads, total, m: min(total, m)),),
    ),
    Mistake(
        "the gradients were replaced by new tensors",
        "In place means that the tensor which .grad has been holds the new numbers: g.mul_(factor), or g *= factor "
        "with g = p.grad. Assigning p.grad = p.grad * factor puts another tensor there.",
        CLIP,
        (
            c.clipping(replaced=True),
            c.clipping(change=lambda g, total, m: g * min(1.0, m / max(total, m)), replaced=True),
        ),
    ),
    Mistake(
        "the norm was not returned",
        "The caller wants to know the norm before clipping, to plot it or to notice an explosion. Return it, also "
        "where nothing was clipped.",
        CLIP,
        (
            c.clipping(told=lambda grads, total, m: None),
            c.clipping(told=lambda grads, total, m: total if total > m else None),
            c.clipping(told=lambda grads, total, m: None if total > m else total),
        ),
    ),
)

INPUT_GRAD_NORMS = (
    Mistake(
        "all steps were asked, not the last one",
        "The question is about the output of the last step, output[-1]. The sum over all of output depends on late "
        "inputs through few steps and on early ones through many.",
        REACH,
        (r.reach(lambda output, state: output.sum()),),
    ),
    Mistake(
        "the last sequence was taken for the last step",
        "With batch_first=False time is axis 0, and output[-1] is the last step of every sequence. output[:, -1] is "
        "every step of the last sequence.",
        REACH,
        (r.reach(lambda output, state: output[:, -1].sum()),),
    ),
    Mistake(
        "another number than the sum was differentiated",
        "s is the sum of output[-1]. The mean is smaller by a factor, and a sum of squares or a norm weighs the units "
        "by their values.",
        REACH,
        (
            r.reach(lambda output, state: output[-1].mean()),
            r.reach(lambda output, state: output[-1].square().sum()),
            r.reach(lambda output, state: output[-1].norm()),
            r.reach(lambda output, state: output[-1].abs().sum()),
        ),
    ),
    Mistake(
        "the cell state was differentiated",
        "The second result of an nn.LSTM is a pair (h_n, c_n). c_n is not shown by the output; h_n is its last step.",
        REACH,
        (
            r.reach(lambda output, state: state[1].sum()),
            r.reach(lambda output, state: state[0].sum() + state[1].sum()),
        ),
    ),
    Mistake(
        "the norms of the sequences were averaged or added",
        "One norm for each step, over batch and features together: the root of the sum of all squares of grad[t]. A "
        "mean or a sum of the sequences' norms is another number.",
        REACH,
        (
            r.reach(norms=lambda g: g.norm(dim=2).mean(1)),
            r.reach(norms=lambda g: g.norm(dim=2).sum(1)),
            r.reach(norms=lambda g: g.norm(dim=1).mean(1)),
        ),
    ),
    Mistake(
        "the gradients were added up before the norm",
        "Entries of either sign cancel in a sum. Square first, add up over batch and features, and take the root at "
        "the end.",
        REACH,
        (
            r.reach(norms=lambda g: g.sum(1).norm(dim=1)),
            r.reach(norms=lambda g: g.mean(1).norm(dim=1)),
            r.reach(norms=lambda g: g.sum(2).norm(dim=1)),
            r.reach(norms=lambda g: g.sum((1, 2)).abs()),
        ),
    ),
    Mistake(
        "it is another norm",
        "The 2-norm is the root of the sum of the squares. Without the root it is its square; the sum, the mean or "
        "the largest of the absolute values are other norms.",
        REACH,
        (
            r.reach(norms=lambda g: g.square().sum((1, 2))),
            r.reach(norms=lambda g: g.abs().sum((1, 2))),
            r.reach(norms=lambda g: g.abs().mean((1, 2))),
            r.reach(norms=lambda g: g.abs().amax((1, 2))),
            r.reach(norms=lambda g: g.square().mean((1, 2)).sqrt()),
            r.reach(norms=lambda g: torch.linalg.matrix_norm(g, 2)),
        ),
    ),
    Mistake(
        "batch or features were kept apart",
        "The result has one number for each step, shape (T,). The norm goes over both other axes.",
        REACH,
        (
            r.reach(norms=lambda g: g.norm(dim=2)),
            r.reach(norms=lambda g: g.norm(dim=1)),
            r.reach(norms=lambda g: g.flatten(1).norm(dim=1, keepdim=True)),
            r.reach(norms=lambda g: g.norm()),
        ),
    ),
    Mistake(
        "the norms are in the order of the lag",
        "norms[t] belongs to step t, so the last entry is that of the last step. Counted back from the last step they "
        "would be reversed.",
        REACH,
        (r.reach(norms=lambda g: r.all_in_one(g).flip(0)),),
    ),
    Mistake(
        "the graph was left on the result",
        "create_graph=True records the derivative itself, to differentiate it again. Nobody does here, and the graph "
        "keeps everything in memory: leave it out, or end with .detach().",
        REACH,
        (r.reach(graph=True),),
    ),
    Mistake(
        "the parameters were left with gradients",
        "backward() adds to the .grad of every parameter, and the next optimiser step uses that. "
        "torch.autograd.grad(s, leaf) returns the gradient of the leaf alone.",
        REACH,
        (r.leaving,),
    ),
    Mistake(
        "the caller's gradients were thrown away",
        "zero_grad() clears what backward() left, and also what the caller had in .grad before. With "
        "torch.autograd.grad there is nothing to clear.",
        REACH,
        (r.clearing,),
    ),
    Mistake(
        "x was left in another state",
        "Whether x requires gradients is its owner's affair, before and after. Take a leaf of your own: "
        "x.detach().clone().requires_grad_().",
        REACH,
        (r.asking, r.dropping),
    ),
)
