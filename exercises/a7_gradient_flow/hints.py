"""Three hints for each exercise on gradient flow, from a nudge to nearly the answer."""

CLIP_BY_GLOBAL_NORM = (
    "The parameters are needed twice: to measure, and to multiply. What happens to a generator when it is read for "
    "the second time? And which parameters have nothing to measure?",
    "Make a list of the gradients that are not None. The norm of all together is the root of the sum of all squares, "
    "which is also the norm of their norms. Only where it is larger than max_norm is there anything to multiply.",
    "grads = [p.grad for p in params if p.grad is not None]; return 0.0 if there are none. total = "
    "torch.stack([g.norm() for g in grads]).norm(). If total > max_norm: g.mul_(max_norm / total) for each. Return "
    "total.",
)

TBPTT_BACKWARD = (
    "It is run_in_chunks with two more lines in the loop: a loss that is pulled back, and a state that loses its "
    "history. Where must the state be detached?",
    "The loss of a chunk is the sum of its squared errors divided by y.numel(), the elements of the whole. Call "
    "backward() on each, add up loss.item(). The state of an nn.LSTM is a pair, detach both parts.",
    "for each piece of x.split(chunk_len) and y.split(chunk_len): output, state = rnn(piece, state); loss = "
    "((head(output) - wanted) ** 2).sum() / y.numel(); loss.backward(); total += loss.item(); state = tuple(s.detach() "
    "for s in state) if isinstance(state, tuple) else state.detach().",
)

INPUT_GRAD_NORMS = (
    "You need the derivative of one number with respect to x, and of nothing else. backward() would write .grad into "
    "every parameter; which function of torch.autograd returns gradients instead?",
    "Take a leaf of your own, x.detach().clone().requires_grad_(), and torch.autograd.grad(score, leaf). Inside "
    "torch.no_grad() nothing is recorded, unless `with torch.enable_grad():` stands around it.",
    "with torch.enable_grad(): leaf = ...; output, _ = rnn(leaf); (grad,) = torch.autograd.grad(output[-1].sum(), "
    "leaf). Then the root of (grad ** 2).sum(dim=(1, 2)), shape (T,).",
)
