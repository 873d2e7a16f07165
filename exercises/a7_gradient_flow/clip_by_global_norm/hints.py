"""Three hints for clip_by_global_norm, from a nudge to nearly the answer."""

HINTS = (
    "The parameters are needed twice: to measure, and to multiply. What happens to a generator when it is read for "
    "the second time? And which parameters have nothing to measure?",
    "Make a list of the gradients that are not None. The norm of all together is the root of the sum of all squares, "
    "which is also the norm of their norms. Only where it is larger than max_norm is there anything to multiply.",
    "grads = [p.grad for p in params if p.grad is not None]; return 0.0 if there are none. total = "
    "torch.stack([g.norm() for g in grads]).norm(). If total > max_norm: g.mul_(max_norm / total) for each. Return "
    "total.",
)
