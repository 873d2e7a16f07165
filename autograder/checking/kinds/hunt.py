"""The kind "find the counterexample": a function with one mistake, drawn for each student from a stock.

A student answers with arguments on which it is wrong, with arguments on which it is right that differ in one of them,
with the reason, and with the line. The examiner runs the function and the right one on both.
The stock is a text: functions of one name, each in a section `# %% NAME` whose name gives nothing away. Which mistake a
section has stands in the module `key`, with the right function, and with lines that mend it.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from autograder.checking.found import Finding, Observation, said
from autograder.checking.judging.compare import compare, kind
from autograder.checking.kinds.own import Own, keyed
from autograder.checking.language import Case, Mistake, Property
from autograder.checking.observing.observe import observe
from autograder.personal import Draws

SECTION = re.compile(r"^# %% (\w+)$", re.MULTILINE)
MOST, LONGEST = 400, 12  # numbers in all tensors of a call, and entries along an axis
SECONDS = 2.0  # for one call of a function that we wrote
PARTS = ("wrong", "right", "because", "line")
TITLE = "The answer has its form: two calls, a reason and a line."
COUNTER = "On the first arguments the function is wrong."
PAIR = "On the second arguments, of which one alone is another, it is right."
REASON = "The reason is what is wrong with the function."
LINE = "The line is one that has to change."
NO_CALL = "answer[{part!r}] should be a dictionary of arguments; it is {found}."
OTHERS = "answer[{part!r}] should have the arguments {names}, and no others; it {has}."
NOT_TENSOR = "{name} in answer[{part!r}] should be a {dtype} tensor of shape ({axes}){none}; it is {found}."
BETWEEN = "{name} in answer[{part!r}] should have numbers from {low} to {high} alone."
WHOLE = "{name} in answer[{part!r}] should be a whole number from {low} to {high}."
SIZE = "{axis} should be {wanted} in your calls; in answer[{part!r}], {name} has {found}."
UNEQUAL = "{axis} is {first} and {second} in answer[{part!r}]; an axis has one size in a call."
TOO_LONG = (
    f"{{name}} in answer[{{part!r}}] is too long: at most {LONGEST} along an axis, {MOST} numbers in a call."
)
NOT_FINITE = "{name} in answer[{part!r}] should have finite numbers alone."
LETTER = "answer['because'] should be one of {letters}."
NUMBER = "answer['line'] should be the number of a line of your function, from 1 to {lines}."
NOT_WRONG = "on answer['wrong'] the function gives what is right."
NOT_RIGHT = "on answer['right'] the function is wrong, too."
FURTHER = "answer['right'] differs from answer['wrong'] in {count} arguments, expected one."
NO_REASON = "the function is wrong for another reason."
NO_LINE = "the mistake is in another line than {line}."


@dataclass(frozen=True)
class Floats:
    """A float64 tensor with these axes, or None where it is `optional`."""

    axes: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True)
class Wholes:
    """An int64 tensor with these axes, of numbers from `low` to the size of the axis `high`."""

    axes: tuple[str, ...]
    low: int
    high: str


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    low: int
    high: int


Form = Floats | Wholes | Whole
Mend = Mapping[int, str]  # number of a line -> what stands there instead, without its indentation


@dataclass(frozen=True)
class Suspect:
    """The function that a student is given: `called` with the arguments, its `source`, and the `sizes` of axes that
    their calls must have. `section`: of the stock."""

    name: str
    section: str
    source: str
    called: Callable[..., Any]
    sizes: Mapping[str, int]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives, right or not."""
        return self.called(*args, **kwargs)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    @property
    def lines(self) -> list[str]:
        """The lines of the source; the one with `def` has the number 1."""
        return self.source.splitlines()

    def __str__(self) -> str:
        """The source with the numbers of its lines, and the sizes."""
        text = "\n".join(f"{number:2}  {line}" for number, line in enumerate(self.lines, 1))
        sizes = ", ".join(f"{axis} = {size}" for axis, size in self.sizes.items())
        return f"{text}\n\n# In your calls: {sizes}" if sizes else text


