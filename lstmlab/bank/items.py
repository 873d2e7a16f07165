"""What a question bank holds: questions, prompts, cards, myths, pitfalls and terms, each readable as plain text.

`load` builds them from a lesson's file; the widgets, the index of terms and whatever reviews or exports the
bank read them. A `key` is unique within its lesson and kind, and stays when an item is reworded; `section` is
the heading of the lesson that treats the item.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lstmlab.bank.run_code import Run
from lstmlab.draw.display import inline


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with lettered options, one of them right; `reasons` says of each why.

    A question without a level is a prediction: it has neither hint nor solution but the lesson itself. `code`
    is shown with the text. The answer is `letter`, or, where the bank gives none, what `run` makes of the options.
    """

    key: str
    section: str
    text: str
    options: tuple[str, ...]
    reasons: tuple[str, ...]
    letter: str = ""
    code: str = ""
    run: Run | None = None
    level: str = ""
    hint: str = ""
    solution: str = ""
    check: str = ""
    mistakes: tuple[str, ...] = ()

    @cached_property
    def answer(self) -> str:
        """The letter of the right option. Raises ValueError when running the code leaves none or several."""
        if not self.run:
            return self.letter
        try:
            return self.letters[self.run.right(self.options)]
        except Exception as error:  # the code of a bank may raise anything
            said = (
                error if isinstance(error, ValueError) else f"the code raises {type(error).__name__}: {error}"
            )
            raise ValueError(f"question {self.key!r}: {said}") from error

    @property
    def letters(self) -> str:
        return string.ascii_uppercase[: len(self.options)]

    def lettered(self, letter: str) -> str:
        """'B. the text of option B'"""
        return f"{letter}. {self.options[self.letters.index(letter)]}"

    def quoted(self, letter: str) -> str:
        """'B (the text of option B)', for use within a sentence"""
        return f"{letter} ({self.options[self.letters.index(letter)]})"

    def reason(self, letter: str) -> str:
        return self.reasons[self.letters.index(letter)]

    def verdict(self, letter: str | None) -> str:
        """What to tell a reader who chose `letter`, or nothing."""
        answer = f"The answer is {self.quoted(self.answer)}. {self.reason(self.answer)}"
        if letter is None:
            return f"No choice yet. {answer}"
        if letter == self.answer:
            return f"You chose {self.quoted(letter)}. Right. {self.reason(letter)}"
        return f"You chose {self.quoted(letter)}. That is wrong. {self.reason(letter)} {answer}"

    def plain(self) -> str:
        """The question, its code and its options, no answer."""
        level = f" ({self.level})" if self.level else ""
        code = ["", *(f"    {line}" for line in self.code.splitlines()), ""] if self.code else []
        options = [f"  {self.lettered(letter)}" for letter in self.letters]
        return "\n".join([f"Question{level}: {self.text}", *code, *options])

    def plain_answer(self) -> str:
        """What comes after the reader has tried: hint, answer, a word on each option, solution, mistakes."""
        lines = [f"Hint: {self.hint}"] if self.hint else []
        lines.append(f"Answer: {self.lettered(self.answer)}")
        lines += [f"  {letter}: {self.reason(letter)}" for letter in self.letters]
        lines += [f"Solution: {self.solution.strip()}"] if self.solution else []
        lines += [f"Quick check: {self.check}"] if self.check else []
        lines += [f"Common mistake: {text}" for text in self.mistakes]
        return "\n".join(lines)

    def heading_html(self) -> str:
        level = f' <span class="lq-level">({self.level})</span>' if self.level else ""
        return f"<b>{inline(self.text)}</b>{level}"

    def options_html(self) -> str:
        return list_html(self.lettered(letter) for letter in self.letters)

    def solution_html(self) -> str:
        """The worked solution, why each option is right or wrong, the quick check and the common mistakes."""
        body = f"<p><b>Answer: {inline(self.lettered(self.answer))}</b></p>"
        body += f"<p>{inline(self.solution.strip())}</p>" if self.solution else ""
        body += f"<p>Quick check: {inline(self.check)}</p>" if self.check else ""
        body += "<p>Option by option:</p>" + list_html(f"{a}. {self.reason(a)}" for a in self.letters)
        return body + (f"<p>Common mistakes:</p>{list_html(self.mistakes, 'disc')}" if self.mistakes else "")


@dataclass(frozen=True, kw_only=True)
class Concept:
    """What a good explanation says, and the words by which `matching` looks for it."""

    text: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """Something to explain, a hint what to think about, and the concepts a good explanation contains."""

    key: str
    section: str
    text: str
    concepts: tuple[Concept, ...]
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A flash card; `level` is beginner or intermediate."""

    key: str
    section: str
    front: str
    back: str
    level: str


@dataclass(frozen=True, kw_only=True)
class Myth:
    """A belief: a yes-or-no question to commit to, what many say, what holds, and why it matters.

    `says` is the right answer to the question, "yes" or "no".
    """

    key: str
    section: str
    question: str
    says: str
    belief: str
    reality: str
    why: str

    def verdict(self, choice: str) -> str:
        """What to tell a reader who chose "yes" or "no"; what is believed is said after what holds."""
        return f"You said {choice}. {'Right.' if choice == self.says else 'That is wrong.'} {self.reality}"


@dataclass(frozen=True, kw_only=True)
class Pitfall:
    """Code that goes wrong, code that does not, and why people write the first.

    After `setup` and `right` the expression `holds` is true; after `setup` and `wrong` it is not, or an error
    has been raised.
    """

    key: str
    section: str
    text: str
    wrong: str
    right: str
    holds: str
    cause: str
    setup: str = ""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A term that the lesson introduces, for the glossary; other names for it follow a comma or stand in brackets."""

    name: str
    text: str
    section: str = ""

    @property
    def key(self) -> str:
        return self.names[0]

    @property
    def names(self) -> tuple[str, ...]:
        """All names in lower case: 'cell state, c' is found as 'cell state' and as 'c'."""
        return tuple(part.strip() for part in re.split(r"[,()]", self.name.lower()) if part.strip())


def list_html(items: Iterable[str], marker: str = "none") -> str:
    """An HTML list. Options carry their letter in the text: notebook styles put numbers on <ol type="A">."""
    rows = "".join(f"<li>{inline(item)}</li>" for item in items)
    return f'<ul style="list-style:{marker};padding-left:1.2em">{rows}</ul>'
