"""What a student sees: JupyterLab runs the lesson, and its widgets answer mouse and keyboard."""

import shutil
from pathlib import Path

import pytest
from browser import jupyter, open_page, run_notebook

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab over a copy of the lessons: a test that saves must not touch the project."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "course/notebooks")
    with jupyter(home / "course", home) as server:
        yield server


def test_jupyterlab_runs_the_lesson_and_shows_its_figures(lab):
    with open_page() as page:
        run_notebook(page, lab, "notebooks/03_gates.ipynb")
        panel = page.locator(".jp-NotebookPanel")
        assert panel.locator(".jp-RenderedHTMLCommon figure img[alt]").count() >= 3
        assert panel.locator("text=model not found").count() == 0
