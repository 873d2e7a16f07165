"""Today's review on the screen, one item at a time; `Review` makes it and everything else that `10_review` shows."""

from __future__ import annotations

import html
import random
from collections.abc import Iterable, Sequence

import fsrs
from fsrs import Rating

from lstmlab.bank.items import Card
from lstmlab.bank.load import Question, load_bank
from lstmlab.draw.display import Picture, inline
from lstmlab.quiz.item_widgets import Note, folded
from lstmlab.quiz.pages import Clock, Page, Pages, asked_html, option_buttons, utc_now
from lstmlab.quiz.quiz import Quiz
from lstmlab.quiz.study_widgets import ExplainWidget
from lstmlab.quiz.words import INTERVALS, RATINGS, REVIEW, REVIEW_BUTTONS
from lstmlab.review import plots as review_plots
from lstmlab.review.schedule import (
    NEW_A_DAY,
    Answer,
    Item,
    Reviews,
    counted,
    days_until,
    due,
    load_items,
    memory,
    session,
    strengths,
    titled,
)
from lstmlab.storage.folder import ELSEWHERE


def in_words(days: float) -> str:
    """An interval as a reader says it: '10 minutes', 'a day', '13 days'."""
    if days < 1:
        return INTERVALS["minutes"].format(n=round(days * 24 * 60))
    return INTERVALS["day"] if round(days) == 1 else INTERVALS["days"].format(n=round(days))


class ReviewWidget(Pages):
    """The items of a session. A card is turned and then rated by the reader, a question rates itself.

    What was forgotten comes again at the end of the session, until it is known.
    """

    def __init__(
        self, queue: Sequence[Item], log: dict[str, list[Answer]], store: Reviews, clock: Clock
    ) -> None:
        super().__init__()
        self._queue, self._log, self._store, self._clock = list(queue), dict(log), store, clock
        self._all, self._answers, self._hinted, self._answered = tuple(queue), 0, False, False
        self._ask()

    @property
    def left(self) -> int:
        """Items still to answer in this session."""
        return len(self._queue)

    def pressed(self, name: str) -> None:
        if name == "next":
            self._ask()
        elif name == "turn":
            self._turn()
        elif name == "hint":
            self._hinted = True
            hint = inline(self._queue[0].content.hint)  # type: ignore[union-attr]  # only questions
            self._ask(REVIEW["hint"].format(hint=hint))
        elif name in Rating.__members__:
            self._ask(self._keep(Rating[name]))
        else:
            self._choose(name)

    def _ask(self, status: str = "") -> None:
        """Show the next item, its answer hidden; or that there is none."""
        if not self._queue:
            done = REVIEW["done"].format(answers=self._answers) if self._answers else REVIEW["nothing"]
            self.show(Page(f"<p>{done} {REVIEW['tomorrow']}</p>", status=status))
            return
        content = self._queue[0].content
        if isinstance(content, Question):
            hint = [] if self._hinted else [REVIEW_BUTTONS["hint"]]
            page = Page(self._face(), option_buttons(content), hint, status)
        else:
            page = Page(self._face(), (), [REVIEW_BUTTONS["turn"]], status)
        self.show(page)

    def _face(self, answered: bool = False) -> str:
        """The item. A heading such as "`c` has no bound" would answer it, so the section is named afterwards."""
        item = self._queue[0]
        where = item.where if answered else titled(item.lesson)
        kind = REVIEW["question" if isinstance(item.content, Question) else "card"]
        place = REVIEW["place"].format(where=inline(where), kind=kind, left=self.left)
        return f'<div class="lp-where">{place}</div>' + (
            asked_html(item.content) if isinstance(item.content, Question) else _bold(item.content.front)
        )

    def _turn(self) -> None:
        back = self._queue[0].content.back  # type: ignore[union-attr]  # only cards are turned
        intervals = {name: in_words(days_until(self._after(Rating[name]))) for name in RATINGS}
        grades = [
            (name, REVIEW["rated"].format(rating=name, interval=intervals[name]), text)
            for name, text in RATINGS.items()
        ]
        self.show(
            Page(
                f"{self._face(answered=True)}<p>{inline(back)}</p>",
                (),
                grades,
                REVIEW["knew"],
                focus=Rating.Good.name,
            )
        )

    def _choose(self, letter: str) -> None:
        content, face = self._queue[0].content, self._face(answered=True)
        assert isinstance(content, Question)
        right = letter == content.answer
        kept = self._keep(Rating.Again if not right else Rating.Hard if self._hinted else Rating.Good)
        self._hinted = False
        more = "" if right else folded("Solution", content.solution_html())
        verdict = f"<p>{inline(content.verdict(letter))}</p>{more}<p>{kept}</p>"
        self.show(Page(face, (), [REVIEW_BUTTONS["next"]], verdict))

    def _after(self, rating: Rating) -> fsrs.Card:
        return memory([*self._log.get(self._queue[0].id, []), Answer(self._clock(), rating)])

    def _keep(self, rating: Rating) -> str:
        """Write the answer down and go on to the next item; returns what to tell the reader (HTML)."""
        said = REVIEW["again"].format(interval=in_words(days_until(self._after(rating))))
        if rating == Rating.Again:
            said = REVIEW["forgotten"]
        item, answer = self._queue.pop(0), Answer(self._clock(), rating)
        self._queue += [item] if rating == Rating.Again else []
        self._log[item.id] = [*self._log.get(item.id, []), answer]
        self._answers += 1
        try:
            log, note = self._store.add({item.id: answer})
        except OSError as error:
            said = f"This answer could not be saved: {error}. The session continues without it. {ELSEWHERE}"
            return html.escape(said)
        self._log[item.id] = counted(log, self._clock())[item.id]
        return html.escape(f"{said} {note}".strip())

    def text(self) -> str:
        return "\n".join([f"Review: {len(self._all)} items today.", *map(_plain, self._all)])

    def html(self) -> str:
        return f"<p>Review: {len(self._all)} items today.</p>" + "".join(map(_static, self._all))