@dataclass(frozen=True)
class Hunt:
    """What both sides know. `own`: gives a Suspect; `forms`: of its arguments by name; `reasons`: letters to choose."""

    own: Own
    forms: Mapping[str, Form]
    reasons: str

    def check(self) -> tuple[Property, ...]:
        """What `check` looks at: the form, and whether the function runs; nothing of what is right."""
        return (self.own.judged(TITLE, self._malformed),)

    def graded(
        self, right: Callable[..., Any], because: Mapping[str, str], mends: Mapping[str, Sequence[Mend]]
    ) -> tuple[Property, ...]:
        """What is graded. `right`: the right function; `because`: the letter of each section's mistake; `mends`: the
        ways to mend each section. A line of any of them is right."""

        def counter(suspect: Suspect, answer: Any) -> Finding | None:
            if finding := self._malformed(suspect, answer):
                return finding
            return None if _differs(suspect, right, answer["wrong"]) else said(NOT_WRONG, mistake=FIRST_RIGHT)

        def pair(suspect: Suspect, answer: Any) -> Finding | None:
            if finding := counter(suspect, answer):
                return finding
            if _differs(suspect, right, answer["right"]):
                return said(NOT_RIGHT, mistake=BOTH_WRONG)
            count = sum(not _same(answer["wrong"][name], answer["right"][name]) for name in self.forms)
            return None if count == 1 else said(FURTHER.format(count=count), mistake=FAR_APART)

        def reason(suspect: Suspect, answer: Any) -> Finding | None:
            if finding := pair(suspect, answer):
                return finding  # so that it depends on that
            return (
                None
                if answer["because"] == because[suspect.section]
                else said(NO_REASON, mistake=OTHER_REASON)
            )

        def line(suspect: Suspect, answer: Any) -> Finding | None:
            if finding := reason(suspect, answer):
                return finding
            if any(answer["line"] in mend for mend in mends[suspect.section]):
                return None
            return said(NO_LINE.format(line=answer["line"]), mistake=OTHER_LINE)

        judged = self.own.judged
        # Chance finds many a counterexample, often what makes it harmless, and one letter in eight; the line as well
        # finds who has read the function.
        return (
            judged(COUNTER, counter, 0.5),
            judged(PAIR, pair, 0.5),
            judged(REASON, reason),
            judged(LINE, line, 3),
        )

    def _malformed(self, suspect: Suspect, answer: Any) -> Finding | None:
        if finding := keyed(answer, PARTS):
            return finding
        for part in PARTS[:2]:
            if words := self._wrong_call(part, answer[part], suspect.sizes):
                return said(words)
        if not (isinstance(answer["because"], str) and answer["because"] in tuple(self.reasons)):
            return said(LETTER.format(letters=", ".join(map(repr, self.reasons))))
        if not (type(answer["line"]) is int and 1 <= answer["line"] <= len(suspect.lines)):
            return said(NUMBER.format(lines=len(suspect.lines)))
        return None

    def _wrong_call(self, part: str, call: Any, wanted: Mapping[str, int]) -> str:
        """What is wrong with the arguments of a call; "" where nothing is."""
        if not isinstance(call, dict):
            return NO_CALL.format(part=part, found=kind(call))
        missing = [name for name in self.forms if name not in call]
        if missing or len(call) > len(self.forms):
            has = f"lacks {', '.join(missing)}" if missing else f"has {len(call)}"
            return OTHERS.format(part=part, names=", ".join(self.forms), has=has)
        sizes: dict[str, int] = {}
        count = 0
        for name, form in self.forms.items():
            at = {"name": name, "part": part}
            value = call[name]
            if isinstance(form, Whole):
                if not (type(value) is int and form.low <= value <= form.high):
                    return WHOLE.format(**at, low=form.low, high=form.high)
                continue
            if value is None and isinstance(form, Floats) and form.optional:
                continue
            dtype = torch.float64 if isinstance(form, Floats) else torch.int64
            if not isinstance(value, Tensor) or value.dtype != dtype or value.dim() != len(form.axes):
                none = ", or None" if isinstance(form, Floats) and form.optional else ""
                axes = ", ".join(form.axes) + "," * (len(form.axes) == 1)
                wanted_dtype = str(dtype).removeprefix("torch.")
                return NOT_TENSOR.format(**at, dtype=wanted_dtype, axes=axes, none=none, found=_form(value))
            for axis, size in zip(form.axes, value.shape, strict=True):
                if size != wanted.get(axis, size):
                    return SIZE.format(**at, axis=axis, wanted=wanted[axis], found=size)
                if size != sizes.setdefault(axis, size):
                    return UNEQUAL.format(axis=axis, first=sizes[axis], second=size, part=part)
            count += value.numel()
            if not 0 < min(value.shape) <= max(value.shape) <= LONGEST or count > MOST:
                return TOO_LONG.format(**at)
            if not bool(torch.isfinite(value).all()):
                return NOT_FINITE.format(**at)
            if isinstance(form, Wholes) and not bool(
                ((value >= form.low) & (value <= sizes[form.high])).all()
            ):
                return BETWEEN.format(**at, low=form.low, high=form.high)
        return ""


