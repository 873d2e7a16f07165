"""The words of the capstone: letters of ten scripts, spelled by their names in Unicode's table.

The name of a letter begins with its script: YI SYLLABLE HXIT, KATAKANA LETTER NE. Without the script and the kind
of sign HXIT and NE are left, and a word is two to five of those. Students' notebooks draw training and validation
words here, and hidden tests words of letters that are in neither. `given.txt` lists the letters that students are
given; `split` made it, with a key that only the instructor's notebook has.

The table is Unicode 3.2's, which every Python carries beside its own, and names in it never change: so the words are
the same whatever Python draws them.
"""

from __future__ import annotations

import functools
import hashlib
import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

SCRIPTS = ("Arabic", "Canadian", "Cherokee", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Hangul", "Katakana",
           "Yi")  # fmt: skip
ALPHABET = " -ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # number 1 is the space between two letters of a word
SHORTEST, LONGEST = 2, 5  # letters of a word
MOST = 1200  # letters of a script: Hangul alone has 11,172
TRAINING, VALIDATION = 0.6, 0.8  # where the shares of the three parts end
NAME = re.compile(
    r"(?P<script>[A-Z]+) (?:CAPITAL |SMALL )?(?:LETTER|SYLLABLE|SYLLABICS)(?: SMALL| FINAL)? (?P<letter>[A-Z-]+)"
    r"(?: WITH .*| [A-Z]+ FORM)?"
)
Letters = Mapping[str, Sequence[str]]  # of each script
Words = tuple[list[str], list[int]]  # words, and for each the number of its script in SCRIPTS


def training_words(count: int, seed: int = 0) -> Words:
    """`count` words of training letters, as many of each script; every seed draws others."""
    given = _given("training")
    return _spell(given, given, count, f"training {seed}")


def validation_words(count: int = 2000) -> Words:
    """Always the same words: each of their letters is, with a chance of one half, none of the training letters."""
    return _spell(_given("training"), _given("validation"), count, "validation")


def held_out_words(key: str, count: int) -> Words:
    """Words like those for validation, but half of their letters are in neither part that students are given."""
    reserved = {script: parts[2] for script, parts in split(key).items()}
    return _spell(_given("training"), reserved, count, key)


def split(key: str) -> dict[str, tuple[list[str], list[str], list[str]]]:
    """Training, validation and reserved letters of each script; another key, another split."""
    parts = {}
    for script, letters in _table().items():
        drawn = sorted(letters, key=lambda letter: hashlib.sha256(f"{key} {letter}".encode()).digest())[:MOST]
        first, second = round(TRAINING * len(drawn)), round(VALIDATION * len(drawn))
        parts[script] = (sorted(drawn[:first]), sorted(drawn[first:second]), sorted(drawn[second:]))
    return parts


@functools.cache
def _table() -> dict[str, list[str]]:
    """The letters of each script in Unicode 3.2, each once, whether small or capital."""
    found: dict[str, set[str]] = {script.upper(): set() for script in SCRIPTS}
    for code in range(0x10000):
        name = unicodedata.ucd_3_2_0.name(chr(code), "")
        match = NAME.fullmatch(name)
        if match and match["script"] in found and (match["script"] != "HANGUL" or "SYLLABLE" in name):
            found[match["script"]].add(match["letter"])
    return {script: sorted(found[script.upper()]) for script in SCRIPTS}


@functools.cache
def _given(part: str) -> dict[str, list[str]]:
    """The letters of `given.txt` in this part."""
    lines = Path(__file__).with_name("given.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {script: letters for script, of, *letters in rows if of == part}


def _spell(seen: Letters, others: Letters, count: int, seed: str) -> Words:
    """Random words; each letter is one of `others` with a chance of one half. Only `random()` is the same in all
    versions of Python."""
    drawn = random.Random(seed).random
    words, scripts = [], []
    for number in range(count):
        script = number % len(SCRIPTS)
        length = SHORTEST + int(drawn() * (LONGEST - SHORTEST + 1))
        pools = [(seen, others)[drawn() < 0.5][SCRIPTS[script]] for _ in range(length)]
        words.append(" ".join(pool[int(drawn() * len(pool))] for pool in pools))
        scripts.append(script)
    return words, scripts
