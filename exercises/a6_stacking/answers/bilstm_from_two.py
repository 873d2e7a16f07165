"""Answers to bilstm_from_two for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence


def turn(x, lengths):
    """Each row's first lengths[b] steps in reverse."""
    t = torch.arange(x.shape[1], device=x.device)[None]
    n = lengths.to(x.device)[:, None]
    index = torch.where(t < n, n - 1 - t, t)
    return x.gather(1, index[..., None].expand(-1, -1, x.shape[2]))


# %% right: turned by gather, both packed


def bilstm_from_two(fwd, bwd, x, lengths):
    def run(layer, data):
        packed, (h, _) = layer(
            pack_padded_sequence(data, lengths.cpu(), batch_first=True, enforce_sorted=False)
        )
        return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], h

    f, hf = run(fwd, x)
    b, hb = run(bwd, turn(x, lengths))
    return torch.cat([f, turn(b, lengths)], dim=2), torch.cat([hf, hb])


# %% right: a list of sequences, unbatched


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(0))
        outs.append(nn.functional.pad(torch.cat([f, b.flip(0)], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% right: forward on the padding, masked; h_n by index


def bilstm_from_two(fwd, bwd, x, lengths):
    real = (torch.arange(x.shape[1], device=x.device) < lengths[:, None]).unsqueeze(-1)
    f = fwd(x)[0].masked_fill(~real, 0)
    b = turn(bwd(turn(x, lengths))[0], lengths).masked_fill(~real, 0)
    hf = f[torch.arange(len(x)), lengths - 1]
    return torch.cat([f, b], dim=-1), torch.stack([hf, b[:, 0]])


# %% right: pack_sequence of flipped pieces


def bilstm_from_two(fwd, bwd, x, lengths):
    pieces = [row[:n] for row, n in zip(x, lengths.tolist())]
    f, (hf, _) = fwd(pack_sequence(pieces, enforce_sorted=False))
    b, (hb, _) = bwd(pack_sequence([piece.flip(0) for piece in pieces], enforce_sorted=False))
    f, _ = pad_packed_sequence(f, batch_first=True, total_length=x.size(1))
    b, _ = pad_packed_sequence(b, batch_first=True, total_length=x.size(1))
    back = [torch.cat([row[:n].flip(0), row[n:]]) for row, n in zip(b, lengths.tolist())]
    return torch.cat([f, torch.stack(back)], dim=2), torch.vstack([hf, hb])


# %% right: rolled after a flip of the whole


def bilstm_from_two(fwd, bwd, x, lengths):
    T = x.shape[1]
    flipped = x.flip(1)
    rolled = torch.stack([row.roll(-(T - n), 0) for row, n in zip(flipped, lengths.tolist())])
    real = (torch.arange(T, device=x.device) < lengths[:, None])[..., None]
    f, b = fwd(x)[0], bwd(rolled)[0]
    rows = torch.arange(len(x))
    h_n = torch.stack([f[rows, lengths - 1], b[rows, lengths - 1]])
    b = torch.stack([row.roll(T - n, 0) for row, n in zip(b, lengths.tolist())]).flip(1)
    return torch.where(real, torch.cat([f, b], -1), torch.zeros((), dtype=x.dtype, device=x.device)), h_n


# %% right: functional_call of a bidirectional layer on the device meta


def bilstm_from_two(fwd, bwd, x, lengths):
    both = nn.LSTM(
        fwd.input_size, fwd.hidden_size, bias=fwd.bias, batch_first=True, bidirectional=True, device="meta"
    )
    names = {n: p for n, p in fwd.named_parameters()} | {n + "_reverse": p for n, p in bwd.named_parameters()}
    packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
    packed, (h_n, _) = torch.func.functional_call(both, names, (packed,))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], h_n


# %% right: backward step by step, through a state that is kept at zero in the padding


def bilstm_from_two(fwd, bwd, x, lengths):
    B, T, H = x.shape[0], x.shape[1], fwd.hidden_size
    halves, ends = [], []
    for layer, order in ((fwd, range(T)), (bwd, range(T - 1, -1, -1))):
        h = c = x.new_zeros(1, B, H)
        steps = [None] * T
        for t in order:
            out, (h_new, c_new) = layer(x[:, t : t + 1], (h, c))
            real = (lengths > t).to(x.device)[None, :, None]
            h, c = torch.where(real, h_new, h), torch.where(real, c_new, c)
            steps[t] = torch.where(real[0], out[:, 0], out.new_zeros(()))
        halves.append(torch.stack(steps, 1))
        ends.append(h)
    return torch.cat(halves, 2), torch.cat(ends)


# %% right: recursion over the batch


def bilstm_from_two(fwd, bwd, x, lengths):
    if len(x) > 1:
        o1, h1 = bilstm_from_two(fwd, bwd, x[:1], lengths[:1])
        o2, h2 = bilstm_from_two(fwd, bwd, x[1:], lengths[1:])
        return torch.cat((o1, o2)), torch.cat((h1, h2), 1)
    n = int(lengths)
    f, (hf, _) = fwd(x[:, :n])
    b, (hb, _) = bwd(x[:, :n].flip([1]))
    out = torch.cat((f, b.flip([1])), -1)
    return torch.cat((out, out.new_zeros(1, x.shape[1] - n, out.shape[-1])), 1), torch.cat((hf, hb), 0)


# %% right: sorted by hand and put back


def bilstm_from_two(fwd, bwd, x, lengths):
    n, order = lengths.sort(descending=True)
    back = order.argsort()
    xs = x[order]
    rows = [torch.cat([row[:k].flip(0), row[k:]]) for row, k in zip(xs, n.tolist())]
    f, (hf, _) = fwd(pack_padded_sequence(xs, n.cpu(), batch_first=True))
    b, (hb, _) = bwd(pack_padded_sequence(torch.stack(rows), n.cpu(), batch_first=True))
    f = pad_packed_sequence(f, batch_first=True, total_length=x.shape[1])[0]
    b = pad_packed_sequence(b, batch_first=True, total_length=x.shape[1])[0]
    b = torch.stack([torch.cat([row[:k].flip(0), row[k:]]) for row, k in zip(b, n.tolist())])
    return torch.cat([f, b], 2)[back], torch.cat([hf, hb])[:, back]


# %% wrong: the batch was turned round as a whole


def bilstm_from_two(fwd, bwd, x, lengths):
    f, (hf, _) = fwd(x)
    b, (hb, _) = bwd(x.flip(1))
    real = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    return torch.cat([f, b.flip(1)], 2).masked_fill(~real, 0), torch.cat([hf, hb])


# %% wrong: the batch was turned round as a whole


def bilstm_from_two(fwd, bwd, x, lengths):
    f, (hf, _) = fwd(x)
    b, (hb, _) = bwd(x.flip(1))
    return torch.cat([f, b.flip(1)], 2), torch.cat([hf, hb])


# %% wrong: the batch was turned round as a whole


def bilstm_from_two(fwd, bwd, x, lengths):
    real = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    x = x.masked_fill(~real, 0)
    packed, (hf, _) = fwd(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    f = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    b, (hb, _) = bwd(x.flip(1))
    return torch.cat([f, b.flip(1) * real], 2), torch.cat([hf, hb])


# %% wrong: the backward output was not turned back


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(0))
        outs.append(nn.functional.pad(torch.cat([f, b], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: the second layer reads from the first step too


def bilstm_from_two(fwd, bwd, x, lengths):
    def run(layer):
        packed, (h, _) = layer(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
        return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], h

    (f, hf), (b, hb) = run(fwd), run(bwd)
    return torch.cat([f, b], dim=2), torch.cat([hf, hb])


# %% wrong: a final state was read behind the padding


def bilstm_from_two(fwd, bwd, x, lengths):
    real = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    f, (hf, _) = fwd(x)
    b, (hb, _) = bwd(turn(x, lengths))
    return torch.cat([f, turn(b, lengths)], 2).masked_fill(~real, 0), torch.cat([hf, hb])


# %% wrong: a final state was read behind the padding


def bilstm_from_two(fwd, bwd, x, lengths):
    real = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    f, (hf, _) = fwd(x)
    b = turn(bwd(turn(x, lengths))[0], lengths)
    return torch.cat([f, b], 2).masked_fill(~real, 0), torch.cat([hf, b[:, 0][None]])


# %% wrong: the backward state is that after its first step


def bilstm_from_two(fwd, bwd, x, lengths):
    real = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    output = torch.cat([fwd(x)[0], turn(bwd(turn(x, lengths))[0], lengths)], 2).masked_fill(~real, 0)
    last = output[torch.arange(len(x)), lengths - 1]
    return output, torch.stack(last.chunk(2, dim=1))


# %% wrong: the padding of output is not zero


def bilstm_from_two(fwd, bwd, x, lengths):
    f, b = fwd(x)[0], turn(bwd(turn(x, lengths))[0], lengths)
    return torch.cat([f, b], 2), torch.stack([f[torch.arange(len(x)), lengths - 1], b[:, 0]])


# %% wrong: the halves were exchanged


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(0))
        outs.append(nn.functional.pad(torch.cat([b.flip(0), f], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hb, hf]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: one layer was used for both directions


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = fwd(row[:n].flip(0))
        outs.append(nn.functional.pad(torch.cat([f, b.flip(0)], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: the directions were added up or averaged


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(0))
        outs.append(nn.functional.pad(f + b.flip(0), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: output stops at the longest sequence


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(0))
        outs.append(torch.cat([f, b.flip(0)], -1))
        hs.append(torch.cat([hf, hb]))
    return pad_sequence(outs, batch_first=True), torch.stack(hs, dim=1)


# %% wrong: the order of the batch was not restored


def bilstm_from_two(fwd, bwd, x, lengths):
    n, order = lengths.sort(descending=True)
    x = x[order]
    f, (hf, _) = fwd(pack_padded_sequence(x, n, batch_first=True))
    b, (hb, _) = bwd(pack_padded_sequence(turn(x, n), n, batch_first=True))
    f = pad_packed_sequence(f, batch_first=True, total_length=x.shape[1])[0]
    b = pad_packed_sequence(b, batch_first=True, total_length=x.shape[1])[0]
    return torch.cat([f, turn(b, n)], 2), torch.cat([hf, hb])


# %% wrong: h_n has another shape


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(0))
        outs.append(nn.functional.pad(torch.cat([f, b.flip(0)], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs)


# %% wrong: h_n has another shape


def bilstm_from_two(fwd, bwd, x, lengths):
    real = (torch.arange(x.shape[1], device=x.device) < lengths[:, None])[..., None]
    output = torch.cat([fwd(x)[0], turn(bwd(turn(x, lengths))[0], lengths)], 2).masked_fill(~real, 0)
    H = fwd.hidden_size
    return output, torch.cat([output[torch.arange(len(x)), lengths - 1, :H], output[:, 0, H:]], 1)


# %% wrong: the graph was cut


def bilstm_from_two(fwd, bwd, x, lengths):
    state = torch.get_rng_state()
    both = nn.LSTM(fwd.input_size, fwd.hidden_size, bias=fwd.bias, batch_first=True, bidirectional=True)
    torch.set_rng_state(state)
    both = both.to(x.device, x.dtype)
    weights = fwd.state_dict() | {name + "_reverse": w for name, w in bwd.state_dict().items()}
    both.load_state_dict(weights)
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    with torch.no_grad():
        packed, (h, _) = both(packed)
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], h


# %% wrong: the graph was cut


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(0))
        b = b.detach().flip(0)
        outs.append(nn.functional.pad(torch.cat([f, b], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: the caller's x was turned round


def bilstm_from_two(fwd, bwd, x, lengths):
    packed, (hf, _) = fwd(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    f = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    backward, ends = [], []
    for b, n in enumerate(lengths.tolist()):
        out, (h, _) = bwd(x[b : b + 1, :n].flip(1))
        backward.append(nn.functional.pad(out.flip(1), (0, 0, 0, x.shape[1] - n)))
        ends.append(h)
    for b, n in enumerate(lengths.tolist()):
        x.data[b, :n] = x.data[b, :n].flip(0)
    return torch.cat([f, torch.cat(backward)], 2), torch.cat([hf, torch.cat(ends, 1)])


# %% wrong: "weights copied into a bidirectional layer, gradients go to the copy"


def bilstm_from_two(fwd, bwd, x, lengths):
    both = nn.LSTM(
        fwd.input_size, fwd.hidden_size, bias=fwd.bias, batch_first=True, bidirectional=True, device="meta"
    )
    both = both.to_empty(device=x.device).to(x.dtype)
    both.load_state_dict(fwd.state_dict() | {name + "_reverse": w for name, w in bwd.state_dict().items()})
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    packed, (h, _) = both(packed)
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], h


# %% wrong: "a new layer that moves the random state"


def bilstm_from_two(fwd, bwd, x, lengths):
    both = nn.LSTM(fwd.input_size, fwd.hidden_size, bias=fwd.bias, batch_first=True, bidirectional=True).to(
        x.dtype
    )
    names = dict(fwd.named_parameters()) | {n + "_reverse": p for n, p in bwd.named_parameters()}
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    packed, (h, _) = torch.func.functional_call(both, names, (packed,))
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], h


# %% wrong: "flipped along the features"


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(-1))
        outs.append(nn.functional.pad(torch.cat([f, b.flip(-1)], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: "one step short at the end"


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[: max(int(n) - 1, 1)].flip(0))
        b = nn.functional.pad(b.flip(0), (0, 0, 0, int(n) - len(b)))
        outs.append(nn.functional.pad(torch.cat([f, b], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: "turned back with the whole row, so that zeros come first"


def bilstm_from_two(fwd, bwd, x, lengths):
    packed, (hf, _) = fwd(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
    f = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    packed, (hb, _) = bwd(
        pack_padded_sequence(turn(x, lengths), lengths, batch_first=True, enforce_sorted=False)
    )
    b = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0]
    return torch.cat([f, b.flip(1)], 2), torch.cat([hf, hb])


# %% wrong: "bwd starts from fwd's state"


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, cf) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(0), (hf, cf))
        outs.append(nn.functional.pad(torch.cat([f, b.flip(0)], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: "bwd reads fwd's output"


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        source = f if f.shape[-1] == row.shape[-1] else row[:n]
        b, (hb, _) = bwd(source.flip(0))
        outs.append(nn.functional.pad(torch.cat([f, b.flip(0)], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: "lengths ignored"


def bilstm_from_two(fwd, bwd, x, lengths):
    f, (hf, _) = fwd(x)
    b, (hb, _) = bwd(torch.flip(x, dims=[1]))
    return torch.cat((f, torch.flip(b, dims=[1])), -1), torch.stack((f[:, -1], hb[0]))


# %% wrong: "cell states for hidden ones"


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (_, hf) = fwd(row[:n])
        b, (_, hb) = bwd(row[:n].flip(0))
        outs.append(nn.functional.pad(torch.cat([f, b.flip(0)], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: "the pair that nn.LSTM returns"


def bilstm_from_two(fwd, bwd, x, lengths):
    outs, hs, cs = [], [], []
    for row, n in zip(x, lengths):
        f, (hf, cf) = fwd(row[:n])
        b, (hb, cb) = bwd(row[:n].flip(0))
        outs.append(nn.functional.pad(torch.cat([f, b.flip(0)], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
        cs.append(torch.cat([cf, cb]))
    return torch.stack(outs), (torch.stack(hs, dim=1), torch.stack(cs, dim=1))


# %% wrong: "in evaluation mode, and left there"


def bilstm_from_two(fwd, bwd, x, lengths):
    fwd.eval(), bwd.eval()
    outs, hs = [], []
    for row, n in zip(x, lengths):
        f, (hf, _) = fwd(row[:n])
        b, (hb, _) = bwd(row[:n].flip(0))
        outs.append(nn.functional.pad(torch.cat([f, b.flip(0)], -1), (0, 0, 0, len(row) - n)))
        hs.append(torch.cat([hf, hb]))
    return torch.stack(outs), torch.stack(hs, dim=1)


# %% wrong: the backward output was turned back as a whole


def bilstm_from_two(fwd, bwd, x, lengths):
    def run(lstm, rows):
        packed = pack_padded_sequence(rows, lengths, batch_first=True, enforce_sorted=False)
        output, (h_n, _) = lstm(packed)
        return pad_packed_sequence(output, batch_first=True, total_length=x.shape[1])[0], h_n

    turned = x.clone()
    for b, n in enumerate(lengths.tolist()):
        turned[b, :n] = x[b, :n].flip(0)
    forward, h_f = run(fwd, x)
    backward, h_b = run(bwd, turned)
    return torch.cat([forward, backward.flip(1)], 2), torch.cat([h_f, h_b])


# %% equivalent: for b, n in enumerate(lengths):
# Without .tolist() n is a tensor without dimensions, which serves as the end of a slice as an int does.
