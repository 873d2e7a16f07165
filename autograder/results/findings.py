"""Reads what the checks printed in graded cells: what failed, and which known mistakes; `work` and `overview` ask.

The course's own checks print in the form of `autograder.checking.report.as_text`, which other checks may use too;
of all others the exception counts, else the first line printed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nbgrader.utils import determine_grade, is_grade, is_solution

from autograder.core.text import ANSI, error_line, plain
from autograder.results.finding import Finding, Mistake
from autograder.submissions.rebuild import grade_id

NOT_RUN = "NotRun"  # what `work` calls the error of a test that it did not run
COUNTED = re.compile(r"^\S+: (\d+) of (\d+)(?: further)? properties hold\.$", re.MULTILINE)
# A property that fails or holds in part: its title, which may take lines, and the lines below with what was found.
FAILED = re.compile(
    r"^(?: {4}FAILS  (?P<all>.+(?:\n {4}(?! |FAILS ).+)*)|  in part  (?P<part>.+(?:\n {2}(?! |in part ).+)*))"
    r"(?P<below>(?:\n {11}\S.*)*)",
    re.MULTILINE,
)
LINE = 94  # columns after which the checks break a line
TRIED = "tried on "  # begins the line that says on what sizes
KNOWN = re.compile(r"^Known mistake: (.+?)\. (.*?)\s*(?:Read on: (\S+))?$")
NAMED = re.compile(r"\bThis is what one gets when ([^.]+)", re.IGNORECASE)
# A place in the course; what a student's code printed in this form must not lead anywhere else. A heading may hold
# quotation marks, which the pages escape.
LESSON = re.compile(r"(?!.*\.\.)\w[\w./ %-]*\.ipynb(?:#[^\s'<>]*)?")
MOST = 50  # findings of one cell: a check with more says nothing more
READ, BLOCK = 200_000, 3_000  # characters of a cell's text that are read, and of one mistake


def findings_of(notebooks: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What was found in the graded cells of graded notebooks, by name; nothing where a cell has all its points."""
    return tuple(
        finding
        for name, notebook in notebooks.items()
        for cell in notebook.cells
        if is_grade(cell) and (finding := finding_of(name, cell))
    )


def finding_of(notebook: str, cell: Any) -> Finding | None:
    """What one graded cell's outputs say; None where it has all its points."""
    score, most = determine_grade(cell)
    if score is None or score >= most:
        return None
    if is_solution(cell):  # a person reads it; nbgrader gives points only for one that is as it was released
        return Finding(notebook, grade_id(cell), ("no answer given",), ())
    text = printed(cell)
    counted = [(int(held), int(tried)) for held, tried in COUNTED.findall(text)]
    return Finding(
        notebook,
        grade_id(cell),
        tuple(list(dict.fromkeys(_failed(cell, text)))[:MOST]),
        mistakes_in(text),
        sum(held for held, _ in counted),
        sum(tried for _, tried in counted),
        _why(text),
    )


def printed(cell: Any) -> str:
    """All that a cell printed, without colours."""
    outputs = cell.get("outputs", [])
    return ANSI.sub("", "".join(each.text for each in outputs if each.output_type == "stream")[:READ])


def mistakes_in(text: str) -> tuple[Mistake, ...]:
    """The known mistakes that a check's text names, each once, with their explanation and lesson if it has them."""
    found: dict[str, Mistake] = {}
    for block in text.split("\n\n"):
        if match := KNOWN.match(" ".join(block[:BLOCK].split())):
            name, explanation, lesson = plain(match[1]), plain(match[2], 1000), match[3] or ""
            found[name] = Mistake(name, explanation, lesson if LESSON.fullmatch(lesson) else "")
    if not found:
        named = (plain(each) for each in NAMED.findall(" ".join(text.split())))
        found = {name: Mistake(name) for name in named}
    return tuple(list(found.values())[:MOST])


def _failed(cell: Any, text: str) -> Iterator[str]:
    titles = [match["all"] or match["part"] for match in FAILED.finditer(text)]
    if titles:
        yield from (plain(title) for title in titles)
        return
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            yield error_line(output)
            return
    yield from [plain(line) for line in text.splitlines() if line.strip()][:1]


def _why(text: str) -> str:
    """What was found where the first property does not hold, in a sentence; "" where it is not said."""
    first = FAILED.search(text)
    said = _unbroken(first["below"].splitlines()[1:]) if first else []
    return next((plain(line, 300) for line in said if not line.startswith(TRIED)), "")


def _unbroken(lines: list[str]) -> list[str]:
    """Lines as they were before they were broken: what goes on has a word that did not fit any more."""
    whole: list[str] = []
    room = LINE
    for line in lines[:MOST]:
        if whole and len(line.split(maxsplit=1)[0]) > room:
            whole[-1] += f" {line.strip()}"
        else:
            whole.append(line.strip())
        room = LINE - len(line) - 1
    return whole
