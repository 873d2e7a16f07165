"""A course with an essay, and what tests of essays do with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import nbformat
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from tiny_course import TinyCourse, marks

from autograder.course.course import Course, open_course
from autograder.essays.answers import Question, questions_of
from autograder.essays.board import Board, Standing, open_board
from autograder.essays.marking import Done, Order, Refusal, Wanted, mark, set_rubric
from autograder.essays.records import Item, Start

STUB = "YOUR ANSWER HERE"
MODEL = """<!-- BEGIN SOLUTION -->
**Model answer.** Because $f$ is near one.

**Rubric, 4 points.** 2 the gate, with $f$; 1 the bias,
in numbers; 1 what follows. "Memory" alone earns nothing.
<!-- END SOLUTION -->"""
ANSWERS = {  # ada and bob wrote the same, cyd nothing
    "ada": "Because of the *gates*.",
    "bob": "  Because of\nthe *gates*. ",
    "cyd": STUB,
    "dan": "It <script>alert(1)</script> remembers $c$.",
    "eva": "The forget gate.",
}
ITEMS = (Item("", "the gate", 2), Item("", "the bias", 1))


def essay(text: str) -> nbformat.NotebookNode:
    """The essay's cell."""
    return new_markdown_cell(text, id="essay", metadata=marks("essay", grade=True, solution=True, points=4))


@dataclass(frozen=True)
class Essays:
    """The course, and its one question."""

    tiny: TinyCourse

    @property
    def course(self) -> Course:
        return open_course(self.tiny.root)

    @property
    def question(self) -> Question:
        with self.course.gradebook() as book:
            (found,) = questions_of(self.course, book, "t1")
        return found

    def board(self) -> Board:
        with self.course.gradebook() as book:
            return open_board(self.course, book, "t1", self.question)

    def hand_in(self, student: str, text: str, **answers: str) -> None:
        notebook = self.tiny.answer(**answers)
        notebook.cells += [new_markdown_cell("## Why?\n\nSay why.", id="why"), essay(text)]
        self.tiny.submit(student, notebook)

    def rubric(self, *items: Item, start: Start = Start.ZERO, who: str = "ann") -> Done | Refusal:
        seen = self.board().rubric.version
        return set_rubric(self.course, "t1", self.question, start, items or ITEMS, seen, who)

    def mark(
        self, students: str, *items: str, who: str = "ann", adjust: float = 0.0, note: str = "", **how: bool
    ) -> Done | Refusal:
        """Marks answers as somebody who looks just now."""
        board = self.board()
        orders = {
            student: Order(board.standings[student].token, Wanted(items, adjust, note))
            for student in students.split()
        }
        return mark(self.course, "t1", self.question, orders, who, **how)

    def standing(self, student: str) -> Standing:
        return self.board().standings[student]

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """What the block changes is kept, as the formgrader keeps it."""
        with Gradebook(f"sqlite:///{self.tiny.root}/gradebook.db") as book:
            yield book
            book.db.commit()

    def formgrader(self, student: str, points: float | None, comment: str | None = None) -> None:
        """Points and comment given there."""
        with self.gradebook() as book:
            grade = book.find_grade("essay", "two", "t1", student)
            grade.manual_score = points
            grade.needs_manual_grade = points is None and grade.auto_score is None
            if comment is not None:
                book.find_comment("essay", "two", "t1", student).manual_comment = comment
