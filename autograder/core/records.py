"""What grading reports about a submission: kinds with arguments instead of sentences.

Each record arises where something is found out (`submissions`, `rpc.session`, `engine`), travels from a worker to
the coordinator, is kept in the journal and is counted by the reports. `autograder.results.wording` puts it into
words where somebody reads it, and nothing decides by those words. The values of the kinds stand in journals: a new
kind may be added, an old one keeps its value. LEGACY is a sentence that a version before these records wrote.

Arguments may hold what a student wrote (names of files, an exception's text), made short and printable: escape them
on pages.
"""

from dataclasses import dataclass
from enum import StrEnum, auto


@dataclass(frozen=True)
class CellName:
    """A cell of a graded notebook: its grade_id or, where it has none, its number, the student's own for a cell
    that they added."""

    grade_id: str = ""
    number: int = 0


class Item(StrEnum):
    """What was expected to be handed in."""

    FOLDER = auto()
    NOTEBOOK = auto()
    FILE = auto()


class FaultKind(StrEnum):
    """Why a notebook, or a whole submission, could not be read."""

    SYMBOLIC_LINK = auto()  # item
    ANOTHERS_FILE = auto()  # item: a hard link
    FILE_FOR_FOLDER = auto()
    NOT_ORDINARY = auto()  # item
    TOO_LARGE = auto()  # item, number: megabytes, most
    EMPTY = auto()  # path
    NOT_UTF8 = auto()  # path, number: of the first byte that is wrong
    NOT_JSON = auto()  # path, number: of the line, 0 where it is not known
    NO_FORMAT = auto()  # path
    TOO_MANY_CELLS = auto()  # path, number, most
    TOO_MUCH_INSIDE = auto()  # path, number: of lists and tables, most
    FORMAT_TOO_NEW = auto()  # path, number, most
    NOT_UPGRADED = auto()  # path, number
    NO_CELLS = auto()  # path
    ANOTHER_NOTEBOOK = auto()  # path, title, found: its cells, name, wanted: the exercises that it lacks
    MISSING = auto()  # name, found: the files that there are
    LEGACY = auto()  # text


@dataclass(frozen=True)
class Fault:
    """Why a notebook gets no points: it, or the submission, could not be read. Its kind says which fields it has."""

    kind: FaultKind
    item: Item = Item.NOTEBOOK
    path: str = ""
    name: str = ""
    title: str = ""
    found: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    number: int = 0
    most: int = 0
    text: str = ""


class RepairKind(StrEnum):
    """What was done to a submission so that it could be graded, and what of it was left out."""

    TOO_LARGE_TOGETHER = auto()  # path, most: megabytes
    FILE_UNFIT = auto()  # path, fault
    LONG_PATH = auto()  # path
    UNPRINTABLE_NAME = auto()  # path
    TOO_MANY_FILES = auto()  # most
    PICTURES_LEFT_OUT = auto()  # most: megabytes
    NOTEBOOK_RENAMED = auto()  # path, name
    NOT_A_TIME = auto()  # text
    ANSWER_COPIES = auto()  # cell, number: how many, chosen
    ANSWER_RETYPED = auto()  # cell, was, now
    ANSWER_MISSING = auto()  # cell
    FOUND_BY_DEFINITION = auto()  # cell, number
    FOUND_BY_LIKENESS = auto()  # cell, number
    FOUND_BY_PLACE = auto()  # cell, number
    LOCKED_MISSING = auto()  # cell
    LOCKED_COPIES = auto()  # cell, number: how many
    LOCKED_CHANGED = auto()  # cell
    CODE_MISSING = auto()
    CODE_UNREADABLE = auto()
    CODE_WRONG = auto()  # whose id is right and whose letters are not
    CODE_OF_ANOTHER = auto()  # name: the id in it
    LEGACY = auto()  # text

    @property
    def is_tampering(self) -> bool:
        """Whether somebody changed what students must not change, or used another's values, by accident or not."""
        return self in (RepairKind.LOCKED_COPIES, RepairKind.LOCKED_CHANGED, RepairKind.CODE_OF_ANOTHER)


