"""The questions of `quiz` on the screen, reached by mouse or with Tab, arrows, Space and Enter.

Built by `quiz.Quiz`. `Item` is the base of all widgets of the quiz: its state is drawn by js/quiz.js. Each widget
writes what the reader chose into the `Answers` it is given and says the outcome in its status line; wrong
options say why they are wrong.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from importlib.resources import files
from typing import Any, ClassVar

import anywidget
import ipywidgets as widgets
import traitlets

from lstmlab.bank.items import Question
from lstmlab.draw.display import WIDGET_VIEW, Readable, inline

Answers = dict[str, str]  # key of a question -> letter the reader chose
First = Callable[
    [Question, bool, bool], str
]  # (question, right, after a look at hint or solution) -> what to say
# Below an item on a page where nothing can be pressed.
NOT_LIVE = "<p><em>Run this cell in JupyterLab, after those above it, to answer.</em></p>"
BUNDLES = files("lstmlab.quiz") / "static"  # of js/; `make widgets` makes them


def status(text: str, mark: str = "") -> str:
    """HTML for a status line. `mark` is a word, not a colour: no one needs to see colours."""
    return (f"<b>{mark}</b> " if mark else "") + inline(text)


def folded(title: str, body: str) -> str:
    return f"<details><summary>{html.escape(title)}</summary>{body}</details>"


def code_html(code: str) -> str:
    return f"<pre>{html.escape(code.strip())}</pre>" if code.strip() else ""


class Note(Readable, widgets.HTML):
    """A few lines of text that no one needs to click."""

    def __init__(self, text: str, markup: str) -> None:
        self._text = text
        super().__init__(value=markup)

    def text(self) -> str:
        return self._text

    def html(self) -> str:
        return self.value


class Item(Readable, anywidget.AnyWidget):
    """A heading, and what a subclass needs of: code, options, a text to write, buttons, boxes, a status line.

    A subclass lists its BUTTONS as (name, label, what it does) and defines `on_<name>` for each.
    """

    _esm = (BUNDLES / "quiz.js").read_text(encoding="utf-8")
    _css = (BUNDLES / "quiz.css").read_text(encoding="utf-8")
    BUTTONS: ClassVar[tuple[tuple[str, str, str], ...]] = ()

    heading = traitlets.Unicode().tag(sync=True)  # HTML, as are the labels of options and boxes
    code = traitlets.Unicode().tag(sync=True)
    options: traitlets.List[tuple[str, str]] = traitlets.List().tag(sync=True)  # (value, label)
    chosen = traitlets.Unicode().tag(sync=True)  # a value, or nothing
    writes = traitlets.Bool(False).tag(sync=True)
    written = traitlets.Unicode().tag(sync=True)
    buttons: traitlets.List[tuple[str, str, str]] = traitlets.List().tag(sync=True)
    off: traitlets.List[str] = traitlets.List().tag(sync=True)  # buttons that do nothing at the moment
    boxes: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    boxes_label = traitlets.Unicode().tag(sync=True)
    ticks: traitlets.List[bool] = traitlets.List().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    status_first = traitlets.Bool(False).tag(sync=True)  # above the buttons: the face of a card
    more = traitlets.Unicode().tag(sync=True)

    def __init__(self, heading: str, **state: Any) -> None:
        super().__init__(heading=heading, buttons=[list(button) for button in self.BUTTONS], **state)
        self.on_msg(lambda widget, content, buffers: self._hear(content))

    def _hear(self, content: dict[str, Any]) -> None:
        """A press from the page, with the state it was made in."""
        for name in ("chosen", "written", "ticks"):
            setattr(self, name, content[name])
        self.press(content["press"])

    def press(self, button: str) -> None:
        """Do what the button does; one that is off does nothing."""
        if button not in {name for name, _, _ in self.BUTTONS}:
            raise KeyError(
                f"no button {button!r}; press one of {', '.join(name for name, _, _ in self.BUTTONS)}."
            )
        if button not in self.off:
            getattr(self, f"on_{button}")()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]  # no metadata
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"text/plain": self.text(), "text/html": self.html() + NOT_LIVE, WIDGET_VIEW: view}


class QuestionItem(Item):
    """A question with its options; the reader's answer, if there is one, is chosen."""

    def __init__(self, question: Question, answers: Answers) -> None:
        self.question, self.answers = question, answers
        super().__init__(
            question.heading_html(),
            code=question.code.strip(),
            options=[[letter, inline(question.lettered(letter))] for letter in question.letters],
            chosen=answers.get(question.key, ""),
        )

    def asked_html(self) -> str:
        return f"<p>{self.question.heading_html()}</p>{code_html(self.question.code)}{self.question.options_html()}"


class PredictWidget(QuestionItem):
    """Options and a button that keeps the choice. Nothing says whether it is right before `reveal`.

    `keep` hears of the choice, and returns what else to tell the reader.
    """

    BUTTONS = (("commit", "Commit", "Keep this prediction until the answer appears"),)

    def __init__(self, question: Question, answers: Answers, keep: Callable[[Question, str], str]) -> None:
        super().__init__(question, answers)
        self._keep = keep
        self.status = self._state()

    def on_commit(self) -> None:
        if not self.chosen:
            self.status = status("Choose an option first, then commit.")
            return
        self.answers[self.question.key] = self.chosen
        said = self._keep(self.question, self.chosen)
        self.status = f"{self._state()} {inline(said)}".strip()

    def _state(self) -> str:
        letter = self.answers.get(self.question.key)
        return status(f"Kept: {letter}. The answer comes further down." if letter else "Choose, then commit.")

    def text(self) -> str:
        return f"Predict. {self.question.plain()}\nCommit to an answer before you read on."

    def html(self) -> str:
        return f"<div>{self.asked_html()}</div>"


class RevealWidget(Item):
    """The answer beside what the reader had committed to; a reader who has not is asked to, once."""

    BUTTONS = (("compare", "Compare", "Compare my prediction with the answer"),)

    def __init__(self, question: Question, answers: Answers) -> None:
        self.question, self.answers = question, answers
        super().__init__(question.heading_html(), code=question.code.strip())
        if question.key in answers:
            self.on_compare()
        else:
            self.status = status("You have not committed yet. Do so above, then press Compare.")

    def on_compare(self) -> None:
        self.status = status(self.question.verdict(self.answers.get(self.question.key)))

    def text(self) -> str:
        letter = self.answers.get(self.question.key)
        return f"You were asked: {self.question.text}\n{self.question.verdict(letter)}"

    def html(self) -> str:
        asked = f"<p>{self.question.heading_html()}</p>{code_html(self.question.code)}"
        return asked + folded("The answer", self.question.solution_html())


class ChoiceWidget(QuestionItem):
    """Multiple choice: check as often as you like; hint and solution are a button away.

    `first` hears of the first answer alone, and whether hint or solution had been looked at.
    """

    BUTTONS = (
        ("check", "Check", "Check the chosen option"),
        ("hint", "Hint", "Show a hint"),
        ("solution", "Solution", "Show the worked solution"),
    )

    def __init__(self, question: Question, answers: Answers, first: First) -> None:
        super().__init__(question, answers)
        self._first, self._helped, self._verdict = first, False, ""

    def on_check(self) -> None:
        letter = self.chosen
        if not letter:
            self.status = status("Choose an option first, then check.")
            return
        right, new = letter == self.question.answer, self.question.key not in self.answers
        self.answers[self.question.key] = letter
        said = self._first(self.question, right, self._helped) if new else ""
        mark = "Right." if right else "Not this one."
        self._verdict = self.status = status(f"{letter}: {self.question.reason(letter)} {said}".strip(), mark)

    def on_hint(self) -> None:
        self._helped = True
        hint = status(self.question.hint, "Hint:")
        self.status = f"{self._verdict}<br>{hint}" if self._verdict else hint

    def on_solution(self) -> None:
        self._helped = True
        self.more = self.question.solution_html()
        self.status = status("The worked solution stands below.")

    def text(self) -> str:
        return f"{self.question.plain()}\n\n{self.question.plain_answer()}"

    def html(self) -> str:
        hint = folded("Hint", f"<p>{inline(self.question.hint)}</p>")
        return self.asked_html() + hint + folded("Solution", self.question.solution_html())
