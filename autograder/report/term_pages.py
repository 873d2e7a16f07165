"""`autograder term`: the term's gradebook as CSV and HTML, and a page for each student over all assignments."""

import sys
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from statistics import mean
from typing import TextIO
from urllib.parse import quote

from autograder.core.csv_tables import write_table
from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.core.text import counted, printable
from autograder.course.course import did_you_mean
from autograder.course.runtime import course_lock, report_errors
from autograder.pages.style import STYLE
from autograder.report.tables import table_of
from autograder.report.term import Mark, Row, State, Term, term_of
from autograder.report.wording import say
from autograder.results import wording

FIRST = 10  # who falls behind, at the terminal
UNFOLDED = 50  # students whom a page shows at once


def write_term(
    root: Path,
    student: str = "",
    *,
    db: str = "",
    now: datetime | None = None,
    out: TextIO = sys.stdout,
) -> int:
    """Writes reports/term: term.csv, term.html, students/ID.html; with `student` that page alone is written.

    Returns 0, or 2 where there is no such student, or nothing of any assignment yet.
    """
    with report_errors(out) as status, course_lock(root, db) as course:
        term = term_of(course, now)
        ids = [row.student for row in term.rows]
        if student and student not in ids:
            raise WrongUse(
                f"There is no student {student!r}."
                + did_you_mean(student, ids, "student", "autograder term --student {}")
            )
        if not term.assignments:
            raise WrongUse("Nobody has handed in anything yet.\n  autograder collect PATH --from SOURCE")
        folder = course.root / "reports" / "term"
        for row in term.rows:
            if student in ("", row.student):
                write_text(folder / "students" / f"{row.student}.html", student_page(term, row))
        if student:
            print(folder / "students" / f"{student}.html", file=out)
        else:
            write_table(folder / "term.csv", csv_rows(term))
            write_text(folder / "term.html", term_page(term))
            print(*_summary(term), sep="\n", file=out)
            print(f"\nGradebook  {folder}/term.csv\nPage       {folder}/term.html", file=out)
            print(f"Students   {folder}/students/", file=out)
        status.append(0)
    return status[0]


def csv_rows(term: Term) -> list[list[str]]:
    """A row for each student; shares in percent."""
    heading = ["student_id", "name", "section", *term.assignments, *term.weights]
    rows = [
        [
            *heading,
            "total",
            "provisional",
            "missing",
            "dropped",
            "late_penalties",
            "free_days",
            "falls_behind",
        ]
    ]
    for row in term.rows:
        rows.append(
            [
                row.student,
                row.name,
                row.section,
                *map(_cell, row.marks),
                *(_percent(row.categories[name]) for name in term.weights),
                _percent(row.total),
                "yes" if row.provisional else "",
                " ".join(row.missing),
                " ".join(mark.assignment for mark in row.marks if mark.dropped),
                f"{sum(mark.penalty for mark in row.marks):.6g}",
                str(sum(mark.free_days for mark in row.marks)),
                "; ".join(map(say, row.behind)),
            ]
        )
    return rows


def term_page(term: Term) -> str:
    """The page for the instructor: who falls behind, what is missing, everybody."""
    missing = [[*_who(row), ", ".join(row.missing)] for row in term.rows if row.missing]
    links = [f'<a href="students/{quote(row.student)}.html">{escape(row.student)}</a>' for row in term.rows]
    everyone = [
        [
            row.name or row.student,
            row.section,
            _total(row),
            str(len(row.missing) or ""),
            *(_percent(row.categories[name]) for name in term.weights),
            *map(_shown, row.marks),
        ]
        for row in term.rows
    ]
    heads = [
        "Student",
        "Section",
        "Total %",
        "Missing",
        *(f"{name} %" for name in term.weights),
        *term.assignments,
    ]
    weights = ", ".join(f"{name} {weight:g}" for name, weight in term.weights.items())
    facts = [f"{counted(len(term.rows), 'student')}, {counted(len(term.assignments), 'assignment')}."]
    facts += [f"Weights: {weights}."] if weights else ["All assignments together, by their weights."]
    facts += [f"In no category, and not counted: {', '.join(term.apart)}."] if term.apart else []
    facts += ["* Something waits for a person: provisional."] if any(r.provisional for r in term.rows) else []
    every = len(term.rows)
    parts = [f"<p>{escape(' '.join(facts))}</p>"]
    behind = _behind(term.rows)
    if behind:
        parts += ["<h2>Who falls behind</h2>", *behind]
    if missing:
        table = table_of("Missing work", ["Student", "Id", "Nothing handed in for"], missing, most=every)
        parts += ["<h2>What is missing</h2>", _folded(counted(len(missing), "student"), table)]
    columns = len(heads)
    more = {1, *range(4, columns)}  # their page has it, one touch away
    table = table_of("Everybody", [*heads, "Page"], everyone, (2, columns), links, every, more)
    parts += ["<h2>Everybody</h2>", _folded(counted(every, "student"), table, every <= UNFOLDED)]
    return _html("The term", "".join(parts))


