"""Looks for the words of a concept in what a reader has written; it does not understand a sentence.

`study_widgets.ExplainWidget` calls this, ticks what was found, says which words it saw, and leaves the last word
to the reader.
"""

from __future__ import annotations

import re

SENTENCE = re.compile(r"[.;:!?](?:\s|$)|\n")
WORD = re.compile(r"\w+(?:\.\d+)?")


def words_seen(text: str, words: str) -> tuple[str, ...]:
    """The words of `text` that stand for a concept, as they were written; nothing when they do not.

    `words` is how a bank writes it: alternatives parted by |, each a few words that must stand in one sentence
    of `text`, in any order; a word ending in * stands for all words that begin so.
    """
    for sentence in SENTENCE.split(text):
        written = WORD.findall(sentence)
        for alternative in words.split("|"):
            seen = [_first(written, wanted) for wanted in alternative.split()]
            if seen and all(seen):
                return tuple(dict.fromkeys(word for word in seen if word))
    return ()


def _first(written: list[str], wanted: str) -> str | None:
    stem = wanted.lower().removesuffix("*")
    for word in written:
        if word.lower() == stem or (wanted.endswith("*") and word.lower().startswith(stem)):
            return word
    return None
