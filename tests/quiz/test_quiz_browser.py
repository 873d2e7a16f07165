"""The quiz in JupyterLab in a real browser: by keyboard alone, by mouse, in both themes, with names that are spoken."""

import nbformat
import pytest
from browser import jupyter, open_page, run_notebook
from playwright.sync_api import expect

from lstmlab import Quiz

pytestmark = pytest.mark.browser

CELLS = [
    'import lstmlab\nquiz = lstmlab.Quiz("03_gates")\nquiz.choice("rows")',
    'quiz.predict("leak")',
    'quiz.reveal("leak")',
    'quiz.myth("forget one")',
    'quiz.pitfall("wrong rows")',
    "quiz.cards()",
    'quiz.explain("carry")',
]
WRITTEN = "The forget gate stays near 1"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab over a notebook that has one item of each kind, and an explorer below them."""
    home = tmp_path_factory.mktemp("quiz")
    (home / "course").mkdir()
    sources = [*CELLS, "lstmlab.GateExplorer()"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, home / "course/items.ipynb")
    with jupyter(home / "course", home) as server:
        yield server


@pytest.fixture(scope="module")
def items(lab):
    """The page, and the drawn items in the order of CELLS. The tests use it one after another."""
    with open_page(viewport={"width": 1280, "height": 2400}) as page:
        run_notebook(page, lab, "items.ipynb")
        page.wait_for_function(f"document.querySelectorAll('.lstmlab-quiz').length === {len(CELLS)}")
        yield page, [page.locator(".jp-NotebookPanel .lstmlab-quiz").nth(k) for k in range(len(CELLS))]


def test_the_keyboard_alone_is_enough(items):
    """Starts in the first item's group; from there on only keys."""
    page, (choice, predict, reveal, myth, pitfall, cards, explain) = items
    press = page.keyboard.press
    choice.get_by_role("radio").first.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Tab", "Enter"):  # C, then the first button
        press(key)
    expect(choice.get_by_role("status")).to_contain_text("Right.")
    assert page.evaluate("document.activeElement.dataset.press") == "check", "the focus stays where it was"

    for _ in range(20):  # on to the prediction, by Tab
        press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    press("ArrowDown")
    press("Tab")
    press("Space")
    expect(predict.get_by_role("status")).to_contain_text("Kept: B")

    def tab_to(kind):
        """By Tab to the next thing of this kind: a radio button, a button, a text."""
        for _ in range(20):
            press("Tab")
            if page.evaluate("document.activeElement.type") == kind:
                return

    tab_to("button")  # past the prediction's own
    press("Enter")
    expect(reveal.get_by_role("status")).to_contain_text("You chose B (0.45). That is wrong.")
    tab_to("radio")
    press("ArrowDown")
    press("Tab")
    press("Enter")
    expect(myth.get_by_role("status")).to_contain_text("You said no. Right.")
    tab_to("button")
    press("Space")
    expect(pitfall.get_by_role("status")).to_contain_text("rows of the input gate")
    tab_to("button")
    assert page.evaluate("document.activeElement.dataset.press") == "turn"
    for key in ("Enter", "Tab", "Space"):
        press(key)
    expect(cards.get_by_role("status")).to_contain_text("8 of 9 cards left")
    assert page.evaluate("document.activeElement.dataset.press") == "knew", (
        "a button that is off keeps the focus"
    )

    explain.get_by_role("textbox").focus()
    page.keyboard.type(WRITTEN)
    press("Tab")
    press("Enter")
    expect(explain.get_by_role("status")).to_contain_text("1 of 4 concepts ticked")
    expect(explain.get_by_role("checkbox").first).to_be_checked()
    press("Tab")
    press("Tab")
    press("Space")
    expect(explain.get_by_role("status")).to_contain_text("2 of 4 concepts ticked")


