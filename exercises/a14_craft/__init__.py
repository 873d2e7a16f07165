"""a14_craft: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `lines`, `shuffled`.
"""

from __future__ import annotations

from exercises.a14_craft.cases import lines, shuffled

__all__ = ["lines", "shuffled"]
