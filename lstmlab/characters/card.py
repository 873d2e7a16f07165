"""The model card of the shipped character model: its numbers, and the page that says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lstmlab.characters.source import ANNOTATIONS, HELD_OUT

UNKNOWN = "a processor that was not noted"
CLEAR = 0.7  # a unit with such a correlation has half of what it follows in common with it


@dataclass(frozen=True)
class Finding:
    """The unit whose cell state follows an annotation best: Pearson's `r`, the largest without its sign in an untrained
    network and with the annotation shuffled in blocks, how many units pass both, and the nats for each letter that it
    costs to hold the unit at its mean."""

    unit: int
    r: float
    untrained: float
    shuffled: float
    passing: int
    cost: float


@dataclass(frozen=True)
class Trained:
    """One seed: its loss on the held out modules, nats for each letter, and what was found by annotation."""

    seed: int
    nats: float
    findings: Mapping[str, Finding]


@dataclass(frozen=True)
class Card:
    """Python, torch and processor that trained, letters read, updates, and each seed; the first is shipped."""

    python: str
    torch: str
    processor: str
    letters: int
    updates: int
    seeds: list[Trained]

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Card:
        """From what `dataclasses.asdict` made of one."""
        seeds = [
            Trained(
                one["seed"],
                one["nats"],
                {name: Finding(**found) for name, found in one["findings"].items()},
            )
            for one in said["seeds"]
        ]
        on = said.get("processor", UNKNOWN)
        made = said["python"], said["torch"], on, said["letters"], said["updates"]
        return cls(*made, seeds)


def card_text(card: Card) -> str:
    """The card as a page of Markdown."""
    first, count = card.seeds[0], len(card.seeds)
    seeds = f"seeds 0 to {count - 1}; seed 0 is shipped, whatever it found" if count > 1 else "seed 0"
    losses = ", ".join(f"{one.nats:.2f}" for one in card.seeds)
    clear = {name: sum(abs(one.findings[name].r) >= CLEAR for one in card.seeds) for name in ANNOTATIONS}
    never = [name for name, seeds in clear.items() if not seeds]
    idle = [
        name for name in ANNOTATIONS if sum(one.findings[name].cost < 0.005 for one in card.seeds) > count / 2
    ]
    return f"""# Model card: a character LSTM of the standard library

One nn.LSTM of 96 units reads Python source letter by letter, one-hot, and nn.Linear says which of 96 letters comes next.
The weights are in `standard_library.safetensors`. `make models` trains them again from nothing and says whether they are
the same, bit for bit; `make models SEEDS=5` trains all five seeds again and writes this page.

- **Use:** to look inside a trained network (`UnitExplorer`, `lstmlab.Lens`). It is no tool for writing code.
- **Data:** the modules of Python {card.python}'s standard library that lie in its top folder and are written in ASCII,
  {card.letters:,} letters, under the PSF licence. Only the weights are shipped; the text is on every reader's machine.
- **Held out:** {", ".join(HELD_OUT)}.
- **Training:** {card.updates:,} updates of 48 sequences of 64 letters, Adam, one thread, torch {card.torch} on
  {card.processor}; {seeds}.
- **The same again:** on one machine with this Python and this torch the weights are the same each time. Another Python
  has another library, and another processor or torch rounds otherwise, which makes other weights in the end.
- **Loss held out:** {first.nats:.2f} nats for each letter; of the seeds in turn {losses}.

## Units

For each annotation the unit of the cell state that correlates best with it, on 48,000 held out letters. A unit passes
where its correlation is larger than that of every unit of an untrained network, and than that of every unit with the
annotation shuffled in blocks of 50 letters, 20 times. The cost, in nats for each letter, is that of holding the unit at
its mean.

| annotation | shipped: unit, r | larger control | units that pass | cost | sizes of r over the seeds | their costs |
| --- | --- | ---: | ---: | ---: | --- | --- |
{_rows(card)}

## Not found

- Correlated with a size of {CLEAR} or more over {count} seeds, a unit was found for: {_counted(clear, count)}.
- No seed has such a unit for: {", ".join(never) or "none of them"}.
- In most seeds the best unit can be held at its mean for less than 0.005 nats, so it follows and hardly causes: \
{", ".join(idle) or "none of them"}.
- Unit numbers mean nothing across seeds. A correlation is a hypothesis; what a unit does is said by editing it.
"""


def _rows(card: Card) -> str:
    rows = []
    for name in ANNOTATIONS:
        found = [one.findings[name] for one in card.seeds]
        first = found[0]
        sizes = ", ".join(f"{abs(one.r):.2f}" for one in found)
        costs = ", ".join(f"{one.cost:.3f}" for one in found)
        ground = max(first.untrained, first.shuffled)
        shipped = f"{first.unit}, {first.r:.2f} | {ground:.2f} | {first.passing} | {first.cost:.3f}"
        rows.append(f"| {name} | {shipped} | {sizes} | {costs} |")
    return "\n".join(rows)


def _counted(clear: Mapping[str, int], count: int) -> str:
    return (
        ", ".join(f"{name} in {seeds} of {count}" for name, seeds in clear.items() if seeds) or "none of them"
    )
