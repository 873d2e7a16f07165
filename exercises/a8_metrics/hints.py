"""Three hints for each exercise on metrics, from a nudge to nearly the answer."""

SEQUENCE_CE = (
    "Two things are needed: the cross-entropy of every real token, summed, and the number of real tokens. What does "
    "targets != pad_id give you?",
    "F.cross_entropy wants the classes in dimension 1, or two flat tensors (N, C) and (N,). It has ignore_index and "
    "reduction='sum'. Then divide by the count, taking care of a count of 0.",
    "total = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=pad_id, reduction='sum'); divide "
    "it by (targets != pad_id).sum().clamp(min=1). A sum over nothing is 0 and still hangs on the graph.",
)

EVALUATE_TOKENS = (
    "Keep three running sums over all batches: the summed loss, the right tokens, the real tokens. When do you "
    "divide, and how often?",
    "Before the loop: remember model.training, then model.eval(). The loop stands inside torch.no_grad() and adds to "
    "the three sums, which are Python numbers. After it: model.train(was). Then the four results.",
    "In the loop: logits = model(x); real = y != pad_id; loss_sum += F.cross_entropy(logits.flatten(0, 1), "
    "y.flatten(), ignore_index=pad_id, reduction='sum').item(); right += ((logits.argmax(-1) == y) & "
    "real).sum().item(); tokens += real.sum().item(). With tokens = 0, loss and accuracy are 0.0.",
)

BINARY_REPORT = (
    "Make both tensors bool first: then every dtype is treated alike, and the four cells are four logical "
    "expressions. What must be checked before anything is combined?",
    "If the shapes differ raise ValueError. tp counts true & pred, fp counts ~true & pred, and so on. int(...sum()) "
    "makes Python ints of them.",
    "Write a small helper ratio(a, b) that returns a / b if b else 0.0. Then precision is ratio(tp, tp + fp), recall "
    "ratio(tp, tp + fn), accuracy ratio(tp + tn, all four), and f1 ratio(2 * tp, 2 * tp + fp + fn).",
)
