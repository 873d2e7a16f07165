"""The mistakes that people make in clip_by_global_norm, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a7_gradient_flow.clip_by_global_norm import oracle as q

LESSON = "notebooks/07_gradient_flow.ipynb#"
CLIP = LESSON + "Clipping-the-gradient"
BY_VALUE = LESSON + "4.-Clipping-by-value"

MISTAKES = (
    Mistake(
        "a generator was read twice",
        "model.parameters() is a generator: it can be read once, and then it is empty. The second loop, which should "
        "clip, does nothing; begin with list(params).",
        CLIP,
        (q.read_twice,),
    ),
    Mistake(
        "the gradients were not multiplied",
        "To return the norm is one half. Where it is larger than max_norm, each gradient is multiplied by max_norm / "
        "total_norm, in place.",
        CLIP,
        (q.clipping(change=lambda g, total, m: g),),
    ),
    Mistake(
        "each gradient was clipped by its own norm",
        "There is one norm, of all gradients taken together, and one factor for all. Clipped one by one they no "
        "longer point where the whole gradient pointed.",
        CLIP,
        (
            q.clipping(change=lambda g, total, m: q.shortened(g, g.norm().item(), m)),
            q.clipping(change=lambda g, total, m: q.shortened(g, g.norm().item(), m) if total > m else g),
            q.clipping(change=lambda g, total, m: g * (m / g.norm().item()) if total > m else g),
            q.one_by_one(lambda lengths: lengths[-1].item()),
            q.one_by_one(lambda lengths: lengths.sum().item()),
        ),
    ),
    Mistake(
        "the gradients were clipped by value",
        "Cutting every entry to the range from -max_norm to max_norm changes the direction, and leaves a norm that "
        "can be much larger than max_norm. Multiply all entries by one factor.",
        BY_VALUE,
        (
            q.clipping(change=lambda g, total, m: g.clamp(-m, m)),
            q.clipping(change=lambda g, total, m: g.clamp(-m, m) if total > m else g),
            q.clipping(change=lambda g, total, m: g.clamp(max=m)),
        ),
    ),
    Mistake(
        "the parameters were measured",
        "What is too long is the gradient, p.grad. The parameter p itself may be of any size, and is not looked at.",
        CLIP,
        (q.weights_measured,),
    ),
    Mistake(
        "the norms were added up",
        "The norm of all gradients as one vector is the root of the sum of all squares. The sum of the norms is "
        "larger, so too much is cut off.",
        CLIP,
        (
            q.clipping(norm=lambda grads: q.lengths(grads).sum().item()),
            q.clipping(told=lambda grads, total, m: q.lengths(grads).sum().item()),
        ),
    ),
    Mistake(
        "the square root was forgotten",
        "The sum of the squares is the square of the norm. Take its root before you compare it with max_norm.",
        CLIP,
        (
            q.clipping(norm=lambda grads: q.norm_of_all(grads) ** 2),
            q.clipping(told=lambda grads, total, m: total**2),
        ),
    ),
    Mistake(
        "it is another norm",
        "The norm here is the 2-norm of all entries, the root of the sum of their squares. It is not the largest or the "
        "mean of the gradients' norms, and not the sum or the largest of the absolute values.",
        CLIP,
        (
            q.clipping(norm=lambda grads: q.lengths(grads).max().item()),
            q.clipping(norm=lambda grads: q.lengths(grads).mean().item()),
            q.clipping(norm=lambda grads: sum(g.abs().sum().item() for g in grads)),
            q.clipping(norm=lambda grads: max((g.abs().max().item() for g in grads), default=0.0)),
        ),
    ),
    Mistake(
        "small gradients were made larger",
        "Clipping only ever shortens. Where the norm is not above max_norm the gradients stay exactly as they are.",
        CLIP,
        (q.clipping(change=lambda g, total, m: g * (m / total) if total else g),),
    ),
    Mistake(
        "the norm was measured after clipping",
        "The norm that is returned is that of before, so that one can see how large the gradients were. After "
        "clipping it is max_norm at most.",
        CLIP,
        (q.clipping(told=lambda grads, total, m: min(total, m)),),
    ),
    Mistake(
        "the gradients were replaced by new tensors",
        "In place means that the tensor which .grad has been holds the new numbers: g.mul_(factor), or g *= factor "
        "with g = p.grad. Assigning p.grad = p.grad * factor puts another tensor there.",
        CLIP,
        (
            q.clipping(replaced=True),
            q.clipping(change=lambda g, total, m: g * min(1.0, m / max(total, m)), replaced=True),
        ),
    ),
    Mistake(
        "the norm was not returned",
        "The caller wants to know the norm before clipping, to plot it or to notice an explosion. Return it, also "
        "where nothing was clipped.",
        CLIP,
        (
            q.clipping(told=lambda grads, total, m: None),
            q.clipping(told=lambda grads, total, m: total if total > m else None),
            q.clipping(told=lambda grads, total, m: None if total > m else total),
        ),
    ),
)
