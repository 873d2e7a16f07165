"""Bar charts as inline SVG, each with a text that says its numbers; `page` puts them in.

They take their colours from the page (`currentColor`, the class `bar`), so that they read in light and dark and on
paper, and hold no script. What a chart shows is in its title for screen readers and in a table beside it.
"""

from collections.abc import Sequence
from html import escape

from autograder.report.numbers import Bin, Item, Made

LINE, BAR = 38, 14  # px of a row of a bar chart: its label, and below it the bar
ROOM = 85  # % of the width that a whole bar takes: its number stands behind it
TALL, FOOT = 170, 34


def distribution(bins: Sequence[Bin], count: int) -> str:
    """How many students have which share of the points, as columns, with the shares at their edges."""
    if not bins:
        return ""
    most = max(each.students for each in bins) or 1
    said = ", ".join(
        f"{each.students} with {100 * each.low:.0f} to {100 * each.high:.0f} %"
        for each in bins
        if each.students
    )
    alt = f"Scores of {count} students, as a share of all points: {said}."
    parts = []
    for each in bins:
        left, wide = 4 + 92 * each.low, 92 * (each.high - each.low)  # room for half a number at both ends
        tall = each.students / most * (TALL - 24)
        parts.append(
            f'<rect class="bar" x="{left + 0.3:.2f}%" y="{TALL - tall:.1f}" width="{wide - 0.6:.2f}%" '
            f'height="{tall:.1f}"/>'
        )
        if each.students:
            parts.append(
                f'<text x="{left + wide / 2:.2f}%" y="{TALL - tall - 6:.1f}" text-anchor="middle">{each.students}</text>'
            )
        parts.append(_edge(each.low, " %" if each is bins[0] else ""))  # at the end there is no room for it
    parts.append(_edge(bins[-1].high))
    parts.append(f'<line x1="0" y1="{TALL}" x2="100%" y2="{TALL}" stroke="currentColor"/>')
    return _figure(alt, "".join(parts), TALL + FOOT)


def _edge(share: float, unit: str = "") -> str:
    return (
        f'<text x="{4 + 92 * share:.2f}%" y="{TALL + 20}" text-anchor="middle">{100 * share:.0f}{unit}</text>'
    )


def difficulty(items: Sequence[Item]) -> str:
    """The mean share of the points in each graded cell, as bars."""
    known = [item for item in items if item.difficulty is not None]
    rows = [(item.cell, item.difficulty or 0.0, f"{100 * (item.difficulty or 0):.0f} %") for item in known]
    said = ", ".join(f"{name} {value}" for name, _, value in rows)
    return _bars(f"Mean share of the points by graded cell: {said}.", rows)


def mistakes(made: Sequence[Made], submissions: int) -> str:
    """How many students made which known mistake, as bars."""
    rows = [(each.name, each.students / max(1, submissions), str(each.students)) for each in made]
    said = "; ".join(f"{name}: {value}" for name, _, value in rows)
    return _bars(f"Known mistakes, by number of the {submissions} submissions that have them. {said}.", rows)


def _bars(alt: str, rows: Sequence[tuple[str, float, str]]) -> str:
    """Horizontal bars below their labels: label, share of the whole width, what to write at the end."""
    if not rows:
        return ""
    parts = []
    for number, (label, share, value) in enumerate(rows):
        y, wide = number * LINE, max(0.2, min(1.0, share) * ROOM)
        parts.append(
            f'<text x="0" y="{y + 14}">{escape(label)}</text>'
            f'<rect class="bar" x="0" y="{y + 19}" width="{wide:.2f}%" height="{BAR}"/>'
            f'<text x="{wide + 1:.2f}%" y="{y + 31}">{escape(value)}</text>'
        )
    return _figure(alt, "".join(parts), len(rows) * LINE + 4)


def _figure(alt: str, inside: str, tall: int) -> str:
    """A figure as wide as the page: places are shares of its width, and text keeps its size on a telephone."""
    return (
        f'<figure tabindex="0"><svg role="img" aria-label="{escape(alt, quote=True)}" width="100%" height="{tall}" '
        f'class="chart"><title>{escape(alt)}</title><g aria-hidden="true">{inside}</g></svg></figure>'
    )
