"""Answers to pad_batch for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

# %% right: pad_sequence, mask by comparison


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([s.shape[0] for s in seqs])
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    mask = torch.arange(padded.shape[1])[None, :] < lengths[:, None]
    return padded, lengths, mask


# %% right: F.pad and stack, mask from ones


def pad_batch(seqs, pad_value=0.0):
    T = max(len(s) for s in seqs)
    padded = torch.stack([F.pad(s, (0, 0, 0, T - len(s)), value=pad_value) for s in seqs])
    ones = [torch.ones(len(s), dtype=torch.bool) for s in seqs]
    mask = torch.stack([F.pad(one, (0, T - len(one))) for one in ones])
    return padded, mask.sum(1), mask


# %% right: cat with filling, mask on the device of the sequences


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.as_tensor([len(s) for s in seqs], dtype=torch.int64, device="cpu")
    T, F_ = int(max(lengths)), seqs[0].size(-1)
    rows = [torch.cat([s, s.new_full((T - len(s), F_), pad_value)], dim=0) for s in seqs]
    padded = torch.cat([row.unsqueeze(0) for row in rows], dim=0)
    mask = torch.zeros(len(seqs), T, dtype=torch.bool, device=padded.device)
    for b, n in enumerate(lengths.tolist()):
        mask[b, :n] = True
    return padded, lengths, mask


# %% right: element by element


def pad_batch(seqs, pad_value=0.0):
    B, T = len(seqs), max(map(len, seqs))
    padded = torch.full((B, T, seqs[0].shape[1]), pad_value, dtype=seqs[0].dtype, device=seqs[0].device)
    mask = torch.zeros((B, T), dtype=torch.bool)
    lengths = torch.zeros(B, dtype=torch.long)
    for b in range(B):
        for t in range(len(seqs[b])):
            padded[b, t] = seqs[b][t]
            mask[b, t] = True
            lengths[b] += 1
    return padded, lengths, mask


# %% right: sorted, padded, put back


def pad_batch(seqs, pad_value=0.0):
    order = sorted(range(len(seqs)), key=lambda b: -len(seqs[b]))
    padded = pad_sequence([seqs[b] for b in order], batch_first=True, padding_value=pad_value)
    back = [order.index(b) for b in range(len(seqs))]
    lengths = torch.LongTensor([len(s) for s in seqs])
    mask = torch.stack([torch.arange(padded.shape[1]) < n for n in lengths])
    return padded[back], lengths, mask


# %% right: the real steps written through the mask


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor(list(map(len, seqs)))
    B, T = len(seqs), lengths.max().item()
    mask = torch.arange(T).expand(B, T).lt(lengths.unsqueeze(1))
    padded = seqs[0].new_full((B, T, seqs[0].shape[-1]), pad_value)
    padded[mask] = torch.cat(seqs)
    return padded, lengths, mask


# %% right: a nested tensor


def pad_batch(seqs, pad_value=0.0):
    nested = torch.nested.as_nested_tensor(list(seqs))
    padded = torch.nested.to_padded_tensor(nested, pad_value)
    lengths = torch.tensor([len(s) for s in seqs], dtype=torch.long)
    return padded, lengths, torch.arange(padded.size(1)).unsqueeze(0) < lengths.unsqueeze(1)


# %% right: masked_scatter out of place, mask from repeat


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([s.size(0) for s in seqs])
    T = int(lengths.max())
    mask = torch.arange(T).repeat(len(seqs), 1) < lengths.view(-1, 1)
    empty = torch.full((len(seqs), T, seqs[0].size(1)), pad_value, dtype=seqs[0].dtype, device=seqs[0].device)
    padded = empty.masked_scatter(mask.to(empty.device).unsqueeze(-1), torch.cat(tuple(seqs)))
    return padded, lengths, mask


# %% right: time first and transposed, lengths from a mask on the CPU


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, padding_value=pad_value).transpose(0, 1).contiguous()
    mask = pad_sequence([torch.ones(len(s), dtype=torch.bool) for s in seqs], batch_first=True)
    return padded, mask.long().sum(dim=1), mask


# %% right: recursion over the list


def pad_batch(seqs, pad_value=0.0):
    T = max(s.shape[0] for s in seqs)

    def rows(rest):
        if not rest:
            return []
        head, *tail = rest
        missing = head.new_full((1, head.shape[1]), pad_value).expand(T - head.shape[0], -1)
        return [torch.vstack((head, missing))] + rows(tail)

    lengths = torch.tensor([s.shape[0] for s in seqs])
    return torch.stack(rows(list(seqs))), lengths, torch.arange(T) < lengths[:, None]


# %% right: gathered from all steps in a row, and torch.where


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    start = lengths.cumsum(0) - lengths
    T = int(lengths.max())
    mask = torch.arange(T) < lengths[:, None]
    where = (start[:, None] + torch.arange(T)).clamp(max=int(lengths.sum()) - 1)
    flat = torch.cat(seqs)
    padded = torch.where(
        mask[..., None].to(flat.device), flat[where.to(flat.device)], flat.new_tensor(pad_value)
    )
    return padded, lengths, mask


# %% wrong: the mask was made from the numbers


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, (padded != pad_value).any(dim=-1)


# %% wrong: the mask was made from the numbers


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, padded[:, :, 0] != pad_value


# %% wrong: the mask was made from the numbers


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    mask = (padded != pad_value).all(-1)
    return padded, mask.sum(1), mask


# %% wrong: the mask was made from the numbers


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    mask = padded.abs().sum(-1) != 0
    return padded, torch.tensor([len(s) for s in seqs]), mask


# %% wrong: pad_value was ignored


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: the padding was put in front


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    T = int(lengths.max())
    padded = torch.stack([F.pad(s, (0, 0, T - len(s), 0), value=pad_value) for s in seqs])
    return padded, lengths, torch.arange(T) >= (T - lengths)[:, None]


# %% wrong: the padding was put in front


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value, padding_side="left")
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: time comes first


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(int(lengths.max()))[:, None] < lengths


# %% wrong: time comes first


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(int(lengths.max())) < lengths[:, None]


# %% wrong: the sequences were sorted by length


def pad_batch(seqs, pad_value=0.0):
    seqs = sorted(seqs, key=len, reverse=True)
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: the sequences were sorted by length


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    padded = pad_sequence(sorted(seqs, key=lambda s: -len(s)), batch_first=True, padding_value=pad_value)
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: the sequences were sorted by length


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs]).sort(descending=True).values
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: the mask is the wrong way round


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) >= lengths[:, None]


# %% wrong: the mask is off by one


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) <= lengths[:, None]


# %% wrong: the mask is off by one


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(1, padded.shape[1] + 1) < lengths[:, None]


# %% wrong: the mask marks every step


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    return padded, torch.tensor([len(s) for s in seqs]), torch.ones(padded.shape[:2], dtype=torch.bool)


# %% wrong: the mask has an axis for the features


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    mask = pad_sequence([torch.ones_like(s, dtype=torch.bool) for s in seqs], batch_first=True)
    return padded, torch.tensor([len(s) for s in seqs]), mask


# %% wrong: all lengths are that of the padded batch


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    mask = torch.arange(padded.shape[1]) < torch.tensor([len(s) for s in seqs])[:, None]
    return padded, torch.tensor([len(row) for row in padded]), mask


# %% wrong: the sequences were cut to the shortest


def pad_batch(seqs, pad_value=0.0):
    T = min(len(s) for s in seqs)
    padded = torch.stack([s[:T] for s in seqs])
    return padded, torch.full((len(seqs),), T), torch.ones(len(seqs), T, dtype=torch.bool)


# %% wrong: lengths are no int64 tensor


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = [len(s) for s in seqs]
    return padded, lengths, torch.arange(padded.shape[1]) < torch.tensor(lengths)[:, None]


# %% wrong: lengths are no int64 tensor


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.Tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: the mask is not boolean


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, (torch.arange(padded.shape[1]) < lengths[:, None]).float()


# %% wrong: the dtype of the sequences was lost


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    padded = torch.full((len(seqs), int(lengths.max()), seqs[0].shape[1]), float(pad_value))
    for b, s in enumerate(seqs):
        padded[b, : len(s)] = s
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: the graph was cut


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence([s.detach() for s in seqs], batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: the graph was cut


def pad_batch(seqs, pad_value=0.0):
    T = max(map(len, seqs))
    rows = [s.tolist() + [[pad_value] * s.shape[1]] * (T - len(s)) for s in seqs]
    lengths = torch.tensor([len(s) for s in seqs])
    padded = torch.tensor(rows, dtype=seqs[0].dtype, device=seqs[0].device)
    return padded, lengths, torch.arange(T) < lengths[:, None]


# %% wrong: the caller's list was changed


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    T = int(lengths.max())
    for b in range(len(seqs)):
        seqs[b] = F.pad(seqs[b], (0, 0, 0, T - len(seqs[b])), value=pad_value)
    return torch.stack(seqs), lengths, torch.arange(T) < lengths[:, None]


# %% wrong: the caller's list was changed


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    mask = torch.arange(padded.shape[1]) < lengths[:, None]
    while seqs:
        seqs.pop()
    return padded, lengths, mask


# %% wrong: "lengths on the device of the sequences"


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs], device=padded.device)
    return padded, lengths, torch.arange(padded.shape[1], device=padded.device) < lengths[:, None]


# %% wrong: "a mask of two devices"


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1], device=padded.device) < lengths[:, None]


# %% wrong: "padded on the default device"


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    padded = torch.full((len(seqs), int(lengths.max()), seqs[0].shape[1]), pad_value, dtype=seqs[0].dtype)
    for b, s in enumerate(seqs):
        padded[b, : len(s)] = s
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: "rows of an iteration written to, which autograd forbids"


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    padded = seqs[0].new_full((len(seqs), int(lengths.max()), seqs[0].shape[1]), pad_value)
    for row, s in zip(padded, seqs):
        row[: len(s)] = s
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: "stacked, which needs one length"


def pad_batch(seqs, pad_value=0.0):
    padded = torch.stack(seqs)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.ones(padded.shape[:2], dtype=torch.bool)


# %% wrong: "the first sequence is taken for the longest"


def pad_batch(seqs, pad_value=0.0):
    T = len(seqs[0])
    padded = torch.stack([F.pad(s, (0, 0, 0, T - len(s)), value=pad_value) for s in seqs])
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(T) < lengths[:, None]


# %% wrong: "one step too many"


def pad_batch(seqs, pad_value=0.0):
    T = max(map(len, seqs)) + 1
    padded = torch.stack([F.pad(s, (0, 0, 0, T - len(s)), value=pad_value) for s in seqs])
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(T) < lengths[:, None]


# %% wrong: "lengths count features"


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([s.shape[-1] for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: "an empty tensor whose padding is whatever was there"


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    padded = seqs[0].new_empty(len(seqs), int(lengths.max()), seqs[0].shape[1]) * 0 + 1e-3
    for b, s in enumerate(seqs):
        padded[b, : len(s)] = s
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: "values replaced where they equal zero"


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True)
    padded = padded.masked_fill(padded == 0, pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: "the mask filled in where the values are finite"


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=float("nan"))
    mask = ~padded.isnan().any(-1)
    padded = torch.nan_to_num(padded, nan=pad_value)
    return padded, mask.sum(1), mask.bool() & (padded != pad_value).any(-1)


# %% wrong: "lengths and mask exchanged"


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, torch.arange(padded.shape[1]) < lengths[:, None], lengths


# %% wrong: "the padded batch alone"


def pad_batch(seqs, pad_value=0.0):
    return pad_sequence(seqs, batch_first=True, padding_value=pad_value)


# %% wrong: "a number"


def pad_batch(seqs, pad_value=0.0):
    return len(seqs)


# %% wrong: "a dict"


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return {"padded": padded, "lengths": lengths, "mask": torch.arange(padded.shape[1]) < lengths[:, None]}


# %% wrong: "NaN times zero is NaN"


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence(seqs, batch_first=True)
    lengths = torch.tensor([len(s) for s in seqs])
    mask = torch.arange(padded.shape[1]) < lengths[:, None]
    return padded + pad_value * (~mask)[..., None].to(padded), lengths, mask


# %% wrong: "new tensors that require gradients"


def pad_batch(seqs, pad_value=0.0):
    padded = pad_sequence([s.clone().detach().requires_grad_(True) for s in seqs], True, pad_value)
    lengths = torch.tensor([len(s) for s in seqs])
    return padded, lengths, torch.arange(padded.shape[1]) < lengths[:, None]


# %% wrong: the results are in another order


def pad_batch(seqs, pad_value=0.0):
    lengths = torch.tensor([len(seq) for seq in seqs])
    padded = pad_sequence(seqs, batch_first=True, padding_value=pad_value)
    return (
        padded,
        torch.arange(padded.shape[1], device=padded.device) < lengths[:, None].to(padded.device),
        lengths,
    )


# %% equivalent: return (padded, lengths, mask)
# Without .to(padded.device): the specification says where padded and lengths belong, and leaves the mask free. As an
# index it works from the CPU too.
