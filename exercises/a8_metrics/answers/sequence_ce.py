"""Answers to sequence_ce for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import math

import torch
import torch.nn.functional as F
from torch import nn

# %% right: flattened, with the mean of cross_entropy


def sequence_ce(logits, targets, pad_id):
    if (targets == pad_id).all():
        return (logits * 0).sum()
    return F.cross_entropy(logits.reshape(-1, logits.size(-1)), targets.reshape(-1), ignore_index=pad_id)


# %% right: only the real places


def sequence_ce(logits, targets, pad_id):
    mask = targets != pad_id
    if not mask.any():
        return logits.sum() * 0.0
    return F.cross_entropy(logits[mask], targets[mask])


# %% right: log_softmax and gather under a mask


def sequence_ce(logits, targets, pad_id):
    logp = torch.log_softmax(logits, dim=-1)
    mask = targets.ne(pad_id)
    safe = targets.masked_fill(~mask, 0)
    nll = -logp.gather(-1, safe.unsqueeze(-1)).squeeze(-1)
    return (nll * mask).sum() / mask.sum().clamp(min=1)


# %% right: logsumexp minus the score of the target


def sequence_ce(logits, targets, pad_id):
    mask = (targets != pad_id).to(logits.dtype)
    index = torch.where(targets == pad_id, torch.zeros_like(targets), targets)
    picked = torch.take_along_dim(logits, index[..., None], dim=-1)[..., 0]
    each = torch.logsumexp(logits, -1) - picked
    return torch.einsum("bt,bt->", each, mask) / max(mask.sum().item(), 1)


# %% right: loops over places


def sequence_ce(logits, targets, pad_id):
    B, T, C = logits.shape
    total, count = logits.new_zeros(()), 0
    for b in range(B):
        for t in range(T):
            k = int(targets[b, t])
            if k != pad_id:
                total = total - F.log_softmax(logits[b, t], dim=0)[k]
                count += 1
    if count == 0:
        return 0 * logits.sum()
    return total / count


# %% right: one-hot targets


def sequence_ce(logits, targets, pad_id):
    mask = (targets != pad_id).unsqueeze(-1)
    hot = F.one_hot(targets * mask.squeeze(-1), logits.shape[-1]).to(logits.dtype) * mask
    shifted = logits - logits.amax(-1, keepdim=True).detach()
    logp = shifted - shifted.exp().sum(-1, keepdim=True).log()
    return -(hot * logp).sum() / mask.sum().clamp(min=1)


# %% right: NLLLoss as a module


def sequence_ce(logits, targets, pad_id):
    criterion = nn.NLLLoss(ignore_index=pad_id, reduction="none")
    losses = criterion(F.log_softmax(logits, 2).permute(0, 2, 1), targets)
    n = (targets != pad_id).sum()
    return losses.sum() / torch.clamp(n, min=1)


# %% right: nan_to_num of the mean


def sequence_ce(logits, targets, pad_id):
    loss = nn.CrossEntropyLoss(ignore_index=pad_id, reduction="none")(logits.transpose(1, 2), targets)
    weights = (targets != pad_id).float().to(logits.dtype)
    n = weights.sum()
    return (loss * weights).sum() / torch.where(n > 0, n, torch.ones_like(n))


# %% right: indices of the real places


def sequence_ce(logits, targets, pad_id):
    flat = logits.flatten(0, 1)
    y = targets.flatten()
    places = (y - pad_id).nonzero().squeeze(1)
    if places.numel() == 0:
        return flat.sum() * 0
    return F.nll_loss(flat[places].log_softmax(1), y[places], reduction="sum") / len(places)


# %% right: sequence by sequence, summed


def sequence_ce(logits, targets, pad_id):
    parts = [F.cross_entropy(z, y, ignore_index=pad_id, reduction="sum") for z, y in zip(logits, targets)]
    n = sum((y != pad_id).sum().item() for y in targets)
    return torch.stack(parts).sum() / (n or 1)


# %% right: step by step, weighted means


def sequence_ce(logits, targets, pad_id):
    n = torch.count_nonzero(targets != pad_id)
    total = 0 * logits[0, 0, 0]
    for t in range(logits.shape[1]):
        y = targets.select(1, t)
        mask = y != pad_id
        if mask.any():
            total = total + F.cross_entropy(logits.select(1, t)[mask], y[mask]) * mask.sum()
    return total / n.clamp(min=1)


# %% right: vmap over sequences


def sequence_ce(logits, targets, pad_id):
    def one(z, y):
        mask = y != pad_id
        logp = z.log_softmax(-1)
        picked = logp.gather(1, torch.where(mask, y, 0)[:, None])[:, 0]
        return torch.where(mask, -picked, 0.0).sum(), mask.sum()

    totals, counts = torch.func.vmap(one)(logits, targets)
    return totals.sum() / counts.sum().clamp(min=1)


# %% right: targets copied and changed to -100


def sequence_ce(logits, targets, pad_id):
    y = targets.clone()
    y[y == pad_id] = -100
    s = F.cross_entropy(logits.mT, y, reduction="sum")
    return s / torch.maximum((y != -100).sum(), torch.ones_like(y.sum()))


# %% wrong: padding was counted in the loss


def sequence_ce(logits, targets, pad_id):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


# %% wrong: padding was counted in the loss


def sequence_ce(logits, targets, pad_id):
    return F.cross_entropy(logits.transpose(1, 2), targets.clamp(min=0))


# %% wrong: the sum was divided by all places, padding included


def sequence_ce(logits, targets, pad_id):
    losses = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="none")
    return losses.mean()


# %% wrong: the sum was divided by all places, padding included


def sequence_ce(logits, targets, pad_id):
    mask = (targets != pad_id).to(logits.dtype)
    safe = targets.clamp(min=0)
    nll = -logits.log_softmax(-1).gather(2, safe[..., None])[..., 0]
    return (nll * mask).sum() / mask.numel()


# %% wrong: the padding was taken to have another number than pad_id


def sequence_ce(logits, targets, pad_id):
    if (targets == pad_id).all():
        return logits.sum() * 0
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=0)


# %% wrong: the padding was taken to have another number than pad_id


def sequence_ce(logits, targets, pad_id):
    mask = targets > 0
    if not mask.any():
        return logits.sum() * 0
    return F.cross_entropy(logits[mask], targets[mask])


# %% wrong: softmax came before the cross-entropy


def sequence_ce(logits, targets, pad_id):
    probabilities = torch.softmax(logits, dim=-1)
    total = F.cross_entropy(probabilities.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return total / (targets != pad_id).sum().clamp(min=1)


# %% wrong: softmax came before the cross-entropy


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(
        torch.sigmoid(logits).transpose(1, 2), targets, ignore_index=pad_id, reduction="sum"
    )
    return total / (targets != pad_id).sum().clamp(min=1)


# %% wrong: the classes were read along the wrong axis


def sequence_ce(logits, targets, pad_id):
    B, T, C = logits.shape
    total = F.cross_entropy(logits.reshape(B, C, T), targets, ignore_index=pad_id, reduction="sum")
    return total / (targets != pad_id).sum().clamp(min=1)


# %% wrong: "the classes in dimension 2, which only works for squares"


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(logits, targets, ignore_index=pad_id, reduction="sum")
    return total / (targets != pad_id).sum().clamp(min=1)


# %% wrong: a mean of means was taken


def sequence_ce(logits, targets, pad_id):
    losses = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="none")
    mask = targets != pad_id
    return (losses.sum(1) / mask.sum(1).clamp(min=1)).mean()


# %% wrong: a mean of means was taken


def sequence_ce(logits, targets, pad_id):
    each = []
    for z, y in zip(logits, targets):
        if (y != pad_id).any():
            each.append(F.cross_entropy(z, y, ignore_index=pad_id))
    return torch.stack(each).mean() if each else logits.sum() * 0


# %% wrong: the loss was summed, not averaged


def sequence_ce(logits, targets, pad_id):
    return F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")


# %% wrong: the sum was divided by the number of sequences or steps


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return total / len(targets)


# %% wrong: the sum was divided by the number of sequences or steps


def sequence_ce(logits, targets, pad_id):
    losses = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="none")
    return losses.mean(0).sum()


# %% wrong: the sign was forgotten


def sequence_ce(logits, targets, pad_id):
    mask = targets != pad_id
    logp = logits.log_softmax(-1).gather(2, targets.clamp(min=0)[..., None])[..., 0]
    return (logp * mask).sum() / mask.sum().clamp(min=1)


# %% wrong: a batch of padding alone gave NaN


def sequence_ce(logits, targets, pad_id):
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=pad_id)


# %% wrong: a batch of padding alone gave NaN


def sequence_ce(logits, targets, pad_id):
    mask = targets != pad_id
    return F.cross_entropy(logits[mask], targets[mask])


# %% wrong: the graph was cut


def sequence_ce(logits, targets, pad_id):
    if (targets == pad_id).all():
        return torch.zeros((), dtype=logits.dtype, device=logits.device)
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=pad_id)


# %% wrong: the graph was cut


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(logits.detach().transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return total / (targets != pad_id).sum().clamp(min=1)


# %% wrong: "a zero of its own that wants gradients, and gives the scores none"


def sequence_ce(logits, targets, pad_id):
    if (targets == pad_id).all():
        return torch.zeros((), dtype=logits.dtype, device=logits.device, requires_grad=True)
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=pad_id)


# %% wrong: "a Python number"


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return (total / (targets != pad_id).sum().clamp(min=1)).item()


# %% wrong: "one element in place of none"


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return (total / (targets != pad_id).sum().clamp(min=1)).reshape(1)


# %% wrong: "targets changed in place"


def sequence_ce(logits, targets, pad_id):
    mask = targets != pad_id
    targets[~mask] = 0
    losses = F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    return (losses * mask).sum() / mask.sum().clamp(min=1)


# %% wrong: "the scores of the padding changed in place"


def sequence_ce(logits, targets, pad_id):
    mask = targets != pad_id
    logits.data[~mask] = 0
    total = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return total / mask.sum().clamp(min=1)


# %% wrong: "exp without a maximum overflows"


def sequence_ce(logits, targets, pad_id):
    mask = targets != pad_id
    e = torch.where(mask[..., None], logits, torch.zeros_like(logits)).exp()
    p = e / e.sum(-1, keepdim=True)
    picked = p.gather(2, targets.clamp(min=0)[..., None])[..., 0]
    return -(picked.log() * mask).sum() / mask.sum().clamp(min=1)


# %% wrong: "a small number added inside the logarithm"


def sequence_ce(logits, targets, pad_id):
    mask = targets != pad_id
    p = logits.softmax(-1).gather(2, targets.clamp(min=0)[..., None])[..., 0]
    return -((p + 1e-8).log() * mask).sum() / mask.sum().clamp(min=1)


# %% wrong: "a small number added to the count"


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return total / ((targets != pad_id).sum() + 1e-3)


# %% wrong: "logarithm to base 2"


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return total / (targets != pad_id).sum().clamp(min=1) / math.log(2)


# %% wrong: "float32 throughout"


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(logits.float().transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return total / (targets != pad_id).sum().clamp(min=1)


# %% right: NaN replaced afterwards, whose gradient is zero


def sequence_ce(logits, targets, pad_id):
    mask = targets != pad_id
    loss = F.cross_entropy(logits[mask], targets[mask])
    return torch.nan_to_num(loss)


# %% wrong: "a mask made on the default device"


def sequence_ce(logits, targets, pad_id):
    mask = torch.ones(targets.shape)
    mask = mask * (targets != pad_id)
    losses = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="none")
    return (losses * mask).sum() / (targets != pad_id).sum().clamp(min=1)


# %% wrong: "the last step left out"


def sequence_ce(logits, targets, pad_id):
    logits, targets = logits[:, :-1], targets[:, :-1]
    total = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return total / (targets != pad_id).sum().clamp(min=1)


# %% wrong: "shifted by one, as in a language model"


def sequence_ce(logits, targets, pad_id):
    z, y = logits[:, :-1], targets[:, 1:]
    total = F.cross_entropy(z.transpose(1, 2), y, ignore_index=pad_id, reduction="sum")
    return total / (y != pad_id).sum().clamp(min=1)


# %% wrong: "the class of the padding taken out of the softmax"


def sequence_ce(logits, targets, pad_id):
    z = logits.clone()
    if 0 <= pad_id < z.shape[-1]:
        z[..., pad_id] = -1e9
    total = F.cross_entropy(z.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum")
    return total / (targets != pad_id).sum().clamp(min=1)


# %% wrong: "label smoothing"


def sequence_ce(logits, targets, pad_id):
    total = F.cross_entropy(
        logits.transpose(1, 2), targets, ignore_index=pad_id, reduction="sum", label_smoothing=0.1
    )
    return total / (targets != pad_id).sum().clamp(min=1)


# %% wrong: softmax and its logarithm were taken one after the other


def sequence_ce(logits, targets, pad_id):
    mask = targets != pad_id
    chosen = logits.softmax(-1).gather(-1, targets.masked_fill(~mask, 0)[..., None])[..., 0]
    return -chosen.log()[mask].sum() / mask.sum().clamp(min=1)


# %% equivalent: scores = logits.transpose(2, 1)
# transpose exchanges two axes, in whichever order they are named.
