"""`autograder essays`: what waits, the rubric that the source states, marks out to a spreadsheet and back."""

import csv
import io
import json
from pathlib import Path

import pytest
from reading import Essays

from autograder.cli import main
from autograder.commands.essays import export_marks, import_marks, list_essays, take_rubric
from autograder.essays.board import State


def call(command: object, *arguments: object, **options: object) -> tuple[int, str]:
    """The exit status of a command's function, and what it printed."""
    out = io.StringIO()
    return command(*arguments, out=out, **options), out.getvalue()  # type: ignore[operator]


def rows(path: Path) -> dict[str, dict[str, str]]:
    """The lines of a CSV by student."""
    with path.open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def write(path: Path, lines: dict[str, dict[str, str]], delimiter: str = ",") -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(next(iter(lines.values()))), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines.values())


def test_what_waits_is_listed_with_its_groups(essays: Essays) -> None:
    assert main(["--course", str(essays.tiny.root), "essays", "t1"]) == 1
    status, said = call(list_essays, essays.tiny.root, "t1", "essay")
    assert status == 1
    assert "two/essay (Why?), 4 points: 5 answers in 4 groups: 4 waiting, 1 blank" in said
    assert "2  waiting  ada, bob: Because of the *gates*." in said and "1  blank 0  cyd: -" in said
    status, said = call(list_essays, essays.tiny.root, "t1", as_json=True)
    values = json.loads(said)
    assert status == 1 and values["questions"][0]["waiting"] == 4
    assert values["boards"]["two/essay"]["standings"]["cyd"]["state"] == "blank"
    status, said = call(list_essays, essays.tiny.root, "t2")
    assert status == 2 and "Did you mean 't1'?" in said
    status, said = call(list_essays, essays.tiny.root, "t1", "esay")
    assert status == 2 and "autograder essays t1 --question essay" in said


def test_the_rubric_that_the_model_answer_states_is_taken_once(essays: Essays) -> None:
    status, said = call(take_rubric, essays.tiny.root, "t1", "")
    assert status == 0 and "r1  +2  the gate, with $f$" in said and "r3  +1  what follows" in said
    assert "has a rubric of 3 items already" in call(take_rubric, essays.tiny.root, "t1", "")[1]


def test_marks_go_out_to_a_spreadsheet_and_come_back(essays: Essays, tmp_path: Path) -> None:
    essays.rubric()
    path = tmp_path / "marks.csv"
    status, said = call(export_marks, essays.tiny.root, "t1", "", path)
    assert status == 0 and "5 answers written" in said and "r1  +2  the gate" in said
    lines = rows(path)
    assert lines["ada"]["group"] == lines["bob"]["group"] != lines["dan"]["group"]
    lines["ada"] |= {"items": "r1"}  # its points follow
    lines["bob"] |= {"points": "2,5", "items": "r1", "comment": "'=1+1 is no reason"}
    lines["dan"] |= {"points": "0"}
    lines["eva"] |= {"points": "1", "items": "r2"}
    essays.mark("eva", "r1", who="ben")
    write(path, lines, ";")
    status, said = call(import_marks, essays.tiny.root, "t1", "", path, who="Ada L.")
    assert status == 1 and "3 marks taken, 1 not" in said
    assert "1 marked or handed in again since the file was written: export it anew: eva (line " in said
    standings = essays.board().standings
    assert [standings[s].points for s in ("ada", "bob", "dan", "eva")] == [2, 2.5, 0, 2]
    assert standings["bob"].adjust == 0.5 and standings["bob"].note == "=1+1 is no reason"
    assert standings["ada"].by == "Ada L." and standings["eva"].by == "ben"
    lines["eva"] |= {"points": "", "items": "", "comment": "lost?"}
    write(path, lines)
    status, said = call(import_marks, essays.tiny.root, "t1", "", path)
    assert status == 2 and "found a comment alone, expected points, or items" in said
    call(export_marks, essays.tiny.root, "t1", "", path)
    assert call(import_marks, essays.tiny.root, "t1", "", path) == (0, "t1: no marks taken, 0 not\n")
    assert rows(path)["bob"]["comment"] == "'=1+1 is no reason", "no spreadsheet evaluates it"


