"""Collecting: whose a submission is, which of its files count, what is late, and that nothing is lost or harmed."""

import glob
import importlib.metadata
import io
import json
import os
import pwd
import shutil
import subprocess
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from downloads import git, make_clone, make_zip, text_of
from nbgrader.api import Gradebook

from autograder.collecting.archive import folder_members
from autograder.collecting.collect import Options, collect
from autograder.collecting.model import Batch, Found, Unreadable
from autograder.collecting.source import GROUP, Download
from autograder.collecting.submitted_folder import UPDATED, Arrived, plan
from autograder.report.learning import files_in
from autograder.submissions.intake import MAX_TOTAL

WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
)
CANVAS_ROSTER = (
    "Student,ID,SIS User ID,SIS Login ID,Section,t1 (77)\n"
    "    Points Possible,,,,,5.00\n"
    '"O\'Brien, Mary-Jane",501,s1,mjob,A,\n"Ångström, Åsa",502,s2,asa,A,\n'
    '"Li, Bo",503,s3,bo,B,\n"Student, Test",599,,test,A,\n'
)


def moodle_name(name, number, file, plugin="file"):
    return f"{name}_{number}_assignsubmission_{plugin}/{file}"


def roster(tmp_path, text, name="roster.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def run(tiny, path, source="moodle", **options):
    """Collects; the exit status and what was printed."""
    out = io.StringIO()
    return collect(tiny.root, Options(path, source, **options), out=out), out.getvalue()


def bytes_below(folder):
    """Every file below a folder with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def submitted(tiny, student):
    """The files of a student's submission."""
    return bytes_below(tiny.root / "submitted" / student / "t1")


def release(tiny, untouched=None):
    """Gives the course a release, so that an untouched copy can be told from an answered one."""
    folder = tiny.root / "release/t1"
    folder.mkdir(parents=True)
    nbformat.write(untouched or tiny.untouched(), folder / "two.ipynb")


def test_what_a_student_hands_in_beside_the_notebook_is_kept_as_it_is(tiny, tmp_path):
    """The learning test's file is counted from there."""
    record = json.dumps({"version": 1, "id": "0" * 32}).encode()
    files = {"two.ipynb": text_of(tiny.answer()), "learning.json": record}
    download = make_zip(tmp_path / "d.zip", {moodle_name("Bo Li", 7, name): files[name] for name in files})
    people = roster(tmp_path, WORKSHEET + "Participant 7,Bo Li,bo@example.org,Submitted,,5,Yes,-,-,\n")
    status, said = run(tiny, download, roster=people)
    assert status == 0 and submitted(tiny, "bo@example.org")["learning.json"] == record, said
    assert [path.name for path in files_in([tiny.root / "submitted"])] == ["learning.json"]


def test_a_moodle_download_goes_to_those_in_the_worksheet_by_number_with_their_times(tiny, tmp_path):
    work = text_of(tiny.answer())
    download = make_zip(
        tmp_path / "d.zip",
        {
            moodle_name("Renée Müller", 111, "anything (1).ipynb"): work,
            moodle_name("Renée Müller", 111, "onlinetext.html", "onlinetext"): b"<p>my words</p>",
            moodle_name("Somebody Renamed", 112, "sub/two.ipynb"): work,
        },
    )
    lines = (
        'Participant 111,Renée Müller,rm@example.org,Submitted,,5,Yes,"Friday, 14 November 2025, 11:59 PM",-,\n'
        'Participant 112,Bo Li,bo@example.org,Submitted,,5,Yes,"Sunday, 16 November 2025, 1:05 AM",-,\n'
        "Participant 113,Dora Diaz,dora@example.org,No submission,,5,Yes,-,-,\n"
    )
    people = roster(tmp_path, WORKSHEET + lines, encoding="utf-8-sig")
    status, said = run(tiny, download, roster=people, due="2025-11-15")
    assert status == 0, said
    assert submitted(tiny, "rm@example.org").keys() == {"two.ipynb", "onlinetext.html", "timestamp.txt"}
    assert submitted(tiny, "bo@example.org")["timestamp.txt"] == b"2025-11-16 01:05:00.000000 UTC\n"
    assert "bo@example.org: 1 h 5 min late" in said and "dora@example.org" in said
    with Gradebook(f"sqlite:///{tiny.root}/gradebook.db") as gradebook:
        assert [student.id for student in gradebook.students].count("dora@example.org") == 1
        assert gradebook.find_student("rm@example.org").last_name == "Müller"
        assert gradebook.find_assignment("t1").duedate == datetime(2025, 11, 15, 23, 59, 59)


def test_who_handed_in_before_is_not_said_to_have_handed_in_nothing(tiny, tmp_path):
    tiny.submit("ada", tiny.answer())
    download = make_zip(tmp_path / "d.zip", {moodle_name("Bo Li", 112, "two.ipynb"): text_of(tiny.answer())})
    lines = "".join(
        f"Participant {number},{name},{name},No submission,,5,Yes,-,-,\n"
        for number, name in ((111, "ada"), (112, "Bo Li"), (113, "dora"))
    )
    people = roster(tmp_path, WORKSHEET + lines)
    _, said = run(tiny, download, roster=people)
    earlier, nothing = said.split("handed in earlier")[1].split("handed in nothing")
    assert "ada" in earlier and "dora" in nothing and "ada" not in nothing


def test_what_collecting_calls_late_is_late_to_nbgrader_when_it_grades(tiny, tmp_path):
    tiny.root.joinpath("nbgrader_config.py").write_text(
        "c = get_config()\nc.Execute.timeout = 3\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
        "c.Exchange.timezone = 'Europe/Vienna'\n"
    )
    download = make_zip(tmp_path / "d.zip", {moodle_name("Bo Li", 112, "two.ipynb"): text_of(tiny.answer())})
    line = 'Participant 112,Bo Li,bo,Submitted,,5,Yes,"Sunday, 16 November 2025, 12:05 AM",-,\n'
    status, said = run(tiny, download, roster=roster(tmp_path, WORKSHEET + line), due="2025-11-15")
    assert status == 0 and "bo: 5 min late" in said
    assert submitted(tiny, "bo")["timestamp.txt"].startswith(b"2025-11-15 23:05:00")
    assert tiny.grade(workers=1)[0] == 0
    assert tiny.grades()["bo"]["score"] == "0"


def test_a_canvas_download_is_matched_by_canvass_number_and_by_the_name_that_canvas_makes(tiny, tmp_path):
    work, later = text_of(tiny.answer()), text_of(tiny.answer(double="def double(x):\n    return x + x"))
    download = make_zip(
        tmp_path / "d.zip",
        {
            "obrienmaryjane_501_9001_two.ipynb": work,
            "obrienmaryjane_501_9007_two-2.ipynb": later,
            "ångströmåsa_LATE_502_9003_my_two_3_4.ipynb": work,
            "libo_999_9004_two-1.ipynb": work,
            "nobodyknown_777_9005_two.ipynb": work,
            "anon_ab1cd_9006_two.ipynb": work,
        },
    )
    people = roster(tmp_path, CANVAS_ROSTER)
    status, said = run(tiny, download, "canvas", roster=people, due="2025-11-15 12:00")
    assert status == 1
    assert submitted(tiny, "mjob")["two.ipynb"] == later, "the later attachment"
    assert "took 'two-2.ipynb' (it was handed in later), not 'two.ipynb'" in said
    assert submitted(tiny, "asa")["timestamp.txt"] == b"2025-11-15 12:00:01.000000 UTC\n"
    assert "asa: late according to Canvas" in said and "they count as one second late" in said
    assert "two.ipynb" in submitted(tiny, "bo") and "timestamp.txt" not in submitted(tiny, "bo")
    assert "'nobodyknown_777': no student has this name" in said and "anonymously" in said
    assert not (tiny.root / "submitted/test").exists() and "handed in nothing" not in said


def test_of_two_files_for_one_name_the_later_goes_along_and_the_other_is_named(tiny, tmp_path):
    work = text_of(tiny.answer(last="def last(items):\n    open('weights.bin')\n    return items[-1]"))
    names = ("bo_503_9001_two.ipynb", "bo_503_9002_weights.bin", "bo_503_9007_weights-1.bin")
    download = make_zip(tmp_path / "d.zip", dict(zip(names, (work, b"old", b"new"), strict=True)))
    _, said = run(tiny, download, "canvas", roster=roster(tmp_path, "id,first_name\nbo,bo\n"))
    assert submitted(tiny, "bo") == {"two.ipynb": work, "weights.bin": b"new"}
    assert "'weights.bin' was left out: another file, 'weights-1.bin', has its name" in said


def test_two_students_of_one_name_are_told_apart_by_number_or_not_at_all(tiny, tmp_path):
    work = text_of(tiny.answer())
    files = {moodle_name("Anna Li", n, "two.ipynb"): work for n in (1, 2)}
    download = make_zip(tmp_path / "d.zip", files)
    participants = roster(tmp_path, "First name,Last name,Username\nAnna,Li,al1\nAnna,Li,al2\n")
    status, said = run(tiny, download, roster=participants)
    assert status == 1 and "several students match: al1, al2" in said
    worksheet = roster(
        tmp_path, "Identifier,Full name,Username\nParticipant 1,Anna Li,al1\nParticipant 2,Anna Li,al2\n"
    )
    assert run(tiny, download, roster=worksheet)[0] == 0
    assert submitted(tiny, "al1") == submitted(tiny, "al2") == {"two.ipynb": work}


@pytest.mark.parametrize(
    "written", ["Åsa Ångström", "A\u030asa A\u030angstro\u0308m", "Ångström Åsa", "asa angstrom"]
)
def test_names_are_the_same_however_they_are_composed_ordered_or_stripped(tiny, tmp_path, written):
    download = make_zip(tmp_path / "d.zip", {moodle_name(written, 5, "two.ipynb"): text_of(tiny.answer())})
    people = roster(tmp_path, "Surname;First name;ID number\nÅngström;Åsa;s5\nLi;Bo;s6\n")
    status, said = run(tiny, download, roster=people)
    assert status == 0 and (tiny.root / "submitted/s5/t1/two.ipynb").exists(), said


def test_a_dry_run_writes_nothing_and_the_same_command_then_does_what_it_said(tiny, tmp_path):
    (tiny.root / "gradebook.db").unlink()  # whoever opens one makes one
    download = make_zip(tmp_path / "d.zip", {moodle_name("Bo Li", 1, "my.ipynb"): text_of(tiny.answer())})
    people = roster(tmp_path, "id,first_name,last_name,email\nbo,Bo,Li,\nanna,Anna,Berg,\n")
    before = bytes_below(tmp_path)
    status, said = run(tiny, download, roster=people, due="2026-01-01", dry_run=True)
    assert (status, bytes_below(tmp_path)) == (0, before)
    assert "would be collected" in said and "bo: from 'Bo Li_1': two.ipynb" in said and "anna" in said
    assert run(tiny, download, roster=people, due="2026-01-01")[0] == 0
    assert (tiny.root / "submitted/bo/t1/two.ipynb").exists()


def test_collecting_twice_changes_nothing_and_older_work_never_takes_the_place_of_newer(tiny, tmp_path):
    clone = make_clone(tmp_path / "all/bo", [("2025-11-01T10:00:00Z", {"two.ipynb": text_of(tiny.answer())})])
    assert run(tiny, tmp_path / "all", "folder")[0] == 0
    first = bytes_below(tiny.root / "submitted")
    status, said = run(tiny, tmp_path / "all", "folder")
    assert (
        status == 0
        and "unchanged                 1" in said
        and bytes_below(tiny.root / "submitted") == first
    )
    other = text_of(tiny.answer(last="def last(items):\n    return items[~0]"))
    (clone / "two.ipynb").write_bytes(other)
    git(clone, "commit", "-aqm", "more", GIT_COMMITTER_DATE="2025-11-02T10:00:00Z")
    status, said = run(tiny, tmp_path / "all", "folder")
    assert status == 0 and "after the collected one" in said and submitted(tiny, "bo")["two.ipynb"] == other
    (kept,) = (tiny.root / ".autograder/replaced/t1/bo").iterdir()
    assert bytes_below(kept) == {name.removeprefix("bo/t1/"): content for name, content in first.items()}
    git(clone, "reset", "-q", "--hard", "HEAD~1")
    status, said = run(tiny, tmp_path / "all", "folder")
    assert (
        status == 1
        and "the collected one was handed in later" in said
        and submitted(tiny, "bo")["two.ipynb"] == other
    )


def test_work_that_differs_where_nothing_tells_the_newer_waits_for_update(tiny, tmp_path):
    tiny.submit("Bo_Li_1", tiny.untouched())
    before = submitted(tiny, "Bo_Li_1")
    download = make_zip(tmp_path / "d.zip", {moodle_name("Bo Li", 1, "two.ipynb"): text_of(tiny.answer())})
    status, said = run(tiny, download)
    assert status == 1 and "--update takes it" in said and submitted(tiny, "Bo_Li_1") == before
    assert run(tiny, download, update=True)[0] == 0
    assert submitted(tiny, "Bo_Li_1") == {"two.ipynb": text_of(tiny.answer())}


def test_of_a_clone_the_last_commit_up_to_the_deadline_counts(tiny, tmp_path):
    early, late = text_of(tiny.answer()), text_of(tiny.untouched())
    commits = [
        (
            "2025-11-01T10:00:00+01:00",
            {"hw/t1/two.ipynb": early, "hw/t1/data.csv": b"1", "notes.md": b"mine"},
        ),
        ("2025-11-20T10:00:00+01:00", {"hw/t1/two.ipynb": late}),
    ]
    make_clone(tmp_path / "all/t1-bo", commits)
    make_clone(tmp_path / "all/t1-anna-maria", commits[1:])
    make_clone(tmp_path / "all/empty", [])
    dirty = make_clone(tmp_path / "all/dirty", commits[:1])
    (dirty / "hw/t1/two.ipynb").write_bytes(late)
    git(dirty, "gc", "--quiet")  # references and objects are packed
    people = roster(tmp_path, "id\nbo\nanna-maria\ndirty\nempty\n")
    status, said = run(tiny, tmp_path / "all", "folder", roster=people, due="2025-11-15")
    assert status == 1
    assert submitted(tiny, "bo") == {
        "two.ipynb": early, "data.csv": b"1", "timestamp.txt": b"2025-11-01 09:00:00.000000 UTC\n"
    }  # fmt: skip
    assert "bo: commits after the deadline were not taken" in said
    assert "anna-maria: 4 d 9 h" in said and "two.ipynb" in submitted(tiny, "anna-maria")
    assert "dirty: not committed, and so not taken: hw/t1/two.ipynb" in said
    assert submitted(tiny, "dirty")["two.ipynb"] == early
    assert "empty: 'empty' is not taken: it is a clone without a commit" in said


def test_a_students_git_configuration_starts_no_program(tiny, tmp_path):
    clone = make_clone(tmp_path / "all/bo", [("2025-11-01T10:00:00Z", {"two.ipynb": text_of(tiny.answer())})])
    mark = tmp_path / "started"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    script.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "filter.x.smudge",
        "filter.x.clean",
        "diff.external",
        "alias.log",
    ):
        git(clone, "config", name, str(script))
    (clone / ".git/info/attributes").write_text("* filter=x diff=x\n")
    (clone / "two.ipynb").write_bytes(b"changed")
    assert run(tiny, tmp_path / "all", "folder", due="2025-12-01")[0] == 0
    assert submitted(tiny, "bo")["two.ipynb"] == text_of(tiny.answer()) and not mark.exists()


