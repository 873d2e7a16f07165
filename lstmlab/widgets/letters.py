"""What the unit explorer takes out of a character model: its LSTM, what each letter brings to it, and its head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn

from lstmlab.inside import Lens

Kind = TypeVar("Kind", bound=nn.Module)
MOST = 256  # units and letters: a page runs more too slowly


@dataclass(frozen=True)
class Parts:
    """All float64: `lens` looks into the LSTM; `rows` (letters, input) is what it reads for each letter; `table`
    (letters, 4 * units) what that brings to the blocks i, f, g, o with both biases; `hh` (4 * units, units); `head`
    (letters, units) and `bias` (letters,)."""

    letters: str
    lens: Lens
    rows: Tensor
    table: Tensor
    hh: Tensor
    head: Tensor
    bias: Tensor

    @property
    def units(self) -> int:
        """How many there are."""
        return self.hh.shape[1]

    def code(self, letter: str) -> int:
        """The letter's number; that of "?", or 0, for a letter that the model does not know."""
        found = self.letters.find(letter)
        return found if found >= 0 else max(0, self.letters.find("?"))

    def inputs(self, codes: Sequence[int]) -> Tensor:
        """(time, input) of numbers of letters."""
        return self.rows[list(codes)]


def parts_of(model: nn.Module, letters: str | None = None) -> Parts:
    """Take a model apart; it stays as it is. Raises TypeError or ValueError that say what it should have."""
    if not isinstance(model, nn.Module):
        raise TypeError(f"got a {type(model).__name__}; pass an nn.Module, then the text.")
    lstm, head = _only(model, nn.LSTM), _only(model, nn.Linear)
    named = letters if letters is not None else getattr(model, "letters", None)
    if not isinstance(named, str):
        raise TypeError(
            'which letters? Pass UnitExplorer(model, text, letters="abc ..."), in the order of the logits.'
        )
    if lstm.num_layers != 1 or lstm.bidirectional or lstm.proj_size:
        raise ValueError(
            "the nn.LSTM has layers, directions or a projection; pass one layer in one direction."
        )
    if (head.in_features, head.out_features) != (lstm.hidden_size, len(named)) or len(set(named)) != len(
        named
    ):
        raise ValueError(
            f"nn.Linear({head.in_features}, {head.out_features}) after {lstm.hidden_size} units and for {len(named)} "
            f"letters; it should be nn.Linear({lstm.hidden_size}, {len(named)}), and no letter twice."
        )
    if max(lstm.hidden_size, len(named)) > MOST:
        raise ValueError(f"{lstm.hidden_size} units and {len(named)} letters; pass at most {MOST} of each.")
    rows = _rows(model, lstm, len(named))
    with torch.random.fork_rng(devices=[]):
        twin = nn.LSTM(lstm.input_size, lstm.hidden_size, bias=lstm.bias).double()
    twin.load_state_dict(lstm.state_dict())
    twin.requires_grad_(False)
    state = twin.state_dict()
    hh = state["weight_hh_l0"]
    biases = state["bias_ih_l0"] + state["bias_hh_l0"] if lstm.bias else hh.new_zeros(len(hh))
    weight = head.weight.detach().cpu().double()
    bias = weight.new_zeros(len(named)) if head.bias is None else head.bias.detach().cpu().double()
    table = rows @ state["weight_ih_l0"].T + biases
    return Parts(named, Lens(twin), rows, table, hh, weight, bias)


def _only(model: nn.Module, kind: type[Kind]) -> Kind:
    found = [module for module in model.modules() if isinstance(module, kind)]
    if len(found) != 1:
        raise ValueError(
            f"{type(model).__name__} has {len(found)} of nn.{kind.__name__}; pass a model with one nn.LSTM and one "
            "nn.Linear, which makes the logits of the next letter of its h."
        )
    return found[0]


def _rows(model: nn.Module, lstm: nn.LSTM, count: int) -> Tensor:
    """What the LSTM reads for each letter, (letters, input)."""
    embeddings = [module for module in model.modules() if isinstance(module, nn.Embedding)]
    if len(embeddings) > 1:
        raise ValueError(
            f"{type(model).__name__} has {len(embeddings)} of nn.Embedding; pass a model with one at most."
        )
    rows = embeddings[0].weight.detach().cpu().double() if embeddings else torch.eye(count).double()
    if rows.shape != (count, lstm.input_size):
        raise ValueError(
            f"{len(rows)} letters of {rows.shape[1]} numbers go into the nn.LSTM, which takes {lstm.input_size}; pass "
            f"one with input_size={rows.shape[1]}, and as many letters as there are logits, {count}."
        )
    return rows
