"""A copy of the project in which the commands of README.md and docs/ run as a reader would type them.

What the commands print is compared with what the page says they print, by doctest's rules: `...` stands for anything.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """A fenced block of commands, and what the page says that its last command prints ("" where it does not say)."""

    page: Path
    line: int
    language: str
    commands: tuple[str, ...]
    printed: str

    @property
    def name(self) -> str:
        """Where it is, for messages."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """The blocks of commands of a page, in its order."""
    text = page.read_text(encoding="utf-8")
    fences = list(FENCE.finditer(text))
    found = []
    for fence, after in zip_longest(fences, fences[1:]):
        language, body = fence.groups()
        if language not in ("sh", "bat"):
            continue
        follows = after is not None and after[1] == "text"
        commands = (re.sub(r"\s{2,}#.*", "", line).strip() for line in body.splitlines())
        line = text.count("\n", 0, fence.start()) + 1
        printed = after[2] if follows and after else ""
        found.append(Block(page, line, language, tuple(filter(None, commands)), printed))
    return found


def as_printed(wanted: str, got: str) -> bool:
    """Whether a command printed what the page says."""
    return doctest.OutputChecker().check_output(wanted, got, OPTIONS)


class Stage:
    """The copy, with a class of three students and whatever else a page takes for granted."""

    def __init__(self, root: Path):
        self.root = root
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        self._environment()
        self.log = ""
        self.done: dict[str, tuple[int, str]] = {}

    def _environment(self) -> None:
        """A .venv that is this one, and says so: `make` must not install anything."""
        (self.root / ".venv").mkdir()
        for each in ("bin", "lib", "pyvenv.cfg", "share", "etc"):
            (self.root / ".venv" / each).symlink_to(Path(sys.prefix) / each)
        for lock in ("requirements", "requirements-dev"):
            files = f"requirements.txt {lock}.txt pyproject.toml autograder/pyproject.toml"
            command = f"cat {files} | cksum >.venv/.installed-{lock}"
            subprocess.run(command, shell=True, cwd=self.root, check=True)

    def hand_in(self) -> None:
        """Three submissions to a3_gates: right, mistaken, broken; and a plain file with one function."""
        from examples.make_class import answered

        release = nbformat.read(ROOT / "release/a3_gates/a3_gates.ipynb", 4)
        for student, answer in (("ada", "right"), ("bob", "blocks_as_ifog")):
            place = self.root / "submitted" / student / "a3_gates"
            place.mkdir(parents=True)
            nbformat.write(answered(release, answer), place / "a3_gates.ipynb")
        broken = self.root / "submitted/cyd/a3_gates/a3_gates.ipynb"
        broken.parent.mkdir(parents=True)
        broken.write_text("{")
        shutil.copy2(ROOT / "examples/answers/right.py", self.root / "my_cell.py")
        self.download()

    def download(self) -> None:
        """The same submissions of two of them as Moodle gives them, and its grading worksheet."""
        with zipfile.ZipFile(self.root / "moodle.zip", "w") as archive:
            for number, student in enumerate(("ada", "bob"), 1):
                work = self.root / "submitted" / student / "a3_gates" / "a3_gates.ipynb"
                archive.write(
                    work, f"{student.title()} Lee_{number}_assignsubmission_file/a3 ({number}).ipynb"
                )
        rows = [
            f"Participant {n},{s.title()} Lee,{s},,28.00,-,-,\n"
            for n, s in enumerate(("ada", "bob", "cyd"), 1)
        ]
        heading = "Identifier,Full name,ID number,Grade,Maximum Grade,Last modified (submission),Last modified (grade),"
        (self.root / "worksheet.csv").write_text(heading + "Feedback comments\n" + "".join(rows))

    def run(self, command: str) -> tuple[int, str]:
        """Runs a command as a shell would; its exit status and all that it printed.

        Pages share commands: one that ran well is not run again, its answer is remembered.
        """
        if command not in self.done:
            self.done[command] = self._run(command)
        return self.done[command]

    def _run(self, command: str) -> tuple[int, str]:
        path = f"{self.root / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
        ours = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "ONLY")  # of the `make test` that runs this
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        environment |= {"PATH": path, "OMP_NUM_THREADS": "1", "COLUMNS": "120"}
        done = subprocess.run(
            command, shell=True, cwd=self.root, env=environment, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.log += f"$ {command}\n{done.stdout}"
        return done.returncode, done.stdout