def test_a_clone_that_lists_a_billion_files_or_holds_a_huge_one_costs_little(tiny, tmp_path):
    """Ten folders that are one, nine deep; the commit after the deadline, which is checked out, is harmless."""
    work = {"two.ipynb": text_of(tiny.answer())}
    clone = make_clone(tmp_path / "all/bo", [("2025-11-01T10:00:00Z", work)])

    def made(*arguments, given=b"", **environment):
        who = ["-c", "user.name=S", "-c", "user.email=s@example.org"]
        known = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **environment}
        done = subprocess.run(
            ["git", *who, *arguments], cwd=clone, input=given, check=True, capture_output=True, env=known
        )
        return done.stdout.decode().strip()

    entry = f"100644 blob {made('hash-object', '-w', '--stdin', given=b'1')}"
    for _ in range(9):
        folder = "".join(f"{entry}\t{number}\n" for number in range(10))
        entry = f"040000 tree {made('mktree', given=folder.encode())}"
    times = {"GIT_AUTHOR_DATE": "2025-11-02T10:00:00Z", "GIT_COMMITTER_DATE": "2025-11-02T10:00:00Z"}
    bomb = made("commit-tree", entry.split()[2], "-p", "HEAD", "-m", "bomb", **times)
    after = made("commit-tree", "HEAD^{tree}", "-p", bomb, "-m", "harmless")
    made("update-ref", "refs/heads/main", after)
    huge = make_clone(tmp_path / "all/eve", [("2025-11-01T10:00:00Z", work)])
    with (huge / "huge.bin").open("wb") as file:
        file.truncate(MAX_TOTAL + 1)
    people = roster(tmp_path, "id\nbo\neve\n")
    tracemalloc.start()
    status, said = run(tiny, tmp_path / "all", "folder", roster=people, due="2025-11-15")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert status == 1 and "it holds more than is allowed" in said, said
    assert "eve: not committed, and so not taken: huge.bin" in said and "two.ipynb" in submitted(tiny, "eve")
    assert peak < 2 * MAX_TOTAL


