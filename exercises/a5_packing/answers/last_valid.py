"""Answers to last_valid for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: gather


def last_valid(output, lengths):
    index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, output.size(2))
    return output.gather(1, index).squeeze(1)


# %% right: a loop and stack


def last_valid(output, lengths):
    return torch.stack([output[b, lengths[b] - 1] for b in range(output.shape[0])])


# %% right: where and sum


def last_valid(output, lengths):
    steps = torch.arange(output.shape[1], device=output.device)
    chosen = (steps == lengths.to(output.device)[:, None] - 1).unsqueeze(-1)
    return torch.where(chosen, output, torch.zeros_like(output)).sum(dim=1)


# %% right: a boolean mask


def last_valid(output, lengths):
    chosen = torch.arange(output.shape[1], device=lengths.device) == lengths[:, None] - 1
    return output[chosen]


# %% right: index_select on flattened rows


def last_valid(output, lengths):
    B, T, H = output.shape
    flat = output.reshape(B * T, H)
    return flat.index_select(0, torch.arange(B, device=lengths.device) * T + lengths - 1)


# %% right: take_along_dim


def last_valid(output, lengths):
    return torch.take_along_dim(output, (lengths - 1)[:, None, None], dim=1)[:, 0]


# %% right: a negative index into the real part


def last_valid(output, lengths):
    rows = [sequence[:n][-1] for sequence, n in zip(output.unbind(0), lengths.tolist())]
    return torch.cat([row[None] for row in rows], 0)


# %% right: written into a tensor of its own


def last_valid(output, lengths):
    last = output.new_zeros(output.shape[0], output.shape[2])
    for b, n in enumerate(lengths):
        last[b] = output[b, int(n) - 1, :]
    return last


# %% right: indices on the CPU, and a clone


def last_valid(output, lengths):
    return output[range(len(output)), (lengths - 1).tolist()].clone()


# %% right: vmap


def last_valid(output, lengths):
    return torch.vmap(lambda row, n: row.index_select(0, n.view(1) - 1)[0])(output, lengths)


# %% right: the diagonal of all pairs


def last_valid(output, lengths):
    pairs = output.index_select(1, lengths - 1)
    return pairs.diagonal(dim1=0, dim2=1).t()


# %% right: padding filled in, then multiplied


def last_valid(output, lengths):
    steps = torch.arange(output.size(1), device=output.device)[None]
    clean = output.masked_fill((steps >= lengths[:, None])[..., None], 0)
    chosen = (steps == lengths[:, None] - 1).to(output.dtype)
    return (chosen[..., None] * clean).sum(1)


# %% right: recursive halves


def last_valid(output, lengths):
    if len(output) == 1:
        return output[:, int(lengths[0]) - 1]
    middle = len(output) // 2
    return torch.vstack(
        [last_valid(output[:middle], lengths[:middle]), last_valid(output[middle:], lengths[middle:])]
    )


# %% wrong: the last column was taken


def last_valid(output, lengths):
    return output[:, -1]


# %% wrong: the last column was taken


def last_valid(output, lengths):
    return output[:, lengths.max() - 1, :]


# %% wrong: the step is off by one


def last_valid(output, lengths):
    return output[torch.arange(len(output)), lengths.clamp(max=output.shape[1] - 1)]


# %% wrong: the step is off by one


def last_valid(output, lengths):
    return output[torch.arange(len(output)), lengths - 2]


# %% wrong: every row was taken at every length


def last_valid(output, lengths):
    return output[:, lengths - 1]


# %% wrong: the same step was taken from all rows


def last_valid(output, lengths):
    return output[:, lengths[0] - 1]


# %% wrong: the same step was taken from all rows


def last_valid(output, lengths):
    return output[:, int(lengths.min()) - 1]


# %% wrong: the same step was taken from all rows


def last_valid(output, lengths):
    return output[:, 0]


# %% wrong: time and batch were taken for each other


def last_valid(output, lengths):
    return output[lengths - 1, torch.arange(len(lengths))]


# %% wrong: time and batch were taken for each other


def last_valid(output, lengths):
    output = output.transpose(0, 1)
    return output[torch.arange(len(lengths)), lengths - 1]


# %% wrong: the padding was multiplied by zero


def last_valid(output, lengths):
    chosen = torch.arange(output.shape[1], device=output.device) == (lengths - 1)[:, None]
    return (output * chosen[:, :, None]).sum(1)


# %% wrong: the padding was multiplied by zero


def last_valid(output, lengths):
    chosen = nn.functional.one_hot(lengths - 1, output.shape[1]).to(output.dtype)
    return torch.einsum("bt,bth->bh", chosen, output)


# %% wrong: the steps were averaged or added up


def last_valid(output, lengths):
    mask = torch.arange(output.shape[1], device=output.device) < lengths[:, None]
    return output.masked_fill(~mask[..., None], 0).sum(1) / lengths[:, None]


# %% wrong: the steps were averaged or added up


def last_valid(output, lengths):
    mask = torch.arange(output.shape[1], device=output.device) < lengths[:, None]
    return output.masked_fill(~mask[..., None], 0).sum(1)


# %% wrong: the rows are in order of length


def last_valid(output, lengths):
    lengths, order = lengths.sort(descending=True)
    return output[order, lengths - 1]


# %% wrong: a dimension of one was kept or lost


def last_valid(output, lengths):
    return output.gather(1, (lengths - 1)[:, None, None].expand(-1, 1, output.shape[2]))


# %% wrong: a dimension of one was kept or lost


def last_valid(output, lengths):
    return output.gather(1, (lengths - 1)[:, None, None].expand(-1, 1, output.shape[2])).squeeze()


# %% wrong: only the first feature was taken


def last_valid(output, lengths):
    return output.gather(1, (lengths - 1)[:, None, None]).squeeze(1)


# %% wrong: the graph was cut


def last_valid(output, lengths):
    return output.data[torch.arange(len(lengths)), lengths - 1]


# %% wrong: the graph was cut


def last_valid(output, lengths):
    last = torch.zeros(output.shape[0], output.shape[2], dtype=output.dtype, device=output.device)
    with torch.no_grad():
        for b in range(len(lengths)):
            last[b] = output[b, lengths[b] - 1]
    return last


# %% wrong: the caller's lengths were changed


def last_valid(output, lengths):
    lengths -= 1
    return output[torch.arange(len(lengths)), lengths]


# %% wrong: "index by the lengths themselves"


def last_valid(output, lengths):
    return output[torch.arange(len(output)), lengths]


# %% wrong: "the last step that is not zero"


def last_valid(output, lengths):
    steps = (output != 0).any(-1).sum(1) - 1
    return output[torch.arange(len(output)), steps]


# %% wrong: "the last step that is not NaN"


def last_valid(output, lengths):
    steps = (~output.isnan().any(-1)).sum(1) - 1
    return output[torch.arange(len(output)), steps]


# %% wrong: "float32 whatever comes in"


def last_valid(output, lengths):
    last = torch.zeros(output.shape[0], output.shape[2])
    for b in range(len(lengths)):
        last[b] = output[b, lengths[b] - 1]
    return last


# %% wrong: "NaN replaced in place"


def last_valid(output, lengths):
    mask = torch.arange(output.shape[1]) < lengths[:, None]
    output.data[~mask] = 0
    return output[torch.arange(len(output)), lengths - 1]


# %% wrong: "gradients of NaN, from a product after the choice"


def last_valid(output, lengths):
    chosen = (torch.arange(output.shape[1], device=output.device) == (lengths - 1)[:, None])[..., None]
    return torch.nan_to_num(output * chosen, nan=0.0).sum(1) + 0 * output.sum((1,))


# %% wrong: "NaN turned into numbers, the other garbage kept"


def last_valid(output, lengths):
    mask = (torch.arange(output.shape[1], device=output.device) < lengths[:, None])[..., None]
    total = torch.nan_to_num(output, nan=0.0).sum(1)
    return total - torch.nan_to_num(output, nan=0.0)[:, :-1].sum(1) if mask.all() else total


# %% wrong: "a list of rows"


def last_valid(output, lengths):
    return [row[n - 1] for row, n in zip(output, lengths)]


# %% wrong: "through NumPy"


def last_valid(output, lengths):
    import numpy as np

    picked = output.detach().numpy()[np.arange(len(lengths)), lengths.numpy() - 1]
    return torch.from_numpy(picked).to(output.dtype).requires_grad_(output.requires_grad)


# %% wrong: "the last axis picked from"


def last_valid(output, lengths):
    return output[..., -1]


# %% wrong: "a mask on the default device"


def last_valid(output, lengths):
    chosen = torch.arange(output.shape[1]) == lengths[:, None] - 1
    return output.masked_fill(~chosen[..., None], 0).sum(1)


# %% wrong: "the smallest step of the reversed mask"


def last_valid(output, lengths):
    mask = torch.arange(output.shape[1]) < lengths[:, None]
    return output[torch.arange(len(output)), mask.long().argmin(1) - 1]
