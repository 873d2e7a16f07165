"""Today's review on the screen: one item at a time, by mouse or with Tab and Enter alone; `Review` makes it.

After each answer the keyboard focus goes to the button that comes next, and what changed is in a status line.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets
from fsrs import Rating

from lstmlab import review_plots
from lstmlab.bank import Question, load_bank
from lstmlab.display import Picture, inline
from lstmlab.option_buttons import Clock, Options, show, utc_now
from lstmlab.quiz import Quiz
from lstmlab.quiz_widgets import Frame, Note, folded, status
from lstmlab.review import (
    NEW_A_DAY,
    Answer,
    Item,
    Reviews,
    days_until,
    due,
    load_items,
    memory,
    session,
    strengths,
)
from lstmlab.study_widgets import ExplainWidget

GRADES = {
    Rating.Again: "I had forgotten it",
    Rating.Hard: "I knew it, with effort",
    Rating.Good: "I knew it",
    Rating.Easy: "I knew it at once",
}


def in_words(days: float) -> str:
    """An interval as a reader says it: '10 minutes', 'a day', '13 days'."""
    if days < 1:
        return f"{round(days * 24 * 60)} minutes"
    return "a day" if round(days) == 1 else f"{round(days)} days"


class ReviewWidget(Frame):
    """The items of a session. A card is turned and then rated by the reader, a question rates itself."""

    def __init__(
        self, queue: Sequence[Item], log: dict[str, list[Answer]], store: Reviews, clock: Clock
    ) -> None:
        self._queue, self._log, self._store, self._clock = list(queue), dict(log), store, clock
        self._all, self._answers, self._hinted = tuple(queue), 0, False
        self._face, self._status = widgets.HTML(), widgets.HTML(status(""))
        self.options = Options(self._choose)
        self.turn = self._button("Show answer", "Show the back of the card", lambda: self._turn())
        self.hint = self._button(
            "Hint", "Show a hint; a right answer then counts as hard", lambda: self._hint()
        )
        self.next = self._button("Next", "Go to the next item", lambda: self._go_on())
        self.grades = {
            rating: self._button(rating.name, text, partial(self._grade, rating))
            for rating, text in GRADES.items()
        }
        row = {"flex_flow": "row wrap"}
        self._row = widgets.HBox([*self.grades.values()], layout=row)
        buttons = widgets.HBox([self.turn, self.hint, self.next], layout=row)
        super().__init__([self._face, self.options, buttons, self._row, self._status])
        self._draw(focus=False)  # a page that is opened or run through must not pull the focus here

    @staticmethod
    def _button(name: str, tip: str, action: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=name, tooltip=tip)
        button.on_click(lambda pressed: action())
        return button

    @property
    def left(self) -> int:
        """Items still to answer in this session."""
        return len(self._queue)

    @property
    def said(self) -> str:
        """The item as it is shown, and the status line (HTML)."""
        return self._face.value + self._status.value

    def _draw(self, focus: bool = True) -> None:
        self._hinted = False
        for part in (self.options, self.turn, self.hint, self.next, self._row):
            show(part, False)
        if not self._queue:
            done = f"Done for today: {self._answers} answers." if self._answers else "Nothing is due today."
            self._face.value = status(
                f"{done} Come back tomorrow; five minutes a day do more than an hour a week."
            )
            return
        item = self._queue[0]
        self._show_face()
        if isinstance(item.content, Question):
            self.options.ask(item.content)
            show(self.hint, True)
            self._focus(self.options.buttons[0], focus)
        else:
            show(self.turn, True)
            self._focus(self.turn, focus)

    def _show_face(self, back: str = "") -> None:
        item = self._queue[0]
        one = item.content
        kind = "question" if isinstance(one, Question) else "card"
        place = f'<span style="opacity:.75">{inline(item.where)} · {kind} · {self.left} to go</span>'
        body = one.heading_html() if isinstance(one, Question) else f"<br><b>{inline(one.front)}</b>"
        body += f"<br>{inline(back)}" if back else ""
        self._face.value = f'<div role="status" style="line-height:1.5;min-height:4em">{place}{body}</div>'

    def _go_on(self) -> None:
        self._status.value = status("")
        self._draw()

    @staticmethod
    def _focus(button: widgets.Button, wanted: bool = True) -> None:
        if wanted:
            button.focus()

    def _turn(self) -> None:
        self._show_face(self._queue[0].content.back)  # type: ignore[union-attr]  # only cards have this button
        show(self.turn, False)
        show(self._row, True)
        for rating, button in self.grades.items():
            button.description = f"{rating.name}: {in_words(days_until(self._after(rating)))}"
        self._focus(self.grades[Rating.Good])
        self._status.value = status("Did you know it? The buttons say when the card comes again.")

    def _hint(self) -> None:
        self._hinted = True
        self._status.value = status(f"Hint: {self._queue[0].content.hint}")  # type: ignore[union-attr]

    def _choose(self, letter: str) -> None:
        item = self._queue[0]
        assert isinstance(item.content, Question)
        right = letter == item.content.answer
        self._keep(Rating.Again if not right else Rating.Hard if self._hinted else Rating.Good)
        show(self.options, False)
        show(self.hint, False)
        show(self.next, True)
        verdict = item.content.verdict(letter) + (f"\n{item.content.solution}" if not right else "")
        self._status.value = status(verdict) + self._status.value
        self._focus(self.next)

    def _grade(self, rating: Rating) -> None:
        self._keep(rating)
        self._draw()

    def _after(self, rating: Rating) -> Any:
        return memory([*self._log.get(self._queue[0].id, []), Answer(self._clock(), rating)])

    def _keep(self, rating: Rating) -> None:
        """Write the answer down, say when the item comes again, and go on; what was forgotten comes at the end."""
        item, answer = self._queue[0], Answer(self._clock(), rating)
        again = in_words(days_until(self._after(rating)))
        self._log[item.id] = [*self._log.get(item.id, []), answer]
        self._answers += 1
        said = (
            "It comes again at the end of this session."
            if rating == Rating.Again
            else f"It comes again in {again}."
        )
        try:
            log, note = self._store.add({item.id: answer})
            self._log[item.id] = log[item.id]
            said += f" {note}" if note else ""
        except OSError as error:
            said = f"This answer could not be kept: {error} The session goes on without."
        self._status.value = status(said)
        self._queue.append(self._queue.pop(0))
        if rating != Rating.Again:
            self._queue.pop()

    def text(self) -> str:
        lines = [f"Review: {len(self._all)} items today."]
        for item in self._all:
            lines += [f"[{item.where}]", _plain(item)]
        return "\n".join(lines)

    def html(self) -> str:
        parts = [f"<p>Review: {len(self._all)} items today.</p>"]
        for item in self._all:
            one = item.content
            if isinstance(one, Question):
                parts.append(one.heading_html() + one.options_html() + folded("Answer", one.solution_html()))
            else:
                parts.append(
                    f"<p><b>{inline(one.front)}</b></p>" + folded("Answer", f"<p>{inline(one.back)}</p>")
                )
        return "".join(parts)


def _plain(item: Item) -> str:
    one = item.content
    if isinstance(one, Question):
        return f"{one.plain()}\n  Answer: {one.lettered(one.answer)}"
    return f"Card: {one.front}\n  {one.back}"


class Review:
    """The reader's review over some lessons (None: all); lesson `10_review` makes one.

    `store` and `clock` replace the reader's own file and the time, for tests and simulations.
    Raises ValueError naming a lesson that is not there.
    """

    def __init__(
        self, lessons: Iterable[str] | None = None, store: Reviews | None = None, clock: Clock = utc_now
    ) -> None:
        self.items = load_items(lessons)
        self.store = Reviews() if store is None else store
        self._clock = clock

    def today(self) -> Note:
        """How much is due, how much is new, where it is kept."""
        log, trouble = self.store.read()
        met = sum(item.id in log for item in self.items)
        text = (
            f"Due today: {len(due(self.items, log, self._clock()))}. "
            f"Met so far: {met} of {len(self.items)} cards and questions.\nKept in {self.store.file.path}"
        ) + (f"\n{trouble}" if trouble else "")
        return Note(text, status(text))

    def session(self, new: int = NEW_A_DAY) -> ReviewWidget:
        """Everything due today, then up to `new` items a day that were not met before."""
        log, _ = self.store.read()
        return ReviewWidget(session(self.items, log, self._clock(), new), log, self.store, self._clock)

    def strengths(self) -> Note:
        """A line for each lesson: its strength, how much of it was met, how much is due."""
        rows = strengths(self.items, self.store.read()[0], self._clock())
        text = "\n".join(map(str, rows))
        return Note(text, f'<pre style="line-height:1.4">{text}</pre>')

    def progress(self) -> Picture:
        """Strengths as bars, beside the answers given and the reviews to come."""
        return review_plots.progress(self.items, self.store.read()[0], self._clock())

    def explain(self, seed: int) -> ExplainWidget:
        """Something to explain in your own words, drawn from these lessons: the same seed asks the same."""
        banks = [load_bank(lesson) for lesson in dict.fromkeys(item.lesson for item in self.items)]
        prompts = [(bank.name, key) for bank in banks for key in bank.prompts]
        lesson, key = random.Random(seed).choice(prompts)
        return Quiz(lesson).explain(key)
