"""The test of ten questions on the screen; `review.self_test` draws and marks them. Lesson `10_review` makes one."""

from __future__ import annotations

import html
from collections.abc import Sequence

import ipywidgets as widgets
from fsrs import Rating
from IPython.display import HTML

from lstmlab.draw.display import Readable, inline
from lstmlab.quiz.item_widgets import folded
from lstmlab.quiz.pages import Button, Clock, Page, Pages, asked_html, option_buttons, utc_now
from lstmlab.quiz.review_widgets import Review
from lstmlab.quiz.words import TEST, TEST_BUTTONS
from lstmlab.review.schedule import Answer, Item, Reviews
from lstmlab.review.self_test import Mark, Report, draw, grade
from lstmlab.storage.folder import ELSEWHERE


def selftest(review: Review, seed: int, **mix: int) -> SelfTest:
    """Ten questions from the lessons of `review`: the same seed asks the same. `easy=5, hard=5` changes the mix."""
    return SelfTest(draw(review.items, seed, mix or None), seed, review.store, review.clock)


class Sheet(Pages):
    """The questions of `drawn` one after another, no verdict; `hand_in` is called when the reader hands them in."""

    last: Button = TEST_BUTTONS["hand in"]

    def __init__(self, drawn: Sequence[Item]) -> None:
        super().__init__()
        self.drawn, self._at = tuple(drawn), 0
        self.chosen: dict[str, str | None] = {}
        self._draw()

    def hand_in(self) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define hand_in()")

    def pressed(self, name: str) -> None:
        if name == "hand in":
            self.hand_in()
            return
        if name not in ("back", "skip"):
            self.chosen[self.drawn[self._at].id] = name
        self._at += -1 if name == "back" else 1
        self._draw()

    def _draw(self, status: str = "") -> None:
        drawn, back = self.drawn, [TEST_BUTTONS["back"]] if self._at else []
        if self._at == len(drawn):
            left = [str(k) for k, item in enumerate(drawn, start=1) if not self.chosen.get(item.id)]
            rest = TEST["open"].format(numbers=", ".join(left)) if left else TEST["complete"]
            text = f"<p>{TEST['last'].format(rest=rest)}</p>"
            self.show(Page(text, (), [*back, self.last], focus="hand in"))
            return
        item = drawn[self._at]
        question = Mark(item, None).question
        number = TEST["place"].format(number=self._at + 1, all=len(drawn))
        place = f'<div class="lp-where">{number}</div>'
        chosen = self.chosen.get(item.id) or ""
        self.show(
            Page(
                place + asked_html(question),
                option_buttons(question),
                [*back, TEST_BUTTONS["skip"]],
                html.escape(status),
                chosen,
            )
        )


class SelfTestSheet(Sheet):
    """The sheet of a `SelfTest`, which is given the letters chosen."""

    def __init__(self, test: SelfTest) -> None:
        self._test = test
        super().__init__(test.drawn)

    def hand_in(self) -> None:
        self._test.hand_in(self.chosen)


class SelfTest(Readable, widgets.VBox):
    """A test to hand in; then the score, and what to read again with links. `report` is None before that."""

    def __init__(self, drawn: Sequence[Item], seed: int, store: Reviews, clock: Clock = utc_now) -> None:
        self.drawn, self._seed, self._store, self._clock = tuple(drawn), seed, store, clock
        self.report: Report | None = None
        self.sheet = SelfTestSheet(self)
        # An output, not a widget: only there a front end turns a link to a notebook into one that opens it.
        self.links = widgets.Output()
        super().__init__([self.sheet, self.links])

    def hand_in(self, chosen: dict[str, str | None]) -> None:
        """Mark the test, keep the answers for the review, and show what to read again."""
        self.report = grade(self.drawn, chosen)
        now = self._clock()
        answers = {
            mark.item.id: Answer(now, Rating.Good if mark.right else Rating.Again)
            for mark in self.report.marks
            if mark.letter
        }
        said = TEST["counts"] if answers else ""
        try:
            said += self._store.add(answers)[1] if answers else ""
        except OSError as error:
            said = f"The answers could not be saved for the review: {error}. {ELSEWHERE}"
        self.sheet.show(Page(f"<p><b>{self.report.score}</b></p>", status=html.escape(said)))
        self.links.outputs = ()
        self.links.append_display_data(HTML(report_html(self.report)))

    def text(self) -> str:
        lines = [f"Test yourself, seed {self._seed}: {len(self.drawn)} questions."]
        questions = [Mark(item, None).question for item in self.drawn]
        lines += [f"{k}. {question.plain()}" for k, question in enumerate(questions, start=1)]
        keys = ", ".join(f"{k} {question.answer}" for k, question in enumerate(questions, start=1))
        return "\n".join([*lines, f"Answers: {keys}"])

    def html(self) -> str:
        questions = [Mark(item, None).question for item in self.drawn]
        body = "".join(
            f"{asked_html(q)}{q.options_html()}{folded('Answer', q.solution_html())}" for q in questions
        )
        return f"<p>Test yourself, seed {self._seed}: {len(questions)} questions.</p>{body}"


def report_html(report: Report) -> str:
    """What was not right: the question, what was chosen and why not, the answer, and a link to read again."""
    if not report.again:
        return f"<p>{TEST['nothing']}</p>"
    rows = []
    for mark in report.again:
        question, link = (
            mark.question,
            f'<a href="{html.escape(mark.item.link)}">{inline(mark.item.where)}</a>',
        )
        rows.append(
            f"<li>{asked_html(question)}<p>{inline(question.verdict(mark.letter))}</p><p>{TEST['link']} {link}</p></li>"
        )
    return f"<p>{TEST['list']}</p><ol>{''.join(rows)}</ol>"
