"""Notebooks opened without their kernel, through a real Jupyter server: figures where widgets were."""

import contextlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from browser import TOKEN, jupyter
from jupyter_client import BlockingKernelClient
from nbformat.v4 import new_code_cell, new_notebook, new_output, writes

from lstmlab import widgets
from lstmlab_server import STATE, VIEW, without_lost_views


def _ran(*bundles, **metadata):
    """A notebook whose cells have shown these."""
    outputs = [new_output("display_data", data) for data in bundles]
    return new_notebook(cells=[new_code_cell(outputs=[output]) for output in outputs], metadata=metadata)


def _kinds(notebook):
    return [set(output["data"]) for cell in notebook["cells"] for output in cell["outputs"]]


def test_a_lost_view_gives_way_to_the_html_beside_it_and_only_to_that():
    shown, _ = widgets.StackExplorer()._repr_mimebundle_()
    slider = {VIEW: {"model_id": "1"}, "text/plain": "IntSlider(value=0)"}
    found = _kinds(without_lost_views(_ran(shown, slider, {"text/html": "<p>A table</p>"})))
    assert found == [{"text/html", "text/plain"}, {VIEW, "text/plain"}, {"text/html"}]


def test_a_widget_whose_state_was_saved_with_the_notebook_keeps_its_view():
    shown, _ = widgets.StackExplorer()._repr_mimebundle_()
    kept = _ran(shown, widgets={STATE: {"state": {}}})
    assert VIEW in _kinds(without_lost_views(kept))[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("reopened")
    course = home / "course"
    course.mkdir()
    shown, _ = widgets.StackExplorer()._repr_mimebundle_()
    (course / "walked.ipynb").write_text(writes(_ran(shown)))
    settings = home / "config/jupyter_server_config.d"  # as environment.sh does it for .venv
    settings.mkdir(parents=True)
    shutil.copy(Path(__file__).parents[2] / "tools/jupyter_server_config.json", settings / "autograder.json")
    with jupyter(course, home) as running:
        yield running


def _ask(server, path, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    head = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(f"{server.url}/api/{path}", data, head, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or "null")


@contextlib.contextmanager
def _client(server, kernel):
    """A client of a kernel that the server runs."""
    client = BlockingKernelClient(
        connection_file=str(server.log.parent / "runtime" / f"kernel-{kernel}.json")
    )
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()


def _show(client):
    """Has the kernel show a widget, and returns what it showed."""
    shown = []

    def hear(message):
        if message["msg_type"] == "display_data":
            shown.append(message["content"]["data"])

    code = "from lstmlab import widgets\ndisplay(widgets.StackExplorer())"
    client.execute_interactive(code, output_hook=hear, timeout=60)
    return shown[0]


def test_a_notebook_has_its_widgets_while_its_kernel_has_them_and_figures_afterwards(server):
    def kinds():
        return _kinds(_ask(server, "contents/walked.ipynb")["content"])[0]

    assert kinds() == {"text/html", "text/plain"}
    asked = {"path": "walked.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    session = _ask(server, "sessions", "POST", asked)
    kernel = session["kernel"]["id"]
    with _client(server, kernel) as client:
        assert kinds() == {"text/html", "text/plain"}  # of another kernel's widget, gone with it
        (server.log.parent / "course/walked.ipynb").write_text(writes(_ran(_show(client))))
        assert VIEW in kinds()
        client.execute("import time; time.sleep(600)")
        client.get_iopub_msg(timeout=60)
        assert VIEW in kinds()  # a busy kernel does not answer, and may have it still
    _ask(server, f"kernels/{kernel}/restart", "POST")
    with _client(server, kernel):
        assert kinds() == {"text/html", "text/plain"}
    _ask(server, f"sessions/{session['id']}", "DELETE")
    assert kinds() == {"text/html", "text/plain"}


def test_what_is_not_a_notebook_or_is_asked_for_without_content_is_left_as_it_is(server):
    assert [entry["name"] for entry in _ask(server, "contents")["content"]] == ["walked.ipynb"]
    assert _ask(server, "contents/walked.ipynb?content=0")["content"] is None


def test_a_page_that_nbconvert_runs_and_makes_shows_figures_and_asks_no_network_for_widgets(tmp_path):
    notebook = new_notebook(cells=[new_code_cell("from lstmlab import widgets\nwidgets.StackExplorer()")])
    (tmp_path / "walked.ipynb").write_text(writes(notebook))
    shutil.copy(Path(__file__).parents[2] / "tools/jupyter_nbconvert_config.json", tmp_path)
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "walked.ipynb"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "walked.html").read_text()
    alt = html.escape(widgets.StackExplorer().picture().alt)
    assert re.search(rf'<figure><style>[^<]*</style><img alt="{re.escape(alt)}"', page)
    assert VIEW not in page and STATE not in page
