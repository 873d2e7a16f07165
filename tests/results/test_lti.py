"""LTI 1.3 against a platform of our own: a signed client, the roster, scores with their comments, and what can fail."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lti_platform import INSTRUCTOR, Platform, platform
from nbgrader.api import Gradebook
from tiny_course import TinyCourse

from autograder.collecting.lti_roster import fetch_roster
from autograder.core.errors import WrongUse
from autograder.course.course import open_course
from autograder.export.command import ExportOptions, export_grades
from autograder.lti.client import Client, Refused, client_of
from autograder.lti.services import MEMBERS, line_item, members

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own order of inserts


@pytest.fixture
def moodle(tmp_path: Path) -> Iterator[Platform]:
    """A platform with four students, one of whom has left, and a teacher."""
    with platform() as made:
        made.member("u-1", "Åsa Ärlig", "asa@example.org")
        made.member("u-2", "Bo Berg", "bo@example.org")
        made.member("u-3", "李 小龙", "li@example.org")
        made.member("u-4", "Gone Away", "gone@example.org", status="Inactive")
        made.member("u-9", "Teach Er", "t@example.org", roles=[INSTRUCTOR])
        yield made


@pytest.fixture
def course(tiny: TinyCourse, moodle: Platform) -> TinyCourse:
    """A course that names the platform, its gradebook filled as grading does it."""
    (tiny.root / "lti.pem").write_text(moodle.key)
    (tiny.root / "lti.pem").chmod(0o600)
    (tiny.root / "course.toml").write_text(
        '[[excused]]\nassignment = "t1"\nstudent = "eva"\n[lti]\nclient_id = "tool"\nkey = "lti.pem"\nkey_id = "key-1"\n'
        f'token_url = "{moodle.url}/token"\nline_items = "{moodle.url}/items"\nmembers = "{moodle.url}/members"\n'
    )
    return tiny


def call(command: object, *arguments: object, **options: object) -> tuple[int, str]:
    """The exit status of a command's function, and what it printed."""
    out = io.StringIO()
    return command(*arguments, out=out, **options), out.getvalue()  # type: ignore[operator]


def client(course: TinyCourse) -> Client:
    return client_of(open_course(course.root))


