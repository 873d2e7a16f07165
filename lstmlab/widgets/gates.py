"""The gate explorer: a layer whose gates open and close while its weights are moved.

Lesson 3 shows a `GateExplorer`. The layer is computed in the browser by `recurrence.js` and drawn by `gates.js`;
Python checks what goes in, keeps what was chosen, and draws the static figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import traitlets
from torch import Tensor, nn

from lstmlab.draw.display import Picture
from lstmlab.draw.gate_strips import describe
from lstmlab.gates import LSTM, CellWeights, GateTrace, story_lstm
from lstmlab.inputs import INPUTS, checked_input, input_named
from lstmlab.widgets import figures
from lstmlab.widgets.base import module_of, plain, style_of
from lstmlab.widgets.layers import LIMIT, LayerExplorer

LATER = 3  # steps


class GateExplorer(LayerExplorer):
    """One layer: its cell as a diagram at one step, and x, gates, candidate and states of one unit over time.

    Without `module` it is nn.LSTM(1, 1) that tells a story: `inputs` is one of `INPUTS`, the first unless given, or a
    list of numbers, `steps` (40) counts for the named ones, `forget_bias` and `weights` set where the sliders start.
    With an nn.LSTM, nn.GRU or nn.RNN, trained or fresh, and its input `x` (in its own layout, or (time, input)) it shows
    that layer on sequence `sample` of the batch: `layer`, `reverse` for the backward direction, `unit`. Weights are
    copied.

    Traits, both ways: `params` (weight_ih, weight_hh and bias, the sum of both, in torch's layout; of an nn.GRU also
    bias_h, that of h in the candidate's rows, where bias has that of x alone), `x` (time, input), `step`, `unit`,
    `feature`. Raises ValueError, TypeError or TraitError that say what to pass.
    """

    _esm = module_of("gates")
    _css = style_of("gates")

    _inputs = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        module: nn.RNNBase | None = None,
        x: Tensor | None = None,
        *,
        layer: int = 0,
        reverse: bool = False,
        unit: int = 0,
        feature: int = 0,
        sample: int = 0,
        steps: int | None = None,
        forget_bias: float | None = None,
        inputs: str | Sequence[float] | None = None,
        weights: CellWeights | None = None,
    ) -> None:
        if (module is None) != (x is None):
            raise ValueError(
                "a layer and its input belong together; pass GateExplorer(module, x), or neither."
            )
        story = {"steps": steps, "forget_bias": forget_bias, "inputs": inputs, "weights": weights}
        unused = [name for name, given in story.items() if given is not None]
        if module is not None and unused:
            raise ValueError(
                f"{', '.join(unused)} set up the cell that is shown without a layer; pass GateExplorer(module, x) and "
                "move it afterwards, for example explorer.set('f', bias=3.0)."
            )
        named: dict[str, list[list[float]]] = {}
        if module is None or x is None:
            x = checked_input("two pulses" if inputs is None else inputs, 40 if steps is None else steps)
            module = story_lstm(_checked_weights(weights or CellWeights(), forget_bias))
            named = {name: input_named(name, max(10, len(x)))[:, 0].tolist() for name in INPUTS}
        where = f"layer {layer}, {'backward' if reverse else 'forward'}" if not named else ""
        super().__init__(
            module, x, layer, reverse, sample, _inputs=named, _where=where, unit=unit, feature=feature
        )
        sizes = [abs(row[feature]) for row in self.x]
        # Some steps after the largest input was read: at that step itself a forget gate may have nothing to keep yet.
        after = sizes.index(max(sizes)) + (-LATER if reverse else LATER)
        self.step = min(max(after, 0), len(self.x) - 1)

    @property
    def trace(self) -> GateTrace:
        """What is shown, as `trace_gates` gives it: x (time, 1, input), the others (time, 1, hidden), float64."""
        return self._traced(self.params, self.x)

    @property
    def weights(self) -> CellWeights:
        """The twelve numbers of the shown unit: weights of the shown feature and of its own h, and biases.

        Raises ValueError for a layer that is no nn.LSTM.
        """
        if self.cell is not LSTM:
            raise ValueError("only an LSTM's unit has these twelve numbers; read explorer.params.")
        rows = [block * self._units + self.unit for block in range(4)]
        columns = (
            tuple(self.params["weight_ih"][row][self.feature] for row in rows),
            tuple(self.params["weight_hh"][row][self.unit] for row in rows),
            tuple(self.params["bias"][row] for row in rows),
        )
        return CellWeights(*columns)

    # -- without a front end --------------------------------------------------------------------------------

    def picture(self) -> Picture:
        trace = self.trace
        trace = replace(trace, x=trace.x[:, :, self.feature :][:, :, :1])  # a figure draws one feature
        return Picture(figures.strips(trace, self.step, self.unit), describe(trace, self.step, self.unit))


def _checked_weights(weights: CellWeights, forget_bias: float | None) -> CellWeights:
    """Return `weights` with `forget_bias` in place, or raise TypeError or ValueError."""
    if not isinstance(weights, CellWeights):
        raise TypeError(
            f"weights is a {type(weights).__name__}; pass CellWeights, for example CellWeights(bias=(-2.5, 3, 0, 1))."
        )
    if forget_bias is not None:
        i, _, g, o = weights.bias
        weights = replace(weights, bias=(i, forget_bias, g, o))
    for number in (*weights.weight_x, *weights.weight_h, *weights.bias):
        number = plain(number)
        if not isinstance(number, int | float) or not -LIMIT <= number <= LIMIT:
            raise ValueError(
                f"a slider cannot start at {number!r}; pass numbers from {-LIMIT:g} to {LIMIT:g}, "
                "for example GateExplorer(forget_bias=3.0)."
            )
    return weights
