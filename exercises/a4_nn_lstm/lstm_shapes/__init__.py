"""lstm_shapes: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

from autograder.checking.language import Exercise, Property
from exercises.a4_nn_lstm import sizes
from exercises.a4_nn_lstm.lstm_shapes import oracle
from exercises.a4_nn_lstm.lstm_shapes.hints import HINTS
from exercises.a4_nn_lstm.lstm_shapes.mistakes import MISTAKES
from exercises.recurrent import GUARD

EXERCISE = Exercise(
    "lstm_shapes",
    oracle.lstm_shapes,
    (
        Property("One layer, time first.", sizes()),
        Property("Several layers.", sizes(3)),
        Property("With batch_first=True, output alone is batch first.", sizes(2, True), weight=2),
        Property("Two directions.", sizes(1, False, True)),
        Property("Layers, directions and batch_first together.", sizes(2, True, True), weight=2),
        Property("A projection.", sizes(1, False, False, True)),
        Property("Everything together.", sizes(3, True, True, True), weight=2),
        Property("Without a batch.", sizes(2, batch=False)),
        Property(
            "Without a batch, in two directions, batch_first=True.", sizes(2, True, True, False, batch=False)
        ),
        Property("The random state and torch's settings stay as they were.", sizes(2), watch=("globals",)),
    ),
    MISTAKES,
    HINTS,
    authority="nn.LSTM",
    guard=GUARD,
)
