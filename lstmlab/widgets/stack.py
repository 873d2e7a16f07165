"""The stack explorer: layers and directions wired up over time; one state chosen, and where it is returned.

Lesson 6 shows a `StackExplorer`. What a state is called and what it has read is worked out in the browser by
`stack.js`, which the tests hold against torch; Python checks what goes in and draws the static figure.
"""

from __future__ import annotations

import traitlets

from lstmlab.draw.display import Picture
from lstmlab.draw.stacks import stack_text
from lstmlab.widgets import figures
from lstmlab.widgets.base import Explorer, module_of, style_of

RANGES = {"num_layers": (1, 3), "steps": (2, 8), "hidden_size": (1, 6)}


class StackExplorer(Explorer):
    """The states of nn.LSTM(..., hidden_size, num_layers, bidirectional) over `steps` steps.

    Traits, both ways: those four; `dropout`, whether to mark where it strikes; and the state that is looked at:
    `layer`, `backward`, `step`. Raises TraitError that says what to pass.
    """

    MOVED = ("num_layers", "bidirectional", "steps", "hidden_size", "dropout", "layer", "backward", "step")
    _esm = module_of("stack")
    _css = style_of("stack")

    num_layers = traitlets.Int(2).tag(sync=True)
    bidirectional = traitlets.Bool(True).tag(sync=True)
    steps = traitlets.Int(5).tag(sync=True)
    hidden_size = traitlets.Int(4).tag(sync=True)
    dropout = traitlets.Bool(False).tag(sync=True)
    layer = traitlets.Int(0).tag(sync=True)
    backward = traitlets.Bool(False).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    def __init__(
        self, num_layers: int = 2, bidirectional: bool = True, steps: int = 5, **moved: object
    ) -> None:
        unknown = sorted(set(moved) - set(self.MOVED))
        if unknown:
            raise TypeError(f"no argument {', '.join(unknown)}; pass some of {', '.join(self.MOVED)}.")
        for name, value in (("num_layers", num_layers), ("steps", steps)):
            if type(value) is not int:
                raise TypeError(
                    f"{name} is a {type(value).__name__}; pass a whole number, for example "
                    "StackExplorer(lstm.num_layers, lstm.bidirectional)."
                )
            _in_range(name, value)  # before traitlets, which checks several traits in any order
        moved = {"layer": num_layers - 1, "step": steps - 1, **moved}
        super().__init__(num_layers=num_layers, bidirectional=bidirectional, steps=steps, **moved)

    @traitlets.validate(*RANGES)
    def _check_range(self, proposal: traitlets.Bunch) -> int:
        return _in_range(proposal["trait"].name, proposal["value"])

    @traitlets.validate("layer", "step", "backward")
    def _check_state(self, proposal: traitlets.Bunch) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        most = {"layer": self.num_layers - 1, "step": self.steps - 1, "backward": int(self.bidirectional)}[
            name
        ]
        if not 0 <= value <= most:
            raise traitlets.TraitError(
                f"{name}={value}; pass {'False' if name == 'backward' else f'0 to {most}'}."
            )
        return value

    @traitlets.observe("num_layers", "steps", "bidirectional")
    def _keep_state_inside(self, change: traitlets.Bunch) -> None:
        self.layer = min(self.layer, self.num_layers - 1)
        self.step = min(self.step, self.steps - 1)
        self.backward = self.backward and self.bidirectional

    @property
    def slices(self) -> tuple[str, ...]:
        """Where the state is found in what the call returns: code such as 'output[4, :, 0:4]' and 'h_n[2]'."""
        found = []
        if self.layer == self.num_layers - 1:
            start = self.hidden_size * self.backward
            found.append(f"output[{self.step}, :, {start}:{start + self.hidden_size}]")
        if self.step == (0 if self.backward else self.steps - 1):
            found.append(f"h_n[{self.layer * (1 + self.bidirectional) + self.backward}]")
        return tuple(found)

    def picture(self) -> Picture:
        way = ("forward", "backward")[self.backward]
        found = " and ".join(self.slices) or "not returned"
        size = (self.num_layers, self.bidirectional, self.steps)
        state = f"The state of layer {self.layer}, {way}, after step {self.step} is {found}."
        drawn = figures.stack(*size, (self.layer, self.backward, self.step))
        return Picture(drawn, f"{stack_text(*size)} {state}")


def _in_range(name: str, value: int) -> int:
    """`value`, if the widget can show it; raises TraitError that says what to pass."""
    low, high = RANGES[name]
    if type(value) is not int or not low <= value <= high:
        raise traitlets.TraitError(f"{name}={value}; pass a whole number from {low} to {high}.")
    return value
