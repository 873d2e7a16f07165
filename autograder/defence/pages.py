"""A defence as pages to print: a sheet for each student, without keys, and all keys for who asks.

Everything goes through `escape`: code and names come from students.
"""

import re
from html import escape

from autograder.core.text import counted
from autograder.defence import wording
from autograder.defence.records import Defence, Question, Sheet
from autograder.pages.style import STYLE

CODE = re.compile(r"`([^`]+)`")
LOOKS = (
    STYLE + "pre { background: var(--soft); padding: .5rem .7rem; border-radius: 4px; white-space: pre-wrap }"
    "code { font-size: .9em } .line { color: var(--accent); user-select: none } .room { height: 5rem }"
    ".sheet { break-after: page } .key { border-left: 4px solid var(--good); padding-left: .8rem }"
)


def student_page(defence: Defence, sheet: Sheet) -> str:
    """One student's sheet: code with numbered lines, questions, room to write; no key."""
    title = f"{defence.assignment}: questions on your code"
    about = (
        "<p>These questions are about the code that you handed in. Read it again before you answer. Lines count from"
        " <code>def</code>, which is line 1.</p>"
    )
    return _page(title, f"<h1>{escape(title)}</h1><p>{_who(sheet)}</p>{about}{_body(sheet, keys=False)}")


def keys_page(defence: Defence) -> str:
    """All sheets with their keys, and the command that computes them again."""
    title = f"{defence.assignment}: questions and keys"
    command = f"autograder defend {defence.assignment} --seed {defence.seed}"
    about = (
        f"<p>{counted(len(defence.sheets), 'sheet')}. Each key was computed by running and changing the code that was"
        f" handed in. The same again: <code>{escape(command)}</code>. Do not give this page to students.</p>"
    )
    sheets = "".join(
        f'<section class="sheet"><h2>{_who(sheet)}</h2>{_body(sheet, keys=True)}</section>\n'
        for sheet in defence.sheets
    )
    return _page(title, f"<h1>{escape(title)}</h1>{about}{sheets}")


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{LOOKS}</style></head>\n<body><main>{body}</main></body></html>\n"
    )


def _who(sheet: Sheet) -> str:
    return escape(f"{sheet.name} ({sheet.student})" if sheet.name else sheet.student)


def _body(sheet: Sheet, keys: bool) -> str:
    parts = [f"<h3>{_code(f'`{name}`')}</h3>{_numbered(source)}" for name, source in sheet.code.items()]
    items = "".join(f"<li>{_question(question, keys)}</li>" for question in sheet.questions)
    nothing = "<p>Nothing can be asked: no function of this assignment runs.</p>"
    parts.append(f"<h3>Questions</h3><ol>{items}</ol>" if items else nothing)
    if keys and sheet.without:
        names = ", ".join(f"<code>{escape(name)}</code>" for name in sheet.without)
        parts.append(
            f"<p>Not asked about, because it is not written, does not run or is nested too deep: {names}.</p>"
        )
    return "".join(parts)


def _question(question: Question, keys: bool) -> str:
    changes = "".join(
        f"<li>{_code(wording.changed(change))}</li>" for change in question.changes[: len(wording.LETTERS)]
    )
    listed = f'<ol type="A">{changes}</ol>' if changes else ""
    below = f'<p class="key">{_code(wording.key(question))}</p>' if keys else '<div class="room"></div>'
    return f"<p>{_code(wording.asked(question))}</p>{listed}{below}"


def _numbered(source: str) -> str:
    lines = source.splitlines()
    width = len(str(len(lines)))
    return (
        "<pre>"
        + "\n".join(
            f'<span class="line">{number:{width}}</span>  {escape(line)}'
            for number, line in enumerate(lines, 1)
        )
        + "</pre>"
    )


def _code(text: str) -> str:
    """Escaped text, with code in its tags where it stands in backticks."""
    return CODE.sub(r"<code>\1</code>", escape(text, quote=False))
