"""What students get in one zip: it installs and works on its own, is the same each time, and holds no secret."""

import ast
import io
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.secrets import Leak
from examples.make_class import answered

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import bundle

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The folder of zips."""
    folder = tmp_path_factory.mktemp("packed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["bundle.py", str(folder)])
        assert bundle.main() == 0
    return folder


def test_the_same_course_gives_the_same_bytes(packed, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["bundle.py", str(tmp_path)])
    monkeypatch.setattr(bundle, "_leaks", list)  # searched already
    assert bundle.main() == 0
    first, again = ({path.name: path.read_bytes() for path in each.iterdir()} for each in (packed, tmp_path))
    assert first == again and "lstm-course-students.zip" in first


def test_there_is_a_zip_for_each_assignment_with_its_release_and_nothing_else(packed):
    for folder in (ROOT / "release").iterdir():
        with zipfile.ZipFile(packed / f"{folder.name}.zip") as archive:
            names = {
                path.relative_to(folder.parent).as_posix() for path in folder.rglob("*") if path.is_file()
            }
            assert set(archive.namelist()) == names


def test_no_master_source_answer_or_grading_is_in_the_bundle(packed):
    with zipfile.ZipFile(packed / "lstm-course-students.zip") as archive:
        names = {name.removeprefix("lstm-course/") for name in archive.namelist()}
    for top in (
        "source",
        "tests",
        "examples",
        "autograder/commands",
        "autograder/engine",
        "autograder/auditing",
        "autograder/authoring",
    ):
        assert not [name for name in names if name.startswith(f"{top}/")]
    assert not [name for name in names if name.startswith("notebooks/") and name.endswith(".py")]
    assert {"README.md", "Makefile", "LICENSE", "requirements.txt", "notebooks/03_gates.ipynb"} <= names


def test_whatever_the_bundle_imports_of_the_course_is_in_it():
    files = bundle.contents()
    wanted = set()
    for name, content in files.items():
        if name.endswith(".py"):
            for node in ast.walk(ast.parse(content)):
                if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    wanted.add(node.module)
                elif isinstance(node, ast.Import):
                    wanted |= {alias.name for alias in node.names}
    ours = {
        each.replace(".", "/")
        for each in wanted
        if each.split(".")[0] in ("autograder", "exercises", "lstmlab")
    }
    assert len(ours) > 20
    assert [each for each in sorted(ours) if not {f"{each}.py", f"{each}/__init__.py"} & files.keys()] == []


def test_all_data_that_lessons_read_is_in_it():
    data = [path for path in (ROOT / "lstmlab/data").iterdir() if path.is_file() and path.suffix != ".md"]
    assert {path.suffix for path in data} >= {".toml", ".csv", ".npz"}
    assert {path.relative_to(ROOT).as_posix() for path in data} <= bundle.contents().keys()


def test_nothing_is_packed_where_a_secret_would_be_in_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bundle.py", str(tmp_path / "new")])
    monkeypatch.setattr(bundle, "_leaks", lambda: [Leak("release/a/a.ipynb", "", "cell", 3, "secret")])
    assert bundle.main() == 1 and not (tmp_path / "new").exists()
    assert "release/a/a.ipynb: shows line 3" in capsys.readouterr().out


def test_every_file_of_the_bundle_is_searched(monkeypatch):
    hidden = next(
        line
        for secret in bundle.secrets_of(
            nbformat.read(ROOT / "source/a3_gates/a3_gates.ipynb", 4), bundle.Config()
        )
        if secret.hidden
        for line in secret.lines
        if len(line) > 60
    )
    honest = bundle.contents
    monkeypatch.setattr(
        bundle, "contents", lambda: {**honest(), "lstmlab/notes.py": f"# {hidden}\n".encode()}
    )
    assert {leak.file for leak in bundle._leaks()} == {"lstmlab/notes.py"}


TRY = """
import json, sys
import lstmlab, autograder.checks
assert {root!r} not in (lstmlab.__file__, autograder.__file__) and lstmlab.__file__.startswith(sys.argv[1])
assert autograder.checks.__file__.startswith(sys.argv[1])
try:
    import autograder.commands
    raise SystemExit("grading is there")
except ModuleNotFoundError:
    pass
from importlib import metadata
assert not [each for each in metadata.requires("lstm-course") if each.startswith("nbgrader")]
namespace = {{}}
for cell in json.load(open(sys.argv[2], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code" and "hidden" not in cell["id"]:
        exec("".join(cell["source"]), namespace)
"""


def test_the_bundle_installs_in_an_empty_folder_and_its_checks_say_that_a_right_answer_is_right(
    packed, tmp_path
):
    with zipfile.ZipFile(packed / "lstm-course-students.zip") as archive:
        archive.extractall(tmp_path)
    course, venv = tmp_path / "lstm-course", tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    site = Path(
        subprocess.check_output(
            [python, "-c", "import site; print(site.getsitepackages()[0])"], text=True
        ).strip()
    )
    # Libraries come from this environment; this course's own packages do not: no .pth file in it is read.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
    offline = ["--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*pip, *offline, "--editable", str(course)], check=True, cwd=tmp_path)
    released = nbformat.read(course / "release/a3_gates/a3_gates.ipynb", 4)
    nbformat.write(answered(released, "right"), tmp_path / "a3.ipynb")
    script = tmp_path / "try.py"
    script.write_text(TRY.format(root=str(ROOT)))
    run = subprocess.run(
        [python, "-I", str(script), str(course), str(tmp_path / "a3.ipynb")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("hold") >= 3 or "✓" in run.stdout, run.stdout
    assert io.StringIO(run.stdout).readline()
