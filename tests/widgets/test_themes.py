"""Figures and equations follow the theme of the page, in a real browser, and keep what they say."""

import base64
import io
import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from browser import CHROMIUM_FLAGS, chromium
from matplotlib.colors import ListedColormap
from PIL import Image
from playwright.sync_api import sync_playwright

import lstmlab
from lstmlab.draw import style, themes
from lstmlab.draw.equations import draw_equations

BODIES = {
    '<body data-jp-theme-light="true">': False,
    '<body data-jp-theme-light="false">': True,
    '<body class="vscode-light">': False,
    '<body class="vscode-dark">': True,
    '<body class="vscode-high-contrast vscode-high-contrast-light">': False,
    '<body data-theme="dark">': True,
    "<body>": False,
}


def test_each_page_shows_the_figure_and_the_equations_of_its_theme_once():
    fig, axes = plt.subplots()
    axes.plot([1, 2])
    shown = lstmlab.picture(fig, "A line rises from 1 to 2.")._repr_html_() + draw_equations()._repr_html_()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page()
        for body, dark in BODIES.items():
            page.set_content(f"<!doctype html><html>{body}{shown}</body></html>")
            classes = ".lstm-light", ".lstm-dark"
            seen = [page.locator(f"{name}:visible").count() for name in classes]
            assert seen == ([0, 2] if dark else [2, 0]), body
            figures = page.get_by_role("img", name="A line rises from 1 to 2.")
            assert figures.count() == 1, "a screen reader meets it once"
            assert figures.evaluate("image => image.naturalWidth") > 0, body
            page.emulate_media(media="print")
            assert [page.locator(f"{name}:visible").count() for name in classes] == [2, 0], "paper is white"
            page.emulate_media(media="screen")
        browser.close()


def test_widgets_and_figures_have_the_same_dark_page():
    css = (Path(style.__file__).parents[1] / "widgets/js/base.css").read_text()
    names = ("paper", "panel", "ink", "dim", "rule")
    assert all(f"--{name}: {colour};" in css for name, colour in zip(names, style.DARK_PAGE, strict=True))


@pytest.mark.parametrize("colour, channel", [("#aa0000", 0), ("#009900", 1), ("#0000cc", 2), ("#ffcccc", 0)])
def test_a_colour_that_is_not_the_courses_keeps_its_hue_on_a_dark_page(colour, channel):
    turned = _channels(themes.dark_colour(colour))
    assert turned.index(max(turned)) == channel


def test_what_was_lighter_is_darker_and_paper_and_ink_are_those_of_the_dark_page():
    greys = [sum(_channels(themes.dark_colour(f"#{3 * f'{grey:02x}'}"))) for grey in range(0, 256, 5)]
    assert greys == sorted(greys, reverse=True) and greys[0] > 3 * 220 and greys[-1] < 3 * 40
    assert themes.dark_colour("#FFFFFF") == style.DARK_PAGE[0]
    assert themes.dark("<path style='fill: #1f2328'/>") == "<path style='fill: #eceff3'/>"


def test_pixels_in_a_figure_are_turned_as_its_lines_are():
    fig, axes = plt.subplots()
    axes.imshow([[0, 1]], cmap=ListedColormap([style.PAPER, style.COLOURS["h"]]))
    drawn = lstmlab.picture(fig, "Two squares, the first of them empty, the second violet.").svg.decode()
    light, dark = _pixels(drawn), _pixels(themes.dark(drawn))
    assert light.shape == dark.shape and light.sum(axis=-1).max() == 3 * 255
    empty = light.sum(axis=-1) == 3 * 255
    assert dark[empty].mean() < 40, "the empty square has the colour of dark paper"
    assert dark[~empty].mean() > 90, "and the full one stands out"


def _channels(colour: str) -> list[int]:
    return [int(colour[k : k + 2], 16) for k in (1, 3, 5)]


def _pixels(svg: str) -> np.ndarray:
    data = re.search(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)", svg)[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
