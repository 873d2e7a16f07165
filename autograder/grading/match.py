"""Which submitted file is which of the assignment's notebooks; for `intake`."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from autograder.grading.model import Cell, Skeleton
from autograder.grading.text import plain


def match(skeletons: Sequence[Skeleton], found: dict[str, tuple[Cell, ...] | str]) -> dict[str, str]:
    """Which file is which notebook: by name, else by the cells it has, else by the likeness of names."""
    matches = {each.name: f"{each.name}.ipynb" for each in skeletons if f"{each.name}.ipynb" in found}
    left = [path for path in found if path not in matches.values()]
    for skeleton in skeletons:
        if skeleton.name in matches or not left:
            continue
        known = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in skeleton.notebook.cells} - {
            None
        }

        def likeness(path: str, name: str = skeleton.name, known: set[str] = known) -> tuple[int, float]:
            cells = found[path]
            shared = 0 if isinstance(cells, str) else len(known & {cell.grade_id for cell in cells})
            return shared, SequenceMatcher(None, Path(path).stem.lower(), name.lower()).ratio()

        best = max(left, key=likeness)
        shared, ratio = likeness(best)
        if shared or ratio > 0.6 or len(skeletons) == len(left) == 1:
            matches[skeleton.name] = best
            left.remove(best)
    return matches


def missing(name: str, paths: Sequence[str]) -> str:
    others = [plain(path, 60) for path in sorted(paths)[:5]]
    return (
        f"there is no notebook `{name}.ipynb` in the submission, which has: {', '.join(others) or 'nothing'}"
    )
