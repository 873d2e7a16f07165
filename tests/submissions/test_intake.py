"""What a submission's folder may hold, and what of it is read; no kernel runs here."""

import copy
import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import nbformat
import pytest
from handed_in import PICTURE, skeleton
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tiny_course import TinyCourse

from autograder.collecting.archive import contents, folder_members
from autograder.core.records import Fault, FaultKind, Item, Repair, RepairKind
from autograder.course.model import Intake
from autograder.results import wording
from autograder.submissions import intake
from autograder.submissions.intake import read, understand

GOOD = TinyCourse(Path()).answer()
ANSWER = GOOD.cells[2]  # without one a notebook is taken for that of another assignment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A submission with one good notebook."""
    nbformat.write(GOOD, tmp_path / "two.ipynb")
    return tmp_path


def taken(folder: Path, *ignore: str) -> Intake:
    """What is understood of the submission in a folder."""
    return understand(read("ada", folder, ignore), [skeleton()])


def understood(folder: Path, content: Any) -> Intake:
    """The same, with a notebook of this content, or of these bytes."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / "two.ipynb").write_bytes(data)
    return taken(folder)


def test_a_good_submission_is_read_without_a_word(folder: Path) -> None:
    found = taken(folder)
    assert [cell.source for cell in found.notebooks["two"]] == [cell.source for cell in GOOD.cells]
    assert [cell.grade_id for cell in found.notebooks["two"]][2:4] == ["double", "test_double"]
    assert (found.faults, found.files, found.notes) == ({}, {}, ())


def test_a_linked_file_is_left_out_and_its_target_is_not_read(folder: Path, tmp_path_factory: Any) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "secret.txt").write_text("SECRET")
    (folder / "data.txt").symlink_to(elsewhere / "secret.txt")
    (folder / "more").symlink_to(elsewhere)
    found = taken(folder)
    assert found.files == {} and "two" in found.notebooks
    assert sorted(note[:20] for note in map(wording.repair, found.notes)) == [
        "`data.txt` was left ",
        "`more` was left out:",
    ]
    assert all("symbolic link" in wording.repair(note) for note in found.notes)


def test_a_linked_notebook_is_a_fault_and_its_target_is_not_read(folder: Path) -> None:
    (folder / "two.ipynb").rename(folder.parent / "theirs.ipynb")
    (folder / "two.ipynb").symlink_to(folder.parent / "theirs.ipynb")
    submission = read("ada", folder)
    assert submission.files == {} and "symbolic link" in wording.fault(submission.odd["two.ipynb"])


def test_a_linked_folder_is_a_fault(folder: Path, tmp_path_factory: Any) -> None:
    link = tmp_path_factory.mktemp("class") / "ada"
    link.symlink_to(folder)
    submission = read("ada", link)
    assert submission.files == {} and submission.fault == Fault(FaultKind.SYMBOLIC_LINK, Item.FOLDER)
    assert read("ada", folder / "two.ipynb").fault == Fault(FaultKind.FILE_FOR_FOLDER, Item.FOLDER)


@pytest.mark.parametrize("place", ["two.ipynb", "deep/two.ipynb"])
def test_a_link_that_comes_while_a_submission_is_read_is_a_fault(
    folder: Path, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    secret = tmp_path_factory.mktemp("secret")
    (secret / "two.ipynb").write_text("SECRET")
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / "two.ipynb").rename(folder / place)
    looked = intake._odd

    def look_and_swap(path: Path, item: Item) -> Fault | None:
        found = looked(path, item)
        if item is Item.NOTEBOOK and path == folder / place:
            swapped = folder / place.split("/")[0]
            swapped.rename(secret / "moved")
            swapped.symlink_to(secret if "/" in place else secret / "two.ipynb")
        return found

    monkeypatch.setattr(intake, "_odd", look_and_swap)
    submission = read("ada", folder)
    assert submission.files == {} and submission.odd[place].kind is FaultKind.SYMBOLIC_LINK


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_hard_link_to_somebody_elses_file_is_a_fault(folder: Path, tmp_path_factory: Any) -> None:
    secret = tmp_path_factory.mktemp("secret") / "theirs.ipynb"
    secret.write_text("SECRET")
    os.chown(secret, 65534, 65534)
    (folder / "two.ipynb").unlink()
    (folder / "two.ipynb").hardlink_to(secret)
    (folder / "three.ipynb").write_text("{}")
    (folder / "copy.ipynb").hardlink_to(folder / "three.ipynb")  # as programs do that save space
    submission = read("ada", folder)
    assert submission.odd["two.ipynb"].kind is FaultKind.ANOTHERS_FILE and "two.ipynb" not in submission.files
    assert submission.files["copy.ipynb"] == b"{}"
    taken = contents(folder_members(folder))
    assert set(taken.files) == {"three.ipynb", "copy.ipynb"} and "hard link to somebody else" in str(
        taken.notes
    )


def test_pipes_are_left_out_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "three.ipynb")
    submission = read("ada", folder)
    assert set(submission.files) == {"two.ipynb"} and set(submission.odd) == {"three.ipynb"}
    assert "not an ordinary file" in wording.repair(submission.notes[0])


def test_a_file_that_is_too_large_is_left_out_before_it_is_read(folder: Path) -> None:
    for name in ("two.ipynb", "large.bin"):
        with (folder / name).open("wb") as file:
            file.truncate(intake.MAX_BYTES + 1)
    submission = read("ada", folder)
    assert submission.files == {}
    assert "clear its outputs" in wording.fault(submission.odd["two.ipynb"])
    assert "make it smaller" in wording.repair(submission.notes[0])


def test_files_that_are_too_much_together_are_left_out(folder: Path) -> None:
    for number in range(5):
        with (folder / f"{number}.bin").open("wb") as file:
            file.truncate(intake.MAX_BYTES - 1)
    submission = read("ada", folder)
    assert sum(map(len, submission.files.values())) <= intake.MAX_TOTAL
    assert set(submission.files) == {"two.ipynb", "0.bin", "1.bin", "2.bin"}, "the notebook comes first"
    assert [wording.repair(note)[:20] for note in submission.notes] == [
        "`3.bin` was left out",
        "`4.bin` was left out",
    ]


@pytest.mark.parametrize("where", [".", "data"])
def test_of_very_many_files_the_first_are_taken_and_the_notebook_anyway(folder: Path, where: str) -> None:
    (folder / where).mkdir(exist_ok=True)
    for number in range(intake.MAX_FILES + 10):
        (folder / where / f"{number}.txt").touch()
    submission = read("ada", folder)
    assert len(submission.files) == intake.MAX_FILES and "two.ipynb" in submission.files
    assert submission.notes == (Repair(RepairKind.TOO_MANY_FILES, most=intake.MAX_FILES),)


def test_folders_without_end_are_left_out(folder: Path) -> None:
    here = folder
    for _ in range(200):
        here /= "a"
        here.mkdir()
    (here / "deep.txt").touch()
    (folder / "a" / "near.txt").touch()
    submission = read("ada", folder)
    assert set(submission.files) == {"two.ipynb", "a/near.txt"}
    assert len(submission.notes) == 1 and "was left out" in wording.repair(submission.notes[0])


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x1b[2Jb.txt", "a\u202eb.txt", "\udcff.txt"])
def test_a_name_that_cannot_be_printed_is_left_out_and_said_without_it(folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    submission = read("ada", folder)
    assert set(submission.files) == {"two.ipynb"}
    assert "unprintable" in (said := wording.repair(submission.notes[0])) and said.isprintable()


def test_what_nbgrader_ignores_is_ignored(folder: Path) -> None:
    for name in (".ipynb_checkpoints", "__pycache__"):
        (folder / name).mkdir()
        (folder / name / "two-checkpoint.ipynb").write_text("{}")
    submission = read("ada", folder, (".ipynb_checkpoints", "__pycache__"))
    assert set(submission.files) == {"two.ipynb"} and submission.notes == ()


def test_notebooks_and_the_time_are_not_carried_along_nor_what_is_below_such_names(folder: Path) -> None:
    for name in ("extra.ipynb", "data.csv", "timestamp.txt", "sub/x.txt", "a.ipynb/x.txt", "b/timestamp.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("2026-02-03 10:00:00 UTC")
    found = taken(folder)
    assert set(found.files) == {"data.csv", "sub/x.txt"}


def test_a_changed_file_changes_the_digest(folder: Path) -> None:
    digests = {read("ada", folder).digest}
    (folder / "data.csv").write_text("1")
    digests.add(read("ada", folder).digest)
    (folder / "data.csv").write_text("2")
    digests.add(read("ada", folder).digest)
    (folder / "data.csv").rename(folder / "datum.csv")
    digests.add(read("ada", folder).digest)
    assert len(digests) == 4


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "99999999999999999999",
        "2026-99-99",
        "\ufffe" * 300,
        "-0 60111111111111111111111111111111111100m",
    ],
)
def test_a_time_that_is_none_is_said_and_none_is_assumed(folder: Path, text: str) -> None:
    (folder / "timestamp.txt").write_text(text, encoding="utf-8")
    submission = read("ada", folder)
    assert submission.timestamp is None and "is not a time" in wording.repair(submission.notes[0])
    (folder / "timestamp.txt").write_text("2026-02-03 10:00:00 UTC")
    assert read("ada", folder).timestamp == "2026-02-03 10:00:00 UTC"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe{\0}\0", "not encoded in UTF-8 (byte 0)"),
        (b'{"cells": [', "not valid JSON, line 1"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"nbformat": %s}' % (b"9" * 5_000), "not valid JSON"),
        (b"[]", "does not say which notebook format"),
        ({"cells": []}, "does not say which notebook format"),
        ({"nbformat": "4", "cells": []}, "does not say which notebook format"),
        ({"nbformat": 4.5, "cells": []}, "does not say which notebook format"),
        ({"nbformat": True, "cells": []}, "does not say which notebook format"),
        ({"nbformat": 10**400, "cells": []}, "does not say which notebook format"),
        (
            {"nbformat": 3, "metadata": [{}] * 300_001},
            "300003 lists and tables in it, more than the 300000 allowed",
        ),
        ({"nbformat": 5, "cells": []}, "has the notebook format 5, newer than 4"),
        ({"nbformat": 3, "worksheets": 7}, "has the old notebook format 3 and cannot be upgraded"),
        ({"nbformat": 2, "worksheets": [{"cells": [{}]}]}, "old notebook format 2"),
        ({"nbformat": -1, "cells": []}, "has the old notebook format -1"),
        ({"nbformat": 4}, "it has no cells"),
        ({"nbformat": 4, "cells": {"0": {}}}, "it has no cells"),
        ({"nbformat": 4, "cells": [{}] * 1_001}, "has 1001 cells, more than the 1000 allowed"),
    ],
)
def test_a_file_that_is_no_notebook_is_a_fault_in_words(folder: Path, content: Any, why: str) -> None:
    found = understood(folder, content)
    assert found.notebooks == {} and why in wording.fault(found.faults["two"])


def test_a_byte_order_mark_and_an_old_format_are_read(folder: Path) -> None:
    plain = understood(folder, GOOD).notebooks
    assert understood(folder, b"\xef\xbb\xbf" + json.dumps(GOOD).encode()).notebooks == plain
    old = nbformat.writes(nbformat.convert(copy.deepcopy(GOOD), 3)).encode()
    assert [cell.source for cell in understood(folder, old).notebooks["two"]][1:] == [
        cell.source for cell in GOOD.cells
    ][1:]


ODD = [
    None,
    7,
    "x",
    [],
    {},
    [1, "a", None, ["b"]],
    {"a": 1},
    {"nbgrader": 3},
    {"nbgrader": {"grade_id": [1]}},
    True,
]


def test_cells_of_the_oddest_kinds_become_plain_ones(folder: Path) -> None:
    keys = ("cell_type", "source", "metadata", "id", "attachments", "outputs")
    cells = [{key: odd} for key in keys for odd in ODD] + [dict.fromkeys(keys, odd) for odd in ODD] + ODD
    _, *found = understood(folder, {"nbformat": 4, "metadata": 3, "cells": [ANSWER, *cells]}).notebooks["two"]
    assert len(found) == len(cells) - len(ODD) + sum(isinstance(odd, dict) for odd in ODD)
    for cell in found:
        assert cell.kind in ("code", "markdown", "raw")
        assert all(type(text) is str for text in (cell.source, cell.grade_id, cell.cell_id))
        assert cell.attachments == {}
    assert "xa" not in {cell.source for cell in found} and "a" in {cell.source for cell in found}


def test_a_lone_surrogate_becomes_a_question_mark(folder: Path) -> None:
    cells = [{"cell_type": "code", "source": "print('\ud800')", "metadata": {}}]
    found = understood(folder, {"nbformat": 4, "cells": [ANSWER, *cells]}).notebooks["two"]
    assert found[1].source == "print('?')"


def test_only_pictures_in_base64_stay_attached_and_only_to_text(folder: Path) -> None:
    bundle = {
        "image/png": PICTURE,
        "text/html": PICTURE,
        "image/svg+xml": "<svg onload=x>",
        "image/jpeg": ["a"],
    }
    attachments = {"a": bundle, "b": 5, "c": None}
    cells = [
        {"cell_type": kind, "source": "", "metadata": {}, "attachments": attachments}
        for kind in ("markdown", "code", "raw")
    ]
    found = understood(folder, {"nbformat": 4, "cells": cells}).notebooks["two"]
    assert [cell.attachments for cell in found] == [{"a": {"image/png": PICTURE}}, {}, {}]
    lone = {"cell_type": "markdown", "attachments": {"a": {"text/html": PICTURE}}}
    found = understood(folder, {"nbformat": 4, "cells": [lone]}).notebooks["two"]
    assert found[0].attachments == {}, "nbconvert stops at one that has nothing in it"


def test_pictures_that_would_be_shown_too_often_are_left_out(folder: Path) -> None:
    cell = new_markdown_cell("![a](attachment:a)\n" * 30)
    cell.attachments = {"a": {"image/png": "AAAA" * 2**18}}
    once, again = (new_markdown_cell("![a](attachment:a)", attachments=cell.attachments) for _ in range(2))
    found = understood(folder, new_notebook(cells=[ANSWER, once, cell, again]))
    assert [bool(each.attachments) for each in found.notebooks["two"]] == [False, True, False, False]
    assert "pictures in text cells were left out" in wording.repair(found.notes[0])


def test_a_notebook_is_found_by_its_cells_else_by_its_name_and_that_is_said(folder: Path) -> None:
    (folder / "two.ipynb").rename(folder / "final `<b>`.ipynb")
    (folder / "Two copy.ipynb").write_text(json.dumps(new_notebook(cells=[ANSWER])))
    found = taken(folder)
    assert len(found.notebooks["two"]) == len(GOOD.cells)
    assert tuple(map(wording.repair, found.notes)) == (
        "the notebook was called `final '‹b›'.ipynb`; it was graded as `two.ipynb`",
    ), "its name must not become markup"
    (folder / "final `<b>`.ipynb").unlink()
    assert len(taken(folder).notebooks["two"]) == 1


def test_a_notebook_deeper_down_does_not_stand_for_one_at_the_top(folder: Path) -> None:
    (folder / "old").mkdir()
    (folder / "old" / "two.ipynb").write_text(json.dumps(new_notebook(cells=[new_code_cell("1")])))
    assert len(taken(folder).notebooks["two"]) == len(GOOD.cells)


def test_a_notebook_of_empty_tables_is_counted_and_not_upgraded(tmp_path):
    """Else 16 MB of them take 3 GB, for each table becomes three objects."""
    content = b'{"nbformat": 3, "metadata": [' + b'{"":0},' * 2_300_000 + b"0]}"
    tracemalloc.start()
    try:
        found = understood(tmp_path, content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.faults["two"].kind is FaultKind.TOO_MUCH_INSIDE and peak < 8 * len(content)
