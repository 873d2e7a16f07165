"""The training explorer: four LSTMs that learn in the page, from four seeds side by side, while one watches.

Lesson 7 shows a `TrainingExplorer`. Tasks, backpropagation and Adam are JavaScript, in web workers; the tests hold them
against `learning`, which does the same with torch. Python checks what goes in and draws the static figure.
"""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

import torch
import traitlets
from torch import Tensor

from lstmlab.draw.display import Picture
from lstmlab.gates import trace_gates
from lstmlab.widgets import figures
from lstmlab.widgets.base import Explorer, module_of, style_of
from lstmlab.widgets.learning import TASKS, Run, Settings, example

RUNS = 4
# Where each task starts: settings with which most runs solve it.
STARTS: dict[str, dict[str, Any]] = {
    "temporal order": {"length": 100, "forget_bias": 3.0, "input_bias": -4.0},
    "adding": {"length": 30, "forget_bias": 1.0, "input_bias": 0.0},
    "parity": {"length": 20, "forget_bias": 1.0, "input_bias": 0.0},
}
RANGES: dict[str, tuple[float, float]] = {
    "length": (10, 200),
    "forget_bias": (-2.0, 6.0),
    "input_bias": (-6.0, 2.0),
    "units": (2, 16),
    "lr": (1e-4, 0.1),
    "clip": (0.0, 100.0),
    "seed": (0, 96),
    "run": (0, RUNS - 1),
}


class TrainingExplorer(Explorer):
    """Four LSTMs with linear heads learn a task in the page; their loss, and one run's gates and gradients by lag.

    `task` is "temporal order" (6a of 1997 at length 100), "adding" or "parity"; what is not given starts where most
    runs solve it. Each update reads 16 fresh sequences and takes a step of Adam with betas 0.9 and 0.99. A run ends
    when the last 2000 sequences were right, or after 32,000.

    Traits, both ways: `task`; `length` in steps; `forget_bias`, `input_bias`; `units`; `lr`; `clip`, the norm that
    gradients are clipped to, 0 for none; `seed` of the first run, whose weights and data are then always the same;
    `run`, the one that is looked at, 0 to 3, its `unit`, and the `step` where numbers are read. `results` has what the
    page found when it was last paused or done: for each run its settings, `sequences`, `solved` (after how many, 0 if
    not) and `loss`. Raises TraitError or TypeError that say what to pass.
    """

    MOVED = (
        "task", "length", "forget_bias", "input_bias", "units", "lr", "clip", "seed", "run", "unit", "step",
    )  # fmt: skip
    _esm = module_of("training")
    _css = style_of("training")

    task = traitlets.Unicode("temporal order").tag(sync=True)
    length = traitlets.Int(100).tag(sync=True)
    forget_bias = traitlets.Float(3.0).tag(sync=True)
    input_bias = traitlets.Float(-4.0).tag(sync=True)
    units = traitlets.Int(8).tag(sync=True)
    lr = traitlets.Float(0.02).tag(sync=True)
    clip = traitlets.Float(1.0).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    run = traitlets.Int(0).tag(sync=True)
    unit = traitlets.Int(0).tag(sync=True)
    step = traitlets.Int(20).tag(sync=True)
    results: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    _starts = traitlets.Dict(STARTS).tag(sync=True)

    def __init__(self, task: str = "temporal order", **moved: Any) -> None:
        unknown = sorted(set(moved) - set(self.MOVED[1:]))
        if unknown:
            raise TypeError(f"no argument {', '.join(unknown)}; pass some of {', '.join(self.MOVED)}.")
        start = STARTS.get(task, {}) if isinstance(task, str) else {}
        length = moved.get("length", start.get("length", 100))
        if isinstance(length, int):  # what is none, traitlets refuses
            moved.setdefault("step", min(20, length - 1))
        super().__init__(task=task, **{**start, **moved})

    @traitlets.validate("task")
    def _check_task(self, proposal: traitlets.Bunch) -> str:
        if proposal["value"] not in TASKS:
            raise traitlets.TraitError(
                f"task={proposal['value']!r}; pass one of {', '.join(map(repr, TASKS))}."
            )
        return proposal["value"]

    @traitlets.validate(*RANGES)
    def _check_range(self, proposal: traitlets.Bunch) -> float:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = RANGES[name]
        if not low <= value <= high:
            raise traitlets.TraitError(f"{name}={value}; pass {low:g} to {high:g}.")
        return value

    @traitlets.validate("unit", "step")
    def _check_place(self, proposal: traitlets.Bunch) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        count = self.units if name == "unit" else self.length
        if not 0 <= value < count:
            raise traitlets.TraitError(f"{name}={value}; pass 0 to {count - 1}.")
        return value

    @traitlets.observe("units", "length")
    def _keep_inside(self, change: traitlets.Bunch) -> None:
        self.unit, self.step = min(self.unit, self.units - 1), min(self.step, self.length - 1)

    @property
    def settings(self) -> Settings:
        """What the runs depend on, apart from their seeds."""
        return Settings(**{field.name: getattr(self, field.name) for field in fields(Settings)})

    def learn(self, seed: int, updates: int) -> tuple[list[float], Tensor]:
        """The page's first updates by torch: the loss before each, and all weights after them."""
        run = Run(self.settings, seed)
        return [run.update() for _ in range(updates)], run.weights()

    def picture(self) -> Picture:
        run, seen = Run(self.settings, self.seed + self.run), example(self.settings)
        x = seen.x[:, None].requires_grad_()  # (time, 1, inputs)
        trace = trace_gates(run.lstm, x)
        (grad,) = torch.autograd.grad(trace.h[-1].sum(), x)
        norms = grad[:, 0].norm(dim=1).flip(0)  # by lag
        trace = replace(trace, x=_shown(seen.x))
        seeds = f"{self.seed} to {self.seed + RUNS - 1}"
        settings = asdict(self.settings)
        found = ", ".join(
            f"seed {one['seed']} after {one['sequences']:,} sequences {'solved' if one['solved'] else 'not solved'}"
            for one in self.results
            if settings.items() <= one.items() and 0 <= one["seed"] - self.seed < RUNS
        )
        alt = (
            f"An LSTM of {self.units} units before training reads a sequence of the task {self.task}, {self.length} "
            f"steps, forget bias {self.forget_bias:g}, input bias {self.input_bias:g}. At step {self.step} the "
            f"forget gate of unit {self.unit} is {trace.f[self.step, 0, self.unit]:.2f} and its input gate "
            f"{trace.i[self.step, 0, self.unit]:.2f}. The gradient of the last h by the input at lag "
            f"{self.length - 1} is {norms[-1]:.1e}, at lag 1 {norms[1]:.1e}. Four of them, from seeds {seeds}, "
            f"learn in the page when Play is pressed.{f' When last heard of: {found}.' if found else ''}"
        )
        return Picture(figures.strips(trace, self.step, self.unit), alt)


def _shown(x: Tensor) -> Tensor:
    """One number a step, (time, 1, 1): bits, marked numbers, or 1 and -1 for X and Y; x is (time, inputs)."""
    shown = {1: lambda: x[:, 0], 2: lambda: x.prod(1), 8: lambda: x[:, 4] - x[:, 5]}[x.shape[1]]()
    return shown[:, None, None]
