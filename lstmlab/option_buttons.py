"""The options of a question as buttons, for `review_widgets` and `selftest_widget`, where one press answers.

Buttons, because the focus can be put on one: the reader answers a row of questions with Tab and Enter alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import ipywidgets as widgets

from lstmlab.bank import Question

STYLE = """<style>
.lstmlab-options .widget-button { width: 100%; height: auto; white-space: normal; text-align: left;
  line-height: 1.45; padding: 5px 10px; margin: 2px 0 }
.lstmlab-options, .lstmlab-quiz .widget-hbox { overflow: visible }
</style>"""
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def show(widget: widgets.Widget, visible: bool) -> None:
    widget.layout.display = "" if visible else "none"


class Options(widgets.VBox):
    """The options of a question as buttons: pressing one answers. `press(letter)` is called with it."""

    def __init__(self, press: Callable[[str], None]) -> None:
        self.buttons = [widgets.Button() for _ in range(6)]
        for button in self.buttons:
            button.on_click(lambda pressed: press(pressed.description[0]))
        super().__init__([widgets.HTML(STYLE, layout={"display": "none"}), *self.buttons])
        self.add_class("lstmlab-options")

    def ask(self, question: Question, chosen: str | None = None) -> None:
        """Show the options of `question`; the one chosen before is marked."""
        for button, letter in zip(self.buttons, question.letters, strict=False):
            button.description = question.lettered(letter).replace("`", "")
            button.icon = "check" if letter == chosen else ""
        for number, button in enumerate(self.buttons):
            show(button, number < len(question.letters))
        show(self, True)
