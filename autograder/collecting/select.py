"""Which files of a submission count: its notebooks, known by their cells and not only by name, and what goes along.

`collect` calls `select_files` for each submission. A name says little: browsers and Moodle add "(1)", Canvas "-1",
students "final". What does not change is nbgrader's `grade_id` in the released cells.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.collecting.archive import Contents
from autograder.collecting.model import Selection
from autograder.core.json_records import containers_in
from autograder.core.notebooks import Notebook
from autograder.core.text import plain
from autograder.submissions.intake import MAX_CONTAINERS

RENAMED = re.compile(r"^(?P<stem>.+?)(?:-\d+| ?\(\d+\))(?P<ending>\.\w+)$")
# The line that nbgrader's release puts in place of a solution.
UNWRITTEN = re.compile(r"^[ \t]*raise NotImplementedError\b", re.M)


@dataclass(frozen=True)
class Released:
    """A released notebook: the text of its cells by `grade_id`; None where only the source is there."""

    assignment: str
    name: str
    cells: dict[str, str | None]


@dataclass(frozen=True)
class _Candidate:
    """A notebook of a submission: which released one it is like, and how much of it."""

    path: str
    cells: dict[str, str] | None
    order: int
    text: str

    def shared(self, released: Released) -> int:
        return len(released.cells.keys() & (self.cells or {}).keys())

    def answered(self, released: Released) -> int:
        return sum(
            text is not None and _answers((self.cells or {}).get(name, text), text)
            for name, text in released.cells.items()
        )


def _answers(mine: str, released: str) -> bool:
    """Whether a cell is more than what was released: a word changed above the line that raises is not an answer."""
    return mine != released and not (UNWRITTEN.search(released) and UNWRITTEN.search(mine))


def read_released(release: Path, source: Path, assignment: str) -> list[Released]:
    """The notebooks in an assignment's folder of `release/`, else of `source/`."""
    for folder in (release, source):
        found = []
        for path in sorted(folder.glob("*.ipynb")):
            cells = _cells(path.read_bytes()) or {}
            known = {name: text if folder is release else None for name, text in cells.items()}
            found.append(Released(assignment, path.stem, known))
        if found:
            return found
    return []


def closest_assignment(contents: Contents, released: Iterable[Released]) -> str:
    """The assignment that a submission's notebooks share the most cells with; "" where none does."""
    return _closest(_candidates(contents), released)[0]


def _closest(candidates: Iterable[_Candidate], released: Iterable[Released]) -> tuple[str, int]:
    """The assignment that one of the candidates shares the most cells with, and how many."""
    best, most = "", 0
    pairs = [(each.shared(one), one.assignment) for one in released for each in candidates]
    for shared, assignment in pairs:
        if shared > most:
            best, most = assignment, shared
    return best, most


def select_files(
    contents: Contents, wanted: Sequence[Released], others: Sequence[Released], root: bool
) -> Selection:
    """What is kept of a submission to the assignment of `wanted`; `others`: notebooks of other assignments."""
    candidates = _candidates(contents)
    notes = list(contents.notes)
    taken: dict[str, _Candidate] = {}
    # Assignments may share names of cells, such as `imports`. The one with most of the cells counts.
    whose = {each.path: _closest([each], [*wanted, *others])[0] for each in candidates}
    here = {"", *(released.assignment for released in wanted)}
    foreign = [each for each in candidates if whose[each.path] not in here]
    for released in wanted:
        left = [each for each in candidates if each not in foreign and each not in taken.values()]
        mine = [each for each in left if each.shared(released)]
        if mine:
            taken[released.name] = _best(mine, released, notes)
    if not taken and (other := closest_assignment(contents, others)):
        doubt = f"its notebook belongs to {other}: ask for the right one; until then this one is graded"
        return Selection(dict(contents.files), tuple(notes), doubt=doubt, foreign=True)
    notes += [f"'{plain(each.path, 80)}' was not taken: it belongs to {whose[each.path]}" for each in foreign]
    rest = [each for each in candidates if not whose[each.path]]
    doubt, detail = _by_name(taken, rest, wanted, notes)
    if not taken:
        shown = ", ".join(plain(path, 60) for path in sorted(contents.files)[:4])
        if not contents.files:
            return Selection({}, tuple(notes), fault="it has no readable file")
        doubt, detail = "no notebook", f"only {shown}"
    files = _beside(contents, taken, candidates, root, notes)
    renamed = tuple(
        f"'{plain(each.path, 80)}' is {name}.ipynb"
        for name, each in taken.items()
        if PurePosixPath(each.path).name != f"{name}.ipynb"
    )
    return Selection(files, tuple(dict.fromkeys(notes)), doubt=doubt, detail=detail, renamed=renamed)


