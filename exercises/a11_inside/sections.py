"""The sections of lessons that the mistakes of this assignment lead to."""

INSIDE = "notebooks/11_inside.ipynb#"
SEARCH = INSIDE + "Search"
INTERVENE = INSIDE + "Intervene"
CAUSE = INSIDE + "What-does-the-bracket-unit-do?"
PROBE = INSIDE + "A-probe-and-its-control"
ZERO = INSIDE + "2.-A-clamp-to-0-in-place-of-the-mean"
