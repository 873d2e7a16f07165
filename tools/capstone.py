"""Makes what the capstone has besides its notebook; `make capstone` calls this, by hand and seldom.

- `exercises/a9_capstone/given.txt`, the letters that students are given, from the key in the hidden tests;
- `exercises/a9_capstone/answers/a9_capstone.safetensors`, the weights of the reference solution, trained by its own
  `train`. They lie there because nbgrader would copy them from `source/` into the release, and are kept in git
  because other processors round differently, so that nobody gets the same numbers a second time.
"""

import contextlib
import re
import time
from pathlib import Path
from typing import Any

import jupytext
import torch

from exercises.a9_capstone import given

ROOT = Path(__file__).parent.parent
MASTER = ROOT / "source" / "a9_capstone.py"
WEIGHTS = ROOT / "exercises" / "a9_capstone" / "answers" / "a9_capstone.safetensors"
LETTERS = Path(given.__file__).with_name("given.txt")
HEADING = (
    "# The letters that students are given, by script and part; made by tools/capstone.py, read by given.py."
)


def key() -> str:
    """The key of the split, from the hidden tests."""
    found = re.search(r'^KEY = "(.+)"$', MASTER.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise ValueError(f'{MASTER}: found no line KEY = "..." in a cell with hidden tests')
    return found[1]


def letters(secret: str) -> str:
    """What `given.txt` has to hold for this key."""
    parts = given.split(secret)
    rows = [
        [s, name, *parts[s][k]] for s in given.SCRIPTS for k, name in enumerate(("training", "validation"))
    ]
    return "\n".join([HEADING, *map(" ".join, rows), ""])


def reference() -> dict[str, Any]:
    """The names that the cells of the reference solution define."""
    namespace: dict[str, Any] = {}
    for cell in jupytext.read(MASTER).cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in (
            "imports",
            "encode_words",
            "script_scores",
            "train",
        ):
            exec(compile(cell.source, str(MASTER), "exec"), namespace)
    return namespace


def main() -> None:
    LETTERS.write_text(letters(key()), encoding="utf-8")
    torch.set_num_threads(1)
    began = time.process_time()
    with contextlib.chdir(WEIGHTS.parent):
        reference()["train"]()
    print(
        f"{WEIGHTS.relative_to(ROOT)}: {WEIGHTS.stat().st_size} bytes, {time.process_time() - began:.0f} s of CPU"
    )


if __name__ == "__main__":
    main()
