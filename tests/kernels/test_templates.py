"""The cells before the first answer run once for all submissions; where that could be noticed, in each kernel."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny_course
from nbformat.v4 import new_code_cell, new_notebook
from tiny_course import TinyCourse, exercise, marks

from autograder.core.notebooks import Notebook
from autograder.course.course import find_submissions
from autograder.course.runtime import course_lock
from autograder.course.skeleton import load_assignment
from autograder.engine.one_submission import grade_submission
from autograder.engine.spawner import TEMPLATES
from autograder.engine.workplace import make_rules
from autograder.kernels.client import WarmParent
from autograder.submissions.intake import read

ONCE = (
    "import uuid\nRUN = uuid.uuid4().hex\nprint('made', RUN)"  # from the operating system: no seed decides it
)
ANSWER = "def double(x):\n    return 2 * x"
TEST = "print('tested in', RUN)\nassert double(4) == 8"
# What the first cell does besides, and may only be done in a sandbox of the submission's own.
APART = {
    "reads a file of the folder": "numbers = open('data.csv').read()\nassert numbers == '1,2'",
    "lists the folder": "import os\nassert 'data.csv' in os.listdir()",
    "writes a file": "open('made.txt', 'w').write('x')",
    "keeps a file open": "kept = open('/dev/null')\nimport os\nos.dup(kept.fileno())",
    "starts a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "starts a program": "import subprocess\nassert subprocess.run(['true']).returncode == 0",
    "forks": "import os\npid = os.fork()\nif not pid: os._exit(0)\nos.waitpid(pid, 0)",
    "opens a socket": "import socket\nsocket.socketpair()",
    "changes the environment": "import os\nos.environ['COURSE'] = 'x'",
    "changes the folder": "import os\nos.chdir('/tmp')",
    "handles a signal": "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)",
    "hides what it does": "try:\n    open('data.csv')\nexcept Exception:\n    pass",
    "calls C": "import ctypes\nctypes.CDLL(None).getpid()",
    "fails": "RUN = uuid.uuid4().hex\nassert hasattr(__builtins__, 'no such thing') or 1 / 0",
    "imports a file of the folder": "import beside\nassert beside.VALUE == 3",
}


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    with WarmParent(large=()) as parent:
        yield parent


class Class:
    """A course whose notebook begins with `first`, and what becomes of its submissions, one after the other."""

    def __init__(self, root: Path, parent: WarmParent, *first: str, test: str = TEST, answer: str = ANSWER):
        cells = [
            new_code_cell(each, metadata=marks(f"first{n}", locked=True)) for n, each in enumerate(first)
        ]
        cells += [exercise("double", answer), tiny_course.test_cell("test_double", 2, test)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        self.source = new_notebook(cells=cells, metadata=kernel)
        self.course, self.parent = TinyCourse.make(root, self.source), parent
        (root / "source/t1/data.csv").write_text("1,2")
        (root / "source/t1/beside.py").write_text("VALUE = 3")

    def submit(self, student: str, answer: str = ANSWER, before: str = "") -> None:
        notebook = copy.deepcopy(self.source)
        next(cell for cell in notebook.cells if "double" in cell.id).source = answer
        if before:
            notebook.cells.insert(0, new_code_cell(before))
        self.course.submit(student, notebook)

    def graded(self) -> dict[str, tuple[float, Notebook]]:
        """Points and notebook of each student."""
        with course_lock(self.course.root, "") as course:
            assignment = load_assignment(course, "t1")
            rules = replace(make_rules(course, "auto", 20, 2000), warm=self.parent.address)
            found = {}
            for student, folder in find_submissions(course, "t1", ()).items():
                graded = grade_submission(read(student, folder, []), assignment, rules)
                points = sum(mark.score or 0 for mark in graded.marks)
                found[student] = points, nbformat.reads(graded.notebooks["two"], 4)
        return found


def printed(notebook: Notebook) -> str:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return "".join(output.get("text", "") for cell in cells for output in cell.outputs)


def runs(notebook: Notebook) -> tuple[str, str]:
    """Which run of the first cell the student's kernel has, and which the examiner's."""
    words = printed(notebook).split()
    return words[words.index("made") + 1], words[words.index("in") + 1]


def test_what_comes_before_the_first_answer_runs_once_for_each_kind_of_kernel(tmp_path, parent) -> None:
    made = Class(tmp_path / "course", parent, ONCE, "WORDS = ['a', 'b']\nWORDS")
    for student in ("ada", "bob", "cyd"):
        made.submit(student)
    found = made.graded()
    assert [points for points, _ in found.values()] == [2, 2, 2]
    assert len({runs(notebook) for _, notebook in found.values()}) == 1
    student, examiner = runs(found["ada"][1])
    assert student != examiner, "student's code shares no memory with tests"
    for _, notebook in found.values():
        first, second, answer, _ = (cell for cell in notebook.cells if cell.cell_type == "code")
        assert second.outputs[0]["data"]["text/plain"] == "['a', 'b']"
        assert [cell.execution_count for cell in (first, second, answer)] == [1, 2, 3]


@pytest.mark.parametrize("what", APART)
def test_a_first_cell_that_does_more_than_compute_runs_in_each_kernel(tmp_path, parent, what) -> None:
    made = Class(tmp_path / "course", parent, f"{ONCE}\n{APART[what]}")
    for student in ("ada", "bob"):
        made.submit(student)
    found = made.graded()
    assert [points for points, _ in found.values()] == [2, 2], found
    assert len({run for _, notebook in found.values() for run in runs(notebook)}) == 4, "each kernel ran it"
    assert not (tmp_path / "course/source/t1/made.txt").exists()


@pytest.mark.parametrize(
    ("seed", "draw"),
    [
        ("import random\nrandom.seed(3)", "random.random()"),
        ("import numpy\nnumpy.random.seed(3)", "float(numpy.random.rand())"),
        ("import torch\ntorch.manual_seed(3)", "float(torch.rand(()))"),
    ],
)
def test_a_seed_of_the_first_cell_holds_and_without_one_numbers_differ(tmp_path, parent, seed, draw) -> None:
    answer = f"NUMBER = {draw}\ndef double(x):\n    return 2 * x"
    library = seed.split("\n")[0]
    for first, count in ((seed, 1), (library, 2)):
        place = tmp_path / str(count)
        made = Class(place, parent, f"{first}\n{ONCE}", test=f"print('drawn', NUMBER)\n{TEST}", answer=ANSWER)
        for student in ("ada", "bob"):
            made.submit(student, answer)
        found = made.graded()
        assert len({runs(notebook) for _, notebook in found.values()}) == 1
        drawn = {printed(notebook).split("drawn ")[1].split()[0] for _, notebook in found.values()}
        assert len(drawn) == count
    space: dict[str, Any] = {}
    exec(f"{seed}\nnumber = {draw}", space)
    first = {printed(notebook).split("drawn ")[1].split()[0] for _, notebook in Class.graded(made).values()}
    assert str(space["number"]) not in first, "not seeded: another number than the seed's"


def test_a_kernel_that_dies_is_replaced_by_one_that_has_run_the_first_cells(tmp_path, parent) -> None:
    made = Class(tmp_path / "course", parent, ONCE, "def half(x):\n    return x / 2")
    made.submit("ada", "import os\nos._exit(3)")
    made.submit("bob", "def double(x):\n    return half(4 * x)")
    found = made.graded()
    assert [points for points, _ in found.values()] == [0, 2]
    assert "DeadKernel" in json.dumps(found["ada"][1])


def test_a_student_s_own_first_cell_has_everything_run_after_it(tmp_path, parent) -> None:
    made = Class(tmp_path / "course", parent, ONCE)
    made.submit(
        "ada", before="print('before')\nimport uuid\nuuid.uuid4 = lambda: type('U', (), {'hex': 'mine'})"
    )
    made.submit("bob")
    found = made.graded()
    assert runs(found["ada"][1])[0] == "mine"
    assert "mine" not in runs(found["ada"][1])[1] + printed(found["bob"][1])


def test_changes_of_one_submission_are_not_there_in_the_next(tmp_path, parent) -> None:
    made = Class(tmp_path / "course", parent, f"{ONCE}\nSEEN = []", test=f"{TEST}\nassert SEEN == []")
    for student in ("ada", "bob"):
        made.submit(
            student,
            "SEEN.append(1)\nprint('seen', SEEN)\ndef double(x):\n    SEEN.append(x)\n    return 2 * x",
        )
    for points, notebook in made.graded().values():
        assert points == 2
        assert "seen [1]\n" in printed(notebook)


def test_where_a_template_is_gone_kernels_run_the_first_cells_themselves(tmp_path, parent) -> None:
    made = Class(tmp_path / "course", parent, ONCE)
    made.submit("ada")
    before = runs(made.graded()["ada"][1])
    for template in TEMPLATES._made.values():
        template.close()
    points, notebook = made.graded()["ada"]
    assert points == 2
    assert not set(runs(notebook)) & set(before)
