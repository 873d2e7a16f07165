"""Letters to learn from, all of them in Python's standard library: names of signs, a manual, Roman numerals.

`09_beyond` calls it. Names come from `unicodedata`, for signs that have been there since Unicode 7 and whose
names may never change; the manual is the one that `help()` shows, from `pydoc_data.topics`. Its wording differs
a little between versions of Python. The texts are used where they are, nothing is copied into the course.
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache
from pydoc_data.topics import topics

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

# What a name starts with, and the code points to look through, the last one excluded.
RANGES = {
    "HANGUL SYLLABLE ": (0xAC00, 0xD7A4),
    "YI SYLLABLE ": (0xA000, 0xA48D),
    "ETHIOPIC SYLLABLE ": (0x1200, 0x1360),
    "VAI SYLLABLE ": (0xA500, 0xA60C),
    "CANADIAN SYLLABICS ": (0x1400, 0x1680),
    "CUNEIFORM SIGN ": (0x12000, 0x1236F),
}
SCRIPTS = tuple(start.split()[0].capitalize() for start in RANGES)

NUMERALS = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def sign_names(per_script: int = 180, seed: int = 0) -> list[tuple[str, int]]:
    """Pairs (name, number of its script in `SCRIPTS`), shuffled: one word of letters A to Z each.

    The word that names the script is taken off, and names found in more than one script are left out. At most
    `per_script` names of each script, drawn with `seed`.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for script, (start, (first, end)) in enumerate(RANGES.items()):
        for code in range(first, end):
            name = unicodedata.name(chr(code), "")
            if name.startswith(start) and re.fullmatch("[A-Z]+", name.removeprefix(start)):
                found[name.removeprefix(start)].add(script)
    chosen: list[tuple[str, int]] = []
    draw = random.Random(seed)
    for script in range(len(SCRIPTS)):
        names = sorted(name for name, scripts in found.items() if scripts == {script})
        chosen += [(name, script) for name in draw.sample(names, min(per_script, len(names)))]
    draw.shuffle(chosen)
    return chosen


def letters(names: list[str]) -> tuple[Tensor, Tensor]:
    """Names as ids (time, batch), A as 1 to Z as 26, padded with 0; and their lengths (batch,)."""
    rows = [torch.tensor([ord(letter) - 64 for letter in name]) for name in names]
    return pad_sequence(rows), torch.tensor([len(name) for name in names])


def manual() -> tuple[str, str]:
    """Python's manual as `help()` shows it, letters and signs of ASCII only: the text to learn, the text to test.

    Nine tenths to learn from; the 20,000 characters after them to test on.
    """
    whole = "\n".join(topics[name] for name in sorted(topics))
    whole = "".join(sign for sign in whole if sign.isascii())
    cut = len(whole) * 9 // 10
    return whole[:cut], whole[cut : cut + 20_000]


@lru_cache(maxsize=8)  # each order needs the tables of all shorter ones
def _followers(text: str, length: int) -> dict[str, Counter[str]]:
    """For each run of `length` characters in `text`, how often each character follows it."""
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for i in range(length, len(text)):
        table[text[i - length : i]][text[i]] += 1
    return dict(table)


def count_loss(text: str, test: str, order: int) -> float:
    """Nats per character of `test` if each is predicted from the `order` characters before it, by counting.

    A table of every run of characters in `text`. Shorter runs fill in for those seldom seen (I. Witten, T. Bell:
    IEEE Transactions on Information Theory 37(4), 1991, method C).
    """
    tables = [_followers(text, length) for length in range(order + 1)]
    kinds = len(set(text) | set(test))
    nats = 0.0
    for i in range(order, len(test)):
        chance = 1 / kinds
        for length, table in enumerate(tables):
            followers = table.get(test[i - length : i])
            if followers:
                total = followers.total()
                chance = (followers[test[i]] + len(followers) * chance) / (total + len(followers))
        nats -= math.log(chance)
    return nats / (len(test) - order)


def roman(number: int) -> str:
    """Write `number` as a Roman numeral. Raises ValueError outside 1 to 3999."""
    if not 1 <= number <= 3999:
        raise ValueError(f"number={number}; Roman numerals go from 1 to 3999.")
    written = ""
    for value, sign in NUMERALS:
        written += sign * (number // value)
        number %= value
    return written
