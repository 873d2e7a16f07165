"""Questions a reader answers inside a lesson: predictions, multiple choice, flash cards, explain it yourself.

Lessons call `predict` and `reveal`, `choice`, `cards`, `explain` and `summary`. This module holds what an
item is, what it says and what the reader has answered; `quiz_widgets` puts it on the screen. Every item also
reads as plain text, and as static HTML with its answers folded away. Answers live as long as the kernel does.
"""

from __future__ import annotations

import html
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lstmlab.display import inline

if TYPE_CHECKING:
    from lstmlab.quiz_widgets import (
        CardsWidget,
        ChoiceWidget,
        ExplainWidget,
        Note,
        PredictWidget,
        RevealWidget,
    )

LEVELS = ("easy", "medium", "hard")


@dataclass(frozen=True)
class Question:
    """A question with lettered options, one of them right; `reasons` says of each why."""

    key: str
    text: str
    options: tuple[str, ...]
    reasons: tuple[str, ...]
    answer: str
    level: str = ""
    hint: str = ""
    solution: str = ""
    mistakes: tuple[str, ...] = ()

    @property
    def letters(self) -> str:
        return string.ascii_uppercase[: len(self.options)]

    def lettered(self, letter: str) -> str:
        """'B. the text of option B'"""
        return f"{letter}. {self.options[self.letters.index(letter)]}"

    def quoted(self, letter: str) -> str:
        """'B (the text of option B)', for use within a sentence"""
        return f"{letter} ({self.options[self.letters.index(letter)]})"

    def verdict(self, letter: str | None) -> str:
        """What to tell a reader who chose `letter`, or nothing."""
        right = self.reasons[self.letters.index(self.answer)]
        answer = f"The answer is {self.quoted(self.answer)}."
        if letter is None:
            return f"No choice yet. {answer} {right}"
        if letter == self.answer:
            return f"You said {self.quoted(letter)}. Right. {right}"
        wrong = self.reasons[self.letters.index(letter)]
        return f"You said {self.quoted(letter)}. Not so: {wrong} {answer} {right}"

    def plain(self) -> str:
        """The question and its options, no answer."""
        level = f" ({self.level})" if self.level else ""
        return "\n".join([f"Question{level}: {self.text}", *(f"  {self.lettered(a)}" for a in self.letters)])

    def plain_answer(self) -> str:
        """Everything that comes after the reader has tried: hint, solution, a word on each option."""
        lines = [f"Hint: {self.hint}"] if self.hint else []
        lines.append(f"Answer: {self.lettered(self.answer)}")
        lines += [f"  {a}: {why}" for a, why in zip(self.letters, self.reasons, strict=True)]
        lines += [f"Solution: {self.solution}"] if self.solution else []
        lines += [f"Common mistake: {text}" for text in self.mistakes]
        return "\n".join(lines)

    def heading_html(self) -> str:
        level = f' <span style="opacity:.75">({self.level})</span>' if self.level else ""
        return f'<p style="line-height:1.45;margin:2px 0"><b>{inline(self.text)}</b>{level}</p>'

    def options_html(self) -> str:
        items = "".join(f"<li>{inline(option)}</li>" for option in self.options)
        return f'<ol type="A">{items}</ol>'

    def solution_html(self) -> str:
        """The worked solution, why each option is right or wrong, and the common mistakes."""
        why = "".join(f"<li>{inline(reason)}</li>" for reason in self.reasons)
        mistakes = "".join(f"<li>{inline(text)}</li>" for text in self.mistakes)
        return (
            f"<p><b>Answer: {inline(self.lettered(self.answer))}</b><br>{inline(self.solution)}</p>"
            f'<p>Each option:</p><ol type="A">{why}</ol>'
            + (f"<p>Common mistakes:</p><ul>{mistakes}</ul>" if mistakes else "")
        )


