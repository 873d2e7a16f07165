"""What people see: JupyterLab runs the lesson, its figure answers the keyboard, a check names the mistake."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from browser import IDLE, RUN_ALL, jupyter, open_page, run_notebook
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect
from tiny_course import LAST

from autograder.checking.registry import find
from autograder.core.environment import with_own_programs
from autograder.kernels.kernelspecs import kernelspec

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab over a copy of the lessons: a test that saves must not touch the project."""
    home = tmp_path_factory.mktemp("lab")
    for folder in ("notebooks", "release"):
        shutil.copytree(ROOT / folder, home / "course" / folder)
    with jupyter(home / "course", home) as server:
        yield server


# For each lesson its widget's name, and what to do there by keyboard: a slider, how often to press the right arrow,
# and words of what it says then.
IN_LESSONS = {
    "01_sequences": ("Window explorer", "horizon", 5, "14 cross the split at 1900"),
    "02_rnns": ("State stepper", "time step", 1, "Step 3, unit 0: "),
    "03_gates": (
        "Gate explorer",
        "forget gate, bias",
        40,
        "a memory halves in 14.3 steps (dotted: 2.2 steps)",
    ),
    "04_nn_lstm": ("Shape explorer", "num_layers", 2, "output (4, 2, 3), h_n (3, 2, 3), c_n (3, 2, 3)"),
    "05_packing": (
        "Packing explorer",
        "length of a",
        2,
        "3 × 5 = 15 cells, 3 of them padding. Packed: 12 rows",
    ),
    "06_stacking": (
        "Stack explorer",
        "num_layers",
        1,
        "h of layer 1, forward, after step 4, is returned as h_n[2].",
    ),
    "07_gradient_flow": (
        "Gradient explorer",
        "forget bias",
        50,
        "At lag 100 the LSTM has 1.7 of its gradient",
    ),
}


ACTIVE = "window.jupyterapp.shell.currentWidget.content.activeCellIndex"
CELL_OF = """name => window.jupyterapp.shell.currentWidget.content.widgets.findIndex(
  cell => cell.node.querySelector(`.lw[aria-label="${name}"]`))"""


def _walk_to(page, cell: int) -> None:
    """From cell to cell by the keys of JupyterLab's command mode."""
    page.keyboard.press("Escape")
    still = 0
    for _ in range(300):
        here = page.evaluate(ACTIVE)
        still = still + 1 if here == cell else 0
        if still == 5:  # JupyterLab may yet make another cell the active one when the run has ended
            return
        if here != cell:
            page.keyboard.press("j" if cell > here else "k")
        page.wait_for_timeout(100)
    raise AssertionError(f"the keys lead to cell {here} and not to {cell}")


def _tab_to(page, control) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if control.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {control}")


@pytest.mark.parametrize(
    "lesson",
    [each if n < 2 else pytest.param(each, marks=pytest.mark.long) for n, each in enumerate(IN_LESSONS)],
)
def test_jupyterlab_runs_the_lesson_and_its_widget_answers_the_keyboard(lab, lesson):
    name, slider, presses, answer = IN_LESSONS[lesson]
    with open_page() as page:
        errors: list[str] = []
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        # All of one lesson; of the others, which nbval runs whole, what stands above the widget.
        until = None if lesson == "03_gates" else f"{name.title().replace(' ', '')}("
        run_notebook(page, lab, f"notebooks/{lesson}.ipynb", until=until)
        panel = page.locator(".jp-NotebookPanel")
        widget = panel.get_by_role("region", name=name).first
        expect(widget).to_be_visible()  # its cell has run; the front end may still be drawing
        expect(panel.locator("figure img[alt]")).not_to_have_count(0)
        assert panel.locator("text=model not found").count() == 0

        control = widget.get_by_role("slider", name=slider, exact=True)
        cell = page.evaluate(CELL_OF, name)
        _walk_to(page, cell)
        _tab_to(page, control)
        for _ in range(presses):
            page.keyboard.press("ArrowRight")
        expect(widget.get_by_role("status")).to_contain_text(answer)
        page.keyboard.press("Tab")
        expect(control).not_to_be_focused()
        expect(widget.locator(":focus")).to_have_count(1)
        page.keyboard.press("Shift+Tab")
        expect(control).to_be_focused()
        page.keyboard.press("Escape")  # back to the cell, and on to the next
        expect(widget.locator(":focus")).to_have_count(0)
        page.keyboard.press("j")
        page.wait_for_function(f"{ACTIVE} === {cell + 1}")
        assert [error for error in errors if "404" not in error] == []


