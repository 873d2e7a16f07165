"""The mistakes that people make in binary_report, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a8_metrics.binary_report import oracle as q

LESSON = "notebooks/08_metrics.ipynb#"
CELLS = LESSON + "The-four-cells"
AVERAGED = LESSON + "8.-Precision,-recall-and-F1-averaged-over-batches"
NAN = float("nan")
RATIOS = ("accuracy", "precision", "recall", "f1")
COUNTS = ("tp", "fp", "fn", "tn")

MISTAKES = (
    Mistake(
        "false positives and false negatives were exchanged",
        "Positive or negative is what was said, true or false is how that was. A false positive was said to be 1 and "
        "is 0; precision looks at those, recall at the false negatives.",
        CELLS,
        (
            q.recounted(lambda tp, fp, fn, tn: (tp, fn, fp, tn)),
            q.altered(lambda r: {"fp": r["fn"], "fn": r["fp"]}),
        ),
    ),
    Mistake(
        "precision and recall were exchanged",
        "Precision asks how much of what was called 1 is 1: tp / (tp + fp). Recall asks how much of what is 1 was "
        "found: tp / (tp + fn).",
        CELLS,
        (q.altered(lambda r: {"precision": r["recall"], "recall": r["precision"]}),),
    ),
    Mistake(
        "the class 0 was taken for the positive one",
        "Positive is the class 1: tp counts where both tensors are 1. Where both are 0 it is a true negative.",
        CELLS,
        (
            q.recounted(lambda tp, fp, fn, tn: (tn, fn, fp, tp)),
            q.recounted(lambda tp, fp, fn, tn: (tn, fp, fn, tp)),
        ),
    ),
    Mistake(
        "everything said or being positive was counted as false",
        "A false positive was said to be 1 and is 0, so both tensors decide about it. The number of all that was "
        "called 1 is tp + fp, and the number of all that is 1 is tp + fn.",
        CELLS,
        (
            q.recounted(lambda tp, fp, fn, tn: (tp, tp + fp, tp + fn, tn)),
            q.recounted(lambda tp, fp, fn, tn: (tp, tp + fp, fn, tn)),
            q.recounted(lambda tp, fp, fn, tn: (tp, fp, tp + fn, tn)),
        ),
    ),
    Mistake(
        "the true negatives were left out of the accuracy",
        "Accuracy is the share of all answers that are right, and a true negative is right, too: (tp + tn) / all. It "
        "counts above the line and below.",
        CELLS,
        (
            q.altered(lambda r: {"accuracy": r["tp"] / sum(r[name] for name in COUNTS)}),
            q.altered(lambda r: {"accuracy": q.over(r["tp"], r["tp"] + r["fp"] + r["fn"])}),
        ),
    ),
    Mistake(
        "F1 is not the harmonic mean",
        "F1 is 2 P R / (P + R) with precision P and recall R, which equals 2 tp / (2 tp + fp + fn). It lies nearer to "
        "the smaller of the two than their plain mean.",
        CELLS,
        (
            q.altered(lambda r: {"f1": (r["precision"] + r["recall"]) / 2}),
            q.altered(lambda r: {"f1": r["f1"] / 2}),
            q.altered(lambda r: {"f1": (r["precision"] * r["recall"]) ** 0.5}),
            q.altered(lambda r: {"f1": q.over(r["tp"], r["tp"] + r["fp"] + r["fn"])}),
            q.altered(lambda r: {"f1": r["precision"] * r["recall"]}),
        ),
    ),
    Mistake(
        "a ratio without a denominator is not 0.0",
        "Nothing was called 1, or nothing is 1: then a ratio is 0 / 0, and here that is 0.0 by agreement. Look at the "
        "denominator before you divide; a tensor gives nan without a word.",
        CELLS,
        (
            q.empty_is(NAN),
            q.empty_is(1.0),
            q.altered(q.f1_nan),
            q.altered(q.two_nan),
        ),
    ),
    Mistake(
        "different shapes were accepted",
        "Tensors of shapes (4, 1) and (4,) are compared 16 times, by broadcasting, and nobody hears of it. Compare "
        "the shapes first and raise ValueError.",
        CELLS,
        (q.broadcast, q.flattened),
    ),
    Mistake(
        "the ratios were averaged over rows",
        "Count over all elements, whatever the number of dimensions, and divide once. The mean of the rows' own ratios "
        "is another number.",
        AVERAGED,
        (q.by_row,),
    ),
    Mistake(
        "tensors or floats were returned in place of Python ints and floats",
        "The four counts are Python ints and the four ratios Python floats: int(...) or .item() makes them of a "
        "tensor. A sum over floats has to become an int as well.",
        CELLS,
        (
            q.as_tensors(*COUNTS, *RATIOS),
            q.as_tensors(*COUNTS),
            q.as_tensors(*RATIOS),
            q.altered(lambda r: {name: float(r[name]) for name in COUNTS}),
        ),
    ),
    Mistake(
        "the ratios were rounded or given in per cent",
        "The ratios go from 0 to 1, with all their digits. How they are printed is decided where they are printed.",
        CELLS,
        (
            q.altered(lambda r: {name: round(r[name], 2) for name in RATIOS}),
            q.altered(lambda r: {name: round(r[name], 3) for name in RATIOS}),
            q.altered(lambda r: {name: round(r[name], 4) for name in RATIOS}),
            q.altered(lambda r: {name: 100 * r[name] for name in RATIOS}),
            q.altered(lambda r: {"accuracy": 100 * r["accuracy"]}),
        ),
    ),
)
