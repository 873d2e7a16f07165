"""What notebooks may import, which import-linter (`make lint`) does not read; and how light the students' half stays."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {  # folder: what nothing in it may import
    "autograder": {"notebooks", "tests", "source"},
    "exercises": {"notebooks", "tests", "source"},
    "lstmlab": {"notebooks", "tests", "source"},
    "lstmlab_server": {"lstmlab", "notebooks", "tests", "source"},
    "examples": {"notebooks", "tests", "source"},
    "notebooks": {"autograder", "exercises", "tests", "examples", "source"},
    "source": {"lstmlab", "notebooks", "tests", "examples"},
}


def imports(path: Path) -> set[str]:
    """The full names of all modules that a file imports, wherever in the file that is."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_file_imports_against_the_arrows(folder):
    files = sorted(Path(ROOT, folder).rglob("*.py"))
    assert files, f"{folder}/ holds no Python file: has it moved?"
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imports(path)
        if name.split(".")[0] in FORBIDDEN[folder]
    ]
    assert wrong == []


def test_assignments_import_nothing_of_the_grader_but_its_checks():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in Path(ROOT, "source").rglob("*.py")
        for name in imports(path)
        if name.startswith("autograder") and not name.startswith("autograder.checks")
    ]
    assert wrong == []


def test_the_extension_of_the_jupyter_server_does_not_load_pytorch():
    program = "import sys, lstmlab_server; sys.exit('torch' in sys.modules or 'lstmlab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_importing_the_checks_loads_nothing_of_jupyter():
    program = "import sys, autograder.checks; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    heavy = {
        "IPython",
        "ipywidgets",
        "nbformat",
        "nbgrader",
        "nbclient",
        "jupyter_client",
        "matplotlib",
        "zmq",
    }
    assert heavy.isdisjoint(loaded.split())


def test_nothing_that_reads_notebooks_compiles_grammars():
    """jsonschema from 4.25 on does, three seconds in each process, where Jupyter's extras are installed."""
    program = "import sys, lstmlab, nbformat; lstmlab.Quiz('03_gates'); print('lark' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "False"
