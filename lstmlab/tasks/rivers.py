"""A river fed by rain and snow: measured weather, and a catchment whose stores are known because it is simulated.

Lesson `13_rivers` calls it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

import torch
from torch import Tensor, nn

from lstmlab.training.batched import BatchedLayers

YEAR = 365
COLDER = 8.0  # degrees: the catchment lies about 1200 m above the airport where the weather was measured
SPIN_UP = 120  # days of a window whose flow is not learned: the state first has to fill


@dataclass(frozen=True)
class Weather:
    """Days in a row: rain and melted snow in mm, and the mean temperature in °C, both (days,)."""

    rain: Tensor
    temperature: Tensor

    def __len__(self) -> int:
        return len(self.rain)

    def days(self, which: slice | Tensor) -> Weather:
        """Some of the days."""
        return Weather(self.rain[which], self.temperature[which])

    @property
    def features(self) -> Tensor:
        """What a layer reads, (days, 2): both divided by 10, so that they are about 1 in size."""
        return torch.stack([self.rain, self.temperature], dim=1) / 10


@dataclass(frozen=True)
class Catchment:
    """What a catchment held at the end of each day, and the flow of that day: (days,) each, in mm."""

    snow: Tensor
    soil: Tensor
    flow: Tensor


def seattle() -> Weather:
    """The weather of 2012 to 2015, 1461 days, `COLDER` degrees colder than at the airport.

    Source: NOAA, public domain; `data/README.md` says more.
    """
    with (files("lstmlab") / "data" / "seattle_weather.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    highest, lowest = (torch.tensor([float(row[name]) for row in rows]) for name in ("temp_max", "temp_min"))
    rain = torch.tensor([float(row["precipitation"]) for row in rows])
    return Weather(rain, (highest + lowest) / 2 - COLDER)


def joined(*parts: Weather) -> Weather:
    """Pieces of weather, one after the other."""
    return Weather(torch.cat([part.rain for part in parts]), torch.cat([part.temperature for part in parts]))


def catchment(weather: Weather) -> Catchment:
    """Snow, soil and flow of a catchment that starts empty.

    Below 0 °C rain falls as snow. Above, up to 2.5 mm of snow melt for each degree and day, and reach the soil with the
    rain. From the soil 0.12 mm for each degree above -6 °C go into the air, then 4 % of the rest into the river,
    and 30 % of what is above 120 mm.
    """
    snow = soil = 0.0
    days = []
    for rain, degrees in zip(weather.rain.tolist(), weather.temperature.tolist(), strict=True):
        fallen = rain if degrees < 0 else 0.0
        snow += fallen
        melted = min(snow, max(0.0, 2.5 * degrees))
        snow -= melted
        soil += rain - fallen + melted
        soil -= min(soil, max(0.0, 0.12 * (degrees + 6)))
        flow = 0.04 * soil + 0.3 * max(0.0, soil - 120)
        soil -= flow
        days.append((snow, soil, flow))
    return Catchment(*torch.tensor(days).T)


def dealt_again(weather: Weather, years: int, seed: int) -> Weather:
    """Years of weather put together from pieces of 30 days, each from the same season of one of the given years."""
    generator = torch.Generator().manual_seed(seed)
    given = len(weather) // YEAR
    pieces = []
    for _ in range(years):
        for first in range(0, YEAR, 30):
            which = int(torch.randint(given, (), generator=generator))
            pieces.append(which * YEAR + torch.arange(first, min(first + 30, YEAR)))
    return weather.days(torch.cat(pieces))


def train_on_flow(
    weather: Weather, flow: Tensor, seeds: int = 10, hidden: int = 12, updates: int = 400, seed: int = 0
) -> list[tuple[nn.LSTM, nn.Linear]]:
    """Layers that read weather and say log(1 + flow) of each day, one for each seed, trained on windows of a year.

    The first `SPIN_UP` days of a window count for nothing: a window begins in the middle of something, and the state,
    which starts at zero, has to find out.
    """
    layers, heads = [], []
    for number in range(seeds):
        torch.manual_seed(1000 * seed + number)
        layers.append(nn.LSTM(2, hidden))
        heads.append(nn.Linear(hidden, 1))
        with torch.no_grad():
            layers[-1].get_parameter("bias_hh_l0")[hidden : 2 * hidden] = (
                3.0  # long half-lives to begin with (lesson 3)
            )
    together = BatchedLayers(layers, heads)
    optimizer = torch.optim.Adam(together.parameters, lr=1e-2)
    generator = torch.Generator().manual_seed(seed)
    x, y = weather.features, flow.log1p()
    for update in range(updates):
        if update == int(0.7 * updates):
            optimizer.param_groups[0]["lr"] = 3e-3
        first = torch.randint(len(x) - YEAR, (16,), generator=generator)
        days = first + torch.arange(YEAR)[:, None]  # (time, batch)
        said = together.read_all(x[days])[..., 0]  # (runs, time, batch)
        loss = (said - y[days])[:, SPIN_UP:].square().mean(dim=(1, 2)).sum()
        optimizer.zero_grad()
        loss.backward()
        together.clip(1.0)
        optimizer.step()
    return [(layer, head) for layer, head in together.separate() if isinstance(layer, nn.LSTM)]
