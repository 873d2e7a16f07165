"""The mistakes that people make in selectivity, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a11_inside.sections import PROBE
from exercises.a11_inside.selectivity import oracle as q

MISTAKES = (
    Mistake(
        "the accuracy of the probe is not compared with its control",
        "The selectivity is a difference. Subtract the accuracy of the control from that of the probe.",
        PROBE,
        (q.probing(end=lambda probe, ground: (probe, ground)),),
    ),
    Mistake(
        "the difference has the other sign, or the results are exchanged",
        "First the selectivity, probe minus control, then the control's accuracy. It is below 0 where the control is "
        "better.",
        PROBE,
        (
            q.probing(end=lambda probe, ground: (ground - probe, ground)),
            q.probing(end=lambda probe, ground: (ground, probe - ground)),
            q.probing(end=lambda probe, ground: (probe - ground, probe)),
        ),
    ),
    Mistake(
        "the probe has no intercept",
        "States have a level of their own. A column of ones beside the states lets the probe add a constant.",
        PROBE,
        (q.probing(q.without_intercept),),
    ),
    Mistake(
        "it is tried on the steps that it learned from",
        "A probe fits what it was fitted to. It is tried on the steps from `train` on, and on those alone.",
        PROBE,
        (q.probing(tried=lambda train: slice(train)), q.probing(tried=lambda train: slice(None))),
    ),
    Mistake(
        "it learned from later steps",
        "Then it knows the steps that it is tried on. It learns from the first `train` steps.",
        PROBE,
        (
            q.probing(learned=lambda train: slice(None)),
            q.probing(learned=lambda train: slice(train, None)),
            q.probing(learned=lambda train: slice(train, None), tried=lambda train: slice(train)),
        ),
    ),
    Mistake(
        "the control was not fitted anew",
        "The control is a probe of its own. Fit it to the random labels, and compare what it says with those.",
        PROBE,
        (q.not_fitted_again, q.probing(truth=lambda labels, random: labels)),
    ),
    Mistake(
        "the control's labels are not those of the kinds",
        "Steps of the same kind have different labels in your control. Step t has the kind kinds[t], so give it the "
        "label drawn[kinds[t]], the same one each time that this kind comes.",
        PROBE,
        (
            q.probing(control=lambda labels, kinds, drawn: drawn.repeat(len(kinds))[: len(kinds)]),
            q.probing(control=lambda labels, kinds, drawn: kinds % 2),
        ),
    ),
    Mistake(
        "the threshold is not a half",
        "The probe's numbers lie about 0 for the label 0 and about 1 for the label 1. It says 1 above a half.",
        PROBE,
        (q.probing(threshold=0.0),),
    ),
    Mistake(
        "the commonest label stands in place of the control",
        "It is worth showing, and answers another question. The control is a probe that learned random labels.",
        PROBE,
        (q.above_the_commonest,),
    ),
)
