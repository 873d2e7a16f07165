"""Answers to test_lstm_cell for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn


def cases(dtype=torch.float64):
    generator = torch.Generator().manual_seed(1)
    for batch, inputs, hidden in ((2, 3, 4), (1, 3, 1), (3, 3, 3)):
        sizes = (
            (batch, inputs),
            (batch, hidden),
            (batch, hidden),
            (4 * hidden, inputs),
            (4 * hidden, hidden),
        )
        sizes += ((4 * hidden,), (4 * hidden,))
        yield [2 * torch.randn(size, generator=generator, dtype=dtype) for size in sizes]


def gradients(step, given):
    leaves = [each.clone().requires_grad_() for each in given]
    return torch.autograd.grad(sum((each * each).sum() for each in step(*leaves)), leaves)


def by_hand(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + h @ W_hh.T + b_ih + b_hh).split(h.shape[1], dim=1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def of_pytorch(x, h, c, *weights):
    cell = nn.LSTMCell(x.shape[1], h.shape[1], dtype=x.dtype)
    named = dict(zip((name for name, _ in cell.named_parameters()), weights))
    return torch.func.functional_call(cell, named, (x, (h, c)))


# %% right: compared with the formula


def test_lstm_cell(lstm_cell):
    for given in cases():
        kept = [each.clone() for each in given]
        torch.testing.assert_close(tuple(lstm_cell(*given)), by_hand(*kept))
        assert all(torch.equal(a, b) for a, b in zip(given, kept))
        torch.testing.assert_close(gradients(lstm_cell, given), gradients(by_hand, given))


# %% right: compared with nn.LSTMCell


def test_lstm_cell(lstm_cell):
    for given in cases():
        kept = [each.clone() for each in given]
        torch.testing.assert_close(tuple(lstm_cell(*given)), of_pytorch(*kept))
        assert all(torch.equal(a, b) for a, b in zip(given, kept))
        torch.testing.assert_close(gradients(lstm_cell, given), gradients(of_pytorch, given))


# %% right: derivatives by differences


def test_lstm_cell(lstm_cell):
    for given in cases():
        kept = [each.clone() for each in given]
        right = by_hand(*kept)
        found = lstm_cell(*given)
        assert [tuple(each.shape) for each in found] == [tuple(each.shape) for each in right]
        for a, b in zip(found, right):
            assert (a - b).abs().max() < 1e-9
        for a, b in zip(given, kept):
            assert (a == b).all()
        leaves = [each.requires_grad_() for each in kept]
        h_new, c_new = lstm_cell(*leaves)
        (h_new.sum() + c_new.sum()).backward()
        for number, leaf in enumerate(leaves):
            moved = [each.detach().clone() for each in leaves]
            moved[number].view(-1)[0] += 1e-6
            slope = sum((a - b).sum() for a, b in zip(by_hand(*moved), right)) / 1e-6
            assert abs(leaf.grad.view(-1)[0] - slope) < 1e-3 * (1 + abs(slope))


# %% wrong: "nothing is asked"


def test_lstm_cell(lstm_cell):
    pass


# %% wrong: "everything is wrong"


def test_lstm_cell(lstm_cell):
    raise AssertionError("wrong")


# %% wrong: "a misspelt name"


def test_lstm_cell(lstm_cell):
    assert lstm_cellx is not None


# %% wrong: "its name is asked for"


def test_lstm_cell(lstm_cell):
    assert lstm_cell.__name__ == "lstm_cell"


# %% wrong: "a word in place of an error"


def test_lstm_cell(lstm_cell):
    x, h, c, *weights = next(cases())
    found = lstm_cell(x, h, c, *weights)
    return torch.allclose(found[0], by_hand(x, h, c, *weights)[0])


# %% wrong: "only the shapes"


def test_lstm_cell(lstm_cell):
    for given in cases():
        assert [each.shape for each in lstm_cell(*given)] == [given[1].shape] * 2


# %% wrong: "digit by digit"


def test_lstm_cell(lstm_cell):
    for given in cases(torch.float32):
        assert all(torch.equal(a, b) for a, b in zip(lstm_cell(*given), by_hand(*given)))


# %% wrong: "the case of the text, all weights zero"


def test_lstm_cell(lstm_cell):
    z = torch.zeros(1, 1)
    h_new, c_new = lstm_cell(z, z, z + 2, *[torch.zeros(4, 1)] * 2, *[torch.zeros(4)] * 2)
    assert c_new.item() == 1 and abs(h_new.item() - 0.381) < 1e-3


# %% wrong: "without biases"


def test_lstm_cell(lstm_cell):
    for x, h, c, W, U, *biases in cases():
        zeros = [torch.zeros_like(each) for each in biases]
        torch.testing.assert_close(tuple(lstm_cell(x, h, c, W, U, *zeros)), by_hand(x, h, c, W, U, *zeros))


# %% wrong: "numbers, but neither gradients nor the arguments"


def test_lstm_cell(lstm_cell):
    for given in cases():
        torch.testing.assert_close(tuple(lstm_cell(*[each.clone() for each in given])), by_hand(*given))


# %% wrong: "blocks expected in the order i, f, o, g"


def test_lstm_cell(lstm_cell):
    for given in cases():
        found = lstm_cell(*given)
        x, h, c, *w = given
        i, f, o, g = (x @ w[0].T + h @ w[1].T + w[2] + w[3]).chunk(4, 1)
        torch.testing.assert_close(found[1], f.sigmoid() * c + i.sigmoid() * g.tanh())
