"""The report as one HTML page: no script, nothing from the network, light and dark, to print; `report` writes it.

Everything goes through `escape`: names, reasons and what tests say may come from a student.
"""

from collections.abc import Callable, Sequence
from html import escape

from autograder.core.records import FlagKind, RepairKind
from autograder.core.text import counted
from autograder.pages.lessons import in_words
from autograder.pages.style import STYLE
from autograder.report import figures
from autograder.report.numbers import FEW, Again, Item, Numbers, Person
from autograder.report.tables import rest, table_of
from autograder.report.wording import say_cause, say_why_again
from autograder.results import wording

FIRST = 20  # of what fails, and of pairs
NAMED = 5  # students who need the same
Link = Callable[[str], str]

DEFINITIONS = (
    "<p><b>Difficulty</b> is the mean share of the points: 100 % means that everybody got all of them. "
    "<b>Discrimination</b> is the correlation of the points of this cell with the points of all others together, "
    "over those who got any point: near 1, those who did well here did well elsewhere; near 0, the cell says little "
    "about the rest; below 0, look at the cell: it may be wrong or misleading. "
    f"With fewer than {FEW} students it means nothing and is not shown.</p>"
)


def page(numbers: Numbers, link: Link) -> str:
    """The whole page; `link` gives the address of a lesson's section, or nothing."""
    sections = [section for section in _sections(numbers, link) if section[2]]
    toc = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title, _ in sections)
    body = "".join(
        f'<section id="{name}" aria-labelledby="{name}-h"><h2 id="{name}-h">{title}</h2>{content}</section>\n'
        for name, title, content in sections
    )
    name = escape(numbers.assignment)
    kind = "Report for the class" if numbers.anonymous else "Report"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{kind}: {name}</title><style>{STYLE}</style></head>\n"
        f'<body><main><h1>{kind}: {name}</h1>{_facts(numbers)}<nav aria-label="Sections"><ul>{toc}</ul></nav>\n'
        f"{body}</main></body></html>\n"
    )


def _sections(numbers: Numbers, link: Link) -> list[tuple[str, str, str]]:
    return [
        ("person", "Who needs you", _persons(numbers)),
        ("again", "Explain again", _again(numbers.again, link)),
        ("scores", "Scores", _scores(numbers)),
        ("questions", "Questions", _questions(numbers.items)),
        ("mistakes", "Known mistakes", _mistakes(numbers, link)),
        ("failures", "What fails most", _failures(numbers)),
        ("time", "Time and limits", _time(numbers)),
        ("repairs", "Repairs and changed tests", _repairs(numbers)),
        ("others", "Right for somebody else", _others(numbers)),
        ("alike", "Similar code: places to look", _alike(numbers)),
        ("everyone", "Everyone", _everyone(numbers)),
    ]


def _facts(numbers: Numbers) -> str:
    scores = numbers.scores
    said = ", ".join(
        f"{numbers.statuses[status]} {words}"
        for status, words in wording.STATUSES.items()
        if numbers.statuses.get(status)
    )
    facts = (
        f"{counted(numbers.submissions, 'submission')}{': ' + said if said else ''}."
        if numbers.submissions
        else ""
    )
    if scores.mean is not None and scores.median is not None:
        about = "about " if numbers.anonymous else ""
        facts += f" Mean {about}{scores.mean:.4g}, median {about}{scores.median:.4g} of {scores.max_score:g} points."
    if scores.lowest is not None and scores.highest is not None:
        facts += f" Lowest {scores.lowest:.4g}, highest {scores.highest:.4g}."
    if scores.unread:
        facts += f" Provisional: left out are answers that are not read yet ({', '.join(scores.unread)})."
    if scores.waiting:
        facts += f" Provisional: {counted(scores.waiting, 'submission')} that wait for a person are left out."
    unsplit = (
        f"Ran in the student's kernel, whose code can read and change them: {', '.join(numbers.unsplit)}."
    )
    left_out = [*numbers.left_out, *([unsplit] if numbers.unsplit else [])]
    notes = "".join(f"<p><em>{escape(each)}</em></p>" for each in left_out)
    return f"<p>{escape(facts)}</p>{notes}"


