"""Makes outputs from an untrusted kernel valid for a notebook; for `session`."""

import json
import re
from collections.abc import Iterable

from nbformat import NotebookNode

from autograder.core.check_output import CHECK_RESULT
from autograder.core.notebooks import NotebookCell, Output
from autograder.rpc.wire.codec import Json, Table

MIME_TYPES = (
    "text/plain",
    "text/html",
    "text/markdown",
    "text/latex",
    "image/png",
    "image/jpeg",
    "image/svg+xml",
)
PICTURES = ("image/png", "image/jpeg")
MOST_RUNS = 2**31
MOST_TEXT = 2**21  # characters of one output
MOST_KEPT = 2**23  # of all outputs of a notebook's cells, but for tests
MOST_LINE = 1_000  # characters of a line that a test printed
PRIVATE = "autograder"  # in the metadata of a graded notebook's cells
DROPPED = "(more output of this notebook was dropped)"

BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def accept(item: Json, examiner: bool = False) -> Output | None:
    """An output that may stand in a notebook, from whatever a kernel sent; None for what may not.

    `examiner`: it comes from the examiner's kernel, whose checks' results are believed, and nobody else's.
    """
    if not isinstance(item, dict):
        return None
    kind = item.get("output_type")
    if kind == "stream":
        # nbgrader takes a mere warning on standard error for a failure: all of it is ordinary output here.
        return _output("stream", name="stdout", text=_text(item.get("text", "")))
    if kind == "error":
        lines = item.get("traceback")
        traceback = [_text(line) for line in lines[:200]] if isinstance(lines, list) else []
        return _output("error", ename=_text(item.get("ename"), 200), evalue=_text(item.get("evalue"), 10_000),
                       traceback=traceback)  # fmt: skip
    if kind in ("display_data", "execute_result") and isinstance(item.get("data"), dict):
        data: Table = {name: _text(text) for name, text in item["data"].items() if _may_show(name, text)}
        if examiner and kind == "display_data" and isinstance(found := item["data"].get(CHECK_RESULT), dict):
            data[CHECK_RESULT] = _values(found)
        extra = {"execution_count": _count(item.get("execution_count"))} if kind == "execute_result" else {}
        return _output(kind, metadata={}, data=data, **extra) if data else None
    return None


def _output(kind: str, **fields: Json) -> Output:
    """As nbformat's new_output, which validates each by itself: half a minute for a student's 90,000."""
    return NotebookNode(output_type=kind, **fields)


def store_outputs(cell: NotebookCell, answer: Table, test: bool, kept: int, examiner: bool = False) -> int:
    """Fills in a cell's outputs; all of a test's, for where nothing is shown nbgrader gives full points.

    `kept`: the weight of all outputs of the notebook so far; returns what it is then. `examiner`: the answer is that of
    the examiner's kernel. What its test printed itself is kept in the cell's metadata, see `printed_by_test`: in the
    outputs it stands among what the student's code printed meanwhile.
    """
    found: list[Output] = []
    cell.metadata.pop(PRIVATE, None)
    if examiner and (said := _first_line(answer["outputs"])):
        cell.metadata[PRIVATE] = {"printed": said}
    for output in filter(None, (accept(each, examiner) for each in answer["outputs"])):
        kept += weight(output)
        if kept > MOST_KEPT and not test:
            found.append(_output("stream", name="stdout", text=DROPPED))
            break
        if found and found[-1].output_type == output.output_type == "stream":
            found[-1].text += output.text  # both streams are one here
        else:
            found.append(output)
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    cell.outputs = errors + found
    cell.execution_count = _count(answer["count"])
    return kept


def printed_by_test(cell: NotebookCell) -> str:
    """The first line that the test in a graded notebook's cell printed, "" for none; a student has no part in it."""
    return str(cell.metadata.get(PRIVATE, {}).get("printed", ""))


def weight(output: Output) -> int:
    """The approximate number of characters of an accepted output in a notebook."""
    texts = [*output.get("data", {}).values(), *output.get("traceback", ()), output.get("text", "")]
    return 100 + sum(len(each if isinstance(each, str) else json.dumps(each)) for each in texts)


def _first_line(outputs: Iterable[Output]) -> str:
    """The first line that is not blank of what was printed, the student's code left out."""
    for item in outputs:
        if isinstance(item, dict) and item.get("output_type") == "stream" and not item.get("by_student"):
            for line in _text(item.get("text", "")).splitlines():
                if line.strip():
                    return line.strip()[:MOST_LINE]
    return ""


def _values(value: Json) -> Json:
    """JSON values that can be written to a file."""
    if isinstance(value, dict):
        return {_text(name): _values(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_values(each) for each in value]
    return _text(value) if isinstance(value, str) else value


def _count(value: Json) -> int | None:
    """The number of a run; no notebook with a negative one is valid."""
    return value if type(value) is int and 0 <= value < MOST_RUNS else None


def _text(value: Json, most: int = MOST_TEXT) -> str:
    """A lone surrogate is valid JSON and cannot be written to any file."""
    return str(value)[:most].encode("utf-8", "replace").decode()


def _may_show(name: str, text: Json) -> bool:
    # Templates put pictures into a page as they are: one that is not base64 could be a script.
    return name in MIME_TYPES and (name not in PICTURES or BASE64.fullmatch(str(text)) is not None)
