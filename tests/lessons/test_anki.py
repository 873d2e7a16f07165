"""The deck for Anki: read back from the file, the same names at every build, readable code."""

import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lstmlab.bank.load import lessons, load_bank
from lstmlab.quiz import anki


def read_back(package: Path) -> dict:
    """The decks, note types and notes of an .apkg, by their ids, as Anki would see them."""
    folder = package.with_suffix("")
    with zipfile.ZipFile(package) as archive:
        archive.extract("collection.anki2", folder)
    connection = sqlite3.connect(folder / "collection.anki2")
    try:
        decks, models = connection.execute("select decks, models from col").fetchone()
        rows = connection.execute("select guid, mid, flds, tags from notes").fetchall()
        places = dict(connection.execute("select guid, did from notes join cards on notes.id = cards.nid"))
    finally:
        connection.close()
    return {
        "decks": {int(key): deck["name"] for key, deck in json.loads(decks).items()},
        "models": {
            int(key): [field["name"] for field in model["flds"]] for key, model in json.loads(models).items()
        },
        "notes": {guid: (mid, fields.split("\x1f"), tags.split()) for guid, mid, fields, tags in rows},
        "places": places,
    }


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The package, built twice and read back."""
    folder = tmp_path_factory.mktemp("anki")
    counts = [anki.write(folder / f"{name}.apkg") for name in ("one", "two")]
    assert counts[0] == counts[1]
    return [read_back(folder / f"{name}.apkg") for name in ("one", "two")]


def test_two_builds_give_the_same_decks_note_types_and_notes(packages):
    one, two = packages
    assert one == two and set(one["models"]) == {anki.MODEL_ID}


def test_everything_of_every_bank_is_there_once_in_the_deck_of_its_lesson(packages):
    package = packages[0]
    for lesson in lessons():
        bank = load_bank(lesson)
        wanted = sum(
            len(getattr(bank, kind))
            for kind in ("cards", "questions", "prompts", "terms", "myths", "pitfalls")
        )
        own = [guid for guid, (_, _, tags) in package["notes"].items() if lesson in tags]
        assert len(own) == wanted, lesson
        assert {package["decks"][package["places"][guid]] for guid in own} == {
            f"{anki.COURSE}::{lesson.replace('_', ' ')}"
        }


def test_a_note_keeps_its_name_when_its_words_change():
    first, second = anki.Note("03_gates/card/k", "A", "a", "b"), anki.Note("03_gates/card/k", "B", "c", "d")
    assert first.guid == second.guid != anki.Note("04_nn_lstm/card/k", "A", "a", "b").guid
    assert first.guid == "f8cf505421974c1d3851", "another name, and a reader's next import doubles every card"


def test_code_and_signs_are_readable_and_nothing_is_lost_on_the_way(packages):
    fronts = " ".join(fields[0] for _, fields, _ in packages[0]["notes"].values())
    assert "<code>nn.LSTM(10, 20)</code>" in fronts and "`" not in fronts
    for _, fields, tags in packages[0]["notes"].values():
        assert len(fields) == 3 and all(fields), tags
        assert not re.search(r"<(?!/?(p|b|br|code|ul|li|span|div|pre)\b)", fields[0] + fields[1]), fields


def test_a_note_says_where_to_read_again_and_is_found_by_lesson_kind_and_level(packages):
    for lesson in lessons():
        for note in anki.notes(load_bank(lesson)):
            _, fields, tags = packages[0]["notes"][note.guid]
            assert sorted(tags) == sorted(note.tags) and fields[2] == note.where
    bank = load_bank("03_gates")
    (bound,) = [note for note in anki.notes(bank) if note.id == "03_gates/card/c h bounded"]
    assert bound.where == "Lesson 03 gates, <code>h</code> is bounded, <code>c</code> is not"
    assert bound.tags == ["03_gates", "card", "beginner"]
    assert {"easy", "medium", "hard"} <= {tag for note in anki.notes(bank) for tag in note.tags}


def test_an_answer_does_not_stand_on_the_front(packages):
    for _, fields, tags in packages[0]["notes"].values():
        if "choice" in tags:
            assert "Answer:" not in fields[0] and "Answer:" in fields[1]


def test_the_command_says_what_it_wrote_and_what_to_do_with_it(tmp_path):
    command = [sys.executable, "-m", "lstmlab.quiz.anki", str(tmp_path / "build/deck.apkg")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0 and "In Anki: File, Import" in run.stdout, run.stderr
    assert (tmp_path / "build/deck.apkg").stat().st_size > 10_000


def test_without_genanki_the_command_says_what_to_type(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "genanki", None)
    monkeypatch.setattr(sys, "argv", ["anki"])
    assert anki.main() == 2 and "make anki" in capsys.readouterr().err
