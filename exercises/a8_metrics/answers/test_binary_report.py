"""Answers to test_binary_report for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch

KEYS = ["tp", "fp", "fn", "tn", "accuracy", "precision", "recall", "f1"]


def plain(y_true, y_pred):
    pairs = list(zip(y_true.flatten().tolist(), y_pred.flatten().tolist()))
    tp, fp, fn, tn = (sum((t, p) == w for t, p in pairs) for w in ((1, 1), (0, 1), (1, 0), (0, 0)))
    ratio = lambda a, b: a / b if b else 0.0
    ratios = (
        ratio(tp + tn, len(pairs)),
        ratio(tp, tp + fp),
        ratio(tp, tp + fn),
        ratio(2 * tp, 2 * tp + fp + fn),
    )
    return dict(zip(KEYS, (tp, fp, fn, tn, *ratios)))


def tables():
    generator = torch.Generator().manual_seed(4)
    for dtype in (torch.bool, torch.uint8, torch.int64, torch.float32, torch.int8):
        for shape, positive in (
            ((12,), 0.5),
            ((3, 4), 0.3),
            ((700,), 0.8),
            ((2, 1, 3), 0.0),
            ((5,), 1.0),
            ((1,), 1.0),
        ):
            y_true = (torch.rand(shape, generator=generator) < positive).to(dtype)
            for other in (
                torch.rand(shape, generator=generator) < 0.7,
                torch.zeros(shape),
                torch.ones(shape),
            ):
                yield y_true, other.to(dtype)


UNEQUAL = (((3,), (1,)), ((2, 3), (2, 2)), ((4,), (2, 2)), ((2, 1), (2, 4)), ((3,), (4,)))

# %% right: compared with a count in plain Python


def test_binary_report(binary_report):
    for y_true, y_pred in tables():
        kept = y_true.clone(), y_pred.clone()
        found, right = binary_report(y_true, y_pred), plain(y_true, y_pred)
        assert sorted(found) == sorted(KEYS)
        for key in KEYS:
            assert type(found[key]) is type(right[key]) and abs(found[key] - right[key]) < 1e-6, key
        assert torch.equal(y_true, kept[0]) and torch.equal(y_pred, kept[1])

    for one, other in UNEQUAL:
        try:
            binary_report(torch.ones(one), torch.zeros(other))
        except ValueError:
            continue
        raise AssertionError(one)


# %% right: counts and ratios apart


def test_binary_report(binary_report):
    for one, other in UNEQUAL:
        try:
            binary_report(torch.ones(one), torch.zeros(other))
        except ValueError:
            continue
        raise AssertionError(one)

    for y_true, y_pred in tables():
        before = y_true.tolist(), y_pred.tolist()
        found = binary_report(y_true, y_pred)
        assert (y_true.tolist(), y_pred.tolist()) == before
        assert set(found) == set(KEYS)
        right = plain(y_true, y_pred)
        assert [found[key] for key in KEYS[:4]] == [right[key] for key in KEYS[:4]]
        assert all(isinstance(found[key], int) for key in KEYS[:4])
        for key in KEYS[4:]:
            assert isinstance(found[key], float)
            torch.testing.assert_close(found[key], right[key], rtol=1e-5, atol=1e-6)


# %% right: tables built from their counts


def test_binary_report(binary_report):
    for tp, fp, fn, tn in (
        (4, 3, 2, 1),
        (0, 0, 0, 3),
        (0, 0, 3, 0),
        (0, 3, 0, 0),
        (300, 1, 2, 3),
        (1, 2, 3, 300),
        (2, 280, 1, 3),
        (1, 2, 290, 3),
    ):
        y_true = torch.tensor([1] * tp + [0] * fp + [1] * fn + [0] * tn)
        y_pred = torch.tensor([1] * tp + [1] * fp + [0] * fn + [0] * tn)
        for dtype in (torch.bool, torch.uint8, torch.int64, torch.float64):
            for shape in ((-1,), (1, -1), (-1, 1)):
                one, other = y_true.to(dtype).view(shape), y_pred.to(dtype).view(shape)
                found, right = binary_report(one, other), plain(y_true, y_pred)
                assert found.keys() == right.keys()
                assert one.tolist() == y_true.to(dtype).view(shape).tolist()
                assert other.tolist() == y_pred.to(dtype).view(shape).tolist()
                for key, value in right.items():
                    assert type(found[key]) in (int, float) and isinstance(found[key], type(value))
                    assert abs(found[key] - value) < 1e-6

    for one, other in UNEQUAL:
        try:
            binary_report(torch.ones(one), torch.zeros(other))
        except ValueError:
            continue
        raise AssertionError(one)


# %% wrong: "nothing is asked"


def test_binary_report(binary_report):
    pass


# %% wrong: "everything is wrong"


def test_binary_report(binary_report):
    raise AssertionError("wrong")


# %% wrong: "a misspelt name"


def test_binary_report(binary_report):
    assert binary_reportx is not None


# %% wrong: "its name is asked for"


def test_binary_report(binary_report):
    assert binary_report.__name__ == "binary_report"


# %% wrong: "a word in place of an error"


def test_binary_report(binary_report):
    y = torch.tensor([1, 0, 1])
    return binary_report(y, y)["tp"] == 2


# %% wrong: "only the keys"


def test_binary_report(binary_report):
    y = torch.tensor([1, 0, 1])
    assert set(binary_report(y, y)) == set(KEYS)


# %% wrong: "everything right"


def test_binary_report(binary_report):
    y = torch.tensor([1, 0, 1, 1])
    assert binary_report(y, y)["f1"] == 1.0


# %% wrong: "equal counts"


def test_binary_report(binary_report):
    found = binary_report(torch.tensor([1, 1, 0, 0]), torch.tensor([1, 0, 1, 0]))
    assert [found[key] for key in KEYS] == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]


# %% wrong: "one table, whole numbers only"


def test_binary_report(binary_report):
    t, p = torch.tensor([1, 1, 1, 0, 0, 1]), torch.tensor([1, 1, 0, 1, 0, 1])
    found, right = binary_report(t, p), plain(t, p)
    assert all(abs(found[key] - right[key]) < 1e-6 for key in KEYS)


# %% wrong: "nothing about shapes"


def test_binary_report(binary_report):
    for t, p in tables():
        found, right = binary_report(t, p), plain(t, p)
        assert all(abs(found[key] - right[key]) < 1e-6 for key in KEYS)


# %% wrong: "ratios digit by digit"


def test_binary_report(binary_report):
    for t, p in tables():
        assert binary_report(t, p) == plain(t, p)


# %% wrong: "NaN is expected where nothing can be divided"


def test_binary_report(binary_report):
    z = torch.zeros(3)
    assert binary_report(z, z)["precision"] != binary_report(z, z)["precision"]
