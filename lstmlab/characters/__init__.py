"""A character model of the source of Python's standard library, trained and shipped, and the text to look at it with::

    model = standard_library_model()
    text = module("shlex")
    model.nats(codes(text))  # the loss, nats for each letter

`make models` trains it again; `UnitExplorer` shows it.
"""

from lstmlab.characters.model import CharacterModel, shipped_card, standard_library_model
from lstmlab.characters.source import ANNOTATIONS, HELD_OUT, LETTERS, annotate, codes, held_out, known, module

__all__ = [
    "ANNOTATIONS",
    "HELD_OUT",
    "LETTERS",
    "CharacterModel",
    "annotate",
    "codes",
    "held_out",
    "known",
    "module",
    "shipped_card",
    "standard_library_model",
]
