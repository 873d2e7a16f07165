"""`autograder essays`: what waits to be read, and marks from a spreadsheet. The desk is for reading itself."""

import shlex
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from autograder.core.environment import user
from autograder.core.errors import WrongUse
from autograder.core.json_records import to_json
from autograder.core.text import counted, plain, printable
from autograder.course.course import Course, did_you_mean, open_course
from autograder.course.gradebook import check_gradebook, patiently
from autograder.course.runtime import report_errors
from autograder.essays.answers import question_named, questions_of
from autograder.essays.board import Board, Group, State, open_board
from autograder.essays.marking import Done, Hindrance, Order, mark, set_rubric
from autograder.essays.records import Start
from autograder.essays.shown import Listed, Pulse, listed, pulse
from autograder.essays.spreadsheet import Line, read_marks, write_marks
from autograder.results.journal import read_journal
from autograder.results.merged import names_of
from autograder.submissions.intake import read

PATIENCE = 60.0  # seconds that marks of a file wait for another reader's
NAMED = 5  # students of a group that are named
STATES = {
    State.WAITING: "waiting",
    State.AGAIN: "to be looked at again",
    State.READ: "read",
    State.BLANK: "blank",
}
WHY = {
    Hindrance.STALE: "marked or handed in again since the file was written: export it anew",
    Hindrance.CLAIMED: "another reader has it",
    Hindrance.ELSEWHERE: "given in the formgrader (--over takes these too)",
    Hindrance.NO_ITEM: "the rubric has another item now",
}


@dataclass(frozen=True)
class Lines:
    """What `--json` prints: the questions, and their boards by NOTEBOOK/CELL."""

    assignment: str
    questions: tuple[Listed, ...]
    boards: dict[str, Pulse]


def list_essays(
    root: Path,
    assignment: str,
    question: str = "",
    *,
    as_json: bool = False,
    db: str = "",
    out: TextIO = sys.stdout,
) -> int:
    """Prints what waits, of all questions or of one with its groups. Returns 0, or 1 while anything waits, 2 after
    wrong use."""
    with report_errors(out) as status, _boards(root, assignment, question, db) as (_, boards):
        lines = [listed(board) for board in boards]
        if as_json:
            pulses = {"/".join(board.question.key): pulse(board) for board in boards}
            print(to_json(Lines(assignment, tuple(lines), pulses), indent=1), file=out)
        else:
            print(f"{assignment}: {counted(len(lines), 'question')} that people read", file=out)
            for each, board in zip(lines, boards, strict=True):
                print(_line(each, board), file=out)
                for group in board.groups if question else ():
                    print(_group(group, board), file=out)
        status.append(1 if any(each.waiting + each.again for each in lines) else 0)
    return status[0]


def export_marks(
    root: Path, assignment: str, question: str, to: Path, *, db: str = "", out: TextIO = sys.stdout
) -> int:
    """Writes answers and marks as a CSV. Returns 0, or 2 where there is nothing to write."""
    with report_errors(out) as status, _boards(root, assignment, question, db) as (course, boards):
        count = write_marks(to, boards, names_of(course))
        print(f"{assignment}: {counted(count, 'answer')} written to {to}", file=out)
        items = {"/".join(b.question.key): b.rubric.items for b in boards if b.rubric.items}
        for name, rubric in items.items():
            print(
                f"{name}: items to give",
                *(f"  {i.id}  {i.points:+g}  {i.text}" for i in rubric),
                sep="\n",
                file=out,
            )
        status.append(0)
    return status[0]


def import_marks(
    root: Path,
    assignment: str,
    question: str,
    taken: Path,
    *,
    who: str = "",
    over: bool = False,
    db: str = "",
    out: TextIO = sys.stdout,
) -> int:
    """Takes the marks of a CSV, each by itself. Returns 0, 1 where some could not be taken, 2 after wrong use."""
    with report_errors(out) as status, _boards(root, assignment, question, db) as (course, boards):
        by_name = {"/".join(board.question.key): board for board in boards}
        lines = list(read_marks(taken, by_name))
        ungraded = _ungraded(course, assignment, {each.student for each in lines})
        refused: dict[str, list[Line]] = {}
        if ungraded:
            grade = f"autograder grade {shlex.quote(assignment)}"
            why = f"handed in again, and not graded yet: {grade}, then export it anew"
            refused[why] = [each for each in lines if each.student in ungraded]
        deadline = time.monotonic() + PATIENCE
        for name, board in by_name.items():
            theirs = {e.student: e for e in lines if e.question == name and e.student not in ungraded}
            while theirs:  # all or none: those that hinder are left out, then the others are taken
                orders = {student: Order(each.seen, each.wanted) for student, each in theirs.items()}
                result = mark(course, assignment, board.question, orders, who or user(), over=over)
                if isinstance(result, Done):
                    break
                if result.why is Hindrance.BUSY and time.monotonic() < deadline:
                    continue  # each attempt has waited for a moment: another reader's marks are soon done
                if result.why is Hindrance.BUSY:
                    raise WrongUse(
                        f"Another `autograder` is running in {course.root}.\n"
                        "When it has finished, run the same command again."
                    )
                hindering = {each.student for each in result.standings} or set(theirs)
                refused.setdefault(WHY[result.why], []).extend(
                    theirs.pop(student) for student in sorted(hindering)
                )
        left = sum(map(len, refused.values()))
        print(f"{assignment}: {counted(len(lines) - left, 'mark')} taken, {left} not", file=out)
        for why, those in refused.items():
            names = ", ".join(f"{printable(each.student)} (line {each.number})" for each in those)
            print(f"  {len(those)} {why}: {names}", file=out)
        if len(lines) > left:
            print(f"Pages and reports follow with\n  autograder feedback {shlex.quote(assignment)}", file=out)
        status.append(1 if left else 0)
    return status[0]