def test_nothing_that_is_handed_in_harms_the_one_who_collects(tiny, tmp_path):
    work = text_of(tiny.answer())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("two.ipynb", work)
        archive.writestr("zeros.bin", bytes(200 * 2**20))
    inner = make_zip(
        tmp_path / "inner.zip", {"deep/two.ipynb": work, "../../out.txt": b"x", "C:\\x.txt": b"x"}
    )
    download = make_zip(
        tmp_path / "d.zip",
        {
            moodle_name("Bomb", 1, "all.zip"): bomb.getvalue(),
            moodle_name("Path", 2, "../../../evil/two.ipynb"): work,
            moodle_name("Nested", 3, "work.zip"): inner.read_bytes(),
            moodle_name("Broken", 4, "work.zip"): inner.read_bytes()[:100],
            moodle_name("Rubbish", 5, "two.ipynb"): work,
            moodle_name("Rubbish", 5, "__MACOSX/._two.ipynb"): b"\0",
            moodle_name("Rubbish", 5, ".ipynb_checkpoints/two-checkpoint.ipynb"): work,
            moodle_name("Time", 6, "two.ipynb"): work,
            moodle_name("Time", 6, "timestamp.txt"): b"2001-01-01 00:00:00 UTC",
        },
        links={moodle_name("Link", 7, "two.ipynb"): "/etc/passwd"},
    )
    before = {path for path in tmp_path.rglob("*") if tiny.root not in path.parents}
    status, said = run(tiny, download, source="moodle")
    assert status == 1
    assert submitted(tiny, "Bomb_1") == {"two.ipynb": work} and "'zeros.bin' was left out" in said
    assert "its path leads out" in said and not (tiny.root / "submitted/Path_2").exists()
    assert submitted(tiny, "Nested_3") == {"two.ipynb": work}
    assert "'work.zip' cannot be opened" in said and "no notebook: only work.zip" in said
    assert submitted(tiny, "Rubbish_5") == submitted(tiny, "Time_6") == {"two.ipynb": work}
    assert "is a symbolic link" in said and not (tiny.root / "submitted/Link_7").exists()
    assert {path for path in tmp_path.rglob("*") if tiny.root not in path.parents} == before


