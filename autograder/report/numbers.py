"""The numbers of a report, frozen: what `count` makes of outcomes, `page` shows and `document` writes as JSON.

All shares are from 0 to 1, all seconds wall time. Texts may come from students: escape them.
"""

from dataclasses import dataclass, field

from autograder.core.records import Flag, FlagKind, Incident, IncidentKind, Reason, Repair, RepairKind
from autograder.course.policies import Late
from autograder.results.finding import Cause

FEW = 20  # students, below which a correlation says nothing: its standard error is about 1 / sqrt(n)


@dataclass(frozen=True)
class Bin:
    """Students whose score, as a share of all points, is at least `low` and below `high` (the last one: up to 1)."""

    low: float
    high: float
    students: int


@dataclass(frozen=True)
class Scores:
    """The scores of what is graded, late penalties taken off; None where there is none.

    While essays wait they are provisional: `unread` cells, of which hardly any has been read, are left out of all
    scores and of `max_score`, and the `waiting` submissions that lack points besides are left out.
    """

    max_score: float = 0.0
    mean: float | None = None
    median: float | None = None
    lowest: float | None = None
    highest: float | None = None
    deviation: float | None = None
    bins: tuple[Bin, ...] = ()
    unread: tuple[str, ...] = ()
    waiting: int = 0

    @property
    def provisional(self) -> bool:
        """Whether something waits for a person."""
        return bool(self.unread or self.waiting)


@dataclass(frozen=True)
class Item:
    """One graded cell. `title`: the heading above it.

    `students` have points there, of whom `full`, `some` and `none` got so much, and `waiting` have none yet.
    `difficulty`: the mean share of the points; None while most answers wait for a person. `discrimination`: the
    correlation of its points with those of all other such cells together (item-rest; Nunnally and Bernstein,
    Psychometric Theory, 3rd ed. 1994, ch. 8) among those who got any point at all; None with fewer than FEW of
    them, or where all have the same. In an anonymous report counts may be None: they are small.
    """

    notebook: str
    cell: str
    title: str
    max_score: float
    students: int
    difficulty: float | None
    full: int | None
    some: int | None
    none: int | None
    waiting: int | None
    discrimination: float | None
    compared: int


@dataclass(frozen=True)
class Made:
    """A known mistake: who made it (`students`), and the points lost in the cells where it was named."""

    name: str
    explanation: str
    lesson: str
    students: int
    points: float
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Together:
    """Two known mistakes in the same submission, and in how many; `expected` if they had nothing to do with each
    other."""

    first: str
    second: str
    students: int
    expected: float


@dataclass(frozen=True)
class FailedCause:
    """A property that does not hold, or another cause why a cell lacks points, and in how many submissions."""

    cell: str
    cause: Cause
    students: int


@dataclass(frozen=True)
class Again:
    """Something to explain again, with the points lost to it by `students` who tried; besides, `unanswered` wrote
    nothing there, which cost `blank_points`.

    `what`: a known mistake (`is_mistake`), made in `cells`, or a question in which `often` failed most.
    """

    what: str
    students: int
    points: float
    is_mistake: bool
    cells: tuple[str, ...] = ()
    lesson: str = ""
    often: Cause | None = None
    unanswered: int = 0
    blank_points: float = 0.0


@dataclass(frozen=True)
class Limit:
    """What happened while a cell ran, and in how many submissions. `cell`: its name, or its `number`."""

    kind: IncidentKind
    cell: str
    number: int
    students: int


@dataclass(frozen=True)
class Done:
    """A kind of repair, or of what a person should look at, and in how many submissions there was one."""

    kind: RepairKind | FlagKind
    students: int


@dataclass(frozen=True)
class Times:
    """Seconds of a submission from start to end, and the limits hit, by cell and kind."""

    median: float = 0.0
    most_of_them: float = 0.0  # the 95th percentile
    longest: float = 0.0
    total: float = 0.0
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class Person:
    """A student whom somebody has to look at. `waiting`: the cells that have no points yet."""

    student: str
    status: str
    waiting: tuple[str, ...]
    reason: Reason | None


@dataclass(frozen=True)
class Tampering:
    """What a student changed that was not theirs to change, and what their code uses that the exercise forbids."""

    student: str
    repairs: tuple[Repair, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Slow:
    """A student whose cells hit limits."""

    student: str
    incidents: tuple[Incident, ...]


@dataclass(frozen=True)
class Alike:
    """Two students whose code shares structure that is rare in the class. `share`: of the shorter one's rare
    fingerprints; `cells`: where."""

    first: str
    second: str
    shared: int
    share: float
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Fits:
    """An answer that is wrong for its student and right, in all of its parts, for what `owners` were given."""

    student: str
    cell: str
    owners: tuple[str, ...]


@dataclass(frozen=True)
class StudentResult:
    """One student's line."""

    student: str
    score: float
    max_score: float
    status: str
    reason: Reason | None
    repairs: tuple[Repair, ...]
    flags: tuple[Flag, ...]
    late: Late | None = None
    penalty: float = 0.0


@dataclass(frozen=True)
class Numbers:
    """A whole report. In an anonymous one the last seven are empty, and counts below `least` are left out. `names` of
    students by id."""

    assignment: str
    submissions: int
    statuses: dict[str, int]
    scores: Scores
    items: tuple[Item, ...]
    mistakes: tuple[Made, ...]
    together: tuple[Together, ...]
    failures: tuple[FailedCause, ...]
    again: tuple[Again, ...]
    times: Times
    repairs: tuple[Done, ...]
    anonymous: bool = False
    least: int = 1
    left_out: tuple[str, ...] = ()
    persons: tuple[Person, ...] = ()
    tampering: tuple[Tampering, ...] = ()
    slow: tuple[Slow, ...] = ()
    alike: tuple[Alike, ...] = ()
    others: tuple[Fits, ...] = ()
    results: tuple[StudentResult, ...] = field(default=(), repr=False)
    names: dict[str, str] = field(default_factory=dict, repr=False)
    unsplit: tuple[str, ...] = ()  # tests that ran in the student's kernel
