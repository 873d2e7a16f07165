"""The network of the landing page: it reads letters, says which comes next, and shows one of its cell states.

    python -m book.reader        trains it on the lessons' own prose, about five minutes, and writes book/reader.json

The page computes with the weights of that file, rounded to eight bits; tests hold it against nn.LSTM.
"""

from __future__ import annotations

import base64
import datetime
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import torch
from torch import Tensor, nn

from book.runs import ROOT

FILE = Path(__file__).with_name("reader.json")
LETTERS = " abcdefghijklmnopqrstuvwxyz.,:;?'-"
HIDDEN = 96
BEGIN = "the forget gate decides what the cell keeps, and the "  # what the page has it read first
WORDS = {
    "name": "A trained network reads",
    "play": "Go on",
    "pause": "Pause",
    "again": "Start again",
    "type": "Type, and it reads along:",
    "unit": "Cell state",
    "blank": "blank",
    "expects": "After “{tail}” it expects: {letter}, {percent}.",
}
STEPS, BATCH, UPDATES = 100, 48, 3000
UNREAD = re.compile(r"\$\$?[^$]*\$\$?|`[^`]*`|\]\([^)]*\)|<[^>]*>|https?://\S+|\|[^\n]*\|")


def prose(root: Path = ROOT) -> str:
    """What the lessons say, in small letters: no code, no formulas, no tables, no addresses."""
    cells: list[str] = []
    for path in sorted((root / "notebooks").glob("[0-9]*.ipynb")):
        cells += [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown"]
    return letters_of(UNREAD.sub(" ", "\n".join(cells)))


def letters_of(text: str) -> str:
    """The text in the letters that the network knows; what it does not know is a blank."""
    known = "".join(letter if letter in LETTERS else " " for letter in text.lower())
    return re.sub(r" +", " ", known)


@dataclass(frozen=True)
class Reader:
    """One-hot letters -> nn.LSTM -> the next letter's logits, with the weights that the page has."""

    lstm: nn.LSTM
    out: nn.Linear

    @classmethod
    def fresh(cls) -> Reader:
        return cls(nn.LSTM(len(LETTERS), HIDDEN, batch_first=True), nn.Linear(HIDDEN, len(LETTERS)))

    @classmethod
    def load(cls, spec: dict[str, Any]) -> Reader:
        """From what reader.json holds: weights are rows of int8, each row with a scale."""
        made = cls.fresh()
        parameters = {**dict(made.lstm.named_parameters()), "out": made.out.weight, "out_bias": made.out.bias}
        with torch.no_grad():
            for name, parameter in parameters.items():
                parameter.copy_(_opened(spec["weights"][name]).reshape(parameter.shape))
        return made

    def read(self, text: str) -> tuple[Tensor, Tensor]:
        """Logits (time, letters) after each letter of `text`, and cell states (time, hidden)."""
        state = None
        logits, cells = [], []
        with torch.no_grad():
            for letter in codes(text):
                x = nn.functional.one_hot(letter, len(LETTERS)).float()[None]  # (1, letters)
                output, state = self.lstm(x, state)
                logits.append(self.out(output[0]))
                cells.append(state[1][0])
        return torch.stack(logits), torch.stack(cells)


def codes(text: str) -> Tensor:
    """The numbers of letters, (time,)."""
    return torch.tensor([LETTERS.index(letter) for letter in text])


def _packed(weight: Tensor) -> dict[str, Any]:
    rows = weight.detach().reshape(weight.shape[0], -1)  # (rows, columns)
    scale = rows.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127  # (rows, 1)
    whole = (rows / scale).round().to(torch.int8)
    return {
        "rows": base64.b64encode(whole.numpy().tobytes()).decode(),
        "scale": [float(f"{each:.5g}") for each in scale[:, 0].tolist()],
    }


def _opened(packed: dict[str, Any]) -> Tensor:
    scale = torch.tensor(packed["scale"])  # (rows,)
    whole = torch.frombuffer(bytearray(base64.b64decode(packed["rows"])), dtype=torch.int8)
    return whole.reshape(len(scale), -1).float() * scale[:, None]


def train(text: str, updates: int = UPDATES, seed: int = 0) -> tuple[Reader, list[float]]:
    """A reader trained on `text`, and its losses, nats for each letter."""
    torch.manual_seed(seed)
    reader, every = Reader.fresh(), codes(text)
    parameters = [*reader.lstm.parameters(), *reader.out.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=updates)
    losses = []
    for _ in range(updates):
        starts = torch.randint(len(every) - STEPS - 1, (BATCH,))
        rows = every[starts[:, None] + torch.arange(STEPS + 1)]  # (batch, time + 1)
        output, _ = reader.lstm(nn.functional.one_hot(rows[:, :-1], len(LETTERS)).float())
        loss = nn.functional.cross_entropy(reader.out(output).flatten(0, 1), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return reader, losses


def in_words(reader: Reader, text: str) -> Tensor:
    """How each cell state goes with the letters since the last blank: correlations, (hidden,)."""
    since, count = [], 0
    for letter in text:
        count = 0 if letter == " " else count + 1
        since.append(float(count))
    cells = reader.read(text)[1]  # (time, hidden)
    both = torch.cat([torch.tensor(since)[None], cells.T])  # (1 + hidden, time)
    return torch.corrcoef(both)[0, 1:]


def on_page() -> dict[str, Any]:
    """The Spec of the landing page's live place, and what the page says of it: reader.json, and the words."""
    return {"kind": "reader", **json.loads(FILE.read_text(encoding="utf-8")), "words": WORDS, "begin": BEGIN}


def main() -> None:
    text = prose()
    cut = len(text) * 9 // 10
    reader, losses = train(text[:cut])
    parameters = {
        **dict(reader.lstm.named_parameters()),
        "out": reader.out.weight,
        "out_bias": reader.out.bias,
    }
    spec: dict[str, Any] = {
        "letters": LETTERS,
        "weights": {name: _packed(value) for name, value in parameters.items()},
    }
    rounded, unseen = Reader.load(spec), text[cut : cut + 4000]
    logits = rounded.read(unseen)[0]
    loss = nn.functional.cross_entropy(logits[:-1], codes(unseen)[1:]).item()
    right = (logits[:-1].argmax(dim=1) == codes(unseen)[1:]).float().mean().item()
    correlations = in_words(rounded, unseen)
    unit = int(correlations.abs().argmax())
    correlation = correlations[unit].item()
    spec |= {
        "trained": datetime.date.today().isoformat(),
        "read": cut,
        "right": round(right, 2),
        "unit": unit,
        "correlation": round(correlation, 2),
    }
    FILE.write_text(json.dumps(spec, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{cut} letters read; {loss:.2f} nats, {right:.0%} right of 4000 letters it has not seen")
    print(f"loss at first {losses[0]:.2f}, at last {sum(losses[-100:]) / 100:.2f}")
    print(f"unit {unit}: correlation {correlation:.2f} with the letters since the last blank")


if __name__ == "__main__":
    main()
