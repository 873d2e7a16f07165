"""Values of each student's own in a course without PyTorch: codes, grading by the folder, repairs, groups."""

import copy
import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tiny_course import TinyCourse, marks

from autograder.commands.codes import write_codes
from autograder.commands.regrade import regrade_assignment
from autograder.core.csv_tables import write_table
from autograder.course.course import open_course
from autograder.course.personal_key import codes_of, key_file
from autograder.personal import Draws, me, mine
from autograder.personal.codes import Code, code_of, read_code
from autograder.personal.whose import as_owner

STUDENTS = ("ada", "bob", "cem", "dan", "eve", "Zoë")
KEY = b"k" * 32
# As docs/instructor.md shows it.
ASK = 'from autograder.personal import me\n\nme("")  # your personal code, between the quotes'
DRAW = 'from autograder.personal import mine\n\nside = mine("square").integer(1000, 9999)'
AREA = "assert area == side**2"


def source() -> nbformat.NotebookNode:
    """A notebook that asks each student for the area of a square of their own."""
    cells = [
        new_markdown_cell("# A square of your own", id="title"),
        new_code_cell(ASK, id="ask"),
        new_code_cell(DRAW, id="draw", metadata=marks("draw", locked=True)),
        new_code_cell(
            "### BEGIN SOLUTION\narea = side**2\n### END SOLUTION",
            id="area",
            metadata=marks("area", solution=True),
        ),
        new_code_cell(AREA, id="test_area", metadata=marks("test_area", grade=True, locked=True, points=2)),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def side(code: Code) -> int:
    """The number that the owner of a code gets."""
    with as_owner(code.secret):
        return mine("square").integer(1000, 9999)


def handed_in(code: str, answer: str) -> nbformat.NotebookNode:
    """What a student hands in who typed `code` and gives `answer`."""
    notebook = copy.deepcopy(source())
    for cell in notebook.cells:
        if cell.id == "ask":
            cell.source = ASK.replace('""', f'"{code}"')
        if cell.id == "area":
            cell.source = answer
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    made = TinyCourse.make(tmp_path_factory.mktemp("personal") / "course", source())
    assert write_codes(made.root, STUDENTS, out=io.StringIO()) == 0
    return made


def codes(course: TinyCourse) -> dict[str, Code]:
    return codes_of(open_course(course.root), STUDENTS)


def rows(course: TinyCourse) -> dict[str, dict[str, str]]:
    with (course.root / "reports" / "t1" / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_a_code_is_read_as_people_type_it_and_a_slip_of_the_finger_is_noticed() -> None:
    code = code_of(KEY, "Zoë:x")
    assert re.fullmatch(r"Zoë:x(:)([0-9A-Z]{6}-){2}[0-9A-Z]{6}", str(code))
    typed = str(code)
    assert read_code(f"  {typed.replace('-', ' ')}\n") == code
    assert read_code(typed.replace("ë", "e\u0308")) == code, "composed otherwise by another keyboard"
    letters = typed.rpartition(":")[2].lower().replace("0", "o").replace("1", "l")
    assert read_code(f"Zoë:x:{letters}") == code
    for wrong in (
        typed[:-1],
        typed + "7",
        letters,
        "",
        f"bob:{letters}",
        f":{letters}",
        typed.replace("-", "*"),
    ):
        with pytest.raises(ValueError, match="found"):
            read_code(wrong)
    place = typed.index("-") - 1
    others = [typed[:place] + other + typed[place + 1 :] for other in "ABCDEFGH" if other != typed[place]]
    for other in others:
        with pytest.raises(ValueError, match="mistyped"):
            read_code(other)


def test_students_have_other_secrets_and_the_key_decides() -> None:
    secrets = {code_of(KEY, f"s{k}").secret for k in range(500)}
    assert len(secrets) == 500
    assert code_of(b"j" * 32, "s1") != code_of(KEY, "s1") == code_of(KEY, "s1")


def test_draws_are_the_same_on_every_machine_and_keep_to_their_bounds() -> None:
    with as_owner(code_of(KEY, "ada").secret):
        draws = mine("numbers")
        assert (draws.integer(1, 6), draws.number(-1, 1), draws.choice("xyz")) == FIRST
        assert draws.sample(range(6), 6) == SAMPLE and draws.seed() == SEED
        assert mine("numbers").integer(1, 6) == FIRST[0] == mine("numbers").integer(1, 6)
        assert mine("others").seed() != mine("numbers").seed()
    many = Draws(b"1")
    assert {many.integer(-1, 2) for _ in range(200)} == {-1, 0, 1, 2}
    for wrong in (lambda: many.integer(2, 1), lambda: many.choice([]), lambda: many.sample("ab", 3)):
        with pytest.raises(ValueError, match="lower bound first"):
            wrong()


FIRST = (6, -0.5296300043477391, "z")
SAMPLE = [2, 4, 3, 5, 0, 1]
SEED = 3452733748


def test_a_notebook_says_whose_values_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    code = code_of(KEY, "ada")
    me("")
    practice = mine("square").seed()
    me(str(code))
    own = mine("square").seed()
    me("")
    said = capsys.readouterr().out
    assert own != practice == mine("square").seed()
    assert said.count("values for practice") == 2 and "The values of ada." in said
    with pytest.raises(ValueError, match=r"mistyped.*Copy the whole code that your instructor sent you"):
        me(str(code).replace("ada", "bob"))
    assert mine("square").seed() == practice


def test_codes_are_written_for_a_list_and_the_key_is_made_once(course: TinyCourse, tmp_path: Path) -> None:
    key = key_file(open_course(course.root))
    before = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    (tmp_path / "list.csv").write_text(
        "id,first_name,last_name,email\nada,Ada,L,a@x.org\nnew,Ned,M,n@x.org\n"
    )
    out, path = io.StringIO(), tmp_path / "codes.csv"
    assert write_codes(course.root, roster=tmp_path / "list.csv", to=path, out=out) == 0
    assert key.read_bytes() == before and "2 codes in" in out.getvalue() and "Made" not in out.getvalue()
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert first == {
        "student_id": "ada",
        "name": "Ada L",
        "email": "a@x.org",
        "code": str(codes(course)["ada"]),
    }
    assert read_code(second["code"]).student == "new"


def test_a_part_of_the_class_leaves_the_others_codes_and_a_mistyped_id_writes_nothing(
    course: TinyCourse, tmp_path: Path
) -> None:
    path, out = tmp_path / "codes.csv", io.StringIO()
    for name, students in (("a.csv", "ada,Ada L\n=b,=B\n"), ("b.csv", "li,李\n")):
        (tmp_path / name).write_text(f"id,first_name\n{students}")
        assert write_codes(course.root, roster=tmp_path / name, to=path, out=out) == 0
    assert "1 code, beside 2 others, in" in out.getvalue()
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row["student_id"].removeprefix("'"): row for row in csv.DictReader(file)}
    assert list(rows) == ["ada", "=b", "li"] and rows["ada"]["name"] == "Ada L"
    assert rows["=b"]["code"].removeprefix("'") == str(codes_of(open_course(course.root), ["=b"])["=b"])
    before = path.read_bytes()
    assert write_codes(course.root, ["adaa"], roster=tmp_path / "a.csv", to=path, out=out) == 2
    assert "There is no student 'adaa'. Did you mean 'ada'?" in out.getvalue()
    assert path.read_bytes() == before
    (tmp_path / "other.csv").write_text("id\nada\n")
    assert (
        write_codes(course.root, ["ada"], roster=tmp_path / "a.csv", to=tmp_path / "other.csv", out=out) == 2
    )
    assert "is no list of codes" in out.getvalue()


def test_a_private_table_is_readable_for_nobody_else_while_it_is_written(tmp_path: Path) -> None:
    def rows() -> Iterator[list[str]]:
        (draft,) = tmp_path.iterdir()
        yield [f"{draft.stat().st_mode & 0o777:o}"]

    write_table(tmp_path / "codes.csv", rows(), private=True)
    assert (tmp_path / "codes.csv").read_text() == "600\n"
    assert code_of(KEY, "ada").secret not in repr(code_of(KEY, "ada")), "nor is a code in a traceback"


def test_codes_without_students_or_with_a_damaged_key_say_what_to_do(tmp_path: Path) -> None:
    made, out = TinyCourse.make(tmp_path / "course", source()), io.StringIO()
    assert write_codes(made.root, out=out) == 2 and "autograder codes --roster STUDENTS.csv" in out.getvalue()
    assert not key_file(open_course(made.root)).exists()
    assert write_codes(made.root, ("ada",), out=io.StringIO()) == 0
    key_file(open_course(made.root)).write_text("12")
    assert write_codes(made.root, ("ada",), out=out) == 2 and "Put your copy of it back" in out.getvalue()


@pytest.fixture(scope="module")
def graded(course: TinyCourse) -> dict[str, dict[str, str]]:
    own = codes(course)
    answers = {
        "ada": (str(own["ada"]), f"area = {side(own['ada']) ** 2}"),  # typed in, not computed
        "bob": (str(own["ada"]), f"area = {side(own['ada']) ** 2}"),  # a copy of ada's notebook
        "cem": ("", "area = side**2"),  # no code: computed, so that it fits in every notebook
        "dan": ("", f"area = {side(Code('', '')) ** 2}"),  # the answer for practice
        "eve": (str(code_of(KEY, "eve")), "area = side**2"),  # of another course
        "Zoë": (str(own["ada"])[:-1], "area = side**2"),
    }
    for student, (code, answer) in answers.items():
        course.submit(student, handed_in(code, answer))
    status, said = course.grade()
    assert status == 0, said
    return rows(course)


def test_work_is_graded_with_the_values_of_whoever_the_folder_says(graded: dict[str, dict[str, str]]) -> None:
    scores = {student: float(row["score"]) for student, row in graded.items()}
    assert scores == {"ada": 2, "bob": 0, "cem": 2, "dan": 0, "eve": 2, "Zoë": 2}


def test_a_code_that_is_missing_or_wrong_is_named_in_the_csv_the_page_and_the_report(
    course: TinyCourse, graded: dict[str, dict[str, str]]
) -> None:
    words = {
        "bob": "the personal code in `me(...)` is that of `ada`",
        "cem": "no personal code was typed in `me(...)`",
        "dan": "no personal code was typed in `me(...)`",
        "eve": "is not the one of this course",
        "Zoë": "is no personal code",
    }
    assert graded["ada"]["repairs"] == ""
    report = (course.root / "reports" / "t1" / "report.html").read_text(encoding="utf-8")
    for student, said in words.items():
        assert said in graded[student]["repairs"]
        page = (course.root / "feedback" / student / "t1" / "two.html").read_text(encoding="utf-8")
        assert re.sub(r"\W+", " ", said.replace("`", "")).strip() in re.sub(
            r"\W+", " ", re.sub("<[^>]+>", "", page)
        )
    assert "the personal code is another student&#x27;s" in report
    changed = report.partition("Changed tests and forbidden tools")[2].partition("</table>")[0]
    assert "bob" in changed and "ada" in changed and "cem" not in changed


def test_grading_again_gives_the_same_values(course: TinyCourse, graded: dict[str, dict[str, str]]) -> None:
    for dry_run in (True, False):
        out = io.StringIO()
        again = ("ada", "bob")
        assert regrade_assignment(course.root, "t1", students=again, dry_run=dry_run, out=out) == 0
        assert "the points of 0 " in out.getvalue(), out.getvalue()


def test_neither_key_nor_codes_are_in_what_is_handed_out(
    course: TinyCourse, graded: dict[str, dict[str, str]]
) -> None:
    key = key_file(open_course(course.root)).read_text().strip()
    secrets = [code.secret for student, code in codes(course).items()]
    for folder in ("autograded", "feedback", "reports/t1", ".autograder"):
        for path in (course.root / folder).rglob("*"):
            if path.is_file() and path.name != "personal.key":
                text = path.read_bytes().decode("utf-8", "replace").replace("-", "")
                assert key not in text
                theirs = {s for s in secrets if s in text}
                # What students typed themselves stays in their own notebooks.
                assert folder != "reports/t1" or not theirs, path


def test_nbgraders_own_commands_work_as_before(course: TinyCourse) -> None:
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "t1", "--force"]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    released = nbformat.read(course.root / "release" / "t1" / "two.ipynb", 4)
    assert [cell.source for cell in released.cells[1:3]] == [ASK, DRAW]


