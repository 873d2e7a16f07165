"""grades.csv and summary.html, the instructor's two views of an assignment; `grade` has them written.

Both come from the journal's reasons and the gradebook's scores, and are replaced as a whole or not at all.
"""

import csv
import html
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean, median

from autograder.files import replacing, write_text
from autograder.grading.course import Course
from autograder.grading.model import FAILED, GRADED, STATUSES, Outcome, Question

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  background: #fff; color: #222 }
table { border-collapse: collapse; width: 100%; margin: 0 0 2rem }
caption { text-align: left; font-weight: 600 }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums }
.bar { min-width: 8rem }
.bar span { display: block; background: #2b6ca3; height: .8rem; margin-top: .35rem }
@media (prefers-color-scheme: dark) {
  body { background: #181a1b; color: #ddd }
  th, td { border-color: #444 }
}
"""


def write_reports(course: Course, assignment: str, outcomes: Sequence[Outcome]) -> None:
    """Writes both files. Raises OSError where the disk refuses; then the old ones are still there."""
    folder = course.reports(assignment)
    with replacing(folder / "grades.csv") as draft, draft.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(csv_rows(outcomes))
    write_text(folder / "summary.html", page(assignment, outcomes))


def column(question: Question, questions: Iterable[Question]) -> str:
    """What a graded cell's column is called: its name, with the notebook's before it if there are several."""
    alone = len({each.notebook for each in questions}) == 1
    return question.cell if alone else f"{question.notebook}/{question.cell}"


def csv_rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """The rows of grades.csv, its heading first; a score that is still to come is empty."""
    every = {(q.notebook, q.cell): q for outcome in outcomes for q in outcome.questions}
    heading = ["student_id", "assignment", "score", "max_score", "status", "reason", "repairs", "seconds"]
    rows = [heading + [column(question, every.values()) for question in every.values()]]
    for outcome in outcomes:
        scores = {(q.notebook, q.cell): q.score for q in outcome.questions}
        known = outcome.status != FAILED
        rows.append(
            [
                outcome.student,
                outcome.assignment,
                f"{outcome.score:g}" if known else "",
                f"{outcome.max_score:g}" if known else "",
                outcome.status,
                outcome.reason,
                "; ".join(outcome.repairs),
                f"{outcome.seconds:.1f}",
                *("" if scores.get(key) is None else f"{scores[key]:g}" for key in every),
            ]
        )
    return rows


def page(assignment: str, outcomes: Sequence[Outcome]) -> str:
    """summary.html: how the class did, on which questions, with which mistakes, and who needs a person."""
    counts = Counter(outcome.status for outcome in outcomes)
    scored = [outcome for outcome in outcomes if outcome.status != FAILED]
    said = ", ".join(f"{counts[status]} {words}" for status, words in STATUSES.items() if counts[status])
    facts = f"{len(outcomes)} submissions: {said}."
    if scored:
        scores = [outcome.score for outcome in scored]
        most = max(outcome.max_score for outcome in scored)
        facts += f" Mean {mean(scores):.2f}, median {median(scores):g} of {most:g} points."
    parts = [f"<h1>{html.escape(assignment)}</h1><p>{html.escape(facts)}</p>"]
    troubled = [outcome for outcome in outcomes if outcome.status != GRADED]
    if troubled:
        rows = [[each.student, STATUSES[each.status], each.reason] for each in troubled]
        parts.append(_table("Who got zero, or needs a person", ["Student", "Status", "Reason"], rows))
    parts.append(_questions(scored))
    mistakes = Counter(mistake for outcome in outcomes for mistake in outcome.mistakes)
    if mistakes:
        rows = [[name, str(count)] for name, count in mistakes.most_common()]
        parts.append(_table("Known mistakes", ["What the results look like", "Submissions"], rows, number=1))
    rows = [
        [o.student, f"{o.score:g} of {o.max_score:g}", o.reason, "; ".join(o.repairs)]
        for o in sorted(scored, key=lambda o: (-o.score, o.student))
    ]
    parts.append(_table("Everyone", ["Student", "Score", "Reason", "Repairs"], rows))
    title = f"<title>{html.escape(assignment)}</title>"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">{title}'
        f"<style>{STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _questions(outcomes: Sequence[Outcome]) -> str:
    """One row for each graded cell: its mean as a bar, and how many got all, some or none of it."""
    every: dict[str, list[Question]] = {}
    for outcome in outcomes:
        for question in outcome.questions:
            every.setdefault(column(question, outcome.questions), []).append(question)
    rows = []
    for name, questions in every.items():
        scores = [q.score for q in questions if q.score is not None]
        most = questions[0].max_score
        share = mean(scores) / most if scores and most else 0.0
        full, none = sum(score >= most for score in scores), sum(score == 0 for score in scores)
        cells = [f"{100 * share:.0f} %", str(full), str(len(scores) - full - none), str(none)]
        bar = f'<td class="bar" aria-hidden="true"><span style="width:{100 * share:.0f}%"></span></td>'
        rows.append(f"<tr><td>{html.escape(name)}</td>{bar}" + _cells(cells, number=0) + "</tr>")
    heads = "".join(f"<th>{head}</th>" for head in ["Question", "", "Mean", "All points", "Some", "None"])
    return f"<table><caption>Questions</caption><tr>{heads}</tr>{''.join(rows)}</table>"


def _table(caption: str, heads: list[str], rows: list[list[str]], number: int = 99) -> str:
    """An HTML table; columns from `number` on hold numbers."""
    head = "".join(f"<th>{html.escape(each)}</th>" for each in heads)
    body = "".join(f"<tr>{_cells(row, number)}</tr>" for row in rows)
    return f"<table><caption>{html.escape(caption)}</caption><tr>{head}</tr>{body}</table>"


def _cells(values: list[str], number: int) -> str:
    marks = ['<td class="number">' if index >= number else "<td>" for index in range(len(values))]
    return "".join(f"{mark}{html.escape(value)}</td>" for mark, value in zip(marks, values, strict=True))
