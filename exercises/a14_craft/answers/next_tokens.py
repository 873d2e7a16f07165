"""Answers to next_tokens for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch.nn.utils.rnn import pad_sequence

# %% right: pad_sequence twice


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError("a line needs two tokens")
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% right: column by column


def next_tokens(examples, pad_id):
    lengths = torch.tensor([tokens.shape[0] for tokens in examples]) - 1
    if lengths.min() < 1:
        raise ValueError(f"lines of {(lengths + 1).tolist()} tokens")
    T, B = int(lengths.max()), len(examples)
    inputs = torch.full((T, B), pad_id)
    targets = torch.full((T, B), -100)
    for n, tokens in enumerate(examples):
        inputs[: lengths[n], n] = tokens[:-1]
        targets[: lengths[n], n] = tokens[1:]
    return inputs, targets, lengths


# %% right: lists of numbers


def next_tokens(examples, pad_id):
    rows = [tokens.tolist() for tokens in examples]
    for row in rows:
        if len(row) == 1:
            raise ValueError("one token")
    longest = max(len(row) for row in rows) - 1
    xs, ys, ns = [], [], []
    for row in rows:
        gap = longest - (len(row) - 1)
        xs.append(row[:-1] + [pad_id] * gap)
        ys.append(row[1:] + [-100] * gap)
        ns.append(len(row) - 1)
    return torch.tensor(xs).T, torch.tensor(ys).T, torch.tensor(ns)


# %% wrong: the targets are the inputs


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[:-1] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: inputs and targets are exchanged


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[1:] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[:-1] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: the last token is read too


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence(examples, padding_value=pad_id)
    targets = torch.full_like(inputs, -100)
    for n, tokens in enumerate(examples):
        targets[: len(tokens) - 1, n] = tokens[1:]
    return inputs, targets, torch.tensor([len(tokens) for tokens in examples])


# %% wrong: padded targets have the number of the padding


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    whole = pad_sequence(examples, padding_value=pad_id)
    return whole[:-1], whole[1:], torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: padded targets have the number of the padding


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples])
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: padded inputs have the number -100


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=-100)
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: the number of the padding is not pad_id


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples])
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: targets were left out by their value


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=pad_id)
    targets[targets == pad_id] = -100
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: targets were left out by their value


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=pad_id)
    targets = targets.masked_fill(inputs == pad_id, -100)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: the axes are batch first


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples], batch_first=True, padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples], batch_first=True, padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: the lengths are those of whole lines


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) for tokens in examples])


# %% wrong: all lengths are the longest


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.full((len(examples),), len(inputs))


# %% wrong: the padding stands in front


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1].flip(0) for tokens in examples], padding_value=pad_id).flip(0)
    targets = pad_sequence([tokens[1:].flip(0) for tokens in examples], padding_value=-100).flip(0)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: the lines were sorted by length


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    examples = sorted(examples, key=len, reverse=True)
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: the lines were cut to the shortest


def next_tokens(examples, pad_id):
    n = min(len(tokens) for tokens in examples)
    if n < 2:
        raise ValueError
    whole = torch.stack([tokens[:n] for tokens in examples], dim=1)
    return whole[:-1], whole[1:], torch.full((len(examples),), n - 1)


# %% wrong: the shift is two steps


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-2] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[2:] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) - 2 for tokens in examples])


# %% wrong: a line of one token gave no error


def next_tokens(examples, pad_id):
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=-100)
    return inputs, targets, torch.tensor([len(tokens) - 1 for tokens in examples])


# %% wrong: "the examples themselves are shortened"


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=-100)
    for n, tokens in enumerate(examples):
        examples[n] = tokens[:-1]
    inputs = pad_sequence(examples, padding_value=pad_id)
    return inputs, targets, torch.tensor([len(tokens) for tokens in examples])


# %% wrong: "a dict instead of a tuple"


def next_tokens(examples, pad_id):
    if any(len(tokens) < 2 for tokens in examples):
        raise ValueError
    inputs = pad_sequence([tokens[:-1] for tokens in examples], padding_value=pad_id)
    targets = pad_sequence([tokens[1:] for tokens in examples], padding_value=-100)
    return {"inputs": inputs, "targets": targets}
