"""Expected values of encode_words and read_words, and those of the known mistakes; for `mistakes` and the exercises.

The right features are those of each word read alone, by PyTorch's own layers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

Encoded = tuple[Tensor, Tensor]
Keep = Callable[[Tensor, Tensor, Tensor], Tensor]

# ---------------------------------------------------------------- encode_words


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


def after(change: Callable[[Tensor, Tensor], Any]) -> Callable[..., Any]:
    """encode_words with something done to its two results."""
    return lambda words, alphabet: change(*encode_words(words, alphabet))


# ---------------------------------------------------------------- read_words


def read_words(embedding: nn.Embedding, lstm: nn.LSTM, ids: Tensor, lengths: Tensor) -> Tensor:
    """The last state of each word, forward and backward, each word run alone."""
    return reading()(embedding, lstm, ids, lengths)


def ends(output: Tensor, h_n: Tensor, c_n: Tensor, directions: int) -> Tensor:
    """The top layer's last states side by side; h_n (layers * D, B, H)."""
    return torch.cat(list(h_n[-directions:]), dim=1)


def reading(
    keep: Callable[[Tensor, Tensor, Tensor, int], Tensor] = ends,
    cut: Callable[[Tensor, int], Tensor] = lambda row, length: row[:length],
) -> Callable[..., Tensor]:
    """Each word run alone, cut to its letters by `cut`; `keep(output, h_n, c_n, D)` of a batch of one is its row."""

    def read(embedding: nn.Embedding, lstm: nn.LSTM, ids: Tensor, lengths: Tensor) -> Tensor:
        rows = []
        for row, length in zip(ids, lengths.tolist(), strict=True):
            output, (h_n, c_n) = lstm(embedding(cut(row, length)).unsqueeze(0))
            rows.append(keep(output, h_n, c_n, 1 + lstm.bidirectional))
        return torch.cat(rows)

    return read


def at_the_last_letter(embedding: nn.Embedding, lstm: nn.LSTM, ids: Tensor, lengths: Tensor) -> Tensor:
    """The output at each word's own last letter, of a layer that reads the padding too."""
    output, _ = lstm(embedding(ids))
    return output[torch.arange(len(ids)), lengths - 1]


def sorted_rows(embedding: nn.Embedding, lstm: nn.LSTM, ids: Tensor, lengths: Tensor) -> Tensor:
    """The right rows, longest word first."""
    order = lengths.argsort(descending=True)
    return read_words(embedding, lstm, ids, lengths)[order]


def turned_twice(embedding: nn.Embedding, lstm: nn.LSTM, ids: Tensor, lengths: Tensor) -> Tensor:
    """Sorted, and then sorted again in place of turned back."""
    order = lengths.argsort(descending=True)
    return read_words(embedding, lstm, ids, lengths)[order][order]


def interleaved(embedding: nn.Embedding, lstm: nn.LSTM, ids: Tensor, lengths: Tensor) -> Tensor:
    """The directions joined by a view over the batch: two words share a row."""
    directions = 1 + lstm.bidirectional
    whole = read_words(embedding, lstm, ids, lengths)
    return torch.stack(whole.chunk(directions, dim=1)).reshape(len(ids), -1)
