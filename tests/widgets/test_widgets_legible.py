"""The widgets and their static figures can be read: any width, long labels, light and dark, nothing over another."""

import re
from xml.etree import ElementTree

import pytest
import torch
from legible import illegible

from lstmlab import widgets

pytestmark = pytest.mark.browser
MAKERS = {name: getattr(widgets, name) for name in widgets.__all__}


@pytest.mark.parametrize("width", [640, 1600])
def test_nothing_runs_over_the_edge_even_with_long_names(show, maker, width):
    widget = maker()
    widget._names = {key: f"{name} Zustandsübergangsfunktion" for key, name in widget._names.items()}
    shown = show(widget, width)
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    overflowing = shown.page.evaluate(
        """() => [...document.querySelectorAll('.lw :is(span, label, p, button, text)')]
          .filter(node => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth - 8)
          .map(node => node.textContent)"""
    )
    assert overflowing == []


# Makes every label as long as German may make it, and returns those that leave the widget or are cut off.
GERMAN = """() => {
  const labels = '.lw :is(.lw-slider > span:first-child, .lw-choice > span, .lw-toggle span, .lw-name, .lw-head, '
    + 'button, legend, .lw-title, figcaption b, small, .lw-scrubber label span, .lw-legend)';
  const long = [...document.querySelectorAll(labels)].filter(node => node.checkVisibility() && node.textContent.trim());
  for (const node of long) node.append(' Zustandsübergangsfunktion');
  const edge = document.querySelector('.lw').getBoundingClientRect().right;
  const words = node => { // where the words reach, which may be further than their box
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  };
  const box = node => node.clientWidth ? node.getBoundingClientRect() : node.parentElement.getBoundingClientRect();
  return [long.length, long.filter(node => words(node).right > Math.min(edge, box(node).right) + 1)
    .map(node => `${node.className} ${node.textContent}`), document.documentElement.scrollWidth - innerWidth];
}"""


@pytest.mark.parametrize("width", [640, 1280])
def test_labels_as_long_as_german_ones_stay_inside_and_controls_stay_usable(show, maker, width):
    shown = show(maker(), width)
    count, cut, over = shown.page.evaluate(GERMAN)
    assert count >= 5 and cut == [] and over <= 0
    narrow = [
        s for s in shown.page.get_by_role("slider").all() if s.is_visible() and s.bounding_box()["width"] < 50
    ]
    assert narrow == [], "a slider that is too short to move"


@pytest.mark.parametrize("name, width", [("StackExplorer", 800), ("ShapeExplorer", 600)])
def test_labels_as_long_as_german_ones_stay_inside_in_a_low_window_too(show, name, width):
    shown = show(MAKERS[name](), width)
    shown.page.set_viewport_size({"width": width, "height": 600})
    shown.settled()
    _, cut, over = shown.page.evaluate(GERMAN)
    assert cut == [] and over <= 0


@pytest.mark.parametrize("width", [400, 460])
def test_the_name_of_dropout_stands_beside_the_crosses_of_a_narrow_stack(show, width):
    shown = show(widgets.StackExplorer(3, True, 8, dropout=True), width)
    shown.settled()
    name, crosses = (
        shown.page.locator(f".lw-stack {part}").evaluate("node => node.getBoundingClientRect()")
        for part in ("text.o", ".drop")
    )
    assert name["right"] < crosses["left"]


@pytest.mark.parametrize("width", [540, 1240])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_is_large_enough_and_stands_out_from_what_lies_under_it(show, maker, dark, width):
    shown = show(FULL.get(maker.__name__, maker)(), width, dark)
    shown.settled()
    count, found = illegible(shown.page)
    assert count > 20 and found == []
    shown.page.close()


