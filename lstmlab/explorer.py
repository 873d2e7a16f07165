"""The first interactive figure of the gates: sliders for the weights of one LSTM unit, and what it does.

Lessons show a `GateExplorer`. Every control is an ordinary ipywidgets slider, dropdown or button, reached
with Tab and moved with the arrow keys; a sentence says what the last move changed. Without a front end the
object prints as that sentence and the figure's alt text, on an exported page as the static figure.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace

import ipywidgets as widgets

from lstmlab.display import Readable, img
from lstmlab.gates import GATES, GateTrace, Knobs, half_life, story_lstm, trace_gates
from lstmlab.inputs import INPUTS, checked_input, input_named
from lstmlab.plots import Strips, describe, steps_text
from lstmlab.style import COLOURS, NAMES

COLUMNS = {"weight_x": "weight of x", "weight_h": "weight of h", "bias": "bias"}
SHORT = {"weight_x": "x", "weight_h": "h", "bias": "bias"}
LIMIT = 6.0  # sigmoid(6) = 0.9975: beyond it a slider moves and nothing is seen to happen


class GateExplorer(Readable, widgets.VBox):
    """Twelve sliders, an input and a step: the whole of nn.LSTM(1, 1), redrawn at every move.

    `inputs` is one of `INPUTS` or a list of numbers, one to a step; `steps` counts for the named inputs
    only. `forget_bias` and `knobs` set where the sliders start, and the dotted curves to compare with. Raises
    ValueError, saying what to pass, for anything out of range.
    """

    def __init__(
        self,
        steps: int = 40,
        forget_bias: float | None = None,
        inputs: str | Sequence[float] = "two pulses",
        knobs: Knobs | None = None,
    ) -> None:
        self._x = checked_input(inputs, steps)
        self._start = _checked_knobs(knobs or Knobs(), forget_bias)
        self._steps = self._x.shape[0]
        self._reference = self._trace = trace_gates(story_lstm(self._start), self._x)
        self._strips = Strips(self._steps, self._reference)
        self._picture, self._status = widgets.HTML(), widgets.HTML()
        self._sliders = self._make_sliders()
        named = isinstance(inputs, str)
        self._input = widgets.Dropdown(
            options=INPUTS if named else ("yours", *INPUTS),
            value=inputs if named else "yours",
            description="input",
            layout={"width": "240px"},
        )
        self._custom, self._quiet = self._x, False
        self._cursor = widgets.IntSlider(
            value=self._steps // 4, min=0, max=self._steps - 1, description="step", layout={"width": "340px"}
        )
        self._reset = widgets.Button(
            description="Reset", tooltip="Put every slider back where it started", layout={"width": "100px"}
        )
        super().__init__(
            [self._picture, self._status, self._bar(), self._grid()], layout={"max_width": "800px"}
        )
        self._watch()
        self._redraw("Move a slider: the dotted curves stay where they are now. Try the forget bias at 3.")

    # -- what it is made of ---------------------------------------------------------------------------------

    def _make_sliders(self) -> dict[tuple[str, str], widgets.FloatSlider]:
        """One slider for each (column, gate); its label is short, its tooltip says it in full."""
        return {
            (column, gate): widgets.FloatSlider(
                value=getattr(self._start, column)[k],
                min=-LIMIT,
                max=LIMIT,
                step=0.25,
                readout_format=".2f",
                description=f"{gate}: {SHORT[column]}",
                tooltip=f"{NAMES[gate]}, {label}",
                style={"handle_color": COLOURS[gate], "description_width": "52px"},
                layout={"width": "auto", "min_width": "190px", "flex": "1 1 190px"},
            )
            for column, label in COLUMNS.items()
            for k, gate in enumerate(GATES)
        }

    def _bar(self) -> widgets.HBox:
        return widgets.HBox([self._input, self._cursor, self._reset], layout={"flex_flow": "row wrap"})

    def _grid(self) -> widgets.VBox:
        """A row to a gate: its name and its three sliders, under a line that names the columns."""
        heads = [widgets.HTML(f"<b>{label}</b>", layout={"flex": "1 1 190px"}) for label in COLUMNS.values()]
        rows = [widgets.HBox([widgets.HTML(layout={"width": "112px"}), *heads])]
        for gate in GATES:
            name = widgets.HTML(
                f'<b style="color:{COLOURS[gate]};background:#fff;padding:0 4px;border-radius:3px">'
                f"{gate}</b> {NAMES[gate]}",
                layout={"width": "112px"},
            )
            sliders = [self._sliders[column, gate] for column in COLUMNS]
            rows.append(widgets.HBox([name, *sliders], layout={"flex_flow": "row wrap"}))
        return widgets.VBox(rows)

    def _watch(self) -> None:
        for (column, gate), slider in self._sliders.items():
            slider.observe(lambda change, c=column, g=gate: self._moved(c, g), names="value")
        self._input.observe(lambda change: self._input_chosen(change["new"]), names="value")
        self._cursor.observe(lambda change: self._redraw(self._read_out()), names="value")
        self._reset.on_click(lambda button: self.reset())

    # -- what happens ---------------------------------------------------------------------------------------

    @property
    def knobs(self) -> Knobs:
        """The twelve numbers as the sliders stand."""
        return Knobs(
            **{column: tuple(self._sliders[column, gate].value for gate in GATES) for column in COLUMNS}
        )

    @property
    def trace(self) -> GateTrace:
        """What the figure shows: every value at every step."""
        return self._trace

    @property
    def status(self) -> str:
        """The sentence below the figure."""
        return self._sentence

    def set(self, gate: str, **columns: float) -> None:
        """Move sliders from code: `explorer.set("f", bias=3.0)`. Columns are weight_x, weight_h and bias."""
        for column, value in columns.items():
            if (column, gate) not in self._sliders or not -LIMIT <= value <= LIMIT:
                raise ValueError(
                    f"no slider for gate {gate!r}, {column}={value!r}; pass a gate from {', '.join(GATES)} "
                    f"and {', '.join(COLUMNS)} between {-LIMIT:g} and {LIMIT:g}: set('f', bias=3.0)."
                )
            self._sliders[column, gate].value = value

    def reset(self) -> None:
        """Put every slider back where it started."""
        self._quiet = True  # twelve sliders, one redraw
        for (column, gate), slider in self._sliders.items():
            slider.value = getattr(self._start, column)[GATES.index(gate)]
        self._quiet = False
        self._trace = trace_gates(story_lstm(self.knobs), self._x)
        self._redraw("Every slider is back where it started.")

    def _moved(self, column: str, gate: str) -> None:
        if self._quiet:
            return
        self._trace = trace_gates(story_lstm(self.knobs), self._x)
        start, now = getattr(self._start, column)[GATES.index(gate)], self._sliders[column, gate].value
        what = f"{NAMES[gate].capitalize()}, {COLUMNS[column]}: {now:.2f} (dotted: {start:.2f})."
        self._redraw(f"{what} {_consequence(self._reference, self._trace)}")

    def _input_chosen(self, chosen: str) -> None:
        self._x = self._custom if chosen == "yours" else input_named(chosen, self._steps)
        self._reference = trace_gates(story_lstm(self._start), self._x)
        self._strips.reference = self._reference
        self._trace = trace_gates(story_lstm(self.knobs), self._x)
        self._redraw(f"The input is now: {chosen}. {_consequence(self._reference, self._trace)}")

    def _read_out(self) -> str:
        values = ", ".join(f"{name} {self._trace.unit(name)[self._cursor.value]:.2f}" for name in "xifgoch")
        return f"Step {self._cursor.value}: {values}."

    def _redraw(self, sentence: str) -> None:
        self._sentence = sentence
        self._strips.update(self._trace, self._cursor.value)
        self._picture.value = f"<figure style='margin:0'>{img(self._strips.png(), self._alt(), 760)}</figure>"
        self._status.value = (
            f'<p role="status" style="margin:4px 0 8px;padding:4px 10px;border-left:3px solid {COLOURS["f"]};'
            f'line-height:1.4">{html.escape(sentence)}</p>'
        )

    # -- without a front end --------------------------------------------------------------------------------

    def _alt(self) -> str:
        return describe(self._trace, self._cursor.value)

    def text(self) -> str:
        return f"Gate explorer (interactive in JupyterLab). {self._alt()}\n{self._sentence}"

    def html(self) -> str:
        caption = "Static picture of the gate explorer; run this cell in JupyterLab to move its sliders."
        return (
            f"<figure>{img(self._strips.png(), self._alt(), 760)}<figcaption>{caption}</figcaption></figure>"
        )


def _consequence(start: GateTrace, now: GateTrace) -> str:
    """How long a memory lasts now and how large the states get, beside the dotted curves."""
    forget = now.f.mean().item()
    halves, c, h = (
        f"{new} (dotted: {old})" for old, new in zip(_in_words(start), _in_words(now), strict=True)
    )
    return (
        f"The forget gate averages {forget:.2f}: a memory halves in {halves}. "
        f"The largest |c| is {c}, the largest |h| {h}."
    )


def _in_words(trace: GateTrace) -> tuple[str, str, str]:
    """Half-life, largest |c| and largest |h|."""
    c, h = (state.abs().max().item() for state in (trace.c, trace.h))
    return steps_text(half_life(trace.f.mean().item())), f"{c:.2f}", f"{h:.2f}"


def _checked_knobs(knobs: Knobs, forget_bias: float | None) -> Knobs:
    """Return `knobs` with `forget_bias` in place, or raise ValueError."""
    if forget_bias is not None:
        i, _, g, o = knobs.bias
        knobs = replace(knobs, bias=(i, forget_bias, g, o))
    for number in (*knobs.weight_x, *knobs.weight_h, *knobs.bias):
        if not isinstance(number, int | float) or not -LIMIT <= number <= LIMIT:
            raise ValueError(
                f"a slider cannot start at {number!r}; pass numbers from {-LIMIT:g} to {LIMIT:g}, "
                "for example GateExplorer(forget_bias=3.0)."
            )
    return knobs
