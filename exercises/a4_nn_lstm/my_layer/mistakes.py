"""The mistakes that people make in my_layer; `key` says what each of them gives on a layer."""

from autograder.checking.language import Mistake

GATES = "notebooks/03_gates.ipynb#"
LESSON = "notebooks/04_nn_lstm.ipynb#"
TIMESCALE = GATES + "A-forget-gate-is-a-timescale"

NO_INPUT = "the input at rest was left out of the forget gate"
ONE_BIAS = "one of the two biases was left out of the forget gate"
JUMPS = "a unit that is set anew by each mark was taken for the one that counts"
LONGEST = "the unit with the longest memory was taken for the one that counts"
GOES_ON = "the count was taken to go on"
TRAINED_ON = "the count was taken to stop where training did"

MISTAKES = (
    Mistake(
        NO_INPUT,
        "The gate is the sigmoid of the biases and of what the input adds. At rest the input is not zero: it is idle, "
        "and its row of weight_ih_l0 counts.",
        TIMESCALE,
        (),
    ),
    Mistake(
        ONE_BIAS,
        "nn.LSTM has bias_ih_l0 and bias_hh_l0, and adds both. Each of them alone says nothing about the gate.",
        LESSON + "Two-biases",
        (),
    ),
    Mistake(
        JUMPS,
        "At a mark this unit takes a new value and loses the old one. After two marks it is where it was after one. "
        "Compare the cell state after one, two and three marks.",
        GATES + "h-is-bounded,-c-is-not",
        (),
    ),
    Mistake(
        LONGEST,
        "A forget gate near 1 keeps what is there. Whether a mark adds something is the affair of the input gate: look "
        "at what a mark changes.",
        TIMESCALE,
        (),
    ),
    Mistake(
        GOES_ON,
        "The cell state may go on, but h is a tanh of it, and the head reads h. Run the layer on a longer sequence and "
        "look.",
        GATES + "h-is-bounded,-c-is-not",
        (),
    ),
    Mistake(
        TRAINED_ON,
        "Nothing in the layer knows how long the training sequences were. What it says beyond them has to be measured.",
        GATES + "h-is-bounded,-c-is-not",
        (),
    ),
)