FULL = {  # as much on the page as the widget can hold
    "PackingExplorer": lambda: widgets.PackingExplorer([2, 5, 3, 9, 1, 12]),
    "StackExplorer": lambda: widgets.StackExplorer(3, True, 8, dropout=True),
    "ShapeExplorer": lambda: widgets.ShapeExplorer(16, 16, num_layers=4, bidirectional=True, proj_size=2),
    "GradientExplorer": lambda: widgets.GradientExplorer(clip=0.01),
    "GateExplorer": lambda: widgets.GateExplorer(torch.nn.LSTM(2, 4), torch.ones(30, 2)),
    "StateStepper": lambda: widgets.StateStepper(torch.nn.RNN(2, 7), torch.randn(12, 2)),
    "TrainingExplorer": lambda: widgets.TrainingExplorer("adding", length=200, units=16, clip=0.0, seed=96),
    "UnitExplorer": lambda: widgets.UnitExplorer(beside=3, clamp="every letter", to=-1.0, temperature=0.5),
    "WindowExplorer": lambda: widgets.WindowExplorer(30, 22, leak="crossing windows in the training"),
}


@pytest.mark.parametrize("width", [320, 540])  # the first is a telephone, or a laptop at 400 %
@pytest.mark.parametrize("made", FULL.values(), ids=FULL)
def test_no_word_lies_on_another_or_is_cut_off_however_much_there_is(show, made, width):
    shown = show(made(), width)
    shown.settled()
    assert shown.page.evaluate(CLASHES) == []
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.page.close()


# Words in one drawing whose boxes overlap, or that leave it.
CLASHES = """() => [...document.querySelectorAll('.lw svg')].filter(svg => svg.checkVisibility()).flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')].filter(node => node.textContent.trim() && node.checkVisibility());
  const boxes = texts.map(node => node.getBoundingClientRect()), paper = svg.getBoundingClientRect();
  const visible = getComputedStyle(svg).overflow === 'visible';
  return boxes.flatMap((box, k) => {
    const out = !visible && (box.left < paper.left - 1 || box.right > paper.right + 1);
    const over = boxes.findIndex((other, j) => j > k && box.left + 1 < other.right && other.left + 1 < box.right
      && box.top + 3 < other.bottom && other.top + 3 < box.bottom);
    return [...(out ? [`${texts[k].textContent} is cut off`] : []),
      ...(over < 0 ? [] : [`${texts[k].textContent} on ${texts[over].textContent}`])];
  });
})"""


# Settings at which names stood on one another: a flat box's, and one of a curve that ends just before the others.
CROWDED = {
    "ShapeExplorer": {
        "batch": 1,
        "batch_first": True,
        "hidden_size": 14,
        "proj_size": 1,
        "bidirectional": True,
    },
    "GradientExplorer": {"forget_bias": -0.1, "scale": 0.95, "length": 99},
}


@pytest.mark.parametrize("name", CROWDED)
def test_names_make_room_for_one_another(show, name):
    shown = show(MAKERS[name](**CROWDED[name]), 850)
    shown.settled()
    assert shown.page.evaluate(CLASHES) == []


def test_numbers_of_two_and_more_digits_fit_into_the_cells_of_the_state_stepper(show):
    rnn = torch.nn.RNN(2, 3)
    with torch.no_grad():
        rnn.weight_ih_l0.sub_(30)
    for width in (600, 1280):
        shown = show(widgets.StateStepper(rnn, torch.tensor([[-8.31, 0.5], [-47.3, 23.46]])), width)
        shown.settled()
        cells = shown.page.locator(".lw-matrix span")
        assert "−47.3" in cells.all_inner_texts()
        assert cells.evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")


EXTREMES = {
    "GateExplorer": lambda: widgets.GateExplorer(torch.nn.LSTM(3, 4), torch.zeros(2, 3)),
    "GradientExplorer": lambda: widgets.GradientExplorer(-2.0, scale=0.0, length=10, clip=1e-4),
    "ShapeExplorer": lambda: widgets.ShapeExplorer(5, features=7),
    "PackingExplorer": lambda: widgets.PackingExplorer([12] * 6),
    "StackExplorer": lambda: widgets.StackExplorer(1, False, 2),
    "StateStepper": lambda: widgets.StateStepper(torch.nn.RNN(12, 12), torch.zeros(60, 12)),
    "TrainingExplorer": lambda: widgets.TrainingExplorer("parity", length=10, forget_bias=-2.0, units=2),
    "UnitExplorer": lambda: widgets.UnitExplorer(text="(" * 300),
    "WindowExplorer": lambda: widgets.WindowExplorer(1, 22, split=1940, step=286),
}


