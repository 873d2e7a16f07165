"""Makes the two pictures of widgets in docs/student.md again: `PYTHONPATH=tests .venv/bin/python tools/pictures.py`.

Run it when a widget that is seen there has changed, and look at what it made, in docs/images/.
"""

from pathlib import Path

from widget_page import Shown, pages

from lstmlab import widgets

IMAGES = Path(__file__).parent.parent / "docs/images"
WIDTH = 1080  # pixels: what a page shows without shrinking it much


def keep(shown: Shown, name: str) -> None:
    """Writes the widget as it is now, without the page around it."""
    shown.settled()
    shown.page.locator(".lw").screenshot(path=IMAGES / f"{name}.png")
    print(IMAGES / f"{name}.png")


def main() -> None:
    with pages() as show:
        gates = show(widgets.GateExplorer(forget_bias=1.0), WIDTH)
        gates.receive(step=9)
        bias = gates.page.get_by_role("slider", name="forget gate, bias")
        for _ in range(40):  # to 3.0, as a reader does it: the dotted curves stay at 1.0
            bias.press("ArrowRight")
        bias.blur()
        keep(gates, "gate_explorer")
        keep(show(widgets.GradientExplorer(3.0), WIDTH), "gradient_explorer")


if __name__ == "__main__":
    main()
