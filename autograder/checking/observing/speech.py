"""What a function prints while it is called goes no further than the first words; `observe` and `candidate` ask."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator


class Speech(io.TextIOBase):
    """What the function prints, as far as anybody will read it."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text[: 1000 - len(self.text)]
        return len(text)


@contextlib.contextmanager
def quiet(speech: Speech) -> Iterator[None]:
    # A word on standard error would cost all points in nbgrader, so warnings are kept away from it as well.
    with contextlib.redirect_stdout(speech), contextlib.redirect_stderr(speech), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
