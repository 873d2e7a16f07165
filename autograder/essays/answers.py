"""The answers to questions that a person reads, from the graded notebooks; the question and its model answer from the
source. `board` asks.

Two answers are the same where they differ in nothing but blanks. What a notebook shows comes from students: `pages`
makes it safe.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import ClearMarkScheme, ClearSolutions

from autograder.core.errors import WrongUse
from autograder.course.course import Course, did_you_mean
from autograder.essays.records import Item, digest
from autograder.results.headings import headings, titles
from autograder.results.outcome import Key
from autograder.submissions.rebuild import ADDED

# A rubric as this project's model answers state it: a paragraph "**Rubric.** 0.5 one thing; 0.5 another."
RUBRIC = re.compile(r"^\*\*Rubric\b[^*]*\*\*(?P<items>.+?)(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
ITEM = re.compile(r"(?:^|;|\n\s*[-*])\s*(?P<points>[-+]?\d+(?:\.\d+)?)(?:\s*points?)?:?\s+(?=\S)")
SENTENCE = re.compile(
    r"\.\s+(?=[\"“A-Z]).*\Z|\.?\s*\Z", re.DOTALL
)  # what follows the last item, and its full stop


@dataclass(frozen=True)
class Question:
    """A graded cell that a person reads. `prompt` and `model` in Markdown (code where `code`), "" where there is none;
    `stub`: the answer as it was released; `proposed`: the rubric that the model answer states."""

    notebook: str
    cell: str
    title: str
    most: float
    code: bool = False
    task: bool = False
    prompt: str = ""
    model: str = ""
    stub: str = ""
    proposed: tuple[Item, ...] = ()

    @property
    def key(self) -> Key:
        """Which cell it is."""
        return self.notebook, self.cell


@dataclass(frozen=True)
class Answer:
    """What a student wrote. `digest`: of exactly that; `group`: the same for answers that differ in blanks only;
    `blank`: nothing was written. `printed`: what a code cell showed, as text."""

    student: str
    source: str
    digest: str
    group: str
    blank: bool
    printed: str = ""
    attachments: dict[str, Any] = field(default_factory=dict)


def questions_of(course: Course, gradebook: Gradebook, assignment: str) -> list[Question]:
    """The questions of an assignment that a person reads, in the notebooks' order."""
    try:
        notebooks = gradebook.find_assignment(assignment).notebooks
    except MissingEntry:
        return []
    order = titles(course, assignment)
    found: dict[Key, tuple[float, bool]] = {}
    for notebook in notebooks:
        written = {cell.name for cell in notebook.solution_cells}
        cells = [(cell, False) for cell in notebook.grade_cells if cell.name in written]
        for cell, task in [*cells, *((each, True) for each in notebook.task_cells)]:
            found[(notebook.name, cell.name)] = float(cell.max_score), task
    places = {key: number for number, key in enumerate(order)}
    keys = sorted(found, key=lambda key: (places.get(key, len(places)), key))
    return [_question(course, assignment, key, order.get(key, "") or key[1], *found[key]) for key in keys]


def question_named(questions: Iterable[Question], name: str, command: str) -> Question:
    """The question of this name, CELL or NOTEBOOK/CELL; of the only one where "". `command`: what to type, with {}.

    Raises WrongUse where there is none, or several.
    """
    known = list(questions)
    if not known:
        raise WrongUse("Found no question that a person reads: no cell is both an answer and graded.")
    found = [each for each in known if name in ("", each.cell, "/".join(each.key))]
    if len(found) == 1:
        return found[0]
    names = ["/".join(each.key) if len({q.notebook for q in known}) > 1 else each.cell for each in known]
    if not found:
        raise WrongUse(f"There is no question {name!r}." + did_you_mean(name, names, "question", command))
    raise WrongUse(f"Several questions fit: {', '.join(names)}. Say which:\n  {command.format(names[0])}")


def answers_to(course: Course, assignment: str, question: Question, students: Iterable[str]) -> list[Answer]:
    """The answers of those of the students whose work is graded."""
    found = []
    for student in students:
        path = course.autograded(student, assignment) / f"{question.notebook}.ipynb"
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            continue
        found.append(_answer(path, changed, student, question))
    return found