def test_a_comment_above_an_unwritten_line_is_no_answer_that_outweighs_one(tiny, tmp_path):
    release(tiny)
    begun = tiny.untouched()
    for cell in begun.cells:
        cell.source = cell.source.replace("# YOUR CODE HERE", "# later")
    work = text_of(tiny.answer(last="def last(x):\n    raise NotImplementedError()"))
    download = make_zip(
        tmp_path / "d.zip",
        {moodle_name("Bo", 1, "two.ipynb"): text_of(begun), moodle_name("Bo", 1, "two final.ipynb"): work},
    )
    said = run(tiny, download)[1]
    assert submitted(tiny, "Bo_1") == {"two.ipynb": work}
    assert "took 'two final.ipynb' (more of its cells are answered), not 'two.ipynb'" in said


def test_of_two_notebooks_the_answered_one_is_taken_and_the_other_named(tiny, tmp_path):
    release(tiny)
    work, untouched = text_of(tiny.answer()), text_of(tiny.untouched())
    download = make_zip(
        tmp_path / "d.zip",
        {
            moodle_name("Bo", 1, "two.ipynb"): untouched,
            moodle_name("Bo", 1, "two (1).ipynb"): work,
            moodle_name("Cy", 2, "two.ipynb"): work,
            moodle_name("Cy", 2, "copy.ipynb"): work,
            moodle_name("Di", 3, "two.ipynb"): work[:300],
            moodle_name("Di", 3, "saved.ipynb"): work,
            moodle_name("Ed", 4, "cut.ipynb"): work[:300],
        },
    )
    status, said = run(tiny, download)
    assert status == 1 and submitted(tiny, "Bo_1") == submitted(tiny, "Cy_2") == {"two.ipynb": work}
    assert "took 'two (1).ipynb' (more of its cells are answered), not 'two.ipynb'" in said
    assert "is the same as" in said
    assert submitted(tiny, "Di_3") == {"two.ipynb": work}
    assert (
        submitted(tiny, "Ed_4") == {"two.ipynb": work[:300]}
        and "Ed_4: a notebook that cannot be read" in said
    )
    assert "as a notebook" not in said and ": 'cut.ipynb'" in said