def _again(again: Sequence[Again], link: Link) -> str:
    """An ordered list: what cost the class most comes first."""
    items = []
    for each in again:
        lesson = f" Read on: {_lesson(each.lesson, link)}." if each.lesson else ""
        blank = f"{counted(each.unanswered, 'student')} wrote nothing" if each.unanswered else ""
        if not each.students:
            items.append(
                f"<li><b>{escape(each.what)}</b>: {blank}, {each.blank_points:g} points.{lesson}</li>"
            )
            continue
        items.append(
            f"<li><b>{escape(each.what)}</b>: {counted(each.students, 'student')}, {each.points:g} points lost "
            f"({escape(say_why_again(each).rstrip('.'))}).{f' {blank.capitalize()}.' if blank else ''}{lesson}</li>"
        )
    order = "Ordered by the points that were lost by trying; what was only left blank comes last."
    return f"<p>{order}</p><ol>{''.join(items)}</ol>" if items else ""


def _scores(numbers: Numbers) -> str:
    bins = [each for each in numbers.scores.bins]
    if not bins:
        return ""
    rows = [[f"{100 * each.low:.0f} to {100 * each.high:.0f} %", str(each.students)] for each in bins]
    table = table_of("Students by share of all points", ["Share", "Students"], rows, 1)
    figure = figures.distribution(bins, sum(each.students for each in bins))
    return f"{figure}<details><summary>As a table</summary>{table}</details>"


def _questions(items: Sequence[Item]) -> str:
    rows = []
    for item in items:
        discriminates = "" if item.discrimination is None else f"{item.discrimination:.2f}"
        if item.discrimination is None:
            discriminates = f"too few students ({item.compared})" if item.compared < FEW else "all equal"
        counts = ["few" if n is None else str(n) for n in (item.full, item.some, item.none)]
        rows.append(
            [
                item.title,
                item.cell,
                f"{item.max_score:g}",
                "" if item.difficulty is None else f"{100 * item.difficulty:.0f} %",
                discriminates,
                *counts,
                str(item.waiting or ""),
            ]
        )
    heads = ["Question", "Cell", "Points", "Difficulty", "Discrimination", "All", "Some", "None", "By hand"]
    if not rows:
        return ""
    return figures.difficulty(items) + table_of("Graded cells", heads, rows, 2) + DEFINITIONS


def _mistakes(numbers: Numbers, link: Link) -> str:
    if not numbers.mistakes:
        return ""
    rows = [
        [each.name, str(each.students), f"{each.points:g}", ", ".join(each.cells), each.explanation]
        for each in numbers.mistakes
    ]
    lessons = [_lesson(each.lesson, link) for each in numbers.mistakes]
    heads = ["Mistake", "Submissions", "Points lost", "Where", "What it is", "Lesson"]
    parts = [
        figures.mistakes(numbers.mistakes[:FIRST], numbers.submissions),
        table_of("Known mistakes that checks named", heads, rows, (1, 3), last=lessons),
    ]
    pairs = [
        [each.first, each.second, str(each.students), f"{each.expected:.1f}"]
        for each in numbers.together[:FIRST]
    ]
    if pairs:
        heads = ["Mistake", "Together with", "Submissions", "By chance"]
        parts.append(table_of("Mistakes in the same submission", heads, pairs, 2))
        parts.append("<p>By chance: how many to expect if the two had nothing to do with each other.</p>")
    return "".join(parts)


def _failures(numbers: Numbers) -> str:
    rows = [[say_cause(each.cause), each.cell, str(each.students)] for each in numbers.failures[:FIRST]]
    caption = "Properties that fail, and what other tests say"
    return (
        table_of(caption, ["What", "Cell", "Submissions"], rows, 2) + rest(len(numbers.failures), FIRST)
        if rows
        else ""
    )


def _persons(numbers: Numbers) -> str:
    """Those with the same need in one row."""
    if numbers.anonymous:
        return ""
    same: dict[str, list[str]] = {}
    for each in numbers.persons:
        same.setdefault(_why(each), []).append(_who(numbers, each.student))
    rows = [
        [
            why,
            str(len(these)),
            ", ".join(these[:NAMED]) + (f" and {len(these) - NAMED} more" if these[NAMED:] else ""),
        ]
        for why, these in sorted(same.items(), key=lambda each: (len(each[1]), each[0]))
    ]
    return (
        table_of("Why, and who", ["Why", "How many", "Who"], rows, (1, 2))
        if rows
        else "<p>No submission needs you.</p>"
    )


def _who(numbers: Numbers, student: str) -> str:
    """A student's name with the id, or the id alone."""
    name = numbers.names.get(student, "")
    return f"{name} ({student})" if name else student


def _why(person: Person) -> str:
    reason = wording.reason(person.reason)
    waiting = f": {', '.join(person.waiting)}" if person.waiting else ""
    return wording.STATUSES[person.status] + waiting + (f" ({reason})" if reason else "")


