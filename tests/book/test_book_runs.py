"""Lessons run once for the book: words may change, code may not; what is wrong is said."""

import json
import re
import subprocess
import sys

import nbformat
import pytest
from built_book import ROOT, build

from book.recorder import MIME
from book.runs import cache_key, executed
from book.sources import LARGE, Folder, Words, live, packed


def test_the_key_of_the_cache_is_of_code_alone():
    notebook = nbformat.read(ROOT / "notebooks/00_start_here.ipynb", 4)
    key = cache_key(notebook)
    next(cell for cell in notebook.cells if cell.cell_type == "markdown").source += " More words."
    assert cache_key(notebook) == key
    next(cell for cell in notebook.cells if cell.cell_type == "code").source += "\n1 + 1"
    assert cache_key(notebook) != key


@pytest.mark.slow
def test_one_lesson_alone_is_built_and_is_not_run_twice(tmp_path):
    done = build(tmp_path / "cache", tmp_path / "site", "00_start_here")
    assert done.returncode == 0, done.stdout + done.stderr
    (kept,) = (tmp_path / "cache").glob("*.ipynb")
    written = kept.stat().st_mtime_ns
    assert (tmp_path / "site/00_start_here.html").is_file()
    ran = executed(ROOT / "notebooks/00_start_here.ipynb", tmp_path / "cache")
    assert any(MIME in output.get("data", {}) for cell in ran.cells for output in cell.get("outputs", ()))
    assert list((tmp_path / "cache").glob("*.ipynb")) == [kept] and kept.stat().st_mtime_ns == written


@pytest.mark.slow
def test_what_nbval_runs_is_kept_with_what_a_page_needs(tmp_path):
    run = "import book.runs, pathlib, pytest, sys; book.runs.CACHE = pathlib.Path(sys.argv[1]); "
    run += (
        "sys.exit(pytest.main(['--nbval', '-q', '-p', 'no:cacheprovider', 'notebooks/00_start_here.ipynb']))"
    )
    command = [sys.executable, "-c", run, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    (kept,) = tmp_path.iterdir()
    shown = [cell.get("outputs", []) for cell in nbformat.read(kept, 4).cells]
    ran = executed(ROOT / "notebooks/00_start_here.ipynb", tmp_path)  # would put another file there if it ran
    assert [kept] == list(tmp_path.iterdir()) and [cell.get("outputs", []) for cell in ran.cells] == shown
    assert any(MIME in output.get("data", {}) for outputs in shown for output in outputs)


@pytest.mark.parametrize(
    "wrong, said", [(["11_nothing"], "no lesson '11_nothing'"), (["--repo", "x"], "OWNER/NAME")]
)
def test_a_wrong_argument_is_refused_with_what_was_expected(tmp_path, wrong, said):
    done = build(tmp_path / "cache", tmp_path / "site", *wrong)
    assert done.returncode == 2 and said in done.stderr


def test_a_second_wording_stands_across_lines_and_one_that_no_lesson_says_is_named():
    words = Words({"Run this cell to move it.": "It moves.", "Never said.": "Never."})
    assert words.on_page("A picture. Run this\ncell to move it. Done.") == "A picture. It moves. Done."
    with pytest.raises(ValueError, match="Never said"):
        words.check()


def test_each_sentence_that_a_page_words_anew_is_said_by_a_lesson_or_a_widget():
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "lstmlab").rglob("*.py")))
    said = [re.sub(r'"\s*\n\s*f?"', "", code)]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        said += [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown"]
    text = " ".join("\n".join(said).split())
    sentences = list(Words.load().pairs)
    assert len(sentences) > 3 and [each for each in sentences if each not in text] == []


def test_large_traits_of_a_widget_are_a_script_beside_the_page(tmp_path):
    folder, small = Folder(tmp_path), {"kind": "widget", "module": "units", "traits": {"name": "c"}}
    assert '"traits":{"name":"c"}' in live(small, "", folder) and not (tmp_path / "static").exists()
    large = {**small, "traits": {"weights": "</" + "x" * LARGE, "step": 3}}
    page = live(large, "", folder)
    said = json.loads(re.search(r"<script type=.application/json.>(.*?)</script>", page)[1])
    assert len(page) < 500 and said["traits"] == {}
    assert f'<script src="_static/data/{said["data"]}.js" defer></script>' in page
    script = (tmp_path / "static" / "data" / f"{said['data']}.js").read_text(encoding="utf-8")
    assert json.loads(script.partition("]=")[2].rstrip(";\n")) == large["traits"]


def test_blocks_of_numbers_are_packed_and_repeated_traits_named():
    block = [[float(k + n) for k in range(16)] for n in range(8)]
    made = packed({"x": block, "again": block, "few": [1.5, 2], "name": "c"})
    assert made["x"]["shape"] == [8, 16] and "$f" in made["x"]
    assert made["again"] == {"$same": "x"} and made["few"] == [1.5, 2] and made["name"] == "c"
    assert "$d" in packed({"x": [0.1] * 64})["x"], "what single precision cannot hold stays double"
