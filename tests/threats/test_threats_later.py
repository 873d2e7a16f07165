"""Hostile answers to the first exercise of a5 to a9, graded beside an honest neighbour, as test_threats_gates.py does
for a3; what the sandbox must withstand is tried there and in test_threats.py, for it is the same everywhere.
"""

import csv
import html
import io
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from hostile import SAY, STOLEN
from hostile_gates import LIAR_CELL, PATCHES
from warm import lasting

from autograder.commands.grade import grade_assignment

ROOT = Path(__file__).parents[2]
WEIGHTS = "a9_capstone.safetensors"
FIRST = {
    "a5_packing": "pad_batch",
    "a6_stacking": "final_features",
    "a7_gradient_flow": "clip_by_global_norm",
    "a8_metrics": "sequence_ce",
    "a9_capstone": "encode_words",
    "a11_inside": "clamped",
    "a12_scan": "min_gru",
    "a13_rivers": "nash_sutcliffe",
    "a14_craft": "bucket_batches",
}
FORGED = """
from autograder.checking import wire
from autograder.checking.found import Observation
class Far:
    dim = lambda self: 0
    shape = dtype = property(lambda self: self)
    def __sub__(self, other): say(other)
wire.observe = lambda *a, **k: Observation(value={claim})
"""
THIEF = """
import inspect
def thief(*args):
    frame = inspect.currentframe()
    while frame:
        for value in list(frame.f_locals.values()):
            if hasattr(value, "oracle"): return value.oracle(*args)
        frame = frame.f_back
"""
LAZY = """
class Lazy(torch.Tensor):
    @classmethod
    def __torch_function__(cls, f, t, a=(), k=None): return torch.tensor(True)
"""
# What goes before the function, and what the function returns. {right} is the instructor's answer, under another name.
LINES_TO_ORDER = 3  # further cases of an exercise that is no whole function
ATTACKS = {
    "yes": (LIAR_CELL, "Yes()"),
    "subclass": (LAZY, "torch.zeros(3).as_subclass(Lazy)"),
    "thief": (THIEF, "thief(*args)"),
    "patched": (PATCHES, "args[0]"),
    "forged-object": (FORGED.format(claim="Far()"), "None"),
    "forged-number": (FORGED.format(claim="10**5000"), "None"),
    "float8": ("", "torch.zeros(3, dtype=torch.uint8).view(torch.float8_e4m3fn)"),
    "huge": ("", "10**5000"),
    "endless-view": ("", "torch.zeros(1).as_strided((10**6, 10**6), (0, 0))"),
    "elsewhere": ("", "torch.zeros(3, device='meta').to_sparse()"),
    "tells": ("", "1 / 0 if print('STOL' + 'EN', args) else [][len(str(args))]"),
}
HARMS_ITSELF = ("patched", "forged-object", "forged-number")  # the other answers' calls go through there, too
LEAST = 0.09  # of a question's points: clip_by_global_norm has gradients that are right as they are


def notebook(assignment: str, attack: str) -> nbformat.NotebookNode:
    """The instructor's notebook with the attack for its first answer."""
    made = nbformat.read(ROOT / "source" / assignment / f"{assignment}.ipynb", 4)
    if attack in ATTACKS:
        before, value = ATTACKS[attack]
        cell = next(
            c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") == FIRST[assignment]
        )
        cell.source = f"{SAY}{before}\ndef {FIRST[assignment]}(*args, **kwargs):\n    return {value}\n"
    return made


def worth_of(assignment: str) -> dict[str, float]:
    """The tests of an assignment, and what each is worth."""
    source = nbformat.read(ROOT / "source" / assignment / f"{assignment}.ipynb", 4)
    cells = [cell.metadata.get("nbgrader", {}) for cell in source.cells]
    return {
        cell["grade_id"]: cell["points"]
        for cell in cells
        if cell.get("grade_id", "").endswith(("-visible", "-hidden"))
    }


@pytest.fixture(scope="module", params=FIRST)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """An assignment, and the folder of a course in which its class is graded."""
    assignment, root = request.param, tmp_path_factory.mktemp(request.param) / "course"
    shutil.copytree(ROOT / "source" / assignment, root / "source" / assignment)
    for name in ("neighbour", *ATTACKS, "zz-last"):
        folder = root / "submitted" / name / assignment
        folder.mkdir(parents=True)
        nbformat.write(notebook(assignment, name), folder / f"{assignment}.ipynb")
        if assignment == "a9_capstone":
            shutil.copy(ROOT / "exercises" / "a9_capstone" / "answers" / WEIGHTS, folder)
    out = io.StringIO()
    status = grade_assignment(root, assignment, workers=4, memory=1500, parent=lasting(), out=out)
    assert status == 1, out.getvalue()  # the written question waits for a person
    return assignment, root


def test_no_attack_gains_a_point_and_none_costs_another_answer(graded: tuple[str, Path]) -> None:
    assignment, root = graded
    with (root / f"reports/{assignment}/grades.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    full = {
        name: float(points)
        for name, points in rows["neighbour"].items()
        if name.endswith(("-visible", "-hidden"))
    }
    assert full == worth_of(assignment) and len(full) >= 4
    assert rows["neighbour"]["reason"] == rows["zz-last"]["reason"] == ""
    wrong = {}
    for name in (*ATTACKS, "zz-last"):
        for question, points in full.items():
            got, mine = float(rows[name][question]), question.startswith(FIRST[assignment])
            low = 0 if name in HARMS_ITSELF else points
            fine = got <= LEAST * points if mine and name in ATTACKS else low <= got <= points
            if not fine:
                wrong[f"{name} {question}"] = f"{got} of {points}; {rows[name]['reason']}"
    assert wrong == {}


def _properties(parts: list[str]) -> list[str]:
    """The further properties in the hidden parts of a cell."""
    return [line.strip() for part in parts for line in part.splitlines() if "Property(" in line]


def test_no_page_shows_a_further_case_or_what_was_given_in_one(graded: tuple[str, Path]) -> None:
    assignment, root = graded
    source = nbformat.read(ROOT / "source" / assignment / f"{assignment}.ipynb", 4)
    hidden = [re.split("### (?:BEGIN|END) HIDDEN TESTS", cell.source)[1::2] for cell in source.cells]
    lines = [line for parts in hidden for line in _properties(parts)]
    several = [lines for lines in map(len, map(_properties, hidden)) if lines > LINES_TO_ORDER]
    assert len(several) >= 2 and sum(several) >= 7 * len(several)
    for name in ATTACKS:
        page = (root / f"feedback/{name}/{assignment}/{assignment}.html").read_text().split("</head>")[-1]
        text = html.unescape(re.sub(r"<[^<>]*>", "", page))
        assert [line for line in lines if line in text] == [], name
        made = nbformat.read(root / f"autograded/{name}/{assignment}/{assignment}.ipynb", 4)
        tests = [
            c.outputs
            for c in made.cells
            if c.metadata.get("nbgrader", {}).get("grade_id", "").endswith("-hidden")
        ]
        assert STOLEN not in str(tests), name
