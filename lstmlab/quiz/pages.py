"""One page at a time on the screen, answered by buttons: the base of `review_widgets` and `self_test_widget`.

By mouse or by keyboard alone: js/page.js puts the focus on the first button of each new page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from lstmlab.bank.load import Question
from lstmlab.draw.display import WIDGET_VIEW, Readable, inline
from lstmlab.quiz.item_widgets import code_html

BUNDLES = files("lstmlab.quiz") / "static"  # of js/; `make widgets` makes them
Clock = Callable[[], datetime]
Button = tuple[str, str, str]  # what is pressed, its label, what it does


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Page:
    """What is shown: `text` and `status` are HTML, as are the labels; `chosen` is marked, `focus` comes first."""

    text: str
    options: Sequence[Button] = ()
    buttons: Sequence[Button] = ()
    status: str = ""
    chosen: str = ""
    focus: str = ""


class Pages(Readable, anywidget.AnyWidget):
    """Shows a `Page`, and calls `pressed` with the name of a button. A subclass shows the first one."""

    _esm = (BUNDLES / "page.js").read_text(encoding="utf-8")
    _css = (BUNDLES / "page.css").read_text(encoding="utf-8")
    page = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(lambda widget, content, buffers: self._hear(content))

    def show(self, page: Page) -> None:
        self.page = {**asdict(page), "number": self.page.get("number", 0) + 1}

    def _hear(self, content: dict[str, Any]) -> None:
        """A press from the screen. One that was made on an earlier page, as by a double click, does nothing."""
        if content.get("page") == self.page["number"]:
            self.press(content.get("press", ""))

    def press(self, name: str) -> None:
        """Do what the button does; one that is not on this page does nothing."""
        if name in [button[0] for button in [*self.page["options"], *self.page["buttons"]]]:
            self.pressed(name)

    def pressed(self, name: str) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define pressed()")

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]  # no metadata
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"text/plain": self.text(), "text/html": self.html(), WIDGET_VIEW: view}


def option_buttons(question: Question) -> list[Button]:
    """A button for each option, named by its letter."""
    return [(letter, inline(question.lettered(letter)), "") for letter in question.letters]


def asked_html(question: Question) -> str:
    """The question and its code."""
    return f"<p>{question.heading_html()}</p>{code_html(question.code)}"
