"""Lessons on paper: printed by a real Chromium from the built site, and read again."""

import subprocess
import sys

import pytest
from browser import chromium
from built_book import ROOT
from pypdf import PdfReader

from book.prints import on_paper, print_page

PAGE = (
    "<html><head><title>One</title></head><body><div class='sidebar'>menu</div>"
    "<article id='furo-main-content'><section><h1>One</h1>{body}</section></article></body></html>"
)
ASKED = (
    "<div class='live live-choice' data-kind='choice'><script type='application/json'>{}</script><div class='still'>"
    "<p><b>How many gates?</b></p><ul><li>A. 3</li></ul><details><summary>Hint</summary><p>Count sigmoids.</p></details>"
    "<details><summary>Solution</summary><p>It is three.</p></details><p><em>Answer it here.</em></p></div></div>"
)
CARDS = (
    "<div class='live live-cards' data-kind='cards'><div class='still'><details><summary>Front?</summary><p>Back.</p>"
    "</details></div></div>"
)


def prints(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "book.prints", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def words(text: str) -> str:
    return " ".join(text.split())


def test_answers_stand_under_their_number_at_the_end_and_nothing_is_to_be_pressed():
    made = on_paper(PAGE.format(body=ASKED + CARDS + "<p>After.</p>"))
    for gone in ("<script", "<details", "<summary", "Answer it here", "menu"):
        assert gone not in made
    asked, answered = made.split("Answers</h2>")
    assert (
        asked.index("How many gates?")
        < asked.index("#answer-1")
        < asked.index("Front?")
        < asked.index("After.")
    )
    assert "three" not in asked and "Count" not in asked and "Back." not in asked
    order = ["answer-1", "Hint", "Count sigmoids.", "Solution", "It is three.", "answer-2", "Front?", "Back."]
    assert sorted(order, key=answered.index) == order


def test_a_fold_of_the_prose_is_read_in_its_place_and_folded_code_is_not_printed():
    folded = "<details><summary>What you saw</summary><p>A pulse.</p></details>"
    code = "<div class='cell'><details class='hide'><summary>Show</summary><pre>x = 1</pre></details></div>"
    made = on_paper(PAGE.format(body=folded + code))
    assert "What you saw" in made and "A pulse." in made and "Answers" not in made
    assert "x = 1" not in made and 'class="cell"' not in made


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", "<p>see lesson 4</p>"),
        ("https://a.example/c", '<p>see <a href="https://a.example/c/04.html#x">lesson 4</a></p>'),
    ],
)
def test_links_to_other_pages_are_whole_or_words(address, expected):
    made = on_paper(PAGE.format(body="<p>see <a href='04.html#x'>lesson 4</a></p>"), address=address)
    assert expected in made


@pytest.mark.browser
def test_a_figure_is_whole_on_one_page(tmp_path):
    drawn = "<text x='9' y='20'>top</text><text x='9' y='490'>bottom</text>"
    figure = f"<figure><svg width='400' height='500'>{drawn}</svg></figure>"
    page = tmp_path / "one.html"
    page.write_text(PAGE.format(body=f"<div style='height:700px'>before</div>{figure}"), encoding="utf-8")
    print_page(page, tmp_path / "one.pdf", chromium())
    read = [words(sheet.extract_text()) for sheet in PdfReader(tmp_path / "one.pdf").pages]
    assert ["top" in text for text in read] == ["bottom" in text for text in read] == [False, True]
    assert list(tmp_path.glob(".one*")) == []


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("letter", (612, 792))])
def test_a_lesson_is_printed_whole(site, tmp_path, paper, size):
    chromium()
    done = prints("--site", str(site), "--out", str(tmp_path), "--paper", paper, "03_gates")
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / '03_gates.pdf'}\n"), done.stderr
    read = PdfReader(tmp_path / "03_gates.pdf")
    assert all(
        abs(float(found) - want) < 1 for found, want in zip(read.pages[0].mediabox[2:], size, strict=True)
    )
    text = words("\n".join(sheet.extract_text() for sheet in read.pages))
    assert read.metadata is not None and "Gates" in str(read.metadata.title)
    for gone in ("With scripts on", "with scripts on", "Show code cell", "Predictions: 0 of"):
        assert gone not in text
    asked, answered = text.rsplit("Answers No. 1", 1)
    led = [number for number in range(1, 100) if f"Answer {number}" in asked]
    assert led == list(range(1, 17)) and f"No. {led[-1]}" in answered
    assert "hidden state" in asked and "Answer: D. none" in answered and "Answer: D. none" not in asked


def test_a_wrong_lesson_and_a_book_that_is_not_built_are_named(tmp_path):
    done = prints("3_gates")
    assert done.returncode == 2 and "no lesson '3_gates'; name some of 00_start_here" in done.stderr
    done = prints("--site", str(tmp_path), "03_gates")
    assert done.returncode == 2 and "03_gates.html; type: make book" in words(done.stderr)
