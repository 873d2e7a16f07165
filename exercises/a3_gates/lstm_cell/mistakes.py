"""The mistakes that people make in lstm_cell, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a3_gates import shared
from exercises.a3_gates.lstm_cell import oracle as q
from exercises.a3_gates.shared import BY_UNIT, IFOG, F, G, I, O

LESSON = "notebooks/03_gates.ipynb#"
ORDER = LESSON + "1.-The-blocks-read-in-another-order"

MISTAKES = (
    Mistake("the blocks were read as i, f, o, g", IFOG, ORDER, (shared.reordered(I, F, O, G),)),
    Mistake(
        "i and f were exchanged",
        "The first block belongs to the input gate i, the second to the forget gate f. Exchanged, the cell "
        "forgets where it should write and writes where it should forget.",
        ORDER,
        (shared.reordered(F, I, G, O),),
    ),
    Mistake(
        "the blocks were read in another library's order",
        "ONNX stores i, o, f, g and TensorFlow 1 stored i, g, f, o, so that much code on the web slices in "
        "their order. PyTorch's is i, f, g, o.",
        ORDER,
        (
            shared.reordered(I, F, O, G),
            shared.reordered(I, G, O, F),
            shared.reordered(I, O, F, G),
            shared.reordered(I, G, F, O),
        ),
    ),
    Mistake("the gates were read unit by unit", BY_UNIT, ORDER, (shared.unit_by_unit,)),
    Mistake(
        "one of the two biases was left out",
        "PyTorch's cell adds both b_ih and b_hh before the activations. It does not matter which is which, "
        "but both count.",
        LESSON + "Experiments",
        (shared.without(3), shared.without(2)),
    ),
    Mistake(
        "a bias was added twice",
        "b_ih and b_hh are two parameters, and each is added once. Where both stand in either half of the "
        "sum, or one of them takes the other's place, the total is another one.",
        LESSON + "Experiments",
        tuple(shared.with_biases(*times) for times in shared.TWICE),
    ),
    Mistake(
        "the candidate g went through a sigmoid",
        "Gates are sigmoids because they say how much, from 0 to 1. The candidate g says what to write, "
        "which may be negative: it is a tanh.",
        LESSON + "The-idea",
        (shared.sigmoid_candidate,),
    ),
    Mistake(
        "h was computed as o * c, without the tanh",
        "The cell state c has no bound, and h shows it through a tanh: h_new = o * tanh(c_new). Without it "
        "h would grow as c does.",
        LESSON + "h-is-bounded,-c-is-not",
        (q.output_without_tanh,),
    ),
    Mistake(
        "h was computed from the old c",
        "The output gate looks at the cell state after this step's update: h_new = o * tanh(c_new). With "
        "the old c the output lags one step behind.",
        LESSON + "Experiments",
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
        LESSON + "The-idea",
        (shared.without(1),),
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
        LESSON + "Experiments",
        (q.in_place("c"), q.in_place("h"), q.in_place("h", "c")),
    ),
)
