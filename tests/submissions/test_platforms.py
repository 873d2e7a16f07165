"""Collecting over a term, from files as Moodle and Canvas make them: extensions, drafts, later attempts, groups, ids."""

import io
import json
import re
from pathlib import Path

import pytest
from downloads import make_zip, text_of
from nbgrader.api import Gradebook
from platform_files import DRAFT, NOTHING, Participant, canvas_gradebook, canvas_zip, moodle_zip, worksheet
from tiny_course import TinyCourse

from autograder.collecting.collect import Options, collect
from autograder.course.course import open_course
from autograder.course.platforms import read_platforms
from autograder.course.policies_file import read_policies

UNTIL = "Wednesday, 4 March 2026, 11:59 PM"
DUE = '[assignments.t1]\ndue = "2026-03-01 23:59"\n'
STAMP = "submitted/{}/t1/timestamp.txt"
LATER = "def last(items):\n    return items[~0]"


def run(tiny: TinyCourse, path: Path, source: str = "moodle", **options: object) -> tuple[int, str]:
    """Collects; the exit status and what was printed."""
    out = io.StringIO()
    return collect(tiny.root, Options(path, source, **options), out=out), out.getvalue()  # type: ignore[arg-type]


def state(tiny: TinyCourse, text: str) -> Path:
    """Writes course.toml."""
    path = tiny.root / "course.toml"
    path.write_text(text, encoding="utf-8")
    return path


def students(tiny: TinyCourse) -> set[str]:
    """The ids in the gradebook."""
    with Gradebook(f"sqlite:///{tiny.root}/gradebook.db") as book:
        return {each.id for each in book.students}


def work_of(tiny: TinyCourse, student: str) -> bytes:
    return (tiny.root / f"submitted/{student}/t1/two.ipynb").read_bytes()