@dataclass
class Session:
    """What one reader has answered since the kernel started: key of the question -> letter."""

    questions: dict[str, Question] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)

    def add(self, question: Question) -> Question:
        """Register `question`; running its cell again replaces it and keeps the answer."""
        self.questions[question.key] = question
        return question

    def choose(self, key: str, letter: str) -> None:
        """Keep the reader's choice; the last one counts."""
        if letter not in self.questions[key].letters:
            raise ValueError(
                f"{letter!r} is no option of {key!r}; pass one of {', '.join(self.questions[key].letters)}."
            )
        self.chosen[key] = letter

    def summary(self) -> str:
        """How far the reader has come, in one sentence for each kind of question."""
        lines = []
        for kind, keys in (
            ("Predictions", [k for k, q in self.questions.items() if not q.level]),
            ("Quiz", [k for k, q in self.questions.items() if q.level]),
        ):
            answered = [k for k in keys if k in self.chosen]
            right = sum(self.chosen[k] == self.questions[k].answer for k in answered)
            again = [k for k in answered if self.chosen[k] != self.questions[k].answer]
            line = f"{kind}: {len(answered)} of {len(keys)} answered, {right} right."
            lines.append(line + (f" Look again at: {', '.join(again)}." if again else ""))
        return "\n".join(lines)


session = Session()


def make_question(
    key: str, text: str, options: Sequence[tuple[str, str]], answer: str, level: str = "", hint: str = "",
    solution: str = "", mistakes: Sequence[str] = (),
) -> Question:  # fmt: skip
    """Build a Question from (option, reason) pairs. Raises ValueError when it could not be answered."""
    letters = string.ascii_uppercase[: len(options)]
    if not 2 <= len(options) <= 6 or not all(len(option) == 2 for option in options):
        raise ValueError(f"question {key!r}: pass 2 to 6 options as (text, why it is right or wrong) pairs.")
    if answer not in letters or not answer:
        raise ValueError(
            f"question {key!r}: answer {answer!r} is none of its letters; pass one of {', '.join(letters)}."
        )
    if len({option for option, _ in options}) < len(options):
        raise ValueError(f"question {key!r}: two options read the same; a reader could not tell them apart.")
    if level and level not in LEVELS:
        raise ValueError(f"question {key!r}: level {level!r}; pass one of {', '.join(LEVELS)}.")
    texts, reasons = zip(*options, strict=True)
    return Question(key, text, texts, reasons, answer, level, hint, solution, tuple(mistakes))


def predict(key: str, text: str, options: Sequence[tuple[str, str]], answer: str) -> PredictWidget:
    """Ask for a prediction and keep it for `reveal(key)`; `options` are (text, reason), `answer` a letter."""
    from lstmlab.quiz_widgets import PredictWidget

    return PredictWidget(session.add(make_question(key, text, options, answer)), session)


def reveal(key: str) -> RevealWidget:
    """Compare what the reader predicted under `key` with the answer. Raises KeyError if nothing was asked."""
    from lstmlab.quiz_widgets import RevealWidget

    if key not in session.questions:
        asked = ", ".join(session.questions) or "none yet"
        raise KeyError(f"no prediction {key!r}; run the cell that asks it first. Asked so far: {asked}.")
    return RevealWidget(session.questions[key], session)


def choice(
    key: str,
    level: str,
    text: str,
    options: Sequence[tuple[str, str]],
    answer: str,
    hint: str,
    solution: str,
    mistakes: Sequence[str],
) -> ChoiceWidget:
    """Ask a multiple-choice question that answers at once; hint, worked solution and mistakes on request."""
    from lstmlab.quiz_widgets import ChoiceWidget

    return ChoiceWidget(
        session.add(make_question(key, text, options, answer, level, hint, solution, mistakes)), session
    )


def cards(deck: Sequence[tuple[str, str]]) -> CardsWidget:
    """Show flash cards, given as (front, back) pairs, one at a time."""
    from lstmlab.study_widgets import CardsWidget

    if not deck:
        raise ValueError("a deck without cards; pass a list of (front, back) pairs.")
    return CardsWidget(tuple(deck))


def explain(prompt: str, concepts: Sequence[str]) -> ExplainWidget:
    """Ask for an explanation in the reader's own words, then show the concepts it should have touched."""
    from lstmlab.study_widgets import ExplainWidget

    if not concepts:
        raise ValueError("nothing to compare with; pass the list of concepts a good explanation contains.")
    return ExplainWidget(prompt, tuple(concepts))


def summary() -> Note:
    """Say how many questions of this session were answered, and which to look at again."""
    from lstmlab.quiz_widgets import Note

    text = session.summary()
    return Note(text, "<p>" + html.escape(text).replace("\n", "<br>") + "</p>")
