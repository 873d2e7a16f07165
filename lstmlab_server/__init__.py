"""An extension of the Jupyter server: a notebook opened again without its kernel shows figures where widgets were.

A widget lives in its kernel. When that has ended, or was restarted, JupyterLab writes "Error displaying widget: model
not found", though the course's widgets have left a figure or a text in the same output. So, as such a notebook is
opened, views that no kernel can answer for are left out, and JupyterLab shows what else the output holds. What the
kernel still has stays, so that a page that is loaded again has its widgets back; nothing on disk is touched.

It is a package of its own because a server has no need of PyTorch, which `lstmlab` loads. Jupyter loads it by
`tools/jupyter_server_config.json`, which `tools/environment.sh` puts into the environment.
"""

from __future__ import annotations

import inspect
import queue
from collections.abc import Awaitable, Container
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
PATIENCE = 1.0  # seconds for a kernel to answer; a busy one does not, and may have them all


class Everything:
    """Holds whatever is asked for: what is taken of a kernel that does not answer."""

    def __contains__(self, item: object) -> bool:
        return True


def without_lost_views(notebook: dict[str, Any], alive: Container[str] = ()) -> dict[str, Any]:
    """Return the notebook without each widget's view that has HTML beside it and is kept nowhere.

    `alive` holds the ids of the models that a kernel has.
    """
    if STATE in notebook.get("metadata", {}).get("widgets", {}):
        return notebook  # saved with the notebook: the page brings such widgets back without a kernel
    for data in _shown(notebook):
        if "text/html" in data and data[VIEW].get("model_id") not in alive:
            del data[VIEW]
    return notebook


def _shown(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of all outputs with a widget's view."""
    outputs = (output for cell in notebook.get("cells", ()) for output in cell.get("outputs", ()))
    return [output["data"] for output in outputs if VIEW in output.get("data", {})]


def _load_jupyter_server_extension(app: Any) -> None:
    # Once all extensions are loaded: jupytext's puts a contents manager of its own in place.
    app.io_loop.add_callback(lambda: _wrap(app))


def _wrap(app: Any) -> None:
    """Have the contents manager's `get`, which may be a coroutine or not, leave lost views out."""
    manager = app.contents_manager
    get = manager.get

    def holds_views(model: dict[str, Any]) -> bool:
        return model["type"] == "notebook" and bool(model.get("content")) and bool(_shown(model["content"]))

    def seen(model: dict[str, Any]) -> dict[str, Any]:
        if holds_views(model):  # other code that waits for no answer: a kernel that runs may have them all
            without_lost_views(model["content"], Everything() if _kernel(app, model["path"]) else ())
        return model

    async def later(answer: Awaitable[dict[str, Any]]) -> dict[str, Any]:
        model = await answer
        if holds_views(model):
            kernel = _kernel(app, model["path"])
            without_lost_views(model["content"], await _models(app, kernel) if kernel else ())
        return model

    def get_seen(*args: Any, **kwargs: Any) -> Any:
        model = get(*args, **kwargs)
        return later(model) if inspect.isawaitable(model) else seen(model)

    manager.get = get_seen


def _kernel(app: Any, path: str) -> str | None:
    """The id of the kernel that runs for the notebook, if one does; asked without waiting."""
    rows = app.session_manager.cursor.execute("SELECT path, kernel_id FROM session").fetchall()
    wanted = path.strip("/")
    found = (row[1] for row in rows if row[0].strip("/") == wanted and row[1] in app.kernel_manager)
    return next(found, None)


async def _models(app: Any, kernel: str) -> Container[str]:
    """The ids of the widgets' models that the kernel has."""
    client = app.kernel_manager.get_kernel(kernel).client()
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)
    try:
        answer = await client.comm_info(reply=True, timeout=PATIENCE)
    except (TimeoutError, queue.Empty):
        return Everything()
    finally:
        client.stop_channels()
    return answer["content"].get("comms", {})


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "lstmlab_server"}]