def _kind(kind: RepairKind | FlagKind) -> str:
    return wording.KINDS_OF_REPAIRS[kind] if isinstance(kind, RepairKind) else wording.KINDS_OF_FLAGS[kind]


def _time(numbers: Numbers) -> str:
    times = numbers.times
    if not times.longest:
        return ""
    facts = (
        f"<p>Half of the submissions took at most {times.median:.1f} s, 95 % at most {times.most_of_them:.1f} s, the "
        f"longest {times.longest:.1f} s; all together {times.total:.0f} s.</p>"
    )
    rows = [
        [
            wording.KINDS_OF_INCIDENTS[each.kind],
            each.cell or wording.FRAGMENTS["cell"].format(number=each.number),
            str(each.students),
        ]
        for each in times.limits
    ]
    slow = [[_who(numbers, each.student), wording.incidents(each.incidents)] for each in numbers.slow]
    return facts + (
        table_of("Limits hit", ["Limit", "Cell", "Submissions"], rows, 2)
        + table_of("Whose", ["Student", "What"], slow)
        if rows
        else "<p>Nobody hit a limit.</p>"
    )


def _repairs(numbers: Numbers) -> str:
    if numbers.anonymous:
        return ""
    if not numbers.repairs:
        return "<p>Nothing had to be repaired.</p>"
    rows = [[_kind(each.kind), str(each.students)] for each in numbers.repairs]
    odd = [
        [_who(numbers, each.student), wording.repairs(each.repairs, each.flags)] for each in numbers.tampering
    ]
    changed = (
        "<p>An edited test never counts: the original is run. It may be an accident, a stray key in a locked cell; ask "
        "before you conclude.</p>" + table_of("Changed tests and forbidden tools", ["Student", "What"], odd)
        if odd
        else ""
    )
    return changed + table_of("Kinds of repairs", ["What", "Submissions"], rows, 1)


def _others(numbers: Numbers) -> str:
    rows = [
        [
            _who(numbers, each.student),
            each.cell,
            ", ".join(_who(numbers, owner) for owner in each.owners[:NAMED])
            + (f" and {len(each.owners) - NAMED} more" if each.owners[NAMED:] else ""),
        ]
        for each in numbers.others
    ]
    heads = ["Student", "Cell", "Right for"]
    return (
        "<p>Each student was given something of their own. These answers are wrong for the one who handed them in, and "
        "right in all parts for what another was given. It may be chance, or a notebook that was worked in with "
        "another's code. Ask before you conclude.</p>" + table_of("Answers", heads, rows)
        if rows
        else ""
    )


def _alike(numbers: Numbers) -> str:
    if numbers.anonymous or not numbers.alike:
        return ""
    rows = [
        [
            _who(numbers, each.first),
            _who(numbers, each.second),
            f"{100 * each.share:.0f} %",
            str(each.shared),
            ", ".join(each.cells),
        ]
        for each in numbers.alike[:FIRST]
    ]
    heads = ["Student", "and", "Of the rarer code", "Shared pieces", "Where"]
    return (
        "<p>These pairs share pieces of code that few others have, whatever the names in it. What the release gave, and "
        "what many share, does not count. There are good reasons for it: a pair that learned together, the same "
        "book or assistant, the same unusual idea. It is a place to look. It says nothing about who did what.</p>"
        + table_of("Pairs", heads, rows, (2, 4))
        + rest(len(numbers.alike), FIRST)
    )


def _everyone(numbers: Numbers) -> str:
    rows = [
        [
            _who(numbers, each.student),
            f"{each.score:g} of {each.max_score:g}",
            wording.STATUSES[each.status],
            wording.late(each.late, each.penalty),
            wording.reason(each.reason),
            wording.repairs(each.repairs, each.flags),
        ]
        for each in numbers.results
    ]
    heads = ["Student", "Score", "Status", "Late", "Reason", "Repairs"]
    if not rows:
        return ""
    shown = f"<summary>{counted(len(rows), 'student')}, the highest scores first</summary>"
    return f"<details>{shown}{table_of('Everyone', heads, rows)}</details>"


def _lesson(lesson: str, link: Link) -> str:
    """A lesson's section, with its link where there is one. HTML."""
    if not lesson:
        return ""
    words, address = escape(in_words(lesson)), link(lesson)
    return f'<a href="{escape(address, quote=True)}">{words}</a>' if address else words
