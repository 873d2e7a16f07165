"""What final_features must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def final_features(h_n: Tensor, num_layers: int, bidirectional: bool) -> Tensor:
    """The directions of the top layer side by side."""
    return torch.cat(list(_top(h_n, num_layers, bidirectional)), -1)


def _top(h_n: Tensor, num_layers: int, bidirectional: bool) -> Tensor:
    return h_n.unflatten(0, (num_layers, 2 if bidirectional else 1))[-1]  # (directions, batch, hidden)


def joined(join: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """The right rows joined in another way: `join(top)`, from (directions, batch, hidden)."""
    return lambda h_n, num_layers, bidirectional: join(_top(h_n, num_layers, bidirectional))


def direction_major(h_n: Tensor, num_layers: int, bidirectional: bool) -> Tensor:
    """The rows taken for all forward layers, then all backward ones."""
    return torch.cat(list(h_n.unflatten(0, (2 if bidirectional else 1, num_layers))[:, -1]), -1)


def bottom_layer(h_n: Tensor, num_layers: int, bidirectional: bool) -> Tensor:
    """The first layer's rows."""
    return torch.cat(list(h_n[: 2 if bidirectional else 1]), -1)


def all_rows(h_n: Tensor, num_layers: int, bidirectional: bool) -> Tensor:
    """Every layer and direction side by side."""
    return torch.cat(list(h_n), -1)


def viewed(rows: Callable[[Tensor, int, bool], Tensor]) -> Callable[..., Tensor]:
    """Some of the rows viewed as (batch, features), so that sequences are mixed."""

    def features(h_n: Tensor, num_layers: int, bidirectional: bool) -> Tensor:
        return rows(h_n, num_layers, bidirectional).reshape(h_n.shape[1], -1)

    return features


def emptied(h_n: Tensor, num_layers: int, bidirectional: bool) -> Tensor:
    """The right features, and zeros in the caller's h_n."""
    features = final_features(h_n, num_layers, bidirectional)
    with torch.no_grad():
        h_n.zero_()
    return features
