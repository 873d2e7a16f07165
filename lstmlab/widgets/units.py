"""The unit explorer: a text coloured by a unit of the LSTM that read it, and what the model would write next.

The model is run in the browser by `characters.js`, which the tests hold against
`lstmlab.Lens`; Python checks what goes in, says the same numbers, and draws the static figure.
"""

from __future__ import annotations

import base64
from typing import Any

import torch
import traitlets
from torch import Tensor, nn

from lstmlab.characters.model import shipped_card, standard_library_model
from lstmlab.characters.source import ANNOTATIONS
from lstmlab.draw.display import Picture
from lstmlab.inside import Run, clamp
from lstmlab.widgets import figures
from lstmlab.widgets.base import Explorer, module_of, style_of
from lstmlab.widgets.letters import Parts, parts_of

LONGEST = 2000  # letters; more would take longer than a reader waits
SHOWN = "chifgo"
NOTHING, EVERY, FROM_HERE = CLAMPS = ("nothing", "every letter", "from this letter on")
SELECTION = "the selected letters"
FARTHEST, HOTTEST = 100.0, 2.0
WRITTEN = 120  # letters
TEXT = '''def mean(values, default=None):
    """Return the mean of the values."""
    total, count = 0.0, 0
    for value in values:
        if value is not None:  # a gap in the data
            total += float(value)
            count += 1
    if count == 0:
        return default
    return total / count


class Table(object):
    def __init__(self, rows, names=("time", "value")):
        self.rows = list(rows)
        self.names = tuple(names)

    def column(self, name):
        index = self.names.index(name)
        return [row[index] for row in self.rows]
'''


