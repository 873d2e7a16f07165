"""The state stepper: a plain RNN walked step by step, unrolled over time and folded into one cell.

Lesson 2 shows a `StateStepper`. The layer is computed in the browser by `recurrence.js` and drawn by `stepper.js`;
Python checks what goes in, keeps what was chosen, and draws the static figure.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lstmlab.draw.display import Picture
from lstmlab.widgets import figures
from lstmlab.widgets.base import checked_seed, module_of, style_of
from lstmlab.widgets.layers import LayerExplorer


class StateStepper(LayerExplorer):
    """One layer of an nn.RNN on one sequence: the input, the hidden state, and what each step multiplies.

    Without `rnn` it is nn.RNN(2, 3) on five steps of noise, from `seed`. With one, trained or fresh, tanh or ReLU, and
    its input `x` (in its own layout, or (time, input)) it walks through sequence `sample` of the batch: `layer`,
    `reverse` for the backward direction, `unit`, `feature` of its input. At most 12 units, 12 features and 60 steps:
    more could not be read. Weights are copied.

    Traits, both ways: `params` (weight_ih, weight_hh and bias, the sum of both, in nn.RNN's layout), `x`
    (time, input), `step`, `unit`, `feature`. Raises ValueError, TypeError or TraitError that say what to pass.
    """

    _esm = module_of("stepper")
    _css = style_of("stepper")

    def __init__(
        self,
        rnn: nn.RNN | None = None,
        x: Tensor | None = None,
        *,
        layer: int = 0,
        reverse: bool = False,
        unit: int = 0,
        feature: int = 0,
        sample: int = 0,
        seed: int = 0,
    ) -> None:
        if (rnn is None) != (x is None):
            raise ValueError("a layer and its input belong together; pass StateStepper(rnn, x), or neither.")
        if rnn is None or x is None:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(checked_seed(seed))
                rnn, x = nn.RNN(2, 3), torch.randn(5, 2)
        if not isinstance(rnn, nn.RNN):
            better = " GateExplorer shows an nn.LSTM or nn.GRU." if isinstance(rnn, nn.LSTM | nn.GRU) else ""
            raise TypeError(f"got a {type(rnn).__name__}; pass an nn.RNN and its input, a tensor.{better}")
        deep = rnn.num_layers > 1 or rnn.bidirectional
        where = f"layer {layer}, {'backward' if reverse else 'forward'}" if deep else ""
        super().__init__(rnn, x, layer, reverse, sample, _where=where, unit=unit, feature=feature)
        self.step = len(self.x) // 2  # so that there is an old state to look at

    def _require_small(self, layer: nn.RNNBase, x: Tensor, sample: int) -> None:
        super()._require_small(layer, x, sample)
        if layer.hidden_size > 12 or layer.input_size > 12 or x.shape[0] > 60:
            raise ValueError(
                f"{layer.hidden_size} units, {layer.input_size} features, {x.shape[0]} steps; pass at most 12, 12 "
                "and 60, for example x[:60]."
            )

    @property
    def states(self) -> Tensor:
        """h after each step, (time, hidden), float64, in the order of time; computed by torch."""
        return self._traced(self.params, self.x).h[:, 0]

    def picture(self) -> Picture:
        return Picture(self._svg(), self._alt())

    def _alt(self) -> str:
        steps, units = len(self.x), self._units
        state = " ".join(f"{value:.2f}" for value in self.states[self.step].tolist())
        read = " ".join(f"{value:.2f}" for value in self.x[self.step])
        path = ", ".join(f"{value:.2f}" for value in self.states[:, self.unit].tolist()[:12])
        return (
            f"An RNN of {units} unit{'s' * (units > 1)} over {steps} steps, input and hidden state as coloured cells. "
            f"At step {self.step} it reads {read} and its state becomes {state}. Unit {self.unit}, step by step: "
            f"{path}{' ...' if steps > 12 else ''}."
        )

    def _svg(self) -> bytes:
        h, x = self.states.T.tolist(), torch.tensor(self.x, dtype=torch.float64).T.tolist()
        return figures.cells((("state h", "h", h), ("input x", "x", x)), self.step)