def _best(mine: list[_Candidate], released: Released, notes: list[str]) -> _Candidate:
    """The candidate to take; where there are several, a note says which and why."""
    criteria: list[tuple[str, Callable[[_Candidate], int]]] = [
        ("it has more of the assignment's cells", lambda each: each.shared(released)),
        ("more of its cells are answered", lambda each: each.answered(released)),
        ("it was handed in later", lambda each: each.order),
        (
            "it has the assignment's name",
            lambda each: PurePosixPath(each.path).name == f"{released.name}.ipynb",
        ),
        ("it is closer to the top folder", lambda each: -each.path.count("/")),
    ]
    ranked = sorted(mine, key=lambda each: ([-f(each) for _, f in criteria], each.path))
    first = ranked[0]
    for other in ranked[1:]:
        if other.text == first.text:
            notes.append(f"'{plain(other.path, 80)}' is the same as '{plain(first.path, 80)}'")
            continue
        why = next(
            (words for words, f in criteria if f(first) != f(other)), "its path comes first in the alphabet"
        )
        notes.append(f"two notebooks: took '{plain(first.path, 80)}' ({why}), not '{plain(other.path, 80)}'")
    return first


def _by_name(
    taken: dict[str, _Candidate], rest: list[_Candidate], wanted: Sequence[Released], notes: list[str]
) -> tuple[str, str]:
    """Uses notebooks without known cells for missing ones, by name or if there is only one; returns a doubt, of what."""
    doubt = detail = ""
    for released in [each for each in wanted if each.name not in taken]:
        named = [each for each in rest if PurePosixPath(each.path).name == f"{released.name}.ipynb"]
        alone = rest if len(rest) == len(wanted) == 1 and not rest[0].cells else []
        for each in (named or alone)[:1]:
            taken[released.name] = each
            rest.remove(each)
            doubt, detail = f"a notebook that {_fault(each)}", f"'{plain(each.path, 80)}'"
    notes += [f"'{plain(each.path, 80)}' was not taken: it {_fault(each)}" for each in rest]
    return doubt, detail


def _fault(candidate: _Candidate) -> str:
    if candidate.cells is None:
        return "cannot be read"
    return "has none of the assignment's cells"


def _beside(
    contents: Contents,
    taken: dict[str, _Candidate],
    candidates: list[_Candidate],
    root: bool,
    notes: list[str],
) -> dict[str, bytes]:
    """The notebooks under their released names, and the other files where the notebooks expect them."""
    tops = [each.path.rpartition("/")[0] for each in taken.values()]
    top = min(tops, key=len, default="")
    files: dict[str, bytes] = {}
    for name, candidate in taken.items():
        files[f"{name}.ipynb"] = contents.files[candidate.path]
    code = "".join(each.text for each in taken.values())
    notebooks = {each.path for each in candidates}
    came: dict[str, str] = {}
    latest_first = sorted(contents.files, key=lambda path: -contents.order.get(path, 0))
    for path, content in ((path, contents.files[path]) for path in latest_first):
        inside = not top or path.startswith(f"{top}/")
        if path in notebooks or path.rpartition("/")[2] == "timestamp.txt" or (root and not inside):
            continue
        own = _as_called(path[len(top) + 1 :] if top and inside else path, code)
        if own in files or any(known.startswith(f"{own}/") or own.startswith(f"{known}/") for known in files):
            by = f", '{plain(came[own], 80)}'," if own in came else ""
            notes.append(f"'{plain(path, 80)}' was left out: another file{by} has its name")
            continue
        files[own], came[own] = content, path
    return files


def _as_called(path: str, code: str) -> str:
    """The name by which the notebook's code calls a file that the way here renamed: data-1.csv is data.csv."""
    folder, slash, name = path.rpartition("/")
    match = RENAMED.match(name)
    if match and name not in code and (original := match["stem"] + match["ending"]) in code:
        return f"{folder}{slash}{original}"
    return path


def _candidates(contents: Contents) -> list[_Candidate]:
    return [
        _Candidate(path, _cells(content), contents.order.get(path, 0), content.decode("utf-8", "replace"))
        for path, content in sorted(contents.files.items())
        if path.lower().endswith(".ipynb")
    ]


def _cells(content: bytes) -> dict[str, str] | None:
    """The text of the cells that have a `grade_id`, by it; None if this is not a notebook."""
    if containers_in(content) > MAX_CONTAINERS:
        return None
    try:
        notebook: Notebook = json.loads(content.decode("utf-8-sig"))
        cells = notebook["cells"]
        found: dict[str, str] = {}
        for cell in cells:
            name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
            if isinstance(name, str):
                source = cell.get("source", "")
                found.setdefault(name, "".join(source) if isinstance(source, list) else str(source))
        return found
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
