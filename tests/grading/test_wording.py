"""Nothing decides by sentences: a class gets the same grades, counts, repairs and reports where all of them are replaced
by pseudo-text; and every kind of record has its words."""

import json
import os
import shutil
import site
import subprocess
import sys
import venv
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import tiny_course
from handed_in import bare, changed, copied, with_cells, without
from jupyter_core.paths import jupyter_path
from nbformat.v4 import new_code_cell
from tiny_course import TinyCourse, exercise

import autograder
from autograder.core import records
from autograder.core.records import (
    CellName,
    Fault,
    FaultKind,
    Flag,
    Incident,
    IncidentKind,
    Reason,
    Repair,
    RepairKind,
)
from autograder.results import wording
from autograder.results.outcome import Outcome

PACKAGE = Path(autograder.__file__).parent
WORDS = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("wording.py"))
PSEUDO = "⟦Ѯѫ"
# What a copy of the package has at the end of each module with sentences: every template becomes the same pseudo-text,
# with its arguments.
REPLACE = """

def _pseudo(value):
    from string import Formatter

    if isinstance(value, dict):
        return {key: _pseudo(each) for key, each in value.items()}
    parts = [(name, form) for _, name, form, _ in Formatter().parse(value) if name is not None]
    fields = ["{" + name + (":" + form if form else "") + "}" for name, form in parts]
    return " ".join(["PSEUDO", *fields]) + "⟧"


for _name, _value in list(globals().items()):
    if _name.isupper() and isinstance(_value, (dict, str)):
        globals()[_name] = _pseudo(_value)
""".replace("PSEUDO", PSEUDO)

# And of the prose of checks, which has no templates but is put together by functions.
PROSE = "\n\nas_text = as_html = headline = footer = lambda *arguments, **options: 'PSEUDO'\n".replace(
    "PSEUDO", PSEUDO
)
RNN = """def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)"""
SHARE = "def share(x):\n    return x / 2"


def source() -> Any:
    """The tiny course's notebook with a check of this course's and a test whose last line gives the points."""
    notebook = tiny_course.source_notebook()
    notebook.cells += [
        new_code_cell(
            "import torch\nfrom torch import nn\nfrom autograder.checks import score", id="imports"
        ),
        exercise("rnn_cell", RNN),
        tiny_course.test_cell("test_rnn_cell", 4, "score(rnn_cell, points=4)"),
        exercise("share", SHARE),
        tiny_course.test_cell("test_share", 2, "1 * share(4.0)"),
    ]
    notebook.cells[7].metadata["tags"] = ["forbid-recurrent"]
    return notebook


def answered(course: TinyCourse, **answers: str) -> Any:
    """The whole notebook as released, with right answers where there are no others."""
    notebook = course.answer(**{name: code for name, code in answers.items() if name in ("double", "last")})
    for cell in source().cells[6:]:
        given = {"rnn_cell": RNN, "share": SHARE, **answers}.get(cell.id)
        cell.source = given or cell.source
        notebook.cells.append(cell)
    return notebook


def hand_in(course: TinyCourse) -> None:
    """Students with repairs, limits, flags, known mistakes, values that are no points, and reasons for a zero."""
    good = answered(course)
    course.submit("right", good)
    course.submit("endless", answered(course, double="def double(x):\n    while True: pass"))
    course.submit("dies", answered(course, double="import os\ndef double(x):\n    os._exit(1)"))
    course.submit("leaves", with_cells(good, 3, new_code_cell("import sys\nsys.exit()")))
    course.submit("edited", changed(good, "test_double", source="pass"))
    course.submit("stripped", bare(without(good, "double")))
    course.submit("twice", copied(copied(good, "double", "def double(x): return 0"), "test_double"))
    course.submit("renamed", good, name="mine.ipynb")
    course.submit("bias", answered(course, rnn_cell=RNN.replace(" + b_hh", "")))
    layer = f"{RNN.splitlines()[0]}\n    cell = nn.RNNCell(1, 1)\n    return h"
    course.submit("layer", answered(course, rnn_cell=layer))
    course.submit("large", answered(course, share="def share(x):\n    return 99"))
    course.submit("some", answered(course, share="def share(x):\n    return torch.tensor(1.0)"))
    wrong = "def {}:\n    return None"
    nothing = answered(
        course,
        double=wrong.format("double(x)"),
        last=wrong.format("last(items)"),
        rnn_cell=f"{RNN.splitlines()[0]}\n    return None",
        share="def share(x):\n    return 0",
    )
    course.submit("wrong", nothing)
    course.submit("syntax", changed(nothing, "double", source="def double(x)\n    return 2 * x"))
    course.submit("raises", changed(nothing, "double", source="1 / 0"))
    course.submit("broken", b'{"cells": [')
    course.submit("missing", b"just text", name="notes.txt")


