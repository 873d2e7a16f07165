"""`autograder learning`: what came of a test in two parallel forms, of which one was taken before a course, one after.

Students hand in `learning.json` if they like: which items of each form were right, under a random number. Only pairs of
forms are counted, nobody is named, and with fewer than FEWEST pairs nothing is said at all. The interval is that of
Student's t for paired differences (Student, The Probable Error of a Mean, Biometrika 6, 1908).
"""

import math
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from statistics import mean, stdev
from typing import Annotated, Literal, TextIO

import msgspec

from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.core.text import counted, printable
from autograder.course.runtime import course_lock, report_errors
from autograder.pages.style import STYLE
from autograder.report.anonymous import LEAST, STEP
from autograder.report.tables import table_of

ITEMS = 12
FEWEST = 2 * LEAST  # pairs, below which a number may identify somebody
MOST_BYTES = 4096  # of a file; a real one has about 600
LEVEL = 0.95
NOTE = (
    "The gain is the difference between two tests of those who chose to hand both in. What it is due to, it does not "
    "say: there is no group to compare with."
)
Right = Annotated[tuple[bool, ...], msgspec.Meta(min_length=ITEMS, max_length=ITEMS)]
When = Annotated[datetime, msgspec.Meta(tz=True)]


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form: when it was handed in, and whether each item was right."""

    when: When
    right: Right


class Forms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Both forms; a file with one of them is no pair."""

    A: Form
    B: Form


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file. `id`: a random number that the student's machine made."""

    version: Literal[1]
    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    first: Literal["A", "B"]
    forms: Forms

    @property
    def before(self) -> Form:
        return self.forms.A if self.first == "A" else self.forms.B

    @property
    def after(self) -> Form:
        return self.forms.B if self.first == "A" else self.forms.A

    @property
    def gain(self) -> int:
        """Right answers after, less those before."""
        return sum(self.after.right) - sum(self.before.right)


@dataclass(frozen=True)
class Mean:
    """A mean of `count` numbers with its interval at LEVEL, both from Student's t."""

    count: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ItemShares:
    """An item's shares of right answers before and after, rounded to STEP."""

    number: int
    before: float
    after: float


@dataclass(frozen=True)
class Gains:
    """What came of all pairs. `orders`: the gain of those who began with form A and of those who began with form B,
    None for both where fewer than LEAST took one, for it would be the rest of the whole."""

    before: float
    after: float
    gain: Mean
    orders: tuple[tuple[str, Mean | None], ...]
    items: tuple[ItemShares, ...]


def write_learning(root: Path, folders: Sequence[Path] = (), *, out: TextIO = sys.stdout) -> int:
    """Writes reports/learning.html from the `learning*.json` in `folders` (submitted/ where none is named).

    Returns 0; 1 where there are too few pairs, and then no page is left; 2 where a folder does not exist.
    """
    with report_errors(out) as status, course_lock(root) as course:
        folders = folders or [course.root / "submitted"]
        for folder in folders:
            if not folder.is_dir():
                raise WrongUse(f"{folder}: found no such folder. Name one that holds learning.json files.")
        pairs, refused = read_pairs(files_in(folders))
        page = course.root / "reports" / "learning.html"
        for path, why in refused:
            print(f"left out: {printable(str(path))}: {printable(why)}", file=out)
        if len(pairs) < FEWEST:
            page.unlink(missing_ok=True)
            print(f"Fewer than {FEWEST} pairs: nothing is said of so few.", file=out)
            status.append(1)
        else:
            gains = gains_of(pairs)
            write_text(page, learning_page(gains))
            print(*lines(gains), f"\nPage  {page}", sep="\n", file=out)
            status.append(0)
    return status[0]


def files_in(folders: Iterable[Path]) -> list[Path]:
    """The `learning*.json` below the folders, links not followed."""
    found = {
        Path(place) / name
        for folder in folders
        for place, _, names in os.walk(folder)
        for name in names
        if name.startswith("learning") and name.endswith(".json")
    }
    return sorted(found)


def read_pairs(paths: Iterable[Path]) -> tuple[list[Pair], list[tuple[Path, str]]]:
    """The pairs of all files, one for each id, and the files that were left out, each with the reason.

    Equal copies count once. Of an id whose files differ none counts, for nobody knows which is true.
    """
    read: dict[Path, Pair] = {}
    refused = []
    for path in paths:
        try:
            read[path] = _read(path)
        except (OSError, ValueError) as error:
            refused.append((path, str(error)))
    distinct = Counter(pair.id for pair in set(read.values()))
    for path, pair in read.items():
        if distinct[pair.id] > 1:
            refused.append((path, "other files have the same id and other results"))
    return sorted(
        {pair for pair in read.values() if distinct[pair.id] == 1}, key=lambda pair: pair.id
    ), refused


