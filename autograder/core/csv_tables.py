"""CSV files to and from learning platforms; collecting and the exports use it."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.core.errors import WrongUse
from autograder.core.files import replacing

NUMBER = re.compile(r"-?\d+(\.\d+)?")
# Behind what divides cells somewhere: a formula, but not "a, -1" or "a; - b".
FORMULA = r"[=+@＝＋－＠]|-(?!\s|$|\d+(?:\.\d+)?(?:[\s,;]|$))"
INNER = re.compile(rf"([,;|\t\r\n][\s\"]*)(?={FORMULA})")
INNER_HARMLESS = re.compile(rf"([,;|\t\r\n][\s\"]*)'(?={FORMULA})")


@dataclass(frozen=True)
class Table:
    """A CSV: `rows` hold as many cells as the heading, each row with the line it ends on."""

    heading: list[str]
    rows: list[tuple[int, list[str]]]
    delimiter: str


def read_table(path: Path) -> Table:
    """A CSV with a heading, in UTF-8 or UTF-16, with commas, semicolons or tabs; empty lines are left out.

    Raises WrongUse with the line of what cannot be right.
    """
    text = _text(path)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        heading = next(reader, [])
        for cells in reader:
            if any(cells[len(heading) :]):
                raise WrongUse(
                    f"{path}, line {reader.line_num}: found more cells than the {len(heading)} of the heading; is there"
                    " a comma in a name without quotation marks?"
                )
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, (cells + [""] * len(heading))[: len(heading)]))
    except csv.Error as error:
        raise WrongUse(f"{path}, line {reader.line_num}: is not CSV ({error})") from error
    if not any(heading):
        raise WrongUse(f"{path} is empty; expected a heading and a line for each student")
    return Table(heading, rows, delimiter)


def write_table(
    path: Path, rows: Iterable[Sequence[str]], delimiter: str = ",", private: bool = False
) -> None:
    """Writes a CSV in UTF-8, each cell `harmless`; nobody else can read a `private` one at any time. Raises OSError
    where the disk refuses; then the old file is there."""
    with replacing(path) as draft, draft.open("w", newline="", encoding="utf-8") as file:
        if private:
            draft.chmod(0o600)
        csv.writer(file, delimiter=delimiter).writerows([harmless(cell) for cell in row] for row in rows)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet evaluates: what begins like a formula gets an apostrophe in front.

    After OWASP's page "CSV Injection"; numbers stay numbers, and "-" stays what Moodle writes for nothing. A spreadsheet
    in another language divides at other characters, so that a cell of its own begins behind each of them.
    """
    risky = (
        cell.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") and cell != "-"
    )
    first = "'" if risky and cell.strip() and not NUMBER.fullmatch(cell) else ""
    return first + INNER.sub(r"\1'", cell)


def unharmed(cell: str) -> str:
    """What `harmless` was given."""
    whole = INNER_HARMLESS.sub(r"\1", cell)
    return next(
        (each for each in (whole[1:], whole, cell[1:]) if each != cell and harmless(each) == cell), cell
    )


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}") from error
    try:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise WrongUse(f"{path}, line {line}: is not encoded in UTF-8; save it as 'CSV UTF-8'") from error
