"""Puts a student's answers into the assignment's own skeleton, so that nothing else of theirs can matter.

Called by `grade` after intake. Edited, deleted, copied, retyped or re-tagged test cells are left behind;
answers are found by their grade_id, else by what they define, their likeness and their place. Code and text
that the student added stays, where it was between the answers. Each repair is a record.
"""

import copy
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.core.notebooks import NotebookCell
from autograder.core.records import Repair, RepairKind
from autograder.course.model import Cell, Rebuilt, Skeleton

NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
ADDED = "student-"  # begins the id of a cell that the student added; its number in their notebook follows
LIKE = 0.6  # an answer without an id counts as the stub that it resembles more than this
COMPARED = 20  # cells, where an answer is looked for by its likeness
DEFINES = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)


def rebuild(skeleton: Skeleton, cells: Sequence[Cell]) -> Rebuilt:
    """The skeleton with the answers and the added cells of `cells`."""
    return _Rebuild(skeleton, cells).result()


def unanswered(skeleton: Skeleton) -> Any:
    """A copy of the skeleton for a submission without a readable notebook."""
    return copy.deepcopy(skeleton.notebook)


def grade_id(cell: NotebookCell) -> str:
    """nbgrader's name of a cell, "" where it has none."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


class _Rebuild:
    """One notebook's rebuilding. `places[i]` is the skeleton's index that the student's cell i stands for."""

    def __init__(self, skeleton: Skeleton, cells: Sequence[Cell]):
        self.skeleton = skeleton
        self.cells = cells
        self.target = skeleton.notebook.cells
        self.named = {grade_id(cell): index for index, cell in enumerate(self.target) if grade_id(cell)}
        self.slots = [index for index, cell in enumerate(self.target) if is_solution(cell)]
        self.places: dict[int, int] = {}
        self.answers: dict[int, int] = {}
        self.repairs: list[Repair] = []

    def result(self) -> Rebuilt:
        self._place_by_name()
        self._place_by_text()
        for slot in self.slots:
            if slot not in self.answers:
                self._search(slot)
        self._report_locked()
        notebook, added_code = self._assemble()
        untouched = not added_code and all(
            slot not in self.answers or self._is_stub(self.answers[slot], slot) for slot in self.slots
        )
        return Rebuilt(notebook, tuple(self.repairs), untouched)

    def _is_stub(self, number: int, slot: int) -> bool:
        return same(self.cells[number].source, self.skeleton.released[slot])

    def _place_by_name(self) -> None:
        """Cells that kept their grade_id; of several, the last answer that differs from the stub."""
        copies: dict[int, list[int]] = {}
        for number, cell in enumerate(self.cells):
            if cell.grade_id in self.named:
                copies.setdefault(self.named[cell.grade_id], []).append(number)
        for index, numbers in copies.items():
            name = grade_id(self.target[index])
            if not is_solution(self.target[index]):
                self.places.update(dict.fromkeys(numbers, index))
                continue
            written = [number for number in numbers if not self._is_stub(number, index)]
            chosen = (written or numbers)[-1]
            self._answer(index, chosen)
            # An untouched copy is dropped; an earlier different one stays, as it ran for the student.
            self.places.update({number: index for number in numbers if number not in written})
            if len(numbers) > 1:
                self.repairs.append(
                    Repair(
                        RepairKind.ANSWER_COPIES,
                        cell=name,
                        number=len(numbers),
                        chosen=numbers.index(chosen) + 1,
                    )
                )

    def _place_by_text(self) -> None:
        """Cells without a known name whose text is the instructor's."""
        taken = set(self.places.values())
        texts = [bare(released) for released in self.skeleton.released]
        for number, cell in enumerate(self.cells):
            if number in self.places or cell.grade_id in self.named or not cell.source.strip():
                continue
            written = bare(cell.source)
            for index, released in enumerate(texts):
                free = index not in taken or not grade_id(self.target[index])
                if free and written == released:
                    self.places[number] = index
                    taken.add(index)
                    if index in self.slots:
                        self.answers[index] = number
                    break

    def _answer(self, slot: int, number: int) -> None:
        self.answers[slot] = number
        self.places[number] = slot
        was, kind = self.cells[number].kind, self.target[slot].cell_type
        if was != kind:
            name = grade_id(self.target[slot])
            self.repairs.append(Repair(RepairKind.ANSWER_RETYPED, cell=name, was=was, now=kind))

    def _search(self, slot: int) -> None:
        """An answer whose cell lost its name: by what it defines, else by likeness, else by its place."""
        target, stub = self.target[slot], self.skeleton.released[slot]
        wanted = defines(stub)
        free = [
            number
            for number, cell in enumerate(self.cells)
            if number not in self.places and cell.grade_id not in self.named and cell.source.strip()
        ]
        same_kind = [number for number in free if self.cells[number].kind == target.cell_type]
        by_definition = [n for n in free if wanted and wanted <= defines(self.cells[n].source)]
        closest = most_alike([self.cells[n].source for n in same_kind], stub)
        by_place = [n for n in same_kind if self._between(n, slot)]
        name = grade_id(target)
        if by_definition:
            chosen, how = by_definition[-1], RepairKind.FOUND_BY_DEFINITION
        elif closest is not None:
            chosen, how = same_kind[closest], RepairKind.FOUND_BY_LIKENESS
        elif len(by_place) == 1:
            chosen, how = by_place[0], RepairKind.FOUND_BY_PLACE
        else:
            self.repairs.append(Repair(RepairKind.ANSWER_MISSING, cell=name))
            return
        self._answer(slot, chosen)
        self.repairs.append(Repair(how, cell=name, number=chosen + 1))

    def _between(self, number: int, slot: int) -> bool:
        """Whether the cell stands between the nearest known neighbours of the slot."""
        before = [n for n, index in self.places.items() if index < slot]
        after = [n for n, index in self.places.items() if index > slot]
        return max(before, default=-1) < number < min(after, default=len(self.cells)) and bool(
            before or after
        )

    def _report_locked(self) -> None:
        for index, target in enumerate(self.target):
            name = grade_id(target)
            if (
                not name
                or is_solution(target)
                or not (is_locked(target) or is_grade(target) or is_task(target))
            ):
                continue
            numbers = [number for number, place in self.places.items() if place == index]
            released = self.skeleton.released[index]
            if not numbers:
                self.repairs.append(Repair(RepairKind.LOCKED_MISSING, cell=name))
            elif len(numbers) > 1:
                self.repairs.append(Repair(RepairKind.LOCKED_COPIES, cell=name, number=len(numbers)))
            elif not same(self.cells[numbers[0]].source, released):
                self.repairs.append(Repair(RepairKind.LOCKED_CHANGED, cell=name))

    def _assemble(self) -> tuple[Any, bool]:
        """The rebuilt notebook, and whether the student added code of their own."""
        notebook = copy.deepcopy(self.skeleton.notebook)
        extras: dict[int, list[Any]] = {}
        anchor = -1
        for number, cell in enumerate(self.cells):
            if number in self.places:
                anchor = self.places[number]
            elif cell.source.strip():
                extras.setdefault(anchor, []).append(_extra(cell, number))
        for slot, number in self.answers.items():
            notebook.cells[slot].source = self.cells[number].source
            if self.cells[number].attachments and notebook.cells[slot].cell_type == "markdown":
                notebook.cells[slot].attachments = copy.deepcopy(self.cells[number].attachments)
        woven = extras.get(-1, [])
        for index, cell in enumerate(notebook.cells):
            woven += [cell, *extras.get(index, [])]
        notebook.cells = woven
        return notebook, any(cell.cell_type == "code" for added in extras.values() for cell in added)


