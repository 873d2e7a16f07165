"""How many minutes it takes to work through a lesson, by the words, code and questions that it shows.

    python tools/minutes.py [07_gradient_flow ...]

130 words of prose and 10 lines of code are a minute. A question counts with its words and code, and with the time to
choose (15 seconds) or to write an answer (two minutes). Not counted: folded cells, the list of sources, and cards, which
are for later days. The common mistakes count apart: they are there to be looked up. A lesson's first cell states both
sums, rounded up to five; tests/lessons/test_minutes.py compares them.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jupytext

from autograder.core.notebooks import Notebook, NotebookCell
from lstmlab.bank.items import Myth, Pitfall, Prompt, Question
from lstmlab.bank.load import Bank, load_bank

LESSONS = Path(__file__).parent.parent / "notebooks"
MISTAKES, SOURCES = "Common mistakes", "Sources"
WORDS, LINES = 130, 10  # in a minute
CHOOSING, WRITING = 0.25, 2.0  # minutes
STATED = re.compile(r"^\*About (\d+) minutes(?:, and (\d+) more for the common\s+mistakes)?", re.MULTILINE)
ASKED = re.compile(r'quiz\.(predict|choice|explain|pitfall|myth)\("([^"]+)"\)')
# What is not read: where links lead, tags, the marks around code.
UNREAD = re.compile(r"\]\([^)]*\)|<[^>]*>|https?://\S+|^```.*$", re.MULTILINE)
WORD = re.compile(r"\S*[^\W_]\S*")


@dataclass
class Minutes:
    """What the prose, the visible code and the questions of a part of a lesson take, and what the lesson states."""

    prose: float = 0.0
    code: float = 0.0
    quiz: float = 0.0
    stated: int = 0

    @property
    def measured(self) -> float:
        """All together."""
        return self.prose + self.code + self.quiz

    @property
    def rounded(self) -> int:
        """What the lesson is to state."""
        return 5 * -int(-self.measured // 5)


def measure(name: str, until: str | None = None) -> tuple[Minutes, Minutes]:
    """The minutes of notebooks/NAME.py without its common mistakes, and those of the common mistakes.

    With `until`, up to the first code cell that holds these words, and with it; ValueError where none does.
    Raises FileNotFoundError where there is no such lesson.
    """
    notebook = jupytext.read(LESSONS / f"{name}.py")
    bank = load_bank(name)
    stated = STATED.search(notebook.cells[0].source)
    lesson, mistakes = (Minutes(stated=int(text or 0)) for text in (stated.groups() if stated else "00"))
    for section, heading, cell in _with_headings(notebook):
        part = mistakes if section == MISTAKES else lesson
        if cell.cell_type == "markdown":
            part.prose += _reading(cell.source) if heading != SOURCES else 0.0
            continue
        part.quiz += sum(_answering(bank, kind, key) for kind, key in ASKED.findall(cell.source))
        if "hide-input" not in cell.metadata.get("tags", []):
            part.code += _studying(cell.source)
        if until is not None and until in cell.source:
            return lesson, mistakes
    if until is not None:
        raise ValueError(f"no code cell of {name} holds {until!r}; pass words of one that does.")
    return lesson, mistakes


def _with_headings(notebook: Notebook) -> Iterator[tuple[str, str, NotebookCell]]:
    """Each cell with its section's heading and the nearest heading."""
    section = nearest = ""
    for cell in notebook.cells:
        for marks, heading in re.findall(
            r"^(#+) (.*)", cell.source * (cell.cell_type == "markdown"), re.MULTILINE
        ):
            nearest = heading
            section = heading if len(marks) == 2 else section
        yield section, nearest, cell


def _reading(text: str) -> float:
    return len(WORD.findall(UNREAD.sub(" ", text))) / WORDS


def _studying(code: str) -> float:
    return sum(bool(line.strip()) for line in code.splitlines()) / LINES


def _answering(bank: Bank, kind: str, key: str) -> float:
    tables = {"explain": bank.prompts, "pitfall": bank.pitfalls, "myth": bank.myths}
    item: Question | Prompt | Pitfall | Myth = tables.get(kind, bank.questions)[key]  # type: ignore[attr-defined]
    match item:
        case Question():
            words = _reading(" ".join([item.text, *item.options, item.verdict(item.answer)]))
            return CHOOSING + words + _studying(item.code)
        case Prompt():
            return WRITING + _reading(" ".join([item.text, *(each.text for each in item.concepts)]))
        case Pitfall():
            return _reading(f"{item.text} {item.cause}") + _studying(f"{item.wrong}\n{item.right}")
        case Myth():
            return CHOOSING + _reading(" ".join([item.question, item.belief, item.reality, item.why]))


def lessons() -> list[str]:
    """The names of all lessons."""
    return sorted(path.stem for path in LESSONS.glob("[0-9]*.py"))


def main(arguments: list[str] | None = None) -> int:
    """Prints a table of the lessons' minutes."""
    parser = argparse.ArgumentParser(description="Minutes that lessons take to work through.")
    parser.add_argument("lesson", nargs="*", help="such as 07_gradient_flow; default: all")
    print(f"{'lesson':20}  prose  code  quiz   all  stated   common mistakes, stated")
    for name in parser.parse_args(arguments).lesson or lessons():
        lesson, mistakes = measure(name)
        parts = f"{lesson.prose:5.0f} {lesson.code:5.0f} {lesson.quiz:5.0f} {lesson.measured:5.0f}"
        print(f"{name:20}  {parts}  {lesson.stated:6}   {mistakes.measured:15.0f}  {mistakes.stated:6}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
