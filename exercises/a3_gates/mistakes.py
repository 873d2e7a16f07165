"""The mistakes people make in the exercises on gates, with what each gives; the
exercises take them from here.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a3_gates import biases as b
from exercises.a3_gates import oracles as q
from exercises.a3_gates.oracles import F, G, I, O

LESSON = "notebooks/03_gates.ipynb#"
ORDER = LESSON + "1.-The-blocks-read-in-another-order"
LAYOUT = "notebooks/02_rnns.ipynb#The-shapes"  # lesson 3 has none with the batch first
IFOG = (
    "PyTorch stacks the rows of its weights as i, f, g, o: the candidate g is the third block, the output "
    "gate the fourth. Reading them as i, f, o, g raises no error, because all blocks have the same size."
)

BY_UNIT = (
    "The H rows of i come first, then those of f, of g and of o: the first block is [0:H], not every fourth row [0::4]. "
    "chunk(4, dim=1) or view(B, 4, H) cut it so; view(B, H, 4) reads the four gates of one unit side by side."
)

LSTM_CELL = (
    Mistake("the blocks were read as i, f, o, g", IFOG, ORDER, (q.reordered(I, F, O, G),)),
    Mistake(
        "i and f were exchanged",
        "The first block belongs to the input gate i, the second to the forget gate f. Exchanged, the cell "
        "forgets where it should write and writes where it should forget.",
        ORDER,
        (q.reordered(F, I, G, O),),
    ),
    Mistake(
        "the blocks were read in another library's order",
        "ONNX stores i, o, f, g and TensorFlow 1 stored i, g, f, o, so that much code on the web slices in "
        "their order. PyTorch's is i, f, g, o.",
        ORDER,
        (q.reordered(I, F, O, G), q.reordered(I, G, O, F), q.reordered(I, O, F, G), q.reordered(I, G, F, O)),
    ),
    Mistake("the gates were read unit by unit", BY_UNIT, ORDER, (q.unit_by_unit,)),
    Mistake(
        "one of the two biases was left out",
        "PyTorch's cell adds both b_ih and b_hh before the activations. It does not matter which is which, "
        "but both count.",
        LESSON + "Run",
        (q.without(3), q.without(2)),
    ),
    Mistake(
        "the candidate g went through a sigmoid",
        "Gates are sigmoids because they say how much, from 0 to 1. The candidate g says what to write, "
        "which may be negative: it is a tanh.",
        LESSON + "See",
        (q.sigmoid_candidate,),
    ),
    Mistake(
        "h was computed as o * c, without the tanh",
        "The cell state c has no bound, and h shows it through a tanh: h_new = o * tanh(c_new). Without it "
        "h would grow as c does.",
        LESSON + "c-has-no-bound,-h-has",
        (q.output_without_tanh,),
    ),
    Mistake(
        "h was computed from the old c",
        "The output gate looks at the cell state after this step's update: h_new = o * tanh(c_new). With "
        "the old c the output lags one step behind.",
        LESSON + "Run",
        (q.output_of_old_cell,),
    ),
    Mistake(
        "h and c were exchanged",
        "The step takes and returns the hidden state first, then the cell state: (h_new, c_new), as "
        "nn.LSTMCell does. Both have the same shape, so the exchange raises no error.",
        LESSON + "7.-h-and-c-taken-for-one-another",
        (q.exchanged, q.states_confused),
    ),
    Mistake(
        "the old hidden state was left out",
        "Every gate reads x through W_ih and the old h through W_hh, and the two are added. Without h the "
        "cell cannot react to what it has shown before.",
        LESSON + "See",
        (q.without(1),),
    ),
    Mistake(
        "the graph was cut",
        "The numbers are right, but .data, .detach(), torch.no_grad() or NumPy took them out of autograd's "
        "graph. Such a cell can run, and can never be trained.",
        LESSON + "6.-Gates-computed-from-.data",
        (q.cut_off,),
    ),
    Mistake(
        "the arguments were overwritten with the new state",
        "The results are right, but they were written into the caller's h or c. The old state is needed "
        "for the gradients, and by anybody who wants to take the step again.",
        LESSON + "Run",
        (q.in_place("c"), q.in_place("h"), q.in_place("h", "c")),
    ),
)

_WITH_OUTPUT = q.rows_in_order(I, F, O, G)

GATE_VALUES = (
    Mistake(
        "the blocks were read as i, f, o, g",
        IFOG,
        ORDER,
        (q.misread(read=_WITH_OUTPUT), q.misread(cell=q.reordered(I, F, O, G), read=_WITH_OUTPUT)),
    ),
    Mistake(
        "i and f were exchanged",
        "The first block belongs to the input gate i, the second to the forget gate f. Exchanged, each "
        "carries the other's name.",
        ORDER,
        (
            q.misread(read=q.rows_in_order(F, I, G, O)),
            q.misread(cell=q.reordered(F, I, G, O), read=q.rows_in_order(F, I, G, O)),
        ),
    ),
    Mistake(
        "the gates were read unit by unit",
        BY_UNIT,
        ORDER,
        (q.misread(read=q.rows_by_unit), q.misread(cell=q.unit_by_unit, read=q.rows_by_unit)),
    ),
    Mistake(
        "the gates of time t were computed from h_t",
        "nn.LSTM's output at time t is the state after step t. The gates of step t made it, so they read "
        "the output of step t - 1, and zeros at the first step.",
        LESSON + "See",
        (q.misread(states=lambda output, lstm: output),),
    ),
    Mistake(
        "the gates were returned without their activation",
        "x W_ih.T + h W_hh.T + biases is what a gate is made from, with no bound. The gate itself is the "
        "sigmoid of that, and for g the tanh.",
        LESSON + "See",
        (q.misread(finish=q.raw),),
    ),
    Mistake(
        "the candidate g went through a sigmoid",
        "Gates are sigmoids because they say how much, from 0 to 1. The candidate g says what to write, "
        "which may be negative: it is a tanh.",
        LESSON + "See",
        (q.misread(finish=q.all_sigmoid), q.misread(cell=q.sigmoid_candidate, finish=q.all_sigmoid)),
    ),
    Mistake(
        "one of the two biases was left out",
        "PyTorch's cell adds both bias_ih_l0 and bias_hh_l0 before the activations. It does not matter "
        "which is which, but both count.",
        LESSON + "Run",
        tuple(q.misread(cell=cell, read=q.ignoring(k)) for k in (3, 2) for cell in (None, q.without(k))),
    ),
    Mistake(
        "the hidden state was never carried on",
        "Only the first step starts from zeros. Each later one reads the hidden state that the step before "
        "it left.",
        LESSON + "Run",
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

SET_FORGET_BIAS = (
    Mistake(
        "the value was put into both biases",
        "nn.LSTM adds b_ih and b_hh, so that the gate gets twice the value. Put it into one of them and "
        "zero into the other.",
        LESSON + "3.-The-forget-bias-set-in-both-biases",
        (b.leaving(lambda n, ih, hh, value: b.filled(ih + hh, 2 * value)),),
    ),
    Mistake(
        "only one of the two biases was set",
        "The other one still holds its old numbers, and nn.LSTM adds the two. Set one to the value and the "
        "other to zero.",
        LESSON + "4.-The-forget-bias-set-in-one-bias,-the-other-left-as-drawn",
        (
            b.leaving(lambda n, ih, hh, value: b.filled(ih + hh, value + hh)),
            b.leaving(lambda n, ih, hh, value: b.filled(ih + hh, value + ih)),
        ),
    ),
    Mistake(
        "the value was added instead of set",
        "The total should be the value, whatever was there before. Adding it makes the result depend on the "
        "initialisation, and a second call would add it again.",
        LESSON + "A-forget-gate-is-a-timescale",
        (
            b.leaving(lambda n, ih, hh, value: b.filled(ih + hh, ih + hh + value)),
            b.leaving(lambda n, ih, hh, value: b.filled(ih + hh, ih + hh + 2 * value)),
        ),
    ),
    Mistake(
        "another gate's block was set",
        "The rows are blocks i, f, g, o, each hidden_size long. The forget gate's are the second, from "
        "hidden_size to 2 * hidden_size.",
        LESSON + "2.-The-forget-bias-set-on-the-wrong-rows",
        tuple(variant for block in (I, G, O) for variant in b.in_block(block)),
    ),
    Mistake(
        "the whole bias was set, not the forget gate's block",
        "Only the second quarter of the rows belongs to the forget gate. The others should keep what they "
        "hold.",
        LESSON + "2.-The-forget-bias-set-on-the-wrong-rows",
        (b.in_block(I, F, G, O)),
    ),
    Mistake(
        "only the forward direction was set",
        "A bidirectional nn.LSTM has a second set of parameters for each layer, whose names end in "
        "_reverse. They have forget gates as well.",
        LESSON + "3.-The-forget-bias-set-in-both-biases",
        (b.only_where(lambda name: not name.endswith("_reverse")),),
    ),
    Mistake(
        "only the first layer was set",
        "nn.LSTM has a pair of biases for every layer: bias_ih_l0, bias_ih_l1, ... A loop over the named "
        "parameters reaches all of them.",
        LESSON + "3.-The-forget-bias-set-in-both-biases",
        (b.only_where(lambda name: name.startswith("l0")), b.only_where(lambda name: name == "l0")),
    ),
    Mistake(
        "the biases were replaced by new Parameter objects",
        "An optimizer made before the call holds the old objects and goes on training those, which no "
        "longer matter. Write into the existing parameters, under torch.no_grad().",
        LESSON + "5.-The-loud-one:-a-parameter-changed-in-place-under-autograd",
        (b.replacing("bias"), b.replacing("bias_ih"), b.replacing("bias_hh")),
    ),
    Mistake(
        "nothing was returned",
        "The function changes the module in place and returns that same module, so that calls can be "
        "chained. A function without return gives None.",
        LESSON + "What-a-timescale-is-worth",
        (b.returning_none,),
    ),
)
