"""Three hints for evaluate_tokens, from a nudge to nearly the answer."""

HINTS = (
    "Keep three running sums over all batches: the summed loss, the right tokens, the real tokens. When do you "
    "divide, and how often?",
    "Before the loop: remember model.training, then model.eval(). The loop stands inside torch.no_grad() and adds to "
    "the three sums, which are Python numbers. After it: model.train(was). Then the four results.",
    "In the loop: logits = model(x); real = y != pad_id; loss_sum += F.cross_entropy(logits.flatten(0, 1), "
    "y.flatten(), ignore_index=pad_id, reduction='sum').item(); right += ((logits.argmax(-1) == y) & "
    "real).sum().item(); tokens += real.sum().item(). With tokens = 0, loss and accuracy are 0.0.",
)
