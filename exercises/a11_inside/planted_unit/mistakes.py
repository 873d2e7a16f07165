"""The mistakes that people make in planted_unit, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a11_inside.given import FOLLOWS
from exercises.a11_inside.planted_unit import oracle as q
from exercises.a11_inside.sections import CAUSE, INTERVENE, SEARCH, ZERO

MISTAKES = (
    Mistake(
        "units that fall where the marks rise are left out",
        "A unit may follow with either sign. The size of its correlation counts.",
        SEARCH,
        (q.largest(lambda effects, r, head: effects * (r >= FOLLOWS)),),
    ),
    Mistake(
        "it is the unit that follows best",
        "To follow is not to cause: nobody may read that unit. Clamp each unit that follows, and see how much the "
        "output changes.",
        INTERVENE,
        (q.largest(lambda effects, r, head: r.abs()), q.largest(lambda effects, r, head: r)),
    ),
    Mistake(
        "it is the unit that moves the output most",
        "It may have nothing to do with the marks. Only units whose correlation has a size of 0.5 or more count.",
        SEARCH,
        (
            q.largest(lambda effects, r, head: effects),
            q.largest(lambda effects, r, head: effects * r.abs()),
        ),
    ),
    Mistake(
        "it is the unit with the largest weight in the head",
        "A weight says nothing of what arrives there: an output gate may be shut. Clamp the unit and look at the "
        "output.",
        CAUSE,
        (q.largest(lambda effects, r, head: head.abs().sum(dim=0)),),
    ),
    Mistake(
        "the effect is measured on other numbers",
        "The effect is a mean square of the output's change: not a sum, not a root, and not the change of h. Take the "
        "mean of the squared change over all numbers of the output, (T, B, O).",
        INTERVENE,
        (
            q.planted_unit_told(lambda change: change.square().sum()),
            q.planted_unit_told(lambda change: change.square().mean().sqrt()),
            q.planted_unit_told(lambda change: change.abs().mean()),
        ),
    ),
    Mistake(
        "the unit is held at 0",
        "At 0 a unit may be far from all values that it has. The effect is measured with the unit at its mean over all "
        "steps of all sequences.",
        ZERO,
        (q.held_at_0, q.chosen_at_0),
    ),
)