class UnitExplorer(Explorer):
    """A text, coloured by one unit of the LSTM that reads it, or by two side by side; the odds of the next letter.

    Without arguments the model is the course's own, trained on the source of Python's standard library. `model` is any
    nn.Module with one nn.LSTM (one layer, one direction, no projection, at most 256 units), one nn.Linear from its h to
    the logits of at most 256 letters, and at most one nn.Embedding; without that it reads one-hot letters. `letters`
    has the letters in the order of the logits, unless `model.letters` has them. `text` has 1 to 2000 letters; a letter
    that the model does not know is read as "?", or as its first.

    Traits, both ways: `passage`, the text; `unit`, and `beside`, a second one or -1; `shown`, one of c h i f g o;
    `clamp`, one of "nothing", "every letter", "from this letter on", which holds `shown` of `unit` at `to`;
    `temperature` of what is written, 0 for the likeliest letter each time; `find`, an annotation or "the selected
    letters", those from `span`'s first to before its last; `step`, the letter after which odds are shown. Raises
    ValueError, TypeError or TraitError that say what to pass.
    """

    MOVED = ("passage", "unit", "beside", "shown", "clamp", "to", "temperature", "find", "span", "step")
    _esm = module_of("units")
    _css = style_of("units")

    passage = traitlets.Unicode().tag(sync=True)
    unit = traitlets.Int(0).tag(sync=True)
    beside = traitlets.Int(-1).tag(sync=True)
    shown = traitlets.Unicode("c").tag(sync=True)
    clamp = traitlets.Unicode(NOTHING).tag(sync=True)
    to = traitlets.Float(0.0).tag(sync=True)
    temperature = traitlets.Float(0.0).tag(sync=True)
    find = traitlets.Unicode("brackets").tag(sync=True)
    span: traitlets.List[int] = traitlets.List([0, 0]).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    _model = traitlets.Dict().tag(sync=True)
    _draws: traitlets.List[float] = traitlets.List().tag(sync=True)

    def __init__(
        self, model: nn.Module | None = None, text: str = TEXT, letters: str | None = None, **moved: Any
    ) -> None:
        unknown = sorted(set(moved) - set(self.MOVED[1:]))
        if unknown:
            raise TypeError(f"no argument {', '.join(unknown)}; pass some of {', '.join(self.MOVED[1:])}.")
        own = standard_library_model()
        self._parts = parts_of(own if model is None else model, letters)
        self._runs: dict[object, Run] = {}
        if model is None:
            moved.setdefault("unit", shipped_card().seeds[0].findings["brackets"].unit)
            if text == TEXT:
                moved.setdefault("step", TEXT.index("float(value") + len("float(value") - 1)
        draws = torch.rand(WRITTEN, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
        super().__init__(_model=_packed(self._parts), _draws=draws.tolist(), passage=text, **moved)

    # -- what the page computes too ---------------------------------------------------------------------------

    @property
    def run(self) -> Run:
        """Every gate and state over the text, with the clamp if there is one; (time, 1, units) each, float64."""
        return self._run(self.clamp)

    @property
    def odds(self) -> dict[str, float]:
        """How likely each letter is to come after `step`, the likeliest first."""
        odds = self._logits(self.run.get("h")[self.step, 0]).softmax(dim=0)
        pairs = sorted(zip(self._parts.letters, odds.tolist(), strict=True), key=lambda pair: -pair[1])
        return dict(pairs)

    @property
    def nats(self) -> float:
        """The mean loss over the text, with the clamp if there is one, for each letter after the first."""
        logs = self._logits(self.run["h"][:-1, 0]).log_softmax(dim=1)  # (time - 1, letters)
        return -logs.gather(1, self._codes()[1:, None]).mean().item() if len(logs) else 0.0

    def writes(self, count: int = WRITTEN) -> str:
        """What the model writes after `step`, up to 120 letters, with the clamp if there is one."""
        run, edits = self.run, self._edits(self.clamp)
        state = tuple(run.get(name)[self.step][None] for name in "hc")  # (1, 1, units) each
        odds, said = self._odds_at(run.get("h")[self.step, 0]), ""
        for draw in self._draws[:count]:
            code = int(odds.argmax())
            if self.temperature:
                code = min(int(torch.searchsorted(odds.cumsum(0), draw)), len(odds) - 1)
            said += self._parts.letters[code]
            after = self._parts.lens.run(self._parts.inputs([code])[:, None], (state[0], state[1]), edits)
            assert isinstance(after.state, tuple)
            state = after.state
            odds = self._odds_at(state[0][0, 0])
        return said

    def _odds_at(self, h: Tensor) -> Tensor:
        return (self._logits(h) / (self.temperature or 1.0)).softmax(dim=0)

    def _logits(self, h: Tensor) -> Tensor:
        """(..., letters) from h, (..., units)."""
        return h @ self._parts.head.T + self._parts.bias

    def _codes(self) -> Tensor:
        return torch.tensor([self._parts.code(letter) for letter in self.passage])

    def _edits(self, kind: str, steps: range | None = None) -> list[Any]:
        return [] if kind == NOTHING else [clamp(self.shown, self.unit, self.to, steps)]

    def _run(self, kind: str) -> Run:
        first = self.step if kind == FROM_HERE else 0
        key = (self.passage, kind, first) + ((self.shown, self.unit, self.to) if kind != NOTHING else ())
        if key not in self._runs:
            x = self._parts.inputs(self._codes().tolist())[:, None]  # (time, 1, size)
            self._runs.clear()  # one text at a time is looked at
            self._runs[key] = self._parts.lens.run(x, edits=self._edits(kind, range(first, len(x))))
        return self._runs[key]

    # -- what may be set --------------------------------------------------------------------------------------

    @traitlets.validate("passage")
    def _check_text(self, proposal: traitlets.Bunch) -> str:
        text = proposal["value"].replace("\t", "    ").replace("\r\n", "\n")
        if not 1 <= len(text) <= LONGEST:
            raise traitlets.TraitError(
                f"the text has {len(text)} letters; pass 1 to {LONGEST}, such as text[:{LONGEST}]."
            )
        return text

    @traitlets.validate("unit", "beside", "step")
    def _check_index(self, proposal: traitlets.Bunch) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, count = (
            (-1 if name == "beside" else 0),
            len(self.passage) if name == "step" else self._parts.units,
        )
        if not low <= value < count:
            raise traitlets.TraitError(f"{name}={value}; pass {low} to {count - 1}.")
        return value

    @traitlets.validate("shown", "clamp", "find")
    def _check_word(self, proposal: traitlets.Bunch) -> str:
        name, value = proposal["trait"].name, proposal["value"]
        words = {"shown": tuple(SHOWN), "clamp": CLAMPS, "find": (*ANNOTATIONS, SELECTION)}[name]
        if value not in words:
            raise traitlets.TraitError(f"{name}={value!r}; pass one of {', '.join(map(repr, words))}.")
        return value

    @traitlets.validate("to", "temperature")
    def _check_number(self, proposal: traitlets.Bunch) -> float:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = (-FARTHEST, FARTHEST) if name == "to" else (0.0, HOTTEST)
        if not low <= value <= high:
            raise traitlets.TraitError(f"{name}={value}; pass {low:g} to {high:g}.")
        return value

    @traitlets.validate("span")
    def _check_span(self, proposal: traitlets.Bunch) -> list[int]:
        value = proposal["value"]
        if len(value) != 2 or not 0 <= value[0] <= value[1] <= len(self.passage):
            raise traitlets.TraitError(
                f"span={value}; pass [start, stop] with 0 <= start <= stop <= {len(self.passage)}."
            )
        return value

    @traitlets.observe("passage")
    def _keep_inside(self, change: traitlets.Bunch) -> None:
        last = len(self.passage)
        self.step = min(self.step, last - 1)
        self.span = [min(place, last) for place in self.span]

    # -- without a front end ----------------------------------------------------------------------------------

    def picture(self) -> Picture:
        values = self.run.get(self.shown)[:, 0, self.unit].tolist()
        odds = list(self.odds.items())[:6]
        likely = ", ".join(f"{_shown(letter)} {share:.0%}" for letter, share in odds)
        held = "" if self.clamp == NOTHING else f" {self.shown} is held at {self.to:.2f}, {self.clamp}."
        before = self.passage[max(0, self.step - 11) : self.step + 1]
        low, high = min(values), max(values)
        alt = (
            f"A text of {len(self.passage)} letters, coloured by {self.shown} of unit {self.unit}, from {low:.2f} to "
            f"{high:.2f}.{held} After {before!r} it is {values[self.step]:.2f}, and the model expects "
            f"{likely}. "
            f"Loss over the text: {self.nats:.2f} nats for each letter."
        )
        drawn = figures.letters(
            self.passage, values, self.step, [(_shown(one), share) for one, share in odds]
        )
        return Picture(drawn, alt)


def _shown(letter: str) -> str:
    return {"\n": "↵", " ": "␣"}.get(letter, letter)


def _packed(parts: Parts) -> dict[str, Any]:
    """What the page computes with: numbers as base64 of float32."""

    def numbers(tensor: Tensor) -> str:
        return base64.b64encode(tensor.float().contiguous().numpy().astype("<f4").tobytes()).decode()

    return {
        "letters": parts.letters,
        "units": parts.units,
        "table": numbers(parts.table),
        "hh": numbers(parts.hh),
        "head": numbers(parts.head),
        "bias": numbers(parts.bias),
    }
