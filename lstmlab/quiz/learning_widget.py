"""The learning test on the screen: two parallel forms of twelve items, one before lesson 1 and one after lesson 8.

`data/learning_a.toml` and `data/learning_b.toml` are the forms. Whether an item was right is said when both
are taken, so that the first teaches nothing about the second. Nobody has to take it.
"""

from __future__ import annotations

import html
from pathlib import Path

from lstmlab.bank.load import load_bank
from lstmlab.quiz.item_widgets import folded
from lstmlab.quiz.pages import Button, Clock, Page, asked_html, utc_now
from lstmlab.quiz.self_test_widget import Sheet
from lstmlab.quiz.words import LEARNING, LEARNING_BUTTONS
from lstmlab.review.schedule import Item
from lstmlab.review.self_test import grade
from lstmlab.storage.folder import ELSEWHERE
from lstmlab.storage.learning import FORMS, begin, keep, load_learning, write_learning


def form_items(form: str) -> tuple[Item, ...]:
    """The twelve items of form "A" or "B", those of lesson 1 first."""
    bank = f"learning_{form.lower()}"
    return tuple(
        Item(f"{bank}/{question.key}", bank, question.section, question)
        for question in load_bank(bank).questions.values()
    )


class LearningTest(Sheet):
    """One form of the test: the first that the reader takes or, with `after`, the other, and then what came of both."""

    last: Button = LEARNING_BUTTONS["hand in"]

    def __init__(self, after: bool = False, clock: Clock = utc_now) -> None:
        self._after, self._clock = after, clock
        super().__init__(())
        self._show_state()

    def pressed(self, name: str) -> None:
        try:
            if name == "begin":
                learning, note = begin()
                self._form = learning.second if self._after else learning.first
                if self._form in learning.taken or (self._after and not learning.taken):
                    self._show_state()  # another notebook was faster, or the file is a new one
                    return
                self.drawn, self._at, self.chosen = form_items(self._form), 0, {}
                self._draw(note)
            elif name == "write":
                self._show_state(LEARNING["written"].format(path=write_learning(Path())))
            else:
                super().pressed(name)
        except OSError as error:
            self.show(
                Page(
                    self.page["text"],
                    self.page["options"],
                    self.page["buttons"],
                    html.escape(f"{LEARNING['failed']} {error}. {ELSEWHERE}"),
                )
            )

    def hand_in(self) -> None:
        report = grade(self.drawn, self.chosen)
        keep(self._form, self._clock(), tuple(mark.right for mark in report.marks))
        self._show_state()

    def _show_state(self, status: str = "") -> None:
        """What there is to do now: begin, come back later, or see both results."""
        learning, trouble = load_learning()
        status, taken = html.escape(" ".join(filter(None, (status, trouble)))), learning.taken
        if len(taken) == len(FORMS):
            before, after = (taken[form].right for form in (learning.first, learning.second))
            text = LEARNING["both"].format(before=sum(before), after=sum(after), all=len(after))
            missed = [
                f"<li>{asked_html(item.content)}{folded('Answer', item.content.solution_html())}</li>"  # type: ignore[union-attr, arg-type]
                for item, right in zip(form_items(learning.second), after, strict=True)
                if not right
            ]
            missing = f"<p>{LEARNING['missed']}</p><ol>{''.join(missed)}</ol>" if missed else ""
            buttons = [LEARNING_BUTTONS["write"]]
            self.show(Page(f"<p>{text}</p>{missing}<p>{LEARNING['may']}</p>", (), buttons, status))
        elif self._after and not taken:
            self.show(Page(f"<p>{LEARNING['no first']}</p>", status=status))
        elif taken and not self._after:
            self.show(Page(f"<p>{LEARNING['first']}</p>", status=status))
        else:
            self.show(Page(f"<p>{self._asked}</p>", (), [LEARNING_BUTTONS["begin"]], status))

    @property
    def _asked(self) -> str:
        return LEARNING["after" if self._after else "before"]

    def text(self) -> str:
        """What stands where no kernel runs: no question, for who has seen one is not measured."""
        return f"{self._asked} {LEARNING['run']}"

    def html(self) -> str:
        return f"<p>{self.text()}</p>"
