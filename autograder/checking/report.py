"""A Report in words, for terminals and graded cells (`as_text`) and for notebooks (`as_html`).

The HTML sets no colours of its own for text or ground, so that it reads in light and dark themes, and says in
words what its colours say. Everything that comes from a student is escaped. Hidden reports give neither
values nor the seed.
"""

from __future__ import annotations

import html
import sys
import textwrap
from collections.abc import Iterable, Iterator

from autograder.checking.language import Mistake
from autograder.checking.outcome import Drawn, Outcome, Report
from autograder.checking.record import CheckResult, State, Unfit, UnfitKind, emit
from autograder.checking.wording import detail, words
from autograder.core.book import on_the_site, wrong_book

WIDTH = 94  # columns: what nbgrader's feedback page shows without scrolling
STATES = {
    State.HOLDS: "holds",
    State.FAILS: "FAILS",
    State.IN_PART: "in part",
    State.NOT_DECIDED: "not decided",
    State.NOT_TRIED: "not tried",
}
GREY = "#8a8a8a"
COLOURS = {
    State.HOLDS: "#2e8b57",
    State.FAILS: "#d1495b",
    State.IN_PART: "#b8860b",
    State.NOT_DECIDED: GREY,
    State.NOT_TRIED: GREY,
}
FOOTERS = {
    Drawn.CASES: "Cases are drawn anew each time; check({name}, seed={seed}) repeats these.",
    Drawn.ORDER: "The functions come in another order each time; check({name}, seed={seed}) repeats this one.",
    Drawn.NOTHING: "Only the form was looked at. Whether it is right is found out when your work is graded.",
}
_site: list[str] = []  # the address that `lessons_at` was given last
UNFIT = {
    UnfitKind.NO_FUNCTION: "an object of the class {name}",
    UnfitKind.OTHER_NAME: "a function with the name {name!r}",
}


def as_text(report: Report, all_lines: bool = True, closing: bool = True) -> str:
    """The report in plain lines; without `all_lines` only what does not hold, without `closing` no `footer`."""
    lines = [headline(report), ""]
    for outcome in report.outcomes:
        if outcome.depends_on is None and (all_lines or outcome.state is not State.HOLDS):
            lines += _stated(outcome.state, outcome.title)
            lines += [f"             {line}" for line in details(report, outcome)]
        for line in undecided(report, outcome):
            lines += _stated(State.NOT_DECIDED, line)
    for mistake in report.mistakes:
        lines += [
            "",
            f"Known mistake: {mistake.name}.",
            mistake.explanation,
            f"Read on: {_read_on(mistake.lesson)}",
        ]
    if closing and footer(report):
        lines += ["", footer(report)]
    return "\n".join(_wrap(line) for line in lines)


def _stated(state: State, words: str) -> list[str]:
    return textwrap.wrap(f"{STATES[state]:>11}  {words}", WIDTH, subsequent_indent=" " * 13)


def _wrap(line: str) -> str:
    """The line in pieces that a feedback page shows whole; they keep its indentation."""
    if len(line) <= WIDTH:
        return line
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def as_html(report: Report) -> str:
    """The report as HTML, made of elements that nbgrader's sanitised feedback and its formgrader keep: no <p>."""
    rows = []
    for outcome in report.outcomes:
        if outcome.depends_on is None:
            notes = "".join(f"<div>{html.escape(line)}</div>" for line in details(report, outcome))
            rows.append(_row(outcome.state, outcome.title, f'<div style="padding-left: 1.2em">{notes}</div>'))
        rows += [_row(State.NOT_DECIDED, line) for line in undecided(report, outcome)]
    known = "".join(_known(mistake) for mistake in report.mistakes)
    name = html.escape(report.exercise)
    return (
        f'<div role="group" aria-label="Check of {name}"><div><strong>{html.escape(headline(report))}</strong></div>'
        f'<ul style="list-style: none; padding: 0">{"".join(rows)}</ul>{known}'
        f'<div style="font-size: smaller">{html.escape(footer(report))}</div></div>'
    )


def _row(state: State, title: str, below: str = "") -> str:
    return (
        f'<li style="border-left: 0.3em solid {COLOURS[state]}; padding: 0.2em 0.7em; margin: 0.3em 0">'
        f"<strong>{STATES[state]}</strong> {html.escape(title)}{below}</li>"
    )


