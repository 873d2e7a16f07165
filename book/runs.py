"""Each lesson executed once, what it showed kept in a cache: editing prose makes pages anew, and runs nothing.

When pytest runs the lessons, book/while_tested.py keeps what they show in the same cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets.config import Config

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "build/book-cache"
RECORDER = Path(__file__).with_name("recorder.py")
VERSIONS = ("torch", "numpy", "matplotlib", "fsrs", "anywidget")
SOURCES = {".py", ".toml", ".csv", ".txt", ".ts", ".npz", ".safetensors"}


def cache_key(notebook: NotebookNode) -> str:
    """Changes with all that a lesson's outputs are made from: its code, lstmlab, the recorder, the versions."""
    seen = hashlib.sha256()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            seen.update(cell.source.encode() + b"\0")
    for path in [*sorted((ROOT / "lstmlab").rglob("*")), RECORDER]:
        if path.suffix in SOURCES:
            seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    versions = [platform.python_version(), *(version(name) for name in VERSIONS)]
    seen.update(json.dumps(versions).encode())
    return seen.hexdigest()[:24]


def executed(path: Path, cache: Path) -> NotebookNode:
    """The lesson with its outputs, from the cache where it holds them.

    Raises nbclient's CellExecutionError where a cell fails; nothing is kept then.
    """
    notebook = nbformat.read(path, 4)
    kept = kept_in(cache, path.stem, notebook)
    if not kept.is_file():
        keep(_run(path, notebook), kept)
    ran = [cell for cell in nbformat.read(kept, 4).cells if cell.cell_type == "code"]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, then in zip(code, ran, strict=True):  # the prose may be newer than the outputs
        cell.outputs, cell.execution_count = then.outputs, then.execution_count
    return notebook


def kept_in(cache: Path, lesson: str, notebook: NotebookNode) -> Path:
    """The file of the cache in which a run of this lesson is kept."""
    return cache / f"{lesson}-{cache_key(notebook)}.ipynb"


def recording(lesson: str) -> str:
    """What a kernel runs before the lesson's first cell, so that its outputs carry what a page needs."""
    found = f"import sys; sys.path.insert(0, {str(ROOT)!r})"
    return (
        f"{found}; from book.recorder import install; sys.path.pop(0); install({lesson!r}); del install, sys"
    )


def keep(run: NotebookNode, kept: Path) -> None:
    """Write a run to the cache in place of older ones of the same lesson."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob(f"{kept.name.rpartition('-')[0]}-*.ipynb"):
        old.unlink(missing_ok=True)
    draft = kept.with_suffix(".new")
    nbformat.write(run, draft)
    draft.rename(kept)


def _run(path: Path, notebook: NotebookNode) -> NotebookNode:
    """The lesson, executed as a reader without any answers would."""
    began = time.perf_counter()
    first = nbformat.v4.new_code_cell(recording(path.stem))
    run = nbformat.from_dict({**notebook, "cells": [first, *notebook.cells]})
    with tempfile.TemporaryDirectory() as reader:
        environment = os.environ | {"LSTMLAB_DATA": reader, "OMP_NUM_THREADS": "1"}
        # Sockets in that folder: a kernel that listened on TCP would warn that anybody on the machine can read along.
        config = Config(KernelManager={"transport": "ipc", "ip": f"{reader}/k"})
        client = NotebookClient(
            run, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}},
            store_widget_state=False, config=config,
        )  # fmt: skip
        client.execute(env=environment)
    run.cells = run.cells[1:]
    run.metadata.pop("widgets", None)
    print(f"{path.stem}: ran in {time.perf_counter() - began:.0f} s", flush=True)
    return run
