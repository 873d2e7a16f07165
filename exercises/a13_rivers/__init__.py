"""a13_rivers: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `flows`, `catchments`, `cells`.
"""

from __future__ import annotations

from exercises.a13_rivers.cases import catchments, cells, flows

__all__ = ["catchments", "cells", "flows"]
