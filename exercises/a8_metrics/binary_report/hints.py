"""Three hints for binary_report, from a nudge to nearly the answer."""

HINTS = (
    "Make both tensors bool first: then every dtype is treated alike, and the four cells are four logical "
    "expressions. What must be checked before anything is combined?",
    "If the shapes differ raise ValueError. tp counts true & pred, fp counts ~true & pred, and so on. int(...sum()) "
    "makes Python ints of them.",
    "Write a small helper ratio(a, b) that returns a / b if b else 0.0. Then precision is ratio(tp, tp + fp), recall "
    "ratio(tp, tp + fn), accuracy ratio(tp + tn, all four), and f1 ratio(2 * tp, 2 * tp + fp + fn).",
)
