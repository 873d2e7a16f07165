"""Answers to final_features for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: rows by name


def final_features(h_n, num_layers, bidirectional):
    if bidirectional:
        return torch.cat([h_n[-2], h_n[-1]], dim=1)
    return h_n[-1]


# %% right: view (layers, directions), the last, joined


def final_features(h_n, num_layers, bidirectional):
    D = 1 + bool(bidirectional)
    top = h_n.view(num_layers, D, h_n.shape[1], h_n.shape[2])[-1]
    return top.permute(1, 0, 2).reshape(h_n.shape[1], -1)


# %% right: einops by hand


def final_features(h_n, num_layers, bidirectional):
    D = h_n.shape[0] // num_layers
    top = h_n[(num_layers - 1) * D :]
    return torch.stack(tuple(top), dim=1).flatten(1)


# %% right: written into a tensor of its own


def final_features(h_n, num_layers, bidirectional):
    B, H = h_n.size(1), h_n.size(2)
    if not bidirectional:
        return h_n[num_layers - 1].clone()
    feats = h_n.new_empty(B, 2 * H)
    feats[:, :H] = h_n[2 * num_layers - 2]
    feats[:, H:] = h_n[2 * num_layers - 1]
    return feats


# %% right: sequence by sequence


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    rows = []
    for b in range(h_n.shape[1]):
        rows.append(torch.cat([h_n[D * (num_layers - 1) + d, b] for d in range(D)]))
    return torch.stack(rows)


# %% right: index_select and hstack


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    rows = torch.arange(D * (num_layers - 1), D * num_layers, device=h_n.device)
    return torch.hstack(h_n.index_select(0, rows).unbind(0))


# %% right: einsum with ones and zeros on the top


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    eye = torch.eye(D * num_layers, dtype=h_n.dtype, device=h_n.device)[-D:]
    return torch.einsum("dr,rbh->bdh", eye, h_n).reshape(h_n.shape[1], D * h_n.shape[2])


# %% right: flip, head, flip


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    return torch.cat(h_n.flip(0)[:D].flip(0).chunk(D), dim=2).squeeze(0)


# %% right: movedim and a tail of the features


def final_features(h_n, num_layers, bidirectional):
    D = int(bidirectional) + 1
    return h_n.movedim(0, 1).flatten(1)[:, -D * h_n.shape[-1] :]


# %% right: narrow, transpose, contiguous, view


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    top = h_n.narrow(0, h_n.size(0) - D, D).transpose(0, 1).contiguous()
    return top.view(top.size(0), -1)


# %% right: transposed, below each other, transposed


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    return torch.cat(list(h_n[-D:].mT), dim=0).T


# %% wrong: only the backward state was taken


def final_features(h_n, num_layers, bidirectional):
    return h_n[-1]


# %% wrong: only the forward state was taken


def final_features(h_n, num_layers, bidirectional):
    return h_n[-2] if bidirectional else h_n[-1]


# %% wrong: the directions were joined with view or reshape


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    return h_n[-D:].reshape(h_n.shape[1], -1)


# %% wrong: the directions were joined with view or reshape


def final_features(h_n, num_layers, bidirectional):
    return h_n.view(h_n.size(1), -1)


# %% wrong: h_n was split as if all forward rows came first


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    split = h_n.view(D, num_layers, *h_n.shape[1:])
    return torch.cat([split[d, -1] for d in range(D)], dim=1)


# %% wrong: the bottom layer was taken


def final_features(h_n, num_layers, bidirectional):
    return torch.cat([h_n[0], h_n[1]], dim=1) if bidirectional else h_n[0]


# %% wrong: backward comes before forward


def final_features(h_n, num_layers, bidirectional):
    return torch.cat([h_n[-1], h_n[-2]], dim=1) if bidirectional else h_n[-1]


# %% wrong: all layers were joined


def final_features(h_n, num_layers, bidirectional):
    return h_n.transpose(0, 1).flatten(1)


# %% wrong: two rows were taken in one direction too


def final_features(h_n, num_layers, bidirectional):
    return torch.cat(list(h_n[-2:]), dim=1)


# %% wrong: the directions were added up or averaged


def final_features(h_n, num_layers, bidirectional):
    return h_n[-2] + h_n[-1] if bidirectional else h_n[-1]


# %% wrong: the directions were added up or averaged


def final_features(h_n, num_layers, bidirectional):
    return h_n[-2:].mean(0) if bidirectional else h_n[-1]


# %% wrong: the directions were put below each other or stacked


def final_features(h_n, num_layers, bidirectional):
    return torch.cat([h_n[-2], h_n[-1]]) if bidirectional else h_n[-1]


# %% wrong: the directions were put below each other or stacked


def final_features(h_n, num_layers, bidirectional):
    return torch.stack([h_n[-2], h_n[-1]], dim=1) if bidirectional else h_n[-1]


# %% wrong: a dimension of one was kept or lost


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    return torch.cat(list(h_n[-D:]), dim=1).squeeze()


# %% wrong: a dimension of one was kept or lost


def final_features(h_n, num_layers, bidirectional):
    return torch.cat([h_n[-2:-1], h_n[-1:]], dim=2) if bidirectional else h_n[-1:]


# %% wrong: a dimension of one was kept or lost


def final_features(h_n, num_layers, bidirectional):
    return torch.cat([h_n[-2], h_n[-1]], dim=1) if bidirectional else h_n[-1:]


# %% wrong: the graph was cut


def final_features(h_n, num_layers, bidirectional):
    h_n = h_n.data
    return torch.cat([h_n[-2], h_n[-1]], dim=1) if bidirectional else h_n[-1]


# %% wrong: the caller's h_n was changed


def final_features(h_n, num_layers, bidirectional):
    feats = torch.cat([h_n[-2], h_n[-1]], dim=1) if bidirectional else h_n[-1].clone()
    h_n.data.zero_()
    return feats


# %% wrong: "one layer's rows by the number of layers"


def final_features(h_n, num_layers, bidirectional):
    return torch.cat([h_n[num_layers - 1], h_n[num_layers]], dim=1) if bidirectional else h_n[num_layers - 1]


# %% wrong: "the last of each half of the rows"


def final_features(h_n, num_layers, bidirectional):
    if not bidirectional:
        return h_n[-1]
    forward, backward = h_n.chunk(2)
    return torch.cat([forward[-1], backward[-1]], dim=-1)


# %% wrong: "features interleaved"


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    return h_n[-D:].permute(1, 2, 0).reshape(h_n.shape[1], -1)


# %% wrong: "batch first assumed"


def final_features(h_n, num_layers, bidirectional):
    return h_n[:, -2:].flatten(1) if bidirectional else h_n[:, -1]


# %% wrong: "the mean of all layers"


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    mean = h_n.reshape(num_layers, D, *h_n.shape[1:]).mean(0)
    return mean.transpose(0, 1).flatten(1)


# %% wrong: "float32 whatever comes in"


def final_features(h_n, num_layers, bidirectional):
    D = 2 if bidirectional else 1
    feats = torch.zeros(h_n.shape[1], D * h_n.shape[2])
    for d in range(D):
        feats[:, d * h_n.shape[2] : (d + 1) * h_n.shape[2]] = h_n[d - D]
    return feats


# %% wrong: "a list"


def final_features(h_n, num_layers, bidirectional):
    return [h_n[-2], h_n[-1]] if bidirectional else [h_n[-1]]
