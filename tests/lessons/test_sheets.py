"""The cheat sheets: every line ran, every page fits one side of A4 in a real browser, nothing leaves the machine."""

import re
from pathlib import Path

import pytest
from browser import open_page

from autograder.authoring import find_masters
from tools import sheets

ROOT = Path(__file__).parents[2]
SHEETS = [master for master in find_masters(ROOT) if master.path.match("notebooks/cheat_*.py")]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Both pages, run and written once."""
    return sheets.write_all(tmp_path_factory.mktemp("sheets"))


def test_there_is_a_sheet_for_each_of_the_two_layers():
    assert [master.path.stem for master in SHEETS] == ["cheat_lstm", "cheat_rnn"]


@pytest.mark.parametrize("master", SHEETS, ids=lambda master: master.path.stem)
def test_each_piece_of_code_asserts_something_and_fits_its_column(master):
    code = [cell.source for cell in master.read().cells if cell.cell_type == "code"][1:]
    assert all("assert" in source for source in code)
    assert [line for source in code for line in source.splitlines() if len(line) > 60] == []


def test_a_page_has_the_code_and_needs_nothing_from_outside(pages):
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<h1" in text and "pack_padded_sequence" in text
        assert not re.search(r"<script|<link|<img|https?://(?!www\.w3)|\.ipynb", text)
        assert "Traceback" not in text


@pytest.mark.browser
def test_each_page_prints_on_one_side_of_a4(pages):
    with open_page() as page:
        for sheet in pages:
            page.goto(sheet.as_uri())
            pdf = page.pdf(prefer_css_page_size=True, print_background=True)
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, sheet.name
            assert re.search(rb"/MediaBox\s*\[\s*0 0 (594|595)[.\d]* (841|842)[.\d]*\s*\]", pdf), "A4"