def fill(course: TinyCourse) -> None:
    """A gradebook with two graded students, and one whose essay waits: as nbgrader's own API writes it."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        book.add_assignment("t1")
        book.add_notebook("two", "t1")
        book.add_grade_cell("test_double", "two", "t1", max_score=2, cell_type="code")
        book.add_grade_cell("essay", "two", "t1", max_score=3, cell_type="markdown")
        book.add_solution_cell("essay", "two", "t1")
        for student, essay_points in (("asa@example.org", 2.5), ("bo@example.org", None), ("dan", 3.0)):
            book.update_or_create_student(student)
            book.add_submission("t1", student)
            test = book.find_grade("test_double", "two", "t1", student)
            test.auto_score, test.needs_manual_grade = 2, False
            written = book.find_grade("essay", "two", "t1", student)
            written.manual_score, written.needs_manual_grade = essay_points, essay_points is None
        book.update_or_create_student("eva")
        book.db.commit()


def send(course: TinyCourse, **traits: object) -> tuple[int, str]:
    return call(export_grades, course.root, ExportOptions("lti", ["t1"], traits=traits))


def table(course: TinyCourse) -> dict[str, dict[str, str]]:
    """lti.csv by student."""
    with (course.root / "lti.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_the_roster_comes_from_all_pages_without_teachers_and_those_who_left(
    course: TinyCourse, moodle: Platform
) -> None:
    assert call(fetch_roster, course.root, dry_run=True)[0] == 0
    assert not (course.root / ".autograder/platforms.json").exists()
    status, said = call(fetch_roster, course.root)
    assert (status, said) == (0, "3 students of 5 members\n")
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        found = {each.id: (each.first_name, each.last_name, each.email) for each in book.students}
    assert found["asa@example.org"] == ("Åsa", "Ärlig", "asa@example.org") and len(found) == 3
    known = json.loads((course.root / ".autograder/platforms.json").read_text())["students"]
    assert {student: each["lti"] for student, each in known.items()} == {
        "asa@example.org": "u-1",
        "bo@example.org": "u-2",
        "li@example.org": "u-3",
    }
    moodle.members[0]["email"] = "new@example.org"
    call(fetch_roster, course.root)
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        assert len(book.students) == 3, "the platform's id tells who that is"


def test_who_is_known_by_another_id_keeps_it_and_who_has_no_address_is_named(
    course: TinyCourse, moodle: Platform
) -> None:
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        book.add_student("asa", email="asa@example.org", first_name="Åsa", last_name="Ärlig")
    moodle.members[1]["email"] = None
    status, said = call(fetch_roster, course.root)
    assert status == 1 and "1 are known by another id and keep it: asa (asa@example.org)" in said
    assert "1 have no email that can be a folder's name and are left out (--id user_id): Bo Berg" in said
    status, said = call(fetch_roster, course.root, "user_id")
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        assert sorted(each.id for each in book.students) == ["asa", "li@example.org", "u-2"]


def test_an_address_that_can_be_no_folder_is_left_out_and_stops_nobody(
    course: TinyCourse, moodle: Platform
) -> None:
    moodle.members[1]["email"] = '"../../asa"@example.org'
    status, said = call(fetch_roster, course.root)
    assert status == 1 and "that can be a folder's name and are left out (--id user_id): Bo Berg" in said
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        assert sorted(each.id for each in book.students) == ["asa@example.org", "li@example.org"]


def test_nulls_for_what_a_platform_does_not_know_stop_nobody(course: TinyCourse, moodle: Platform) -> None:
    moodle.members[0]["status"] = moodle.members[0]["name"] = None
    moodle.items.append({"id": f"{moodle.url}/items/quiz", "label": None, "resourceId": None})
    with client(course) as opened:
        assert [each.learns for each in members(opened)] == [True, True, True, False, False]
        assert line_item(opened, "t1", 5).resourceId == "t1" and len(moodle.items) == 2


def test_scores_go_back_with_their_words_and_what_waits_is_pending(
    course: TinyCourse, moodle: Platform
) -> None:
    fill(course)
    call(fetch_roster, course.root)
    status, said = send(course)
    assert status == 1 and "t1: 1 without an LTI id" in said
    assert [(each["label"], each["scoreMaximum"], each["resourceId"]) for each in moodle.items] == [
        ("t1", 5, "t1")
    ]
    scores = {each["userId"]: each for each in moodle.scores}
    assert scores.keys() == {"u-1", "u-2"}
    asa, bo = scores["u-1"], scores["u-2"]
    assert asa["path"] == "/items/0/scores?type=x", "the query of the line item's address stays"
    assert (asa["scoreGiven"], asa["scoreMaximum"], asa["gradingProgress"]) == (4.5, 5, "FullyGraded")
    assert asa["comment"].startswith("4.5 of 5 points") and asa["activityProgress"] == "Completed"
    assert (
        "scoreGiven" not in bo
        and bo["gradingProgress"] == "PendingManual"
        and "not read yet" in bo["comment"]
    )
    rows = table(course)
    assert rows["asa@example.org"]["sent"] == "yes" and rows["asa@example.org"]["score"] == "4.5"
    assert rows["dan"]["why_not"] == "the roster of LTI does not have them"
    assert (rows["eva"]["state"], rows["eva"]["sent"], rows["li@example.org"]["state"]) == (
        "excused",
        "no",
        "missing",
    )
    send(course, missing="zero", pending="score")
    last = {each["userId"]: each for each in moodle.scores}
    assert last["u-2"]["scoreGiven"] == 2 and last["u-3"]["scoreGiven"] == 0
    assert len(moodle.items) == 1, "the column is found again"
    assert moodle.scores[-1]["timestamp"] > asa["timestamp"]


def test_a_student_whom_the_platform_does_not_know_stops_nobody(course: TinyCourse, moodle: Platform) -> None:
    fill(course)
    call(fetch_roster, course.root)
    del moodle.members[0]
    status, _ = send(course)
    assert status == 1 and [each["userId"] for each in moodle.scores] == ["u-2"]
    assert "404" in table(course)["asa@example.org"]["why_not"]


def test_a_token_is_asked_for_once_and_again_where_it_ends_or_is_refused(
    course: TinyCourse, moodle: Platform
) -> None:
    with client(course) as opened:
        members(opened)
        members(opened)
        assert moodle.asked["/token"] == 1
        moodle.tokens.clear()  # the platform has forgotten it
        assert len(members(opened)) == 5 and moodle.asked["/token"] == 2
        moodle.lasts = 1  # it counts as over at once
        moodle.tokens.clear()
        members(opened)
        members(opened)
        assert moodle.asked["/token"] > 4
    assert set(moodle.faults) == {"no such token"}


def test_what_the_platform_refuses_for_the_moment_is_tried_again_and_not_for_ever(
    course: TinyCourse, moodle: Platform
) -> None:
    moodle.failures["/members"] = [(429, {"Retry-After": "0"}), (503, {}), (500, {})]
    with client(course) as opened:
        assert len(members(opened)) == 5
        moodle.failures["/members"] = [(500, {"Retry-After": "0"})] * 9
        with pytest.raises(Refused, match="500") as refused:
            members(opened)
        assert refused.value.status == 500 and len(moodle.failures["/members"]) == 5, "once and three times"
        moodle.failures["/members"] = [(401, {})] * 2
        with pytest.raises(Refused, match="401"):
            members(opened)
    fill(course)
    call(fetch_roster, course.root)
    moodle.failures["/scores"] = [(503, {"Retry-After": "0"})] * 4
    status, said = send(course)
    assert status == 1 and "t1: stopped, the platform answered 503" in said and not moodle.scores
    assert {row["why_not"][:25] for row in table(course).values() if row["lti_user"]} >= {
        "the platform answered 503"
    }
    assert send(course)[0] == 1 and len(moodle.scores) == 2, "the same command sends the rest"


def test_a_wrong_key_and_a_wrong_audience_get_no_token(course: TinyCourse, moodle: Platform) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (course.root / "lti.pem").write_bytes(other.private_bytes(*form))
    status, said = call(fetch_roster, course.root)
    assert status == 2 and "400" in said and "InvalidSignatureError" in said
    (course.root / "lti.pem").write_text(moodle.key)
    text = (course.root / "course.toml").read_text()
    (course.root / "course.toml").write_text(f'{text}audience = "https://elsewhere.example"\n')
    assert "InvalidAudienceError" in call(fetch_roster, course.root)[1]


def test_a_token_is_sent_to_nobody_else(course: TinyCourse, moodle: Platform) -> None:
    with platform() as thief, client(course) as opened:
        moodle.next_host = thief.url
        with pytest.raises(Refused, match="its next page is elsewhere"):
            members(opened)
        moodle.failures["/members"] = [(302, {"Location": f"{thief.url}/members"})]
        with pytest.raises(Refused, match="302"):
            members(opened)
        assert not thief.asked
    with pytest.raises(WrongUse, match="expected https://"):
        opened.send("GET", "http://lms.example.edu/x", MEMBERS, "x")


def test_an_answer_that_is_not_what_lti_says_is_told(course: TinyCourse, moodle: Platform) -> None:
    moodle.members.append({"name": "nobody"})
    with client(course) as opened, pytest.raises(Refused, match="user_id"):
        members(opened)
    moodle.items.append({"label": "no address"})
    with client(course) as opened, pytest.raises(Refused, match="not what LTI says"):
        line_item(opened, "t1", 5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("token_url", "token_uri"), "Did you mean 'token_url'?"),
        (("http://127.0.0.1", "http://lms.example.edu"), "expected https://..."),
        (("lti.pem", "gone.pem"), "cannot be read"),
        (("[lti]", "[[lti]]"), "lti"),
    ],
)
def test_a_configuration_that_cannot_be_right_is_told_before_anything_is_sent(
    course: TinyCourse, moodle: Platform, change: tuple[str, str], said: str
) -> None:
    path = course.root / "course.toml"
    path.write_text(path.read_text().replace(*change))
    status, text = call(fetch_roster, course.root)
    assert status == 2 and said in text and not moodle.asked
    (course.root / "course.toml").write_text("")
    status, text = call(fetch_roster, course.root)
    assert status == 2 and "has no [lti]. Expected\n[lti]\nclient_id" in text


def test_a_key_that_others_can_read_is_refused(course: TinyCourse, moodle: Platform) -> None:
    (course.root / "lti.pem").chmod(0o644)
    assert "chmod 600" in call(fetch_roster, course.root)[1]
    (course.root / "lti.pem").write_text("no key")
    (course.root / "lti.pem").chmod(0o600)
    assert "is no private RSA key in PEM" in call(fetch_roster, course.root)[1] and not moodle.asked


def test_what_is_worth_nothing_sends_no_maximum_of_zero(course: TinyCourse, moodle: Platform) -> None:
    """A score's maximum has to be above 0, by the specification."""
    call(fetch_roster, course.root)
    fill(course)
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        book.add_assignment("t0")
        for student in ("asa@example.org", "bo@example.org"):
            book.add_submission("t0", student)
        book.db.commit()
    status, said = call(export_grades, course.root, ExportOptions("lti", []))
    assert status == 1 and "t0: left out, it has no points" in said
    assert [each["label"] for each in moodle.items] == ["t1"]
    assert moodle.scores and all(each.get("scoreMaximum") != 0 for each in moodle.scores)