def test_an_extension_that_moodle_grants_is_kept_and_makes_nobody_late(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    path = state(tiny, f"# ours\n{DUE}")
    ill = Participant(7, "Müller, Jörg", "jm@x.org", extension=UNTIL, time="Tuesday, 3 March 2026, 8:00 PM")
    late = Participant(8, "李 明", "lm@x.org", time="Tuesday, 3 March 2026, 8:00 PM")
    over = Participant(9, "Åsa Ek", "ae@x.org", extension=UNTIL, time="Thursday, 5 March 2026, 8:00 PM")
    absent = Participant(10, "Bo Li", "bl@x.org", status=NOTHING, extension=UNTIL)
    sheet = worksheet(tmp_path / "w.csv", [ill, late, over, absent])
    download = moodle_zip(tmp_path / "d.zip", dict.fromkeys((ill, late, over), text_of(tiny.answer())))
    before = path.read_bytes()
    status, said = run(tiny, download, roster=sheet, dry_run=True)
    assert status == 0 and path.read_bytes() == before, said
    status, said = run(tiny, download, roster=sheet)
    assert status == 0 and "jm@x.org: 1 d" not in said
    assert "lm@x.org: 1 d 20 h 1 min late" in said and "ae@x.org: 20 h 1 min late" in said
    assert "Moodle has extensions for 3 that were not in course.toml" in said
    policies = read_policies(open_course(tiny.root))
    assert [(each.student, each.by) for each in policies.extension] == [
        (student, "Moodle") for student in ("jm@x.org", "ae@x.org", "bl@x.org")
    ]
    once = path.read_text()
    assert once.startswith("# ours\n")
    assert "extensions for" not in run(tiny, download, roster=sheet)[1] and path.read_text() == once


def test_what_a_person_extends_or_mends_stays_before_what_the_platform_says(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    own = '[[extension]]\nassignment = "t1"\nstudent = "jm@x.org"\nuntil = 2026-03-10 12:00:00\nwhy = "ill"\n'
    path = state(tiny, DUE + own)
    ill = Participant(7, "Jörg Müller", "jm@x.org", extension=UNTIL, time="Monday, 9 March 2026, 8:00 PM")
    late = Participant(8, "Bo Li", "bl@x.org", time="Tuesday, 3 March 2026, 8:00 PM")
    sheet = worksheet(tmp_path / "w.csv", [ill, late])
    download = moodle_zip(tmp_path / "d.zip", dict.fromkeys((ill, late), text_of(tiny.answer())))
    _, said = run(tiny, download, roster=sheet)
    assert "jm@x.org: Moodle extends until 2026-03-04 23:59 UTC; the extension in course.toml" in said
    assert path.read_text() == DUE + own and "jm@x.org: 8 d" not in said
    stamp = tiny.root / STAMP.format("bl@x.org")
    stamp.write_text("2026-03-01 20:00:00 UTC")
    status, said = run(tiny, download, roster=sheet)
    assert status == 0 and stamp.read_text() == "2026-03-01 20:00:00 UTC"
    assert "bl@x.org: timestamp.txt was changed by hand and stays" in said
    again = worksheet(
        tmp_path / "w.csv", [ill, Participant(8, "Bo Li", "bl@x.org", time=late.time.replace("3", "4"))]
    )
    assert run(tiny, download, roster=again)[0] == 0 and stamp.read_text() == "2026-03-01 20:00:00 UTC"


def test_canvass_later_attempt_is_taken_whoever_is_late_and_an_older_zip_changes_nothing(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    state(tiny, DUE)
    first, later = text_of(tiny.untouched()), text_of(tiny.answer())
    people = [
        ("O'Brien, Mary-Jane", 501, "mjob", "A"),
        ("Ångström, Åsa", 502, "asa", "A"),
        ("Li, Bo", 503, "bo", "B"),
    ]
    roster = canvas_gradebook(tmp_path / "c.csv", people, {"T1 (77)": {}})
    names = ("obrienmaryjane", "ångströmåsa", "libo")
    old = [(name, 501 + k, 9001 + k, "two.ipynb", k > 0, first) for k, name in enumerate(names)]
    new = [(name, 501 + k, 9101 + k, "two-1.ipynb", k > 0, later) for k, name in enumerate(names)]
    earlier, latest = canvas_zip(tmp_path / "1.zip", old), canvas_zip(tmp_path / "2.zip", new)
    assert run(tiny, earlier, "canvas", roster=roster)[0] == 0
    status, said = run(tiny, latest, "canvas", roster=roster)
    assert status == 0 and "updated                   3" in said and "a later attempt" in said
    assert {work_of(tiny, student) for student in ("mjob", "asa", "bo")} == {later}
    status, said = run(tiny, earlier, "canvas", roster=roster)
    assert status == 1 and said.count("the collected one is a later attempt") == 3
    assert {work_of(tiny, student) for student in ("mjob", "asa", "bo")} == {later}
    assert "unchanged                 3" in run(tiny, latest, "canvas", roster=roster)[1]
    handed = read_platforms(open_course(tiny.root)).handed["t1"]["asa"]
    assert (
        handed.names == ("ångströmåsa_LATE_502_9102_two-1.ipynb",) and handed.order == 9102 and handed.guessed
    )


@pytest.mark.parametrize("name", ["asa", "s502", "eve_502", "ångströmåsa_502"])
@pytest.mark.parametrize("file", ["two.ipynb", "text.html", "12_two.ipynb"])
@pytest.mark.parametrize("both", [False, True])
def test_nobody_hands_in_for_another_by_the_name_they_give_themselves(
    tiny: TinyCourse, tmp_path: Path, name: str, file: str, both: bool
) -> None:
    """On Canvas a name may be another's login, or end in another's number: NAME_USER_ATTACHMENT_FILE."""
    state(tiny, DUE)
    people = [("Ångström, Åsa", 502, "asa", "A"), ("Eve", 504, "mallory", "A")]
    roster = canvas_gradebook(tmp_path / "c.csv", people, {"T1 (77)": {}})
    theirs, own = text_of(tiny.untouched()), text_of(tiny.answer())
    files = [(name, 504, 9999, file, False, theirs)]
    files += [("ångströmåsa", 502, 9002, "two.ipynb", False, own)] if both else []
    _, said = run(tiny, canvas_zip(tmp_path / "d.zip", files), "canvas", roster=roster)
    folder = tiny.root / "submitted/asa"
    if name == "ångströmåsa_502":  # what no program can tell apart is not for the worse of who has handed in
        assert not both or work_of(tiny, "asa") == own, said
    else:
        assert (work_of(tiny, "asa") == own) if both else not folder.exists(), said


def test_canvass_list_of_submissions_tells_how_late_they_are(tiny: TinyCourse, tmp_path: Path) -> None:
    state(tiny, f"{DUE}[late]\npercent = 10\n")
    roster = canvas_gradebook(tmp_path / "c.csv", [("Li, Bo", 503, "bo", "B")], {"T1 (77)": {}})
    download = canvas_zip(
        tmp_path / "d.zip", [("libo", 503, 9001, "two.ipynb", True, text_of(tiny.answer()))]
    )
    _, said = run(tiny, download, "canvas", roster=roster)
    assert "so that each pays for the first day alone; --times says it" in said
    times = tmp_path / "submissions.json"
    listed = [{"user_id": 503, "submitted_at": "2026-03-03T20:00:00Z", "late": True}, {"user_id": 504}]
    times.write_text("while(1);" + json.dumps(listed))
    status, said = run(tiny, download, "canvas", roster=roster, times=(times,))
    assert status == 0 and "bo: 1 d 20 h 1 min late" in said and "how much" not in said
    assert (tiny.root / STAMP.format("bo")).read_text() == "2026-03-03 20:00:00.000000 UTC\n"
    status, said = run(tiny, download, "canvas", roster=roster)
    assert (
        "unchanged                 1" in said and "bo: 1 d 20 h 1 min late" in said and "how much" not in said
    )
    later = canvas_zip(tmp_path / "e.zip", [("libo", 503, 9002, "two.ipynb", True, text_of(tiny.answer()))])
    assert "how much" in run(tiny, later, "canvas", roster=roster)[1], "another attempt, of which nobody told"
    times.write_text("<html>")
    status, said = run(tiny, download, "canvas", roster=roster, times=(times,))
    assert status == 2 and "submissions?per_page=100" in said


def test_whoever_has_a_later_deadline_on_canvas_than_the_class_has_an_extension(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    path = state(tiny, DUE)
    people = [(f"Ek, Åsa {k}", 500 + k, f"s{k}", "A and B") for k in range(4)]
    roster = canvas_gradebook(tmp_path / "c.csv", people, {"T1 (77)": {}})
    files = [(f"ekåsa{k}", 500 + k, 9000 + k, "two.ipynb", k == 3, text_of(tiny.answer())) for k in (0, 3)]
    download, times = canvas_zip(tmp_path / "d.zip", files), tmp_path / "submissions.json"

    def run_with(*dues: str) -> tuple[int, str]:
        listed = [{"user_id": 500 + k, "cached_due_date": due or None} for k, due in enumerate(dues)]
        listed[3]["submitted_at"] = "2026-03-03T20:00:00Z"
        times.write_text(json.dumps(listed))
        return run(tiny, download, "canvas", roster=roster, times=(times,))

    later = "2026-03-04T23:59:59Z"
    status, said = run_with("2026-03-01T23:59:59Z", later, later, later)
    assert status == 0 and "a later deadline than the course for 3 of 4" in said, said
    assert path.read_text() == DUE and "s3: 1 d 20 h 1 min late" in said
    for _ in range(2):
        status, said = run_with("2026-03-01T23:59:59Z", "", "2026-03-01T22:00:00Z", later)
        assert status == 0 and "late" not in said.replace("later", ""), said
        (own,) = read_policies(open_course(tiny.root)).extension
        assert (own.student, own.until.isoformat(), own.by) == ("s3", "2026-03-04T23:59:59", "Canvas")


@pytest.mark.parametrize("identity", [("email",), ("department",), ()])
def test_a_worksheet_with_other_columns_is_about_the_same_students(
    tiny: TinyCourse, tmp_path: Path, identity: tuple[str, ...]
) -> None:
    names = ["Anna Li", "Anna Li", "Jörg Müller", "李 明"]
    people = [
        Participant(k, name, f"p{k}@x.org", f"m{k}", time="Sunday, 1 March 2026, 8:00 PM")
        for k, name in enumerate(names, 1)
    ]
    download = moodle_zip(tmp_path / "d.zip", dict.fromkeys(people, text_of(tiny.answer())))
    full = worksheet(tmp_path / "w.csv", people, ("username", "email"))
    assert run(tiny, download, roster=full)[0] == 0
    known = students(tiny)
    other = worksheet(tmp_path / "other.csv", people, identity)
    status, said = run(tiny, download, roster=other)
    assert status == 0 and students(tiny) == known == {"m1", "m2", "m3", "m4"}, said
    assert "4 have another id in this file; they keep the one by which they are known: m1 (" in said
    assert "unchanged                 4" in said and "has no id" not in said
    new = [*people, Participant(9, "Eve New", "eve@x.org")]
    _, said = run(tiny, download, roster=worksheet(tmp_path / "new.csv", new))
    assert "1 new in the course: eve@x.org (Eve New)" in said and students(tiny) == known | {"eve@x.org"}


def test_two_of_one_name_on_two_platforms_are_two_and_one_with_the_same_address_is_one(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    on_canvas = [("Müller, Jörg", 501, "jm", "A"), ("Ek, Åsa", 502, "asa@x.org", "A")]
    roster = canvas_gradebook(tmp_path / "c.csv", on_canvas, {"T1 (77)": {}})
    work, other = text_of(tiny.answer()), text_of(tiny.answer(last=LATER))
    files = [
        (name, 501 + k, 9001 + k, "two.ipynb", False, work) for k, name in enumerate(("müllerjörg", "ekåsa"))
    ]
    assert run(tiny, canvas_zip(tmp_path / "c.zip", files), "canvas", roster=roster)[0] == 0
    on_moodle = [Participant(7, "Jörg Müller", "other@x.org"), Participant(8, "Åsa Ek", "asa@x.org")]
    sheet = worksheet(tmp_path / "w.csv", on_moodle)
    status, said = run(tiny, moodle_zip(tmp_path / "m.zip", {on_moodle[0]: other}), roster=sheet)
    assert status == 0 and "1 new in the course: other@x.org (Jörg Müller)" in said
    assert students(tiny) == {"jm", "asa@x.org", "other@x.org"}
    assert work_of(tiny, "jm") == work and work_of(tiny, "other@x.org") == other


def test_a_draft_is_named_and_left_where_the_course_wants_that(tiny: TinyCourse, tmp_path: Path) -> None:
    draft = Participant(7, "Jörg Müller", "jm@x.org", status=DRAFT)
    sheet = worksheet(tmp_path / "w.csv", [draft, Participant(8, "Bo Li", "bl@x.org")])
    download = moodle_zip(tmp_path / "d.zip", {draft: text_of(tiny.answer())})
    state(tiny, 'drafts = "leave"\n')
    status, said = run(tiny, download, roster=sheet)
    assert status == 0 and not (tiny.root / "submitted/jm@x.org").exists()
    assert re.search(r"draft, not submitted +1\n +jm@x.org\n", said)
    state(tiny, "")
    _, said = run(tiny, download, roster=sheet)
    assert (tiny.root / "submitted/jm@x.org").exists() and "draft, not submitted" in said


def test_who_is_excused_and_who_handed_in_nothing_is_listed_by_id_and_name(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    state(tiny, '[[excused]]\nassignment = "t1"\nstudent = "lm@x.org"\nwhy = "ill"\n')
    people = [
        Participant(k, *who) for k, who in enumerate((("李 明", "lm@x.org"), ("Åsa Ek", "ae@x.org")), 7)
    ]
    here = Participant(9, "Bo Li", "bl@x.org")
    sheet = worksheet(tmp_path / "w.csv", [*people, here])
    download = moodle_zip(tmp_path / "d.zip", {here: text_of(tiny.answer())})
    for dry_run in (True, False):
        _, said = run(tiny, download, roster=sheet, dry_run=dry_run)
        assert re.search(r"excused +1\n +lm@x.org \(李 明\)\n", said), said
        assert re.search(r"handed in nothing +1\n +ae@x.org \(Åsa Ek\)\n", said), said


def test_one_hand_in_of_a_group_is_everybodys_in_it(tiny: TinyCourse, tmp_path: Path) -> None:
    state(tiny, "[assignments.t1]\ngroups = true\n")
    people = [Participant(k, f"S {k}", f"s{k}", group="Team Rot" if k < 3 else "") for k in (1, 2, 3)]
    sheet = worksheet(tmp_path / "w.csv", people, ("email", "group"))
    work, alone = text_of(tiny.answer()), text_of(tiny.answer(last=LATER))
    team = Participant(88, "Team Rot")
    status, said = run(tiny, moodle_zip(tmp_path / "d.zip", {team: work, people[2]: alone}), roster=sheet)
    assert status == 0 and "handed in nothing" not in said, said
    assert work_of(tiny, "s1") == work_of(tiny, "s2") == work != work_of(tiny, "s3")
    state(tiny, '[groups.two]\nmembers = ["s3", "s2"]\nassignments = ["t1"]\n')
    _, said = run(tiny, moodle_zip(tmp_path / "d.zip", {people[1]: alone}), roster=sheet, update=True)
    assert work_of(tiny, "s2") == alone and work_of(tiny, "s1") == work
    for name in ("t1-two", "Team Rot"):  # a team's clone of GitHub Classroom, and a folder
        (tmp_path / f"clones/{name}").mkdir(parents=True)
        (tmp_path / f"clones/{name}/two.ipynb").write_bytes(work if name == "t1-two" else alone)
    status, said = run(tiny, tmp_path / "clones", "folder", roster=sheet, update=True)
    assert status == 0 and work_of(tiny, "s2") == work_of(tiny, "s3") == work, said
    assert work_of(tiny, "s1") == alone


def test_a_class_of_120_is_summed_up_on_a_page_with_what_needs_a_person_first(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    state(tiny, DUE)
    people = [(f"L{k}, F{k}", 500 + k, f"s{k:03}", "A") for k in range(120)]
    roster = canvas_gradebook(tmp_path / "c.csv", people, {"T1 (77)": {}})
    work = text_of(tiny.answer())
    files = [(f"l{k}f{k}", 500 + k, 9000 + k, f"two-{k}.ipynb", k % 9 == 0, work) for k in range(100)]
    files += [(f"nobody{k}", 900 + k, 9900 + k, "two.ipynb", False, work) for k in range(40)]
    status, said = run(tiny, canvas_zip(tmp_path / "d.zip", files), "canvas", roster=roster)
    lines = said.splitlines()
    assert status == 1 and len(lines) <= 20, said
    assert (
        re.match(r"  needs a person +40$", lines[1])
        and "and 20 more, which --all lists: no student has this name" in lines[2]
    )
    assert re.search(r"collected +100\n", said) and re.search(r"handed in nothing +20\n", said)
    dry = run(tiny, tmp_path / "d.zip", "canvas", roster=roster, dry_run=True)[1]
    assert len(dry.splitlines()) <= 25, dry
    every = run(tiny, tmp_path / "d.zip", "canvas", roster=roster, every=True)[1]
    assert every.count("is two.ipynb") == 100 and "'nobody39_939'" in every and "more" not in every


def test_what_many_need_a_person_for_is_said_once_with_their_names_and_of_each_with_all(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    state(tiny, DUE)
    people = [Participant(k, f"P {k}", f"p{k:02}@x.org") for k in range(70)]
    work, sheet = text_of(tiny.answer()), worksheet(tmp_path / "w.csv", people)
    files = {f"P {k}_{k}_assignsubmission_file/{'mine' * (k % 2)}{k}.ipynb": b"{" for k in range(30)}
    files |= {f"P {k}_{k}_assignsubmission_file/notes{k}.pdf": b"%PDF" for k in range(30, 32)}
    files |= {f"P {k}_{k}_assignsubmission_file/two.ipynb": work for k in range(32, 70)}
    download = make_zip(tmp_path / "d.zip", files)
    dry = run(tiny, download, roster=sheet, dry_run=True)[1].splitlines()
    assert re.match(r"  needs a person +32$", dry[1]), dry
    assert dry[2].endswith(
        ", p19@x.org (P 19) and 10 more, which --all lists: a notebook that cannot be read"
    )
    assert dry[3] == "      p30@x.org (P 30): no notebook: only notes30.pdf"
    assert dry[4] == "      p31@x.org (P 31): no notebook: only notes31.pdf" and "collected" in dry[5]
    every = run(tiny, download, roster=sheet, every=True)[1]
    assert every.count("a notebook that cannot be read: ") == 30
    assert "p29@x.org (P 29): a notebook that cannot be read: 'mine29.ipynb'" in every
    again = [each for each in files if each.endswith("two.ipynb")]
    make_zip(download, {each: work.replace(b"items[-1]", b"items[0]") for each in again})
    said = run(tiny, download, roster=sheet)[1].splitlines()
    assert re.match(r"  needs a person +38$", said[1])
    assert "and 18 more, which --all lists: are not taken: differs from the collected one" in said[2]
    assert "collected" in said[3], said


def test_the_policies_of_a_broken_file_stop_collecting_before_anything_is_written(
    tiny: TinyCourse, tmp_path: Path
) -> None:
    state(tiny, "[late]\npercnt = 10\n")
    download = moodle_zip(tmp_path / "d.zip", {Participant(1, "Bo Li"): text_of(tiny.answer())})
    status, said = run(tiny, download)
    assert status == 2 and "found 'percnt', which is not known there. Did you mean 'percent'?" in said
    assert not (tiny.root / "submitted").exists()