def test_every_item_works_by_mouse_and_has_names_for_a_screen_reader(items):
    _, (choice, predict, reveal, myth, pitfall, cards, explain) = items
    group = choice.get_by_role("radiogroup", name="What is the shape of weight_ih_l0 in nn.LSTM(10, 20)?")
    group.get_by_role("radio", name="B. (60, 10)").check()
    choice.get_by_role("button", name="Check").click()
    expect(choice.get_by_role("status")).to_contain_text("Not this one.")
    choice.get_by_role("button", name="Solution").click()
    expect(choice.locator(".lq-more")).to_contain_text("Answer: C. (80, 10)")

    predict.get_by_role("radio", name="C. 0.12").check()
    predict.get_by_role("button", name="Commit").click()
    expect(predict.get_by_role("status")).to_contain_text("Kept: C")
    reveal.get_by_role("button", name="Compare").click()
    expect(reveal.get_by_role("status")).to_contain_text("You chose C (0.12). Right.")

    myth.get_by_role("radiogroup", name="Does a forget gate of 1").get_by_role(
        "radio", name="no", exact=True
    ).check()
    myth.get_by_role("button", name="Commit").click()
    expect(myth.get_by_role("status")).to_contain_text("You said no. Right.")
    pitfall.get_by_role("button", name="Show the mistake").click()
    expect(pitfall.get_by_role("status")).to_contain_text("rows of the input gate")

    front = cards.get_by_role("status").inner_text()
    (back,) = (card.back for card in Quiz("03_gates").bank.cards if card.front in front)
    cards.get_by_role("button", name="Turn").click()
    expect(cards.get_by_role("status")).to_contain_text(back)
    explain.get_by_role("textbox", name="How does an LSTM carry").fill("x")
    face, turn = cards.get_by_role("status").bounding_box(), cards.get_by_role("button").first.bounding_box()
    assert face["y"] + face["height"] <= turn["y"], "what a card says stands above its buttons"
    assert all(item.locator("[role=status]").count() == 1 for item in items[1]), "a status is spoken once"


def test_what_was_written_and_predicted_is_there_after_the_kernel_was_started_anew(items, lab):
    """And until then each item says that its cell has to run again."""
    page, drawn = items
    box = drawn[-1].get_by_role("textbox")
    box.fill("A text that is to last.")
    box.blur()
    drawn[1].get_by_role("radio", name="D. exactly 0").check()
    drawn[1].get_by_role("button", name="Commit").click()
    expect(drawn[1].get_by_role("status")).to_contain_text("Kept: D")
    page.wait_for_timeout(200)
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    again = "Run this cell again, after those above it."
    for place in (drawn[0], drawn[5], page.locator(".lw")):
        expect(place.get_by_text(again)).to_be_visible()
    drawn[0].get_by_role("button", name="Check").click()
    expect(drawn[0].get_by_role("status")).to_contain_text(again)
    run_notebook(page, lab, "items.ipynb")
    page.wait_for_function(f"document.querySelectorAll('.lstmlab-quiz').length === {len(CELLS)}")
    expect(page.locator(".lstmlab-quiz").nth(6).get_by_role("textbox")).to_have_value(
        "A text that is to last."
    )
    predicted = page.locator(".lstmlab-quiz").nth(1)
    expect(predicted.get_by_role("radio", name="D. exactly 0")).to_be_checked()
    expect(predicted.get_by_role("status")).to_contain_text("Kept: D")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_text_stands_out_from_the_page_in_both_themes(items, theme, tmp_path):
    page, drawn = items
    page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})")
    page.wait_for_function(
        f"document.body.dataset.jpThemeLight === '{'true' if theme.endswith('Light') else 'false'}'"
    )
    drawn[0].get_by_role("button", name="Solution").click()
    drawn[4].get_by_role("button", name="Show the mistake").click()
    expect(drawn[4].locator(".lq-more pre")).to_be_visible()
    page.screenshot(path=tmp_path / "quiz.png")  # kept by pytest for whoever wants to look
    assert page.evaluate(CONTRAST) == []


# Every text of the quiz whose colour has less than 4.5:1 on what is behind it.
CONTRAST = """() => {
  const parts = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => {
    const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]);
  };
  const behind = (el) => {
    for (; el; el = el.parentElement) {
      const c = parts(getComputedStyle(el).backgroundColor);
      if (c.length < 4 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const el of document.querySelectorAll('.lstmlab-quiz :is(b, span, label, button, p, li, pre, code)')) {
    if (el.getAttribute('aria-disabled') === 'true' || !el.offsetParent) continue;
    const [a, b] = [light(parts(getComputedStyle(el).color)), light(behind(el))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(`${el.tagName} ${el.textContent.slice(0, 30)} ${ratio.toFixed(1)}`);
  }
  return low;
}"""
