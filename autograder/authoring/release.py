"""The students' versions: `nbgrader generate_assignment` on `source/`, compared with `release/` byte by byte.

Called by `autograder release`. nbgrader runs in a scratch course first, so that a failure half-way leaves
`release/` and the gradebook as they were.
"""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from autograder.environment import with_own_programs


def assignments(course: Path) -> list[str]:
    """The names of the course's assignments: the folders in `source/` that hold a notebook."""
    return sorted({path.parent.name for path in course.glob("source/*/*.ipynb")})


def build_release(course: Path, *, check: bool = False, out: TextIO = sys.stdout) -> int:
    """Brings `release/` in step with `source/`. Returns 0, or 1 when something needs a person.

    With `check` nothing is written and every difference is a finding.
    """
    names = assignments(course)
    if not names:
        print(f"{course}: found no source/ASSIGNMENT/*.ipynb; run: make notebooks", file=out)
        return 2
    findings: list[str] = []
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        for name in names:
            failure = _generate(course, name, Path(scratch))
            if failure:
                findings.append(f"source/{name}: nbgrader could not make the release:\n{failure}")
                continue
            changed = _differences(Path(scratch, "release", name), course / "release" / name)
            if changed and check:
                files = ", ".join(f"release/{name}/{file}" for file in changed)
                findings.append(
                    f"{files}: not what source/{name}/ gives (source/{name}.py); run: make release"
                )
            elif changed:
                _replace(Path(scratch, "release", name), course / "release" / name)
                print(f"released {name} from source/{name}/", file=out)
    findings += [
        f"release/{path.name}: has no source; delete it, or restore source/{path.name}"
        for path in sorted(course.glob("release/*/"))
        if path.name not in names
    ]
    for finding in findings:
        print(finding, file=out)
    print(f"{len(names)} assignments: {len(findings)} need a look", file=out)
    return 1 if findings else 0


def _generate(course: Path, name: str, scratch: Path) -> str:
    """Runs nbgrader with its gradebook and output in `scratch`; returns what it said if it failed."""
    command = [
        sys.executable, "-m", "nbgrader", "generate_assignment", name, "--create", "--force",
        f"--CourseDirectory.root={course}",
        f"--CourseDirectory.release_directory={scratch / 'release'}",
        f"--CourseDirectory.db_url=sqlite:///{scratch / 'gradebook.db'}",
    ]  # fmt: skip
    run = subprocess.run(
        command, cwd=course, env=with_own_programs(os.environ), capture_output=True, text=True, check=False
    )
    made = (scratch / "release" / name).is_dir()
    return "" if run.returncode == 0 and made else run.stderr[-4000:]


def _differences(wanted: Path, found: Path) -> list[str]:
    files = {path.relative_to(root) for root in (wanted, found) for path in root.rglob("*") if path.is_file()}
    files = {file for file in files if ".ipynb_checkpoints" not in file.parts}
    _, mismatch, missing = filecmp.cmpfiles(wanted, found, sorted(map(str, files)), shallow=False)
    return sorted([*mismatch, *missing])


def _replace(wanted: Path, found: Path) -> None:
    """Copies beside the old folder first, so that the old one goes only when the new one is whole."""
    staged = found.with_name(f".{found.name}.writing")
    shutil.rmtree(staged, ignore_errors=True)
    shutil.copytree(wanted, staged)
    shutil.rmtree(found, ignore_errors=True)
    staged.rename(found)