# Names of known mistakes that verdicts recognise; exercises explain them.
FIRST_RIGHT = "the function is right where it should be wrong"
BOTH_WRONG = "the function is wrong in both calls"
FAR_APART = "the two calls differ in more than one argument"
OTHER_REASON = "the calls are right and the reason is not"
OTHER_LINE = "the reason is right and the line is not"
EXPLAINED = {
    FIRST_RIGHT: "Here the mistake does no harm. Ask which arguments the wrong line treats otherwise than it "
    "should, and make them such that it matters.",
    BOTH_WRONG: "The second call is to show what the mistake hangs on. Change the one argument that it hangs on "
    "until it does no harm.",
    FAR_APART: "Where several arguments change, nothing shows which of them matters. Begin with a copy of the first "
    "call, and change one argument in it.",
    OTHER_REASON: "The function is wrong on your first call and right on your second: the calls are good. Which of the "
    "mistakes would show on the first and not on the second, and in which line does yours have it?",
    OTHER_LINE: "Write the line anew, without the mistake, and run the function on your first call. Does it now give "
    "what it should? The numbers stand before the lines of your function; the one with def is 1.",
}


def explained(lesson: str) -> tuple[Mistake, ...]:
    """What people do wrong when they look for a counterexample; `lesson`: where to read on."""
    return tuple(Mistake(name, words, lesson, ()) for name, words in EXPLAINED.items())


def drawn(name: str, stock: Path, sizes: Callable[[Draws], dict[str, int]]) -> Callable[[Draws], Suspect]:
    """Draws a Suspect from the stock in a file; `name`: of the functions in it; `sizes`: of axes that calls have."""

    def make(draws: Draws) -> Suspect:
        section, source = draws.choice(read_stock(stock))
        return _suspect(name, section, source, sizes(draws))

    return make


@cache
def read_stock(path: Path) -> tuple[tuple[str, str], ...]:
    """The sections of a stock and their texts."""
    _, *parts = SECTION.split(path.read_text(encoding="utf-8"))
    return tuple((name, text.strip()) for name, text in zip(parts[::2], parts[1::2], strict=True))


def _suspect(name: str, section: str, source: str, sizes: dict[str, int]) -> Suspect:
    file = f"<{name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {}
    exec(compile(f"import torch\n{source}", file, "exec"), namespace)
    return Suspect(name, section, source, namespace[name], sizes)


def _differs(suspect: Suspect, right: Callable[..., Any], call: Mapping[str, Any]) -> bool:
    """Whether the function does not give what is right; an error counts as wrong."""
    case = Case(dict(call), operations=100, precision=torch.float64)
    found, expected = _ran(suspect.called, case), _ran(right, case)
    if expected.fault or expected.hung:
        return False  # nothing is right there
    if found.fault or found.hung:
        return True
    return compare(found.value, expected.value, case.operations, "the result", "PyTorch") is not None


def _form(value: Any) -> str:
    """What a value is, where a tensor was expected."""
    dtype = f" of {str(value.dtype).removeprefix('torch.')}" if isinstance(value, Tensor) else ""
    return kind(value) + dtype


def _ran(function: Callable[..., Any], case: Case) -> Observation:
    return observe(function, case, SECONDS)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one.shape == other.shape and torch.equal(one, other)
    return type(one) is type(other) and bool(one == other)
