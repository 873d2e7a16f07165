"""An extension of the Jupyter server: a notebook opened again without its kernel shows figures where widgets were.

A widget lives in its kernel. When that has ended JupyterLab writes "Error displaying widget: model not found", though
the course's widgets have left a figure or a text in the same output. So, as such a notebook is opened, views that no
kernel can answer for are left out, and JupyterLab shows what else the output holds. While the kernel runs everything
stays, so that a page that is loaded again has its widgets back; nothing on disk is touched.

Jupyter loads it by `tools/jupyter_server_config.json`, which `tools/environment.sh` puts into the environment.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def without_lost_views(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the notebook after leaving out each widget's view that is kept nowhere and has HTML beside it."""
    if STATE in notebook.get("metadata", {}).get("widgets", {}):
        return notebook  # saved with the notebook: the page brings such widgets back without a kernel
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if VIEW in data and "text/html" in data:
                del data[VIEW]
    return notebook


def _load_jupyter_server_extension(app: Any) -> None:
    # Once all extensions are loaded: jupytext's puts a contents manager of its own in place.
    app.io_loop.add_callback(lambda: _wrap(app))


def _wrap(app: Any) -> None:
    """Have the contents manager's `get`, which may be a coroutine or not, leave lost views out."""
    manager = app.contents_manager
    get = manager.get

    def seen(model: dict[str, Any]) -> dict[str, Any]:
        if model["type"] == "notebook" and model.get("content") and not _runs(app, model["path"]):
            without_lost_views(model["content"])
        return model

    async def later(model: Awaitable[dict[str, Any]]) -> dict[str, Any]:
        return seen(await model)

    def get_seen(*args: Any, **kwargs: Any) -> Any:
        model = get(*args, **kwargs)
        return later(model) if inspect.isawaitable(model) else seen(model)

    manager.get = get_seen


def _runs(app: Any, path: str) -> bool:
    """Whether a kernel runs for the notebook; asked without waiting, as `get` may be called by other code."""
    rows = app.session_manager.cursor.execute("SELECT path, kernel_id FROM session").fetchall()
    wanted = path.strip("/")
    return any(row[0].strip("/") == wanted and row[1] in app.kernel_manager for row in rows)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "autograder.reopened"}]
