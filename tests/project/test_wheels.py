"""The two wheels: what is in each, and the grader's alone in an empty environment, without torch and the course."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tiny_course import TinyCourse

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tools"))
import wheels

LOOKS = "import os\nopen('/etc/hostname').read()\ndef double(x):\n    return 2 * x"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The course's wheel and the grader's."""
    course, grader = wheels.build(tmp_path_factory.mktemp("wheels"))
    return course, grader


@pytest.fixture(scope="module")
def alone(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the grader's wheel and what that asks for, and nothing else."""
    venv = tmp_path_factory.mktemp("alone") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [
        venv / "bin/python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--no-compile",
        "--quiet",
    ]
    done = subprocess.run([*pip, built[1]], capture_output=True, text=True)
    if done.returncode and re.search(
        "NewConnectionError|Temporary failure|No matching distribution", done.stderr
    ):
        pytest.fail(f"no package index could be reached, which this test needs:\n{done.stderr[-2000:]}")
    assert done.returncode == 0, done.stderr
    for path in (venv.parent, *venv.parents[1:3]):  # the sandbox's users read the environment
        path.chmod(0o755)
    return venv / "bin"


def requirements(wheel: Path) -> set[str]:
    """The names of what a wheel asks for without an extra."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("/METADATA"))
        lines = archive.read(name).decode().splitlines()
    asked = (line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: "))
    return {re.split(r"[^\w.-]", each)[0] for each in asked if "extra ==" not in each}


@pytest.mark.slow
def test_each_wheel_holds_its_own_and_the_course_asks_for_the_grader(built: tuple[Path, Path]) -> None:
    course, grader = built
    tops = []
    for wheel in (course, grader):
        with zipfile.ZipFile(wheel) as archive:
            tops.append({name.split("/")[0] for name in archive.namelist() if ".dist-info" not in name})
    assert tops == [{"exercises", "lstmlab", "lstmlab_server"}, {"autograder"}]
    assert {"nbautograder", "torch"} <= requirements(course)
    assert not {"torch", "lstm-course", "ipywidgets"} & requirements(grader)


@pytest.mark.slow
def test_the_grader_alone_grades_a_plain_course_in_two_sandboxed_kernels(alone: Path, tmp_path: Path) -> None:
    missing = (
        "import importlib.util as u; print([n for n in ('torch', 'exercises', 'lstmlab') if u.find_spec(n)])"
    )
    assert subprocess.check_output([alone / "python", "-I", "-c", missing], text=True).strip() == "[]"
    course = TinyCourse.make(tmp_path / "course")
    right = course.answer()
    course.submit("ada", right)
    course.submit("bob", course.answer(double="def double(x):\n    return 2 if x == 1 else 0"))
    course.submit("eve", course.answer(double=LOOKS))
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    done = subprocess.run(
        [alone / "autograder", "grade", "t1", "--sandbox", "auto"],
        cwd=course.root, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    scores = {student: float(row["score"]) for student, row in course.grades().items()}
    # The hidden test sees bob; eve's first cell is ended by the sandbox, so there is no function to test.
    assert scores == {"ada": 5, "bob": 3, "eve": 3}
    graded = course.graded("eve")
    assert any("PermissionError" in str(cell) or "FileNotFoundError" in str(cell) for cell in graded.cells)


@pytest.mark.slow
def test_a_hidden_test_is_out_of_the_students_sight_there_too(alone: Path, tmp_path: Path) -> None:
    course = TinyCourse.make(tmp_path / "course")
    searches = (
        "def double(x):\n    import gc, inspect, sys\n    seen = str([f.frame.f_locals for f in inspect.stack()])\n"
        "    seen += str(list(sys.modules['__main__'].__dict__))\n"
        "    seen += ''.join(o for o in gc.get_objects() if type(o) is str)\n"
        "    return 2 * x if 'wrong for a ' + 'large number' not in seen else 0"
    )
    course.submit("eve", course.answer(double=searches))
    done = subprocess.run(
        [alone / "autograder", "grade", "t1"], cwd=course.root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert float(course.grades()["eve"]["score"]) == 5
