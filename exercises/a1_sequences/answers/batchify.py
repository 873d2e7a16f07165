"""Answers to batchify for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: reshape and transpose


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream[: L * batch_size].reshape(batch_size, -1).transpose(0, 1)


# %% right: columns stacked


def batchify(stream, batch_size):
    L = stream.numel() // batch_size
    return torch.stack([stream[b * L : (b + 1) * L] for b in range(batch_size)], dim=1)


# %% right: token after token


def batchify(stream, batch_size):
    L = stream.size(0) // batch_size
    out = torch.empty(L, batch_size, dtype=stream.dtype, device=stream.device)
    for t in range(L):
        for b in range(batch_size):
            out[t, b] = stream[b * L + t]
    return out


# %% right: chunk and cat


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return torch.cat([c[:, None] for c in stream.narrow(0, 0, L * batch_size).chunk(batch_size)], 1)


# %% right: unfold


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream.unfold(0, L, L)[:batch_size].t().contiguous()


# %% wrong: the text runs across the columns


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream[: L * batch_size].view(L, batch_size)


# %% wrong: the text runs across the columns


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream[: L * batch_size].view(batch_size, L).reshape(L, batch_size)


# %% wrong: the segments are rows, not columns


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream[: L * batch_size].view(batch_size, L)


# %% wrong: the remainder was dropped at the start


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream[len(stream) - L * batch_size :].view(batch_size, L).t()


# %% wrong: the last segment was filled up


def batchify(stream, batch_size):
    L = -(-len(stream) // batch_size)
    pad = stream.new_zeros(L * batch_size - len(stream))
    return torch.cat([stream, pad]).view(batch_size, L).t()


# %% wrong: the last row is missing


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream[: L * batch_size].view(batch_size, L).t()[:-1]


# %% wrong: the tokens are no whole numbers any more


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    out = torch.zeros(L, batch_size, device=stream.device)
    for b in range(batch_size):
        out[:, b] = stream[b * L : (b + 1) * L]
    return out


# %% wrong: the stream was changed


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    out = stream[: L * batch_size].view(batch_size, L).t().clone()
    stream.fill_(0)
    return out


# %% wrong: "the stream cut short in place"


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream.resize_(L * batch_size).view(batch_size, L).t()


# %% wrong: "an error where a token is left over"


def batchify(stream, batch_size):
    return stream.view(batch_size, -1).t()


# %% wrong: "columns from the end"


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream[: L * batch_size].view(batch_size, L).t().flip(1)


# %% wrong: "segments turned around"


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream[: L * batch_size].view(batch_size, L).t().flip(0)


# %% wrong: "a list of segments"


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return list(stream[: L * batch_size].split(L))


# %% wrong: "int32"


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    return stream[: L * batch_size].view(batch_size, L).t().int()


# %% wrong: "on the default device"


def batchify(stream, batch_size):
    L = len(stream) // batch_size
    out = torch.zeros(L, batch_size, dtype=torch.long)
    for b in range(batch_size):
        out[:, b] = stream[b * L : (b + 1) * L]
    return out


# %% equivalent: return segments.t()
# contiguous() changes how the result lies in memory. Neither its numbers nor its shape tell, and the
# statement asks for no layout.
