"""Words to numbers, right or with a slip in one part; encode_words is compared with it, and trials begin with it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Encoded = tuple[Tensor, Tensor]
Keep = Callable[[Tensor, Tensor, Tensor], Tensor]


def encode_words(words: list[str], alphabet: str) -> Encoded:
    """Letter k of the alphabet has number k + 1, an unknown one the number after all those; zeros behind."""
    return encoding()(words, alphabet)


def encoding(
    first: int = 1,
    unknown: Callable[[int], int | None] = lambda size: size + 1,
    spoken: Callable[[str], str] = lambda word: word,
    left: bool = False,
    arrange: Callable[[list[list[int]]], list[list[int]]] = lambda rows: rows,
    dtype: torch.dtype = torch.int64,
) -> Callable[..., Encoded]:
    """encode_words with a slip in one of its parts: the first number, that of unknown letters (None: left out),
    what is done to a word before, the side of the padding, the order of the rows, the dtype of the ids."""

    def encode(words: list[str], alphabet: str) -> Encoded:
        known = {letter: number for number, letter in enumerate(alphabet, first)}
        other = unknown(len(alphabet))
        rows = [[known.get(letter, other) for letter in spoken(word)] for word in words]
        numbers = arrange([[number for number in row if number is not None] for row in rows])
        lengths = torch.tensor([len(row) for row in numbers])
        ids = torch.zeros(len(numbers), max(1, int(lengths.max())), dtype=dtype)
        for row, found in zip(ids, numbers, strict=True):
            row[len(row) - len(found) if left else 0 :][: len(found)] = torch.tensor(found, dtype=dtype)
        return ids, lengths

    return encode