def _extra(cell: Cell, number: int) -> Any:
    """A cell that the student added, without any metadata: tags and marks change how a notebook runs."""
    made = NEW_CELL[cell.kind](cell.source, id=f"{ADDED}{number + 1}")
    if cell.attachments:
        made.attachments = copy.deepcopy(cell.attachments)
    return made


def bare(text: str) -> str:
    """A text without white space at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def same(one: str, other: str) -> bool:
    """Whether two texts are equal except for white space at the ends of lines."""
    return bare(one) == bare(other)


def most_alike(texts: Sequence[str], stub: str) -> int | None:
    """The place of the text that is most like a stub, if one is so like it that it may have been made of it.

    Only the likeliest are compared in full: of long cells that takes a second for each.
    """
    places = range(len(texts))
    likeliest = sorted(places, key=lambda n: -_matcher(texts[n], stub).quick_ratio())[:COMPARED]
    likeness = {n: _likeness(texts[n], stub) for n in likeliest}
    best = max(likeness, key=lambda n: likeness[n], default=None)
    return best if best is not None and likeness[best] > LIKE else None


def defines(source: str) -> set[str]:
    """The functions, classes and variables that code defines at its top."""
    return {first or second for first, second in DEFINES.findall(source)}


def _likeness(one: str, other: str) -> float:
    """How similar two texts are, from 0 to 1; 0 if it cannot be more than LIKE."""
    matcher = _matcher(one, other)
    # Upper bounds, found a thousand times faster: a notebook may hold many long cells.
    could_be = min(matcher.real_quick_ratio(), matcher.quick_ratio())
    return matcher.ratio() if could_be > LIKE else 0.0


def _matcher(one: str, other: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, one[:4000], other[:4000], autojunk=False)
