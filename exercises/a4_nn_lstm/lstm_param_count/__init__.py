"""lstm_param_count: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

from autograder.checking.language import Exercise, Property
from exercises.a4_nn_lstm import counts
from exercises.a4_nn_lstm.lstm_param_count import oracle
from exercises.a4_nn_lstm.lstm_param_count.hints import HINTS
from exercises.a4_nn_lstm.lstm_param_count.mistakes import MISTAKES
from exercises.recurrent import GUARD

EXERCISE = Exercise(
    "lstm_param_count",
    oracle.lstm_param_count,
    (
        Property("One layer with the default arguments.", counts(), weight=2),
        Property("Several layers.", counts(3)),
        Property("Without biases.", counts(2, False)),
        Property("Two directions.", counts(1, True, True)),
        Property("Layers and directions together.", counts(3, True, True), weight=2),
        Property("A projection.", counts(1, True, False, True)),
        Property(
            "A projection in layers and directions, without biases.", counts(3, False, True, True), weight=2
        ),
        Property("Small sizes.", counts(2, True, True, False, least=1, most=4)),
        Property("The random state and torch's settings stay as they were.", counts(2), watch=("globals",)),
    ),
    MISTAKES,
    HINTS,
    guard=GUARD,
)
