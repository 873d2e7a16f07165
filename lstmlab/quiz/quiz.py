"""Questions a reader answers inside a lesson: predictions, choices, cards, myths, pitfalls, explain it yourself.

A lesson makes one `Quiz` in its first code cell and ends a cell with one of its items. The items come from
`bank`, `item_widgets` and `study_widgets` put them on the screen. Answers live as long as the kernel does;
predictions and what is explained in the reader's own words are kept longer, by `storage.predictions` and
`storage.explanations`, and the first answer to a choice is its first review.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import shorten
from typing import TypeVar

from fsrs import Rating

from lstmlab.bank.load import Question, load_bank
from lstmlab.quiz.item_widgets import Answers, ChoiceWidget, Note, PredictWidget, RevealWidget
from lstmlab.quiz.study_widgets import CardsWidget, ExplainWidget, MythWidget, PitfallWidget
from lstmlab.quiz.words import SUMMARY
from lstmlab.review.schedule import Answer, Reviews, item_id
from lstmlab.storage.folder import ELSEWHERE
from lstmlab.storage.predictions import keep_prediction, load_predictions

One = TypeVar("One")

_kept: dict[str, Answers] = {}  # lesson -> answers: running a lesson's first cell again must not lose them


class Quiz:
    """The questions of one lesson, by key, and what this reader has answered.

    Every method raises KeyError, listing the keys there are, for one that is not there.
    """

    def __init__(self, lesson: str) -> None:
        self.bank = load_bank(lesson)
        if lesson not in _kept:
            _kept[lesson] = self._predicted()
        self.answers = _kept[lesson]
        self._asked: set[str] = set()  # the bank has more than one lesson shows

    def predict(self, key: str) -> PredictWidget:
        """Ask for a prediction and keep it until `reveal(key)`."""
        self._asked.add(key)
        return PredictWidget(self._question(key, prediction=True), self.answers, self._keep)

    def reveal(self, key: str) -> RevealWidget:
        """Compare what the reader predicted with the answer."""
        return RevealWidget(self._question(key, prediction=True), self.answers)

    def choice(self, key: str) -> ChoiceWidget:
        """Ask a multiple-choice question that answers at once; hint and worked solution on request."""
        self._asked.add(key)
        return ChoiceWidget(self._question(key, prediction=False), self.answers, self._first_answer)

    def cards(self) -> CardsWidget:
        """Show the lesson's flash cards, one at a time."""
        return CardsWidget(self.bank.cards)

    def explain(self, key: str) -> ExplainWidget:
        """Ask for an explanation in the reader's own words, then show what it should contain."""
        return ExplainWidget(self._find("prompt", self.bank.prompts, key), self.bank.name)

    def myth(self, key: str) -> MythWidget:
        """Ask yes or no about a common belief, then say what holds."""
        return MythWidget(self._find("myth", self.bank.myths, key))

    def pitfall(self, key: str) -> PitfallWidget:
        """Show code with a mistake in it; on request the mistake and the right code."""
        return PitfallWidget(self._find("pitfall", self.bank.pitfalls, key))

    def summary(self) -> Note:
        """Say how many of the questions asked so far were answered, how many rightly, and which to look at again."""
        text = "\n".join(
            self._count(kind, levelled)
            for kind, levelled in ((SUMMARY["predictions"], False), (SUMMARY["questions"], True))
        )
        return Note(text, "<p>" + html.escape(text).replace("\n", "<br>") + "</p>")

    def _predicted(self) -> Answers:
        """The letters of what was predicted before this kernel was started, where those options are still offered."""
        kept = load_predictions(self.bank.name)
        return {
            key: question.letters[question.options.index(kept[key])]
            for key, question in self.bank.questions.items()
            if not question.level and kept.get(key) in question.options
        }

    def _keep(self, question: Question, letter: str) -> str:
        """Keep a prediction over a restart of the kernel; returns what to tell the reader, mostly nothing."""
        try:
            option = question.options[question.letters.index(letter)]
            return keep_prediction(self.bank.name, question.key, option)
        except OSError as error:
            return f"A restart of the kernel will forget it: {error}. {ELSEWHERE}"

    def _first_answer(self, question: Question, right: bool, helped: bool) -> str:
        """Keep the first answer to a choice as its first review; returns what to tell the reader, mostly nothing."""
        rating = Rating.Again if not right else Rating.Hard if helped else Rating.Good
        try:
            return Reviews().meet(
                item_id(self.bank.name, "choice", question.key), Answer(datetime.now(UTC), rating)
            )
        except OSError as error:
            return f"This answer could not be saved for the review: {error}. {ELSEWHERE}"

    def _count(self, kind: str, levelled: bool) -> str:
        questions = [
            q for q in self.bank.questions.values() if bool(q.level) == levelled and q.key in self._asked
        ]
        answered = [q for q in questions if q.key in self.answers]
        again = [q for q in answered if self.answers[q.key] != q.answer]
        right = len(answered) - len(again)
        line = SUMMARY["answered"].format(
            kind=kind, answered=len(answered), asked=len(questions), right=right
        )
        wrong = "".join(f"\n- {shorten(q.text.replace('`', ''), 90, placeholder=' …')}" for q in again)
        return line + (SUMMARY["again"] + wrong if again else "")

    def _question(self, key: str, prediction: bool) -> Question:
        asked = {q.key: q for q in self.bank.questions.values() if (not q.level) == prediction}
        return self._find("prediction" if prediction else "quiz question", asked, key)

    def _find(self, kind: str, items: Mapping[str, One], key: str) -> One:
        if key not in items:
            raise KeyError(f"no {kind} {key!r} in {self.bank.name}; pass one of {', '.join(items)}.")
        return items[key]