@dataclass(frozen=True)
class Repair:
    """One repair. Its kind says which fields it has; `cell` is a grade_id."""

    kind: RepairKind
    cell: str = ""
    path: str = ""
    name: str = ""
    number: int = 0
    chosen: int = 0
    most: int = 0
    was: str = ""
    now: str = ""
    text: str = ""
    fault: Fault | None = None


class FlagKind(StrEnum):
    """What a person should look at in a student's code."""

    TOO_LONG = auto()  # number: of characters
    FORBIDDEN_MEANS = auto()  # name: in words, found
    FORBIDDEN_NAME = auto()  # name, found
    REACHES_CHECKS = auto()  # found

    @property
    def is_tampering(self) -> bool:
        """Whether the code uses what the exercise forbids."""
        return self in (FlagKind.FORBIDDEN_MEANS, FlagKind.FORBIDDEN_NAME)


@dataclass(frozen=True)
class Mention:
    """A name in a cell's code, and its line."""

    name: str
    line: int


@dataclass(frozen=True)
class Flag:
    """Something in the code of a cell that a person should look at, `found` where it says."""

    kind: FlagKind
    cell: CellName
    number: int = 0
    name: str = ""
    found: tuple[Mention, ...] = ()


class IncidentKind(StrEnum):
    """What happened while a cell ran."""

    CELL_TIME_LIMIT = auto()  # seconds
    NOTEBOOK_TIME_LIMIT = auto()  # seconds, of all cells together
    KERNEL_TIME_LIMIT = auto()
    PROCESSOR_TIME_LIMIT = auto()
    MEMORY_LIMIT = auto()
    DISK_LIMIT = auto()
    KERNEL_KILLED = auto()  # number: of the signal
    KERNEL_EXITED = auto()  # number: the exit code, 0 where it ended by itself
    KERNEL_STOPPED = auto()
    TOLD_TO_EXIT = auto()
    TEST_CRASHED = auto()  # number: of the signal
    TAMPERED_CONNECTION = auto()
    NOT_POINTS = auto()  # value, most
    COUNTS_AS = auto()  # value, points, most
    LEGACY = auto()  # text

    @property
    def is_time_limit(self) -> bool:
        """Whether it took too long."""
        return self in (
            IncidentKind.CELL_TIME_LIMIT,
            IncidentKind.NOTEBOOK_TIME_LIMIT,
            IncidentKind.KERNEL_TIME_LIMIT,
            IncidentKind.PROCESSOR_TIME_LIMIT,
        )

    @property
    def is_value(self) -> bool:
        """Whether a test ended with a value that cannot be its points."""
        return self in (IncidentKind.NOT_POINTS, IncidentKind.COUNTS_AS)


@dataclass(frozen=True)
class Incident:
    """A cell that exceeded a limit or ended its kernel, or whose value cannot be its points.

    `by_test`: what it asked of the student's code was too much for the examiner's kernel.
    """

    kind: IncidentKind
    cell: CellName = CellName()
    seconds: float = 0.0
    number: int = 0
    by_test: bool = False
    value: str = ""
    points: float = 0.0
    most: float = 0.0
    text: str = ""


class ReasonKind(StrEnum):
    """Why a submission has no points, or lacks some."""

    PARTS = auto()  # faults, incidents: what went wrong in one that has points
    UNREADABLE = auto()  # faults
    UNTOUCHED = auto()
    SYNTAX_ERROR = auto()  # cell, text, number: of the line, 0 where it is not known
    INCIDENTS = auto()  # incidents
    EXCEPTION = auto()  # cell, name, text
    PROPERTIES_FAILED = (
        auto()
    )  # name: of an exercise, number: of its properties that hold, most: of those tried
    NOT_THE_FUNCTION = auto()  # name: of what a check was given instead of its exercise's function
    CHECKS_FAILED = auto()  # text: what the first of them says
    NO_POINTS = auto()
    NOT_GRADED = auto()  # text: why this program could not; nothing of the student's
    LEGACY = auto()  # text


@dataclass(frozen=True)
class Reason:
    """Why a submission got zero, or what cost it points besides its checks. Its kind says which fields it has."""

    kind: ReasonKind
    cell: CellName = CellName()
    name: str = ""
    number: int = 0
    most: int = 0
    text: str = ""
    faults: tuple[Fault, ...] = ()
    incidents: tuple[Incident, ...] = ()
