"""Packs what students get: `make bundle` calls this, after `make release`.

    python tools/bundle.py [FOLDER]

Writes a zip for each assignment, to put beside it on a learning platform, and one with everything that a student
needs: lessons, released assignments, lstmlab and the checks, with a Makefile of their own. No master, no source, no
grading. Everything in it is searched once more for solutions and hidden tests before a file is written. The same
course gives the same bytes on every machine: entries are sorted, dated 1980 and not compressed.
"""

import io
import shutil
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import nbformat
from traitlets.config import Config

from autograder.authoring.secrets import Leak, leaks_in_package, leaks_in_release, secrets_of
from autograder.core.files import replacing

ROOT = Path(__file__).parent.parent
TOP = "lstm-course"
FILES = (
    "LICENSE", "requirements.txt", "tools/environment.sh", "autograder/__init__.py", "autograder/core/__init__.py",
    "autograder/core/book.py", "autograder/core/cells.py", "autograder/core/check_output.py", "autograder/core/guard.py",
    "autograder/core/records.py", "autograder/core/text.py", "autograder/core/waiting.py",
    "autograder/personal/__init__.py", "autograder/personal/codes.py", "autograder/personal/draws.py",
    "autograder/personal/whose.py",
    "autograder/rpc/__init__.py", "autograder/rpc/values/__init__.py", "autograder/rpc/values/gradients.py",
    "autograder/rpc/values/layers.py",
    "autograder/rpc/wire/__init__.py", "autograder/rpc/wire/codec.py",
)  # fmt: skip
TREES = {  # folder: endings of what students need of it
    "autograder/checks": (".py",),
    "autograder/checking": (".py",),
    "exercises": (".py", ".txt"),
    "lstmlab": (".py", ".toml", ".json", ".js", ".css", ".csv", ".npz", ".safetensors", ".LICENSE"),
    "lstmlab_server": (".py",),
    "notebooks": (".ipynb", ".md"),
    "release": (),  # all
    "tools/student_lab": (".json",),
}
GRADING = ("nbautograder", "nbval")  # of the course's dependencies, what students do without
STAMP = (1980, 1, 1, 0, 0, 0)
MAKEFILE = """\
# `make lab` is enough: it sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
export OMP_NUM_THREADS ?= 1
LESSON ?= notebooks/00_start_here.ipynb
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
export JUPYTER_CONFIG_PATH := $(CURDIR)/tools/student_lab$(addprefix :,$(JUPYTER_CONFIG_PATH))

lab: env ## open JupyterLab in the course
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/$(LESSON) $(AS_ROOT) $(LAB_ARGS)

env:
	@PYTHON="$(PYTHON)" sh tools/environment.sh requirements.txt

.PHONY: lab env
"""
README = """\
# LSTMs from the inside: for students

On Linux or macOS with Python 3.11 or newer and make, in this folder:

```sh
make lab
```

This makes `.venv`, installs the exact versions of `requirements.txt` (about 2 GB, once) and opens JupyterLab at the
first lesson. Assignments are in `release/`: fill in the functions, run the checks below them, hand the notebook in
where your course says. `check(f)` costs nothing, and neither does `hint(f)`.

Without make, on Windows for example:

```bat
py -3.11 -m venv .venv
.venv\\Scripts\\python -m pip install -r requirements.txt
.venv\\Scripts\\python -m pip install --no-deps -e .
.venv\\Scripts\\jupyter lab notebooks\\00_start_here.ipynb
```

Grading and the solutions, of which the first lesson speaks, are not in this bundle.
"""