def test_files_beside_the_notebook_come_along_under_the_names_that_it_calls_them(tiny, tmp_path):
    notebook = tiny.answer()
    notebook.cells.append(nbformat.v4.new_code_cell("load('weights.safetensors'); open('a-1.csv')", id="use"))
    work = text_of(notebook)
    download = make_zip(
        tmp_path / "d.zip",
        {
            "libo_1_11_two-3.ipynb": work,
            "libo_1_12_weights-1.safetensors": b"\0weights",
            "libo_1_13_a-1.csv": b"a",
        },
    )
    assert run(tiny, download, "canvas")[0] == 0
    found = submitted(tiny, "libo_1")
    assert found == {"two.ipynb": work, "weights.safetensors": b"\0weights", "a-1.csv": b"a"}


def test_a_notebook_of_another_assignment_is_not_taken_for_this_one(tiny, tmp_path):
    other = json.loads(text_of(tiny.answer()))
    for cell in other["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade_id"] += "_other"
    folder = tiny.root / "source/t2"
    folder.mkdir()
    (folder / "three.ipynb").write_text(json.dumps(other))
    work = text_of(tiny.answer())
    files = {moodle_name(f"S{n}", n, "x.ipynb"): work for n in range(3)}
    files[moodle_name("Wrong", 9, "two.ipynb")] = json.dumps(other).encode()
    status, said = run(tiny, make_zip(tmp_path / "d.zip", files))
    assert said.startswith("t1 from moodle") and status == 1
    assert "Wrong_9: its notebook belongs to t2" in said
    assert submitted(tiny, "Wrong_9") == {"two.ipynb": json.dumps(other).encode()}, (
        "it gets a zero and a page"
    )
    files[moodle_name("S1", 1, "x.ipynb")] = json.dumps(other).encode()
    status, said = run(tiny, make_zip(tmp_path / "d.zip", files), update=True)
    assert "S1_1: 'S1_1' is not taken: what was collected before is of this assignment" in said
    assert submitted(tiny, "S1_1") == {"two.ipynb": work}


def test_two_folders_of_one_student_are_listed_and_the_later_is_taken(tiny, tmp_path):
    old, new = text_of(tiny.untouched()), text_of(tiny.answer())
    make_clone(tmp_path / "all/t1-bo", [("2025-11-01T10:00:00Z", {"two.ipynb": old})])
    make_clone(tmp_path / "all/bo", [("2025-11-02T10:00:00Z", {"two.ipynb": new})])
    people = roster(tmp_path, "id\nbo\n")
    status, said = run(tiny, tmp_path / "all", "folder", roster=people)
    assert status == 1 and submitted(tiny, "bo")["two.ipynb"] == new
    assert "two submissions (one handed in earlier): took 'bo', not 't1-bo'" in said


def test_moodles_download_without_folders_and_zips_of_folders_are_taken_too(tiny, tmp_path):
    work = text_of(tiny.answer())
    flat = {
        "Anna Li_1_assignsubmission_file_my_two (2).ipynb": work,
        "Anna Li_1_assignsubmission_onlinetext_onlinetext.html": b"hi",
        "Participant_7_assignsubmission_file_two.ipynb": work,
    }
    assert run(tiny, make_zip(tmp_path / "flat.zip", flat))[0] == 0
    assert submitted(tiny, "Anna_Li_1").keys() == {"two.ipynb", "onlinetext.html"}
    people = roster(tmp_path, "id,email\nli,x@example.org\ns2,li@example.org\n")
    status, said = run(tiny, tmp_path / "flat.zip", roster=people)
    assert status == 1 and "'Participant_7': it was handed in anonymously" in said
    folders = {"all/li/work/two.ipynb": work, "all/s2/two.ipynb": work, "__MACOSX/all/._x": b""}
    status, said = run(tiny, make_zip(tmp_path / "folders.zip", folders), "folder", roster=people)
    assert status == 0, said
    assert submitted(tiny, "li") == submitted(tiny, "s2") == {"two.ipynb": work}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is empty"),
        ("id,first_name\n", "found no student below its heading"),
        ("Name,Points\nBo,3\n", "line 1: found the columns 'Name', 'Points'; expected one of id, username"),
        ("id\nbo\nanna\nbo\n", "line 4, column 'id': found 'bo', which line 2 has too"),
        (
            "id,email\nbo,\n,anna@x.org\n/etc,\n",
            "line 4, column 'id': found '/etc', which cannot be a folder's name",
        ),
        ("Username,First name\n,Bo\n,Anna\n", "found no student below its heading"),
        ('id,first_name\n"bo,Bo\n', "is not CSV"),
        ("id,first_name\nbo,Bo,Li,x\n", "line 2: found more cells than the 2 of the heading"),
    ],
)
def test_a_roster_with_a_fault_is_refused_with_line_and_column(tiny, tmp_path, text, complaint):
    download = make_zip(tmp_path / "d.zip", {moodle_name("Bo", 1, "two.ipynb"): text_of(tiny.answer())})
    status, said = run(tiny, download, roster=roster(tmp_path, text))
    assert status == 2 and complaint in said
    assert not (tiny.root / "submitted").exists()


