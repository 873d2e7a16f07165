"""Removes hidden tests from a page: from their cells, and from all outputs that quote them; for `feedback`."""

from collections.abc import Iterator
from typing import Any

from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from nbgrader.utils import is_solution

from autograder.core.cells import hidden_lines
from autograder.core.notebooks import Notebook, NotebookCell, Output
from autograder.core.text import ANSI
from autograder.rpc.accept_outputs import PRIVATE
from autograder.submissions.rebuild import ADDED

REMOVED = "[hidden test]"
TELLING = 6  # a hidden line shorter than this, such as "else:", tells nothing and may occur anywhere


class ScrubHiddenTests(NbGraderPreprocessor):
    """Removes from all outputs what they quote of hidden tests; a traceback shows the lines around it."""

    def preprocess(self, nb: Notebook, resources: Any) -> tuple[Any, Any]:
        """nbconvert calls this for each notebook, before ClearHiddenTests takes the tests out."""
        marks = ClearHiddenTests(config=self.config)
        hidden = [line for cell in nb.cells for line in _hidden(cell.source, marks)]
        if hidden:
            for cell in nb.cells:
                longest_first = sorted(set(hidden), key=len, reverse=True)
                for output in cell.get("outputs", []):
                    _scrub(output, longest_first)
                if PRIVATE in cell.metadata:
                    cell.metadata[PRIVATE] = _clean_values(cell.metadata[PRIVATE], longest_first)
        return nb, resources


class ClearInstructors(ClearHiddenTests):
    """Takes hidden tests out of cells; a student who wrote half of our marks into an answer must not stop the page."""

    def preprocess_cell(self, cell: NotebookCell, resources: Any, index: int) -> tuple[Any, Any]:
        """nbconvert calls this for each cell."""
        try:
            cleared: tuple[Any, Any] = super().preprocess_cell(cell, resources, index)
            return cleared
        except RuntimeError:
            if is_solution(cell) or cell.get("id", "").startswith(ADDED):
                return cell, resources
            raise


def _hidden(source: str, marks: ClearHiddenTests) -> Iterator[str]:
    for line in hidden_lines(source, marks.begin_test_delimeter, marks.end_test_delimeter).values():
        if len(line.strip()) >= TELLING:
            yield line.strip()


def _scrub(output: Output, hidden: list[str]) -> None:
    if output.output_type == "stream":
        output.text = _clean(output.text, hidden)
    elif output.output_type == "error":
        output.evalue = _clean(output.evalue, hidden)
        output.traceback = [_clean(frame, hidden) for frame in output.traceback]
    else:
        for kind, value in output.data.items():
            if not kind.startswith("image/png"):
                output.data[kind] = _clean_values(value, hidden)


def _clean_values(value: Any, hidden: list[str]) -> Any:
    """JSON values without hidden lines."""
    if isinstance(value, str):
        return _clean(value, hidden)
    if isinstance(value, dict):
        return {name: _clean_values(each, hidden) for name, each in value.items()}
    return [_clean_values(each, hidden) for each in value] if isinstance(value, list) else value


def _clean(text: str, hidden: list[str]) -> str:
    """The text without hidden lines; colours go too where they stand between the words of one."""
    bare = ANSI.sub("", text)
    if not any(line in bare for line in hidden):
        return text
    for line in hidden:
        bare = bare.replace(line, REMOVED)
    return bare
