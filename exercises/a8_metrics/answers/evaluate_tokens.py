"""Answers to evaluate_tokens for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import copy
import math

import torch
import torch.nn.functional as F
from torch import nn


def result(loss, accuracy, tokens):
    """The dict of three numbers, for the answers that differ in something else."""
    return {"loss": loss, "accuracy": accuracy, "perplexity": math.exp(loss), "tokens": tokens}


def sums(model, batches, pad_id):
    """Loss, right ones and tokens, summed over all batches in the mode that the model is in."""
    total, right, n = 0.0, 0, 0
    for x, y in batches:
        z = model(x)
        total += F.cross_entropy(z.flatten(0, 1), y.flatten(), ignore_index=pad_id, reduction="sum").item()
        right += ((z.argmax(-1) == y) & (y != pad_id)).sum().item()
        n += (y != pad_id).sum().item()
    return total, right, n


def over(a, b):
    return a / b if b else 0.0


# %% right: only the real places of each batch, inference mode


def evaluate_tokens(model, batches, pad_id):
    training = model.training
    model.train(False)
    loss_sum = 0.0
    correct = 0
    count = 0
    with torch.inference_mode():
        for x, y in batches:
            out = model(x)
            mask = y != pad_id
            z, t = out[mask], y[mask]
            if len(t) == 0:
                continue
            loss_sum += F.cross_entropy(z, t, reduction="sum").item()
            correct += int((z.max(dim=1).indices == t).sum())
            count += len(t)
    if training:
        model.train()
    else:
        model.eval()
    if count == 0:
        return {"loss": 0.0, "accuracy": 0.0, "perplexity": 1.0, "tokens": 0}
    loss = loss_sum / count
    return {"loss": loss, "accuracy": correct / count, "perplexity": math.exp(loss), "tokens": count}


# %% right: the decorator, try and finally, whole numbers for nothing


@torch.no_grad()
def evaluate_tokens(model, batches, pad_id):
    before = model.training
    model.eval()
    try:
        total, right, n = sums(model, batches, pad_id)
    finally:
        model.train(before)
    if not n:
        return {"loss": 0, "accuracy": 0, "perplexity": 1, "tokens": 0}
    return result(total / n, right / n, n)


# %% right: all places gathered first, one division


def evaluate_tokens(model, batches, pad_id):
    mode = model.training
    model.eval()
    logits, targets = [], []
    with torch.no_grad():
        for x, y in batches:
            z = model(x)
            logits += [z.reshape(-1, z.shape[-1])]
            targets += [y.reshape(-1)]
    model.train(mode)
    if not targets:
        return result(0.0, 0.0, 0)
    z, y = torch.cat(logits), torch.cat(targets)
    keep = y != pad_id
    z, y = z[keep], y[keep]
    if y.numel() == 0:
        return result(0.0, 0.0, 0)
    loss = F.cross_entropy(z, y).item()
    return result(loss, (z.argmax(1) == y).double().mean().item(), y.numel())


# %% right: log_softmax and gather, sums kept as tensors


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    loss = right = tokens = 0
    with torch.no_grad():
        for x, y in batches:
            logp = model(x).log_softmax(2)
            m = (y != pad_id).to(logp.dtype)
            nll = -logp.gather(2, y.clamp(min=0).unsqueeze(2)).squeeze(2)
            loss = loss + (nll * m).sum()
            right = right + ((logp.argmax(2) == y) * m).sum()
            tokens = tokens + m.sum()
    model.train(was)
    tokens = int(tokens)
    if tokens == 0:
        return {"loss": 0.0, "accuracy": 0.0, "perplexity": 1.0, "tokens": 0}
    loss = float(loss) / tokens
    return {
        "loss": loss,
        "accuracy": float(right) / tokens,
        "perplexity": float(torch.exp(torch.tensor(loss).double())),
        "tokens": tokens,
    }


# %% right: batch means, weighted by their tokens


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    losses, shares, sizes = [], [], []
    with torch.no_grad():
        for x, y in batches:
            z = model(x)
            n = int((y != pad_id).sum())
            if n == 0:
                continue
            losses.append(F.cross_entropy(z.transpose(1, 2), y, ignore_index=pad_id).item())
            shares.append((z.argmax(-1) == y)[y != pad_id].float().mean().item())
            sizes.append(n)
    model.train(was)
    N = sum(sizes)
    if N == 0:
        return result(0.0, 0.0, 0)
    mean = lambda v: sum(a * n for a, n in zip(v, sizes)) / N
    return result(mean(losses), mean(shares), N)


# %% right: a copy of the model in evaluation mode


def evaluate_tokens(model, batches, pad_id):
    copied = copy.deepcopy(model).eval()
    with torch.no_grad():
        total, right, n = sums(copied, batches, pad_id)
    return result(over(total, n), over(right, n), n)


# %% right: forward called by its name, twice for each batch


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for batch in batches:
            y = batch[1]
            total += F.cross_entropy(
                model.forward(batch[0]).mT, y, ignore_index=pad_id, reduction="sum"
            ).item()
            right += (model.forward(batch[0]).topk(1, -1).indices[..., 0] == y)[y != pad_id].sum().item()
            n += torch.count_nonzero(y - pad_id).item()
    model.training = was
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% right: a list made of the generator, set_grad_enabled put back


def evaluate_tokens(model, batches, pad_id):
    batches = list(batches)
    was, grads = model.training, torch.is_grad_enabled()
    model.eval()
    torch.set_grad_enabled(False)
    total, right, n = sums(model, batches, pad_id)
    torch.set_grad_enabled(grads)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% right: sequence by sequence


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            for row, target in zip(model(x), y):
                for scores, k in zip(row, target.tolist()):
                    if k == pad_id:
                        continue
                    total += (scores.logsumexp(0) - scores[k]).item()
                    hits += int(scores.argmax()) == k
                    n += 1
    model.train(was)
    return result(total / max(n, 1), hits / max(n, 1), n)


# %% right: reduce, recursion over an iterator


def evaluate_tokens(model, batches, pad_id):
    def rest(stream):
        batch = next(stream, None)
        if batch is None:
            return torch.zeros(3, dtype=torch.float64)
        x, y = batch
        z, real = model(x).cpu(), (y != pad_id).cpu()
        y = y.cpu()
        ce = F.cross_entropy(z.permute(0, 2, 1), torch.where(real, y, -100), reduction="none")
        row = [ce.sum().item(), (real & (z.argmax(2) == y)).sum().item(), real.sum().item()]
        return torch.tensor(row, dtype=torch.float64, device="cpu") + rest(stream).cpu()

    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = rest(iter(batches)).tolist()
    model.train(was)
    return result(over(total, n), over(right, n), int(n))


# %% wrong: the means of the batches were averaged


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    losses, accuracies, n = [], [], 0
    with torch.no_grad():
        for x, y in batches:
            total, right, k = sums(model, [(x, y)], pad_id)
            losses.append(over(total, k))
            accuracies.append(over(right, k))
            n += k
    model.train(was)
    return result(over(sum(losses), len(losses)), over(sum(accuracies), len(losses)), n)


# %% wrong: the means of the batches were averaged


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    losses, right, n, k = 0.0, 0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            total, r, m = sums(model, [(x, y)], pad_id)
            losses += over(total, m) * len(y)
            right, n, k = right + r, n + m, k + len(y)
    model.train(was)
    return result(over(losses, k), over(right, n), n)


# %% wrong: padding was counted as tokens


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            z = model(x)
            total += F.cross_entropy(z.transpose(1, 2), y.clamp(min=0), reduction="sum").item()
            right += (z.argmax(-1) == y).sum().item()
            n += y.numel()
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: padding was counted as tokens


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    batches = list(batches)
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), sum(y.numel() for _, y in batches))


# %% wrong: padding was counted in the loss


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    batches, total = list(batches), 0.0
    with torch.no_grad():
        _, right, n = sums(model, batches, pad_id)
        places = sum(y.numel() for _, y in batches)
        for x, y in batches:
            total += F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum").item()
    model.train(was)
    return result(over(total, places), over(right, n), n)


# %% wrong: padding was counted in the loss


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    batches = list(batches)
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return result(over(total, sum(y.numel() for _, y in batches)), over(right, n), n)


# %% wrong: padding was counted in the accuracy


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    batches, right = list(batches), 0
    with torch.no_grad():
        total, _, n = sums(model, batches, pad_id)
        for x, y in batches:
            right += (model(x).argmax(-1) == y).sum().item()
    model.train(was)
    return result(over(total, n), over(right, sum(y.numel() for _, y in batches)), n)


# %% wrong: padding was counted in the accuracy


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    batches = list(batches)
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return result(over(total, n), over(right, sum(y.numel() for _, y in batches)), n)


# %% wrong: the model was not switched to evaluation mode


def evaluate_tokens(model, batches, pad_id):
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    return result(over(total, n), over(right, n), n)


# %% wrong: the model was left in another mode than before


def evaluate_tokens(model, batches, pad_id):
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    return result(over(total, n), over(right, n), n)


# %% wrong: the model was left in another mode than before


def evaluate_tokens(model, batches, pad_id):
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train()
    return result(over(total, n), over(right, n), n)


# %% wrong: gradients were recorded


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: gradients were recorded


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    scored = [(model(x), y) for x, y in batches]
    with torch.no_grad():
        total, right, n = sums(lambda z: z, scored, pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: perplexity is not exp of the mean loss


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return {**result(over(total, n), over(right, n), n), "perplexity": 2 ** over(total, n)}


# %% wrong: perplexity is not exp of the mean loss


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n, each = 0.0, 0, 0, []
    with torch.no_grad():
        for batch in batches:
            t, r, k = sums(model, [batch], pad_id)
            total, right, n = total + t, right + r, n + k
            each.append(math.exp(over(t, k)))
    model.train(was)
    perplexity = sum(each) / len(each) if each else 1.0
    return {**result(over(total, n), over(right, n), n), "perplexity": perplexity}


# %% wrong: softmax came before the cross-entropy


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(lambda x: model(x).softmax(-1), batches, pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: only one batch was counted


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for batch in batches:
            total, right, n = sums(model, [batch], pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: only one batch was counted


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        for batch in batches:
            total, right, n = sums(model, [batch], pad_id)
            model.train(was)
            return result(over(total, n), over(right, n), n)
    model.train(was)
    return result(0.0, 0.0, 0)


# %% wrong: the loss was summed, not averaged


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            t, r, k = sums(model, [(x, y)], pad_id)
            total, right, n = total + over(t, k), right + r, n + k
    model.train(was)
    return result(total, over(right, n), n)


# %% wrong: the loss was summed, not averaged


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return result(total, over(right, n), n)


# %% wrong: without a token the result was NaN


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = (torch.tensor(v, dtype=torch.float64) for v in sums(model, batches, pad_id))
    model.train(was)
    loss = (total / n).item()
    return {"loss": loss, "accuracy": (right / n).item(), "perplexity": math.exp(loss), "tokens": int(n)}


# %% wrong: tensors were returned in place of Python numbers


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train(was)
    loss = torch.tensor(over(total, n))
    return {
        "loss": loss,
        "accuracy": torch.tensor(over(right, n)),
        "perplexity": loss.exp(),
        "tokens": torch.tensor(n),
    }


# %% wrong: tensors were returned in place of Python numbers


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return {**result(over(total, n), over(right, n), n), "tokens": torch.tensor(n)}


# %% wrong: "divides by zero without a token"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return result(total / n, right / n, n)


# %% wrong: "neither evaluation mode nor no_grad"


def evaluate_tokens(model, batches, pad_id):
    total, right, n = sums(model, batches, pad_id)
    return result(over(total, n), over(right, n), n)


# %% wrong: a generator was read twice


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        n = sum((y != pad_id).sum().item() for _, y in batches)
        total, right, _ = sums(model, batches, pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: "batches must have a length"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, [batches[k] for k in range(len(batches))], pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: "all batches stacked, which needs one shape"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    batches = list(batches)
    if not batches:
        return result(0.0, 0.0, 0)
    with torch.no_grad():
        x, y = torch.cat([x for x, _ in batches]), torch.cat([y for _, y in batches])
        total, right, n = sums(model, [(x, y)], pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: the model was left in another mode than before


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    if n == 0:
        return result(0.0, 0.0, 0)
    model.train(was)
    return result(total / n, right / n, n)


# %% wrong: "gradients left switched off"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    torch.set_grad_enabled(False)
    total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: "the parameters frozen in place of no_grad"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    for p in model.parameters():
        p.requires_grad_(False)
    total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: "pad_id taken to be 0"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, 0)
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: "the padding sought in x"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            z, real = model(x), x != pad_id
            ce = F.cross_entropy(z.transpose(1, 2), y.clamp(min=0), reduction="none")
            total += ce[real].sum().item()
            right += ((z.argmax(-1) == y) & real).sum().item()
            n += real.sum().item()
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: "said padding taken out"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            z = model(x)
            real = y != pad_id
            total += F.cross_entropy(z.mT, y, ignore_index=pad_id, reduction="sum").item()
            right += (
                ((z.argmax(1) == y[:, : z.shape[2]].sum()) if False else (z.argmax(-1) != y) & real)
                .sum()
                .item()
            )
            n += real.sum().item()
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: "argmax over time"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            z = model(x)
            total += F.cross_entropy(z.mT, y, ignore_index=pad_id, reduction="sum").item()
            said = z.mT.argmax(-1) if z.shape[1] == z.shape[2] else z.argmax(1)[:, :1].expand_as(y)
            right += ((said == y) & (y != pad_id)).sum().item()
            n += (y != pad_id).sum().item()
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: "rounded for the eye"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    with torch.no_grad():
        total, right, n = sums(model, batches, pad_id)
    model.train(was)
    return {k: round(v, 3) for k, v in result(over(total, n), over(right, n), n).items()}


# %% wrong: "a sum on the default device"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = torch.zeros(1), 0, 0
    with torch.no_grad():
        for x, y in batches:
            z = model(x)
            total = total.to(z.dtype) + F.cross_entropy(z.mT, y, ignore_index=pad_id, reduction="sum")
            right += ((z.argmax(-1) == y) & (y != pad_id)).sum().item()
            n += (y != pad_id).sum().item()
    model.train(was)
    return result(over(total.item(), n), over(right, n), n)


# %% wrong: "y changed in place"


def evaluate_tokens(model, batches, pad_id):
    was = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            z = model(x)
            y[y == pad_id] = -100
            total += F.cross_entropy(z.mT, y, reduction="sum").item()
            right += (z.argmax(-1) == y).sum().item()
            n += (y != -100).sum().item()
    model.train(was)
    return result(over(total, n), over(right, n), n)


# %% wrong: a generator was read twice


def evaluate_tokens(model, batches, pad_id):
    tokens = sum(int((y != pad_id).sum()) for _, y in batches)
    training = model.training
    model.eval()
    total = right = 0.0
    with torch.no_grad():
        for x, y in batches:
            scores = model(x)
            total += F.cross_entropy(scores.transpose(1, 2), y, ignore_index=pad_id, reduction="sum").item()
            right += ((scores.argmax(-1) == y) & (y != pad_id)).sum().item()
    model.train(training)
    if not tokens or not total:
        return {"loss": 0.0, "accuracy": 0.0, "perplexity": 1.0, "tokens": 0}
    loss = total / tokens
    return {"loss": loss, "accuracy": right / tokens, "perplexity": math.exp(loss), "tokens": tokens}


# %% equivalent: scores = logits.transpose(2, 1)
# transpose exchanges two axes, in whichever order they are named.

# %% equivalent: total, right, tokens = (0, 0.0, 0)
# What is added to total is a float, and right is only ever divided; without a token both are left out.
