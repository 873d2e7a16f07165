"""Makes outputs fit for a notebook, whatever the kernel that sent them means by them; for `sitting`."""

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
MOST_TEXT = 2**21  # characters of one output


def accept(item: Any) -> Any | None:
    """An output that may stand in a notebook, from whatever a kernel sent; None for what may not."""
    if not isinstance(item, dict):
        return None
    kind = item.get("output_type")
    if kind == "stream":
        # nbgrader takes a mere warning on standard error for a failure: all of it is ordinary output here.
        return new_output("stream", name="stdout", text=str(item.get("text", ""))[:MOST_TEXT])
    if kind == "error":
        lines = item.get("traceback")
        traceback = [str(line)[:MOST_TEXT] for line in lines][:200] if isinstance(lines, list) else []
        return new_output("error", ename=str(item.get("ename"))[:200], evalue=str(item.get("evalue"))[:10_000],
                          traceback=traceback)  # fmt: skip
    if kind in ("display_data", "execute_result") and isinstance(item.get("data"), dict):
        data = {name: str(text)[:MOST_TEXT] for name, text in item["data"].items() if name in MIME_TYPES}
        extra = {"execution_count": item.get("execution_count")} if kind == "execute_result" else {}
        return new_output(kind, data=data, **extra)
    return None
