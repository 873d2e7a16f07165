"""Every threat, by a real hostile submission that is graded among honest ones.

Two courses, each graded once in each mode of the sandbox, and once by dask workers: a foreign one with plain
asserts (hostile.py), and this course's own a3_gates (hostile_gates.py). What must hold is the same everywhere:
no points gained and no other question lost, no hidden text in what comes back, nothing changed outside, nobody
left alive.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from hostile import ALL, CHEATS, POINTS, SECRETS, STOLEN, Attack, source_notebook
from hostile_gates import GATES
from hostile_limits import LIMITS
from tiny_course import TinyCourse
from ways import WAYS, graded_by

# Each threat, as it is known in hostile*.py, and what it covers; those below them have tests elsewhere as well.
THREATS = {
    "files and memory": "gradebook, sources, other students' work, home, environment, the grader's memory",
    "hooks and tracing": "hidden tests by history, IPython's hooks and transformers, tracing, compile, linecache",
    "frames and gc": "hidden tests by frames and what the garbage collector knows",
    "tracebacks and feedback": "hidden tests and expected values by tracebacks, messages, pages, tables",
    "patched functions": "patched torch, numpy and built-in functions; names that hide modules and built-ins",
    "equal to everything": "objects, numbers and classes that compare, calculate and convert as they like; NaN",
    "Tensor subclasses": "subclasses of torch.Tensor with a __torch_function__ of their own",
    "swallowed assertions": "exceptions made harmless, or used to end a test's loop",
    "replaced run_cell": "replaced run_cell, display hook, transformers and shell of the student's kernel",
    "forged messages": "forged results, replies, questions, observations, half messages, forks, other exercises",
    "tensor methods": "changed methods of torch.Tensor, changed defaults",
    "stolen expectations": "stolen or hard-coded expected values, the checks' own oracles",
    "forbidden layers": "nn.LSTM in an exercise from scratch, by name, by getattr, by operator",
    "metadata": "metadata, outputs and attachments of every kind",
    "crashes": "os._exit, exit at random, segmentation faults",
    "signals": "signals to itself, to its parents, and stopping itself",
    "hangs": "hangs in native code, ignored interrupts, many processes waiting for a core",
    "memory": "memory bombs, and huge results",
    "processes and threads": "fork bombs and threads",
    "disk": "a full scratch folder",
    "output and images": "output and images without end",
    "recursion": "endless recursion, deep and circular values",
    "survivors": "processes that outlive their kernel",
    "working directory": "a deleted or closed working directory",
    "odd files": "binary notebooks, modules that hide others, strange names, surrogates, hostile exceptions",
    "scripts": "scripts in pages: HTML, SVG, pictures, Markdown, links, ANSI",
    "sockets": "network, datagram and unix sockets",
}
ATTACKS = (*CHEATS, *LIMITS)
HONEST = Attack("neighbour", "none"), Attack("another", "none"), Attack("zz-last", "none")
SLOWEST = 90.0  # seconds for one submission, on a busy machine: the limit of a cell is 3 s


@dataclass(frozen=True)
class Run:
    """A graded class, with what the world was like before and after."""

    course: TinyCourse
    before: dict[str, str]
    after: dict[str, str]
    survivors: list[str]
    said: str

    def row(self, attack: Attack) -> dict[str, str]:
        return self.course.grades()[attack.name]


def fingerprint(*folders: Path) -> dict[str, str]:
    """A hash of every file below some folders, with its mode."""
    found = {}
    for folder in folders:
        for path in sorted((folder, *folder.rglob("*"))):
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            found[str(path)] = f"{path.lstat().st_mode:o} {hashlib.sha256(content).hexdigest()}"
    return found


def alive(mark: str) -> list[str]:
    """Processes whose environment holds `mark`, but for this one's own helpers."""
    found = []
    for process in psutil.process_iter():
        try:
            if mark in process.environ().get("HOME", "") and process.pid != os.getpid():
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
        except (psutil.Error, OSError):
            continue
    return [each for each in found if "forkserver" not in each and "resource_tracker" not in each]