def main() -> int:
    """Writes the zips. Returns 1, and writes none, where something secret would be in them."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build")
    names = sorted(path.name for path in (ROOT / "release").iterdir() if path.is_dir())
    zips = {f"{name}.zip": _zipped({f"{name}/{k}": v for k, v in _released(name).items()}) for name in names}
    zips[f"{TOP}-students.zip"] = _zipped({f"{TOP}/{name}": content for name, content in contents().items()})
    leaks = _leaks()
    for leak in leaks:
        print(leak)
    if leaks:
        print("nothing was packed; fix that, then: make bundle")
        return 1
    for name, content in zips.items():
        with replacing(folder / name) as draft:
            draft.write_bytes(content)
        print(f"{folder / name}: {len(content) / 1024:.0f} KiB")
    return 0


def contents() -> dict[str, bytes]:
    """The files of the students' bundle by path."""
    found = {name: (ROOT / name).read_bytes() for name in FILES}
    for top, endings in TREES.items():
        for path in sorted((ROOT / top).rglob("*")):
            if path.is_file() and (not endings or path.suffix in endings) and not _is_left_out(path):
                found[path.relative_to(ROOT).as_posix()] = path.read_bytes()
    made = {"Makefile": MAKEFILE, "README.md": README, "pyproject.toml": _project()}
    return found | {name: text.encode() for name, text in made.items()}


def _is_left_out(path: Path) -> bool:
    """Traces of sessions, the sources of bundles, and the masters, which are scripts beside their notebooks."""
    traces = {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    if path.is_relative_to(ROOT / "autograder/auditing"):
        return True  # it tries answers, which students do not have
    if path == ROOT / "autograder/checking/wire.py":
        return True  # how records of checks cross between kernels, in grading alone
    if path.is_relative_to(ROOT / "exercises") and ("answers" in path.parent.parts or path.name == "key.py"):
        return True
    if path.parent.name == "js":
        return True
    return bool(traces) or (path.suffix == ".py" and path.parent.name in ("notebooks", "source"))


def _released(name: str) -> dict[str, bytes]:
    folder = ROOT / "release" / name
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_left_out(path)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _project() -> str:
    """pyproject.toml with what students need, as pip reads it."""
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, data = whole["project"], whole["tool"]["setuptools"]["package-data"]
    needed = [each for each in project["dependencies"] if not each.startswith(GRADING)]
    lines = [
        "[build-system]", f"requires = {_list(whole['build-system']['requires'])}",
        'build-backend = "setuptools.build_meta"', "", "[project]",
        *(f'{key} = "{project[key]}"' for key in ("name", "version", "description", "requires-python", "license")),
        'readme = "README.md"', f"license-files = {_list(project['license-files'])}",
        f"dependencies = {_list(needed)}", "", '[project.entry-points."autograder.exercises"]',
        *(f'{key} = "{value}"' for key, value in project["entry-points"]["autograder.exercises"].items()),
        "", "[tool.setuptools]",
        'packages = { find = { include = ["autograder*", "exercises*", "lstmlab*"] } }', "",
        "[tool.setuptools.package-data]",
        *(f"{name} = {_list(data[name])}" for name in ("exercises", "lstmlab")), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _list(values: list[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def _zipped(files: dict[str, bytes]) -> bytes:
    """A zip whose bytes depend on the files alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(
        out, "w", zipfile.ZIP_STORED
    ) as archive:  # compressors differ from machine to machine
        for name in sorted(files):
            info = zipfile.ZipInfo(name, STAMP)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, files[name])
    return out.getvalue()


def _leaks() -> list[Leak]:
    """Secrets of any assignment in the release, or in the other files as they would be packed."""
    sources = sorted((ROOT / "source").glob("*/*.ipynb"))
    secrets = [each for path in sources for each in secrets_of(nbformat.read(path, 4), Config())]
    found = [leak for name in (ROOT / "release").iterdir() for leak in leaks_in_release(name, secrets)]
    scratch = Path(tempfile.mkdtemp(prefix="bundle-"))
    try:
        for name, content in contents().items():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            (scratch / name).write_bytes(content)
        packed = [path for path in sorted(scratch.rglob("*")) if path.is_file()]
        return found + leaks_in_package(scratch, packed, secrets)
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    sys.exit(main())