def _behind(rows: Sequence[Row]) -> list[str]:
    """Those who fall behind: a list for each reason, the longest reason first, the lowest total first."""
    reasons = sorted({row.behind for row in rows if row.behind}, key=lambda each: (-len(each), each))
    parts = []
    for reason in reasons:
        theirs = sorted((r for r in rows if r.behind == reason), key=lambda r: (r.total or 0.0, r.student))
        said = "; ".join(map(say, reason))
        lines = [[*_who(row), _total(row)] for row in theirs]
        table = table_of(said.capitalize(), ["Student", "Id", "Total %"], lines, 2, most=len(lines))
        summary = f"{counted(len(lines), 'student')}: {said}"
        parts.append(_folded(summary, table, len(rows) <= UNFOLDED))
    return parts


def _folded(summary: str, content: str, shown: bool = False) -> str:
    return f"<details{' open' * shown}><summary>{escape(summary)}</summary>{content}</details>"


def student_page(term: Term, row: Row) -> str:
    """A student's page over all assignments, to give to them."""
    name = f"{row.name} ({row.student})" if row.name else row.student
    rows = [
        [
            mark.assignment,
            _shown(mark),
            "" if mark.share is None else _percent(mark.share),
            say(mark.state) + (", dropped: one of the lowest" if mark.dropped else ""),
            _late(mark),
            f"{mark.until} UTC" if mark.until else "",
        ]
        for mark in row.marks
    ]
    total = (
        f"<p><strong>Total: {_percent(row.total)} %</strong>{' (provisional)' if row.provisional else ''}</p>"
    )
    parts = [total if row.total is not None else "<p>Nothing counts yet.</p>"]
    if term.weights:
        shares = [
            [each, f"{weight:g}", _percent(row.categories[each])] for each, weight in term.weights.items()
        ]
        parts.append(table_of("Categories", ["Category", "Weight", "%"], shares, 1))
    heads = ["Assignment", "Points", "%", "State", "Late", "Own deadline"]
    parts.append(table_of("Assignments", heads, rows, (1, 3)))
    return _html(name, "".join(parts))


def _summary(term: Term) -> list[str]:
    totals = [row.total for row in term.rows if row.total is not None]
    behind = [row for row in term.rows if row.behind]
    lines = [f"{counted(len(term.rows), 'student')}, {counted(len(term.assignments), 'assignment')}"]
    lines += [f"  mean total           {_percent(mean(totals))} %"] if totals else []
    lines += [f"  provisional        {sum(row.provisional for row in term.rows):5}"]
    lines += [f"  something missing  {sum(bool(row.missing) for row in term.rows):5}"]
    lines += [f"  falls behind       {len(behind):5}"]
    for row in sorted(behind, key=lambda row: (row.total or 0.0, row.student))[:FIRST]:
        who = f"{row.name} ({row.student})" if row.name else row.student
        lines.append(f"      {printable(who)}: {_percent(row.total)} %, {'; '.join(map(say, row.behind))}")
    lines += [f"      and {len(behind) - FIRST} more, in term.html"] if len(behind) > FIRST else []
    return lines


def _who(row: Row) -> Sequence[str]:
    return row.name or row.student, row.student


def _total(row: Row) -> str:
    return _percent(row.total) + (" *" if row.provisional else "")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _cell(mark: Mark) -> str:
    """A mark in the CSV: points, EX, or nothing."""
    if mark.state is State.EXCUSED:
        return "EX"
    return f"{mark.score:.6g}" if mark.state in (State.GRADED, State.PENDING) else ""


def _shown(mark: Mark) -> str:
    if mark.state not in (State.GRADED, State.PENDING):
        return "–" if mark.state is State.MISSING else say(mark.state)
    star = "*" if mark.state is State.PENDING else ""
    return (
        f"{mark.score:.4g}/{mark.most:g}{star}"
        if not mark.dropped
        else f"({mark.score:.4g}/{mark.most:g}{star})"
    )


def _late(mark: Mark) -> str:
    parts = [f"{wording.span(mark.seconds)} late"] if mark.seconds else []
    parts += [f"{mark.penalty:.4g} points deducted"] if mark.penalty else []
    parts += [counted(mark.free_days, "free day")] if mark.free_days else []
    return ", ".join(parts)


def _html(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
