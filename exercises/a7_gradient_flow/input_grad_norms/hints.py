"""Three hints for input_grad_norms, from a nudge to nearly the answer."""

HINTS = (
    "You need the derivative of one number with respect to x, and of nothing else. backward() would write .grad into "
    "every parameter; which function of torch.autograd returns gradients instead?",
    "Take a leaf of your own, x.detach().clone().requires_grad_(), and torch.autograd.grad(score, leaf). Inside "
    "torch.no_grad() nothing is recorded, unless `with torch.enable_grad():` stands around it.",
    "with torch.enable_grad(): leaf = ...; output, _ = rnn(leaf); (grad,) = torch.autograd.grad(output[-1].sum(), "
    "leaf). Then the root of (grad ** 2).sum(dim=(1, 2)), shape (T,).",
)
