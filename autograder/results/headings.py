"""What the instructor wrote: the headings above graded cells, and which texts are the instructor's own; for `report`."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import ClearMarkScheme

from autograder.core.text import plain
from autograder.course.course import Course
from autograder.results.outcome import Key

HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
SHORT = 4  # characters: anything shorter is in any text


def headings(source: str) -> list[str]:
    """The headings of a text in Markdown, without its marks."""
    return [found.rstrip().rstrip("#").strip("*_ ") for found in HEADING.findall(source)]


def titles(course: Course, assignment: str) -> dict[Key, str]:
    """The heading above each graded cell, in the notebooks' order; empty where there is neither source nor release.

    Where there are several notebooks their names come first: each may have its *Part A*."""
    found: dict[Key, str] = {}
    scheme = ClearMarkScheme(config=course.config)
    delimiters = (scheme.begin_mark_scheme_delimeter, scheme.end_mark_scheme_delimeter)
    for path, cells in _notebooks(course, assignment):
        heading = ""
        for cell in cells:
            source = _source(cell)
            if cell.get("cell_type") == "markdown" and (
                found_here := [each for each in headings(source) if not any(d in each for d in delimiters)]
            ):
                heading = plain(found_here[-1])
            marks = cell.get("metadata", {}).get("nbgrader", {})
            if marks.get("grade") or marks.get("task"):
                found.setdefault((path.stem, marks.get("grade_id", "")), heading)
    several = len({notebook for notebook, _ in found}) > 1
    return {key: f"{key[0]}: {title}" if several and title else title for key, title in found.items()}


def in_order(course: Course, assignment: str) -> Callable[[Key], tuple[int, Key]]:
    """What to sort graded cells by to have them in the notebooks' order; removed ones come last."""
    places = {key: number for number, key in enumerate(titles(course, assignment))}
    return lambda key: (places.get(key, len(places)), key)


def own_words(course: Course, assignment: str) -> Callable[[str], bool]:
    """Tells whether a text is the instructor's: of the assignment's cells, or of its exercises in this project."""
    written = "\n".join(_source(cell) for _, cells in _notebooks(course, assignment) for cell in cells)
    known = {plain(each) for each in _of_checks(assignment)}

    def own(text: str) -> bool:
        return text in known or (len(text) >= SHORT and text in written)

    return own


def _of_checks(assignment: str) -> Iterator[str]:
    """Titles of properties and names of mistakes of the exercises that this project has for the assignment."""
    from autograder.checking.registry import exercises_of, find

    for name in exercises_of(assignment):
        exercise = find(name)
        yield from (each.title for each in exercise.properties)
        yield from (each.name for each in exercise.mistakes)


def _notebooks(course: Course, assignment: str) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """The source's notebooks, and the release's."""
    for step in (course.folders.source_directory, course.folders.release_directory):
        for path in sorted(course.step(step, assignment).glob("*.ipynb")):
            yield path, json.loads(path.read_text(encoding="utf-8")).get("cells", [])


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell.get("source", []))
