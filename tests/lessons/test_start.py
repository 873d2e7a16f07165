"""What lesson 0 stands on: versions compared rightly, a map of what is there, progress read from saved files."""

import json
import re
from pathlib import Path

import pytest
from assignment import define

from autograder.authoring import find_masters
from autograder.checks import check
from lstmlab import start

ROOT = Path(__file__).parents[2]
LESSONS = [master for master in find_masters(ROOT) if master.path.match("notebooks/[0-9]*.py")]


def test_the_versions_here_fit():
    rows = start.versions()
    assert [row.name for row in rows if not row.fits] == []
    assert {"Python", *start.SHOWN} == {row.name for row in rows}


def test_a_version_that_does_not_fit_and_one_that_is_missing_say_what_is_needed(monkeypatch):
    monkeypatch.setattr(start, "SHOWN", ("torch", "numpy", "no-such-package"))
    _, torch, numpy, none = start.versions(["torch==1.0", "numpy>=1", "no-such-package>=2", "pip"])
    assert not torch.fits and "does not fit: ==1.0 is needed" in str(torch)
    assert numpy.fits and str(numpy).endswith("fits")
    assert none.found == "missing" and not none.fits


def test_a_kernel_without_the_course_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(start, "COURSE", "no-such-package")
    with pytest.raises(RuntimeError, match="make lab"):
        start.versions()


def test_the_map_shows_every_lesson_and_every_assignment_there_is():
    on_map = {stop.lesson for stop in start.STOPS}, {stop.assignment for stop in start.STOPS}
    assert {master.path.stem for master in LESSONS} <= on_map[0]
    assert {path.stem for path in ROOT.glob("source/*.py")} == on_map[1] - {""}
    numbers = sorted(int(stop.lesson[:2]) for stop in start.STOPS)
    assert numbers == [int(master.path.name[:2]) for master in LESSONS] and len(LESSONS) >= 11


def test_what_the_map_says_a_lesson_needs_is_what_the_lesson_says():
    needs = {stop.lesson: stop.needs for stop in start.STOPS}
    for master in LESSONS:
        first = " ".join(master.read().cells[0].source.split())
        said = re.search(r"You need lessons? (\d+(?:, \d+)*(?: and \d+)?)", first)
        if said:
            assert needs[master.path.stem] == said[1].replace(" and ", ", "), master.path.name


def test_the_map_can_be_read_without_eyes():
    alt = start.course_map().alt
    assert "7, gradient flow: how far back learning reaches. It needs lesson 3." in alt
    assert all(stop.about in alt and stop.assignment in alt for stop in start.STOPS)


def test_every_relative_link_of_a_lesson_leads_to_a_file():
    broken = [
        f"{master.path.name}: {link}"
        for master in LESSONS
        for cell in master.read().cells
        if cell.cell_type == "markdown"
        for link in re.findall(r"\]\(([^)\s]+)\)", cell.source)
        if not link.startswith(("http", "#")) and not (ROOT / "notebooks" / link.partition("#")[0]).exists()
    ]
    assert broken == []


def test_the_check_that_lesson_0_quotes_says_so(capsys):
    answer = define((ROOT / "examples/answers/blocks_as_ifog.py").read_text())["lstm_cell"]
    text = (ROOT / "notebooks/00_start_here.py").read_text()
    quoted = text.split("# ```text\n")[1].split("# ```")[0].replace("# ", "").replace("#\n", "\n")
    check(answer, seed=int(re.search(r"seed=(\d+)", quoted)[1]))
    words = " ".join(capsys.readouterr().out.split())
    for line in filter(str.strip, quoted.splitlines()):
        assert " ".join(line.removesuffix(", ...").split()) in words


# -- progress ----------------------------------------------------------------------------------------------


def code(source="x = 1", count=None, **metadata):
    return {"cell_type": "code", "source": [source], "execution_count": count, "metadata": metadata}


@pytest.fixture
def course(tmp_path):
    """A lesson half read, an assignment with one answer of two written."""
    solution = {"nbgrader": {"solution": True}}
    notebooks = {
        "notebooks/01_first.ipynb": [code(count=1), code(count=3), code(), {"cell_type": "markdown"}],
        "release/a1_first/a1_first.ipynb": [
            code("def f():\n    raise NotImplementedError()", **solution),
            code("def g():\n    return 1", **solution),
            code("check(f)"),
        ],
        "release/a1_first/notes.ipynb": [code("my own")],
    }
    for name, cells in notebooks.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps({"cells": cells}))
    return tmp_path


def test_progress_counts_cells_that_ran_and_answers_that_were_written(course):
    lesson, assignment = start.progress(course)
    assert (lesson.name, lesson.done, lesson.total) == ("01_first", 2, 3)
    assert (assignment.name, assignment.done, assignment.total) == ("a1_first", 1, 2)
    assert str(assignment).split() == ["a1_first", "1", "of", "2", "answers", "written"]


def test_a_notebook_that_cannot_be_read_does_not_hide_the_others(course):
    (course / "notebooks/02_broken.ipynb").write_text("{ not json")
    (course / "notebooks/03_odd.ipynb").write_text("[]")
    assert [(work.name, work.total) for work in start.progress(course)][:3] == [
        ("01_first", 3),
        ("02_broken", 0),
        ("03_odd", 0),
    ]


def test_the_course_is_found_from_a_folder_in_it_and_missed_outside(course, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(course / "release/a1_first")
    assert start.course_folder() == course and len(start.progress()) == 2
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(FileNotFoundError, match=r"not inside a copy of the course"):
        start.course_folder()