def test_a_student_without_an_id_is_named_and_their_work_goes_to_nobody_else(tiny, tmp_path):
    work = text_of(tiny.answer())
    names = ("Anna Li", "Anna Li", "Bo Ek", "Cy Oz")
    files = {moodle_name(name, n, "two.ipynb"): work for n, name in enumerate(names, 1)}
    download = make_zip(tmp_path / "d.zip", files)
    people = roster(
        tmp_path,
        "Identifier,Full name,ID number,Email address\nParticipant 1,Anna Li,s1,anna@x.org\n"
        "Participant 2,Anna Li,,\nParticipant 3,Bo Ek,s3,\nParticipant 4,Cy Oz,,cy@x.org\n",
    )
    status, said = run(tiny, download, roster=people)
    assert status == 1
    assert {path.name for path in (tiny.root / "submitted").iterdir()} == {"s1", "s3", "cy@x.org"}
    assert "'Anna Li_2': the roster has no id for line 3 of roster.csv" in said
    assert "line 3 of roster.csv: Anna Li has no id" in said
    assert "Not all have an entry in 'ID number': the id is that in 'Email address' of cy@x.org" in said
    plain = roster(tmp_path, "id,full name\nal,Anna Li\n,Anna Li\n", name="plain.csv")
    assert "several students match: al, line 3 of plain.csv" in run(tiny, download, roster=plain)[1]


def test_a_notebook_of_another_assignment_with_some_cells_of_the_same_name_is_not_taken(tiny, tmp_path):
    other = json.loads(text_of(tiny.answer()))
    for cell in other["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") in ("double", "test_double", "last"):
            cell["metadata"]["nbgrader"]["grade_id"] += "_other"  # `setup` and `test_last` keep their names
    folder = tiny.root / "source/t2"
    folder.mkdir()
    (folder / "three.ipynb").write_text(json.dumps(other))
    strange, work = json.dumps(other).encode(), text_of(tiny.answer())
    files = {moodle_name(f"S{n}", n, "x.ipynb"): work for n in range(3)}
    files |= {moodle_name("Wrong", 9, "two.ipynb"): strange}
    files |= {moodle_name("Both", 10, "two.ipynb"): strange, moodle_name("Both", 10, "mine.ipynb"): work}
    status, said = run(tiny, make_zip(tmp_path / "d.zip", files))
    assert said.startswith("t1 from moodle") and status == 1
    assert "Wrong_9: its notebook belongs to t2" in said
    assert "'two.ipynb' was not taken: it belongs to t2" in said
    assert submitted(tiny, "Both_10")["two.ipynb"] == work


def test_a_roster_in_another_encoding_or_with_other_ids_is_read_or_refused_in_words(tiny, tmp_path):
    download = make_zip(tmp_path / "d.zip", {moodle_name("Åsa", 1, "two.ipynb"): text_of(tiny.answer())})
    text = "Username\tMatriculation\tFirst name\tLast name\nasa\tm17\tÅsa\t\n"
    latin = roster(tmp_path, text, encoding="latin-1")
    status, said = run(tiny, download, roster=latin)
    assert status == 2 and "line 2: is not encoded in UTF-8" in said
    wide = roster(tmp_path, text, encoding="utf-16")
    assert run(tiny, download, roster=wide, column="matriculation")[0] == 0
    assert (tiny.root / "submitted/m17/t1/two.ipynb").exists()
    status, said = run(tiny, download, roster=wide, column="number")
    assert status == 2 and "found no column 'number', only 'Username', 'Matriculation'" in said


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"due": "tomorrow"}, "--due: found 'tomorrow', expected a time such as"),
        ({"assignment": "t9"}, "There is no released assignment 't9'"),
        ({"path": Path("/nowhere.zip")}, "There is no file or folder /nowhere.zip"),
        (
            {"path": None},
            "Name the zip or the folder to collect.\n  autograder collect PATH --from moodle",
        ),
    ],
)
def test_wrong_use_is_said_in_words(tiny, tmp_path, change, complaint):
    download = make_zip(tmp_path / "d.zip", {moodle_name("Bo", 1, "two.ipynb"): text_of(tiny.answer())})
    out = io.StringIO()
    assert collect(tiny.root, replace(Options(download, "moodle"), **change), out=out) == 2
    assert complaint in out.getvalue()


def test_a_download_that_was_cut_off_is_refused(tiny, tmp_path):
    whole = make_zip(tmp_path / "d.zip", {moodle_name("Bo", 1, "two.ipynb"): text_of(tiny.answer())})
    whole.write_bytes(whole.read_bytes()[:200])
    status, said = run(tiny, whole)
    assert status == 2 and "cannot be read as a zip" in said and "download it again" in said


