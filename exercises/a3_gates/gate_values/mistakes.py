"""The mistakes that people make in gate_values, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a3_gates import shared
from exercises.a3_gates.gate_values import oracle as q
from exercises.a3_gates.shared import BY_UNIT, IFOG, F, G, I, O

LESSON = "notebooks/03_gates.ipynb#"
ORDER = LESSON + "1.-The-blocks-read-in-another-order"
LAYOUT = "notebooks/02_rnns.ipynb#The-shapes"  # lesson 3 has none with the batch first
_WITH_OUTPUT = shared.rows_in_order(I, F, O, G)

MISTAKES = (
    Mistake(
        "the blocks were read as i, f, o, g",
        IFOG,
        ORDER,
        (q.misread(read=_WITH_OUTPUT), q.misread(cell=shared.reordered(I, F, O, G), read=_WITH_OUTPUT)),
    ),
    Mistake(
        "i and f were exchanged",
        "The first block belongs to the input gate i, the second to the forget gate f. Exchanged, each "
        "carries the other's name.",
        ORDER,
        (
            q.misread(read=shared.rows_in_order(F, I, G, O)),
            q.misread(cell=shared.reordered(F, I, G, O), read=shared.rows_in_order(F, I, G, O)),
        ),
    ),
    Mistake(
        "the gates were read unit by unit",
        BY_UNIT,
        ORDER,
        (q.misread(read=shared.rows_by_unit), q.misread(cell=shared.unit_by_unit, read=shared.rows_by_unit)),
    ),
    Mistake(
        "the gates of time t were computed from h_t",
        "nn.LSTM's output at time t is the state after step t. The gates of step t made it, so they read "
        "the output of step t - 1, and zeros at the first step.",
        LESSON + "The-idea",
        (q.misread(states=lambda output, lstm: output),),
    ),
    Mistake(
        "the gates were returned without their activation",
        "x W_ih.T + h W_hh.T + biases is what a gate is made from, with no bound. The gate itself is the "
        "sigmoid of that, and for g the tanh.",
        LESSON + "The-idea",
        (q.misread(finish=q.raw),),
    ),
    Mistake(
        "the candidate g went through a sigmoid",
        "Gates are sigmoids because they say how much, from 0 to 1. The candidate g says what to write, "
        "which may be negative: it is a tanh.",
        LESSON + "The-idea",
        (q.misread(finish=q.all_sigmoid), q.misread(cell=shared.sigmoid_candidate, finish=q.all_sigmoid)),
    ),
    Mistake(
        "one of the two biases was left out",
        "PyTorch's cell adds both bias_ih_l0 and bias_hh_l0 before the activations. It does not matter "
        "which is which, but both count.",
        LESSON + "Experiments",
        tuple(
            q.misread(cell=cell, read=shared.ignoring(k))
            for k in (3, 2)
            for cell in (None, shared.without(k))
        ),
    ),
    Mistake(
        "a bias was added twice",
        "bias_ih_l0 and bias_hh_l0 are two parameters, and each is added once. Where both stand in either "
        "half of the sum, or one of them takes the other's place, the total is another one.",
        LESSON + "Experiments",
        tuple(
            q.misread(cell=cell, read=shared.biased(*times))
            for times in shared.TWICE
            for cell in (None, shared.with_biases(*times))
        ),
    ),
    Mistake(
        "the hidden state was never carried on",
        "Only the first step starts from zeros. Each later one reads the hidden state that the step before "
        "it left.",
        LESSON + "Experiments",
        (q.misread(states=lambda output, lstm: output * 0),),
    ),
    Mistake(
        "time and batch were taken for each other",
        "A module made with batch_first=True reads x as (batch, time, features), any other one as (time, "
        "batch, features). Read the wrong way round, the state runs from sequence to sequence instead of "
        "through time.",
        LAYOUT,
        (q.axes_exchanged,),
    ),
    Mistake(
        "the result has time first although x has the batch first",
        "The gates are right, but their layout should be that of x. A transpose(0, 1) at the end puts it "
        "right.",
        LAYOUT,
        (q.always_time_first,),
    ),
)
