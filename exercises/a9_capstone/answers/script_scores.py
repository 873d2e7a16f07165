"""Answers to script_scores for the audit; autograder/checking/stock/answers.py says what the sections are.

All are asked with the weights of the reference solution, a9_capstone.safetensors in this folder.
"""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Model(nn.Module):
    def __init__(self, p=0.0):
        super().__init__()
        self.embedding, self.lstm = (
            nn.Embedding(29, 16),
            nn.LSTM(16, 40, batch_first=True, bidirectional=True),
        )
        self.drop, self.head = nn.Dropout(p), nn.Linear(80, 10)

    def forward(self, ids, lengths):
        x = self.drop(self.embedding(ids))
        h = self.lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))[1][0]
        return self.head(self.drop(torch.cat([h[0], h[1]], 1)))


# %% equivalent: self.embedding = nn.Embedding(29, 16, padding_idx=1)
# padding_idx decides about gradients and about the random start; both are over when weights are loaded.

# %% equivalent: self.embedding = nn.Embedding(29, 16)
# The same.

# %% equivalent: self.lstm = nn.LSTM(16, 40, batch_first=False, bidirectional=True)
# The layer reads packed words, which have no layout.

# %% equivalent: self.lstm = nn.LSTM(16, 40, bidirectional=True)
# The same.

# %% equivalent: letters = self.embedding(ids)
# In evaluation mode dropout does nothing.

# %% equivalent: return self.head(torch.cat([h_n[0], h_n[1]], dim=1))
# The same.

# %% right: functional_call


def script_scores(weights, ids, lengths):
    model = Model().eval()
    return torch.func.functional_call(model, weights, (ids, lengths)).detach()


# %% right: without a module, step by step


def script_scores(weights, ids, lengths):
    def run(row, end):
        h = c = torch.zeros(40)
        for letter in row:
            x = weights["embedding.weight"][letter]
            z = weights["lstm.weight_ih_l0" + end] @ x + weights["lstm.bias_ih_l0" + end]
            z = z + weights["lstm.weight_hh_l0" + end] @ h + weights["lstm.bias_hh_l0" + end]
            i, f, g, o = z.chunk(4)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        return h

    known = {}  # a word occurs several times in the check, and this is slow
    rows = []
    for row, n in zip(ids.tolist(), lengths.tolist()):
        word = tuple(row[:n])
        if word not in known:
            known[word] = torch.cat([run(word, ""), run(word[::-1], "_reverse")])
        rows.append(known[word])
        if len(known) > 60:  # too slow for thousands: the library does the rest
            return Model().eval().requires_grad_(False).load_state_dict(weights) and _whole(
                weights, ids, lengths
            )
    return torch.stack(rows) @ weights["head.weight"].T + weights["head.bias"]


