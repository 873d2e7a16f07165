"""my_layer: what is asked about a student's own layer; what is right is in `key`, which students do not have."""

from __future__ import annotations

from autograder.checking.kinds.asked import Ask, formed
from autograder.checking.kinds.own import Own
from autograder.checking.language import Exercise
from exercises.a4_nn_lstm.my_layer.given import UNITS, make
from exercises.a4_nn_lstm.my_layer.hints import HINTS
from exercises.a4_nn_lstm.my_layer.mistakes import MISTAKES

OWN = Own("my_layer", make)
ASKS = (
    Ask("first", "The half-life of the first unit is right.", 0.1, 1000, weight=0.5),
    Ask("second", "The half-life of the second unit is right.", 0.1, 1000, weight=0.5),
    Ask("counter", "It is the unit that counts.", 0, UNITS - 1, whole=True),
    Ask("after", "What it says after three times as many marks is right.", -1000, 1000),
)
EXERCISE = Exercise("my_layer", OWN.given, formed(OWN, ASKS), MISTAKES, HINTS, given=make)
