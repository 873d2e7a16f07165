"""What a student sees when `make lab` opens: no panel for instructors, no source of a lesson, no question."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from browser import jupyter, open_page

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "tools/student_lab"


def seen(home: Path, **variables: str) -> tuple[list[str], list[str], int]:
    """The names in the browser of files, the entries of the menu Nbgrader, and how many notifications there are."""
    with jupyter(ROOT, home, quiet=False, **variables) as server, open_page() as page:
        page.goto(server.page("lab/tree/notebooks?reset"))
        page.wait_for_selector(".jp-DirListing-itemText >> text=00_start_here.ipynb")
        files = page.locator(".jp-DirListing-itemText").all_inner_texts()
        page.get_by_role("menuitem", name="Nbgrader").click()
        page.wait_for_selector(".lm-Menu-item[data-command*=nbgrader]")
        entries = page.locator(".lm-Menu-item[data-command*=nbgrader]").all_inner_texts()
        page.wait_for_timeout(2000)  # the question about news comes late
        asked = page.locator(".jp-toast-button, .Toastify__toast").count()
    return files, entries, asked


@pytest.mark.parametrize(
    ("options", "before", "copied", "after"),
    [
        ((), "", ["work"], f"{SETTINGS}"),
        ((), "/a:/b", ["work"], f"{SETTINGS}:/a:/b"),
        (("INSTRUCTOR=1",), "/a", [], "/a"),
    ],
)
def test_make_lab_copies_for_students_and_sets_their_settings_before_the_machines(
    options, before, copied, after, tmp_path
):
    for name, says in {"jupyter": "$JUPYTER_CONFIG_PATH", "python": "$2"}.items():
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "{says}"\n')
        program.chmod(0o755)
    variables = {**os.environ, "JUPYTER_CONFIG_PATH": before}
    command = ["make", "--silent", "--old-file=env", "lab", f"BIN={tmp_path}", *options]
    assert subprocess.check_output(command, cwd=ROOT, env=variables, text=True).splitlines() == [
        *copied,
        after,
    ]


@pytest.mark.slow
def test_jupyterlab_opens_without_what_is_for_instructors_and_asks_nothing(tmp_path: Path) -> None:
    files, entries, asked = seen(tmp_path / "student", JUPYTER_CONFIG_PATH=str(SETTINGS))
    assert [name for name in files if name.endswith((".py", ".toml"))] == []
    assert len([name for name in files if re.fullmatch(r"\d\d_\w+\.ipynb", name)]) >= 11
    assert [entry for entry in entries if re.search("Formgrader|Course List|Create", entry)] == []
    assert entries and not asked
    files, entries, asked = seen(tmp_path / "instructor")
    assert "00_start_here.py" in files and asked
    assert [entry for entry in entries if "Formgrader" in entry]
