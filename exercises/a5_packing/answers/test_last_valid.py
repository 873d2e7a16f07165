"""Answers to test_last_valid for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch


def loop(output, lengths):
    return torch.stack([output[b, n - 1] for b, n in enumerate(lengths.tolist())])


def cases():
    generator = torch.Generator().manual_seed(2)
    for batch, steps, units in ((4, 5, 3), (1, 1, 1), (1, 4, 1), (3, 1, 2), (3, 3, 3)):
        for padding in (float("nan"), float("inf"), 0.0, 99.0):
            output = torch.randn(batch, steps, units, generator=generator, dtype=torch.float64)
            lengths = torch.randint(1, steps + 1, (batch,), generator=generator)
            lengths[0] = min(2, steps)
            output[0, lengths[0] - 1] = 0
            for row, length in zip(output, lengths.tolist()):
                row[length:] = padding
            yield output, lengths


# %% right: compared with a loop


def test_last_valid(last_valid):
    for output, lengths in cases():
        kept, kept_lengths = output.clone(), lengths.clone()
        last = last_valid(output, lengths)
        assert torch.equal(last, loop(kept, lengths)) and last.dtype == kept.dtype
        assert torch.equal(lengths, kept_lengths) and torch.equal(output.nan_to_num(5), kept.nan_to_num(5))
        output.requires_grad_()
        (found,) = torch.autograd.grad(last_valid(output, lengths).sum(), output)
        (right,) = torch.autograd.grad(loop(output, lengths).sum(), output)
        assert torch.equal(found, right)


# %% right: element by element


def test_last_valid(last_valid):
    for output, lengths in cases():
        before, lengths_before = output.nan_to_num(-5).tolist(), lengths.tolist()
        last = last_valid(output, lengths)
        assert output.nan_to_num(-5).tolist() == before and lengths.tolist() == lengths_before
        assert last.dtype == torch.float64
        assert last.tolist() == [output[b, n - 1].tolist() for b, n in enumerate(lengths_before)]
        leaf = output.clone().requires_grad_()
        last_valid(leaf, lengths).sum().backward()
        for b, n in enumerate(lengths_before):
            for t in range(output.shape[1]):
                assert leaf.grad[b, t].tolist() == [float(t == n - 1)] * output.shape[2]


# %% right: gradients by weights


def test_last_valid(last_valid):
    for output, lengths in cases():
        copy, counts = output.clone(), lengths.clone()
        leaf = output.requires_grad_()
        last = last_valid(leaf, lengths)
        assert tuple(last.shape) == (len(counts), output.shape[2]) and last.dtype == output.dtype
        weights = torch.rand_like(last) + 1
        (last * weights).sum().backward()
        expected = torch.zeros_like(copy)
        for b, n in enumerate(counts.tolist()):
            assert torch.equal(last[b].detach(), copy[b, n - 1])
            expected[b, n - 1] = weights[b]
        assert torch.equal(leaf.grad, expected) and torch.equal(counts, lengths)
        plain = copy.clone()
        last_valid(plain, lengths)
        assert torch.equal(plain.isnan(), copy.isnan()) and torch.equal(plain.nan_to_num(), copy.nan_to_num())


# %% wrong: "nothing is asked"


def test_last_valid(last_valid):
    pass


# %% wrong: "everything is wrong"


def test_last_valid(last_valid):
    raise AssertionError("wrong")


# %% wrong: "a misspelt name"


def test_last_valid(last_valid):
    assert last_validx is not None


# %% wrong: "its name is asked for"


def test_last_valid(last_valid):
    assert last_valid.__name__ == "last_valid"


# %% wrong: "a word in place of an error"


def test_last_valid(last_valid):
    output, lengths = next(cases())
    return torch.equal(last_valid(output, lengths), loop(output, lengths))


# %% wrong: "only the shape"


def test_last_valid(last_valid):
    for output, lengths in cases():
        assert last_valid(output, lengths).shape == output[:, 0].shape


# %% wrong: "the case of the text"


def test_last_valid(last_valid):
    assert last_valid(torch.arange(1.0, 7).view(1, 6, 1), torch.tensor([4])).item() == 4


# %% wrong: "zeros for padding"


def test_last_valid(last_valid):
    output, lengths = torch.rand(3, 4, 2), torch.tensor([2, 4, 1])
    for row, n in zip(output, lengths):
        row[n:] = 0
    assert torch.equal(last_valid(output, lengths), loop(output, lengths))


# %% wrong: "all of one length"


def test_last_valid(last_valid):
    output, lengths = torch.rand(3, 4, 2), torch.tensor([3, 3, 3])
    assert torch.equal(last_valid(output, lengths), output[:, 2])


# %% wrong: "values only"


def test_last_valid(last_valid):
    for output, lengths in cases():
        assert torch.equal(last_valid(output, lengths), loop(output, lengths))


# %% wrong: "lengths count from zero"


def test_last_valid(last_valid):
    output, lengths = torch.rand(3, 4, 2), torch.tensor([2, 3, 1])
    assert torch.equal(last_valid(output, lengths), output[torch.arange(3), lengths])


# %% wrong: "the last column is expected"


def test_last_valid(last_valid):
    output, lengths = torch.rand(3, 4, 2), torch.tensor([2, 3, 1])
    assert torch.equal(last_valid(output, lengths), output[:, -1])
