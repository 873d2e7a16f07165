"""Answers to binary_report for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn


def full(tp, fp, fn, tn):
    """The report of four counts, for the answers that differ in something else."""
    ratio = lambda a, b: a / b if b else 0.0
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "tn": tn,
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }


def counted(y_true, y_pred):
    t, p = y_true == 1, y_pred == 1
    return [int(c.sum()) for c in (t & p, ~t & p, t & ~p, ~t & ~p)]


def checked(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes")


# %% right: compared with numbers, ratios as floats of tensors


def binary_report(y_true, y_pred):
    if y_true.size() != y_pred.size():
        raise ValueError("different shapes")
    tp = ((y_true == 1) & (y_pred == 1)).sum().item()
    fp = ((y_true == 0) & (y_pred == 1)).sum().item()
    fn = ((y_true == 1) & (y_pred == 0)).sum().item()
    tn = ((y_true == 0) & (y_pred == 0)).sum().item()
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn) if tp + fn > 0 else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    accuracy = (y_true == y_pred).float().mean().item()
    return dict(tp=tp, fp=fp, fn=fn, tn=tn, accuracy=accuracy, precision=precision, recall=recall, f1=f1)


# %% right: int64 arithmetic


def binary_report(y_true, y_pred):
    if list(y_true.shape) != list(y_pred.shape):
        raise ValueError(f"{y_true.shape} and {y_pred.shape}")
    t, p = y_true.long(), y_pred.long()
    tp = int((t * p).sum())
    fp = int(((1 - t) * p).sum())
    fn = int((t * (1 - p)).sum())
    return full(tp, fp, fn, t.numel() - tp - fp - fn)


# %% right: bincount of codes


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    codes = (2 * y_true.to(torch.int64) + y_pred.to(torch.int64)).reshape(-1)
    tn, fp, fn, tp = torch.bincount(codes, minlength=4).tolist()
    return full(tp, fp, fn, tn)


# %% right: a confusion matrix by index_put


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    m = y_true.new_zeros((2, 2), dtype=torch.long)
    one = torch.ones((), dtype=torch.long, device=y_true.device)
    m.index_put_((y_true.flatten().long(), y_pred.flatten().long()), one, accumulate=True)
    (tn, fp), (fn, tp) = m.tolist()
    return full(tp, fp, fn, tn)


# %% right: plain Python


def binary_report(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("same shape please")
    counts = {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
    for a, b in zip(y_true.flatten().tolist(), y_pred.flatten().tolist()):
        counts[("t" if bool(a) == bool(b) else "f") + ("p" if b else "n")] += 1
    return full(**counts)


# %% right: a subclass of ValueError, and try for the division


class ShapeError(ValueError):
    pass


def binary_report(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ShapeError("no broadcasting")
    t, p = y_true.bool(), y_pred.bool()
    tp, fp = (t & p).sum().item(), (p & ~t).sum().item()
    fn, tn = (t & ~p).sum().item(), (~(t | p)).sum().item()
    out = {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
    for name, a, b in (
        ("accuracy", tp + tn, t.numel()),
        ("precision", tp, tp + fp),
        ("recall", tp, tp + fn),
        ("f1", tp, tp + (fp + fn) / 2),
    ):
        try:
            out[name] = a / b
        except ZeroDivisionError:
            out[name] = 0.0
    return out


# %% right: sums of one and differences


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    t, p = y_true.double(), y_pred.double()
    tp = int((t * p).sum().item())
    said, real = int(p.sum().item()), int(t.sum().item())
    return full(tp, said - tp, real - tp, t.numel() - said - real + tp)


# %% right: xor, masks and count_nonzero


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    t, p = y_true != 0, y_pred != 0
    wrong = t ^ p
    n = lambda m: int(torch.count_nonzero(m))
    return full(n(t & p), n(wrong & p), n(wrong & t), n(~(wrong | t)))


# %% right: 0-d tensors until the end, nan replaced


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    t, p = y_true.float(), y_pred.float()
    tp, fp, fn, tn = (t * p).sum(), ((1 - t) * p).sum(), (t * (1 - p)).sum(), ((1 - t) * (1 - p)).sum()
    precision = torch.nan_to_num(tp / (tp + fp), nan=0.0)
    recall = torch.nan_to_num(tp / (tp + fn), nan=0.0)
    f1 = torch.nan_to_num(2 * precision * recall / (precision + recall), nan=0.0)
    return {
        **{k: int(v.item()) for k, v in zip(("tp", "fp", "fn", "tn"), (tp, fp, fn, tn))},
        "accuracy": ((tp + tn) / t.numel()).item(),
        "precision": precision.item(),
        "recall": recall.item(),
        "f1": f1.item(),
    }


# %% right: unique pairs


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    pairs = torch.stack([y_true.reshape(-1).int(), y_pred.reshape(-1).int()], 1)
    found, n = pairs.unique(dim=0, return_counts=True)
    c = {tuple(k): v for k, v in zip(found.tolist(), n.tolist())}
    return full(c.get((1, 1), 0), c.get((0, 1), 0), c.get((1, 0), 0), c.get((0, 0), 0))


# %% right: select by truth


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    t = y_true > 0.5
    ones, zeros = y_pred[t] > 0.5, y_pred[~t] > 0.5
    return full(int(ones.sum()), int(zeros.sum()), int((~ones).sum()), int((~zeros).sum()))


# %% wrong: false positives and false negatives were exchanged


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_pred, y_true)
    return full(tp, fp, fn, tn)


# %% wrong: false positives and false negatives were exchanged


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    report = full(*counted(y_true, y_pred))
    report["fp"], report["fn"] = report["fn"], report["fp"]
    return report


# %% wrong: precision and recall were exchanged


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    ratio = lambda a, b: a / b if b else 0.0
    return {**full(tp, fp, fn, tn), "precision": ratio(tp, tp + fn), "recall": ratio(tp, tp + fp)}


# %% wrong: the class 0 was taken for the positive one


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    return full(*counted(1 - y_true.int(), 1 - y_pred.int()))


# %% wrong: the class 0 was taken for the positive one


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    return full(tn, fp, fn, tp)


# %% wrong: everything said or being positive was counted as false


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    return full(tp, int((y_pred == 1).sum()), int((y_true == 1).sum()), tn)


# %% wrong: the true negatives were left out of the accuracy


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    return {**full(tp, fp, fn, tn), "accuracy": tp / y_true.numel()}


# %% wrong: the true negatives were left out of the accuracy


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    return {**full(tp, fp, fn, tn), "accuracy": tp / (tp + fp + fn) if tp + fp + fn else 0.0}


# %% wrong: F1 is not the harmonic mean


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    report = full(*counted(y_true, y_pred))
    return {**report, "f1": (report["precision"] + report["recall"]) / 2}


# %% wrong: F1 is not the harmonic mean


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    r = full(*counted(y_true, y_pred))
    p, q = r["precision"], r["recall"]
    return {**r, "f1": p * q / (p + q) if p + q else 0.0}


# %% wrong: a ratio without a denominator is not 0.0


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    t, p = (y_true == 1).float(), (y_pred == 1).float()
    tp, fp, fn = (t * p).sum(), ((1 - t) * p).sum(), (t * (1 - p)).sum()
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    f1 = 2 * tp / (2 * tp + fp + fn)
    report = full(*counted(y_true, y_pred))
    return {**report, "precision": precision.item(), "recall": recall.item(), "f1": f1.item()}


# %% wrong: a ratio without a denominator is not 0.0


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    r = full(tp, fp, fn, tn)
    if tp + fp == 0:
        r["precision"] = 1.0
    if tp + fn == 0:
        r["recall"] = 1.0
    if tp + fp + fn == 0:
        r["f1"] = 1.0
    return r


# %% wrong: "divides by zero"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    f1 = 2 * precision * recall / (precision + recall)
    return {**full(tp, fp, fn, tn), "precision": precision, "recall": recall, "f1": f1}


# %% wrong: "F1 divides by zero, the others do not"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    r = full(*counted(y_true, y_pred))
    return {**r, "f1": 2 * r["precision"] * r["recall"] / (r["precision"] + r["recall"])}


# %% wrong: different shapes were accepted


def binary_report(y_true, y_pred):
    return full(*counted(y_true, y_pred))


# %% wrong: different shapes were accepted


def binary_report(y_true, y_pred):
    if y_true.numel() != y_pred.numel():
        raise ValueError("sizes")
    return full(*counted(y_true.flatten(), y_pred.flatten()))


# %% wrong: "an assertion in place of ValueError"


def binary_report(y_true, y_pred):
    assert y_true.shape == y_pred.shape
    return full(*counted(y_true, y_pred))


# %% wrong: "only the lengths are compared"


def binary_report(y_true, y_pred):
    if y_true.dim() and y_pred.dim() and len(y_true) != len(y_pred):
        raise ValueError("lengths")
    return full(*counted(y_true, y_pred))


# %% wrong: the ratios were averaged over rows


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    if y_true.dim() < 2:
        return full(*counted(y_true, y_pred))
    rows = [full(*counted(a, b)) for a, b in zip(y_true, y_pred)]
    mean = {k: sum(r[k] for r in rows) / len(rows) for k in ("accuracy", "precision", "recall", "f1")}
    return {**full(*counted(y_true, y_pred)), **mean}


# %% wrong: tensors or floats were returned in place of Python ints and floats


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    t, p = y_true == 1, y_pred == 1
    tp, fp, fn, tn = (t & p).sum(), (~t & p).sum(), (t & ~p).sum(), (~t & ~p).sum()
    r = full(int(tp), int(fp), int(fn), int(tn))
    return {**r, "tp": tp, "fp": fp, "fn": fn, "tn": tn}


# %% wrong: tensors or floats were returned in place of Python ints and floats


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    t, p = y_true.float(), y_pred.float()
    tp, fp = (t * p).sum().item(), ((1 - t) * p).sum().item()
    fn, tn = (t * (1 - p)).sum().item(), ((1 - t) * (1 - p)).sum().item()
    return full(tp, fp, fn, tn)


# %% wrong: tensors or floats were returned in place of Python ints and floats


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    return {k: torch.tensor(v) for k, v in full(*counted(y_true, y_pred)).items()}


# %% wrong: the ratios were rounded or given in per cent


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    return {k: round(v, 2) if isinstance(v, float) else v for k, v in full(*counted(y_true, y_pred)).items()}


# %% wrong: the ratios were rounded or given in per cent


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    return {k: 100 * v if isinstance(v, float) else v for k, v in full(*counted(y_true, y_pred)).items()}


# %% wrong: "~ on integers, which flips every bit"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    t, p = y_true.to(torch.uint8), y_pred.to(torch.uint8)
    return full(int((t & p).sum()), int((~t & p).sum()), int((t & ~p).sum()), int((~t & ~p).sum()))


# %% wrong: "differences, which wrap around in uint8 and fail for bool"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    d = y_pred - y_true
    tp = int(((y_true == 1) & (y_pred == 1)).sum())
    fp, fn = int((d == 1).sum()), int((d == -1).sum())
    return full(tp, fp, fn, y_true.numel() - tp - fp - fn)


# %% wrong: "differences of the smaller dtype, which wrap around in uint8"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    t = y_true.int() if y_true.dtype == torch.bool else y_true
    p = y_pred.int() if y_pred.dtype == torch.bool else y_pred
    d = p - t
    tp = int((t * p).sum())
    return full(tp, int((d > 0).sum()), int((d < 0).sum()), int(((t + p) == 0).sum()))


# %% wrong: "sums that are logical for bool"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    s = y_true + y_pred
    tp, tn = int((s == 2).sum()), int((s == 0).sum())
    fp = int((y_pred == 1).sum()) - tp
    return full(tp, fp, y_true.numel() - tp - tn - fp, tn)


# %% wrong: "rounded to bool by int(), changed in place"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp = int(((y_true == 1) & (y_pred == 1)).sum())
    fp = int(((y_true == 0) & (y_pred == 1)).sum())
    y_true.sub_(y_pred).abs_() if y_true.dtype == y_pred.dtype and y_true.dtype != torch.bool else None
    wrong = (
        int((y_true != 0).sum())
        if y_true.dtype == y_pred.dtype and y_true.dtype != torch.bool
        else int((y_true.bool() != y_pred.bool()).sum())
    )
    return full(tp, fp, wrong - fp, y_true.numel() - tp - wrong)


# %% wrong: "without the key f1"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    r = full(*counted(y_true, y_pred))
    del r["f1"]
    return r


# %% wrong: "only for vectors"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp = fp = fn = tn = 0
    for a, b in zip(y_true.tolist(), y_pred.tolist()):
        tp += a == 1 and b == 1
        fp += a == 0 and b == 1
        fn += a == 1 and b == 0
        tn += a == 0 and b == 0
    return full(int(tp), int(fp), int(fn), int(tn))


# %% wrong: "F2 in place of F1"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    return {**full(tp, fp, fn, tn), "f1": 5 * tp / (5 * tp + 4 * fn + fp) if tp else 0.0}


# %% wrong: "a matrix made on the default device"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    m = torch.zeros(4, dtype=torch.long)
    codes = (2 * y_true.long() + y_pred.long()).reshape(-1)
    m = m + torch.bincount(codes, minlength=4)
    tn, fp, fn, tp = m.tolist()
    return full(tp, fp, fn, tn)


# %% wrong: "a small number below each line"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    e = 1e-3
    r = {"precision": tp / (tp + fp + e), "recall": tp / (tp + fn + e)}
    return {**full(tp, fp, fn, tn), **r}


# %% wrong: "balanced accuracy"


def binary_report(y_true, y_pred):
    checked(y_true, y_pred)
    tp, fp, fn, tn = counted(y_true, y_pred)
    ratio = lambda a, b: a / b if b else 0.0
    return {**full(tp, fp, fn, tn), "accuracy": (ratio(tp, tp + fn) + ratio(tn, tn + fp)) / 2}


# %% wrong: "counted in the dtype of the input, which may end at 255"


def binary_report(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")

    def count(cell):
        return int(
            cell.to(y_true.dtype if y_true.dtype != torch.bool else torch.int64).sum(
                dtype=y_true.dtype if y_true.dtype != torch.bool else torch.int64
            )
        )

    t, p = y_true == 1, y_pred == 1
    tp, fp, fn, tn = count(t & p), count(~t & p), count(t & ~p), count(~t & ~p)

    def ratio(a, b):
        return a / b if b else 0.0

    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "tn": tn,
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }
