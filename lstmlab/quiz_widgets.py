"""The questions of `quiz` on the screen: ordinary ipywidgets, all of them reached with Tab and Enter.

Built by `quiz.Quiz`. Each widget writes what the reader chose into the `Answers` it is given and says the
outcome in a status line; wrong options say why they are wrong.
"""

from __future__ import annotations

import html

import ipywidgets as widgets

from lstmlab.bank import Question
from lstmlab.display import Readable, inline

Answers = dict[str, str]  # key of a question -> letter the reader chose

# Options wrap instead of being cut, with their button in front; prose is set as prose. All of it is scoped to
# the course's own class.
STYLE = """<style>
.lstmlab-quiz .widget-radio-box { width: 100%; height: auto; max-height: none }
.lstmlab-quiz .widget-radio-box label { display: flex; flex-direction: row-reverse; justify-content: flex-end;
  align-items: flex-start; gap: 8px; height: auto; padding: 2px 0; white-space: normal; line-height: 1.45 }
.lstmlab-quiz .widget-radio-box input { flex: none; margin: 0 }
.lstmlab-quiz .widget-checkbox, .lstmlab-quiz .widget-label-basic { height: auto; white-space: normal }
.lstmlab-quiz .widget-html-content { line-height: 1.45; height: auto }
.lstmlab-quiz .widget-html-content :is(p, ul, li) { line-height: 1.45; margin-top: 2px; margin-bottom: 4px }
.lstmlab-quiz :focus-visible { outline: 2px solid #4c8fd6; outline-offset: 2px }
</style>"""
FRAME = {
    "border_left": "3px solid #8a9199",
    "padding": "2px 0 6px 12px",
    "margin": "4px 0",
    "max_width": "760px",
}


def status(text: str, mark: str = "") -> str:
    """HTML for a status line. `mark` is a word, not a colour: no one needs to see colours."""
    lead = f"<b>{mark}</b> " if mark else ""
    return f'<div role="status" style="line-height:1.45;margin:4px 0">{lead}{inline(text)}</div>'


def folded(title: str, body: str) -> str:
    return f"<details><summary>{html.escape(title)}</summary>{body}</details>"


class Note(Readable, widgets.HTML):
    """A few lines of text that no one needs to click."""

    def __init__(self, text: str, markup: str) -> None:
        self._text = text
        super().__init__(value=markup)

    def text(self) -> str:
        return self._text

    def html(self) -> str:
        return self.value


class Frame(Readable, widgets.VBox):
    """A bar on the left and the course's rules for long options."""

    def __init__(self, children: list[widgets.Widget]) -> None:
        super().__init__([widgets.HTML(STYLE, layout={"display": "none"}), *children], layout=FRAME)
        self.add_class("lstmlab-quiz")


def _options(question: Question, answers: Answers) -> widgets.RadioButtons:
    labels = [(question.lettered(letter).replace("`", ""), letter) for letter in question.letters]
    return widgets.RadioButtons(
        options=labels, value=answers.get(question.key), layout={"width": "100%"}, description=""
    )


class PredictWidget(Frame):
    """Options and a button that keeps the choice. Nothing says whether it is right before `reveal`."""

    def __init__(self, question: Question, answers: Answers) -> None:
        self._question, self._answers = question, answers
        self.options = _options(question, answers)
        self.commit = widgets.Button(
            description="Commit", tooltip="Keep this prediction until the answer appears"
        )
        self._status = widgets.HTML(self._state())
        self.commit.on_click(lambda button: self._commit())
        super().__init__([widgets.HTML(question.heading_html()), self.options, self.commit, self._status])

    def _commit(self) -> None:
        if self.options.value is None:
            self._status.value = status("Choose an option first, then commit.")
            return
        self._answers[self._question.key] = self.options.value
        self._status.value = self._state()

    def _state(self) -> str:
        letter = self._answers.get(self._question.key)
        return status(f"Kept: {letter}. The answer comes further down." if letter else "Choose, then commit.")

    def text(self) -> str:
        return f"Predict. {self._question.plain()}\nCommit to an answer before you read on."

    def html(self) -> str:
        return f"<div>{self._question.heading_html()}{self._question.options_html()}</div>"


class RevealWidget(Frame):
    """The answer beside what the reader had committed to; a reader who has not is asked to, once."""

    def __init__(self, question: Question, answers: Answers) -> None:
        self._question, self._answers = question, answers
        self.show = widgets.Button(description="Compare", tooltip="Compare my prediction with the answer")
        self._status = widgets.HTML()
        self.show.on_click(lambda button: self.compare())
        super().__init__([widgets.HTML(question.heading_html()), self.show, self._status])
        if question.key in answers:
            self.compare()
        else:
            self._status.value = status("You have not committed yet. Do so above, then press Compare.")

    def compare(self) -> None:
        letter = self._answers.get(self._question.key)
        self._status.value = status(self._question.verdict(letter))

    def text(self) -> str:
        letter = self._answers.get(self._question.key)
        return f"You were asked: {self._question.text}\n{self._question.verdict(letter)}"

    def html(self) -> str:
        return f"{self._question.heading_html()}{folded('The answer', self._question.solution_html())}"


class ChoiceWidget(Frame):
    """Multiple choice: check as often as you like; hint and solution are a button away."""

    def __init__(self, question: Question, answers: Answers) -> None:
        self._question, self._answers = question, answers
        self.options = _options(question, answers)
        self.check = widgets.Button(description="Check", tooltip="Check the chosen option")
        self.hint = widgets.Button(description="Hint", tooltip="Show a hint")
        self.solution = widgets.Button(description="Solution", tooltip="Show the worked solution")
        self._status, self._more = widgets.HTML(), widgets.HTML()
        self.check.on_click(lambda button: self._check())
        self.hint.on_click(lambda button: self._show(status(f"Hint: {question.hint}")))
        self.solution.on_click(lambda button: self._show(question.solution_html()))
        buttons = widgets.HBox([self.check, self.hint, self.solution], layout={"flex_flow": "row wrap"})
        super().__init__(
            [widgets.HTML(question.heading_html()), self.options, buttons, self._status, self._more]
        )

    def _show(self, markup: str) -> None:
        self._more.value = markup

    def _check(self) -> None:
        letter = self.options.value
        if letter is None:
            self._status.value = status("Choose an option first, then check.")
            return
        self._answers[self._question.key] = letter
        right = letter == self._question.answer
        self._status.value = status(
            f"{letter}: {self._question.reason(letter)}", "Right." if right else "Not this one."
        )

    @property
    def feedback(self) -> str:
        """The status line as it stands (HTML)."""
        return self._status.value

    def text(self) -> str:
        return f"{self._question.plain()}\n\n{self._question.plain_answer()}"

    def html(self) -> str:
        question = self._question
        return (
            question.heading_html()
            + question.options_html()
            + folded("Hint", f"<p>{inline(question.hint)}</p>")
            + folded("Solution", question.solution_html())
        )
