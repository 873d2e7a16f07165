"""Marks as a CSV, for whoever would rather read in a spreadsheet, and back: `autograder essays --export`, `--import`.

A line is one answer. What is read back are its points, items and comment; `seen` says what was there when it was
written, so that a line whose answer somebody else has marked since, or that was handed in again, is not taken. What has
to be looked at again has its points under `earlier`: filled in anew, they are a mark for the answer as it is now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.core.csv_tables import read_table, unharmed, write_table
from autograder.core.errors import WrongUse
from autograder.essays.board import Board, Standing, State
from autograder.essays.marking import Wanted
from autograder.results.outcome import NEAR

HEADING = [
    "question",
    "student_id",
    "name",
    "group",
    "answer",
    "state",
    "points",
    "items",
    "comment",
    "earlier",
    "by",
    "seen",
]
LONGEST = 32_000  # characters of an answer: a spreadsheet's cell holds few more, and `read_table` four times as many
NEEDED = ("question", "student_id", "points", "items", "comment", "seen")


@dataclass(frozen=True)
class Line:
    """What a line asks for: of a question (NOTEBOOK/CELL), a student, seen as `seen`."""

    number: int
    question: str
    student: str
    seen: str
    wanted: Wanted


def write_marks(path: Path, boards: Iterable[Board], names: dict[str, str]) -> int:
    """Writes the answers of all boards, those that are the same one below the other. Returns how many."""
    rows = [HEADING]
    for board in boards:
        for number, group in enumerate(board.groups, 1):
            for student in group.students:
                each = board.standings[student]
                points, items = "" if each.points is None else f"{each.points:g}", " ".join(each.items)
                again = each.state is State.AGAIN
                earlier = f"{points} ({items})" if items else points
                rows.append(
                    [
                        "/".join(board.question.key),
                        student,
                        names.get(student, ""),
                        str(number),
                        group.answer.source[:LONGEST],
                        each.state,
                        "" if again else points,
                        "" if again else items,
                        each.comment if each.elsewhere else each.note,
                        earlier if again else "",
                        each.by or ("formgrader" if each.elsewhere else ""),
                        each.token,
                    ]
                )
    write_table(path, rows)
    return len(rows) - 1


def read_marks(path: Path, boards: dict[str, Board]) -> Iterator[Line]:
    """The lines that ask for something else than what is there, or for an answer that has to be looked at again.
    `boards`: by NOTEBOOK/CELL. Raises WrongUse with the line of what cannot be right."""
    table = read_table(path)
    if lacking := [name for name in NEEDED if name not in table.heading]:
        raise WrongUse(
            f"{path}: found no column {', '.join(lacking)}; expected the file of `autograder essays --export`."
        )
    for number, row in table.rows:
        cells = dict(zip(table.heading, row, strict=True))
        board = boards.get(cells["question"])
        there = board.standings.get(unharmed(cells["student_id"])) if board else None
        if board is None or there is None:
            raise WrongUse(
                f"{path}, line {number}: found {cells['student_id']!r} and {cells['question']!r}, expected a student and"
                f" a question of the assignment: {', '.join(boards)}"
            )
        where = f"{path}, line {number}"
        if cells["points"].strip() or cells["items"].strip():
            wanted = _wanted(where, cells, board)
            if not _is_there(there, wanted, board):
                yield Line(number, cells["question"], there.student, cells["seen"], wanted)
        elif unharmed(cells["comment"]).strip() not in ("", there.comment.strip(), there.note.strip()):
            raise WrongUse(
                f"{where}: found a comment alone, expected points, or items of the rubric, beside it"
            )


def _wanted(where: str, cells: dict[str, str], board: Board) -> Wanted:
    """The mark that a line asks for; without points it has those of its items."""
    most = board.question.most
    items = tuple(cells["items"].replace(",", " ").split())
    known = [each.id for each in board.rubric.items]
    if unknown := [each for each in items if each not in known]:
        raise WrongUse(f"{where}: found the item {unknown[0]!r}, expected of {', '.join(known) or 'none'}")
    by_items = board.rubric.points(items, 0.0, most)
    try:
        points = float(cells["points"].replace(",", ".")) if cells["points"].strip() else by_items
    except ValueError as error:
        raise WrongUse(f"{where}: found {cells['points']!r} as points, expected a number") from error
    if not 0 <= points <= most:
        raise WrongUse(f"{where}: found {points:g} points, expected from 0 to {most:g}")
    adjust = 0.0 if abs(points - by_items) <= NEAR else round(points - by_items, 6)
    return Wanted(items, adjust, unharmed(cells["comment"]))


def _is_there(there: Standing, wanted: Wanted, board: Board) -> bool:
    """Whether the answer has that already, and nobody has to look at it again."""
    points = board.rubric.points(wanted.items, wanted.adjust, board.question.most)
    read = there.points is not None and there.state is not State.AGAIN
    same = read and abs((there.points or 0.0) - points) <= NEAR
    said = there.comment if there.elsewhere else there.note
    return same and set(wanted.items) == set(there.items) and wanted.note == said
