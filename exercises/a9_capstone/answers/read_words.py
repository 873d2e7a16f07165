"""Answers to read_words for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn
from torch.nn.functional import embedding as look_up
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence

# %% right: each word alone


def read_words(embedding, lstm, ids, lengths):
    rows = []
    for row, length in zip(ids, lengths):
        _, (h, _) = lstm(embedding(row[:length]))  # no batch: (D * layers, H)
        rows.append(h[-2:].reshape(-1) if lstm.bidirectional else h[-1])
    return torch.stack(rows)


# %% right: sorted by hand, and put back


def read_words(embedding, lstm, ids, lengths):
    sorted_lengths, order = lengths.sort(descending=True)
    packed = pack_padded_sequence(embedding(ids[order]), sorted_lengths, batch_first=True)
    h = lstm(packed)[1][0][:, order.argsort()]
    D = 2 if lstm.bidirectional else 1
    return h[-D:].transpose(0, 1).flatten(1)


# %% right: the padded output, gathered at both ends


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    output, _ = pad_packed_sequence(lstm(packed)[0], batch_first=True)
    H = lstm.hidden_size
    last = output[torch.arange(len(ids)), lengths - 1, :H]
    return torch.cat([last, output[:, 0, H:]], 1) if lstm.bidirectional else last


# %% right: pack_sequence of the words


def read_words(embedding, lstm, ids, lengths):
    words = pack_sequence([embedding(row[:n]) for row, n in zip(ids, lengths.tolist())], enforce_sorted=False)
    h_n = lstm(words)[1][0]
    D = 1 + lstm.bidirectional
    return h_n.view(lstm.num_layers, D, len(ids), -1)[-1].permute(1, 0, 2).reshape(len(ids), -1)


# %% right: embedded after packing


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(ids, lengths, batch_first=True, enforce_sorted=False)
    packed = packed._replace(data=look_up(packed.data, embedding.weight))
    h_n = lstm(packed)[1][0]
    return torch.cat(tuple(h_n[-(1 + int(lstm.bidirectional)) :]), dim=-1)


# %% right: groups of equal length


def read_words(embedding, lstm, ids, lengths):
    out = [None] * len(ids)
    for n in lengths.unique().tolist():
        rows = (lengths == n).nonzero().flatten()
        _, (h, c) = lstm(embedding(ids[rows, :n]))
        f = torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]
        for k, b in enumerate(rows.tolist()):
            out[b] = f[k]
    return torch.stack(out)


# %% right: einsum with the one-hot letters


def read_words(embedding, lstm, ids, lengths):
    hot = nn.functional.one_hot(ids, embedding.num_embeddings).to(embedding.weight.dtype)
    x = torch.einsum("btv,ve->bte", hot, embedding.weight)
    h = lstm(pack_padded_sequence(x, lengths, True, False))[1][0]
    return h[-1] if not lstm.bidirectional else torch.hstack((h[-2], h[-1]))


# %% right: functional_call and the padding set to 0


def read_words(embedding, lstm, ids, lengths):
    behind = torch.arange(ids.shape[1]) >= lengths[:, None]
    clean = ids.masked_fill(behind, 0)
    x = torch.func.functional_call(embedding, dict(embedding.named_parameters()), (clean,))
    h = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: the padding was read


def read_words(embedding, lstm, ids, lengths):
    _, (h, _) = lstm(embedding(ids))
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: the last column was taken


def read_words(embedding, lstm, ids, lengths):
    return lstm(embedding(ids))[0][:, -1]


# %% wrong: the backward direction was taken at the last letter


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    output, _ = pad_packed_sequence(lstm(packed)[0], batch_first=True)
    return output[torch.arange(len(ids)), lengths - 1]


# %% wrong: only one direction was kept


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    return lstm(packed)[1][0][-1]


# %% wrong: a layer below the top was taken


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = lstm(packed)[1][0]
    return torch.cat([h[0], h[1]], 1) if lstm.bidirectional else h[0]


# %% wrong: a layer below the top was taken


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    return torch.cat(list(lstm(packed)[1][0]), 1)


# %% wrong: the directions were exchanged


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = lstm(packed)[1][0]
    return torch.cat([h[-1], h[-2]], 1) if lstm.bidirectional else h[-1]


# %% wrong: the directions were joined with view


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = lstm(packed)[1][0]
    D = 2 if lstm.bidirectional else 1
    return h[-D:].reshape(len(ids), -1)


# %% wrong: the rows stayed in the order of the packing


def read_words(embedding, lstm, ids, lengths):
    n, order = lengths.sort(descending=True)
    packed = pack_padded_sequence(embedding(ids[order]), n, batch_first=True)
    h = lstm(packed)[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: the rows stayed in the order of the packing


def read_words(embedding, lstm, ids, lengths):
    n, order = lengths.sort(descending=True)
    packed = pack_padded_sequence(embedding(ids[order]), n, batch_first=True)
    h = lstm(packed)[1][0][:, order]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: the cell state was taken


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    c = lstm(packed)[1][1]
    return torch.cat([c[-2], c[-1]], 1) if lstm.bidirectional else c[-1]


# %% wrong: the steps were averaged


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    output, n = pad_packed_sequence(lstm(packed)[0], batch_first=True)
    return output.sum(1) / n[:, None].to(output.dtype)


# %% wrong: the graph was cut


def read_words(embedding, lstm, ids, lengths):
    with torch.no_grad():
        packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        h = lstm(packed)[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: "sorted lengths are expected"


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True)
    h = lstm(packed)[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: "batch_first is forgotten in the packing"


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, enforce_sorted=False)
    h = lstm(packed)[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: "lengths are guessed from the zeros"


def read_words(embedding, lstm, ids, lengths):
    lengths = (ids != 0).sum(1)
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = lstm(packed)[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: "the graph of the embedding is cut"


def read_words(embedding, lstm, ids, lengths):
    x = embedding(ids).detach()
    h = lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: "squeezed"


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = lstm(packed)[1][0]
    return (torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]).squeeze()


# %% wrong: "always two directions"


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = lstm(packed)[1][0]
    return torch.cat([h[-2], h[-1]], 1)


# %% wrong: "the padding is overwritten in place"


def read_words(embedding, lstm, ids, lengths):
    for row, n in zip(ids, lengths):
        row[n:] = 0
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = lstm(packed)[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: "float32 whatever comes"


def read_words(embedding, lstm, ids, lengths):
    packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = lstm(packed)[1][0].float()
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: "the last letter is left out"


def read_words(embedding, lstm, ids, lengths):
    n = (lengths - 1).clamp(min=1)
    h = lstm(pack_padded_sequence(embedding(ids), n, batch_first=True, enforce_sorted=False))[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: "the padding is embedded as zeros and read"


def read_words(embedding, lstm, ids, lengths):
    mask = (torch.arange(ids.shape[1]) < lengths[:, None]).unsqueeze(-1)
    _, (h, _) = lstm(embedding(ids) * mask)
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: "the module is put into another mode"


def read_words(embedding, lstm, ids, lengths):
    lstm.eval()
    h = lstm(pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False))[1][0]
    return torch.cat([h[-2], h[-1]], 1) if lstm.bidirectional else h[-1]


# %% wrong: a batch that is not packed was read at the last letter


def read_words(embedding, lstm, ids, lengths):
    output, _ = lstm(embedding(ids))
    return output[torch.arange(ids.shape[0]), lengths - 1]
