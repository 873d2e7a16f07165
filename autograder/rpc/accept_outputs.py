"""Makes outputs fit for a notebook, whatever the kernel that sent them means by them; for `session`."""

import re
from collections.abc import Mapping
from typing import Any

from nbformat.v4 import new_output

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
DROPPED = "(more output of this notebook was dropped)"

BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def accept(item: Any) -> Any | None:
    """An output that may stand in a notebook, from whatever a kernel sent; None for what may not."""
    if not isinstance(item, dict):
        return None
    kind = item.get("output_type")
    if kind == "stream":
        # nbgrader takes a mere warning on standard error for a failure: all of it is ordinary output here.
        return new_output("stream", name="stdout", text=_text(item.get("text", "")))
    if kind == "error":
        lines = item.get("traceback")
        traceback = [_text(line) for line in lines[:200]] if isinstance(lines, list) else []
        return new_output("error", ename=_text(item.get("ename"), 200), evalue=_text(item.get("evalue"), 10_000),
                          traceback=traceback)  # fmt: skip
    if kind in ("display_data", "execute_result") and isinstance(item.get("data"), dict):
        data = {name: _text(text) for name, text in item["data"].items() if _may_show(name, text)}
        extra = {"execution_count": _count(item.get("execution_count"))} if kind == "execute_result" else {}
        return new_output(kind, data=data, **extra) if data else None
    return None


def store_outputs(cell: Any, answer: Mapping[str, Any], test: bool, kept: int) -> int:
    """Fills in a cell's outputs; all of a test's, for where nothing is shown nbgrader gives full points.

    `kept`: the weight of all outputs of the notebook so far; returns what it is then.
    """
    found: list[Any] = []
    for output in filter(None, map(accept, answer["outputs"])):
        kept += weight(output)
        if kept > MOST_KEPT and not test:
            found.append(new_output("stream", name="stdout", text=DROPPED))
            break
        if found and found[-1].output_type == output.output_type == "stream":
            found[-1].text += output.text  # both streams are one here
        else:
            found.append(output)
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    cell.outputs = errors + found
    cell.execution_count = _count(answer["count"])
    return kept


def weight(output: Any) -> int:
    """About the characters that an accepted output takes in a notebook."""
    texts = [*output.get("data", {}).values(), *output.get("traceback", ()), output.get("text", "")]
    return 100 + sum(map(len, texts))


def _count(value: Any) -> int | None:
    """The number of a run; no notebook with a negative one is valid."""
    return value if type(value) is int and 0 <= value < MOST_RUNS else None


def _text(value: Any, most: int = MOST_TEXT) -> str:
    """A lone surrogate is valid JSON and cannot be written to any file."""
    return str(value)[:most].encode("utf-8", "replace").decode()


def _may_show(name: str, text: Any) -> bool:
    # Templates put pictures into a page as they are: one that is no base64 could be a script.
    return name in MIME_TYPES and (name not in PICTURES or BASE64.fullmatch(str(text)) is not None)
