"""The equations that lessons show are those that nn.LSTM computes."""

import re

import torch
from torch import nn

from lstmlab.draw.equations import draw_equations
from lstmlab.draw.style import COLOURS


def test_the_equations_read_as_python_compute_what_nn_lstm_does() -> None:
    cell = nn.LSTMCell(5, 3)
    x, h, c = torch.randn(5), torch.randn(3), torch.randn(3)
    expected = cell(x, (h, c))
    names = {"x": x, "h": h, "c": c, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
    parameters = {"W_i": cell.weight_ih, "W_h": cell.weight_hh, "b_i": cell.bias_ih, "b_h": cell.bias_hh}
    for name, parameter in parameters.items():
        names |= {f"{name}{gate}": block for gate, block in zip("ifgo", parameter.chunk(4), strict=True)}
    exec(repr(draw_equations()), names)
    assert torch.allclose(torch.stack([names["h"], names["c"]]), torch.stack(expected), atol=1e-6)


def test_each_symbol_has_the_colour_of_the_widgets_and_the_rows_are_those_of_the_text() -> None:
    page, text = draw_equations()._repr_html_().split("</figure>")[0], repr(draw_equations())
    rows = re.findall(r"<mtr>(.*?)</mtr>", page)
    assert len(rows) == 6
    for row, line in zip(rows, text.splitlines(), strict=True):
        shown = re.sub(r"<[^>]+>", "", row)
        plain = line.replace("sigmoid", "σ").replace(" @ ", "").replace(" * ", "⊙").replace(" ", "")
        assert shown.replace("t−1", "").replace("tanh", "@").replace("t", "") == plain.replace(
            "_", ""
        ).replace("tanh", "@")
    for colour, name in re.findall(r'<msub style="color:(#\w+)"><mi mathvariant="normal">(\w)</mi>', page):
        assert colour == COLOURS[name]
    assert set(re.findall(r'<msub style="color:#\w+"><mi mathvariant="normal">(\w)</mi>', page)) == set(
        "xifgoch"
    )
