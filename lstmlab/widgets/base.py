"""What the course's browser widgets share in Python: the module handed to the page, and the static figure.

`gates` and its siblings subclass `Explorer`. Everything that moves is computed and drawn in the browser by the
widget's own JavaScript, so that a dragged slider waits for no kernel; traits carry what was chosen to Python when
the control is let go, and from Python to the page at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from lstmlab.draw.display import Picture
from lstmlab.draw.style import COLOURS, DARK_COLOURS, NAMES

BUNDLES = Path(__file__).parent / "static"  # of js/, by esbuild; `make widgets` makes them
NOT_LIVE = "Static picture; run this cell in JupyterLab to move it."


def module_of(name: str) -> str:
    """Return the module that anywidget hands to the page for `js/name.js`, as `make widgets` bundled it."""
    return (BUNDLES / f"{name}.js").read_text(encoding="utf-8")


def style_of(name: str) -> str:
    """Return the style sheet of a widget: the course's colours, light and dark, and what `make widgets` bundled."""
    light, dark = (
        ";".join(f"--{key}:{colour}" for key, colour in colours.items())
        for colours in (COLOURS, DARK_COLOURS)
    )
    bundled = (BUNDLES / f"{name}.css").read_text(encoding="utf-8")
    return f".lw{{{light}}}\n.lw[data-theme=dark]{{{dark}}}\n{bundled}"


def plain(values: Any) -> Any:
    """Return tensors and arrays, alone or in lists, as the lists of numbers that they hold; all else as it is."""
    if isinstance(values, list | tuple | range):
        return [plain(value) for value in values]
    try:
        return values.tolist() if hasattr(values, "tolist") else values
    except (RuntimeError, NotImplementedError):  # a tensor that holds none, or not in rows
        return values


def checked_seed(seed: object) -> int:
    """Return a seed that torch takes, or raise TypeError or ValueError that say what to pass."""
    if type(seed) is not int:
        raise TypeError(f"seed={seed!r}; pass a whole number.")
    if not -(2**63) <= seed < 2**63:
        raise ValueError(f"seed={seed}; pass a whole number of at most 63 bits.")
    return seed


class Numbers(traitlets.List[Any]):
    """A list of numbers that may be set to a tensor or an array."""

    def validate(self, obj: Any, value: Any) -> Any:
        return super().validate(obj, plain(value))


class Chosen(dict[str, Any]):
    """What a reader has chosen, as it was at one moment: to write into it would change nothing that is shown."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            "value is a copy, and writing into it would move nothing; assign a dict, "
            'for example w.value = {"step": 3}, or set the trait itself, w.step = 3.'
        )

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (dict(self),)  # a copy may be written into


class Explorer(anywidget.AnyWidget):
    """Base of the widgets. A subclass names its `MOVED` traits and defines `picture()`.

    Its JavaScript and style sheet are handed over as `_esm=module_of(...)` and `_css=style_of(...)`.
    `value` holds what the reader has chosen, the traits in `MOVED` by name: read it, observe it, or set some of it,
    `w.value = {"step": 3}`, which sets all that is named or, with a TraitError, none.
    """

    MOVED: ClassVar[tuple[str, ...]] = ()  # the traits that a reader can move

    value = traitlets.Dict()  # not sent to the page, which has its parts
    _names = traitlets.Dict(NAMES).tag(sync=True)

    def __init__(self, **traits: object) -> None:
        super().__init__(**traits)
        self._gather()
        self.observe(self._gather, names=list(self.MOVED))

    def _gather(self, change: traitlets.Bunch | None = None) -> None:
        self.value = {name: getattr(self, name) for name in self.MOVED}  # made a Chosen when it is checked

    @traitlets.validate("value")
    def _check_value(self, proposal: traitlets.Bunch) -> dict[str, Any]:
        unknown = sorted(set(proposal["value"]) - set(self.MOVED))
        if unknown:
            raise traitlets.TraitError(
                f"value has no {', '.join(map(str, unknown))}; pass a dict of some of {', '.join(self.MOVED)}."
            )
        with self.hold_trait_notifications():  # so that what belongs together is checked together
            for name, value in proposal["value"].items():
                setattr(self, name, value)
        return Chosen({name: getattr(self, name) for name in self.MOVED})

    def picture(self) -> Picture:
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


def _static(picture: Picture) -> str:
    return f"<figure>{picture.html()}<figcaption>{NOT_LIVE}</figcaption></figure>"