@lru_cache(4096)
def _answer(path: Path, changed: int, student: str, question: Question) -> Answer:
    """An answer, read again only where the file has changed since (at the time `changed`)."""
    cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    mine = _cells_of(cells, question)
    source = "\n\n".join(filter(None, (_source(cell) for cell in mine)))
    if question.code:
        normal = "\n".join(map(str.rstrip, source.strip().split("\n")))
    else:
        normal = " ".join(unicodedata.normalize("NFC", source).split())
    stub = " ".join(question.stub.split())
    blank = " ".join(source.split()) in ("", stub) and not any(cell.get("attachments") for cell in mine)
    attachments: dict[str, Any] = {}
    for cell in mine:
        attachments |= cell.get("attachments", {})
    pictures = digest(attachments) if attachments else ""
    return Answer(
        student,
        source,
        digest(source + pictures),
        digest("" if blank else normal + pictures),
        blank,
        "".join(_printed(output) for cell in mine for output in cell.get("outputs", ())),
        attachments,
    )


def _cells_of(cells: list[dict[str, Any]], question: Question) -> list[dict[str, Any]]:
    """The answer's cell; of a task, the cells that the student put behind it."""
    places = [k for k, cell in enumerate(cells) if _name(cell) == question.cell]
    if not places:
        return []
    if not question.task:
        return [cells[places[0]]]
    found = []
    for cell in cells[places[0] + 1 :]:
        if not str(cell.get("id", "")).startswith(ADDED):
            break
        found.append(cell)
    return found


def _question(course: Course, assignment: str, key: Key, title: str, most: float, task: bool) -> Question:
    notebook, cell = key
    source = _notebook(course.step(course.folders.source_directory, assignment), notebook)
    release = _notebook(course.step(course.folders.release_directory, assignment), notebook)
    own = next((each for each in source or release if _name(each) == cell), {})
    released = next((each for each in release if _name(each) == cell), {})
    marks = ClearSolutions(config=course.config)
    stub = "" if task else _source(released) or marks.text_stub
    prompt, model = _prompt(source or release, cell), ""
    if task:
        prompt = "\n\n".join(filter(None, (prompt, _source(own))))
    elif source:
        lines = _source(own).split("\n")
        scheme = ClearMarkScheme(config=course.config)
        delimiters = (
            marks.begin_solution_delimeter,
            marks.end_solution_delimeter,
            scheme.begin_mark_scheme_delimeter,
            scheme.end_mark_scheme_delimeter,
        )
        model = "\n".join(line for line in lines if not any(mark in line for mark in delimiters)).strip()
        model = "" if model == stub.strip() else model
    code = own.get("cell_type") == "code" and not task
    return Question(notebook, cell, title, most, code, task, prompt, model, stub, proposed(model, most))


def proposed(model: str, most: float) -> tuple[Item, ...]:
    """The rubric that a model answer states; none where its points are not those of the question."""
    found = RUBRIC.search(model)
    if not found:
        return ()
    text = found["items"]
    starts = list(ITEM.finditer(text))
    ends = [each.start() for each in starts[1:]] + [len(text)]
    items = tuple(
        Item(
            f"r{number}",
            " ".join(
                (
                    SENTENCE.sub("", text[each.end() : end]) if end == len(text) else text[each.end() : end]
                ).split()
            ),
            float(each["points"]),
        )
        for number, (each, end) in enumerate(zip(starts, ends, strict=True), 1)
    )
    gained = sum(each.points for each in items if each.points > 0)
    return items if items and abs(gained - most) < 1e-6 else ()


def _prompt(cells: list[dict[str, Any]], name: str) -> str:
    """The text above a question, from its heading on."""
    place = next((k for k, cell in enumerate(cells) if _name(cell) == name), 0)
    found: list[str] = []
    for cell in reversed(cells[:place]):
        if cell.get("cell_type") != "markdown" or _marks(cell).get("solution") or _marks(cell).get("grade"):
            break
        found.insert(0, _source(cell))
        if headings(_source(cell)):
            break
    return "\n\n".join(found)


def _notebook(folder: Path, name: str) -> list[dict[str, Any]]:
    path = folder / f"{name}.ipynb"
    cells: list[dict[str, Any]] = (
        json.loads(path.read_text(encoding="utf-8")).get("cells", []) if path.is_file() else []
    )
    return cells


def _printed(output: dict[str, Any]) -> str:
    """What an output shows, as text."""
    data = output.get("data", {}).get("text/plain", "")
    text = output.get("text") or data or "".join(f"{line}\n" for line in output.get("traceback", ()))
    return text if isinstance(text, str) else "".join(text)


def _marks(cell: dict[str, Any]) -> dict[str, Any]:
    marks: dict[str, Any] = cell.get("metadata", {}).get("nbgrader", {})
    return marks


def _name(cell: dict[str, Any]) -> str:
    return str(_marks(cell).get("grade_id", ""))


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
