"""What people see: JupyterLab runs the lesson, its figure answers the keyboard, a check names the mistake."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browser import IDLE, RUN_ALL, jupyter, open_page, run_notebook
from playwright.sync_api import expect
from tiny_course import LAST

from autograder.environment import with_own_programs
from autograder.kernels.specs import kernelspec

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab over a copy of the lessons: a test that saves must not touch the project."""
    home = tmp_path_factory.mktemp("lab")
    for folder in ("notebooks", "release"):
        shutil.copytree(ROOT / folder, home / "course" / folder)
    with jupyter(home / "course", home) as server:
        yield server


def test_jupyterlab_runs_the_lesson_and_its_figure_answers_the_keyboard(lab):
    with open_page() as page:
        run_notebook(page, lab, "notebooks/03_gates.ipynb")
        panel = page.locator(".jp-NotebookPanel")
        assert panel.locator("figure img[alt]").count() >= 3
        assert panel.locator("text=model not found").count() == 0

        explorer = panel.locator(".jp-OutputArea-output", has=page.get_by_role("button", name="Reset")).first
        explorer.scroll_into_view_if_needed()
        before = explorer.locator("img").first.get_attribute("src")
        handle = explorer.get_by_role("slider").nth(1)
        handle.focus()
        for _ in range(5):
            handle.press("ArrowRight")
        expect(explorer.locator("img").first).not_to_have_attribute("src", before)


def test_a_student_sees_which_mistake_was_made_and_no_internals(lab):
    """Types a wrong answer into the released assignment and runs the self-check."""
    answer = (ROOT / "examples/answers/blocks_as_ifog.py").read_text()
    with open_page() as page:
        page.goto(lab.page("lab/tree/release/a3_gates/a3_gates.ipynb?reset"))
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        page.wait_for_function(IDLE)
        page.evaluate(
            """answer => {
              const cells = window.jupyterapp.shell.currentWidget.content.widgets;
              const cell = cells.find(c => c.model.sharedModel.source.includes('def lstm_cell'));
              cell.model.sharedModel.setSource(answer);
            }""",
            answer,
        )
        page.evaluate(RUN_ALL)
        report = page.locator(".jp-OutputArea-output", has_text="Known mistake").first
        report.wait_for()
        assert "i, f, o, g" in report.text_content()
        assert "autograder/checks" not in page.locator(".jp-NotebookPanel").text_content()


def test_the_formgraders_own_button_grades_in_a_warm_locked_in_kernel(tiny, tmp_path):
    config = f"c.Execute.kernel_name = 'autograder'\nc.CourseDirectory.root = {str(tiny.root)!r}\n"
    (tiny.root / "nbgrader_config.py").write_text(f"c = get_config()\nc.Execute.timeout = 60\n{config}")
    look = f"import os\nprint('sees', os.path.exists({str(tiny.root)!r}))\n"
    tiny.submit("ada", tiny.answer(last=look + LAST))
    home = tmp_path / "home"
    spec = home / "data/kernels/autograder"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps(kernelspec("auto")))
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "t1", "--create"]
    subprocess.run(command, cwd=tiny.root, env=with_own_programs(os.environ), capture_output=True, check=True)
    with jupyter(tiny.root, home) as server, open_page() as page:
        page.goto(server.page("login?next=/api/status"))  # the token becomes a cookie
        page.goto(server.page("formgrader/manage_submissions/t1"))
        page.get_by_role("row").filter(has_text="ada").locator(".autograde a").click()
        page.get_by_text("Successfully autograded").first.wait_for()
    graded = {cell.id: cell.outputs for cell in tiny.graded("ada").cells if cell.cell_type == "code"}
    assert graded["last"][0].text == "sees False\n"
    assert graded["test_last"][0].data["text/plain"] == "3.0"


def test_nbgraders_own_formgrader_shows_a_class_that_was_graded(tiny, tmp_path):
    tiny.submit("ada", tiny.answer())
    assert tiny.grade()[0] == 0
    home = tmp_path / "home"
    home.mkdir()
    with jupyter(tiny.root, home) as server, open_page() as page:
        page.goto(server.page("lab"))  # the token becomes a cookie, which the formgrader needs
        page.goto(server.page("formgrader/manage_submissions/t1"))
        row = page.get_by_role("row").filter(has_text="ada")
        row.wait_for()
        assert "graded" in row.inner_text() and "5" in row.inner_text()
