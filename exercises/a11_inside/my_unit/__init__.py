"""my_unit: what is asked about a student's own network; what is right is in `key`, which students do not have."""

from __future__ import annotations

from autograder.checking.kinds.asked import Ask, formed
from autograder.checking.kinds.own import Own
from autograder.checking.language import Exercise
from exercises.a11_inside.my_unit.given import UNITS, make
from exercises.a11_inside.my_unit.hints import HINTS
from exercises.a11_inside.my_unit.mistakes import MISTAKES

OWN = Own("my_unit", make)
ASKS = (
    Ask("unit", "It is the unit that was planted.", 0, UNITS - 1, whole=True, weight=2),
    Ask("effect", "By how much the output changes without it is right.", 0, 1000),
    Ask("loudest", "It is the unit that moves the output most.", 0, UNITS - 1, whole=True),
)
EXERCISE = Exercise("my_unit", OWN.given, formed(OWN, ASKS), MISTAKES, HINTS, given=make)