def _bold(text: str) -> str:
    return f"<p><b>{inline(text)}</b></p>"


def _plain(item: Item) -> str:
    one = item.content
    if isinstance(one, Card):
        return f"[{item.where}]\nCard: {one.front}\n  {one.back}"
    return f"[{item.where}]\n{one.plain()}\n  Answer: {one.lettered(one.answer)}"


def _static(item: Item) -> str:
    one = item.content
    if isinstance(one, Card):
        return _bold(one.front) + folded("Answer", f"<p>{inline(one.back)}</p>")
    return asked_html(one) + one.options_html() + folded("Answer", one.solution_html())


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
        self.clock = clock

    def log(self) -> tuple[dict[str, list[Answer]], str]:
        """The answers that count now, and a sentence for the reader where some do not, or none could be read."""
        log, trouble = self.store.read()
        counts = counted(log, self.clock())
        if ahead := sum(map(len, log.values())) - sum(map(len, counts.values())):
            trouble = (
                f"Answers dated after today: {ahead}. A clock was ahead, or this one is behind. They count from their "
                "day on; until then their items are asked as if they had not been given."
            )
        return counts, trouble

    def today(self) -> Note:
        """How much is due, how much was met, where it is kept."""
        log, trouble = self.log()
        met = sum(item.id in log for item in self.items)
        lines = [
            REVIEW["today"].format(due=len(due(self.items, log, self.clock())), met=met, all=len(self.items)),
            f"Kept in {self.store.file.path}",
        ]
        text = "\n".join([*lines, trouble] if trouble else lines)
        return Note(text, f"<p>{inline(text)}</p>")

    def session(self, new: int = NEW_A_DAY) -> ReviewWidget:
        """Everything due today, then up to `new` items a day that were not met before."""
        log, _ = self.log()
        return ReviewWidget(session(self.items, log, self.clock(), new), log, self.store, self.clock)

    def strengths(self) -> Note:
        """A line for each lesson: its strength, how much of it was met, how much is due."""
        rows = strengths(self.items, self.log()[0], self.clock())
        text = "\n".join(map(str, rows))
        return Note(text, f'<pre style="line-height:1.4">{text}</pre>')

    def progress(self) -> Picture:
        """Strengths as bars, beside the answers given and the reviews to come."""
        return review_plots.progress(self.items, self.log()[0], self.clock())

    def explain(self, seed: int) -> ExplainWidget:
        """Something to explain in your own words, drawn from these lessons: the same seed asks the same."""
        banks = [load_bank(lesson) for lesson in dict.fromkeys(item.lesson for item in self.items)]
        lesson, key = random.Random(seed).choice([(bank.name, key) for bank in banks for key in bank.prompts])
        return Quiz(lesson).explain(key)
