"""What every lesson keeps to, as far as a program can see it: glossary, sources, outline, links, figures."""

import functools
import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import Master, find_masters
from lstmlab.start import STOPS

ROOT = Path(__file__).parents[2]
MASTERS = [pytest.param(master, id=master.path.stem) for master in find_masters(ROOT)]
LESSONS = [master for master in MASTERS if master.id[0].isdigit()]
each_lesson = pytest.mark.parametrize("cells", LESSONS, indirect=True)


@functools.cache
def cells_of(master: Master) -> list[Any]:
    return list(master.read().cells)


@pytest.fixture
def cells(request: pytest.FixtureRequest) -> list[Any]:
    """Cells of the master that a test is for, read when the first test of it runs."""
    return cells_of(request.param)


def prose(cells) -> list[str]:
    """The text cells, their code left out."""
    return [
        re.sub(r"```.*?```|`[^`\n]*`", "", cell.source, flags=re.DOTALL)
        for cell in cells
        if cell.cell_type == "markdown"
    ]


@pytest.mark.parametrize("cells", MASTERS, indirect=True)
def test_code_fits_88_columns(cells):
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    fenced = [
        block
        for cell in cells
        if cell.cell_type == "markdown"
        for block in re.findall(r"^```.*?^```", cell.source, flags=re.DOTALL | re.MULTILINE)
    ]
    lines = itertools.chain.from_iterable(text.splitlines() for text in code + fenced)
    assert [line for line in lines if len(line) > 88] == []


def test_there_are_lessons_to_look_at():
    assert len(LESSONS) >= 10


@each_lesson
def test_the_first_cell_ends_with_the_way_to_the_glossary(cells):
    assert cells[0].source.splitlines()[-1] == "Terms are explained in the [glossary](glossary.md)."


@each_lesson
def test_cells_that_only_show_an_item_of_the_quiz_are_folded(cells):
    only_quiz = [cell for cell in cells if re.fullmatch(r"(quiz\.\w+\(.*\)\s*)+", cell.source)]
    assert only_quiz
    assert [cell.source for cell in only_quiz if not cell.metadata.jupyter.source_hidden] == []


@each_lesson
def test_a_lesson_names_its_sources(cells):
    assert any(re.search(r"^### Sources?$", text, flags=re.MULTILINE) for text in prose(cells))


@each_lesson
def test_headings_are_an_outline_that_skips_no_level(cells):
    levels = [
        len(marks) for text in prose(cells) for marks in re.findall(r"^(#+) ", text, flags=re.MULTILINE)
    ]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))


@each_lesson
def test_a_link_says_where_it_leads_when_it_is_read_alone(cells):
    links = [text for cell in prose(cells) for text in re.findall(r"\[([^\]]+)\]\(", cell)]
    assert [text for text in links if text.lower() in ("doi", "arxiv", "proceedings", "here", "link")] == []


@pytest.mark.parametrize("stop", STOPS[1:-1], ids=lambda stop: stop.lesson)
def test_a_lesson_ends_with_links_to_its_assignment_and_to_the_next_lesson(stop):
    text = (ROOT / f"notebooks/{stop.lesson}.py").read_text(encoding="utf-8")
    end = text[text.index("# ## What next") :]
    following = STOPS[STOPS.index(stop) + 1].lesson
    assignment = [f"../release/{stop.assignment}/{stop.assignment}.ipynb"] if stop.assignment else []
    for path in (*assignment, f"{following}.ipynb"):
        assert f"]({path})" in end
        assert (ROOT / "notebooks" / path).resolve().is_file()


@each_lesson
def test_no_line_becomes_a_list_item_by_accident(cells):
    """'2018. Next sentence' at the start of a line would be number 2018 of a list; 1 and a dash break into a
    paragraph, too."""
    lines = [line for text in prose(cells) for line in text.splitlines()]
    assert [line for line in lines if re.match(r"\s*\d{2,}[.)] ", line)] == []
    pairs = [pair for text in prose(cells) for pair in itertools.pairwise(text.splitlines())]
    assert [pair for pair in pairs if pair[0].strip() and re.match(r" {0,3}1[.)] ", pair[1])] == []
    in_list = re.compile(r"\s*(\d+[.)]|[-+*]) |\s\s")
    assert [p for p in pairs if p[0].strip() and not in_list.match(p[0]) and re.match(r"[-+*] ", p[1])] == []


def lines_like_a_heading(texts: list[str]) -> list[str]:
    """Lines with a # that is no outline's: '#57](...)', the rest of a link, or '# 57', a heading in mid-text.

    Some converters take '#57' for a heading of the first level, so a wrapped link becomes a title of the page.
    """
    return [
        line
        for text in texts
        for above, line in itertools.pairwise(["", *text.splitlines()])
        if re.match(r"\s*#+[^#\s]", line) or (above.strip() and re.match(r"\s*#+ ", line))
    ]


@each_lesson
def test_no_line_becomes_a_heading_by_accident(cells):
    assert lines_like_a_heading(prose(cells)) == []


def test_a_link_that_wraps_before_its_number_is_found():
    wrapped = "### Sources\n\n- 1, [Tutorial\n  #57](https://example.org/57)\n# 9 more"
    assert lines_like_a_heading([wrapped]) == ["  #57](https://example.org/57)", "# 9 more"]
    assert lines_like_a_heading(["# A title\n\n## A section\n\nSee #57 and [issue #9](https://e.org)."]) == []


@each_lesson
def test_prose_has_no_exclamation_marks(cells):
    assert [text for text in prose(cells) if "!" in text] == []


@each_lesson
def test_every_figure_is_shown_with_its_alt_text(cells):
    """`lstmlab.picture` refuses a figure without one; matplotlib alone would show it without."""
    bare = [
        cell.source
        for cell in cells
        if cell.cell_type == "code"
        and ("plt.show" in cell.source or ("plt.subplots" in cell.source and "picture(" not in cell.source))
    ]
    assert bare == []


@each_lesson
def test_training_in_a_lesson_uses_one_thread(cells):
    """On a busy machine two threads on layers this small take ten times as long as one."""
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    trains = re.search(r"train|fit(_model)?\(|learn_|_accuracy\(|backward\(\)", code)
    assert not trains or "torch.set_num_threads(1)" in code
