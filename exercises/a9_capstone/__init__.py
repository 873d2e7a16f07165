"""a9_capstone: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `texts`, `features`, `relation` and `held_out`.
Notebooks take the words, the alphabet and the scripts from here.
"""

from __future__ import annotations

import string

import torch
from torch import Generator

from autograder.checking.language import Case, ModuleRecipe
from autograder.checking.observing.draw import Draw, discriminating, module, numbers, pull
from exercises.a9_capstone.given import ALPHABET, SCRIPTS, training_words, validation_words
from exercises.a9_capstone.trials import held_out, relation, right, same, scored

__all__ = ["ALPHABET", "SCRIPTS", "features", "held_out", "relation", "right", "same", "scored", "texts",
           "training_words", "validation_words"]  # fmt: skip

STRANGE = "0123456789"  # in no alphabet


def texts(*lengths: int, size: int = 12, unknown: bool = False, spaces: bool = False) -> Draw:
    """Cases for encode_words: a word of each of these lengths, an alphabet of `size` letters, small and capital ones
    of the same among them; with letters that are `unknown`, with `spaces` within words and at both ends."""

    def draw(generator: Generator) -> Case:
        pairs = "".join(low + low.upper() for low in _some(string.ascii_lowercase, size // 2, generator))
        alphabet = _some(pairs + " ", len(pairs) + 1, generator)
        words = [_word(alphabet, length, generator, unknown, spaces) for length in lengths]
        return Case({"words": words, "alphabet": alphabet})

    return discriminating(draw, _uneven)


def _uneven(case: Case) -> list[bool]:
    """Whether small and capital letters, the alphabet's first and a letter twice in a word occur, and whether numbers
    by the alphabet of the words alone would be others."""
    words, alphabet = case.args["words"], case.args["alphabet"]
    text = "".join(words)
    own = {letter: number for number, letter in enumerate(sorted({*text}))}
    return [
        text != text.upper(),
        text != text.lower(),
        alphabet[0] in text,
        max(map(len, words)) == 1 or any(len({*word}) < len(word) for word in words),
        any(alphabet.find(letter) != number for letter, number in own.items()),
    ]


def _word(alphabet: str, length: int, generator: Generator, unknown: bool, spaces: bool) -> str:
    """A word with the alphabet's first letter at its end, where it can be told from padding."""
    known = alphabet.replace(" ", "")
    letters = [known[int(k)] for k in torch.randint(len(known), (length,), generator=generator)]
    letters[-1] = next(letter for letter in alphabet if letter != " ") if length > 1 else letters[-1]
    if unknown:
        letters[length // 2] = _some(STRANGE, 1, generator)
    if spaces:
        letters[0] = letters[length // 2] = letters[-1] = " "
    return "".join(letters)


def _some(letters: str, count: int, generator: Generator) -> str:
    return "".join(letters[int(k)] for k in torch.randperm(len(letters), generator=generator)[:count])


def features(
    inputs: int,
    hidden: int,
    *lengths: int,
    layers: int = 1,
    bidirectional: bool = True,
    dtype: torch.dtype = torch.float32,
    padding: int = 0,
    letters: int = 9,
) -> Draw:
    """Cases for read_words: words of these lengths, `padding` further columns, any numbers in the padding."""

    def draw(generator: Generator) -> Case:
        table = numbers(generator, letters, inputs, dtype=dtype)
        embedding = ModuleRecipe(
            "Embedding", {"num_embeddings": letters, "embedding_dim": inputs}, {"weight": table}
        )
        lstm = module(
            generator,
            "LSTM",
            inputs,
            hidden,
            dtype,
            num_layers=layers,
            batch_first=True,
            bidirectional=bidirectional,
        )
        shape = (len(lengths), max(lengths) + padding)
        ids = torch.randint(1, letters, shape, generator=generator)
        args = {"embedding": embedding, "lstm": lstm, "ids": ids, "lengths": torch.tensor(lengths)}
        operations = layers * max(lengths) * (inputs + 2 * hidden + 10) * max(1, hidden)
        return Case(args, pull=pull(generator), operations=operations)

    return draw
