"""The mistakes that people make in lstm_param_count, with what each gives.

The order matters: where two explain a result equally well, the first is named.
"""

from autograder.checking.language import Mistake
from exercises.a4_nn_lstm.lstm_param_count import oracle as q

LESSON = "notebooks/04_nn_lstm.ipynb#"
COUNT = LESSON + "Counting-parameters"
PROJ = LESSON + "proj_size"

MISTAKES = (
    Mistake(
        "one bias vector was counted instead of two",
        "nn.LSTM has b_ih and b_hh for every layer and direction, though their sum is all that matters. Both "
        "are parameters.",
        LESSON + "Two-biases",
        (q.counting(biases=1),),
    ),
    Mistake(
        "biases were counted although there are none",
        "With bias=False there is neither b_ih nor b_hh. What is left are the weights.",
        COUNT,
        (q.counting(always_bias=True),),
    ),
    Mistake(
        "no bias was counted",
        "bias=True is the default, and brings two vectors of 4H numbers for every layer and direction. They "
        "count.",
        COUNT,
        (q.counting(biases=0),),
    ),
    Mistake(
        "not four blocks were counted",
        "An LSTM has the blocks i, f, g and o: four times the rows of nn.RNN. Three would be a GRU, or the gates "
        "without the candidate.",
        COUNT,
        (q.counting(gates=3), q.counting(gates=1)),
    ),
    Mistake(
        "every layer was given the first layer's input",
        "Layers after the first do not see x. They read the output of the layer below, of D times H_out features.",
        COUNT,
        (
            q.counting(next_reads=lambda inputs, hidden, out, D: inputs),
            q.counting(next_reads=lambda inputs, hidden, out, D: D * inputs),
        ),
    ),
    Mistake(
        "layers after the first were given one direction's output",
        "With two directions a layer gives 2 H_out features, forward and backward side by side. The next layer "
        "reads both, in each of its directions.",
        COUNT,
        (q.counting(next_reads=lambda inputs, hidden, out, D: out),),
    ),
    Mistake(
        "the second direction was left out",
        "A bidirectional layer has a whole second set of parameters, whose names end in _reverse. All of it "
        "counts.",
        COUNT,
        (q.counting(directions=1),),
    ),
    Mistake(
        "only one layer was counted",
        "num_layers stacks layers, each with parameters of its own. The sum goes over all of them.",
        COUNT,
        (q.counting(layers=1),),
    ),
    Mistake(
        "proj_size was ignored",
        "A projection shrinks h from H to proj_size. That narrows W_hh and what the next layer reads, and adds "
        "W_hr.",
        PROJ,
        (lambda *args: q.counting()(*args[:5]),),
    ),
    Mistake(
        "the projection's own matrix was left out",
        "Beside narrowing W_hh, a projection brings a matrix W_hr (proj_size, H) for every layer and direction. It "
        "has parameters, too.",
        PROJ,
        (q.counting(shrink=lambda hidden, proj: 0),),
    ),
    Mistake(
        "W_hh was counted as if there were no projection",
        "The gates read the projected h, which has proj_size numbers. So W_hh is (4H, proj_size), not (4H, H).",
        PROJ,
        (q.counting(first_rows=lambda hidden, out: hidden),),
    ),
    Mistake(
        "layers after the first were given the unprojected state",
        "What a layer hands up is its output, and that is projected: D times proj_size features. The next layer's "
        "W_ih is as narrow.",
        PROJ,
        (q.counting(next_reads=lambda inputs, hidden, out, D: D * hidden),),
    ),
)
