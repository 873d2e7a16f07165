"""The seed of a run: all submissions get its cases, a regrade can repeat them, and no submission learns the seed."""

import io
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from ways import WAYS, graded_by

from autograder.checking.seeds import RunSeeds
from autograder.commands import grade
from autograder.commands.regrade import regrade_assignment
from autograder.core.check_output import CHECK_RESULT
from examples.make_class import RELEASED, answered, cell

SOURCE = Path(__file__).parents[2] / "source" / "a3_gates"
SEED = "5eed0fa11cafe5d00dfeedbea7beefca"
# Notes what it is called with. Built-in names only: the notebook's own cells stay as they are.
NOTES = """
CALLS = __import__("hashlib").sha256()
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    if not x.is_meta:
        CALLS.update(b"".join(each.detach().double().numpy().tobytes() for each in (x, h, c, W_ih, W_hh)))
    z = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    i, f, g, o = z.chunk(4, dim=1)
    c_new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c_new), c_new
"""
# Looks for the seed in all memory that this process may write to. The cell has it in two halves that never meet.
HUNT = """
import ctypes, re
def hunt(first, rest):
    found = 0
    for line in open("/proc/self/maps").read().splitlines():
        region = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw-p", line)
        if not region or "[v" in line: continue
        start, end = (int(edge, 16) for edge in region.groups())
        data = ctypes.string_at(start, end - start)
        at = data.find(first)
        while at >= 0:
            found += data[at + len(first) : at + len(first) + len(rest)] == rest
            at = data.find(first, at + 1)
    return found
half, other = "FIRST", "OTHER"
text = hunt(half.encode(), other.encode())
raw = hunt(bytes.fromhex(half), bytes.fromhex(other))
whole = [half + other, bytes.fromhex(half) + bytes.fromhex(other)]
print("LEARNT", text, raw, "CONTROL", hunt(half.encode(), other.encode()) > 0, hunt(whole[1][:8], whole[1][8:]) > 0)
""".replace("FIRST", SEED[:16]).replace("OTHER", SEED[16:])


def make(root: Path, students: dict[str, str], answer: str = "right") -> Path:
    """A course in which these students added a cell to the end of their notebooks. `answer`: their work."""
    shutil.copytree(SOURCE, root / "source/a3_gates")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 60\n")
    for student, last in students.items():
        notebook = answered(nbformat.read(RELEASED, 4), answer)
        cell(notebook, "lstm_cell").source = NOTES
        notebook.cells.append(new_code_cell(last))
        folder = root / "submitted" / student / "a3_gates"
        folder.mkdir(parents=True)
        (folder / "a3_gates.ipynb").write_text(json.dumps(notebook))
    return root


def graded(root: Path, **options: object) -> None:
    out = io.StringIO()
    assert grade.grade_assignment(root, "a3_gates", out=out, **options) == 0, out.getvalue()


def outputs(root: Path, student: str) -> list[dict]:
    notebook = nbformat.read(root / "autograded" / student / "a3_gates/a3_gates.ipynb", 4)
    return [output for each in notebook.cells if each.cell_type == "code" for output in each.outputs]


def printed(root: Path, student: str) -> str:
    return "".join(each.get("text", "") for each in outputs(root, student))


@pytest.mark.parametrize("way", WAYS)
def test_no_submission_finds_the_seed_of_its_run_in_its_memory(tmp_path, monkeypatch, way) -> None:
    monkeypatch.setattr(grade, "new_seed", lambda: SEED)
    root = make(tmp_path / "course", dict.fromkeys("abcdef", HUNT))
    with graded_by(way) as options:
        graded(root, workers=1, **options)
    assert SEED in (root / ".autograder/a3_gates.seeds.jsonl").read_text()
    for (
        student
    ) in "abcdef":  # the kernels of the later ones are forked when the run's cases have been computed
        assert "LEARNT 0 0 CONTROL True True" in printed(root, student), printed(root, student)


def test_cases_are_the_same_for_all_of_a_run_and_a_regrade_can_repeat_them(tmp_path: Path) -> None:
    root = make(tmp_path / "course", dict.fromkeys(("ada", "bob"), "print('CALLS', CALLS.hexdigest())"))
    graded(root)
    first = printed(root, "ada")
    assert "CALLS" in first
    assert printed(root, "bob") == first
    (root / "submitted/bob").rename(root / "bob")
    out = io.StringIO()
    assert regrade_assignment(root, "a3_gates", same_cases=True, out=out) == 0, out.getvalue()
    assert printed(root, "ada") == first
    assert regrade_assignment(root, "a3_gates", out=out) == 0, out.getvalue()
    assert printed(root, "ada") != first
    kept = [json.loads(line) for line in (root / ".autograder/a3_gates.seeds.jsonl").read_text().splitlines()]
    assert len(kept) == 3
    assert kept[0]["seed"] == kept[1]["seed"] != kept[2]["seed"]
    assert (root / ".autograder/a3_gates.seeds.jsonl").stat().st_mode & 0o077 == 0


def test_a_regrade_without_an_earlier_seed_says_so(tmp_path: Path) -> None:
    root = make(tmp_path / "course", {"ada": ""})
    graded(root)
    (root / ".autograder/a3_gates.seeds.jsonl").unlink()
    out = io.StringIO()
    assert regrade_assignment(root, "a3_gates", same_cases=True, out=out) == 2
    assert "Leave out --same-cases" in out.getvalue()


def test_pages_say_seeds_that_tell_nothing_of_the_run_s_or_of_those_of_hidden_cases() -> None:
    seeds = RunSeeds(SEED)
    drawn = [seeds.draw(what) for what in ("lstm_cell", "lstm_cell hidden", "gate_values")]
    assert len(set(drawn)) == 3
    assert drawn == [RunSeeds(SEED).draw(what) for what in ("lstm_cell", "lstm_cell hidden", "gate_values")]
    assert not any(f"{each:08x}" in SEED for each in drawn)


def test_hidden_checks_never_say_their_seed(tmp_path: Path) -> None:
    root = make(tmp_path / "course", {"ada": ""}, "always_time_first")
    graded(root)
    said = [
        each["data"][CHECK_RESULT] for each in outputs(root, "ada") if CHECK_RESULT in each.get("data", {})
    ]
    assert {record["hidden"] for record in said} == {True, False}
    assert all((record["seed"] is None) == record["hidden"] for record in said)
