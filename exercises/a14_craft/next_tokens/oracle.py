"""What next_tokens must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

IGNORED = -100  # the class that nn.functional.cross_entropy leaves out unless told otherwise
Batch = tuple[Any, Any, Any]
Collate = Callable[[list[Tensor], int], Batch]


def behind(rows: list[Tensor], filler: int) -> Tensor:
    """The rows as columns of one tensor, (time, batch), with `filler` behind each."""
    padded = torch.full((max(map(len, rows)), len(rows)), filler, dtype=torch.int64)
    for column, row in enumerate(rows):
        padded[: len(row), column] = row
    return padded


def in_front(rows: list[Tensor], filler: int) -> Tensor:
    """The same with the padding first."""
    padded = torch.full((max(map(len, rows)), len(rows)), filler, dtype=torch.int64)
    for column, row in enumerate(rows):
        padded[len(padded) - len(row) :, column] = row
    return padded


def made(
    read: Callable[[Tensor], Tensor] = lambda tokens: tokens[:-1],
    asked: Callable[[Tensor], Tensor] = lambda tokens: tokens[1:],
    pad: Callable[[list[Tensor], int], Tensor] = behind,
    read_filler: Callable[[int], int] = lambda pad_id: pad_id,
    asked_filler: Callable[[int], int] = lambda pad_id: IGNORED,
    refuses: bool = True,
) -> Collate:
    """next_tokens with its own cuts, padding and fillers."""

    def compute(examples: list[Tensor], pad_id: int) -> Batch:
        if refuses and min(map(len, examples)) < 2:
            raise ValueError("a line of one token has no next token")
        inputs = [read(tokens) for tokens in examples]
        targets = [asked(tokens) for tokens in examples]
        steps = torch.tensor([len(row) for row in inputs])
        return pad(inputs, read_filler(pad_id)), pad(targets, asked_filler(pad_id)), steps

    return compute


next_tokens = made()


def giving(change: Callable[[Tensor, Tensor, Tensor], Batch]) -> Collate:
    """next_tokens with something done to its results."""
    return lambda examples, pad_id: change(*next_tokens(examples, pad_id))


def by_value(examples: list[Tensor], pad_id: int) -> Batch:
    """Targets left out where the number of the padding stands, not where the padding is."""
    inputs, _, steps = next_tokens(examples, pad_id)
    targets = behind([tokens[1:] for tokens in examples], pad_id)
    return inputs, torch.where(targets == pad_id, IGNORED, targets), steps


def by_input(examples: list[Tensor], pad_id: int) -> Batch:
    """Targets left out where the input is the number of the padding."""
    inputs, targets, steps = next_tokens(examples, pad_id)
    return inputs, torch.where(inputs == pad_id, IGNORED, targets), steps


def longest_first(examples: list[Tensor], pad_id: int) -> Batch:
    """The examples sorted by length, as packing once asked for."""
    return next_tokens(sorted(examples, key=len, reverse=True), pad_id)


def cut_to_the_shortest(examples: list[Tensor], pad_id: int) -> Batch:
    """Nothing padded: all cut to the shortest example."""
    shortest = min(map(len, examples))
    return next_tokens([tokens[:shortest] for tokens in examples], pad_id)


def all_tokens_read(examples: list[Tensor], pad_id: int) -> Batch:
    """The last token is read too, and its target is left out."""
    inputs = behind(examples, pad_id)
    targets = behind([tokens[1:] for tokens in examples], IGNORED)
    targets = torch.cat([targets, torch.full((1, len(examples)), IGNORED)])
    return inputs, targets, torch.tensor([len(tokens) for tokens in examples])


def shifted_after_padding(filler: Callable[[int], int]) -> Collate:
    """Padded first, and shifted then: the token before the padding is asked for the padding."""

    def compute(examples: list[Tensor], pad_id: int) -> Batch:
        whole = behind(examples, pad_id)
        targets = behind(examples, filler(pad_id))[1:]
        return whole[:-1], targets, torch.tensor([len(tokens) - 1 for tokens in examples])

    return compute
