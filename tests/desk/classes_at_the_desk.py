"""A class of any size, graded without grading: what three real submissions got is copied to everybody else."""

import io
import json

import nbformat
from nbgrader.api import Gradebook, Student
from tiny_course import TinyCourse, essay, source_notebook

from autograder.report.report import report_assignment

HOSTILE = "<img src=x onerror=\"document.title='stolen'\">"  # a name, and what an answer says
DUE = 'timezone = "UTC"\n[late]\npercent = 10\n[assignments.t1]\ndue = "2026-03-01 23:59"\n'


def with_essay(course: TinyCourse) -> None:
    """Gives the course's notebook a question that a person reads, and the course a policy."""
    source = source_notebook()
    source.cells.append(essay("Why?"))
    nbformat.write(source, course.root / "source/t1/two.ipynb")
    (course.root / "course.toml").write_text(DUE)


def make_class(course: TinyCourse, size: int) -> None:
    """`size` students whose work is graded: a third each is right, wrong in one exercise, and no notebook."""
    with_essay(course)
    notebook = course.answer()
    notebook.cells.append(essay(HOSTILE))
    course.submit("s000", notebook)
    notebook = course.answer(last="def last(items):\n    return items[0]")
    notebook.cells.append(essay("Because."))
    course.submit("s001", notebook)
    course.submit("s002", b"{")
    status, said = course.grade()
    assert status == 1, said
    like = {each["student"]: each for each in course.journal()}
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        for k in range(size):
            name = HOSTILE if k == 7 else f"{['Åsa', 'Bo', '李', 'Éva'][k % 4]} {k}"
            book.db.merge(Student(id=f"s{k:03}", first_name=name))
        book.db.commit()
        points = {
            student: {grade.name: grade.auto_score for nb in entry.notebooks for grade in nb.grades}
            for student in like
            for entry in [book.find_submission("t1", student)]
        }
        with (course.root / ".autograder/t1.jsonl").open("a") as journal:
            for k in range(3, size):
                student, model = f"s{k:03}", f"s{k % 3:03}"
                folder = course.root / "submitted" / student / "t1"
                folder.mkdir(parents=True)
                (folder / "two.ipynb").write_bytes(b"")
                entry = book.add_submission("t1", student)
                for notebook in entry.notebooks:
                    for grade in notebook.grades:
                        grade.auto_score = points[model][grade.name]
                        grade.needs_manual_grade = grade.name == "essay"
                journal.write(json.dumps({**like[model], "student": student}) + "\n")
        book.db.commit()
    assert report_assignment(course.root, "t1", out=io.StringIO()) == 0
