"""The six equations of an LSTM step together, each symbol in the colour that it has in every widget and figure.

Lesson 3 shows them with `draw_equations()`. The names are those of torch.nn.LSTM's documentation.
"""

from __future__ import annotations

from dataclasses import dataclass

from lstmlab.draw.style import COLOURS, INK, PAPER, RULE
from lstmlab.draw.themes import CSS, dark
from lstmlab.gates import LSTM

GATES = {name: LSTM.activations[name] for name in LSTM.blocks}
SIGNS = {"sigmoid": "σ", "tanh": "tanh"}
SPACE = '<mspace width=".2em"></mspace>'
OPEN, CLOSE = (f'<mo stretchy="false">{sign}</mo>' for sign in "()")


@dataclass(frozen=True)
class Equations:
    """Reads as Python where there is no browser; on paper of its own in the colours of the page's theme."""

    def __repr__(self) -> str:
        blocks = [
            f"{gate} = {function}(W_i{gate} @ x + b_i{gate} + W_h{gate} @ h + b_h{gate})"
            for gate, function in GATES.items()
        ]
        return "\n".join([*blocks, "c = f * c + i * g", "h = o * tanh(c)"])

    def _repr_html_(self) -> str:
        blocks = [
            _row(
                _at(gate),
                f"<mi>{SIGNS[function]}</mi>{OPEN}"
                + "<mo>+</mo>".join(
                    [
                        _weight("W", "i", gate) + SPACE + _at("x"),
                        _weight("b", "i", gate),
                        _weight("W", "h", gate) + SPACE + _at("h", "t-1"),
                        _weight("b", "h", gate),
                    ]
                )
                + CLOSE,
            )
            for gate, function in GATES.items()
        ]
        times = "<mo>⊙</mo>"
        states = [
            _row(_at("c"), f"{_at('f')}{times}{_at('c', 't-1')}<mo>+</mo>{_at('i')}{times}{_at('g')}"),
            _row(_at("h"), f"{_at('o')}{times}<mi>tanh</mi>{OPEN}{_at('c')}{CLOSE}"),
        ]
        style = f"background:{PAPER};color:{INK};border:1px solid {RULE};padding:.6em 1em;font-size:1.15em"
        table = f"<mtable>{''.join(blocks + states)}</mtable>"
        shape = "margin:.5em 0;width:fit-content;max-width:100%;overflow-x:auto"
        math = f'<math display="block">{table}</math>'
        return (
            f'<style>{CSS}</style><figure class="lstm-light" style="{shape};{style}">{math}</figure>'
            + dark(f'<figure class="lstm-dark" style="{shape};{style};display:none">{math}</figure>')
        )


def draw_equations() -> Equations:
    """The equations of one step of torch.nn.LSTM: four blocks, the new cell state, the new hidden state."""
    return Equations()


def _row(left: str, right: str) -> str:
    cells = (("right", left), ("center", "<mo>=</mo>"), ("left", right))
    return (
        "<mtr>" + "".join(f'<mtd style="text-align:{side}">{cell}</mtd>' for side, cell in cells) + "</mtr>"
    )


def _at(name: str, time: str = "t") -> str:
    """A value at a time step, in its colour."""
    index = "t" if time == "t" else "t−1"
    return f'<msub style="color:{COLOURS[name]}">{_upright(name)}{_upright(index)}</msub>'


def _weight(name: str, reads: str, gate: str) -> str:
    """A weight or bias, its second letter in the colour of its block."""
    block = f'<mrow style="color:{COLOURS[gate]}">{_upright(gate)}</mrow>'
    return f"<msub>{_upright(name)}<mrow>{_upright(reads)}{block}</mrow></msub>"


def _upright(text: str) -> str:
    """Letters as they are: not every font has a slanted h."""
    return f'<mi mathvariant="normal">{text}</mi>'
