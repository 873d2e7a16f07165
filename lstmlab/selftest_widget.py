"""The test of ten questions on the screen; `selftest` draws and marks them. Lesson `10_review` makes one."""

from __future__ import annotations

import html
from collections.abc import Sequence

import ipywidgets as widgets
from fsrs import Rating
from IPython.display import HTML

from lstmlab.display import inline
from lstmlab.option_buttons import Clock, Options, show, utc_now
from lstmlab.quiz_widgets import Frame, folded, status
from lstmlab.review import Answer, Item, Reviews
from lstmlab.review_widgets import Review
from lstmlab.selftest import Mark, Report, draw, grade


def selftest(review: Review, seed: int, **mix: int) -> SelfTest:
    """Ten questions from the lessons of `review`: the same seed asks the same. `easy=5, hard=5` changes the mix."""
    return SelfTest(draw(review.items, seed, mix or None), seed, review.store)


class SelfTest(Frame):
    """One question at a time, no verdict before the end; then the score and what to read again, with links."""

    def __init__(self, drawn: Sequence[Item], seed: int, store: Reviews, clock: Clock = utc_now) -> None:
        self._drawn, self._seed, self._store, self._clock = tuple(drawn), seed, store, clock
        self._at, self._chosen = 0, dict[str, str | None]()
        self.report: Report | None = None
        self._face, self._status, self._links = widgets.HTML(), widgets.HTML(status("")), widgets.Output()
        self.options = Options(self._choose)
        self.back = widgets.Button(description="Back", tooltip="Go to the question before")
        self.skip = widgets.Button(description="Skip", tooltip="Leave this question open")
        self.finish = widgets.Button(description="Hand in", tooltip="See the result")
        self.back.on_click(lambda button: self._go(-1))
        self.skip.on_click(lambda button: self._go(1))
        self.finish.on_click(lambda button: self._finish())
        buttons = widgets.HBox([self.back, self.skip, self.finish], layout={"flex_flow": "row wrap"})
        super().__init__([self._face, self.options, buttons, self._status, self._links])
        self._draw(focus=False)

    def _draw(self, focus: bool = True) -> None:
        over = self._at == len(self._drawn)
        show(self.back, self._at > 0)
        show(self.skip, not over)
        show(self.finish, over)
        show(self.options, not over)
        if over:
            open_ones = [str(k + 1) for k, item in enumerate(self._drawn) if not self._chosen.get(item.id)]
            rest = f"Open: {', '.join(open_ones)}." if open_ones else "All are answered."
            self._face.value = status(
                f"That was the last question. {rest} Back changes an answer; then hand in."
            )
            target = self.finish
        else:
            question = Mark(self._drawn[self._at], None).question
            place = f"Question {self._at + 1} of {len(self._drawn)} ({question.level})"
            self._face.value = f'<div role="status">{place}{question.heading_html()}</div>'
            self.options.ask(question, self._chosen.get(self._drawn[self._at].id))
            target = self.options.buttons[0]
        if focus:
            target.focus()

    def _choose(self, letter: str) -> None:
        self._chosen[self._drawn[self._at].id] = letter
        self._go(1)

    def _go(self, step: int) -> None:
        self._at = min(max(self._at + step, 0), len(self._drawn))
        self._draw()

    def _finish(self) -> None:
        """Mark the test, keep the answers for the review, and show what to read again."""
        self.report = grade(self._drawn, self._chosen)
        for part in (self.back, self.finish):
            show(part, False)
        self._face.value = status(self.report.score)
        now = self._clock()
        answers = {
            mark.item.id: Answer(now, Rating.Good if mark.right else Rating.Again)
            for mark in self.report.marks
            if mark.letter
        }
        said = "Your answers count for the review as well."
        try:
            note = self._store.add(answers)[1] if answers else ""
            self._status.value = status(f"{said} {note}" if answers else "")
        except OSError as error:
            self._status.value = status(f"The answers could not be kept for the review: {error}")
        # An output, not an HTML widget: only there a front end turns a link to a notebook into one it can open.
        self._links.outputs = ()
        self._links.append_display_data(HTML(report_html(self.report)))

    def text(self) -> str:
        lines = [f"Test yourself, seed {self._seed}: {len(self._drawn)} questions."]
        questions = [Mark(item, None).question for item in self._drawn]
        lines += [f"{k}. {question.plain()}" for k, question in enumerate(questions, start=1)]
        keys = ", ".join(f"{k} {question.answer}" for k, question in enumerate(questions, start=1))
        return "\n".join([*lines, f"Answers: {keys}"])

    def html(self) -> str:
        questions = [Mark(item, None).question for item in self._drawn]
        body = "".join(
            f"{q.heading_html()}{q.options_html()}{folded('Answer', q.solution_html())}" for q in questions
        )
        return f"<p>Test yourself, seed {self._seed}: {len(questions)} questions.</p>{body}"


def report_html(report: Report) -> str:
    """What was not right: the question, what was chosen and why not, the answer, and a link to read again."""
    if not report.again:
        return "<p>Nothing to read again.</p>"
    rows = []
    for mark in report.again:
        question, link = (
            mark.question,
            f'<a href="{html.escape(mark.item.link)}">{inline(mark.item.where)}</a>',
        )
        verdict = inline(question.verdict(mark.letter))
        rows.append(f"<li>{inline(question.text)}<br>{verdict}<br>Read again: {link}</li>")
    return f"<p>To read again:</p><ol>{''.join(rows)}</ol>"
