"""my_memory: what is asked about a student's own network; what is right is in `key`, which students do not have."""

from __future__ import annotations

from autograder.checking.kinds.asked import Ask, formed
from autograder.checking.kinds.own import Own
from autograder.checking.language import Exercise
from exercises.a7_gradient_flow.my_memory.given import UNITS, make
from exercises.a7_gradient_flow.my_memory.hints import HINTS
from exercises.a7_gradient_flow.my_memory.mistakes import MISTAKES

OWN = Own("my_memory", make)
ASKS = (
    Ask("factor", "The factor by which the gradient shrinks is right.", 0, 10),
    Ask("lag", "It is the lag at which a hundredth is left.", 1, 1000, whole=True),
    Ask("unit", "It is the unit that the gradient reaches most.", 0, UNITS - 1, whole=True),
)
EXERCISE = Exercise("my_memory", OWN.given, formed(OWN, ASKS), MISTAKES, HINTS, given=make)
