"""What is right is not in the process that runs a student's code while work is graded, nor in a file that it can read.

A class of one hands in the instructor's own answers to a2_rnns, in which nothing may have changed; the first of them
also looks for answers to all exercises in every way that Python has, and says what it found.
"""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade, is_grade
from warm import lasting
from ways import WAYS, graded_by

from autograder.checking.registry import courses
from autograder.commands.grade import grade_assignment

ROOT = Path(__file__).parents[2]
ASSIGNMENT, FIRST = "a2_rnns", "rnn_forward"
HOSTILE = """
import ctypes, gc, glob, importlib, importlib.util, json, linecache, os, pkgutil, re, runpy, subprocess, sys
from importlib.machinery import SourceFileLoader, SourcelessFileLoader
FOLDERS = {folders}
NAMES = ["a3_gates.lstm_cell", "a3_gates.lstm_cell.oracle", "a3_gates.shared", "a3_gates", "a2_rnns.rnn_forward",
         "a2_rnns.broken_pieces.key", "a2_rnns.broken_pieces.mistakes", "a2_rnns.shared", "a9_capstone.trials",
         "a9_capstone.encode_words.oracle", "a11_inside.my_unit.key"]
FILES = ["a3_gates/lstm_cell/oracle.py", "a3_gates/shared.py", "a2_rnns/rnn_forward/__init__.py",
         "a2_rnns/answers/rnn_forward.py", "a2_rnns/broken_pieces/key.py", "a9_capstone/trials.py", "__init__.py"]
found = []
score(rnn_forward, 3)
hint(rnn_forward, 1)

def tried(what, call):
    try:
        if call(): found.append(what)
    except BaseException: pass

def holders():
    kinds = ("Exercise", "Property", "Mistake")
    return [each for each in gc.get_objects() if type(each).__name__ in kinds
            or type(each).__name__ == "function" and str(each.__module__).startswith(("exercises.a",))]

def memory():
    text = re.compile(rb"The s[t]ep with h a[n]d c t[a]ken for each")  # of a known mistake; not this pattern itself
    for line in open("/proc/self/maps"):
        place, rights, *_ = line.split()
        low, high = (int(each, 16) for each in place.split("-"))
        while rights == "rw-p" and low < high:
            if text.search(ctypes.string_at(low, min(1 << 24, high - low))): return True
            low += 1 << 24

if gc.unfreeze() is None: tried("gc", holders)
tried("memory", memory)
tried("sys.modules", lambda: [name for name in sys.modules if name.startswith("exercises.a")])
tried("linecache", lambda: [name for name in linecache.cache if "exercises/a" in name])
whole_path = list(sys.meta_path)
for finders in ("with finders", "without"):
    if finders == "without": sys.meta_path[:] = [each for each in sys.meta_path if "Withheld" not in type(each).__name__]
    for name in NAMES:
        whole = "exercises." + name
        for key in [each for each in sys.modules if each.startswith("exercises.")]: del sys.modules[key]
        attributes = "EXERCISE", "lstm_cell", "KEY", "MISTAKES", "steps", "held_out", "exchanged", "encode_words"
        tried(f"import {name} {finders}", lambda: {*attributes} & {*vars(importlib.import_module(whole))})
        tried(f"runpy {name} {finders}", lambda: {*attributes} & {*runpy.run_module(whole)})
        tried(f"find_spec {name} {finders}",
              lambda: open(importlib.util.find_spec(whole).origin).read())
        tried(f"pkgutil {name} {finders}", lambda: pkgutil.get_data(whole, "__init__.py"))
sys.meta_path[:] = whole_path  # else this answer's own notebook could not go on
code = "import exercises.a3_gates.lstm_cell"
tried("another Python", lambda: subprocess.run([sys.executable, "-c", code]).returncode == 0)
for folder in FOLDERS:
    for root in ("", "/proc/self/root", "/proc/1/root", "/proc/thread-self/root", "/proc/self/cwd/../../../../..",
                 "/usr/..", *glob.glob("/proc/[0-9]*/root")):
        for file in FILES:
            path = f"{root}{folder}/{file}"
            tried(path, lambda: open(path).read())
            tried("loader " + path, lambda: SourceFileLoader("x", path).load_module())
            tried("libc " + path, lambda: ctypes.CDLL(None).open(path.encode(), 0) >= 0)
        for file in glob.glob(f"{root}{folder}/**/__pycache__/*.pyc", recursive=True):
            tried(file, lambda: open(file, "rb").read())
    tried("walk", lambda: [file for at, _, files in os.walk(folder) for file in files
                           if not file.startswith("given.") and os.access(os.path.join(at, file), os.R_OK)
                           and open(os.path.join(at, file), "rb")])
print("FOUND" + json.dumps(found))
"""


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_finds_no_right_answer_by_any_way_and_loses_nothing(way: str, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(ROOT / "source" / ASSIGNMENT, root / "source" / ASSIGNMENT)
    handed_in = nbformat.read(ROOT / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", 4)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in handed_in.cells}
    folders = [str(folder) for each in courses().values() for folder in each]
    cells[FIRST].source += HOSTILE.replace("{folders}", repr(folders))
    folder = root / "submitted" / "thief" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(handed_in, folder / f"{ASSIGNMENT}.ipynb")
    out = io.StringIO()
    with graded_by(way) as options:
        status = grade_assignment(root, ASSIGNMENT, **options, workers=1, parent=lasting(), out=out)
    assert status in (0, 1), out.getvalue()  # 1: essays wait
    graded = nbformat.read(root / "autograded" / "thief" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", 4)
    answer = next(cell for cell in graded.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == FIRST)
    said = "".join(output.get("text", "") + output.get("evalue", "") for output in answer.outputs)
    assert json.loads(said.partition("FOUND")[2] or f'"{said}"') == []
    assert "rnn_forward is graded below. score(rnn_forward) shows nothing here" in said
    assert "rnn_forward is graded below. hint(rnn_forward) shows nothing here" in said
    for cell in graded.cells:
        if is_grade(cell) and cell.cell_type == "code":
            points, most = determine_grade(cell)
            assert points in (most, None), (cell.metadata.nbgrader.grade_id, cell.outputs)


def test_an_import_of_what_is_given_looks_through_no_folder():
    """A locked cell that only imports may run once for all students; one that reads files may not."""
    code = """
import sys
from autograder.checking.withheld import withhold
from autograder.rpc.prelude import Watch
watch = Watch()
withhold()
sys.addaudithook(watch)
watch.on = True
import exercises.a2_rnns, exercises.a9_capstone
watch.on = False
print(watch.found or "nothing")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("nothing\n", "")
