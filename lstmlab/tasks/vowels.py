"""Real recordings of different lengths: nine men say a Japanese vowel sequence, and the question is who speaks.

Lesson `05_packing` calls it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import torch
from torch import Tensor

SPEAKERS = 9


@dataclass(frozen=True)
class Recordings:
    """Sequences, each (time, 12) float32 with 7 to 29 steps, and who spoke each: (number,) int64, from 0."""

    sequences: list[Tensor]
    speakers: Tensor


def japanese_vowels() -> tuple[Recordings, Recordings]:
    """Read `data/japanese_vowels.npz`: 270 recordings to train on and 370 to test on, as their makers split them.

    The file holds 1000 times each value, rounded; `data/README.md` names its source and its licence.
    """
    with (files("lstmlab") / "data" / "japanese_vowels.npz").open("rb") as file:
        stored = np.load(file)
        values = torch.tensor(stored["values"].T.astype(np.float32) / 1000)  # (steps of all, 12)
        sequences = list(values.split(stored["lengths"].tolist()))
        speakers = torch.tensor(stored["speakers"].astype(np.int64))  # (number,)
        lessons = int(stored["lessons"])
    return (
        Recordings(sequences[:lessons], speakers[:lessons]),
        Recordings(sequences[lessons:], speakers[lessons:]),
    )
