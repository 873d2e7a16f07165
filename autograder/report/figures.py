"""Bar charts as inline SVG, each with a text that says its numbers; `page` puts them in.

They take their colours from the page (`currentColor`, the class `bar`), so that they read in light and dark and on
paper, and hold no script. What a chart shows is in its title for screen readers and in a table beside it.
"""

from collections.abc import Sequence
from html import escape

from autograder.report.numbers import Bin, Item, Made

WIDTH, LINE, LABELS = 640, 26, 230
FITS = 29  # characters of a label, at 13 px, whatever the font
TALL, FOOT = 170, 34


def distribution(bins: Sequence[Bin], count: int) -> str:
    """How many students have which share of the points, as columns."""
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
        left, right = each.low * WIDTH, each.high * WIDTH
        tall = each.students / most * (TALL - 24)
        middle = (left + right) / 2
        parts.append(
            f'<rect class="bar" x="{left + 2:.1f}" y="{TALL - tall:.1f}" width="{right - left - 4:.1f}" '
            f'height="{tall:.1f}"/>'
        )
        if each.students:
            parts.append(
                f'<text x="{middle:.1f}" y="{TALL - tall - 6:.1f}" text-anchor="middle">{each.students}</text>'
            )
        parts.append(
            f'<text x="{middle:.1f}" y="{TALL + 20}" text-anchor="middle">'
            f"{100 * each.low:.0f}–{100 * each.high:.0f} %</text>"
        )
    parts.append(f'<line x1="0" y1="{TALL}" x2="{WIDTH}" y2="{TALL}" stroke="currentColor"/>')
    return _figure(alt, "".join(parts), TALL + FOOT)


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
    """Horizontal bars: label, share of the whole width, what to write at the end."""
    if not rows:
        return ""
    parts = []
    room = WIDTH - LABELS - 60
    for number, (label, share, value) in enumerate(rows):
        y = number * LINE
        short = label if len(label) <= FITS else label[: FITS - 1] + "…"
        parts.append(
            f'<text x="{LABELS - 8}" y="{y + 17}" text-anchor="end">{escape(short)}</text>'
            f'<rect class="bar" x="{LABELS}" y="{y + 5}" width="{max(1.0, min(1.0, share) * room):.1f}" height="16"/>'
            f'<text x="{LABELS + min(1.0, share) * room + 6:.1f}" y="{y + 17}">{escape(value)}</text>'
        )
    return _figure(alt, "".join(parts), len(rows) * LINE + 4)


def _figure(alt: str, inside: str, tall: int) -> str:
    return (
        f'<figure tabindex="0"><svg role="img" aria-label="{escape(alt, quote=True)}" viewBox="0 0 {WIDTH} {tall}" '
        f'class="chart"><title>{escape(alt)}</title><g aria-hidden="true">{inside}</g></svg></figure>'
    )
