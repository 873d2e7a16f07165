"""Answers to test_split_standardize for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch


def by_definition(series, n_train, eps=1e-8):
    train = series[:n_train]
    mean = sum(train) / n_train
    std = (sum((row - mean) ** 2 for row in train) / n_train) ** 0.5
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / std, (series[n_train:] - mean) / std, mean, std


# %% right: compared with the definition, on several series


def test_split_standardize(split_standardize):
    for seed in range(4):
        generator = torch.Generator().manual_seed(seed)
        for dtype in (torch.float64, torch.float32):
            series = torch.randn(9, 3, generator=generator, dtype=dtype) * 5 + 2
            series[:6, 1] = 4
            series[:6, 2] = torch.tensor([1, 1, 1, 1, 1, 1 + 1e-5], dtype=dtype)
            kept = series.clone()
            for eps in (1e-8, 1e-2):
                found = split_standardize(series, 6, eps)
                right = by_definition(kept.double(), 6, eps)
                for a, b in zip(found, right, strict=True):
                    assert a.dtype == dtype and a.shape == b.shape
                    if dtype == torch.float64:
                        torch.testing.assert_close(a, b)
            assert torch.equal(series, kept)


# %% right: numbers by hand, each promise by itself


def test_split_standardize(split_standardize):
    series = torch.tensor([[1.0, 5.0], [3.0, 5.0], [8.0, 6.0]], dtype=torch.float64)
    kept = series.clone()
    train, test, mean, std = split_standardize(series, 2)
    assert torch.equal(series, kept)
    assert train.dtype == test.dtype == mean.dtype == std.dtype == torch.float64
    for found, right in ((train, [[-1, 0], [1, 0]]), (test, [[6, 1]]), (mean, [2, 5]), (std, [1, 1])):
        torch.testing.assert_close(found, torch.tensor(right, dtype=torch.float64))
    other = torch.tensor([[1.0, 7.0], [4.0, 1.0], [8.0, 6.0]], dtype=torch.float64)
    train, test, mean, std = split_standardize(other, 2)
    for found, right in ((train, [[-1, 1], [1, -1]]), (mean, [2.5, 4]), (std, [1.5, 3])):
        torch.testing.assert_close(found, torch.tensor(right, dtype=torch.float64))
    torch.testing.assert_close(test, torch.tensor([[11 / 3, 2 / 3]], dtype=torch.float64))
    assert split_standardize(other.float(), 2)[1].dtype == torch.float32
    assert abs(split_standardize(other, 2, 2.0)[3] - torch.tensor([1.0, 3.0])).max() < 1e-9
    third = torch.tensor([[1 / 3], [2 / 3]], dtype=torch.float64)
    torch.testing.assert_close(split_standardize(third, 2)[2].item(), 0.5, rtol=0, atol=1e-15)
    torch.testing.assert_close(split_standardize(third, 2)[3].item(), 1 / 6, rtol=0, atol=1e-12)


# %% right: properties of the result


def test_split_standardize(split_standardize):
    generator = torch.Generator().manual_seed(3)
    series = torch.randn(12, 2, generator=generator, dtype=torch.float64) + torch.arange(12)[:, None]
    series = torch.cat([series, torch.ones(12, 1)], dim=1)
    series[-1, 2] = 3
    kept = series.clone()
    train, test, mean, std = split_standardize(series, 8)
    assert torch.equal(series, kept) and train.shape == (8, 3) and test.shape == (4, 3)
    assert mean.shape == std.shape == (3,) and train.dtype == torch.float64
    zero = torch.zeros(3, dtype=torch.float64)
    torch.testing.assert_close(train.mean(0), zero, rtol=0, atol=1e-9)
    torch.testing.assert_close(
        (train[:, :2] ** 2).mean(0), torch.ones(2, dtype=torch.float64), rtol=0, atol=1e-9
    )
    torch.testing.assert_close(torch.cat([train, test]) * std + mean, series, rtol=0, atol=1e-9)
    assert std[2] == 1 and not train[:, 2].any()
    assert split_standardize(kept.float(), 8)[0].dtype == torch.float32
    large = split_standardize(series, 8, eps=100.0)
    assert large[3].tolist() == [1, 1, 1]
    torch.testing.assert_close(large[2], kept[:8].mean(0), rtol=0, atol=1e-12)


# %% wrong: "nothing is asked"


def test_split_standardize(split_standardize):
    pass


# %% wrong: "everything is wrong"


def test_split_standardize(split_standardize):
    raise AssertionError("wrong")


# %% wrong: "a misspelt name"


def test_split_standardize(split_standardize):
    assert split_standardizex is not None


# %% wrong: "its name is asked for"


def test_split_standardize(split_standardize):
    assert split_standardize.__name__ == "split_standardize"


# %% wrong: "a word in place of an error"


def test_split_standardize(split_standardize):
    series = torch.tensor([[1.0, 5.0, 7.0], [3.0, 5.0, 1.0], [8.0, 6.0, 4.0]], dtype=torch.float64)
    return split_standardize(series, 2)[2][0] == 2


# %% wrong: "only the shapes"


def test_split_standardize(split_standardize):
    series = torch.tensor([[1.0, 5.0, 7.0], [3.0, 5.0, 1.0], [8.0, 6.0, 4.0]], dtype=torch.float64)
    train, test, mean, std = split_standardize(series, 2)
    assert train.shape == (2, 3) and test.shape == (1, 3) and mean.shape == std.shape == (3,)


# %% wrong: "digit by digit, on awkward numbers"


def test_split_standardize(split_standardize):
    generator = torch.Generator().manual_seed(0)
    series = torch.randn(50, 7, generator=generator)
    found = split_standardize(series, 30)
    right = by_definition(series, 30)
    assert all(torch.equal(a, b) for a, b in zip(found, right))


# %% wrong: "the mean of all is expected"


def test_split_standardize(split_standardize):
    series = torch.tensor([[1.0, 5.0, 7.0], [3.0, 5.0, 1.0], [8.0, 6.0, 4.0]], dtype=torch.float64)
    torch.testing.assert_close(split_standardize(series, 2)[2], series.mean(0))


# %% wrong: "one line of the text"


def test_split_standardize(split_standardize):
    assert split_standardize(torch.tensor([[1.0], [3.0], [8.0]]), 2)[1].item() == 6


# %% wrong: "nothing but the training part"


def test_split_standardize(split_standardize):
    series = torch.tensor([[1.0, 5.0, 7.0], [3.0, 5.0, 1.0], [8.0, 6.0, 4.0]], dtype=torch.float64)
    torch.testing.assert_close(split_standardize(series, 2)[0], by_definition(series, 2)[0])


# %% wrong: "everything but whether the series changes"


def test_split_standardize(split_standardize):
    for dtype in (torch.float64, torch.float32):
        series = torch.tensor([[1.0, 5.0], [3.0, 5.0], [8.0, 6.0]], dtype=dtype)
        found = split_standardize(series.clone(), 2)
        torch.testing.assert_close(tuple(found), by_definition(series, 2))
