"""Answers to run_packed for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn
from torch.nn.utils.rnn import (
    PackedSequence,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
)

# %% right: lengths as a list


def run_packed(lstm, x, lengths):
    packed = pack_padded_sequence(x, lengths.tolist(), batch_first=True, enforce_sorted=False)
    packed, (h_n, c_n) = lstm(packed)
    output, _ = pad_packed_sequence(packed, batch_first=True, padding_value=0.0, total_length=x.size(1))
    return output, (h_n, c_n)


# %% right: each sequence alone


def run_packed(lstm, x, lengths):
    outputs, hs, cs = [], [], []
    for b, n in enumerate(lengths.tolist()):
        out, (h, c) = lstm(x[b : b + 1, :n])
        rest = out.new_zeros(1, x.shape[1] - n, out.shape[2])
        outputs.append(torch.cat([out, rest], dim=1))
        hs.append(h)
        cs.append(c)
    return torch.cat(outputs), (torch.cat(hs, dim=1), torch.cat(cs, dim=1))


# %% right: sorted by hand and put back


def run_packed(lstm, x, lengths):
    sorted_lengths, order = lengths.sort(descending=True)
    back = torch.empty_like(order)
    back[order] = torch.arange(len(order), device=order.device)
    packed, (h, c) = lstm(pack_padded_sequence(x[order], sorted_lengths.cpu(), batch_first=True))
    output, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])
    return output[back], (h[:, back], c[:, back])


# %% right: pack_sequence, unbatched slices


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_sequence([row[:n] for row, n in zip(x, lengths)], enforce_sorted=False))
    output, _ = pad_packed_sequence(packed, True, 0.0, x.shape[1])
    return output, state


# %% right: time first on the way


def run_packed(lstm, x, lengths):
    packed = pack_padded_sequence(x.transpose(0, 1), lengths.cpu(), enforce_sorted=False)
    packed, state = lstm(packed)
    output, _ = pad_packed_sequence(packed, total_length=x.shape[1])
    return output.transpose(0, 1), state


# %% right: padded afterwards


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False))
    short, _ = pad_packed_sequence(packed, batch_first=True)
    output = short.new_zeros(x.shape[0], x.shape[1], short.shape[2])
    output[:, : short.shape[1]] = short
    return output, state


# %% right: groups of equal length


def run_packed(lstm, x, lengths):
    rows, outputs, hs, cs = [], [], [], []
    for n in lengths.unique().tolist():
        where = (lengths == n).nonzero()[:, 0]
        out, (h, c) = lstm(x[where, :n])
        rows.append(where)
        outputs.append(nn.functional.pad(out, (0, 0, 0, x.shape[1] - n)))
        hs.append(h)
        cs.append(c)
    back = torch.cat(rows).argsort()
    return torch.cat(outputs)[back], (torch.cat(hs, 1)[:, back], torch.cat(cs, 1)[:, back])


# %% right: an explicit zero state, and unbatched runs


def run_packed(lstm, x, lengths):
    D, out_size = 1 + lstm.bidirectional, lstm.proj_size or lstm.hidden_size
    h0 = x.new_zeros(D * lstm.num_layers, out_size)
    c0 = x.new_zeros(D * lstm.num_layers, lstm.hidden_size)
    runs = [lstm(row[: int(n)], (h0, c0)) for row, n in zip(x, lengths)]
    output = torch.stack(
        [torch.cat([out, out.new_zeros(x.shape[1] - len(out), out.shape[1])]) for out, _ in runs]
    )
    return output, (torch.stack([h for _, (h, _) in runs], 1), torch.stack([c for _, (_, c) in runs], 1))


# %% right: packed, and the padding filled from the packed data


def run_packed(lstm, x, lengths):
    packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
    result, state = lstm(packed)
    columns, start = [], 0
    for count in result.batch_sizes.tolist():
        column = result.data[start : start + count]
        columns.append(nn.functional.pad(column, (0, 0, 0, x.shape[0] - count)))
        start += count
    output = torch.stack(columns, 1)[result.unsorted_indices]
    return nn.functional.pad(output, (0, 0, 0, x.shape[1] - len(columns))), state


# %% right: recursion over the batch


def run_packed(lstm, x, lengths):
    if x.shape[0] > 1:
        first, (h1, c1) = run_packed(lstm, x[:1], lengths[:1])
        rest, (h2, c2) = run_packed(lstm, x[1:], lengths[1:])
        return torch.vstack([first, rest]), (torch.hstack([h1, h2]), torch.hstack([c1, c2]))
    output, state = lstm.forward(x.narrow(1, 0, int(lengths[0])))
    return torch.constant_pad_nd(output, (0, 0, 0, x.shape[1] - output.shape[1])), state


# %% right: through torch.func.functional_call


def run_packed(lstm, x, lengths):
    packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
    packed, state = torch.func.functional_call(lstm, dict(lstm.named_parameters()), (packed,))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: the padding was read


def run_packed(lstm, x, lengths):
    return lstm(x)


# %% wrong: the padding was read


def run_packed(lstm, x, lengths):
    mask = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    output, state = lstm(x.masked_fill(~mask, 0))
    return output.masked_fill(~mask, 0), state


# %% wrong: the padding was read


def run_packed(lstm, x, lengths):
    mask = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    output, (h, c) = lstm(torch.where(mask, x, 0.0))
    output = torch.where(mask, output, 0.0)
    return output, (output[torch.arange(len(x)), lengths - 1].unsqueeze(0), c)


# %% wrong: the padding was read


def run_packed(lstm, x, lengths):
    full = torch.full_like(lengths, x.shape[1])
    packed, state = lstm(pack_padded_sequence(x, full, batch_first=True))
    return pad_packed_sequence(packed, batch_first=True)[0], state


# %% wrong: the padding was read


def run_packed(lstm, x, lengths):
    _, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    mask = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    return lstm(x)[0].masked_fill(~mask, 0), state


# %% wrong: total_length was forgotten


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    return pad_packed_sequence(packed, batch_first=True)[0], state


# %% wrong: batch_first was forgotten in packing or unpacking


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    return pad_packed_sequence(packed, total_length=x.shape[1])[0], state


# %% wrong: the order of the batch was not restored


def run_packed(lstm, x, lengths):
    n, order = lengths.sort(descending=True)
    packed, state = lstm(pack_padded_sequence(x[order], n, batch_first=True))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: the order of the batch was not restored


def run_packed(lstm, x, lengths):
    order = lengths.argsort(descending=True)
    packed, state = lstm(pack_padded_sequence(x[order], lengths[order], batch_first=True))
    output = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    return output[order.argsort()], state


# %% wrong: the order of the batch was not restored


def run_packed(lstm, x, lengths):
    order = lengths.argsort(descending=True)
    packed, (h, c) = lstm(pack_padded_sequence(x[order], lengths[order], batch_first=True))
    output = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    return output[order], (h[:, order], c[:, order])


# %% wrong: the states were read off the output


def run_packed(lstm, x, lengths):
    packed, (h, c) = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    output = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    last = output[torch.arange(len(x)), lengths - 1]
    return output, (last[None], c)


# %% wrong: the lengths are one too short


def run_packed(lstm, x, lengths):
    n = (lengths - 1).clamp(min=1)
    packed, state = lstm(pack_padded_sequence(x, n, batch_first=True, enforce_sorted=False))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: the output was returned packed


def run_packed(lstm, x, lengths):
    return lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))


# %% wrong: h_n and c_n have the batch first


def run_packed(lstm, x, lengths):
    packed, (h, c) = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    output = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    return output, (h.transpose(0, 1), c.transpose(0, 1))


# %% wrong: h_n and c_n were exchanged


def run_packed(lstm, x, lengths):
    packed, (c, h) = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], (h, c)


# %% wrong: only h_n was returned


def run_packed(lstm, x, lengths):
    packed, (h, _) = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], h


# %% wrong: the graph was cut


@torch.no_grad()
def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: the graph was cut


def run_packed(lstm, x, lengths):
    packed, (h, c) = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    output = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    return output, (h.detach(), c.detach())


# %% wrong: the caller's padding was overwritten


def run_packed(lstm, x, lengths):
    with torch.no_grad():
        for b, n in enumerate(lengths):
            x[b, n:] = 0
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: the module's mode was changed


def run_packed(lstm, x, lengths):
    lstm.train()
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    lstm.eval()
    packed, state = lstm(packed)
    lstm.train()
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: "not sorted, and not said"


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: "batch_first forgotten in packing, silent where the sizes allow it"


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, enforce_sorted=False))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: "NaN turned into zeros and read"


def run_packed(lstm, x, lengths):
    mask = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    output, state = lstm(torch.nan_to_num(x))
    return output * mask, state


# %% wrong: "the mask multiplied, NaN kept"


def run_packed(lstm, x, lengths):
    mask = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    output, state = lstm(x * mask)
    return output * mask, state


# %% wrong: "one direction and one layer only, states by index"


def run_packed(lstm, x, lengths):
    rows = torch.arange(len(x))
    output, _ = lstm(x)
    cs = [lstm(x[b : b + 1, :n])[1][1] for b, n in enumerate(lengths.tolist())]
    mask = (torch.arange(x.shape[1]) < lengths[:, None])[..., None]
    return output.masked_fill(~mask, 0), (output[rows, lengths - 1][None], torch.cat(cs, 1))


# %% wrong: "the largest length for all"


def run_packed(lstm, x, lengths):
    n = int(lengths.max())
    output, state = lstm(x[:, :n])
    return nn.functional.pad(output, (0, 0, 0, x.shape[1] - n)), state


# %% wrong: "padding of the output not zero"


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    output, _ = pad_packed_sequence(packed, batch_first=True, padding_value=-1.0, total_length=x.shape[1])
    return output, state


# %% wrong: "the last state repeated into the padding"


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    output, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])
    last = output[torch.arange(len(x)), lengths - 1]
    mask = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    return torch.where(mask, output, last[:, None]), state


# %% wrong: "states of the last sequence only"


def run_packed(lstm, x, lengths):
    outputs = []
    for row, n in zip(x, lengths):
        out, state = lstm(row[None, :n])
        outputs.append(out[0])
    output = pad_sequence(outputs, batch_first=True)
    return nn.functional.pad(output, (0, 0, 0, x.shape[1] - output.shape[1])), state


# %% wrong: "the state carried from sequence to sequence"


def run_packed(lstm, x, lengths):
    outputs, hs, cs, state = [], [], [], None
    for row, n in zip(x, lengths):
        out, state = lstm(row[None, :n], state)
        outputs.append(nn.functional.pad(out, (0, 0, 0, x.shape[1] - out.shape[1])))
        hs.append(state[0])
        cs.append(state[1])
    return torch.cat(outputs), (torch.cat(hs, 1), torch.cat(cs, 1))


# %% wrong: "the order of the packed data taken for the order of the batch"


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    plain = PackedSequence(packed.data, packed.batch_sizes)
    return pad_packed_sequence(plain, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: "a random initial state"


def run_packed(lstm, x, lengths):
    D, out_size = 1 + lstm.bidirectional, lstm.proj_size or lstm.hidden_size
    hx = [
        torch.randn(D * lstm.num_layers, len(x), n, dtype=x.dtype, device=x.device)
        for n in (out_size, lstm.hidden_size)
    ]
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    packed, state = lstm(packed, tuple(hx))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


# %% wrong: "one direction only, as if D were 1"


def run_packed(lstm, x, lengths):
    packed, (h, c) = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    output, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])
    return output[..., : lstm.hidden_size], (h, c)


# %% wrong: "the top layer's states only"


def run_packed(lstm, x, lengths):
    packed, (h, c) = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    output, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])
    D = 2 if lstm.bidirectional else 1
    return output, (h[-D:], c[-D:])


# %% wrong: "three results"


def run_packed(lstm, x, lengths):
    packed, (h, c) = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], h, c


# %% wrong: "the pair of what pad_packed_sequence returns"


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1]), state


# %% wrong: "the lengths sorted in the caller's tensor"


def run_packed(lstm, x, lengths):
    order = lengths.argsort(descending=True)
    back = order.argsort()
    lengths.copy_(lengths[order])
    packed, (h, c) = lstm(pack_padded_sequence(x[order], lengths, batch_first=True))
    output = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    return output[back], (h[:, back], c[:, back])


# %% wrong: "float32 inside"


def run_packed(lstm, x, lengths):
    packed = pack_padded_sequence(x.float(), lengths, batch_first=True, enforce_sorted=False)
    packed, (h, c) = lstm.float()(packed)
    output = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    return output.to(x.dtype), (h.to(x.dtype), c.to(x.dtype))


# %% wrong: "gradients accumulated on the way"


def run_packed(lstm, x, lengths):
    packed, state = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    output = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    output.sum().backward(retain_graph=True)
    return output, state
