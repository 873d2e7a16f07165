"""The mistakes that people make in set_forget_bias, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a3_gates.set_forget_bias import oracle as q
from exercises.a3_gates.shared import F, G, I, O

LESSON = "notebooks/03_gates.ipynb#"

MISTAKES = (
    Mistake(
        "the value was put into both biases",
        "nn.LSTM adds b_ih and b_hh, so that the gate gets twice the value. Put it into one of them and "
        "zero into the other.",
        LESSON + "3.-The-forget-bias-set-in-both-biases",
        (q.leaving(lambda n, ih, hh, value: q.filled(ih + hh, 2 * value)),),
    ),
    Mistake(
        "only one of the two biases was set",
        "The other one still holds its old numbers, and nn.LSTM adds the two. Set one to the value and the "
        "other to zero.",
        LESSON + "4.-The-forget-bias-set-in-one-bias,-the-other-left-as-drawn",
        (
            q.leaving(lambda n, ih, hh, value: q.filled(ih + hh, value + hh)),
            q.leaving(lambda n, ih, hh, value: q.filled(ih + hh, value + ih)),
        ),
    ),
    Mistake(
        "the value was added instead of set",
        "The total should be the value, whatever was there before. Adding it makes the result depend on the "
        "initialisation, and a second call would add it again.",
        LESSON + "A-forget-gate-is-a-timescale",
        (
            q.leaving(lambda n, ih, hh, value: q.filled(ih + hh, ih + hh + value)),
            q.leaving(lambda n, ih, hh, value: q.filled(ih + hh, ih + hh + 2 * value)),
        ),
    ),
    Mistake(
        "another gate's block was set",
        "The rows are blocks i, f, g, o, each hidden_size long. The forget gate's are the second, from "
        "hidden_size to 2 * hidden_size.",
        LESSON + "2.-The-forget-bias-set-on-the-wrong-rows",
        tuple(variant for block in (I, G, O) for variant in q.in_block(block)),
    ),
    Mistake(
        "the whole bias was set, not the forget gate's block",
        "Only the second quarter of the rows belongs to the forget gate. The others should keep what they "
        "hold.",
        LESSON + "2.-The-forget-bias-set-on-the-wrong-rows",
        (q.in_block(I, F, G, O)),
    ),
    Mistake(
        "only the forward direction was set",
        "A bidirectional nn.LSTM has a second set of parameters for each layer, whose names end in "
        "_reverse. They have forget gates as well.",
        LESSON + "3.-The-forget-bias-set-in-both-biases",
        (q.only_where(lambda name: not name.endswith("_reverse")),),
    ),
    Mistake(
        "only the first layer was set",
        "nn.LSTM has a pair of biases for every layer: bias_ih_l0, bias_ih_l1, ... A loop over the named "
        "parameters reaches all of them.",
        LESSON + "3.-The-forget-bias-set-in-both-biases",
        (q.only_where(lambda name: name.startswith("l0")), q.only_where(lambda name: name == "l0")),
    ),
    Mistake(
        "the biases were replaced by new Parameter objects",
        "An optimizer made before the call holds the old objects and goes on training those, which no "
        "longer matter. Write into the existing parameters, under torch.no_grad().",
        LESSON + "5.-A-parameter-changed-in-place-under-autograd",
        (q.replacing("bias"), q.replacing("bias_ih"), q.replacing("bias_hh")),
    ),
    Mistake(
        "nothing was returned",
        "The function changes the module in place and returns that same module, so that calls can be "
        "chained. A function without return gives None.",
        LESSON + "What-a-timescale-is-worth",
        (q.returning_none,),
    ),
)
