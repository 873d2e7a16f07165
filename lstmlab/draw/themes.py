"""A figure on a light and on a dark page: drawn once, recoloured for the other.

`display` puts both drawings into a cell's output, and `CSS` shows the one that fits the page. Without style sheets
(a notebook that JupyterLab does not trust yet) the light one is seen, on its white paper.
"""

from __future__ import annotations

import base64
import io
import re
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lstmlab.draw.style import COLOURS, DARK_COLOURS, DARK_PAGE, DIM, INK, PANEL, PAPER, RULE

KNOWN = {COLOURS[name]: DARK_COLOURS[name] for name in COLOURS} | dict(
    zip((PAPER, PANEL, INK, DIM, RULE), DARK_PAGE, strict=True)
)
# How pages say that they are dark: JupyterLab, VS Code, Colab, Sphinx's furo. Paper is always light.
PAGES = (
    'body[data-jp-theme-light="false"]',
    "body.vscode-dark",
    "body.vscode-high-contrast:not(.vscode-high-contrast-light)",
    'html[theme="dark"]',
    'body[data-theme="dark"]',
)
CSS = (
    "@media not print{"
    + ",".join(f"{page} .lstm-light" for page in PAGES)
    + "{display:none!important}"
    + ",".join(f"{page} .lstm-dark" for page in PAGES)
    + "{display:inline-block!important}}"
)
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
RASTER = re.compile(r"(data:image/png;base64,)([A-Za-z0-9+/=\s]+)")
# sRGB to OKLab (B. Ottosson: A perceptual color space for image processing, 2020), in two matrices.
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def dark(drawing: str) -> str:
    """SVG or HTML for a dark page: its colours, and the pixels of the images in it."""
    recoloured = RASTER.sub(lambda found: found[1] + _dark_image(found[2]), drawing)
    return COLOUR.sub(lambda found: dark_colour(found[0]), recoloured)


@cache
def dark_colour(colour: str) -> str:
    """A colour of the course has its own on a dark page; any other changes its lightness and keeps its hue."""
    known = KNOWN.get(colour.lower())
    if known:
        return known
    rgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return "#" + "".join(f"{round(255 * value):02x}" for value in _turned(rgb))


def _dark_image(data: str) -> str:
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")) / 255
    turned = np.concatenate([_turned(pixels[..., :3]), pixels[..., 3:]], axis=-1)
    file = io.BytesIO()
    Image.fromarray((255 * turned).round().astype(np.uint8)).save(file, "png")
    return base64.b64encode(file.getvalue()).decode()


def _turned(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours (..., 3) in 0 to 1 with their lightness turned round: paper to dark paper, ink to light ink."""
    lab = _lab(rgb)
    ends = _lab(np.array([[int(c[k : k + 2], 16) / 255 for k in (1, 3, 5)] for c in (PAPER, INK)]))
    dark = _lab(
        np.array([[int(c[k : k + 2], 16) / 255 for k in (1, 3, 5)] for c in (KNOWN[PAPER], KNOWN[INK])])
    )
    share = (ends[0, 0] - lab[..., 0]) / (ends[0, 0] - ends[1, 0])
    lab[..., 0] = (dark[0, 0] + share * (dark[1, 0] - dark[0, 0])).clip(0, 1)
    linear = np.linalg.solve(TO_CONES, ((lab @ np.linalg.inv(TO_LAB).T) ** 3)[..., None])[..., 0].clip(0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ TO_CONES.T) @ TO_LAB.T