def headline(report: Report) -> str:
    """The report in one line."""
    held = sum(outcome.state is State.HOLDS for outcome in report.outcomes)
    further = "further " if report.hidden else ""
    return f"{report.exercise}: {held} of {len(report.outcomes)} {further}properties hold."


def undecided(report: Report, outcome: Outcome) -> Iterator[str]:
    """A line on the properties that cannot be decided while this one fails."""
    count = sum(
        other.depends_on is not None and report.outcomes[other.depends_on] is outcome
        for other in report.outcomes
    )
    if count:
        yield f"{count} more {'depends' if count == 1 else 'depend'} on it."


def details(report: Report, outcome: Outcome) -> Iterator[str]:
    """What to say below the title of a property that does not hold: all of it for one of them, a line for others, and
    an error's text where it comes first."""
    if outcome.finding is None:
        return
    more = detail(outcome.finding).splitlines()[:6] if not report.hidden else []
    if outcome is not _main(report):
        yield " ".join(words(outcome.finding).split())
        yield from more if _new_error(report, outcome) else ()
        return
    if outcome.shapes:
        yield f"tried on {outcome.shapes}"
    yield from words(outcome.finding).splitlines()
    yield from more
    if not report.hidden and outcome.printed.strip():
        yield f"your function printed: {outcome.printed.strip()[:200]!r}"
    if outcome.mistake:
        yield f"This is what one gets when {outcome.mistake.name}."


def _main(report: Report) -> Outcome:
    """The failure to read first: one that has a name, else the first."""
    failed = [outcome for outcome in report.outcomes if outcome.finding and outcome.depends_on is None]
    return next((outcome for outcome in failed if outcome.mistake), failed[0])


def _new_error(report: Report, outcome: Outcome) -> bool:
    """Whether an exception is the first of its kind: what it says helps once, and tires when it is said again."""
    errors = [o for o in report.outcomes if o.finding and "error" in o.finding.values]
    alike = (o for o in errors if outcome.finding and o.finding and o.finding.args == outcome.finding.args)
    return next(alike, None) is outcome


def footer(report: Report) -> str:
    """How to see the same again, or how much was looked at; nothing for hidden cases."""
    return "" if report.hidden else FOOTERS[report.drawn].format(name=report.exercise, seed=report.seed)


def unfit(given: Unfit, names: Iterable[str]) -> str:
    """What was found in place of a function of one of these names."""
    found = UNFIT[given.kind].format(name=given.name)
    if not (known := ", ".join(names)):
        return f"Found {found}, and no exercise to check it by: install the package that holds them into this Python."
    return f"Found {found}; expected a function made with `def`, named one of {known}."


def report_points(report: Report) -> None:
    """Shows in a graded cell what does not hold, and sends the result along."""
    emit(report.result(), as_text(report, all_lines=False))


def report_unfit(given: Unfit, names: Iterable[str]) -> None:
    """Says in a graded cell that there was nothing to try, and sends that along."""
    emit(CheckResult(unfit=given), unfit(given, names))


def show(report: Report) -> None:
    """Display in a notebook, print elsewhere. IPython is used only where it already runs."""
    text = as_text(report)
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display({"text/plain": text, "text/html": as_html(report)}, raw=True)
    else:
        print(text)


def lessons_at(address: str) -> None:
    """From now on, checks of this kernel lead to the course's site at `address`. A released notebook calls it.

    Raises ValueError where that is no address of a site.
    """
    if wrong := wrong_book(address):
        raise ValueError(wrong)
    _site[:] = [address]


def _read_on(lesson: str, near: str = "") -> str:
    """Where a section of a lesson is read: on the site where its address is known, else in the folder `near`."""
    return on_the_site(_site[0], lesson) if _site and lesson else near + lesson


def _known(mistake: Mistake) -> str:
    # Seen from source/a3_gates/ and release/a3_gates/, the lessons are two folders up.
    link = html.escape(_read_on(mistake.lesson, "../../"), quote=True)
    return (
        f"<div><strong>Known mistake: {html.escape(mistake.name)}.</strong> {html.escape(mistake.explanation)} "
        f'<a href="{link}">Read on in the lesson</a> (<code>{html.escape(mistake.lesson)}</code>).</div>'
    )