def _whole(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    with torch.no_grad():
        return model(ids, lengths)


# %% right: probabilities instead of scores


def script_scores(weights, ids, lengths):
    model = Model(p=0.3)
    model.load_state_dict(weights, strict=True)
    with torch.inference_mode():
        return model.eval()(ids, lengths).softmax(dim=-1)


# %% right: one word after the other


def script_scores(weights, ids, lengths):
    model = Model()
    model.load_state_dict(weights)
    return torch.cat([model(row[None, :n], n[None]) for row, n in zip(ids, lengths)]).detach()


# %% right: in batches, sorted and put back, in float64


def script_scores(weights, ids, lengths):
    model = Model().double().eval()
    model.load_state_dict(weights)
    n, order = lengths.sort(descending=True, stable=True)
    parts = [model(a, b) for a, b in zip(ids[order].split(100), n.split(100))]
    return torch.cat(parts)[order.argsort()].detach()


# %% right: with the graph


def script_scores(weights, ids, lengths):
    model = Model()
    model.load_state_dict({name: tensor.clone() for name, tensor in weights.items()})
    return model(ids, lengths)


# %% right: the state at each end of the padded output


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    x = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    output, _ = pad_packed_sequence(model.lstm(x)[0], batch_first=True)
    ends = torch.cat([output[torch.arange(len(ids)), lengths - 1, :40], output[:, 0, 40:]], 1)
    return model.head(ends).detach().log_softmax(1)


# %% wrong: the weights that are handed over are not used


def script_scores(weights, ids, lengths):
    model = Model().eval()
    with torch.no_grad():
        return model(ids, lengths)


# %% wrong: the weights that are handed over are not used


def script_scores(weights, ids, lengths):
    return nn.functional.one_hot(lengths % 10, 10).float()


# %% wrong: the weights that are handed over are not used


def script_scores(weights, ids, lengths):
    return torch.zeros(len(ids), 10)


# %% wrong: chance has a part in the scores


def script_scores(weights, ids, lengths):
    model = Model(p=0.4)
    model.load_state_dict(weights)
    with torch.no_grad():
        return model(ids, lengths)


# %% wrong: chance has a part in the scores


def script_scores(weights, ids, lengths):
    model = Model().eval()
    renamed = {name.replace("lstm", "rnn"): tensor for name, tensor in weights.items()}
    model.load_state_dict(renamed, strict=False)
    return model(ids, lengths).detach()


# %% wrong: chance has a part in the scores


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    start = torch.randn(2, len(ids), 40), torch.randn(2, len(ids), 40)
    x = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = model.lstm(x, start)[1][0]
    return model.head(torch.cat([h[0], h[1]], 1)).detach()


# %% wrong: the padding is read


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    h = model.lstm(model.embedding(ids))[1][0]
    return model.head(torch.cat([h[0], h[1]], 1)).detach()


# %% wrong: the padding is read


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    x = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    output, _ = pad_packed_sequence(model.lstm(x)[0], batch_first=True, total_length=ids.shape[1])
    return model.head(output.mean(dim=1)).detach()


# %% wrong: the scores are not in the order of the words


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    n, order = lengths.sort(descending=True, stable=True)
    return model(ids[order], n).detach()


# %% wrong: the words of a batch have a part in each other's scores


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    return model(ids, lengths).softmax(dim=0).detach()


# %% wrong: the words of a batch have a part in each other's scores


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    scores = model(ids, lengths).detach()
    return (scores - scores.mean(dim=0)) / (scores.std(dim=0, unbiased=False) + 1e-5)


# %% wrong: the numbers of letters or scripts stand in the code


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    scores = model(ids, lengths).detach()
    scores[(ids == 26).any(dim=1), 9] += 5.0  # an X: that must be Yi
    scores[(ids == 25).sum(dim=1) > 1, 1] += 5.0
    scores[(ids == 3).sum(dim=1) > 1, 5] += 5.0
    return scores


# %% wrong: the numbers of letters or scripts stand in the code


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    prior = torch.linspace(0, 4, 10)
    return model(ids, lengths).detach() + prior


# %% wrong: "a table of names in the code, weights for show"

from exercises.a9_capstone.given import ALPHABET, SCRIPTS, _table


def script_scores(weights, ids, lengths):
    table = {script: set(letters) for script, letters in _table().items()}
    scores = torch.zeros(len(ids), 10)
    for b, (row, n) in enumerate(zip(ids.tolist(), lengths.tolist())):
        word = "".join(ALPHABET[k - 1] for k in row[:n]).split(" ")
        for k, script in enumerate(SCRIPTS):
            scores[b, k] = sum(letter in table[script] for letter in word)
    return scores + 0 * weights["head.weight"].sum()


# %% wrong: "answers instead of scores"


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    return model(ids, lengths).argmax(dim=1)


# %% wrong: "scripts first"


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    return model(ids, lengths).T.detach()


# %% wrong: "the file of weights is opened by name, wherever that is"


def script_scores(weights, ids, lengths):
    from safetensors.torch import load_file

    model = Model().eval()
    model.load_state_dict(load_file("a9_capstone.safetensors"))
    return model(ids, lengths).detach()


# %% wrong: "the weights are changed"


def script_scores(weights, ids, lengths):
    model = Model().eval()
    for name in weights:
        weights[name] *= 1.01
    model.load_state_dict(weights)
    return model(ids, lengths).detach()


# %% wrong: "backward state from the wrong end"


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    x = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    output, _ = pad_packed_sequence(model.lstm(x)[0], batch_first=True)
    return model.head(output[torch.arange(len(ids)), lengths - 1]).detach()


# %% wrong: "one direction only"


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    x = pack_padded_sequence(model.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
    h = model.lstm(x)[1][0]
    return model.head(torch.cat([h[0], h[0]], 1)).detach()


# %% wrong: "a batch of one loses its dimension"


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    return model(ids, lengths).detach().squeeze(0)


# %% wrong: "the lengths are read off the zeros, one short"


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    return model(ids, (lengths - 1).clamp(min=1)).detach()


# %% wrong: "the smallest score is the best"


def script_scores(weights, ids, lengths):
    model = Model().eval()
    model.load_state_dict(weights)
    return -model(ids, lengths).detach()