def test_marks_are_not_put_on_what_was_handed_in_again_and_those_are_named(
    essays: Essays, tmp_path: Path
) -> None:
    essays.mark("eva", adjust=2.0)
    path = tmp_path / "marks.csv"
    call(export_marks, essays.tiny.root, "t1", "", path)
    lines = rows(path)
    for student in ("ada", "bob", "dan"):
        lines[student]["points"] = "3"
    write(path, lines)
    for student in ("ada", "dan", "eva"):
        essays.hand_in(student, f"Another text of {student}.")
    status, said = call(import_marks, essays.tiny.root, "t1", "", path)
    assert status == 1 and "1 mark taken, 2 not" in said, "eva's line asks for nothing"
    assert (
        "2 handed in again, and not graded yet: autograder grade t1, then export it anew: ada (line" in said
    )
    essays.tiny.grade()
    status, said = call(import_marks, essays.tiny.root, "t1", "", path)
    assert status == 1 and "no marks taken, 3 not" in said
    assert "3 marked or handed in again since the file was written: export it anew: ada (line" in said
    standings = essays.board().standings
    assert [standings[s].points for s in ("ada", "bob", "dan", "eva")] == [None, 3, None, 2]
    assert standings["eva"].state is State.AGAIN


def test_an_answer_to_be_looked_at_again_keeps_its_points_when_they_are_filled_in_again(
    essays: Essays, tmp_path: Path
) -> None:
    essays.rubric()
    essays.mark("ada bob", "r1", note="Good.")
    for student in ("ada", "bob"):
        essays.hand_in(student, f"Another text of {student}.")
    essays.tiny.grade()
    path = tmp_path / "marks.csv"
    call(export_marks, essays.tiny.root, "t1", "", path)
    lines = rows(path)
    ada = lines["ada"]
    assert (ada["state"], ada["points"], ada["items"], ada["earlier"]) == ("again", "", "", "2 (r1)")
    assert call(import_marks, essays.tiny.root, "t1", "", path) == (0, "t1: no marks taken, 0 not\n")
    lines["ada"]["items"] = "r1"
    write(path, lines)
    assert "1 mark taken, 0 not" in call(import_marks, essays.tiny.root, "t1", "", path)[1]
    ada, bob = essays.standing("ada"), essays.standing("bob")
    assert (ada.state, ada.points, ada.note, ada.same) == (State.READ, 2, "Good.", True)
    assert bob.state is State.AGAIN


def test_what_the_formgrader_gave_is_taken_over_only_when_asked_for(essays: Essays, tmp_path: Path) -> None:
    essays.formgrader("dan", 3)
    path = tmp_path / "marks.csv"
    call(export_marks, essays.tiny.root, "t1", "", path)
    lines = rows(path)
    assert lines["dan"]["by"] == "formgrader"
    lines["dan"]["points"] = "1"
    write(path, lines)
    status, said = call(import_marks, essays.tiny.root, "t1", "", path)
    assert status == 1 and "given in the formgrader (--over takes these too): dan" in said
    assert call(import_marks, essays.tiny.root, "t1", "", path, over=True)[0] == 0
    assert essays.standing("dan").points == 1


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("points", "5", "found 5 points, expected from 0 to 4"),
        ("points", "many", "found 'many' as points, expected a number"),
        ("items", "r9", "found the item 'r9', expected of r1, r2"),
        ("student_id", "zoe", "found 'zoe' and 'two/essay', expected a student"),
    ],
)
def test_a_line_that_cannot_be_right_stops_before_anything_is_taken(
    essays: Essays, tmp_path: Path, column: str, value: str, said: str
) -> None:
    essays.rubric()
    path = tmp_path / "marks.csv"
    call(export_marks, essays.tiny.root, "t1", "", path)
    lines = rows(path)
    lines["ada"]["points"] = lines["dan"]["points"] = "1"
    lines["dan"][column] = value
    write(path, lines)
    status, printed = call(import_marks, essays.tiny.root, "t1", "", path)
    assert status == 2 and said in printed and "line " in printed
    assert essays.standing("ada").points is None


def test_an_answer_as_long_as_a_book_does_not_keep_the_others_from_coming_back(
    essays: Essays, tmp_path: Path
) -> None:
    essays.hand_in("fay", "x " * 100_000)
    essays.tiny.grade()
    path = tmp_path / "marks.csv"
    assert call(export_marks, essays.tiny.root, "t1", "", path)[0] == 0
    lines = rows(path)
    assert len(lines["fay"]["answer"]) == 32_000, "more than a spreadsheet's cell holds"
    lines["fay"]["points"] = lines["ada"]["points"] = "1"
    write(path, lines)
    assert "2 marks taken, 0 not" in call(import_marks, essays.tiny.root, "t1", "", path, who="ann")[1]


def test_an_option_that_would_do_nothing_is_refused(
    essays: Essays, capsys: pytest.CaptureFixture[str]
) -> None:
    for options, said in ((["--over"], "--import CSV"), (["--as", "Ada"], "--import CSV or --rubric")):
        with pytest.raises(SystemExit) as stop:
            main(["--course", str(essays.tiny.root), "essays", "t1", *options])
        assert stop.value.code == 2 and said in capsys.readouterr().err
