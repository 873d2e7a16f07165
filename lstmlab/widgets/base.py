"""What the course's browser widgets share in Python: the module handed to the page, and the static figure.

`gates` and its siblings subclass `Explorer`. Everything that moves is computed and drawn in the browser by the
widget's own JavaScript, so that a dragged slider waits for no kernel; traits carry what was chosen to Python when
the control is let go, and from Python to the page at once.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from lstmlab.display import Drawing
from lstmlab.style import COLOURS, DARK_COLOURS, NAMES

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
NOT_LIVE = "Static picture; run this cell in JupyterLab to move it."


def module_of(name: str) -> str:
    """Return `name`.js as the one module that anywidget takes: what it imports stands before it, once each.

    The files are plain modules that import from one another, as editors and type checkers like them; a page
    that was sent one text cannot look for a second. Raises FileNotFoundError for a file that is not there.
    """
    joined: dict[str, str] = {}

    def add(stem: str) -> None:
        if stem not in joined:
            source = (HERE / f"{stem}.js").read_text(encoding="utf-8")
            for needed in IMPORT.findall(source):
                add(needed)
            joined[stem] = IMPORT.sub("", source)

    add(name)
    return "\n".join(joined.values())


def style_of(name: str) -> str:
    """Return the style sheet of a widget: the course's colours, light and dark, base.css and `name`.css."""
    light, dark = (
        ";".join(f"--{key}:{colour}" for key, colour in colours.items())
        for colours in (COLOURS, DARK_COLOURS)
    )
    sheets = ((HERE / f"{stem}.css").read_text(encoding="utf-8") for stem in ("base", name))
    return "\n".join((f".lw{{{light}}}", f".lw[data-theme=dark]{{{dark}}}", *sheets))


class Explorer(anywidget.AnyWidget):
    """Base of the widgets. A subclass names its `MOVED` traits and defines `picture()`.

    Its JavaScript and style sheet are handed over as `_esm=module_of(...)` and `_css=style_of(...)`.
    """

    MOVED: ClassVar[tuple[str, ...]] = ()  # the traits that a reader can move

    _names = traitlets.Dict(NAMES).tag(sync=True)

    @property
    def value(self) -> dict[str, Any]:
        """What the reader has chosen: the traits that the controls move, by name."""
        return {name: getattr(self, name) for name in self.MOVED}

    def picture(self) -> Drawing:
        """The static figure, and in its alt text what it shows, with the numbers."""
        raise NotImplementedError(f"{type(self).__name__} must define picture()")

    def text(self) -> str:
        """The widget in plain words, the same at every run."""
        return f"{self!r}. {self.picture().alt}"

    def html(self) -> str:
        """The widget as a static figure, for exported pages and for front ends without widgets."""
        return _static(self.picture())

    def __repr__(self) -> str:
        return f"{type(self).__name__} (interactive in JupyterLab)"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = super()._repr_mimebundle_(**kwargs)
        assert bundle is not None, (
            "anywidget gives none to a widget without a view, and all of these have one"
        )
        data, metadata = bundle
        picture = self.picture()  # drawn once: the page waits for it
        return {**data, "text/plain": f"{self!r}. {picture.alt}", "text/html": _static(picture)}, metadata


def _static(picture: Drawing) -> str:
    return f"<figure>{picture.html()}<figcaption>{NOT_LIVE}</figcaption></figure>"
