"""The review and the test of ten in a real JupyterLab: by mouse, and by keyboard alone."""

import shutil
from pathlib import Path

import nbformat
import pytest
from browser import jupyter, open_page, run_notebook
from playwright.sync_api import expect

from lstmlab.review.schedule import Reviews, load_items

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser
CELLS = [
    "from lstmlab.quiz.review_widgets import Review\nfrom lstmlab.quiz.self_test_widget import selftest\n"
    "review = Review(['03_gates'])",
    "review.session(new=4)",
    "selftest(review, seed=1, easy=1, medium=1)",
]
ANSWERS = {item.id: item.content for item in load_items(["03_gates"])}
TEXTS = {getattr(one, "text", getattr(one, "front", "")): one for one in ANSWERS.values()}
FOCUS = "() => document.activeElement.dataset.press ?? ''"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab over a small notebook with a session and a test, beside a copy of lesson 3."""
    home = tmp_path_factory.mktemp("review")
    course = home / "course/notebooks"
    course.mkdir(parents=True)
    shutil.copy(ROOT / "notebooks/03_gates.ipynb", course)
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), course / "small.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSTMLAB_DATA", str(home / "reader"))
        with jupyter(course.parent, home) as running:
            yield running


@pytest.fixture
def lab(server):
    """The server, and a reader who has answered nothing."""
    Reviews().file.path.unlink(missing_ok=True)
    return server


def shown(widget):
    """The card or question that a widget shows."""
    text = widget.locator(".lp-text b").first.inner_text()
    return next(one for words, one in TEXTS.items() if words.replace("`", "") == text)


def right_button(widget, content, wrong=False):
    """What to press next for a right answer: the name of a button."""
    names = widget.locator("button").evaluate_all("all => all.map(one => one.dataset.press)")
    if "A" in names:
        return next(one for one in content.letters if (one == content.answer) != wrong)
    return "Good" if "Good" in names else names[0]


def tab_until(page, reached: str, *arguments) -> None:
    """Tab until this is true in the page; a page that was drawn anew takes a moment to give the focus back."""
    for _ in range(20):
        page.wait_for_timeout(50)
        if page.evaluate(reached, *arguments):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach it: {reached} {arguments}")


def tab_to(page, *wanted: str) -> None:
    """Tab until one of these buttons has the focus."""
    tab_until(page, "wanted => wanted.includes(document.activeElement.dataset.press ?? '')", list(wanted))


def test_a_session_is_answered_by_mouse_and_the_report_links_the_lesson(lab):
    with open_page() as page:
        run_notebook(page, lab, "notebooks/small.ipynb")
        session, test = (page.locator(".jp-OutputArea-output .lstmlab-quiz").nth(k) for k in (0, 1))
        for _ in range(20):
            if session.locator("button").count() == 0:
                break
            before = session.inner_text()
            session.locator(f'[data-press="{right_button(session, shown(session))}"]').click()
            expect(session).not_to_have_text(before, use_inner_text=True)
        expect(session).to_contain_text("Done for today: 4 answers.")
        assert len(Reviews().read()[0]) == 4

        test.locator(f'[data-press="{right_button(test, shown(test), wrong=True)}"]').click()
        expect(test).to_contain_text("Question 2 of 2")
        test.locator('[data-press="skip"]').click()
        test.locator('[data-press="hand in"]').click()
        expect(test).to_contain_text("0 of 2 right")
        link = page.locator(".jp-OutputArea-output a", has_text="03 gates").first
        link.click()
        expect(page.locator(".jp-NotebookPanel h1", has_text="3. Gates")).to_be_visible()
        assert "notebooks/03_gates.ipynb" in page.evaluate(
            "window.jupyterapp.shell.currentWidget.context.path"
        )


def test_a_session_is_answered_by_keyboard_alone(lab):
    with open_page() as page:
        run_notebook(page, lab, "notebooks/small.ipynb")
        session = page.locator(".jp-OutputArea-output .lstmlab-quiz").first
        assert session.get_by_role("status").count() == 2, "the item and the outcome are spoken"
        for name in ("Commands", "Options"):
            assert session.get_by_role("group", name=name, include_hidden=True).count() == 1
        session.locator("button").first.focus()
        page.keyboard.press("Shift+Tab")
        page.wait_for_function("() => !document.activeElement.dataset.press")
        tab_to(page, "turn", "A")
        for _ in range(20):
            wanted = right_button(session, shown(session))
            tab_to(page, wanted)
            before = session.inner_text()
            page.keyboard.press("Enter")
            expect(session).not_to_have_text(before, use_inner_text=True)
            if session.locator("button").count() == 0:
                break
            page.wait_for_function(FOCUS)  # after a press the focus is on the page that came
        expect(session).to_contain_text("Done for today: 4 answers.")
        assert len(Reviews().read()[0]) == 4


def test_a_test_is_taken_by_keyboard_alone_and_its_link_can_be_followed(lab):
    with open_page() as page:
        run_notebook(page, lab, "notebooks/small.ipynb")
        test = page.locator(".jp-OutputArea-output .lstmlab-quiz").nth(1)
        test.locator("button").first.focus()
        for number, wrong in ((1, False), (2, True)):
            expect(test).to_contain_text(f"Question {number} of 2")
            page.wait_for_function(FOCUS)
            tab_to(page, right_button(test, shown(test), wrong))
            page.keyboard.press("Space")
        tab_to(page, "hand in")
        page.keyboard.press("Enter")
        expect(test).to_contain_text("1 of 2 right")
        expect(page.locator(".jp-OutputArea-output a", has_text="03 gates")).to_be_visible()
        tab_until(page, "() => document.activeElement.textContent.startsWith('03 gates')")
        page.keyboard.press("Enter")
        expect(page.locator(".jp-NotebookPanel h1", has_text="3. Gates")).to_be_visible()