def take_rubric(
    root: Path, assignment: str, question: str, *, who: str = "", db: str = "", out: TextIO = sys.stdout
) -> int:
    """Takes the rubrics that model answers state, for questions without one. Returns 0, 1 where one states none, 2 after
    wrong use."""
    with report_errors(out) as status, _boards(root, assignment, question, db) as (course, boards):
        lacking = 0
        for board in boards:
            name, items = "/".join(board.question.key), board.question.proposed
            if board.rubric.items:
                print(f"{name}: has a rubric of {counted(len(board.rubric.items), 'item')} already", file=out)
            elif not items:
                lacking += 1
                print(
                    f"{name}: its model answer states no rubric worth {board.question.most:g} points."
                    " Expected a paragraph such as\n**Rubric.** 0.5 one thing; 0.5 another",
                    file=out,
                )
            else:
                fresh = [type(each)("", each.text, each.points) for each in items]
                done = set_rubric(
                    course, assignment, board.question, Start.ZERO, fresh, board.rubric.version, who or user()
                )
                if not isinstance(done, Done):
                    raise WrongUse(f"{name}: the rubric changed just now. Run the same command again.")
                said = (f"  {each.id}  {each.points:+g}  {each.text}" for each in done.rubric.items)
                print(f"{name}: {counted(len(items), 'item')}", *said, sep="\n", file=out)
        status.append(1 if lacking else 0)
    return status[0]


def _ungraded(course: Course, assignment: str, students: Collection[str]) -> set[str]:
    """Those of the students whose submission is another than the one that is graded."""
    graded = read_journal(course.journal(assignment))
    found = set()
    for student, folder in course.submissions(assignment).items():
        if student in students and student in graded:
            now = read(student, folder, course.folders.ignore)
            if now.digest != graded[student].submission_digest:
                found.add(student)
    return found


@contextmanager
def _boards(root: Path, assignment: str, question: str, db: str) -> Iterator[tuple[Course, Sequence[Board]]]:
    """The course and the boards of all questions, or of one. Raises WrongUse where there is none."""
    course = open_course(root, db)
    patiently(lambda: check_gradebook(course.folders.db_url))
    known = course.assignments()
    if assignment not in known:
        raise WrongUse(
            f"There is no assignment {assignment!r}."
            + did_you_mean(assignment, known, "assignment", "autograder essays {}")
        )
    with course.gradebook() as gradebook:
        found = questions_of(course, gradebook, assignment)
        command = f"autograder essays {shlex.quote(assignment)} --question {{}}"
        chosen = [question_named(found, question, command)] if question or not found else found
        boards = [open_board(course, gradebook, assignment, each) for each in chosen]
    yield course, boards


def _line(each: Listed, board: Board) -> str:
    """A question in a line."""
    answers = counted(len(board.standings), "answer")
    counts = {
        "waiting": each.waiting,
        "to be looked at again": each.again,
        "read": each.read,
        "blank": each.blank,
        "given in the formgrader": each.elsewhere,
    }
    said = ", ".join(f"{number} {words}" for words, number in counts.items() if number)
    rubric = f"; rubric of {counted(len(board.rubric.items), 'item')}" if board.rubric.items else ""
    readers = f"; {', '.join(each.readers)} reading" if each.readers else ""
    title = f" ({plain(each.title)})" if each.title != each.cell else ""
    name = f"{each.notebook}/{each.cell}"
    groups = counted(each.groups, "group")
    return f"  {name}{title}, {each.most:g} points: {answers} in {groups}: {said or 'none'}{rubric}{readers}"


def _group(group: Group, board: Board) -> str:
    """A group in a line: how many, where they stand, who, and how the answer begins."""
    standings = [board.standings[student] for student in group.students]
    states = ", ".join(dict.fromkeys(STATES[each.state] for each in standings))
    points = {each.points for each in standings}
    given = f" {points.copy().pop():g}" if len(points) == 1 and None not in points else ""
    more = f" and {len(group.students) - NAMED} more" if len(group.students) > NAMED else ""
    who = ", ".join(map(printable, group.students[:NAMED])) + more
    text = "-" if group.answer.blank else plain(group.answer.source, 60)
    claim = f"  ({group.claim.by} reads it)" if group.claim else ""
    return f"    {len(standings):4}  {states}{given}  {who}: {text}{claim}"
