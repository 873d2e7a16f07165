"""The gradient explorer: how far back a gradient reaches, in an LSTM and in an RNN, by lag on a log axis.

Lesson 7 shows a `GradientExplorer`. Both layers are run and differentiated in the browser by `backward.js`, which
the tests hold against autograd; Python makes the layers, checks what goes in, and draws the static figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import traitlets
from torch import Tensor, nn

from lstmlab.draw.display import Picture
from lstmlab.gates import trace_gates
from lstmlab.widgets import figures
from lstmlab.widgets.base import Explorer, checked_seed, module_of, style_of
from lstmlab.widgets.layers import load, params_of

INPUTS, UNITS, LONGEST = 8, 32, 200
RANGES = {"forget_bias": (-2.0, 8.0), "scale": (0.0, 6.0), "length": (10, LONGEST), "clip": (0.0, 1e4)}


@dataclass(frozen=True)
class Lags:
    """By lag, lag 0 first, (length + 1,) float64 each: gradients of both layers, and the forget gates' product."""

    lstm: Tensor
    rnn: Tensor
    highway: Tensor


class GradientExplorer(Explorer):
    """The gradient of the last output with respect to the input at each lag: nn.LSTM(8, 32) and nn.RNN(8, 32).

    Both are fresh from `seed`, as in lesson 7's table, and read noise. Traits, both ways: `forget_bias`; `scale`,
    which multiplies the recurrent weights of both; `length` in steps; `clip`, the norm that the LSTM's whole
    gradient is clipped to, 0 for none; `lag`, where the numbers are read. Beyond a scale of about 4 the RNN is
    chaotic: what torch and the browser compute then differs in more than the last digits where it explodes, though
    both are right to rounding at each step. Raises TraitError that says what to pass.
    """

    MOVED = ("forget_bias", "scale", "length", "clip", "lag")
    _esm = module_of("gradients")
    _css = style_of("gradients")

    forget_bias = traitlets.Float(0.0).tag(sync=True)
    scale = traitlets.Float(1.0).tag(sync=True)
    length = traitlets.Int(100).tag(sync=True)
    clip = traitlets.Float(0.0).tag(sync=True)
    lag = traitlets.Int(50).tag(sync=True)
    _lstm = traitlets.Dict().tag(sync=True)
    _rnn = traitlets.Dict().tag(sync=True)
    _x: traitlets.List[list[float]] = traitlets.List().tag(sync=True)

    def __init__(self, forget_bias: float = 0.0, *, seed: int = 0, **moved: Any) -> None:
        unknown = sorted(set(moved) - set(self.MOVED))
        if unknown:
            raise TypeError(f"no argument {', '.join(unknown)}; pass seed or one of {', '.join(self.MOVED)}.")
        checked_seed(seed)
        layers: list[nn.RNNBase] = []
        for kind in (nn.LSTM, nn.RNN):
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                layers.append(kind(INPUTS, UNITS).double())
        noise = torch.Generator().manual_seed(seed)
        x = torch.randn(LONGEST + 1, INPUTS, dtype=torch.float64, generator=noise)
        if isinstance(moved.get("length"), int):  # what is none, traitlets refuses
            moved.setdefault("lag", max(1, moved["length"] // 2))
        super().__init__(
            forget_bias=forget_bias,
            _lstm=params_of(layers[0]),
            _rnn=params_of(layers[1]),
            _x=x.tolist(),
            **moved,
        )

    @traitlets.validate(*RANGES)
    def _check_range(self, proposal: traitlets.Bunch) -> float:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = RANGES[name]
        if not low <= value <= high:
            raise traitlets.TraitError(f"{name}={value}; pass a number from {low:g} to {high:g}.")
        return value

    @traitlets.validate("lag")
    def _check_lag(self, proposal: traitlets.Bunch) -> int:
        if not 1 <= proposal["value"] <= self.length:
            raise traitlets.TraitError(f"lag={proposal['value']}; pass 1 to {self.length}, the length.")
        return proposal["value"]

    @traitlets.observe("length")
    def _keep_lag_inside(self, change: traitlets.Bunch) -> None:
        self.lag = min(self.lag, self.length)

    @property
    def lags(self) -> Lags:
        """What is shown, computed by torch's autograd; before clipping."""
        x = torch.tensor(self._x[-self.length - 1 :], dtype=torch.float64)[:, None]
        x.requires_grad_()
        lstm, rnn = nn.LSTM(INPUTS, UNITS).double(), nn.RNN(INPUTS, UNITS).double()
        for layer, weights in ((lstm, self._lstm), (rnn, self._rnn)):
            scaled = (self.scale * torch.tensor(weights["weight_hh"], dtype=torch.float64)).tolist()
            load(layer, {**weights, "weight_hh": scaled})
        lstm.get_parameter("bias_ih_l0")[UNITS : 2 * UNITS] = self.forget_bias
        norms = []
        for layer in (lstm, rnn):
            (grad,) = torch.autograd.grad(layer(x)[0][-1].sum(), x)  # (time, batch, input)
            norms.append(grad[:, 0].norm(dim=1).flip(0))  # (lag,)
        f = trace_gates(lstm, x).f.detach()[1:, 0].flip(0)  # (lag, hidden), the last step's gate first
        highway = torch.cat([torch.ones(1, UNITS, dtype=f.dtype), f.cumprod(0)]).mean(1)
        return Lags(norms[0], norms[1], highway)

    def picture(self) -> Picture:
        lags = self.lags
        return Picture(self._svg(lags), self._alt(lags))

    def _alt(self, lags: Lags) -> str:
        lstm, rnn, gates = (
            f"{curve[self.length] / (curve[1] or 1):.1e}"  # 0 where nothing comes even to lag 1
            for curve in (lags.lstm, lags.rnn, lags.highway)
        )
        clipped = ""
        if self.clip and lags.lstm.norm() > self.clip:
            clipped = (
                f" Clipped to norm {self.clip:g}, the LSTM's is {self.clip / lags.lstm.norm():.1e} times it."
            )
        return (
            f"Gradient of the last output by lag, log scale, over {self.length} steps; forget bias "
            f"{self.forget_bias:g}, recurrent weights times {self.scale:g}. At lag {self.length}, relative to lag "
            f"1: nn.LSTM {lstm}, nn.RNN {rnn}, the product of the forget gates {gates}.{clipped}"
        )

    def _svg(self, lags: Lags) -> bytes:
        curves = (
            ("h", "nn.RNN", lags.rnn.tolist()),
            ("f", "forget gates alone", (lags.highway * lags.lstm[0]).tolist()),
            ("c", "nn.LSTM", lags.lstm.tolist()),
        )
        factor = self.clip / lags.lstm.norm().item() if self.clip else 1.0
        return figures.lags(curves, (lags.lstm * factor).tolist() if factor < 1 else None)
