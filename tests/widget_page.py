"""A widget on a page of its own in Chromium, with a model that stands in for Jupyter's: quick, and it tells all."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from browser import CHROMIUM_FLAGS, chromium
from playwright.sync_api import sync_playwright

# Keeps what the widget sends, and hands it what Python would send.
HOST = """async ([module, style, state]) => {
  document.head.insertAdjacentHTML('beforeend', '<style></style>');
  document.head.lastChild.textContent = style;
  const handlers = {}, pending = {};
  window.sent = [];
  const tell = names => names.forEach(name => (handlers['change:' + name] ?? []).forEach(handle => handle()));
  window.model = {
    get: name => state[name],
    set: (name, value) => { state[name] = value; pending[name] = value; },
    save_changes: () => {
      const changes = structuredClone(pending);
      for (const name in pending) delete pending[name];
      window.sent.push(changes);
      tell(Object.keys(changes));
    },
    on: (event, handle) => (handlers[event] ??= []).push(handle),
    off: (event, handle) => { handlers[event] = (handlers[event] ?? []).filter(other => other !== handle); },
    receive: changes => { Object.assign(state, changes); tell(Object.keys(changes)); },
    kernel_gone: () => { state.layout = {comm_live: false}; (handlers.comm_live_update ?? []).forEach(f => f()); },
    listeners: () => Object.values(handlers).flat().length,
  };
  const url = URL.createObjectURL(new Blob([module], {type: 'text/javascript'}));
  const handed = await import(url);
  window.exports = await handed.load().catch(() => ({}));
  const el = document.body.appendChild(document.createElement('div'));
  window.close_view = await handed.default.render({model: window.model, el});
}"""
# Another view of the same widget, with a copy of the module of its own, as in another cell of a page.
AGAIN = """async module => {
  const url = URL.createObjectURL(new Blob([module], {type: 'text/javascript'}));
  const el = document.body.appendChild(document.createElement('div'));
  await (await import(url)).default.render({model: window.model, el});
}"""


@dataclass(frozen=True)
class Shown:
    """A widget on its page."""

    page: Any
    faults: list[str]

    def sent(self) -> dict[str, Any]:
        """All that the widget has sent to Python, later values over earlier ones."""
        return {
            name: value for changes in self.page.evaluate("window.sent") for name, value in changes.items()
        }

    def status(self) -> str:
        """The sentence that says what changed."""
        return self.page.get_by_role("status").inner_text()

    def show_again(self, widget: Any) -> None:
        """A second view of the widget, below the first."""
        self.page.evaluate(AGAIN, widget._esm)

    def receive(self, **changes: Any) -> None:
        """What happens when Python sets traits."""
        self.page.evaluate("changes => window.model.receive(changes)", changes)

    def call(self, function: str, *arguments: Any) -> Any:
        """Calls an exported function of the widget's module."""
        code = f"args => window.exports.{function}(...args)"
        return json.loads(self.page.evaluate(f"args => JSON.stringify(({code})(args), {PLAIN})", arguments))

    def settled(self) -> None:
        """Waits until the next frame is painted and the status sentence has been said."""
        self.page.wait_for_timeout(350)
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )


def largest(got: Any, wanted: torch.Tensor) -> float:
    """The largest difference of what a page computed from what torch did."""
    return (torch.tensor(got, dtype=torch.float64) - wanted.double()).abs().max().item()


def scaled(layer: torch.nn.RNNBase, factor: float) -> torch.nn.RNNBase:
    """The layer with all of its weights times a number."""
    with torch.no_grad():
        for weight in layer.parameters():
            weight.mul_(factor)
    return layer


PLAIN = "(key, value) => ArrayBuffer.isView(value) ? Array.from(value) : value"


@contextlib.contextmanager
def pages() -> Iterator[Any]:
    """A function that shows a widget: `show(widget, width=1280, dark=False)`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)

        def show(widget: Any, width: int = 1280, dark: bool = False, **options: Any) -> Shown:
            page = browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", **options
            )
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
            state = {
                name: widget.get_state(name)[name] for name in widget.keys if name not in ("_esm", "_css")
            }
            state = json.loads(json.dumps({k: v for k, v in state.items() if k not in ("layout", "comm")}))
            page.set_content(
                f"<html><body style='margin:8px;background:{'#111' if dark else '#fff'}'></body></html>"
            )
            page.evaluate(HOST, [widget._esm, widget._css, state])
            return Shown(page, faults)

        yield show
        browser.close()
