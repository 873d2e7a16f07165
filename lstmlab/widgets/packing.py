"""The packing explorer: one batch padded, sorted and packed, with lengths that can be dragged.

Lesson 5 shows a `PackingExplorer`. The order of the cells is computed in the browser by `packing.js`, which the
tests hold against torch's pack_padded_sequence; Python checks what goes in and draws the static figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from lstmlab.draw.display import Picture
from lstmlab.draw.packing import packing_text
from lstmlab.widgets import figures
from lstmlab.widgets.base import Explorer, Numbers, module_of, plain, style_of

MOST, LONGEST = 6, 12


class PackingExplorer(Explorer):
    """Sequences a, b, c ... of these lengths: as a padded batch, sorted, and as a PackedSequence.

    Traits, both ways: `lengths`, 1 to 6 whole numbers from 1 to 12; `row` and `step`, the state that is looked at.
    Raises TraitError that says what to pass.
    """

    MOVED = ("lengths", "row", "step")
    _esm = module_of("packing")
    _css = style_of("packing")

    lengths = Numbers().tag(sync=True)
    row = traitlets.Int(0).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    def __init__(self, lengths: Sequence[int] = (2, 5, 3), row: int = 0, step: int | None = None) -> None:
        lengths = _whole(plain(lengths))  # before traitlets, which checks several traits in any order
        super().__init__(lengths=lengths, row=row, step=max(lengths) - 1 if step is None else step)

    @traitlets.validate("lengths")
    def _check_lengths(self, proposal: traitlets.Bunch) -> list[int]:
        return _whole(proposal["value"])

    @traitlets.validate("row", "step")
    def _check_cell(self, proposal: traitlets.Bunch) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        most = (len(self.lengths) if name == "row" else max(self.lengths)) - 1
        if not 0 <= value <= most:
            raise traitlets.TraitError(f"{name}={value}; pass 0 to {most}.")
        return value

    @traitlets.observe("lengths")
    def _keep_cell_inside(self, change: traitlets.Bunch) -> None:
        self.row = min(self.row, len(self.lengths) - 1)
        self.step = min(self.step, max(self.lengths) - 1)

    @property
    def packed(self) -> PackedSequence:
        """What torch packs: `data` (rows, 2) holds the sequence and the step of each row."""
        rows, steps = len(self.lengths), max(self.lengths)
        cells = torch.cartesian_prod(torch.arange(rows), torch.arange(steps)).view(rows, steps, 2)
        return pack_padded_sequence(cells, torch.tensor(self.lengths), batch_first=True, enforce_sorted=False)

    def picture(self) -> Picture:
        name, length = "abcdef"[self.row], self.lengths[self.row]
        over = max(self.lengths) - length
        late = (
            f"out[:, -1] would read sequence {name} {over} step{'s' if over > 1 else ''} too late, in the padding"
            if over
            else f"sequence {name} is the longest"
        )
        last = f"The last state of sequence {name} is after step {length - 1}; {late}."
        return Picture(figures.packing(self.lengths), f"{packing_text(self.lengths)} {last}")


def _whole(lengths: Any) -> list[int]:
    """`lengths`, if the widget can show them; raises TraitError that says what to pass."""
    fits = isinstance(lengths, list) and 1 <= len(lengths) <= MOST
    if not fits or not all(type(n) is int and 1 <= n <= LONGEST for n in lengths):
        raise traitlets.TraitError(
            f"lengths={lengths}; pass 1 to {MOST} whole numbers from 1 to {LONGEST}, like [2, 5, 3]."
        )
    return lengths