@pytest.mark.parametrize(
    "made", [*MAKERS.values(), *EXTREMES.values()], ids=[*MAKERS, *(f"{k}!" for k in EXTREMES)]
)
def test_a_static_figure_is_a_whole_drawing_and_nothing_leaves_its_paper(show, made):
    root = ElementTree.fromstring(made().picture().svg)
    assert len(root.findall(".//*")) > 1 and not re.search("nan|inf", ElementTree.tostring(root, "unicode"))
    page = show(widgets.PackingExplorer()).page
    outside = page.evaluate(
        """svg => {
          document.body.innerHTML = svg;
          const drawing = document.body.firstChild, paper = drawing.getBoundingClientRect();
          return [...drawing.children].map(node => [node.textContent, node.getBoundingClientRect()])
            .filter(([, box]) => box.left < paper.left - 1 || box.right > paper.right + 1
              || box.top < paper.top - 1 || box.bottom > paper.bottom + 1).map(([text]) => text);
        }""",
        made().picture().svg.decode(),
    )
    page.close()
    assert outside == []


# How far down what moves and what is moved reach, in pixels.
REACH = """() => Math.max(...[...document.querySelectorAll('.lw svg, .lw input, .lw-packed')]
  .filter(node => node.checkVisibility()).map(node => node.getBoundingClientRect().bottom))"""


@pytest.mark.parametrize("width, height, left", [(690, 480, 360), (616, 768, 640)])
def test_in_a_small_window_a_slider_and_all_that_it_moves_are_seen_at_once(show, maker, width, height, left):
    """JupyterLab leaves a cell's output `left` pixels: a projector's 1280 x 720 at 150 %, and 1024 x 768 with files."""
    shown = show(maker(), width)
    shown.page.set_viewport_size({"width": width, "height": height})
    shown.settled()
    top = shown.page.locator(".lw").bounding_box()["y"]
    assert shown.page.evaluate(REACH) - top <= left
    assert shown.page.evaluate(CLASHES) == []
    count, found = illegible(shown.page)
    assert count > 20 and found == []
    shown.page.close()


# Where the page is laid out for paper and not yet printed: what is on it.
ON_PAPER = """clashes => matchMedia('print').addEventListener('change', ({matches}) => {
  const root = document.querySelector('.lw'), {backgroundColor} = getComputedStyle(root);
  window[matches ? 'paper' : 'screen'] =
    {width: root.clientWidth, colour: backgroundColor, theme: root.dataset.theme, clashes: eval(clashes)()};
})"""


def test_on_paper_a_widget_is_as_wide_as_that_and_light_and_on_the_screen_as_before(show, maker):
    shown = show(FULL[maker.__name__](), 1280, dark=True)
    shown.settled()
    before = shown.page.evaluate(WHERE)
    shown.page.evaluate(ON_PAPER, CLASHES)
    shown.page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<p>Above</p>'.repeat(12))")
    printed = shown.page.pdf(format="A4")
    paper, screen = (shown.page.evaluate(f"window.{place}") for place in ("paper", "screen"))
    assert paper["width"] < 800 < 1200 < screen["width"]
    assert (paper["theme"], paper["colour"]) == ("light", "rgb(255, 255, 255)") and screen["theme"] == "dark"
    assert paper["clashes"] == []
    pages = printed.count(b"/Type /Page\n")
    assert 1 <= pages <= 2  # whole on the first page below the words, or whole on the second
    shown.page.evaluate("document.querySelectorAll('body > p').forEach(words => words.remove())")
    shown.settled()
    assert shown.page.evaluate(WHERE) == before
    shown.page.close()


WHERE = """() => [...document.querySelectorAll('.lw *')].map(node => {
  const {x, y, width, height} = node.getBoundingClientRect();
  return [node.tagName, x, y, width, height];
})"""


@pytest.mark.parametrize(
    "size", [(320, 256), (320, 640), (616, 768), (860, 768), (1240, 600), (540, 480)], ids=str
)
def test_in_windows_of_many_sizes_no_word_lies_on_another(show, maker, size):
    shown = show(maker(), size[0])
    shown.page.set_viewport_size({"width": size[0], "height": size[1]})
    shown.settled()
    assert shown.page.evaluate(CLASHES) == []
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.page.close()
