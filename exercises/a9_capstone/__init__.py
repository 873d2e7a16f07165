"""The exercises of a9_capstone: how their cases are drawn, what must hold, which mistakes are known.

The registry looks exercises up here; hidden tests draw cases with `texts`, `features`, `relation` and `held_out`.
Notebooks take the words, the alphabet and the scripts from here.
"""

from __future__ import annotations

import string

import torch
from torch import Generator

from autograder.checking.language import Case, Exercise, ModuleRecipe, Property
from autograder.checking.observing.draw import COURTEOUS, FLOAT64, Draw, module, numbers, pull, telling
from exercises.a9_capstone import hints, oracles
from exercises.a9_capstone.mistakes import ENCODE_WORDS, READ_WORDS, SCRIPT_SCORES
from exercises.a9_capstone.trials import held_out, relation, right, same, scored, validation
from exercises.a9_capstone.words import ALPHABET, SCRIPTS, training_words, validation_words

__all__ = ["ALPHABET", "EXERCISES", "SCRIPTS", "features", "held_out", "relation", "right", "same", "scored", "texts",
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

    return telling(draw, _uneven)


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


encode_words = Exercise(
    "encode_words",
    oracles.encode_words,
    (
        Property("Every letter gets its place in the alphabet, counted from 1.", texts(4, 4, 4), weight=2),
        Property("Behind shorter words there are zeros.", texts(3, 6, 2), parts=("ids",), weight=2),
        Property("lengths are those of the words, in their order.", texts(3, 6, 2, 6), parts=("lengths",)),
        Property(
            "A letter that the alphabet lacks gets the next number.", texts(4, 7, 3, unknown=True), weight=2
        ),
        Property("A space is a letter like others.", texts(5, 7, 4, spaces=True)),
        Property("One word.", texts(5)),
        Property("Words of one letter.", texts(1, 1, 1)),
        Property("Another alphabet.", texts(5, 2, 8, size=30)),
        Property(COURTEOUS, texts(3, 5), watch=("inputs", "globals")),
    ),
    ENCODE_WORDS,
    hints.ENCODE_WORDS,
    results=("ids", "lengths"),
    authority="the alphabet",
)

read_words = Exercise(
    "read_words",
    oracles.read_words,
    (
        Property(
            "Each row is what the word gives when it is read alone.", features(4, 3, 3, 6, 2, 5), weight=2
        ),
        Property("One direction.", features(3, 4, 2, 5, 4, bidirectional=False)),
        Property("Of two layers the top one counts.", features(3, 3, 4, 2, 5, layers=2), weight=2),
        Property("More padding changes nothing.", features(3, 2, 3, 1, 4, padding=5)),
        Property("Words of equal length.", features(4, 4, 4, 4, 4, 4)),
        Property("One word.", features(3, 4, 5)),
        Property("One letter, one unit, one feature.", features(1, 1, 1, 1)),
        Property(FLOAT64, features(3, 4, 3, 5, 2, dtype=torch.float64)),
        Property(
            "Gradients reach the layer and the embedding.",
            features(3, 3, 4, 2, 3, dtype=torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, features(3, 2, 2, 4, 3), watch=("inputs", "globals")),
    ),
    READ_WORDS,
    hints.READ_WORDS,
    authority="nn.LSTM",
)

script_scores = Exercise(
    "script_scores",
    oracles.encode_words,  # not asked: every property has a verdict
    (
        Property(
            "Weights are handed in, and give each word ten scores.", relation("nothing", 5), verdict=scored
        ),
        Property("Asked twice, it says the same.", relation("again", 5), verdict=same),
        Property("More padding changes nothing.", relation("padding", 6), verdict=same),
        Property("A word alone has the scores that it has in a batch.", relation("alone", 6), verdict=same),
        Property("In another order the words keep their scores.", relation("order", 7), verdict=same),
        Property(
            "The scores come from the weights: letters and scripts may have other numbers.",
            relation("numbers", 6),
            verdict=same,
        ),
        Property(
            "weights, ids and lengths stay as they were.", relation("nothing", 4), ("inputs",), verdict=scored
        ),
        Property("The words for validation are read.", validation(2000), weight=7, verdict=right),
    ),
    SCRIPT_SCORES,
    hints.SCRIPT_SCORES,
)

EXERCISES = {exercise.name: exercise for exercise in (encode_words, read_words, script_scores)}