def test_the_exchange_is_collected_by_nbgrader_itself(tiny, tmp_path):
    config = tiny.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.CourseDirectory.course_id = 'tiny'\n")
    inbound = tmp_path / "exchange/tiny/inbound"
    for stamp, notebook in (("01 10:00:00", tiny.untouched()), ("02 10:00:00", tiny.answer())):
        folder = inbound / f"bo+t1+2025-11-{stamp}.000000 UTC"
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / "two.ipynb")
        (folder / "timestamp.txt").write_text(f"2025-11-{stamp}.000000 UTC")
    people = roster(tmp_path, "id\nbo\nanna\n")
    options = {"assignment": "t1", "roster": people, "due": "2025-11-01"}
    before = bytes_below(tmp_path)
    status, said = run(tiny, tmp_path / "exchange", "exchange", dry_run=True, **options)
    assert (status, bytes_below(tmp_path)) == (0, before) and "would be collected        1" in said, said
    status, said = run(tiny, tmp_path / "exchange", "exchange", **options)
    assert status == 0 and "bo: 10 h late" in said and "anna" in said
    assert nbformat.reads(submitted(tiny, "bo")["two.ipynb"].decode(), 4) == tiny.answer()
    status, said = run(tiny, tmp_path / "exchange", "exchange", **options)
    assert status == 0 and "unchanged                 1" in said


def hand_in(inbound, notebook, name):
    """A folder in the exchange as `nbgrader submit` makes it."""
    inbound.mkdir(parents=True, exist_ok=True)
    folder = inbound / name
    folder.mkdir()
    nbformat.write(notebook, folder / "two.ipynb")
    return folder


@pytest.fixture
def exchange(tiny, tmp_path):
    config = tiny.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.CourseDirectory.course_id = 'tiny'\n")
    (tmp_path / "exchange/tiny/inbound").mkdir(parents=True)
    return tmp_path / "exchange"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders to other users")
def test_nobody_hands_in_for_somebody_else_in_the_exchange(tiny, tmp_path, exchange):
    inbound, people = exchange / "tiny/inbound", roster(tmp_path, "id\ndaemon\ngames\n")
    daemon, mail = (pwd.getpwnam(each).pw_uid for each in ("daemon", "mail"))
    os.chown(hand_in(inbound, tiny.answer(), "daemon+t1+2025-11-01 10:00:00.0 UTC"), daemon, -1)
    for student in ("daemon", "games"):
        os.chown(hand_in(inbound, tiny.untouched(), f"{student}+t1+2025-11-02 10:00:00.0 UTC"), mail, -1)
    status, said = run(tiny, exchange, "exchange", assignment="t1", roster=people)
    assert status == 1 and "a folder of mail, under the name of games" in said, said
    assert nbformat.reads(submitted(tiny, "daemon")["two.ipynb"].decode(), 4) == tiny.answer()
    assert not (tiny.root / "submitted/games").exists()
    config = tiny.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.ExchangeCollect.check_owner = False\n")
    assert run(tiny, exchange, "exchange", assignment="t1", roster=people)[0] == 0
    assert (tiny.root / "submitted/games").exists()


def test_what_lies_in_the_exchange_leads_nowhere_and_stops_nobody(tiny, tmp_path, exchange):
    inbound, people = exchange / "tiny/inbound", roster(tmp_path, "id\nbo\nanna\neve\n")
    secret = tmp_path / "instructor"
    secret.mkdir()
    (secret / "hidden.txt").write_text("what the instructor alone may read")
    anna = hand_in(inbound, tiny.answer(), "anna+t1+2025-11-01 10:00:00.0 UTC")
    (anna / "linked.txt").symlink_to(secret / "hidden.txt")
    (anna / "folder").symlink_to(secret)
    os.mkfifo(anna / "pipe.txt")
    deep = anna
    for _ in range(60):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "deep.txt").write_text("too deep")
    (inbound / "bo+t1+2025-11-01 10:00:00.0 UTC").symlink_to(secret)
    hand_in(inbound, tiny.answer(), "eve+t1+no time at all")
    hand_in(inbound, tiny.answer(), "..+t1+2025-11-01 10:00:00.0 UTC")
    status, said = run(tiny, exchange, "exchange", assignment="t1", roster=people)
    assert status == 1 and "a symbolic link in place of the folder" in said, said
    assert "eve+t1+no time at all" in said and "STUDENT+ASSIGNMENT+TIME" in said, said
    assert {*submitted(tiny, "anna")} == {"two.ipynb", "timestamp.txt"}
    below = bytes_below(tiny.root)
    assert not any(b"instructor alone" in content for content in below.values())
    assert not any(name.endswith("deep.txt") for name in below)
    assert {path.name for path in (tiny.root / "submitted").iterdir()} == {"anna"}


def test_who_says_to_have_handed_in_before_the_deadline_is_named_where_a_file_was_changed_after_it(
    tiny, tmp_path, exchange
):
    inbound, people = exchange / "tiny/inbound", roster(tmp_path, "id\nbo\nanna\n")
    now = datetime.now(UTC)
    early, late = (f"{now - timedelta(hours=hours):%Y-%m-%d %H:%M:%S}.0 UTC" for hours in (9, 1))
    for student, stamp in (("bo", early), ("anna", late)):  # anna says herself that she is late
        hand_in(inbound, tiny.answer(), f"{student}+t1+{stamp}")
        os.utime(inbound / f"{student}+t1+{stamp}/two.ipynb", (0, 0))
    due = f"{now - timedelta(hours=5):%Y-%m-%d %H:%M}"
    status, said = run(tiny, exchange, "exchange", assignment="t1", roster=people, due=due)
    assert status == 1 and "needs a person            1" in said and "changed after the deadline" in said, (
        said
    )
    assert "bo: in time by its own word" in said and "anna: in time" not in said, said
    assert "anna: 4 h late" in said and {*submitted(tiny, "bo")} == {"two.ipynb", "timestamp.txt"}
    before = f"{now + timedelta(hours=5):%Y-%m-%d %H:%M}"
    status, said = run(tiny, exchange, "exchange", assignment="t1", roster=people, due=before)
    assert status == 0, said