def pseudo_python(folder: Path) -> Path:
    """A Python like this one, whose autograder has pseudo-text for sentences, in kernels too."""
    shutil.copytree(PACKAGE, folder / "tree/autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for path in WORDS:
        with (folder / "tree/autograder" / path).open("a", encoding="utf-8") as file:
            file.write(REPLACE)
    with (folder / "tree/autograder/checking/report.py").open("a", encoding="utf-8") as file:
        file.write(PROSE)
    venv.EnvBuilder(symlinks=True).create(folder / "venv")
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    found = [str(folder / "tree"), str(PACKAGE.parent), *site.getsitepackages()]
    found += [path for path in sys.path if path.endswith("site-packages") and path not in found]
    (packages / "all.pth").write_text("\n".join(found) + "\n")
    return folder / "venv/bin/python"


def graded(python: str | Path, course: TinyCourse) -> tuple[list[dict[str, Any]], dict[str, Any], str]:
    """What the journal and the report say of the class, graded by this Python, and what is at the terminal."""
    program = (
        "import sys; from autograder.cli import main; "
        "sys.exit(main(['grade', 't1']) or main(['report', 't1', '--json']))"
    )
    environment = os.environ | {"JUPYTER_PATH": os.pathsep.join(jupyter_path())}  # templates of pages
    command, folder = [python, "-c", program], course.root
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((course.root / "reports/t1/report.json").read_text(encoding="utf-8"))
    return sorted(course.journal(), key=lambda line: line["student"]), report, done.stdout


def without_quotes(value: Any) -> Any:
    """Records without times and without what they quote of outputs, which sentences stand in."""
    if isinstance(value, dict):
        quotes = {"seconds", "costs", "times", "text", "why"}
        return {key: without_quotes(each) for key, each in value.items() if key not in quotes}
    return [without_quotes(each) for each in value] if isinstance(value, list) else value


def test_other_words_change_no_grade_no_count_no_repair_and_no_report(tmp_path: Path) -> None:
    courses = [TinyCourse.make(tmp_path / "words/course", source()), TinyCourse(tmp_path / "pseudo/course")]
    hand_in(courses[0])
    shutil.copytree(courses[0].root, courses[1].root)
    kept, report, said = graded(sys.executable, courses[0])
    others, other_report, other_said = graded(pseudo_python(tmp_path / "python"), courses[1])
    assert PSEUDO not in said and "could not" not in other_said and PSEUDO in other_said
    assert PSEUDO in courses[1].graded("edited").cells[0].source
    assert PSEUDO in str(courses[1].graded("endless").cells)
    assert without_quotes(others) == without_quotes(kept)
    for each in (report, other_report):  # equally frequent ones stand in the order of their quotes
        each["failures"] = sorted(without_quotes(each["failures"]), key=json.dumps)
    assert without_quotes(other_report) == without_quotes(report)
    assert other_report["times"]["limits"] == report["times"]["limits"]
    # The class has something of each kind to lose.
    assert [each["student"] for each in report["tampering"]] == ["edited", "layer", "twice"]
    assert {"locked_changed", "notebook_renamed", "forbidden_means"} <= {
        each["kind"] for each in report["repairs"]
    }
    assert {"cell_time_limit", "told_to_exit", "kernel_exited", "not_points", "counts_as"} <= {
        each["kind"] for each in report["times"]["limits"]
    }
    assert {line["reason"]["kind"] for line in kept if line["reason"]} >= {
        "parts", "unreadable", "syntax_error", "exception", "checks_failed",
    }  # fmt: skip
    assert "one of the two biases was left out" in {each["name"] for each in report["mistakes"]}


KINDS: dict[type[StrEnum], list[Mapping[Any, str]]] = {
    records.Item: [wording.ITEMS, wording.TOO_LARGE],
    records.FaultKind: [wording.FAULTS],
    records.RepairKind: [wording.REPAIRS, wording.KINDS_OF_REPAIRS],
    records.FlagKind: [wording.FLAGS, wording.KINDS_OF_FLAGS],
    records.IncidentKind: [wording.INCIDENTS, wording.KINDS_OF_INCIDENTS],
    records.ReasonKind: [wording.REASONS],
}


def test_every_kind_of_record_has_words_and_they_need_no_argument_that_it_lacks() -> None:
    for kinds, tables in KINDS.items():
        for table in tables:
            assert set(table) == set(kinds), kinds
    fault = Fault(FaultKind.EMPTY, path="two.ipynb")
    for kind in FaultKind:
        assert wording.fault(Fault(kind, text="said"))
    for kind in RepairKind:
        assert wording.repair(Repair(kind, text="said", fault=fault))
    for kind in IncidentKind:
        assert wording.incident(Incident(kind, text="said", number=9))
    for kind in records.FlagKind:
        assert wording.flag(Flag(kind, CellName("double")))
    for kind in records.ReasonKind:
        assert wording.reason(Reason(kind, text="said", faults=(fault,)))


OLD = {
    "student": "ada", "assignment": "t1", "status": "zero", "score": 0.0, "max_score": 5.0, "seconds": 1.5,
    "reason": "no answer given: every answer cell is as it was released",
    "repairs": ["the text of the cell `test_last` had been changed; the original was run"],
    "questions": [], "submission_digest": "s", "assignment_digest": "a", "findings": [], "prints": [], "costs": None,
    "incidents": [{"cell": "`double`", "what": "the time limit of 3 s was reached"}, {"cell": "13", "what": "so"}],
}  # fmt: skip


def test_a_journal_of_a_version_that_wrote_sentences_is_read_with_its_words() -> None:
    old = Outcome.from_dict(OLD)
    assert wording.reason(old.reason) == OLD["reason"]
    assert wording.repairs(old.repairs, old.flags) == OLD["repairs"][0]
    assert (
        wording.incidents(old.incidents)
        == "the time limit of 3 s was reached in cell `double`; so in cell 13"
    )
    assert Outcome.from_dict(json.loads(json.dumps(old.to_dict()))) == old
    assert Outcome.from_dict(OLD | {"reason": ""}).reason is None
