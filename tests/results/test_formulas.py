"""Formulas on returned pages: drawn without a network, readable as text, and never a way in."""

import re
import time
from pathlib import Path

import pytest

from autograder.pages.formulas import mathml
from autograder.pages.safe_pages import SafePages, safe_html

ROOT = Path(__file__).parent.parent.parent


def shown(markdown: str) -> str:
    """What becomes of a markdown cell."""
    return SafePages().markdown2html({}, markdown)


def test_a_formula_stands_in_its_line_and_its_tex_is_its_name() -> None:
    page = shown(r"The state $h_t = o_t \odot \tanh(c_t)$ is what others see.")
    assert '<math alttext="h_t = o_t \\odot \\tanh(c_t)" display="inline">' in page
    assert "<msub><mi>h</mi><mi>t</mi></msub><mo>=</mo>" in page and "<mo>⊙</mo><mi>tanh</mi>" in page
    assert "$" not in page and "is what others see." in page


def test_a_formula_of_its_own_stands_alone() -> None:
    page = shown("$$\\sum\\limits_{i=1}^{n} x_i^2 \\le 1$$")
    assert re.search(r'<div class="formula"><math [^>]*display="block"', page) and "<munderover>" in page


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{align} a &= b \\ c &= d \end{align}",
        r"\begin{gathered} a \\ c \end{gathered}",
        r"\begin{cases} a & x < 0 \\ c & d \end{cases}",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\begin{equation} x_t = 1 \end{equation}",
        r"\color{red}{x}",
        "α + 中",
        r"\tilde{c}_t = \tanh(W_{ig} x_t + b_{ig})",
    ],
)
def test_what_lessons_and_students_write_becomes_mathml(tex: str) -> None:
    page = shown(f"$${tex}$$")
    assert "<math " in page and "<pre>" not in page and "(1)" not in page


def test_an_environment_without_dollars_is_a_formula_too_its_columns_in_line() -> None:
    page = shown("\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n")
    assert page.count("<mtr>") == 2 and page.count('<mtd columnalign="right">') == 2


def test_every_formula_of_the_course_becomes_mathml() -> None:
    masters = [*ROOT.glob("notebooks/*.py"), *ROOT.glob("source/*.py")]
    found = [
        (path.name, tex)
        for path in masters
        for tex in re.findall(r"^# .*?\$\$(.+?)\$\$", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(found) >= 2
    assert [each for each in found if not mathml(each[1])] == []


@pytest.mark.parametrize(
    "tex",
    [
        r"\nonsense x",
        r"a & b",
        r"\frac{" * 60,
        r"\left(",
        r"\begin{aligned} a",
        "x" * 401,
        "{" * 40 + "}" * 40,
    ],
)
def test_what_cannot_be_drawn_is_shown_as_it_was_written(tex: str) -> None:
    assert mathml(tex) == ""
    page = shown(f"See ${tex}$ here.")
    assert f"<code>{tex.replace('&', '&amp;')}</code>" in page and "<math" not in page


def test_an_environment_that_cannot_be_drawn_keeps_its_lines() -> None:
    page = shown("\\begin{tikzcd}\na &= b \\\\\nc &= d\n\\end{tikzcd}\n")
    assert "<pre>\\begin{tikzcd}\na &amp;= b" in page and "<math" not in page


def test_code_and_prices_are_no_formulas() -> None:
    page = shown("`$x$` costs 5 dollars, not $ 6.\n\n    y = '$z$'\n")
    assert "<math" not in page and "'$z$'" in page.replace("&#x27;", "'").replace("&#39;", "'")


@pytest.mark.parametrize(
    "tex",
    [
        "<script>alert(1)</script>",
        '" onload="alert(1)',
        "</math><img src=x onerror=alert(1)>",
        r"\text{<img src=http://x.example/a.png onerror=alert(1)>}",
        r"\text{</mtext></math><iframe src=x>}",
        r"\href{javascript:alert(1)}{y}",
        r"\style{background: url(http://x.example)}{y}",
        r"\class{lines}{y}",
        r"\color{red;background:url(x)}{y}",
    ],
)
def test_markup_in_a_formula_stays_text(tex: str) -> None:
    for page in (shown(f"$x {tex}$"), shown(f'<span class="formula">{tex}</span>'), shown(f"$${tex}$$")):
        tags = re.findall(r"<[^>]*>", page)
        assert not [tag for tag in tags if re.match(r"</?(script|iframe|style)", tag)]
        bare = re.sub(r'"[^"]*"', '""', "".join(tags))
        assert not re.search(r"\bon\w+=|style=|<m\w+[^>]*(href|class)=", bare)
        assert "javascript:" not in "".join(re.findall(r'href="[^"]*"', page))
        assert "http://x.example" not in "".join(re.findall(r'src="[^"]*"', page))
        assert 'class="lines"' not in page


@pytest.mark.parametrize(
    "html",
    [
        '<math href="javascript:x"><mi xlink:href="x" style="color: red" onclick="x">q</mi></math>',
        "<math><annotation-xml encoding='text/html'><script>x</script></annotation-xml></math>",
        "<math><maction actiontype='statusline#http://x.example'><mi>x</mi></maction></math>",
        "<math><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'></mglyph></math>",
    ],
)
def test_mathml_that_a_student_writes_has_neither_links_nor_programs(html: str) -> None:
    tags = "".join(re.findall(r"<[^>]*>", re.sub(r'"[^"]*"', '""', safe_html(html))))
    assert not re.search(r"href|style|script|onclick|onerror|maction|annotation|mglyph", tags), tags


def test_a_space_in_a_formula_is_no_wider_than_a_page() -> None:
    assert 'width="2em"' in safe_html('<math><mspace width="2em"></mspace></math>')
    for wide in ("1000em", "1e9em", "-999px", "99999"):
        assert "width" not in safe_html(f'<math><mspace width="{wide}"></mspace></math>')


def test_a_hostile_formula_costs_little() -> None:
    started = time.process_time()
    for tex in (
        "{" * 200 + "}" * 200,
        r"\hspace{1e9}x",
        r"\sqrt{" * 60 + "x" + "}" * 60,
        r"x^{" * 99 + "}" * 99,
        r"\left(" * 60,
        "&" * 400,
        r"\\" * 200,
    ):
        mathml(tex)
        shown(f"${tex}$")
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


def test_a_sign_that_html_uses_is_part_of_a_formula() -> None:
    for page in (shown("where $a<b$ and $b>c$ hold"), shown("$$a<b$$\n\nand\n\n$$b>c$$")):
        assert 'alttext="a&lt;b"' in page and 'alttext="b&gt;c"' in page
        assert "<mo>&lt;</mo>" in page and "<mo>&gt;</mo>" in page


@pytest.mark.parametrize("tex", ["{}" * 300 + "x", "a$ b $c", "", " "])
def test_what_is_too_long_or_more_than_one_formula_is_not_drawn(tex: str) -> None:
    assert mathml(tex) == ""
