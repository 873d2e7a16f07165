"""Which submitted file is which of the assignment's notebooks, and which is none of them; for `intake`."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from nbgrader.utils import is_grade, is_solution

from autograder.core.records import Fault, FaultKind
from autograder.core.text import plain
from autograder.course.model import Cell, Skeleton
from autograder.submissions.rebuild import bare, defines, grade_id, most_alike

TITLE = re.compile(r"^# +(.+)$", re.MULTILINE)
SHOWN = 3  # names of cells listed to identify a notebook
FILES = 5  # that a submission without the notebook is said to have


def match_notebooks(
    skeletons: Sequence[Skeleton], found: dict[str, tuple[Cell, ...] | Fault]
) -> dict[str, str]:
    """Which file is which notebook: by name, else by the cells it has, else by the likeness of names."""
    matches = {}
    for skeleton in skeletons:
        content = found.get(f"{skeleton.name}.ipynb", ())
        if content and (
            isinstance(content, Fault) or not another(skeleton, f"{skeleton.name}.ipynb", content)
        ):
            matches[skeleton.name] = f"{skeleton.name}.ipynb"
    left = [path for path in found if path not in matches.values()]
    for skeleton in skeletons:
        if skeleton.name in matches or not left:
            continue
        known = {grade_id(cell) for cell in skeleton.notebook.cells} - {""}

        def likeness(path: str, name: str = skeleton.name, known: set[str] = known) -> tuple[int, float]:
            cells = found[path]
            shared = 0 if isinstance(cells, Fault) else len(known & {cell.grade_id for cell in cells})
            return shared, SequenceMatcher(None, Path(path).stem.lower(), name.lower()).ratio()

        best = max(left, key=likeness)
        shared, ratio = likeness(best)
        if shared or ratio > 0.6 or len(skeletons) == len(left) == 1:
            matches[skeleton.name] = best
            left.remove(best)
    return matches


def another(skeleton: Skeleton, path: str, cells: Sequence[Cell]) -> Fault | None:
    """Why these cells are those of another notebook; None where any of them may be the skeleton's.

    A name that cells share is not enough, for `imports` and `question` may be in every assignment: an exercise has to
    be there, by its name, by what it defines, or, in a notebook that lost all names, by its text.
    """
    given = list(zip(skeleton.notebook.cells, skeleton.released, strict=True))
    graded = [(cell, text) for cell, text in given if is_solution(cell) or is_grade(cell)]
    exercises = [(cell, text) for cell, text in graded if cell.cell_type == "code"] or graded
    known, names = {grade_id(cell) for cell, _ in given}, {grade_id(cell) for cell, _ in exercises}
    theirs = list(dict.fromkeys(cell.grade_id for cell in cells if cell.grade_id))
    strange = [name for name in theirs if name not in known]
    if names & set(theirs) or (theirs and not strange):
        return None
    answers = [text for cell, text in exercises if is_solution(cell)]
    wanted = set().union(*map(defines, answers))
    if any(wanted & defines(cell.source) for cell in cells):
        return None
    written = [cell.source for cell in cells if cell.source.strip()]
    texts = {bare(text) for _, text in given if text.strip()}
    nameless = any(bare(one) in texts for one in written) or any(
        most_alike(written, text) is not None for text in answers
    )
    if not written or (nameless and not theirs):
        return None
    titles = [found for cell in cells if cell.kind == "markdown" for found in TITLE.findall(cell.source)]
    return Fault(
        FaultKind.ANOTHER_NOTEBOOK,
        path=plain(path, 60),
        title=plain(titles[0].rstrip(" #"), 80) if titles else "",
        found=_some(strange),
        name=skeleton.name,
        wanted=_some([grade_id(cell) for cell, _ in exercises if is_solution(cell)] or sorted(names)),
    )


def _some(names: Sequence[str]) -> tuple[str, ...]:
    """The first names, as sentences may show them."""
    return tuple(plain(name, 40) for name in names[:SHOWN])


def missing(name: str, paths: Sequence[str]) -> Fault:
    """The fault of a missing notebook, with the files that there are."""
    return Fault(FaultKind.MISSING, name=name, found=tuple(plain(path, 60) for path in sorted(paths)[:FILES]))