def test_the_unit_explorer_in_its_lesson_is_driven_by_mouse_and_by_keys_alone(lab):
    """Lesson 11 down to its widget: no figure is above it. A unit is found and clamped, and the kernel hears of it."""
    with open_page() as page:
        run_notebook(page, lab, "notebooks/11_inside.ipynb", until="UnitExplorer(")
        panel = page.locator(".jp-NotebookPanel")
        widget = panel.get_by_role("region", name="Unit explorer").first
        status, press = widget.get_by_role("status"), page.keyboard.press
        expect(status).to_contain_text("c of unit 86 is")
        letters = widget.locator("[data-letter]")
        letters.nth(4).click()
        expect(status).to_contain_text("After “def␣m”")
        widget.get_by_role("combobox", name="units that follow").select_option("string")
        widget.locator(".lw-found button").first.click()
        expect(status).not_to_contain_text("of unit 86")
        found = page.evaluate(KERNEL, "print(explorer.unit, explorer.step, explorer.find)").split()
        assert found[0] != "86" and found[1:] == ["4", "string"]

        _walk_to(page, page.evaluate(CELL_OF, "Unit explorer"))
        text = widget.get_by_role("group", name="text; arrow keys choose a letter")
        _tab_to(page, text)
        press("ArrowRight")
        press("Shift+ArrowRight")  # two letters are selected: the search is for units that are on there
        expect(widget.locator(".taken")).to_have_count(2)
        expect(widget.get_by_role("combobox", name="units that follow")).to_have_value("the selected letters")
        slider = widget.get_by_role("slider", name="clamp to")
        _tab_to(page, slider)
        for _ in range(20):
            press("ArrowLeft")
        expect(status).to_contain_text("nats for each letter, ")
        expect(status).to_contain_text("with the clamp.")
        expect(widget.locator(".lw-written code")).to_have_count(2)
        code = "print(explorer.clamp, round(explorer.to, 2), explorer.span, explorer.nats > 1)"
        held, end = "", time.monotonic() + 30
        while held != "every letter -1.0 [5, 7] True" and time.monotonic() < end:
            held = page.evaluate(KERNEL, code)
        assert held == "every letter -1.0 [5, 7] True"
        press("Escape")
        expect(widget.locator(":focus")).to_have_count(0)


# Runs code in the notebook's kernel and returns what it printed.
KERNEL = """async code => {
  let text = '';
  const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const future = kernel.requestExecute({code});
  future.onIOPub = message => { text += message.content.text ?? message.content.evalue ?? ''; };
  await future.done;
  return text.trim();
}"""


def test_a_slider_let_go_is_heard_in_the_kernel_and_what_the_kernel_sets_is_seen(lab):
    course = Path(lab.log).parent / "course"
    cell = new_code_cell("import lstmlab\nexplorer = lstmlab.GateExplorer(forget_bias=1.0)\nexplorer")
    kernel = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(new_notebook(cells=[cell], metadata={"kernelspec": kernel}), course / "traits.ipynb")
    with open_page() as page:
        run_notebook(page, lab, "traits.ipynb")
        bias = page.get_by_role("slider", name="forget gate, bias")
        page.evaluate(
            KERNEL, "heard = []; explorer.observe(lambda change: heard.append(change.name), names='params')"
        )
        bias.focus()
        for _ in range(20):
            page.keyboard.press("ArrowRight")
        expect(bias).to_have_attribute("aria-valuetext", "2.00")
        said, end = "", time.monotonic() + 30
        while (
            said != "2.0 {'params'}" and time.monotonic() < end
        ):  # the kernel may be busy with the moves before
            said = page.evaluate(KERNEL, "print(float(explorer.weights.bias[1]), set(heard))")
        assert said == "2.0 {'params'}"
        page.evaluate(KERNEL, "explorer.set('f', bias=-1.5)")
        expect(bias).to_have_attribute("aria-valuetext", "−1.50")
        expect(page.get_by_role("status")).to_contain_text("a memory halves in 0.4 steps (dotted: 2.2 steps)")


def test_run_all_cells_goes_through_an_assignment_that_nobody_wrote(lab):
    """Graded cells fail, and the last one runs all the same."""
    with open_page() as page:
        page.goto(lab.page("lab/tree/release/a3_gates/a3_gates.ipynb?reset"))
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        page.wait_for_function(IDLE)
        page.evaluate(RUN_ALL)
        page.wait_for_function("""() => window.jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.type === 'code').every(cell => cell.model.executionCount)""")
        said = page.locator(".jp-NotebookPanel").text_content()
        assert "set_forget_bias is not written yet" in said and "Traceback" not in said


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
        assert "autograder/check" not in page.locator(".jp-NotebookPanel").text_content()


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


def test_lines_are_put_in_order_with_keys_alone(lab):
    """From the top of the notebook to the check that all holds, without a mouse: the cell's editor moves lines."""
    source = "() => window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.source"
    with open_page() as page:
        page.goto(lab.page("lab/tree/release/a3_gates/a3_gates.ipynb?reset"))
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        page.wait_for_function(IDLE)
        press = page.keyboard.press

        def go_to(line: int) -> None:
            press("Control+Home")
            for _ in range(line):
                press("ArrowDown")

        for _ in range(10):  # title, imports, the text of the exercise
            if page.evaluate(source).startswith("def order_rnn_forward"):
                break
            press("Shift+Enter")
        press("Enter")
        go_to(next(n for n, line in enumerate(page.evaluate(source).splitlines()) if "raise" in line))
        press("Home")
        press("Shift+End")
        press("Delete")
        for letter in "KGDBJFA":
            lines = [line.strip() for line in page.evaluate(source).splitlines()]
            dashes = next(n for n, line in enumerate(lines) if line.startswith("---"))
            at = next(n for n, line in enumerate(lines) if line.startswith(f"{letter}    "))
            go_to(at)
            for _ in range(at - dashes):
                press("Alt+ArrowUp")
        for _ in range(3):  # the cell, the text below it, the check
            press("Shift+Enter")
        outputs, count = page.locator(".jp-OutputArea-output"), len(find("order_rnn_forward").properties)
        expect(
            outputs.filter(has_text=f"order_rnn_forward: {count} of {count} properties hold.")
        ).to_have_count(1)
        made = outputs.filter(has_text="def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh")
        expect(made).to_contain_text("h = squash(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)")
