"""What the warm parent of kernels does once; an entry point of the group autograder.rehearsals.

So a kernel that is forked finds the code of the checks warm. Students' kernels are forks, too: nothing here may import
an exercise.
"""

import torch
from torch import Generator, Tensor, nn

from autograder.checking.examine import examine
from autograder.checking.language import Case, Exercise, Property
from autograder.checking.observing.draw import Draw, module, numbers, pull
from autograder.checking.report import as_html


def rehearse() -> None:
    """Grades a layer's own output, with checks that build layers, pull gradients back and try another device.

    The way back through a graph would start PyTorch's threads where it was built for an accelerator.
    """
    watched = [("inputs", "globals"), ("device",)]
    if torch.accelerator.current_accelerator() is None:
        watched.append(("gradients",))
    properties = (
        *(Property(f"batch first: {first}", _sequences(first)) for first in (False, True)),
        *(Property(str(watch), _sequences(), watch=watch) for watch in watched),
    )
    as_html(examine(Exercise("output", _output, properties, ()), _output))


def _output(lstm: nn.LSTM, x: Tensor) -> Tensor:
    output: Tensor = lstm(x)[0]
    return output


def _sequences(batch_first: bool = False) -> Draw:
    def draw(generator: Generator) -> Case:
        args = {
            "lstm": module(generator, "LSTM", 3, 4, batch_first=batch_first),
            "x": numbers(generator, 2, 3, 3),
        }
        return Case(args, pull=pull(generator), operations=100)

    return draw
