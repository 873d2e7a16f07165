"""Tables of a report as HTML, everything in them escaped; `page` fills them."""

from collections.abc import Container, Sequence
from html import escape

ROWS = 200  # of any table: a page for thousands must still open; grades.csv has everybody
Row = Sequence[str]


def rest(count: int, shown: int) -> str:
    """A note on where to find the rows that a table leaves out."""
    return f"<p>{count - shown} more are in report.json (--json) or grades.csv.</p>" if count > shown else ""


def table_of(
    caption: str,
    heads: Row,
    rows: Sequence[Row],
    numbers: int | tuple[int, int] = 99,
    last: Row = (),
    most: int = ROWS,
    more: Container[int] = (),
) -> str:
    """An HTML table of text; columns from `numbers` on, or between the two, are numbers. `last` is a column of HTML;
    `most`: rows that are shown; `more`: columns that a telephone leaves out."""
    first, end = numbers if isinstance(numbers, tuple) else (numbers, 99)

    def mark(column: int, number: bool = True) -> str:
        kinds = ["number"] * (number and first <= column < end) + ["more"] * (column in more)
        return f' class="{" ".join(kinds)}"' if kinds else ""

    head = "".join(f'<th scope="col"{mark(k, False)}>{escape(each)}</th>' for k, each in enumerate(heads))
    lines = []
    for number, row in enumerate(rows[:most]):
        cells = "".join(f"<td{mark(column)}>{escape(value)}</td>" for column, value in enumerate(row))
        lines.append(f"<tr>{cells}{f'<td>{last[number]}</td>' if last else ''}</tr>")
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption, quote=True)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
        + rest(len(rows), most)
    )
