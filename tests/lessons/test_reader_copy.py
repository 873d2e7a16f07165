"""The copy that a reader works in: brought up to date, and nothing of the reader's is ever lost."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from browser import DONE, IDLE, RUN_ALL, jupyter, open_page
from ipykernel.ipkernel import IPythonKernel

from autograder.core.environment import with_own_programs
from tools.reader_copy import main, update

ROOT = Path(__file__).parents[2]
LESSON = Path("notebooks/03_gates.ipynb")
OPEN = "window.jupyterapp.commands.execute('docmanager:open', {path: 'notebooks/00_start_here.ipynb'})"
METADATA = {"language_info": IPythonKernel.language_info}


def notebook(*sources: str, output: str = "") -> bytes:
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": outputs, "source": source}
        for source in sources
    ]
    whole = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(whole, indent=1) + "\n").encode()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for name, data in {
        LESSON: notebook("1 + 1"),
        "notebooks/03_gates.py": b"# %%",
        "notebooks/jupytext.toml": b"",
        "notebooks/.ipynb_checkpoints/03_gates-checkpoint.ipynb": b"{}",
        "notebooks/glossary.md": b"gate",
        "release/a3_gates/a3_gates.ipynb": notebook("raise NotImplementedError()"),
    }.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "course"


@pytest.fixture
def own(course: Path) -> Path:
    folder = course / "work"
    assert update(course, folder) == []
    return folder


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_reader_gets_notebooks_and_texts_and_no_source_of_a_lesson(own):
    expected = {LESSON.as_posix(), "notebooks/glossary.md", "release/a3_gates/a3_gates.ipynb", ".copied.json"}
    assert names(own) == expected


def test_outputs_stay_until_the_course_has_a_new_version(course, own):
    ran = notebook("1 + 1", output="2")
    (own / LESSON).write_bytes(ran)
    assert update(course, own) == [] and (own / LESSON).read_bytes() == ran
    (course / LESSON).write_bytes(notebook("1 + 2"))
    assert update(course, own) == [] and (own / LESSON).read_bytes() == notebook("1 + 2")
    assert (own / ".replaced" / LESSON).read_bytes() == ran


def test_what_a_reader_changed_stays_and_a_new_version_comes_beside_it_once(course, own, capsys):
    (own / LESSON).write_bytes(notebook("1 + 100"))
    (course / LESSON).write_bytes(notebook("1 + 2"))
    (said,) = update(course, own)
    assert "notebooks/03_gates.new.ipynb" in said and "delete both" in said
    assert (own / LESSON).read_bytes() == notebook("1 + 100")
    assert (own / "notebooks/03_gates.new.ipynb").read_bytes() == notebook("1 + 2")
    before = names(own)
    assert update(course, own) == [] and names(own) == before
    # The next version does not write over the one in which the reader may have gone on.
    (own / "notebooks/03_gates.new.ipynb").write_bytes(notebook("1 + 3"))
    (course / LESSON).write_bytes(notebook("1 + 4"))
    assert len(update(course, own)) == 1
    assert (own / "notebooks/03_gates.new.ipynb").read_bytes() == notebook("1 + 3")
    assert (own / "notebooks/03_gates.new2.ipynb").read_bytes() == notebook("1 + 4")


def test_a_file_that_was_deleted_is_copied_again(course, own):
    (own / LESSON).unlink()
    assert update(course, own) == [] and (own / LESSON).read_bytes() == notebook("1 + 1")


@pytest.mark.parametrize("damage", [b"", b"[1]", b'{"notebooks/03_gates.ipynb": 3}', None])
def test_where_nobody_knows_what_was_copied_only_a_changed_file_is_kept_aside(course, own, damage):
    record = own / ".copied.json"
    record.unlink() if damage is None else record.write_bytes(damage)
    (own / LESSON).write_bytes(b"no notebook any more")
    assert len(update(course, own)) == 1
    assert (own / LESSON).read_bytes() == b"no notebook any more"
    assert (own / "release/a3_gates/a3_gates.ipynb").read_bytes() == notebook("raise NotImplementedError()")


def test_a_start_that_was_killed_after_the_files_and_before_the_record_is_made_good(course, own):
    record = (own / ".copied.json").read_bytes()
    (course / LESSON).write_bytes(notebook("1 + 2"))
    update(course, own)
    (own / ".copied.json").write_bytes(record)
    assert update(course, own) == [] and (own / LESSON).read_bytes() == notebook("1 + 2")


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path, capsys):
    (tmp_path / "file").write_text("no folder")
    assert main([str(tmp_path / "file")]) == 1
    assert "Nothing of yours was changed" in capsys.readouterr().err


@pytest.mark.slow
def test_opening_a_lesson_does_not_mark_it_changed_and_running_it_leaves_git_clean(tmp_path: Path) -> None:
    clone = tmp_path / "course"
    subprocess.run(["git", "clone", "--quiet", "--local", str(ROOT), str(clone)], check=True)
    shutil.copytree(ROOT / "notebooks", clone / "notebooks", dirs_exist_ok=True)  # as they are now
    git = ["git", "-C", str(clone), "status", "--porcelain"]
    environment = with_own_programs(os.environ)
    before = subprocess.check_output(git, env=environment, text=True)
    assert update(clone, clone / "work") == []
    with jupyter(clone / "work", tmp_path / "home") as server, open_page() as page:
        page.goto(server.page("lab/tree/notebooks/06_stacking.ipynb?reset"))
        page.wait_for_function(IDLE)
        page.wait_for_timeout(2000)  # what a kernel says of itself is written down after it is idle
        assert page.locator(".jp-Document.jp-mod-dirty, .lm-TabBar-tab.jp-mod-dirty").count() == 0
        page.evaluate(f"{OPEN}.then(() => null)")
        page.wait_for_function("() => window.jupyterapp.shell.currentWidget.title.label.startsWith('00')")
        page.wait_for_function(IDLE)
        page.evaluate(RUN_ALL)
        page.wait_for_function(f"() => ({DONE})()")
        page.evaluate("window.jupyterapp.commands.execute('docmanager:save').then(() => null)")
        page.wait_for_timeout(1000)
    ran = json.loads((clone / "work/notebooks/00_start_here.ipynb").read_text())
    assert any(cell.get("outputs") for cell in ran["cells"])
    assert subprocess.check_output(git, env=environment, text=True) == before
