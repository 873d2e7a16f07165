"""a11_inside: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `clamps`, `planted`, `probed`.
"""

from __future__ import annotations

from exercises.a11_inside.cases import clamps, probed
from exercises.a11_inside.given import planted

__all__ = ["clamps", "planted", "probed"]
