"""The assignment's own notebooks without solutions: what every submission is rebuilt from.

Called once at the start of a run. They come out of nbgrader's own `generate_assignment`, run into a folder
that is thrown away: so the gradebook knows the same cells, points and checksums as the skeleton, by
construction, and the release stays as it is.
"""

import copy
import hashlib
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import is_grade, is_locked

from autograder.core.errors import WrongUse
from autograder.core.notebooks import Notebook
from autograder.core.scratch import temporary_folder
from autograder.core.text import plain
from autograder.course.course import Course, nbgrader_log, preprocessors
from autograder.course.gradebook import make_gradebook, refusal
from autograder.course.model import Assignment, Skeleton
from autograder.course.names import Names, names_of

PYTHONS = ("python", "ipython")  # names of Python in kernels and old notebooks


def load_assignment(course: Course, name: str) -> Assignment:
    """The assignment, from its source, else from its release and what the gradebook kept of the source.

    Raises WrongUse where neither is there, nbgrader rejects the source, or a notebook is not in Python.
    """
    if any(course.step(course.folders.source_directory, name).glob("*.ipynb")):
        skeletons = _from_source(course, name)
    else:
        skeletons = _from_release(course, name)
    _check_languages(skeletons)
    digest = hashlib.sha256()
    for skeleton in skeletons:
        digest.update(nbformat.writes(skeleton.notebook).encode())
    companions = _companions(course, name)
    for relative, content in companions.items():
        digest.update(relative.encode() + content)
    names = _names(course, name, skeletons)
    return Assignment(name, tuple(skeletons), companions, names, course.config, digest.hexdigest())


def _names(course: Course, name: str, skeletons: list[Skeleton]) -> Names:
    """The names in the instructor's cells, with solutions if there is a source."""
    sources = sorted(course.step(course.folders.source_directory, name).glob("*.ipynb"))
    return names_of([nbformat.read(path, 4) for path in sources] or [each.notebook for each in skeletons])


def _companions(course: Course, name: str) -> dict[str, bytes]:
    source = course.step(course.folders.source_directory, name)
    ignored = course.folders.ignore
    return {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file()
        and path.suffix != ".ipynb"
        and not any(part.match(pattern) for part in [path, *path.parents] for pattern in ignored)
    }


def _from_source(course: Course, name: str) -> list[Skeleton]:
    kept: dict[str, Any] = {}

    def keep(notebook: Notebook, resources: Any) -> tuple[Any, Any]:
        kept[resources["nbgrader"]["notebook"]] = copy.deepcopy(notebook)
        return notebook, resources

    with (
        temporary_folder("release-") as release,
        nbgrader_log() as (log, hidden),
    ):
        folders = course.coursedir(assignment_id=name, release_directory=str(release))
        converter = GenerateAssignment(coursedir=folders, config=course.config)
        steps = preprocessors(converter.preprocessors)
        after = steps.index(SaveCells) + 1 if SaveCells in steps else len(steps)
        converter.preprocessors = [*steps[:after], keep, *steps[after:]]
        make_gradebook(folders.db_url)
        try:
            converter.start()
        except NbGraderException as error:
            for each in (error, *hidden):
                if refused := refusal(each):
                    raise refused from None
            raise WrongUse(_explain(name, log or [str(error)])) from error
        generated = Path(folders.format_path(str(release), ".", name))
        released = {path.stem: nbformat.read(path, 4) for path in generated.glob("*.ipynb")}
    return [_skeleton(each, kept[each], released[each]) for each in sorted(kept)]


def _skeleton(name: str, notebook: Notebook, released: Notebook) -> Skeleton:
    """Cells get ids where the notebook is older than those, for the cells that are added later have them."""
    if notebook.nbformat_minor < 5:
        notebook.nbformat_minor = 5
        for number, cell in enumerate(notebook.cells):
            cell.id = f"cell-{number}"
    return Skeleton(name, notebook, tuple(cell.source for cell in released.cells))


def _explain(name: str, log: list[str]) -> str:
    text = "\n".join(log)
    if "Cannot add or remove cells" in text or "Cannot modify existing assignment" in text:
        return (
            f"The cells of {name!r} are not the ones that the gradebook has grades for. Restore the source,\n"
            "or back up gradebook.db and delete its grades:\n"
            f"  nbgrader db assignment remove {name} --force"
        )
    last = [line for line in text.splitlines() if line.strip()][-6:]
    return (
        f"nbgrader cannot make the assignment {name!r} from its source:\n  "
        + "\n  ".join(last)
        + f"\nTo see the whole message: nbgrader generate_assignment {name} --force"
    )


def _from_release(course: Course, name: str) -> list[Skeleton]:
    """Without a source: the released notebooks, their locked cells as the gradebook has them."""
    skeletons = []
    for path in sorted(course.step(course.folders.release_directory, name).glob("*.ipynb")):
        notebook = nbformat.read(path, 4)
        released = copy.deepcopy(notebook)
        with course.gradebook() as gradebook:
            for cell in notebook.cells:
                if not (is_locked(cell) or is_grade(cell)):
                    continue
                try:
                    kept = gradebook.find_source_cell(cell.metadata.nbgrader["grade_id"], path.stem, name)
                except MissingEntry:
                    break
                cell.source, cell.metadata.nbgrader["checksum"] = kept.source, kept.checksum
            else:
                skeletons.append(_skeleton(path.stem, notebook, released))
    if not skeletons:
        source = course.step(course.folders.source_directory, name)
        raise WrongUse(
            f"There is no way to tell how to grade {name!r}: there is no notebook in\n  {source}\n"
            "and the gradebook has no release of it. Put the instructor's notebook there."
        )
    return skeletons


def _check_languages(skeletons: list[Skeleton]) -> None:
    """Any Python kernel is accepted, whatever its name: this Python runs the notebook."""
    for skeleton in skeletons:
        about = skeleton.notebook.metadata
        kernel = about.get("kernelspec", {})
        language = (
            kernel.get("language") or about.get("language_info", {}).get("name") or _known(kernel.get("name"))
        )
        if language.lower() not in PYTHONS:
            raise WrongUse(
                f"{skeleton.name}.ipynb is in {plain(language)} (its kernel is {kernel.get('name', '')!r}); "
                f"autograder grades notebooks in Python.\nFor other languages: nbgrader autograde"
            )


def _known(kernel: str | None) -> str:
    """The language of a kernel that a notebook only names; one that is not installed here may well be a Python."""
    try:
        return str(KernelSpecManager().get_kernel_spec(kernel or "python3").language) or "python"
    except NoSuchKernel:
        return "python"
