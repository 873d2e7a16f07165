"""Formulas on returned pages: drawn without a network, readable as text, and never a way in."""

import json
import re
import time

import pytest

from autograder.pages import formulas
from autograder.pages.formulas import drawn
from autograder.pages.safe_pages import SafePages, safe_html


def shown(markdown: str) -> str:
    """What becomes of a markdown cell."""
    return SafePages().markdown2html({}, markdown)


def test_a_formula_is_drawn_in_its_line_and_its_tex_is_its_name() -> None:
    page = shown(r"The state $h_t = o_t \odot \tanh(c_t)$ is what others see.")
    assert '<svg class="formula" role="img" aria-label="h_t = o_t \\odot \\tanh(c_t)"' in page
    assert 'fill="currentColor"' in page, "or it would be black on black in the dark"
    assert "$" not in page and "is what others see." in page


def test_the_drawing_is_as_wide_as_its_letters() -> None:
    widths = [
        float(re.search(r'width="([\d.]+)em"', drawn(tex))[1]) for tex in ("x", "xx", "xxxx")
    ]  # in the text's size
    assert 0.2 < widths[0] < 1
    assert widths[1] == pytest.approx(2 * widths[0], rel=0.2) and widths[2] == pytest.approx(
        4 * widths[0], rel=0.2
    )


def test_a_formula_of_its_own_stands_alone() -> None:
    assert re.search(r'<div class="formula"><svg', shown("$$\\sum\\limits_{i=1}^{n} x_i^2 \\le 1$$"))


@pytest.mark.parametrize(
    "tex", [r"\begin{aligned} a &= b \end{aligned}", r"\color{red}{x}", r"\frac{" * 60, "x" * 401, "α + 中"]
)
def test_what_cannot_be_drawn_is_shown_as_it_was_written(tex: str) -> None:
    assert drawn(tex) == ""
    page = shown(f"See ${tex}$ here.")
    assert f"<code>{tex.replace('&', '&amp;')}</code>" in page
    assert "<svg" not in page


def test_an_environment_without_dollars_keeps_its_lines() -> None:
    page = shown("\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n")
    assert "<pre>\\begin{align}\na &amp;= b" in page and "<svg" not in page


def test_code_and_prices_are_no_formulas() -> None:
    page = shown("`$x$` costs 5 dollars, not $ 6.\n\n    y = '$z$'\n")
    assert "<svg" not in page and "'$z$'" in page.replace("&#x27;", "'").replace("&#39;", "'")


def test_markup_in_a_formula_stays_text() -> None:
    for tex in ("<script>alert(1)</script>", '" onload="alert(1)', "</title><img src=x onerror=alert(1)>"):
        page = shown(f'$x {tex}$ and <span class="formula">{tex}</span>')
        assert "<script" not in page and "<img src" not in page.replace('<img src="x">', "")
        assert "onload=" not in re.sub(r'aria-label="[^"]*"|<title>.*?</title>|<code>.*?</code>', "", page)


def test_a_hostile_formula_costs_little() -> None:
    started = time.process_time()
    for tex in (
        "{" * 200 + "}" * 200,
        r"\hspace{1e9}x",
        r"\sqrt{" * 60 + "x" + "}" * 60,
        r"x^{" * 99 + "}" * 99,
    ):
        drawn(tex)
    assert time.process_time() - started < 20, "a student's joke must not hold up a class"


@pytest.mark.parametrize(
    "address",
    ["http://x.example/a.png", "//x.example/a.png", r"\\x.example\a.png", " https://x.example/", "/a.png"],
)
def test_a_picture_from_elsewhere_is_not_asked_for(address: str) -> None:
    page = shown(f'<img src="{address}" alt="a plot">')
    assert "src" not in page and 'alt="a plot"' in page


@pytest.mark.parametrize(
    "address", ["plot.png", "figures/plot.png", "./plot.png", "data:image/png;base64,AAAA"]
)
def test_a_picture_that_comes_along_is_shown(address: str) -> None:
    assert f'src="{address}"' in safe_html(f'<img src="{address}">')


def test_a_drawing_is_kept_for_the_next_run_and_no_other_matplotlib_s_is_taken(tmp_path, monkeypatch) -> None:
    first = drawn("a_t + b")
    file = tmp_path / "formulas.json"
    formulas.keep(file)
    monkeypatch.setattr(formulas, "_drawings", {})
    monkeypatch.setattr(formulas, "_draw", lambda tex: "drawn again")
    formulas.recall(file)
    assert drawn("a_t + b") == first and drawn("b + a_t") == "drawn again"

    monkeypatch.setattr(formulas, "_drawings", {})
    kept = json.loads(file.read_text(encoding="utf-8"))
    for damaged in ("", "[]", '{"drawings": {}}', json.dumps({**kept, "matplotlib": "1.0"})):
        file.write_text(damaged, encoding="utf-8")
        formulas.recall(file)
        assert drawn("a_t + b") == "drawn again", damaged
        formulas._drawings.clear()


def test_a_sign_that_html_uses_is_part_of_a_formula() -> None:
    for page in (shown("where $a<b$ and $b>c$ hold"), shown("$$a<b$$\n\nand\n\n$$b>c$$")):
        assert 'aria-label="a&lt;b"' in page and 'aria-label="b&gt;c"' in page


@pytest.mark.parametrize("tex", ["{}" * 300 + "x", "M" * 100, "a$ b $c", "", r"\hspace{99}x"])
def test_what_is_too_long_too_wide_or_more_than_one_formula_is_not_drawn(tex: str) -> None:
    assert drawn(tex) == ""