def test_a_folder_that_is_taken_away_while_the_exchange_is_read_stops_nobody(
    tiny, tmp_path, exchange, monkeypatch
):
    inbound, people = exchange / "tiny/inbound", roster(tmp_path, "id\nbo\nanna\n")
    gone = hand_in(inbound, tiny.answer(), "bo+t1+2025-11-01 10:00:00.0 UTC")
    hand_in(inbound, tiny.answer(), "anna+t1+2025-11-01 10:00:00.0 UTC")
    listed = glob.glob

    def then_taken_away(pattern, **more):
        found = listed(pattern, **more)
        if str(gone) in found:
            shutil.rmtree(gone)
        return found

    monkeypatch.setattr(glob, "glob", then_taken_away)
    status, said = run(tiny, exchange, "exchange", assignment="t1", roster=people)
    assert status == 1 and "did not deliver" in said, said
    assert {path.name for path in (tiny.root / "submitted").iterdir()} == {"anna"}


def test_a_link_in_the_place_of_what_was_looked_at_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "anna"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.txt", "sub/b.txt"):
        (folder / name).write_text("anna's")
    members = {each.path: each for each in folder_members(folder)}
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(tmp_path / "secret")
    shutil.rmtree(folder / "sub")
    (tmp_path / "others").mkdir()
    (tmp_path / "others/b.txt").write_text("others'")
    (folder / "sub").symlink_to(tmp_path / "others")
    for name in ("a.txt", "sub/b.txt"):
        with pytest.raises(Unreadable, match="cannot be read"):
            members[name].read(100)
    assert {each.path: each.odd for each in folder_members(folder)} == {
        "a.txt": "is a symbolic link", "sub": "is a symbolic link"
    }  # fmt: skip


def test_a_time_beyond_reckoning_in_the_submitted_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "timestamp.txt").write_text("-0 60111111111111111111111111111111111100m")
    (tmp_path / "two.ipynb").write_text("{}")
    later = datetime(2026, 2, 3)
    assert plan(tmp_path, {"two.ipynb": b"{}"}, Arrived(later), update=False).what == UPDATED


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("Bo Li_1_assignsubmission_file_/two.ipynb", "moodle"),
        ("libo_1_11_two.ipynb", "canvas"),
        ("bo/two.ipynb", ""),
    ],
)
def test_a_download_tells_where_it_comes_from_or_the_command_asks(tiny, tmp_path, name, source):
    download = make_zip(tmp_path / "d.zip", {name: text_of(tiny.answer()), "__MACOSX/._x": b""})
    status, said = run(tiny, download, "")
    if source:
        assert status == 0 and said.startswith(f"t1 from {source} ")
    else:
        assert status == 2 and "The file names do not tell where this comes from" in said
        assert "--from canvas|exchange|folder|moodle" in said


def test_a_folder_with_clones_tells_that_it_is_one(tiny, tmp_path):
    make_clone(tmp_path / "all/bo", [("2025-11-01T10:00:00Z", {"two.ipynb": text_of(tiny.answer())})])
    status, said = run(tiny, tmp_path / "all", "")
    assert status == 0 and said.startswith("t1 from folder ")


def test_a_source_that_does_not_exist_is_refused_with_the_names_of_those_that_do(tiny, tmp_path):
    status, said = run(tiny, tmp_path, "moodel")
    assert status == 2 and "There is no source 'moodel', only canvas, exchange, folder, moodle." in said
    assert "--from moodle" in said


class Ilias(Download):
    """A learning platform of somebody else's: LOGIN=FILE, as CONTRIBUTING.md shows it."""

    title = "ILIAS"

    def is_mine(self, names):
        return all("=" in name for name in names)

    def split(self, members):
        found = [
            Found(m.path, *m.path.split("=")[:1], members=(replace(m, path=m.path.split("=")[1]),))
            for m in members
        ]
        return Batch(tuple(found), {})


@pytest.mark.parametrize("source", ["ilias", ""])
def test_another_platforms_source_is_one_class_and_one_entry_point(tiny, tmp_path, monkeypatch, source):
    real = importlib.metadata.entry_points
    ilias = importlib.metadata.EntryPoint("ilias", f"{__name__}:Ilias", GROUP)
    broken = importlib.metadata.EntryPoint("broken", "there.is.no:Such", GROUP)

    def entry_points(**wanted):
        mine = [ilias] if source == "" else [ilias, broken]
        return [*real(group=GROUP), *mine] if "name" not in wanted else [
            each for each in (*real(group=GROUP), *mine) if each.name == wanted["name"]
        ]  # fmt: skip

    monkeypatch.setattr("autograder.collecting.source.entry_points", entry_points)
    junk = {".DS_Store": b"\0", "__MACOSX/._bo=my.ipynb": b"\0"}
    download = make_zip(tmp_path / "d.zip", {"bo=my.ipynb": text_of(tiny.answer()), **junk})
    status, said = run(tiny, download, source, roster=roster(tmp_path, "id\nbo\n"), due="2025-11-15")
    assert status == 0 and said.startswith("t1 from ilias ") and "has no submission times" in said
    assert submitted(tiny, "bo").keys() == {"two.ipynb"}
    if source:
        status, said = run(tiny, download, "broken")
        assert status == 2 and "'broken' (there.is.no:Such) cannot be loaded (ModuleNotFoundError" in said
