"""An assignment is written in JupyterLab with nbgrader's own toolbar, and what is saved there reaches the master."""

import difflib
import io
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from browser import IDLE, jupyter, open_page
from playwright.sync_api import expect

from autograder.authoring import build_notebooks

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser
# Makes the cell of this grade_id the active one.
SELECT = """name => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.findIndex(
    cell => (cell.model.getMetadata('nbgrader') ?? {}).grade_id === name);
}"""
ADD = """code => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.length - 1;
  return window.jupyterapp.commands.execute('notebook:insert-cell-below').then(() => {
    notebook.activeCell.model.sharedModel.setSource(code);
  });
}"""
SAVE = "() => window.jupyterapp.shell.currentWidget.context.save()"


def test_what_nbgraders_toolbar_changes_is_saved_to_the_master_and_nothing_else_is(tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(ROOT / "source", course / "source")
    master = course / "source/a3_gates.py"
    before = master.read_text(encoding="utf-8")
    points_of_all = sum(map(float, re.findall(r'"points": ([\d.]+)', before)))
    with jupyter(course, tmp_path / "home") as server, open_page() as page:
        page.goto(server.page("lab/tree/source/a3_gates/a3_gates.ipynb?reset"))
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        page.wait_for_function(IDLE)
        page.evaluate(
            "window.jupyterapp.shell.activateById('nbgrader-create_assignemnt')"
        )  # its own spelling
        toolbar = page.locator(".nbgrader-CreateAssignmentWidget")
        active = toolbar.locator(".nbgrader-CellWidget.nbgrader-mod-active")
        total = toolbar.locator(".nbgrader-TotalPointsInput")
        expect(total).to_have_value(f"{points_of_all:g}")
        page.evaluate(SELECT, "lstm_cell-visible")
        points = active.locator(".nbgrader-CellPoints input")
        expect(points).to_have_value("4")
        points.fill("7")
        points.press("Tab")
        expect(total).to_have_value(f"{points_of_all + 3:g}")
        page.evaluate(ADD, "assert callable(lstm_cell)")
        kind = active.locator(".nbgrader-CellType select").first
        expect(kind).to_have_value("")  # the toolbar has followed to the new cell
        kind.select_option(label="Autograded tests")
        expect(points).to_be_visible()
        name = active.locator(".nbgrader-CellId input")
        name.fill("callable-test")
        name.press("Tab")
        points.fill("1")
        points.press("Tab")
        expect(total).to_have_value(f"{points_of_all + 4:g}")
        page.evaluate(SAVE)
    lines = difflib.ndiff(before.splitlines(), master.read_text(encoding="utf-8").splitlines())
    changed = [line for line in lines if line[:2] in ("- ", "+ ") and line[2:].strip()]
    old, new, *added = changed
    assert old[2:].replace('"points": 4', '"points": 7') == new[2:] and "lstm_cell-visible" in new
    assert (
        '"grade_id": "callable-test"' in added[0]
        and '"points": 1' in added[0]
        and '"grade": true' in added[0]
    )
    assert added[1:] == ["+ assert callable(lstm_cell)"]
    out = io.StringIO()
    assert build_notebooks(course, check=False, force=False, out=out) == 0, out.getvalue()
    assert master.read_text(encoding="utf-8") != before
    built = nbformat.read(course / "source/a3_gates/a3_gates.ipynb", 4)
    text = "\n".join(cell.source for cell in built.cells)
    assert f"{points_of_all + 4:g} points." in text and "*9 points ·" in text and "# 7 points:" in text
    assert "score(lstm_cell, points=7)" in text and "points=4" not in re.split("## [23]\\.", text)[1]
