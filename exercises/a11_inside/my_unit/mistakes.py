"""The mistakes that people make in my_unit; `key` says what each of them gives on a network."""

from autograder.checking.language import Mistake
from exercises.a11_inside.sections import CAUSE, INTERVENE, SEARCH
from exercises.a11_inside.sections import ZERO as AT_ZERO

BEST = "the unit that follows best was taken for the planted one"
LOUDEST = "the unit that moves the output most was taken for the planted one"
WEIGHT = "the largest weight in the head was taken for the largest effect"
ZERO = "the units were held at 0"
OTHER = "the effect was measured on other numbers"

MISTAKES = (
    Mistake(
        BEST,
        "To follow is not to cause: nobody may read that unit. Clamp each unit that follows, and see how much the "
        "output changes.",
        INTERVENE,
        (),
    ),
    Mistake(
        LOUDEST,
        "It may have nothing to do with the marks. Only units whose correlation has a size of 0.5 or more count.",
        SEARCH,
        (),
    ),
    Mistake(
        WEIGHT,
        "A weight says nothing of what arrives there: an output gate may be shut. Clamp the unit and look at the "
        "output.",
        CAUSE,
        (),
    ),
    Mistake(
        ZERO,
        "At 0 a unit may be far from all values that it has. Hold it at its mean over all steps of all sequences.",
        AT_ZERO,
        (),
    ),
    Mistake(
        OTHER,
        "The effect is neither a sum nor a root. Take the mean of the squares of all numbers by which the output "
        "changes.",
        INTERVENE,
        (),
    ),
)
