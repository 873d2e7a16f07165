"""The book in another language: one page in a pseudo-language, in which whatever can be translated stands in ⟦ ⟧."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from built_book import ROOT, build

from book.language import SPOKEN, markup_in, pattern, scripts_words, spoken
from book.runs import CACHE

LANGUAGE = "eo"  # Sphinx asks for one that there is
LESSON = "03_gates"
# Words that are seen on the page and are not in ⟦ ⟧, but for code, formulas and furo's frame.
UNTURNED = r"""() => {
  const skip = `pre, code, math, .sidebar-drawer, .toc-drawer, .mobile-header, footer, .toc-overlay-icon,
    .skip-to-content, .theme-toggle, .headerlink, .back-to-top`;
  const depth = (range) => {
    const signs = range.toString().match(/[⟦⟧]/g) ?? [];
    return signs.reduce((sum, sign) => sum + (sign === "⟦" ? 1 : -1), 0);
  };
  const turned = (node) => {
    if (node.textContent.includes("⟦")) return true;
    const before = document.createRange();
    before.setStart(document.body, 0);
    before.setEnd(node, 0);
    return depth(before) > 0;
  };
  const found = [];
  const walk = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  for (let text; (text = walk.nextNode()); ) {
    const words = text.textContent.match(/\p{L}{3,}/gu)?.filter((word) => word !== "tanh");
    if (words?.length && !text.parentElement.closest(skip) && text.parentElement.checkVisibility() && !turned(text))
      found.push(text.textContent.trim().slice(0, 90));
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const node of document.querySelectorAll(`article [${name}]`)) {
      const said = node.getAttribute(name);
      if (/\p{L}{3,}/u.test(said) && !said.includes("⟦") && !node.closest(skip)) found.push(`${name}: ${said}`);
    }
  return found;
}"""


def translate(words: Path, locale: Path) -> None:
    """Each text of the catalogues as ⟦text⟧."""
    folder = locale / LANGUAGE / "LC_MESSAGES"
    for file in words.rglob("*.pot"):
        with file.open("rb") as opened:
            catalogue = read_po(opened)
        for message in catalogue:
            if message.id:
                message.string = f"⟦{message.id}⟧"
        written = (folder / file.relative_to(words)).with_suffix(".po")
        written.parent.mkdir(parents=True, exist_ok=True)
        with written.open("wb") as opened:
            write_po(opened, catalogue, width=0)


@pytest.fixture(scope="module")
def translated(tmp_path_factory):
    """The folder of a book with one lesson in the pseudo-language."""
    folder = tmp_path_factory.mktemp("language")
    done = build(CACHE, folder / "words", "--builder", "gettext", LESSON)
    assert done.returncode == 0, done.stderr
    translate(folder / "words", folder / "locale")
    done = build(CACHE, folder / "book", "--language", LANGUAGE, "--locale", str(folder / "locale"), LESSON)
    assert done.returncode == 0, done.stderr
    return folder / "book"


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_on_a_page_is_hard_wired_to_english(translated, reader):
    reader.goto((translated / f"{LESSON}.html").as_uri())
    assert reader.evaluate("document.documentElement.lang") == LANGUAGE
    reader.evaluate("""async () => {
      for (const place of document.querySelectorAll(".live")) {
        place.scrollIntoView();
        for (let k = 0; place.dataset.awake !== "yes" && k < 100; k++) await new Promise(done => setTimeout(done, 50));
      }
    }""")
    assert reader.evaluate(UNTURNED) == []
    # What is said later: by a widget, by each kind of item.
    slider = reader.get_by_role("slider", name=re.compile("forget gate")).first
    slider.focus()
    slider.press("ArrowRight")
    reader.wait_for_function("document.querySelector('.lw-status').textContent.includes('(')")
    reader.evaluate("""() => {
      for (const button of document.querySelectorAll(".live:not(.live-widget) button"))
        if (button.ariaDisabled !== "true") button.click();
    }""")
    asked = reader.locator(".live-choice, .live-predict, .live-myth").all()
    assert len(asked) > 5
    for letter in asked:
        letter.locator("input[type=radio]").first.check()
        letter.get_by_role("button").first.click()
    for area in reader.locator(".live-explain").all():
        area.locator("textarea").fill("the gate keeps the state")
        area.get_by_role("button").first.click()
    assert reader.evaluate(UNTURNED) == []


@pytest.mark.slow
def test_the_words_of_the_review_are_in_the_catalogue_and_on_its_page(translated):
    script = (translated / "_static/book/bank.js").read_text(encoding="utf-8")
    for text in ("⟦Due today: {due}.", "⟦Nothing is due today.⟧", '"Again":"⟦Again⟧"', "⟦Hand in⟧", "⟦hard⟧"):
        assert text in script
    assert "⟦⟦" not in script


def test_a_template_is_asked_for_by_its_places():
    assert pattern("Step ${step} of ${rows.map((row) => `${row}`).join()}.") == "Step {0} of {1}."
    assert pattern("no place") == "no place"
    words = scripts_words()
    assert "{0} of {1}" in words and "forget gate" in words and len(words) > 200
    assert [text for text in words if "${" in text or "`" in text] == []


def test_what_is_read_of_a_spec_is_turned_and_what_programs_decide_by_is_not():
    spec = {
        "kind": "choice", "key": "keep", "texts": {"A": "one"}, "answer": "A", "none": "Choose.",
        "verdicts": {"A": "Yes."}, "traits": {"heading": "What?", "options": [["A", "one"]], "code": "x = 1"},
    }  # fmt: skip
    before = repr(spec)
    turned = spoken(spec, "choice", str.upper)
    assert turned["traits"] == {"heading": "WHAT?", "options": [["A", "ONE"]], "code": "x = 1"}
    assert (turned["none"], turned["verdicts"]) == ("CHOOSE.", {"A": "YES."})
    assert (turned["texts"], turned["answer"], turned["key"]) == ({"A": "one"}, "A", "keep")
    assert repr(spec) == before
    assert set(SPOKEN) >= {
        "widget", "choice", "predict", "reveal", "cards", "myth", "pitfall", "explain", "summary",
    }  # fmt: skip


def test_markup_is_turned_by_blocks_and_code_stays():
    markup = (
        '<div><p>Two <b>words</b>.</p><ul><li>An item</li></ul><pre>x = 1</pre><img alt="A curve"/></div>'
    )
    turned = markup_in(markup, lambda text: f"⟦{text}⟧")
    assert "<p>⟦Two <b>words</b>.⟧</p>" in turned and "<li>⟦An item⟧</li>" in turned
    assert "<pre>x = 1</pre>" in turned and 'alt="⟦A curve⟧"' in turned


def test_a_language_without_a_translation_is_named():
    command = [sys.executable, "-m", "book", "--language", "eo", "--locale", "nowhere"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "found no nowhere/eo/LC_MESSAGES; give the folder of the translations" in " ".join(
        done.stderr.split()
    )
