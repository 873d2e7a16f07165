"""The book's pages in a real browser, from a disk: they live, ask nothing of a network, and say what lessons say."""

import re
from html.parser import HTMLParser

import pytest
from built_book import LESSONS

from lstmlab.bank.load import load_bank
from lstmlab.quiz.item_widgets import ChoiceWidget, PredictWidget, RevealWidget
from lstmlab.quiz.study_widgets import CardsWidget, ExplainWidget

pytestmark = pytest.mark.slow
TEXTS = (
    "A fresh kernel runs all cells in order, from the top.",
    "the kernal keeps variables; it does not forget them until a restart",
    "Stability grows after a successful recall. A gap, not repetition on one evening, is what makes it last",
    "never restart! nothing is kept",
)


class Text(HTMLParser):
    """What of some HTML is read."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(markup)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def read(markup: str) -> str:
    """The letters of some HTML; a browser puts blanks where blocks end."""
    return squeezed("".join(Text(markup).parts))


def squeezed(text: str) -> str:
    return "".join(text.split())


def opened(page, site, name):
    page.goto((site / f"{name}.html").as_uri())
    page.wait_for_function(
        "[...document.querySelectorAll('.live:not(.live-widget)')].every(place => place.dataset.awake === 'yes')"
    )
    return page


def shown(place) -> str:
    return squeezed(place.locator(".lq-status").inner_text())


@pytest.mark.parametrize("name", ["index", *LESSONS, "glossary"])
@pytest.mark.parametrize("width", [360, 1200])
def test_a_page_is_alive_without_a_network_and_never_scrolls_sideways(reader, site, name, width):
    reader.set_viewport_size({"width": width, "height": 800})
    opened(reader, site, name)
    assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for place in reader.locator(".live-widget").all():
        place.scroll_into_view_if_needed()
        reader.wait_for_function("place => place.dataset.awake === 'yes'", arg=place.element_handle())
        assert place.locator(".lw").is_visible() and place.locator(".still").is_hidden()


def test_a_slider_of_a_widget_moves_what_stands_beside_it(reader, site):
    opened(reader, site, "00_start_here")
    widget = reader.locator(".live-widget").first
    slider = widget.get_by_role("slider", name="step").first
    before = widget.inner_text()
    slider.focus()
    reader.keyboard.press("ArrowLeft")
    reader.wait_for_function(
        "([place, text]) => place.innerText !== text", arg=[widget.element_handle(), before]
    )


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_question_says_on_the_page_what_it_says_in_the_notebook(reader, site, lesson):
    opened(reader, site, lesson)
    questions = load_bank(lesson).questions
    tried = 0
    for place in reader.locator(".live-choice").all():
        question = questions[place.evaluate("p => JSON.parse(p.querySelector('script').textContent).key")]
        widget = ChoiceWidget(question, {}, lambda *_: "")
        place.get_by_role("button", name="Check").click()
        widget.press("check")
        assert shown(place) == read(widget.status)
        place.get_by_role("button", name="Hint").click()
        widget.press("hint")
        assert shown(place) == read(widget.status)
        for letter in question.letters:
            place.get_by_role("radio").nth(question.letters.index(letter)).check()
            place.get_by_role("button", name="Check").click()
            widget.chosen = letter
            widget.press("check")
            said = read(widget.status)
            assert shown(place).startswith(said), "the page may add that the first answer is a review"
            tried += 1
        place.get_by_role("button", name="Solution").click()
        widget.press("solution")
        assert shown(place) == read(widget.status)
        assert squeezed(place.locator(".lq-more").text_content()) == read(widget.more)
    for place in reader.locator(".live-predict").all():
        question = questions[place.evaluate("p => JSON.parse(p.querySelector('script').textContent).key")]
        widget = PredictWidget(question, {}, lambda *_: "")
        place.get_by_role("radio").last.check()
        place.get_by_role("button", name="Commit").click()
        widget.chosen = question.letters[-1]
        widget.press("commit")
        assert shown(place) == read(widget.status)
        tried += 1
    assert tried > 5


def test_what_a_reader_did_is_there_on_the_next_visit_and_is_counted(reader, site):
    opened(reader, site, "10_review")
    for place in reader.locator(".live-predict").all():
        place.get_by_role("radio").first.check()
        place.get_by_role("button", name="Commit").click()
    kept = reader.locator(".live-predict").count()
    assert kept >= 2
    opened(reader, site, "10_review")
    chosen = [
        place.get_by_role("radio").first.is_checked() for place in reader.locator(".live-predict").all()
    ]
    assert chosen == [True] * kept
    question = load_bank("10_review").questions["evening"]
    verdict = reader.locator(".live-reveal", has_text=question.text[:30]).first
    assert shown(verdict) == read(RevealWidget(question, {"evening": "A"}).status)
    assert f"Predictions: {kept} of {kept} answered" in reader.locator(".live-summary").inner_text()


def test_cards_are_turned_put_away_and_come_again_as_in_the_notebook(reader, site):
    opened(reader, site, "10_review")
    place = reader.locator(".live-cards")
    widget = CardsWidget(load_bank("10_review").cards)
    for button in ("turn", "knew", "turn", "again", "turn", "turn", "turn", "knew"):
        place.locator(f"[data-press={button}]").click()
        widget.press(button)
        assert shown(place) == read(widget.status)


def test_words_are_found_in_an_explanation_as_python_finds_them(reader, site, tmp_path, monkeypatch):
    monkeypatch.setenv("LSTMLAB_DATA", str(tmp_path))
    lesson = "00_start_here"
    opened(reader, site, lesson)
    compared = 0
    for place in reader.locator(".live-explain").all():
        key = place.evaluate("p => JSON.parse(p.querySelector('script').textContent).key")
        widget = ExplainWidget(load_bank(lesson).prompts[key], lesson)
        words = [concept.words.replace("*", "").replace("|", " ") for concept in widget.prompt.concepts]
        for text in ("", *(f"{text} {word}" for text in TEXTS for word in words)):
            widget.written = text
            place.get_by_role("textbox").fill(text)
            place.get_by_role("button", name="Compare").click()
            widget.press("compare")
            assert shown(place) == read(widget.status)
            boxes = [squeezed(label) for label in place.locator("label").all_inner_texts()]
            assert boxes == [read(label) for _, label in widget.boxes]
            assert [box.is_checked() for box in place.get_by_role("checkbox").all()] == widget.ticks
            compared += 1
    assert compared > 10


def test_a_lesson_says_where_it_can_be_run_and_is_there_to_download(reader, site):
    opened(reader, site, "00_start_here")
    links = reader.get_by_role("navigation", name="Run this lesson").get_by_role("link")
    addresses = [link.get_attribute("href") for link in links.all()]
    assert addresses[0].startswith("https://mybinder.org/v2/gh/someone/course/HEAD")
    assert (site / addresses[-1]).is_file()


def test_headings_and_cells_have_the_anchors_that_checks_and_claims_lead_to(site):
    page = (site / "00_start_here.html").read_text()
    assert 'id="What-next"' in page and 'id="cell-id=' in page


def test_figures_are_files_that_are_there(site):
    page = (site / "10_review.html").read_text()
    figures = re.findall(r'<img alt="[^"]+" src="([^"]+)"[^>]* width="\d+" height="\d+"', page)
    assert figures and all((site / name).stat().st_size > 500 for name in figures)
    assert "data:image" not in page
