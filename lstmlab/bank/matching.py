"""Looks for the words of a concept in what a reader has written; it does not understand a sentence.

`quiz.study_widgets.ExplainWidget` calls this, ticks what was found, says which words it saw, and leaves the last word
to the reader. `load` refuses words that could never be found, or that the prompt itself holds.

What it takes for a word: capitals do not count, bi-directional is bidirectional, and a long word may have a slip of
the pen. What it cannot see: a synonym that the bank does not list, another language, who says what of whom.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

SENTENCE = re.compile(r"[.;:!?](?:\s|$)|\n")
WORD = re.compile(r"\w+(?:\.\d+)?")
WANTED = re.compile(rf"{WORD.pattern}\*?")
SHORT_NOT = re.compile(r"n[’']t\b", re.IGNORECASE)
CHUNK = re.compile(rf"{WORD.pattern}(?:[-‑]{WORD.pattern})*")  # words with hyphens, also such as do not break
DENIALS = frozenset({"not", "no", "never", "cannot", "without", "neither", "nor", "nothing", "none"})
REACH = 3  # a denial counts from so many words before the first word that was found
SPELLED = 6  # letters from which on a slip is forgiven; shorter words would become other words
# What a `Seen` says; the book's pages fill these in as it does.
SEEN = {"nothing": "no word of it seen", "seen": "seen: {words}", "beside": ", but beside “{word}”"}
ALIKE = 0.87  # gradiant is gradient (0.875), explore is not explode (0.857)


@dataclass(frozen=True)
class Seen:
    """The words that stand for a concept, as they were written; none where they do not.

    `denied` is a "not" or the like beside them that the concept does not have: it may say the opposite.
    """

    words: tuple[str, ...] = ()
    denied: str = ""

    @property
    def found(self) -> bool:
        """Whether the concept is to be ticked."""
        return bool(self.words) and not self.denied

    def __str__(self) -> str:
        """'seen: forget, near, 1'"""
        if not self.words:
            return SEEN["nothing"]
        beside = SEEN["beside"].format(word=self.denied) if self.denied else ""
        return SEEN["seen"].format(words=", ".join(self.words)) + beside


def alternatives(words: str) -> list[list[str]]:
    """What a bank writes as the words of a concept: alternatives parted by |, each a few words."""
    return [WANTED.findall(part.lower()) for part in words.split("|")]


def look(text: str, words: str, concept: str = "") -> Seen:
    """What of a concept stands in `text`.

    `words` is how a bank writes it: alternatives parted by |, each a few words that must stand in one sentence
    of `text`, in any order; a word ending in * stands for all words that begin so. `concept` is the sentence it stands
    for; where that has a "not" of its own, one in `text` denies nothing.
    """
    may_deny = not DENIALS & set(_words(f"{concept} {words}".lower()))
    denied = Seen()
    for sentence in SENTENCE.split(text):
        written = _words(sentence)
        for wanted in alternatives(words):
            places = [_place(written, word) for word in wanted]
            if not places or None in places:
                continue
            found = sorted({place for place in places if place is not None})
            seen = tuple(written[place] for place in found)
            beside = [
                word for word in written[max(0, found[0] - REACH) : found[-1]] if word.lower() in DENIALS
            ]
            if not (may_deny and beside):
                return Seen(seen)
            denied = denied if denied.words else Seen(seen, beside[0])
    return denied


def _words(sentence: str) -> list[str]:
    """The words in their order; after the parts of bi-directional comes the whole, without its hyphen."""
    written: list[str] = []
    for chunk in CHUNK.findall(SHORT_NOT.sub(" not", sentence)):
        parts = WORD.findall(chunk)
        written += [*parts, "".join(parts)] if len(parts) > 1 and all(map(str.isalpha, parts)) else parts
    return written


def _place(written: Sequence[str], wanted: str) -> int | None:
    """Where a word stands; one with a slip of the pen only where it stands nowhere as it should."""
    stem, open_end = wanted.removesuffix("*"), wanted.endswith("*")
    low = [word.lower() for word in written]
    for place, word in enumerate(low):
        if word == stem or (open_end and word.startswith(stem)):
            return place
    if len(stem) < SPELLED or not stem.isalpha():
        return None
    for place, word in enumerate(low):
        heads = {word[: len(stem) + more] for more in (-1, 0, 1)} if open_end else {word}
        if word[0] == stem[0] and any(_alike(stem, head) for head in heads):
            return place
    return None


def _alike(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    return sorted(one) == sorted(other) or difflib.SequenceMatcher(None, one, other).ratio() >= ALIKE
