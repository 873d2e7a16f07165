"""What nn.LSTM takes, keeps and returns, drawn from a layer that ran. Lesson `04_nn_lstm` calls all of it.

`step_states` gives the states that torch computes and does not return; `draw_returns`, `draw_layouts` and
`draw_blocks` are figures made from a real layer, so they cannot disagree with it.
"""

from __future__ import annotations

import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from torch import Tensor, nn

from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import COLOURS, DIM, INK, NAMES, RULE
from lstmlab.gates import GATES


def step_states(lstm: nn.LSTM, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return h and c of every layer at every step: (layers, time, batch, features) each.

    `x` is batched, in the layer's own layout; the state starts at zero. Steps are fed one at a time, so every
    number is torch's own. Raises ValueError for a bidirectional layer, whose second direction starts at the
    end, for dropout in training, which differs from call to call, and for an input without a batch.
    """
    if lstm.bidirectional or (lstm.training and lstm.dropout):
        raise ValueError(
            f"step_states feeds one step after the other; this layer has bidirectional={lstm.bidirectional}, "
            f"dropout={lstm.dropout}. Pass a one-direction layer, after lstm.eval() if it has dropout."
        )
    if x.dim() != 3:
        raise ValueError(f"x has shape {tuple(x.shape)}; pass a batch, three axes.")
    axis = 1 if lstm.batch_first else 0
    state, steps = None, []
    for piece in x.split(1, dim=axis):
        _, state = lstm(piece, state)
        steps.append(state)
    h, c = (torch.stack(states, dim=1) for states in zip(*steps, strict=True))
    return h, c


def draw_returns(lstm: nn.LSTM, x: Tensor, unit: int = 0) -> Picture:
    """Draw h and c of `unit` in the first sequence, layer by layer and step by step, and frame what returns.

    Raises what `step_states` raises.
    """
    with torch.no_grad():
        states = dict(zip("hc", step_states(lstm, x), strict=True))
    layers, steps = states["h"].shape[:2]
    fig = Figure(figsize=(8.2, 1.9 + 0.55 * layers))
    for name, panel in zip("hc", fig.subplots(1, 2), strict=True):
        values = states[name][:, :, 0, unit]  # (layers, time)
        _grid(panel, name, values)
        if name == "h":
            _frame(panel, (-0.47, layers - 1.47), (steps - 0.06, 0.94), "h")
            panel.text(-0.45, layers - 0.36, "output", color=COLOURS["h"], weight="bold")
        _frame(panel, (steps - 1.41, -0.41), (0.82, layers - 0.18), name)
        panel.text(steps - 1, -0.86, f"{name}_n", color=COLOURS[name], weight="bold", ha="center")
    fig.subplots_adjust(left=0.09, right=0.985, top=0.83, bottom=0.04, wspace=0.22)
    top, last = states["h"][-1, :, 0, unit].tolist(), states["c"][:, -1, 0, unit].tolist()
    return picture(
        fig,
        f"Two grids of {layers} layers by {steps} steps, the hidden state h and the cell state c of unit "
        f"{unit}. The output is the top row of h: {_numbers(top)}. h_n is the last column of h: "
        f"{_numbers(states['h'][:, -1, 0, unit].tolist())}, bottom layer first. c_n is the last column of c: "
        f"{_numbers(last)}. All other values are not returned.",
    )


def _numbers(values: list[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def _grid(panel: Axes, name: str, values: Tensor) -> None:
    """A box for each layer and step with its number; what is returned is filled, the rest is grey."""
    layers, steps = values.shape
    for layer in range(layers):
        for step in range(steps):
            returned = step == steps - 1 or (name == "h" and layer == layers - 1)
            fill = to_rgba(COLOURS[name], 0.16) if returned else "white"
            panel.add_patch(Rectangle((step - 0.34, layer - 0.3), 0.68, 0.6, fc=fill, ec=RULE))
            panel.text(step, layer, f"{values[layer, step].item():.2f}", ha="center", va="center",
                       fontsize=9.5, color=INK if returned else DIM)  # fmt: skip
    panel.set(xlim=(-0.6, steps - 0.4), ylim=(-1.05, layers))
    panel.set_xticks(range(steps), [f"step {step}" for step in range(steps)])
    panel.set_yticks(range(layers), [f"layer {layer}" for layer in range(layers)])
    panel.xaxis.tick_top()
    panel.set_title(f"{NAMES[name]} {name}", color=COLOURS[name], pad=8)
    panel.tick_params(length=0)
    panel.grid(False)
    for spine in panel.spines.values():
        spine.set_visible(False)


def _frame(panel: Axes, corner: tuple[float, float], size: tuple[float, float], name: str) -> None:
    style = "round,pad=0,rounding_size=0.12"
    panel.add_patch(FancyBboxPatch(corner, *size, boxstyle=style, fill=False, ec=COLOURS[name], lw=2))


def draw_layouts(
    time: int = 7, batch: int = 3, features: int = 5, hidden: int = 15, layers: int = 2
) -> Picture:
    """Draw the axes of x, output, h_n and c_n with and without batch_first, the batch axis filled.

    The shapes come from running both layers; `batch` must differ from the other sizes to be found again.
    """
    if batch in (time, features, hidden, layers):
        raise ValueError(f"batch={batch} equals another size; pass sizes that can be told apart.")
    fig = Figure(figsize=(8.2, 3.3))
    parts = []
    for panel, batch_first in zip(fig.subplots(1, 2), (False, True), strict=True):
        with torch.random.fork_rng(devices=[]):  # a picture must not change what the next torch.randn returns
            lstm = nn.LSTM(features, hidden, num_layers=layers, batch_first=batch_first)
        x = torch.zeros((batch, time, features) if batch_first else (time, batch, features))
        output, (h_n, c_n) = lstm(x)
        panel.set(xlim=(-1.15, 3), ylim=(3.6, -0.9))
        panel.axis("off")
        panel.set_title(f"batch_first={batch_first}")
        said = []
        tensors = {"x": x, "output": output, "h_n": h_n, "c_n": c_n}
        for row, (name, tensor) in enumerate(tensors.items()):
            _axes_of(panel, row, name, tuple(tensor.shape), batch, time)
            said.append(f"{name} {tuple(tensor.shape)}")
        parts.append(f"batch_first={batch_first}: " + ", ".join(said))
    fig.subplots_adjust(left=0.01, right=0.99, top=0.9, bottom=0.02, wspace=0.08)
    moved = "The batch is axis 1 everywhere by default; batch_first moves it to axis 0 in x and output only."
    return picture(fig, f"Axes of four tensors of size batch {batch}. {'. '.join(parts)}. {moved}")


def _axes_of(panel: Axes, row: int, name: str, shape: tuple[int, ...], batch: int, time: int) -> None:
    """One tensor as a row of boxes, one for each axis, with its size; the batch axis is filled."""
    colour = COLOURS[name[0]] if name != "output" else COLOURS["h"]
    panel.text(-0.15, row, name, ha="right", va="center", color=colour, weight="bold")
    for axis, size in enumerate(shape):
        is_batch = size == batch
        word = "batch" if is_batch else "time" if size == time else "layers" if axis == 0 else "features"
        panel.add_patch(Rectangle((axis + 0.03, row - 0.36), 0.94, 0.72, ec=colour, lw=1.5,
                                  fc=to_rgba(colour, 0.25) if is_batch else "white"))  # fmt: skip
        panel.text(axis + 0.5, row, f"{word} {size}", ha="center", va="center", fontsize=10,
                   color=INK, weight="bold" if is_batch else "normal")  # fmt: skip
    if row == 0:
        for axis in range(3):
            panel.text(axis + 0.5, -0.62, f"axis {axis}", ha="center", va="center", fontsize=9, color=DIM)


def draw_blocks(lstm: nn.LSTM) -> Picture:
    """Draw the four parameters of layer 0 as tables of colour, their rows bracketed into i, f, g and o."""
    hidden = lstm.hidden_size
    weights = {name: value.detach() for name, value in lstm.named_parameters() if name.endswith("_l0")}
    tables = {name: value.reshape(4 * hidden, -1) for name, value in weights.items()}  # a bias is one column
    # A narrow table still needs room for its name above it.
    fig = Figure(figsize=(8.2, 4.4))
    panels = fig.subplots(1, len(tables), width_ratios=[max(4, table.shape[1]) for table in tables.values()])
    limit = max(table.abs().max().item() for table in tables.values())
    for panel, (name, table) in zip(panels, tables.items(), strict=True):
        image = panel.imshow(
            table.numpy(), cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto", interpolation="none"
        )
        panel.set_title(f"{name}\n{tuple(weights[name].shape)}", fontsize=10)
        panel.tick_params(length=0, labelleft=False, labelbottom=False)
        panel.grid(False)
        for edge in range(hidden, 4 * hidden, hidden):
            panel.axhline(edge - 0.5, color=INK, lw=1.5)
    for block, name in enumerate(GATES):
        middle = (block + 0.5) * hidden - 0.5
        rows = f"rows {block * hidden} to {(block + 1) * hidden - 1}"
        panels[0].text(-0.62, middle, f"{NAMES[name]} {name}\n{rows}", ha="right", va="center", fontsize=10,
                       color=COLOURS[name], linespacing=1.4)  # fmt: skip
    fig.colorbar(image, ax=panels, fraction=0.035, pad=0.03)
    fig.subplots_adjust(left=0.17, right=0.86, top=0.86, bottom=0.03, wspace=0.35)
    shapes = ", ".join(f"{name} {tuple(value.shape)}" for name, value in weights.items())
    blocks = ", ".join(f"{n} {k * hidden} to {(k + 1) * hidden - 1}" for k, n in enumerate(GATES))
    return picture(
        fig,
        f"The parameters of layer 0 as tables of colour: {shapes}. Each is cut into four blocks of "
        f"{hidden} rows, from the top: {blocks}. The largest entry has the size {limit:.2f}.",
    )
