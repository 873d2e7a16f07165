"""Trains the shipped character model again, from nothing, and looks for units in it: `make models`.

    python -m lstmlab.characters.train              # into build/models; says whether the weights are the shipped ones
    python -m lstmlab.characters.train --seeds 5    # the survey: the shipped weights, of the first seed, and their card

On one machine with one Python and one torch the weights are the same each time.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lstmlab.characters.card import Card, Finding, Trained, card_text
from lstmlab.characters.model import CARD, FILE, CharacterModel, shipped_card, standard_library_model
from lstmlab.characters.source import ANNOTATIONS, HELD_OUT, annotate, codes, module, to_train_on
from lstmlab.inside import Lens, ablate, search

UPDATES, BATCH, STEPS, RATE = 20_000, 48, 64, 5e-3
LOOKED_AT = 6000  # letters of each held out module


@dataclass(frozen=True)
class Settings:
    """What a training run is told: its seed, and how many updates."""

    seed: int
    updates: int = UPDATES


def train(text: str, settings: Settings) -> CharacterModel:
    """A model trained on `text` in one thread, read in BATCH streams whose states are handed on."""
    torch.set_num_threads(1)  # sums in another order would make other weights
    torch.manual_seed(settings.seed)
    every = codes(text)
    length = len(every) // BATCH
    if length <= STEPS:
        raise ValueError(f"the text has {len(every)} letters; pass more than {BATCH * (STEPS + 1)}")
    streams = every[: length * BATCH].view(BATCH, length).T.contiguous()  # (time, batch)
    model = CharacterModel()
    with torch.no_grad():
        bias = dict(model.lstm.named_parameters())["bias_hh_l0"]
        bias[model.lstm.hidden_size : 2 * model.lstm.hidden_size] = 1.0  # forget gates begin open
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=settings.updates, pct_start=0.1
    )
    start, state = 0, None
    for _ in range(settings.updates):
        if start + STEPS + 1 > length:
            start, state = 0, None
        window = streams[start : start + STEPS + 1]
        start += STEPS
        logits, (h, c) = model(window[:-1], state)
        state = (h.detach(), c.detach())
        loss = cross_entropy(logits.flatten(0, 1), window[1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model.requires_grad_(False)


@torch.no_grad()
def examine(model: CharacterModel, seed: int) -> Trained:
    """The loss on the held out modules, and for each annotation the unit whose cell state follows it best."""
    texts = {name: module(name) for name in HELD_OUT}
    steps = min(LOOKED_AT, *map(len, texts.values()))
    read = torch.stack([codes(text[:steps]) for text in texts.values()], dim=1)  # (time, batch)
    marks = {name: annotate(text) for name, text in texts.items()}
    lens, x = Lens(model.lstm), model.one_hot(read)
    torch.manual_seed(seed + 1000)
    untrained = CharacterModel(model.letters, model.lstm.hidden_size)
    run, fresh = lens.run(x), Lens(untrained.lstm).run(x)
    plain = _nats(model, run["h"], read)
    findings = {}
    for name in ANNOTATIONS:
        mark = torch.cat([marks[text][name][:steps] for text in texts])
        generator = torch.Generator().manual_seed(seed)
        found = search(_in_a_row(run["c"]), mark, _in_a_row(fresh["c"]), generator=generator)
        unit = int(found.r.abs().argmax())
        clamped = lens.run(x, edits=[ablate("c", unit, run)])
        findings[name] = Finding(
            unit,
            found.r[unit].item(),
            found.untrained,
            max(found.shuffled),
            len(found.units),
            _nats(model, clamped["h"], read) - plain,
        )
    letters = sum(map(len, texts.values()))
    whole = sum(model.nats(codes(text)) * len(text) for text in texts.values()) / letters
    return Trained(seed, whole, findings)


def _in_a_row(states: Tensor) -> Tensor:
    """(time, batch, units) as one series after the other, (batch * time, units)."""
    return states.transpose(0, 1).reshape(-1, states.shape[2])


def _nats(model: CharacterModel, h: Tensor, read: Tensor) -> float:
    return cross_entropy(model.head(h[:-1]).flatten(0, 1), read[1:].flatten()).item()


def _one(settings: Settings) -> tuple[dict[str, Tensor], Trained]:
    model = train(to_train_on(), settings)
    found = examine(model, settings.seed)
    print(f"seed {settings.seed}: {found.nats:.3f} nats for each letter held out", flush=True)
    return dict(model.state_dict()), found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--seeds",
        type=int,
        default=1,
        help="1: into --out; more: the survey, which takes the place of what is shipped",
    )
    parser.add_argument("--out", type=Path, default=Path("build/models"), help="a folder")
    parser.add_argument(
        "--processes", type=int, default=2, help="seeds trained side by side, one thread each"
    )
    options = parser.parse_args(arguments)
    if options.seeds < 1 or options.processes < 1:
        parser.error("pass 1 or more")
    begun = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.processes, mp_context=context) as pool:
        done = list(pool.map(_one, map(Settings, range(options.seeds))))
    model = CharacterModel()
    model.load_state_dict(done[0][0])
    print(f"{(time.monotonic() - begun) / 60:.1f} minutes. {compared(model)}")
    card = Card(
        platform.python_version(),
        torch.__version__,
        processor(),
        len(to_train_on()),
        UPDATES,
        [found for _, found in done],
    )
    folder = FILE.parent if options.seeds > 1 else options.out
    folder.mkdir(parents=True, exist_ok=True)
    write(model, card, folder / FILE.name, folder / CARD.name)
    print(f"{folder / FILE.name} and its card {CARD.name} are written.")


def compared(model: CharacterModel) -> str:
    """Whether these are the shipped weights; where not, what may have made them others."""
    shipped, card = standard_library_model().state_dict(), shipped_card()
    mine = model.state_dict()
    apart = max((mine[name] - shipped[name]).abs().max().item() for name in shipped)
    if not apart:
        return "The weights are those that are shipped, bit for bit."
    return (
        f"The weights are not those that are shipped; they differ by up to {apart:.2g}. Those were trained on "
        f"{card.letters:,} letters of Python {card.python}, by torch {card.torch} on {card.processor}; here it is "
        f"{len(to_train_on()):,} letters of Python {platform.python_version()}, torch {torch.__version__} on "
        f"{processor()}. Another text makes another model, and another processor rounds otherwise."
    )


def processor() -> str:
    """What torch's sums are rounded by, such as "x86_64 with AVX2"."""
    return f"{platform.machine()} with {torch.backends.cpu.get_cpu_capability()}"


def write(model: CharacterModel, card: Card, weights: Path, page: Path) -> None:
    """The weights with the card's numbers, and the card as a page."""
    model.save(weights, card=json.dumps(asdict(card)))
    page.write_text(card_text(card), encoding="utf-8")


if __name__ == "__main__":
    main()