def test_the_example_of_the_documents_is_the_one_that_is_tried() -> None:
    page = (Path(__file__).parents[2] / "docs" / "instructor.md").read_text(encoding="utf-8")
    assert f"```python\n{ASK}\n```" in page and f"```python\n{DRAW}\n```" in page and f"`{AREA}`" in page


def test_a_group_hands_in_with_the_code_of_any_of_its_members(tmp_path: Path) -> None:
    made = TinyCourse.make(tmp_path / "course", source())
    write_codes(made.root, STUDENTS, out=io.StringIO())
    (made.root / "course.toml").write_text(
        '[assignments.t1]\ngroups = true\n\n[groups.red]\nmembers = ["ada", "bob"]\n'
    )
    own = codes(made)
    copied = handed_in(str(own["bob"]), f"area = {side(own['bob']) ** 2}")
    for student in ("ada", "bob", "cem"):
        made.submit(student, copied)
    status, said = made.grade()
    assert status == 0, said
    found = rows(made)
    assert {student: float(row["score"]) for student, row in found.items()} == {"ada": 2, "bob": 2, "cem": 0}
    assert [bool(found[student]["repairs"]) for student in ("ada", "bob", "cem")] == [False, False, True]


def test_a_course_without_a_key_gives_all_the_same_values_and_asks_for_no_code(tmp_path: Path) -> None:
    made = TinyCourse.make(tmp_path / "course", source())
    made.submit("ada", handed_in("", f"area = {side(Code('', '')) ** 2}"))
    status, said = made.grade()
    assert status == 0, said
    assert (float(rows(made)["ada"]["score"]), rows(made)["ada"]["repairs"]) == (2, "")


def test_values_are_not_shared_where_a_locked_cell_asks_for_them_before_anything_else(tmp_path: Path) -> None:
    first = source()
    del first.cells[1]  # the cell that asks for the code: the locked cell is the first now
    made = TinyCourse.make(tmp_path / "course", first)
    write_codes(made.root, STUDENTS, out=io.StringIO())
    own = codes(made)
    for student in STUDENTS[:4]:
        notebook = handed_in("", f"area = {side(own[student]) ** 2}")
        made.submit(
            student,
            new_notebook(cells=[*notebook.cells[:1], *notebook.cells[2:]], metadata=notebook.metadata),
        )
    status, said = made.grade()
    assert status == 0, said
    assert {float(row["score"]) for row in rows(made).values()} == {2}
