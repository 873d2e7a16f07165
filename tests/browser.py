"""A real JupyterLab in a real Chromium, for the tests that look at what a person sees."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.core.environment import with_own_programs

TOKEN = "test"
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip

# Settings that a fresh profile needs: no news dialog over the page, no question about updates.
QUIET = {"notification": '{"fetchNews": "false", "checkForUpdates": false}'}

RUN_ALL = "window.jupyterapp.commands.execute('notebook:run-all-cells')"
IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
# True once every code cell, or each of the first `cells`, has run; the first error's text as soon as one failed.
DONE = """cells => {
  const panel = window.jupyterapp.shell.currentWidget;
  const isCode = c => c.model.type === 'code' && c.model.sharedModel.source.trim();
  const code = panel.content.widgets.slice(0, cells ?? undefined).filter(isCode);
  for (const cell of code)
    for (let k = 0; k < cell.model.outputs.length; k++) {
      const output = cell.model.outputs.get(k);
      if (output.type === 'error') return JSON.stringify(output.toJSON()).slice(0, 800);
    }
  return code.every(c => c.model.executionCount) && panel.sessionContext.session.kernel.status === 'idle';
}"""


def chromium() -> str:
    """The browser's path. Without one the test is skipped, or fails where REQUIRE_ALL is set, as in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found:
        return found
    reason = "found no Chromium; install it (on Debian: apt install chromium) to run the browser tests"
    if os.environ.get("REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class Server:
    """A running Jupyter server; `url` has no slash at its end."""

    url: str
    log: Path

    def page(self, path: str) -> str:
        return f"{self.url}/{path}{'&' if '?' in path else '?'}token={TOKEN}"


@contextlib.contextmanager
def jupyter(
    root: Path, home: Path, *arguments: str, program: str = "lab", quiet: bool = True, **variables: str
) -> Iterator[Server]:
    """Serves `root`, with all of Jupyter's own files under `home`; `variables`: of its environment.

    `program`: of `jupyter`, or "desk" for `autograder desk`.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = home / "settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    for name, text in QUIET.items() if quiet else ():
        (settings / f"{name}.jupyterlab-settings").write_text(text)
    folders = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython", "LSTMLAB_DATA": "reader",
    }  # fmt: skip
    environment = {
        **with_own_programs(os.environ),
        **{name: str(home / folder) for name, folder in folders.items()},
        **variables,
    }
    start = ["autograder.cli", "desk", "--no-browser", "--"] if program == "desk" else ["jupyter", program]
    command = [
        sys.executable, "-m", *start, "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}",
        "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly", *arguments,
    ]  # fmt: skip
    log = home / "server.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            command, env=environment, cwd=root, stdout=stream, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", log)
    try:
        _wait_for_answer(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _wait_for_answer(server: Server, process: subprocess.Popen) -> None:
    for _ in range(600):
        assert process.poll() is None, server.log.read_text()[-4000:]
        with contextlib.suppress(OSError), urllib.request.urlopen(server.page("api/status")):
            return
        time.sleep(0.1)
    pytest.fail(f"the server did not answer within a minute:\n{server.log.read_text()[-4000:]}")


@contextlib.contextmanager
def open_page(stand_in: tuple[str, str] | None = None, **options):
    """A browser page; the test fails at its end for page errors and for requests that leave the machine.

    `stand_in`: how the addresses begin of a script that stock nbgrader's own pages load, and what they get instead.
    """
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)  # the machine may be shared; what is right is seen at once
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 1000}, **options})
        page.set_default_timeout(90_000)
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on("request", lambda request: _note_outside(request.url, faults, stand_in))
        if stand_in:
            page.route(f"{stand_in[0]}**", lambda route: route.fulfill(body=stand_in[1]))
        yield page
        browser.close()
    assert not faults, faults


def _note_outside(url: str, faults: list[str], stand_in: tuple[str, str] | None) -> None:
    inside = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "file:", *(stand_in or ())[:1])
    if not url.startswith(inside):
        faults.append(f"a request left the machine: {url}")


AXE = Path(__file__).parents[1] / "tools/js/node_modules/axe-core/axe.min.js"
VIOLATIONS = """async rules => (await axe.run(document, {
    resultTypes: ["violations"], preload: false, ...(rules && {runOnly: rules}),
  })).violations.map(({id, nodes}) => `${id}: ${nodes.length} times, such as ${nodes[0].html.slice(0, 200)}`)"""


def axe(page, rules: list[str] | None = None) -> list[str]:
    """What axe finds on the page, by all of its rules or some. Without axe the test is skipped, or fails as above."""
    if not AXE.is_file():
        reason = "found no tools/js/node_modules/axe-core; type: npm ci --prefix tools/js"
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(VIOLATIONS, rules)


# Runs all cells up to the first one whose code holds these words, and returns how many cells that are.
RUN_UNTIL = """words => {
  const {commands, shell} = window.jupyterapp, notebook = shell.currentWidget.content;
  const last = notebook.widgets.findIndex(
    cell => cell.model.type === 'code' && cell.model.sharedModel.source.includes(words));
  notebook.activeCellIndex = last + 1;
  commands.execute('notebook:run-all-above');
  return last + 1;
}"""


def run_notebook(page, server: Server, path: str, timeout: int = 180_000, until: str | None = None) -> None:
    """Opens a notebook in JupyterLab, runs all cells, or those down to one whose code holds the words `until`.

    Fails on the first error output.
    """
    page.goto(server.page(f"lab/tree/{path}?reset"))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    page.wait_for_function(IDLE)
    cells = None if until is None else page.evaluate(RUN_UNTIL, until)
    if until is None:
        page.evaluate(RUN_ALL)
    answer = page.wait_for_function(DONE, arg=cells, timeout=timeout).json_value()
    assert answer is True, answer