def _read(path: Path) -> Pair:
    """Raises ValueError for what is no pair, OSError where the file cannot be read."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise ValueError("not an ordinary file")
    with path.open("rb") as stream:
        text = stream.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise ValueError(f"larger than {MOST_BYTES} bytes")
    try:
        pair = msgspec.json.decode(text, type=Pair)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if pair.before.when > pair.after.when:
        raise ValueError(f"form {pair.first} is called the first and was taken after the other")
    return pair


def gains_of(pairs: Sequence[Pair]) -> Gains:
    """The numbers of at least two pairs."""
    orders = [(first, [pair.gain for pair in pairs if pair.first == first]) for first in ("A", "B")]
    enough = all(len(own) >= LEAST for _, own in orders)
    return Gains(
        mean(sum(pair.before.right) for pair in pairs),
        mean(sum(pair.after.right) for pair in pairs),
        mean_of([pair.gain for pair in pairs]),
        tuple((first, mean_of(own) if enough else None) for first, own in orders),
        tuple(
            ItemShares(
                k + 1,
                _share([pair.before.right[k] for pair in pairs]),
                _share([pair.after.right[k] for pair in pairs]),
            )
            for k in range(ITEMS)
        ),
    )


def _share(right: Sequence[bool]) -> float:
    return round(mean(right) / STEP) * STEP


def mean_of(numbers: Sequence[float]) -> Mean:
    """The mean of at least two numbers with its interval: mean ± t · s / √n."""
    value = mean(numbers)
    room = t_quantile(len(numbers) - 1) * stdev(numbers) / math.sqrt(len(numbers))
    return Mean(len(numbers), value, value - room, value + room)


def t_quantile(freedom: int, level: float = LEVEL) -> float:
    """The t within which Student's distribution with `freedom` degrees of freedom holds `level`, by bisection."""
    low, high = 0.0, 1e4
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < level else (low, middle)
    return low


def _within(t: float, freedom: int) -> float:
    """P(|T| < t) for a whole number of degrees of freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = math.atan(t / math.sqrt(freedom))
    odd = freedom % 2
    term = math.cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= (k - 1) / k * math.cos(angle) ** 2
        total += term
    return 2 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total


def lines(gains: Gains) -> list[str]:
    """What the terminal says."""
    return [
        counted(gains.gain.count, "pair"),
        f"  mean before  {gains.before:5.2f} of {ITEMS}",
        f"  mean after   {gains.after:5.2f} of {ITEMS}",
        f"  mean gain    {_said(gains.gain)}",
        *(f"  form {first} first  {_order(one)}" for first, one in gains.orders),
        NOTE,
    ]


def learning_page(gains: Gains) -> str:
    """The page: means, the gain with its interval, both orders, the items."""
    facts = [
        ["Mean before", f"{gains.before:.2f} of {ITEMS}"],
        ["Mean after", f"{gains.after:.2f} of {ITEMS}"],
        ["Mean gain", _said(gains.gain)],
        *([f"Mean gain, form {first} first", _order(one)] for first, one in gains.orders),
    ]
    items = [
        [str(item.number), f"{100 * item.before:.0f}", f"{100 * item.after:.0f}"] for item in gains.items
    ]
    title = "The learning test"
    body = (
        f"<p>{counted(gains.gain.count, 'pair')} of tests. {escape(NOTE)}</p>"
        + table_of("Right answers", ["What", "Number"], facts, 1)
        + table_of(
            "Right answers by item, in the order of the test", ["Item", "Before %", "After %"], items, 1
        )
        + f"<p>Intervals at {100 * LEVEL:.0f} %: Student's t for paired differences. Where the two forms are equally "
        f"hard, which comes first should make little difference. Shares are rounded to {100 * STEP:.0f} %.</p>"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n"
        f"<body><main><h1>{title}</h1>{body}</main></body></html>\n"
    )


def _said(one: Mean) -> str:
    return f"{one.value:+.2f} ({100 * LEVEL:.0f} % interval {one.low:+.2f} to {one.high:+.2f})"


def _order(one: Mean | None) -> str:
    return (
        f"{_said(one)}, {counted(one.count, 'pair')}"
        if one
        else f"not said: one order has fewer than {LEAST} pairs"
    )
