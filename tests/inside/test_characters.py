"""The shipped character model: its text, what stands where in it, its weights, its card; and it can be made again."""

import dataclasses
import json

import pytest
import torch
from safetensors import SafetensorError

from lstmlab.characters import model as models
from lstmlab.characters.card import card_text
from lstmlab.characters.model import CARD, FILE, CharacterModel, shipped_card, standard_library_model
from lstmlab.characters.source import (
    ANNOTATIONS,
    HELD_OUT,
    LETTERS,
    annotate,
    codes,
    held_out,
    known,
    module,
    to_train_on,
)
from lstmlab.characters.train import Settings, examine, train, write

SNIPPET = """def f(a, b='x'):
    # no
    return [a, rb"(", f'{b}']
"""


def _marked(name: str) -> str:
    """The letters that have a mark of SNIPPET, and a dot for each other."""
    marks = annotate(SNIPPET)[name].tolist()
    return "".join(
        letter if mark and letter != "\n" else "." for letter, mark in zip(SNIPPET, marks, strict=True)
    )


def test_strings_comments_and_brackets_are_where_python_says():
    assert _marked("string").replace(".", "") == "'xrb\"(f'{b}"
    assert _marked("comment").strip(".") == "# no"
    depth = annotate(SNIPPET)["brackets"]
    assert depth[SNIPPET.index("(a")] == 1 and depth[SNIPPET.index("):")] == 0
    assert (
        depth[SNIPPET.index("[a")] == 1 and depth[SNIPPET.index("{b") :].max() == 1
    )  # of the list, not of the f-string
    assert depth[-1] == 0


def test_columns_and_indentation_begin_anew_with_each_line():
    marks = annotate("ab\n   c\n\nd")
    assert marks["column"].tolist() == [1, 2, 0, 1, 2, 3, 4, 0, 0, 1]
    assert marks["indentation"].tolist() == [0, 0, 0, 1, 2, 3, 3, 0, 0, 0]


def test_letters_that_the_model_does_not_know_are_question_marks_and_codes_refuses_them():
    assert known("\tü€a") == "    ??a"
    assert "".join(LETTERS[code] for code in codes("a\nb")) == "a\nb"
    with pytest.raises(ValueError, match="pass known"):
        codes("ü")


def test_held_out_modules_are_not_in_the_text_to_train_on():
    text = to_train_on()
    assert len(text) > 1_000_000 and set(text) <= set(LETTERS)
    for name in HELD_OUT:
        assert module(name)[:2000] not in text
    assert held_out().startswith(module(HELD_OUT[0]))


def test_a_python_without_its_source_is_told_so(monkeypatch, tmp_path):
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    with pytest.raises(
        FileNotFoundError, match=r"has no calendar\.py; use a Python that comes with the source"
    ):
        module("csv")


def test_the_shipped_weights_are_small_and_predict_what_they_have_not_read():
    assert FILE.stat().st_size < 1_000_000
    model, read = standard_library_model(), codes(held_out()[:30_000])
    assert not any(parameter.requires_grad for parameter in model.parameters())
    torch.manual_seed(0)
    untrained = CharacterModel().nats(read)
    assert model.nats(read) < 1.9 < 4.3 < untrained  # chance is 4.56


def test_the_card_is_what_the_numbers_that_came_with_the_weights_say():
    card = shipped_card()
    assert CARD.read_text(encoding="utf-8") == card_text(card)
    assert [one.seed for one in card.seeds] == [0, 1, 2, 3, 4]
    assert all(set(one.findings) == set(ANNOTATIONS) for one in card.seeds)


@pytest.mark.slow
@pytest.mark.long
def test_what_the_card_says_of_the_shipped_model_is_found_again():
    said, found = shipped_card().seeds[0], examine(standard_library_model(), seed=0)
    assert abs(found.nats - said.nats) < 0.1  # another Python has other modules
    for name in ANNOTATIONS:
        assert abs(found.findings[name].r - said.findings[name].r) < 0.1
        assert abs(found.findings[name].cost - said.findings[name].cost) < 0.05


def test_trained_twice_from_one_seed_the_weights_are_the_same_and_it_learns(tmp_path):
    text = module("csv") + module("shlex")
    one, same, other = (train(text, Settings(seed, updates=25)).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["head.weight"], other["head.weight"])
    trained = CharacterModel()
    before = trained.nats(codes(module("textwrap")))
    trained.load_state_dict(one)
    assert trained.nats(codes(module("textwrap"))) < before - 0.5
    with pytest.raises(ValueError, match="letters; pass more than 3120"):
        train("x" * 3000, Settings(0))


def test_what_is_written_is_read_again(tmp_path, monkeypatch):
    torch.manual_seed(3)
    model, card = CharacterModel("abc", 5), dataclasses.replace(shipped_card(), letters=7)
    write(model, card, tmp_path / "m.safetensors", tmp_path / "m.md")
    again = CharacterModel.load(tmp_path / "m.safetensors")
    assert again.letters == "abc" and torch.equal(again.head.weight, model.head.weight)
    monkeypatch.setattr(models, "FILE", tmp_path / "m.safetensors")
    assert json.dumps(dataclasses.asdict(shipped_card.__wrapped__())) == json.dumps(dataclasses.asdict(card))
    assert "7 letters" in (tmp_path / "m.md").read_text()
    (tmp_path / "none.safetensors").write_bytes(b"nothing")
    with pytest.raises(SafetensorError):
        CharacterModel.load(tmp_path / "none.safetensors")
