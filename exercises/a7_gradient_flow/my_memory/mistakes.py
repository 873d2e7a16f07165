"""The mistakes that people make in my_memory; `key` says what each of them gives on a network."""

from autograder.checking.language import Mistake

RNNS = "notebooks/02_rnns.ipynb#"
LESSON = "notebooks/07_gradient_flow.ipynb#"

NO_SLOPE = "the slope of tanh was left out of the factor"
NORM = "the norm of one step was taken for the factor of many"
HALF = "half was taken for a hundredth"
LARGEST = "the unit with the largest state was taken for the one that the gradient reaches"
ARRIVES = "the unit into which most is written was taken for the one that the gradient reaches"

MISTAKES = (
    Mistake(
        NO_SLOPE,
        "A step back multiplies by W_hh and by the slope of tanh, 1 - h². At rest h is not zero, so the slope is below "
        "1, for each unit another.",
        RNNS + "How-far-back-it-can-learn",
        (),
    ),
    Mistake(
        NORM,
        "A matrix can stretch some vector in one step and shrink all of them in the long run. What many steps multiply "
        "by at each is the largest size of an eigenvalue.",
        RNNS + "How-fast-it-forgets",
        (),
    ),
    Mistake(
        HALF,
        "Your lag is the one at which half is left. Go on until less than a hundredth is left: that takes several "
        "times as many steps.",
        RNNS + "How-fast-it-forgets",
        (),
    ),
    Mistake(
        LARGEST,
        "A large state has a small slope. Which earlier unit counts is in the gradient: look at its entries 40 steps "
        "back.",
        LESSON + "The-other-ways",
        (),
    ),
    Mistake(
        ARRIVES,
        "Going forward, most arrives in this unit. The gradient goes the other way, through the columns of W_hh: it "
        "reaches the unit that the others read.",
        LESSON + "The-other-ways",
        (),
    ),
)