@pytest.fixture(scope="module", params=WAYS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The foreign course, graded."""
    base = tmp_path_factory.mktemp(f"threats-{request.param}")
    course = TinyCourse.make(base / "course", source_notebook())
    home, canary = base / "home", base / "canary"
    for folder in (home, canary):
        folder.mkdir()
        (folder / "secret.txt").write_text("SECRET")
        folder.chmod(0o777)
        (folder / "secret.txt").chmod(0o666)
    for name in ("gradebook.db",):
        (course.root / name).touch()
    for attack in (*HONEST, *ATTACKS):
        hand_in(course, attack, {"COURSE": course.root, "HOME": home, "CANARY": canary})
    (course.root / "gradebook.db").unlink()
    watched = (home / "secret.txt", canary, course.root / "source", course.root / "submitted")
    before = fingerprint(*watched)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("MY_SECRET_TOKEN", "SECRET")
        # A warm parent of its own, not the tests': all that descends from it has this HOME, and ends with the run.
        with graded_by(request.param) as options:
            status, said = course.grade(**options, workers=4, memory=1500, parent=None)
    assert status == 0, said
    return Run(course, before, fingerprint(*watched), alive(str(home)), said)


def hand_in(course: TinyCourse, attack: Attack, places: dict[str, Path]) -> None:
    made = attack.notebook()
    content = made if isinstance(made, bytes) else json.dumps(made).encode()
    for name, place in places.items():
        content = content.replace(name.encode(), str(place).encode())
    path = course.submit(attack.name, content)
    for name, data in attack.files.items():
        file = path.parent / (name if isinstance(name, str) else os.fsdecode(name))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.replace(b"CANARY", str(places["CANARY"]).encode()))


def test_every_threat_has_a_submission() -> None:
    assert {attack.threat for attack in (*ATTACKS, *GATES)} == set(THREATS)


def test_no_attack_gains_a_point_and_none_costs_another_question(run: Run) -> None:
    wrong = {}
    for attack in ATTACKS:
        row = run.row(attack)
        for question, points in POINTS.items():
            got = float(row[question] or 0)
            lost = got == 0 and question in attack.costs
            if not (
                lost or (question not in attack.costs and (got == points or question in attack.may_cost))
            ):
                wrong[f"{attack.name} {question}"] = f"{got} of {points}; {row['reason']}"
    assert wrong == {}


def test_the_neighbours_are_graded_as_ever(run: Run) -> None:
    for honest in HONEST:
        row = run.row(honest)
        assert {name: float(row[name]) for name in ALL} == POINTS, row
        assert row["reason"] == "" and row["repairs"] == ""


def returned(run: Run, attack: Attack) -> str:
    """All text that a student gets back, and their line of the table."""
    folder = run.course.root / "feedback" / attack.name / "t1"
    pages = [path.read_text() for path in folder.glob("*.html") if path.name != "two.html"]
    page = (folder / "two.html").read_text().split("</head>")[-1]
    own = [cell["source"] for cell in nb_cells(attack)]
    for source in sorted(own, key=len, reverse=True):
        page = page.replace(source, "")
    return "\n".join([page, *pages, str(run.row(attack))])


def nb_cells(attack: Attack) -> list[Any]:
    made = attack.notebook()
    return [] if isinstance(made, bytes) else list(made.cells)


def test_nothing_hidden_comes_back(run: Run) -> None:
    found = {}
    for attack in (*ATTACKS, *HONEST):
        text = re.sub(r"<[^<>]*>", "", returned(run, attack))
        secrets = [secret for secret in SECRETS if secret in text]
        if secrets:
            at = text.index(secrets[0])
            found[attack.name] = (secrets, text[max(0, at - 100) : at + 100])
    assert found == {}


def test_no_code_of_a_student_got_hold_of_anything(run: Run) -> None:
    found = {}
    for attack in ATTACKS:
        outputs = str([cell.get("outputs") for cell in run.course.graded(attack.name).cells])
        if STOLEN in outputs:
            found[attack.name] = outputs[outputs.index(STOLEN) :][:300]
    assert found == {}


def test_nothing_outside_the_scratch_folder_is_touched(run: Run) -> None:
    assert {path: run.after.get(path) for path in run.before} == run.before
    assert set(run.after) == set(run.before)
    home = Path(next(path for path in run.before if path.endswith("home/secret.txt"))).parent
    # The grader's own libraries keep their settings there.
    assert {path.name for path in home.iterdir()} <= {"secret.txt", ".ipython", ".cache", ".config"}


def test_nobody_is_left_alive(run: Run) -> None:
    assert run.survivors == []


def test_each_is_ended_in_time(run: Run) -> None:
    slow = {a.name: run.row(a)["seconds"] for a in ATTACKS if float(run.row(a)["seconds"]) > SLOWEST}
    assert slow == {}


def test_no_page_runs_a_students_script(run: Run) -> None:
    plain = (run.course.root / "feedback/neighbour/t1/two.html").read_text()
    scripts = len(re.findall(r"<script", plain))
    for attack in ATTACKS:
        page = (run.course.root / "feedback" / attack.name / "t1/two.html").read_text()
        assert len(re.findall(r"<script", page)) == scripts, attack.name
        tags = re.findall(r"<[a-zA-Z][^>]*>", page.split("</head>")[-1])
        evil = [tag for tag in tags if re.search(r"\son\w+\s*=|javascript:|<iframe|<object|<embed", tag)]
        assert evil == [], attack.name
    assert "<script" not in (run.course.root / "reports/t1/report.html").read_text()


def test_no_file_that_comes_back_is_huge(run: Run) -> None:
    folders = [run.course.root / folder for folder in ("autograded", "feedback")]
    sizes = {path: path.stat().st_size for folder in folders for path in folder.rglob("*.*")}
    assert max(sizes.values()) < 40 * 2**20, {str(path): size for path, size in sizes.items() if size > 2**24}
