"""The landing page's network is nn.LSTM with the weights of reader.json, stops when asked, and reads what is typed."""

import json

import pytest
import torch

from book.reader import BEGIN, FILE, Reader, codes, in_words, letters_of, prose

SPEC = json.loads(FILE.read_text(encoding="utf-8"))


def expected(text):
    """The likeliest letter after `text`, as a page names it, and its probability in percent."""
    chances = Reader.load(SPEC).read(text)[0][-1].softmax(dim=0)
    letter = SPEC["letters"][int(chances.argmax())]
    return f"it expects: {'blank' if letter == ' ' else letter}, {100 * chances.max().item():.0f}%."


def test_the_kept_weights_read_the_lessons_and_the_named_unit_follows_words():
    network, text = Reader.load(SPEC), prose()[-3000:]
    logits = network.read(text)[0]
    right = (logits[:-1].argmax(dim=1) == codes(text)[1:]).float().mean().item()
    assert abs(right - SPEC["right"]) < 0.05, "train it anew: python -m book.reader"
    assert abs(in_words(network, text)[SPEC["unit"]]) > 0.5


def test_one_letter_at_a_time_is_what_the_layer_gives_for_all():
    network = Reader.load(SPEC)
    text = letters_of("The Forget GATE, 7 times!")
    assert text == "the forget gate, times "
    x = torch.nn.functional.one_hot(codes(text), len(SPEC["letters"])).float()  # (time, letters)
    with torch.no_grad():
        whole = network.out(network.lstm(x[None])[0][0])
    assert torch.allclose(network.read(text)[0], whole, atol=1e-5)


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_computes_what_python_does_for_any_text(reader, site):
    reader.goto((site / "index.html").as_uri())
    said = reader.locator(".reader-said")
    said.filter(has_text=expected(BEGIN)).wait_for()
    assert reader.locator(".reader-text").inner_text() == BEGIN
    for text in ("the cell state", "Why? 42 zeros; it's", "x" * 300):
        reader.get_by_label("Type, and it reads along:").fill(text)
        known = "".join(letter if letter in SPEC["letters"] else " " for letter in text.lower())
        said.filter(has_text=expected(known)).wait_for()
        assert reader.locator(".reader-text span").count() == min(len(text), 240)
    colours = reader.locator(".reader-text span").first.get_attribute("style")
    reader.get_by_label("Cell state").press("ArrowRight")
    assert reader.locator(".reader-text span").first.get_attribute("style") != colours


@pytest.mark.slow
@pytest.mark.browser
def test_it_moves_at_once_writes_on_and_stops_when_asked(reader, site):
    reader.emulate_media(reduced_motion="no-preference")
    reader.goto((site / "index.html").as_uri())
    reader.wait_for_function("document.querySelectorAll('.reader-text span').length > 5")
    reader.wait_for_function("document.querySelectorAll('.reader-text .own').length > 3", timeout=20_000)
    reader.get_by_role("button", name="Pause").click()
    before = reader.locator(".reader-text").inner_text()
    reader.wait_for_timeout(400)
    assert reader.locator(".reader-text").inner_text() == before and before.startswith(BEGIN)
    reader.get_by_role("button", name="Go on").click()
    reader.wait_for_function(
        "before => document.querySelector('.reader-text').innerText !== before", arg=before
    )
