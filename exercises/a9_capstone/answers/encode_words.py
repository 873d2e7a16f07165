"""Answers to encode_words for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import itertools

import torch
from torch import nn

# %% equivalent: for row, word in zip(ids, words):
# ids has as many rows as there are words, so nothing is left for strict to notice.

# %% equivalent: for row, word in zip(ids, words, strict=False):
# The same.

# %% right: pad_sequence


def encode_words(words, alphabet):
    rows = [
        torch.tensor([alphabet.index(l) + 1 if l in alphabet else len(alphabet) + 1 for l in w])
        for w in words
    ]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])


# %% right: find gives -1


def encode_words(words, alphabet):
    T = max(map(len, words))
    ids = []
    for word in words:
        row = []
        for letter in word:
            place = alphabet.find(letter)
            row.append(len(alphabet) + 1 if place < 0 else place + 1)
        ids.append(row + [0] * (T - len(row)))
    return torch.tensor(ids), torch.LongTensor([len(w) for w in words])


# %% right: zip_longest


def encode_words(words, alphabet):
    known = {l: k + 1 for k, l in enumerate(alphabet)} | {None: 0}
    columns = list(itertools.zip_longest(*words))
    ids = torch.tensor([[known.get(l, len(alphabet) + 1) for l in column] for column in columns])
    return ids.t().contiguous(), (ids > 0).sum(0)


# %% right: one flat tensor and a mask


def encode_words(words, alphabet):
    lengths = torch.as_tensor([len(w) for w in words], dtype=torch.long)
    mask = torch.arange(lengths.max()) < lengths[:, None]
    ids = torch.zeros(mask.shape, dtype=torch.long)
    ids[mask] = torch.tensor([alphabet.find(l) + 1 or len(alphabet) + 1 for l in "".join(words)])
    return ids, lengths


# %% right: code points in a table


def encode_words(words, alphabet):
    table = torch.full((0x110000,), len(alphabet) + 1)
    for k, l in enumerate(alphabet):
        table[ord(l)] = k + 1
    lengths = torch.tensor(list(map(len, words)))
    ids = torch.stack(
        [nn.functional.pad(table[[ord(l) for l in w]], (0, int(lengths.max()) - len(w))) for w in words]
    )
    return ids, lengths


# %% right: ljust with a sign that nobody uses


def encode_words(words, alphabet):
    T = max(len(w) for w in words)
    letters = "\0" + alphabet
    return (
        torch.tensor(
            [[letters.index(l) if l in letters else len(letters) for l in w.ljust(T, "\0")] for w in words]
        ),
        torch.tensor([len(w) for w in words]),
    )


# %% right: recursion


def encode_words(words, alphabet):
    def number(word):
        if not word:
            return []
        return [1 + alphabet.index(word[0]) if word[0] in alphabet else 1 + len(alphabet)] + number(word[1:])

    rows = [number(w) for w in words]
    out = torch.zeros((len(rows), max(map(len, rows)))).long()
    for b, row in enumerate(rows):
        for t, k in enumerate(row):
            out[b, t] = k
    return out, torch.tensor([len(r) for r in rows])


# %% wrong: the first letter has the number of the padding


def encode_words(words, alphabet):
    rows = [torch.tensor([alphabet.index(l) if l in alphabet else len(alphabet) for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])


# %% wrong: the padding is in front


def encode_words(words, alphabet):
    T = max(map(len, words))
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [[0] * (T - len(w)) + [known.get(l, len(alphabet) + 1) for l in w] for w in words]
    return torch.tensor(rows), torch.tensor([len(w) for w in words])


# %% wrong: the words were sorted by their lengths


def encode_words(words, alphabet):
    words = sorted(words, key=len, reverse=True)
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])


# %% wrong: letters that the alphabet lacks were left out


def encode_words(words, alphabet):
    rows = [
        torch.tensor([alphabet.index(l) + 1 for l in w if l in alphabet], dtype=torch.long) for w in words
    ]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])


# %% wrong: letters that the alphabet lacks have another number


def encode_words(words, alphabet):
    rows = [torch.tensor([alphabet.find(l) + 1 for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])


# %% wrong: the spaces were left out


def encode_words(words, alphabet):
    words = ["".join(w.split()) for w in words]
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])


# %% wrong: small letters were taken for capitals


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w.upper()]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])


# %% wrong: every word has the length of the longest


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w]) for w in words]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
    return ids, torch.tensor([len(r) for r in ids])


# %% wrong: time comes first


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows), torch.tensor([len(r) for r in rows])


# %% wrong: the results are no int64 tensors


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    ids = torch.zeros(len(words), max(map(len, words)))
    for row, w in zip(ids, words):
        row[: len(w)] = torch.tensor([known.get(l, len(alphabet) + 1) for l in w])
    return ids, torch.tensor([len(w) for w in words])


# %% wrong: the results are no int64 tensors


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), [len(w) for w in words]


# %% wrong: "an alphabet of its own, made from the words"


def encode_words(words, alphabet):
    seen = sorted(set("".join(words)))
    rows = [torch.tensor([seen.index(l) + 1 for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])


# %% wrong: "lengths count the different letters"


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(set(w)) for w in words])


# %% wrong: "a letter more of padding, always"


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    ids = torch.zeros(len(words), max(map(len, words)) + 1, dtype=torch.long)
    for row, w in zip(ids, words):
        row[: len(w)] = torch.tensor([known.get(l, len(alphabet) + 1) for l in w])
    return ids, torch.tensor([len(w) for w in words])


# %% wrong: "the width of the capstone's words"


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    ids = torch.zeros(len(words), 29, dtype=torch.long)
    for row, w in zip(ids, words):
        row[: len(w[:29])] = torch.tensor([known.get(l, len(alphabet) + 1) for l in w[:29]])
    return ids, torch.tensor([len(w) for w in words])


# %% wrong: "the padding is -1"


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=-1), torch.tensor(
        [len(r) for r in rows]
    )


# %% wrong: "lengths are taken from the numbers that are not 0"


def encode_words(words, alphabet):
    rows = [torch.tensor([alphabet.find(l) for l in w]) for w in words]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
    return ids, (ids != 0).sum(1)


# %% wrong: "an unknown letter stops the program"


def encode_words(words, alphabet):
    rows = [torch.tensor([alphabet.index(l) + 1 for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])


# %% wrong: "a batch of one loses its dimension"


def encode_words(words, alphabet):
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True).squeeze(), torch.tensor([len(r) for r in rows])


# %% wrong: "the words are sorted in place"


def encode_words(words, alphabet):
    order = sorted(range(len(words)), key=lambda k: -len(words[k]))
    words.sort(key=len, reverse=True)
    known = {l: k for k, l in enumerate(alphabet, 1)}
    rows = [torch.tensor([known.get(l, len(alphabet) + 1) for l in w]) for w in words]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
    back = torch.tensor(order).argsort()
    return ids[back], torch.tensor([len(r) for r in rows])[back]


# %% wrong: "the alphabet is the capitals"


def encode_words(words, alphabet):
    rows = [torch.tensor([ord(l) - 64 if "A" <= l <= "Z" else len(alphabet) + 1 for l in w]) for w in words]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor([len(r) for r in rows])
