"""a12_scan: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `layers`, `maps`, `logs`.
"""

from __future__ import annotations

from exercises.a12_scan.cases import layers, logs, maps

__all__ = ["layers", "logs", "maps"]
