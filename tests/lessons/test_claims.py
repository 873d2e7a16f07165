"""Every claim and every mistake has a cell, every tag a claim or a mistake, every term one lesson."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring import find_masters
from lstmlab.bank.load import Term, load_bank, parse_bank
from tools import claims

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
LESSON = """\
# %% [markdown] tags=["claim-2"]
# # A lesson
#
# ## A section

# %% tags=["claim-1", "mistake-x1", "slow"]
assert True

# %% tags=["claim-1"]
assert 1
"""
CLAIMS = """\
[[claim]]
number = 1
text = "An LSTM has *four* blocks | `a*b*`."
verdict = "holds"

[[claim]]
number = 2
text = "h_n has the batch first."
verdict = "does not hold"
correction = "It never has."
"""
MISTAKES = '[[mistake]]\nnumber = "x1"\ntext = "h_n[:, -1]"\neffect = "silent"\n'
TERMS = (
    '[[term]]\nname = "gate"\ntext = "A factor."\n\n[[term]]\nname = "cell state, c"\ntext = "A memory."\n'
)


@pytest.fixture
def course(tmp_path):
    """A course of one lesson with two claims, one mistake and two terms."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "lstmlab/data").mkdir(parents=True)
    (tmp_path / "notebooks/01_first.py").write_text(LESSON)
    (tmp_path / "lstmlab/data/claims.toml").write_text(CLAIMS)
    (tmp_path / "lstmlab/data/mistakes.toml").write_text(MISTAKES)
    return tmp_path


def both(course):
    return claims.load_entries(course), claims.find_places(course)


# -- the course itself -------------------------------------------------------------------------------------


def test_every_claim_and_every_mistake_is_shown_by_a_cell():
    without = claims.missing(*both(ROOT))
    assert not without, f"no cell shows {', '.join(without)}; tag the cells that do"


def test_every_tag_names_a_claim_or_a_mistake():
    assert claims.unknown_tags(*both(ROOT)) == []


def test_the_index_and_the_glossary_are_what_the_lessons_give():
    pages = claims.build(ROOT, *both(ROOT))
    stale = [name for name, text in pages.items() if (NOTEBOOKS / name).read_text() != text]
    assert stale == [], "run: make notebooks"


def test_numbers_are_given_once_in_order_and_not_anew():
    numbers = [entry.number for entry in claims.load_entries(ROOT) if entry.tag.startswith("claim-")]
    claimed = [int(number) for number in numbers]
    # said of a page and not of a layer, or what no cell can show
    taken_out = {14, 27, 41, 44, 46, 74, 123, 137, 148}
    assert claimed == sorted(set(claimed)) and not taken_out & set(claimed)
    assert set(range(1, 149)) - taken_out <= set(claimed)


def test_a_tagged_code_cell_asserts_something():
    """A mistake may take several cells, one of which measures it; a claim's cell must be able to fail."""
    idle = [
        f"{master.path.name}: {cell.source.splitlines()[0]}"
        for master in find_masters(ROOT)
        for cell in master.read().cells
        if cell.cell_type == "code"
        and any(tag.startswith("claim-") for tag in cell.metadata.get("tags", []))
        and "assert" not in cell.source
    ]
    assert idle == []


def test_every_link_of_the_index_leads_to_a_cell_of_a_notebook():
    cells = {
        f"{master.path.stem}.ipynb#cell-id={cell.id}"
        for master in find_masters(ROOT)
        for cell in master.read().cells
    }
    links = re.findall(r"\]\((.*?ipynb.*?)\)", (NOTEBOOKS / "claims.md").read_text())
    assert links and [link for link in links if link not in cells] == []


def test_no_lesson_explains_a_term_that_an_earlier_one_has_explained():
    lessons = [path.stem for path in sorted((ROOT / "lstmlab/data").glob("[0-9][0-9]_*.toml"))]
    owner: dict[str, str] = {}
    doubled = []
    for lesson in lessons:
        for name in (name for term in load_bank(lesson).terms for name in term.names):
            if owner.setdefault(name, lesson) != lesson:
                doubled.append(f"{name}: {owner[name]} and {lesson}")
    assert doubled == []


def test_each_term_has_a_heading_to_link_to_and_the_headings_are_in_order():
    headings = re.findall(r"^### (.+)$", (NOTEBOOKS / "glossary.md").read_text(), flags=re.MULTILINE)
    anchors = [heading.lower().replace(" ", "-") for heading in headings]
    assert len(headings) >= 13 and len(set(anchors)) == len(anchors)
    assert headings == sorted(headings, key=str.lower)


# -- the tool ----------------------------------------------------------------------------------------------


