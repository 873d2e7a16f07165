"""What read_words must return, and what those return who make a known mistake.

The right features are those of each word read alone, by PyTorch's own layers.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


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
