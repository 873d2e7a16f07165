"""A character model: one-hot letters, one nn.LSTM, the logits of the next letter; and the one that is shipped."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from lstmlab.characters.card import Card
from lstmlab.characters.source import LETTERS

FILE = Path(__file__).parents[1] / "data" / "standard_library.safetensors"
CARD = FILE.with_suffix(".md")
UNITS = 96


class CharacterModel(nn.Module):
    """`lstm` reads letters as one-hot rows, `head` turns its h into the logits of the next letter."""

    def __init__(self, letters: str = LETTERS, units: int = UNITS) -> None:
        super().__init__()
        self.letters = letters
        self.lstm = nn.LSTM(len(letters), units)
        self.head = nn.Linear(units, len(letters))

    def one_hot(self, codes: Tensor) -> Tensor:
        """(..., letters) of numbers of letters, (...)."""
        return one_hot(codes, len(self.letters)).to(self.head.weight)

    def forward(
        self, codes: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Logits of the next letter, (time, batch, letters), and the last state; codes are (time, batch)."""
        output, state = self.lstm(self.one_hot(codes), state)
        return self.head(output), state

    @torch.no_grad()
    def nats(self, codes: Tensor) -> float:
        """The mean loss over one text, (time,), read from its beginning: nats for each letter."""
        logits, _ = self(codes[:-1, None])
        return cross_entropy(logits[:, 0], codes[1:]).item()

    def save(self, path: Path, **said: str) -> None:
        """Write weights, letters and what else is said as safetensors, which hold nothing that could run."""
        path.write_bytes(
            save(dict(self.state_dict()), metadata={"letters": json.dumps(self.letters), **said})
        )

    @classmethod
    def load(cls, path: Path = FILE) -> CharacterModel:
        """From a file that `save` wrote. Raises SafetensorError, KeyError or RuntimeError for another."""
        with safe_open(path, "pt") as file:
            letters = json.loads(file.metadata()["letters"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        model = cls(letters, weights["lstm.weight_hh_l0"].shape[1])
        model.load_state_dict(weights)
        return model.eval().requires_grad_(False)


@functools.cache
def standard_library_model() -> CharacterModel:
    """The shipped model: by `make models`, of the source of Python's standard library; its card lies beside it."""
    return CharacterModel.load()


@functools.cache
def shipped_card() -> Card:
    """What is known of the shipped model: the numbers of its card, which came with the weights."""
    with safe_open(FILE, "pt") as file:
        return Card.read(json.loads(file.metadata()["card"]))