def test_a_cell_is_found_with_the_heading_nearest_above_it(course):
    places = claims.find_places(course)
    assert [place.tag for place in places] == ["claim-2", "claim-1", "mistake-x1", "claim-1"]
    assert {place.heading for place in places} == {"A section"}
    assert places[1].link == "[01 A section](01_first.ipynb#cell-id=a-lesson-02)"


def test_a_page_says_verdict_correction_and_where_and_links_a_section_once(course):
    page = claims.claims_page(*both(course))
    assert "1 hold, 0 hold with a caveat, 1 do not hold" in page
    link = "[01 A section](01_first.ipynb#cell-id=a-lesson-02)"
    assert f"| 1 | An LSTM has \\*four\\* blocks \\| `a*b*`. | **holds** | {link} |" in page
    assert "| 2 | h_n has the batch first. | **does not hold**. It never has. |" in page
    assert f"| x1 | h_n\\[:, -1\\] | **silent** | {link} |" in page


def test_what_says_the_same_in_other_words_shares_a_row(course):
    path = course / "lstmlab/data/claims.toml"
    text = (
        path.read_text()
        .replace('"does not hold"', '"holds"')
        .replace('correction = "It never has."', "same_as = 1")
    )
    path.write_text(text)
    page = claims.claims_page(*both(course))
    assert "2 sentences that" in page and "make 1 claims: 1 hold," in page
    assert "`a*b*`.<br>h_n has the batch first. | **holds** |" in page and "| 2 |" not in page


def test_a_claim_without_a_cell_and_a_tag_without_a_claim_are_named(course):
    master = course / "notebooks/01_first.py"
    master.write_text(LESSON.replace("claim-2", "claim-22"))
    entries, places = both(course)
    assert claims.missing(entries, places) == ["claim-2"]
    (finding,) = claims.unknown_tags(entries, places)
    assert "01_first.py" in finding and "'claim-22'" in finding and "claims.toml" in finding


@pytest.mark.parametrize(
    ("file", "old", "new", "say"),
    [
        ("claims", '"does not hold"', '"false"', "claim-2: verdict 'false'; give one of holds,"),
        ("claims", 'correction = "It never has."', "", "claim-2: .* and a correction"),
        ("claims", '"holds"', '"holds"\ncorrection = "No."', "claim-1: .* and a correction"),
        ("claims", "number = 2", "number = 1", "the same number: claim-1"),
        (
            "claims",
            "number = 2",
            "number = 2\nsame_as = 1",
            "claim-2: same_as names claim-1, which has another verdict",
        ),
        ("mistakes", '"silent"', '"loud"', "mistake-x1: effect 'loud'; give one of silent"),
    ],
)
def test_an_entry_that_says_too_little_is_refused_by_number(course, file, old, new, say):
    path = course / f"lstmlab/data/{file}.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ValueError, match=say):
        claims.load_entries(course)


def _term(name: str, text: str) -> Term:
    return Term(name=name, text=text)


def test_the_glossary_is_alphabetical_and_refuses_a_term_that_two_lessons_explain():
    first, second = (
        (_term("Gate", "A factor."), "03_gates"),
        (_term("cell state, c", "A memory."), "03_gates"),
    )
    page = claims.glossary_page([first, second])
    assert page.index("### cell state, c") < page.index("### Gate")
    assert "A factor. *Lesson [03 gates](03_gates.ipynb).*" in page
    with pytest.raises(ValueError, match=r"04_nn_lstm\.toml explains 'c', as 03_gates\.toml does"):
        claims.glossary_page([first, second, (_term("C", "The third letter."), "04_nn_lstm")])


def test_the_check_reports_and_writes_nothing():
    before = {path: path.stat().st_mtime_ns for path in NOTEBOOKS.glob("*.*")}
    command = [sys.executable, "tools/claims.py", "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0 and f"{len(claims.load_entries(ROOT))} claims and mistakes" in run.stdout, (
        run.stdout + run.stderr
    )
    assert {path: path.stat().st_mtime_ns for path in NOTEBOOKS.glob("*.*")} == before


# -- terms in a bank ---------------------------------------------------------------------------------------


def test_a_bank_holds_its_terms_under_all_their_names():
    gate, cell = parse_bank("good", TERMS).terms
    assert gate.names == ("gate",) and cell.names == ("cell state", "c")
    rnn = _term("recurrent neural network (RNN)", "...")
    assert rnn.names == ("recurrent neural network", "rnn") and rnn.key == "recurrent neural network"


def test_each_claim_and_mistake_is_shown_by_code_that_asserts() -> None:
    shown = {
        tag
        for master in find_masters(ROOT)
        for cell in master.read().cells
        if cell.cell_type == "code" and "assert " in cell.source
        for tag in cell.metadata.get("tags", [])
    }
    assert [each.tag for each in claims.load_entries(ROOT) if (each.same_as or each.tag) not in shown] == []
