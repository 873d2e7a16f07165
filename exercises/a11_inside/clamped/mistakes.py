"""The mistakes that people make in clamped, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a11_inside.clamped import oracle as q
from exercises.a11_inside.sections import CAUSE, INTERVENE

MISTAKES = (
    Mistake(
        "c is changed when all steps have been computed",
        "What was computed of a value does not change when the value is changed later. The unit has to be held inside "
        "of the loop, at each step.",
        INTERVENE,
        (q.afterwards(False), q.afterwards(True)),
    ),
    Mistake(
        "h is computed before c is held",
        "Then the output of this step does not know of the clamp. First c, then the clamp, then h = o * tanh(c).",
        INTERVENE,
        (q.stepwise(q.after_h),),
    ),
    Mistake(
        "h is held, or h as well as c",
        "The clamp is on the cell state. h of that unit is o * tanh(to), and changes as its output gate does.",
        INTERVENE,
        (q.stepwise(q.h_in_place_of_c), q.stepwise(q.both)),
    ),
    Mistake(
        "the value is added, or written through the input gate",
        "A clamp takes no account of what the network computes. Put the value in the place of the unit's c.",
        INTERVENE,
        (q.stepwise(q.added), q.stepwise(q.written)),
    ),
    Mistake(
        "h of the held unit lacks its tanh",
        "h shows a cell state through a tanh, a held one too. Compute h = o * tanh(c) from the c that is held.",
        CAUSE,
        (q.stepwise(q.without_tanh),),
    ),
    Mistake(
        "the clamp is on at other steps",
        "The clamp begins with step `start`, counted from 0. Hold the unit at that step and at all later ones.",
        INTERVENE,
        (
            q.asked(lambda unit, to, start: (unit, to, start + 1)),
            q.asked(lambda unit, to, start: (unit, to, 0)),
            q.only_at,
        ),
    ),
    Mistake(
        "another unit is held, or a sequence of the batch",
        "Units are the last axis of c, (B, H), and counted from 0. Hold c[:, unit] for every sequence.",
        INTERVENE,
        (
            q.asked(lambda unit, to, start: (unit - 1, to, start)),
            q.asked(lambda unit, to, start: (unit + 1, to, start)),
            q.batch_row,
        ),
    ),
    Mistake(
        "nothing is held",
        "The results are those of the network as it is. The clamp has to change c.",
        INTERVENE,
        (q.without,),
    ),
)
