"""Whole gradebooks as plain values, to compare two runs; used by the tests of reliability, clusters, databases."""

import csv
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

SCORES = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade", "max_score_gradecell")
COMMENTS = ("auto_comment", "manual_comment")


def contents(url: str) -> dict[str, Any]:
    """Every row that nbgrader keeps of students, cells, submissions, grades and comments, without its ids."""
    with Gradebook(url) as gradebook:
        return {
            "students": sorted((each.id, each.first_name, each.email) for each in gradebook.students),
            "cells": sorted(_cells(gradebook)),
            "submissions": {
                (entry.student_id, entry.assignment.name): _submission(entry)
                for assignment in gradebook.assignments
                for entry in assignment.submissions
            },
        }


def _cells(gradebook: Gradebook) -> list[tuple[Any, ...]]:
    return [
        (assignment.name, notebook.name, cell.name, cell.cell_type, cell.source, cell.checksum)
        for assignment in gradebook.assignments
        for notebook in assignment.notebooks
        for cell in notebook.source_cells
    ]


def _submission(entry: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"when": entry.timestamp, "score": entry.score, "most": entry.max_score}
    for notebook in entry.notebooks:
        found[f"{notebook.name} late"] = notebook.late_submission_penalty
        for grade in notebook.grades:
            found[f"{notebook.name} {grade.name}"] = [getattr(grade, name) for name in SCORES]
        for comment in notebook.comments:
            found[f"{notebook.name} {comment.name} said"] = [getattr(comment, name) for name in COMMENTS]
    return found


def kept(root: Path, url: str = "") -> dict[str, Any]:
    """What a run leaves behind, but for what took how long: gradebook, grades.csv, names of all files."""
    with (root / "reports/t1/grades.csv").open(newline="", encoding="utf-8") as file:
        rows = [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]
    folders = ("autograded", "feedback", "reports")
    files = sorted(
        path.relative_to(root).as_posix()
        for name in folders
        for path in (root / name).rglob("*")
        if path.is_file() or not any(path.iterdir())
    )
    return {**contents(url or f"sqlite:///{root}/gradebook.db"), "grades.csv": rows, "files": files}
