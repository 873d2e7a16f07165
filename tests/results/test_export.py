"""Grades for Canvas and Moodle, read back the way those two read them."""

import csv
import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp
from nbgrader.coursedir import CourseDirectory
from tiny_course import TinyCourse

import autograder
from autograder.core.csv_tables import harmless, unharmed, write_table
from autograder.export.canvas import CanvasExport
from autograder.export.moodle import MoodleExport

WORKSHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    'Participant 11,"Åsa Ångström",asa@example.org,"Submitted for grading",,{most},Yes,'
    '"Friday, 14 November 2025, 11:59 PM",-,\n'
    'Participant 12,"=HYPERLINK(""http://x"")",bo@example.org,"Submitted for grading",,{most},Yes,-,-,"Seen, thanks"\n'
    "Participant 13,Cy Young,cy@example.org,No submission,,{most},Yes,-,-,\n"
    "Participant 99,New Face,new@example.org,No submission,,{most},Yes,-,-,\n"
)


@pytest.fixture(scope="module")
def graded(tiny_template, tmp_path_factory):
    """A graded course: all points, none, nothing handed in, one that waits for a person, one that is not graded."""
    tiny = TinyCourse(shutil.copytree(tiny_template, tmp_path_factory.mktemp("export") / "course"))
    tiny.submit("asa", tiny.answer())
    tiny.submit("bo", tiny.answer(last="def last(items):\n    return items[0]"))
    tiny.submit("dee", tiny.answer())
    tiny.grade(workers=1)
    tiny.submit("eve", tiny.answer())
    with Gradebook(f"sqlite:///{tiny.root}/gradebook.db") as gradebook:
        for student, first, last, lms in (
            ("asa", "Åsa", "Ångström", "501"),
            ("bo", "", '=HYPERLINK("http://x")', "502"),
            ("cy", "Cy", "Young", "503"),
            ("dee", "Dee", "@SUM(A1)", "504"),
            ("eve", "Eve", "Li", "505"),
        ):
            gradebook.update_or_create_student(
                student, first_name=first, last_name=last, lms_user_id=lms, email=f"{student}@example.org"
            )
        for notebook in gradebook.find_submission("t1", "dee").notebooks:
            notebook.grades[0].needs_manual_grade = True
        gradebook.db.commit()
    return tiny


def export(graded, kind, tmp_path, caplog, **traits):
    """Runs a plugin as nbgrader does; the rows of its file and what it logged."""
    to = tmp_path / "out.csv"
    parent = ExportApp()
    parent.coursedir = CourseDirectory(root=str(graded.root))
    plugin = kind(parent=parent, to=str(to), **traits)
    caplog.clear()
    with Gradebook(f"sqlite:///{graded.root}/gradebook.db") as gradebook, caplog.at_level("INFO"):
        plugin.log.propagate = True
        try:
            plugin.export(gradebook)
        except SystemExit:
            return None, caplog.text
    return list(csv.reader(io.StringIO(to.read_text(encoding="utf-8"), newline=""))), caplog.text


def as_canvas_reads(rows):
    """Assignments and grades by Canvas's number, as `lib/gradebook_importer.rb` finds them."""
    heading = rows[0]
    assert "Student" in heading[0] and "ID" in heading[1]
    columns = 3
    assert re.search(r"SIS\s+User\s+ID", heading[2]) and re.search(r"SIS\s+Login\s+ID", heading[3])
    columns += 2
    assert "Section" in heading[columns - 1], "Canvas calls it an invalid header row otherwise"
    possible = next(row for row in rows if "Points Possible" in row[0])
    students = [row for row in rows[1:] if row is not possible]
    return (
        {name: possible[k] for k, name in enumerate(heading) if k >= columns},
        {row[1]: row[columns:] for row in students},
    )


def as_moodle_reads(rows):
    """Grades and comments by participant, as `importgradeslib.php` finds them."""
    heading = rows[0]
    id, grade, _ = (heading.index(name) for name in ("Identifier", "Grade", "Last modified (grade)"))
    comments = heading.index("Feedback comments")
    return {row[id][len("Participant ") :]: (row[grade], row[comments]) for row in rows[1:]}


def test_canvas_gets_its_columns_and_numbers_with_no_grade_where_there_is_none(graded, tmp_path, caplog):
    rows, said = export(graded, CanvasExport, tmp_path, caplog)
    possible, grades = as_canvas_reads(rows)
    assert possible == {"t1": "5"}
    assert grades == {"501": ["5"], "502": ["3"], "503": [""], "504": [""], "505": [""]}
    assert "1 handed in nothing, no grade: cy" in said
    assert (
        "1 have an answer to be graded by hand" in said
        and "1 handed in but are not graded yet (autograder grade t1), no grade: eve" in said
    )


def test_what_the_missing_and_the_waiting_get_is_for_the_instructor_to_say(graded, tmp_path, caplog):
    rows, said = export(graded, CanvasExport, tmp_path, caplog, missing="zero", pending="score")
    assert as_canvas_reads(rows)[1] == {"501": ["5"], "502": ["3"], "503": ["0"], "504": ["5"], "505": [""]}
    assert "zero: cy" in said and "their score so far: dee" in said


def test_canvass_own_file_is_filled_in_and_nothing_else_of_it_sent_back(graded, tmp_path, caplog):
    own = tmp_path / "canvas.csv"
    own.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (7),T1 (4711),Final Score\n"
        "    Points Possible,,,,,10,10,(read only)\n"
        '"Ångström, Åsa",501,,asa,A,9,,90\n"Bo",900,,bo,A,8,,80\n"Gone, Al",777,,al,B,7,,70\n"Student, Test",1,,x,,,,\n',
        encoding="utf-8-sig",
    )
    rows, said = export(graded, CanvasExport, tmp_path, caplog, gradebook_csv=str(own))
    assert rows is None and "maximum is 10 and the assignment's 5" in said
    assert "--scale (autograder export), or CanvasExport.scale" in said
    rows, said = export(graded, CanvasExport, tmp_path, caplog, gradebook_csv=str(own), scale=True)
    possible, grades = as_canvas_reads(rows)
    assert possible == {"T1 (4711)": "10"} and grades == {"501": ["10"], "900": ["6"]}
    assert "Gone, Al is in" in said and "cy, dee, eve are in the gradebook but not in" in said
    rows, said = export(
        graded,
        CanvasExport,
        tmp_path,
        caplog,
        gradebook_csv=str(own),
        scale=True,
        columns={"t1": "Essay (7)"},
    )
    assert as_canvas_reads(rows)[0] == {"Essay (7)": "10"}
    rows, said = export(
        graded, CanvasExport, tmp_path, caplog, gradebook_csv=str(own), columns={"t1": "Essay"}
    )
    assert rows is None and "has no column 'Essay'; it has Essay (7), T1 (4711)" in said


def test_moodles_worksheet_is_filled_in_and_otherwise_as_it_was(graded, tmp_path, caplog):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(WORKSHEET.format(most="5.00"), encoding="utf-8-sig")
    rows, said = export(graded, MoodleExport, tmp_path, caplog, worksheet=str(sheet))
    found = as_moodle_reads(rows)
    assert found["11"][0] == "5" and found["11"][1].startswith(
        "5 of 5 points: test_double 2 of 2, test_last 3 of 3."
    )
    assert found["12"] == ("3", "Seen, thanks"), "what a person wrote there stays"
    assert found["13"] == found["99"] == ("", "")
    assert "New Face is in" in said and "dee, eve are in the gradebook but not in" in said
    before = list(csv.reader(WORKSHEET.format(most="5.00").splitlines()))
    for old, new in zip(before, rows, strict=True):
        same = [(a, b) for k, (a, b) in enumerate(zip(old, new, strict=True)) if k not in (4, 9)]
        assert all(b in (a, f"'{a}") for a, b in same)
    assert rows[2][1] == '\'=HYPERLINK("http://x")'


def test_what_nobody_has_read_is_not_told_as_a_zero(graded, tmp_path, caplog):
    course = TinyCourse(shutil.copytree(graded.root, tmp_path / "course"))
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("test_last", "two", "t1", "asa")
        grade.auto_score, grade.needs_manual_grade = None, True
        gradebook.db.commit()
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(WORKSHEET.format(most="5.00"), encoding="utf-8-sig")
    rows, _ = export(course, MoodleExport, tmp_path, caplog, worksheet=str(sheet), pending="score")
    said = "2 of 5 points so far: test_double 2 of 2, test_last not read yet (3 points)."
    assert as_moodle_reads(rows)["11"] == ("2", said)


def test_points_are_told_in_the_notebooks_order(graded, tmp_path, caplog):
    turned = TinyCourse(shutil.copytree(graded.root, tmp_path / "turned"))
    path = turned.root / "source/t1/two.ipynb"
    notebook = nbformat.read(path, 4)
    notebook.cells = notebook.cells[:2] + notebook.cells[4:] + notebook.cells[2:4]
    nbformat.write(notebook, path)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(WORKSHEET.format(most="5.00"), encoding="utf-8-sig")
    rows, _ = export(turned, MoodleExport, tmp_path, caplog, worksheet=str(sheet))
    assert "test_last 3 of 3, test_double 2 of 2." in as_moodle_reads(rows)["11"][1]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (WORKSHEET.format(most="100.00"), "maximum is 100 and the assignment's 5"),
        ("Name,Bewertung\nBo,3\n", "found no column Identifier, Grade, Last modified (grade)"),
        ("", "is empty"),
    ],
)
def test_a_worksheet_that_cannot_be_filled_in_is_refused_in_words(graded, tmp_path, caplog, text, complaint):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(text)
    rows, said = export(graded, MoodleExport, tmp_path, caplog, worksheet=str(sheet))
    assert rows is None and complaint in said and not (tmp_path / "out.csv").exists()


def test_moodles_gradebook_gets_a_row_for_everyone_by_address_and_number(graded, tmp_path, caplog):
    rows, _ = export(graded, MoodleExport, tmp_path, caplog)
    assert rows[0] == ["First name", "Last name", "ID number", "Email address", "t1"]
    by_address = {row[3]: row for row in rows[1:]}
    assert by_address["asa@example.org"] == ["Åsa", "Ångström", "asa", "asa@example.org", "5"]
    assert by_address["dee@example.org"][1] == "'@SUM(A1)" and by_address["cy@example.org"][4] == ""


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@A1", "\t=1", "\r=1", " =1", "\n=1", "＝1", "-"])
def test_no_cell_is_a_formula(cell):
    divided = cell[0] in "\t\r\n" and f"{cell[0]}'{cell[1:]}"
    assert harmless(cell) == (cell if cell == "-" else f"'{divided or cell}")
    assert harmless("-3.5") == "-3.5" and harmless("O'Brien") == "O'Brien" and harmless("") == ""


ANY = st.text(st.sampled_from("=+-@＝ ,;|\t\n\"'1.ab"), max_size=12)


@given(cells=st.lists(ANY, min_size=1, max_size=3))
def test_no_cell_is_a_formula_wherever_a_spreadsheet_divides(cells):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        write_table(path, [cells])
        text = path.read_text(encoding="utf-8")
    for delimiter in ",;|\t":
        for cell in (cell for row in csv.reader(text.splitlines(), delimiter=delimiter) for cell in row):
            begin = cell.lstrip(" ")
            number = re.match(r"-(\d+(\.\d+)?)?([\s,;\"]|$)", begin)
            assert number or not begin.startswith(("=", "+", "-", "@", "＝")), (text, delimiter, cell)
    for cell in cells:
        assert harmless(unharmed(harmless(cell))) == harmless(cell)
    assert (
        unharmed(harmless("Bo; =1, @x")) == "Bo; =1, @x"
        and harmless("3; -1 for b, - and c") == "3; -1 for b, - and c"
    )


def test_nbgraders_own_command_runs_the_exports_with_options_from_the_command_line(graded, tmp_path):
    command = [sys.executable, "-m", "nbgrader", "export", f"--to={tmp_path}/grades.csv"]
    canvas = ["--exporter=autograder.export.canvas.CanvasExport", "--CanvasExport.missing=zero"]
    run = subprocess.run([*command, *canvas], cwd=graded.root, capture_output=True, text=True, check=False)
    assert run.returncode == 0 and "zero: cy" in run.stderr, run.stderr
    assert (
        (tmp_path / "grades.csv")
        .read_text(encoding="utf-8")
        .startswith("Student,ID,SIS User ID,SIS Login ID,")
    )
    moodle = ["--exporter=autograder.export.moodle.MoodleExport", '--assignment=["t9"]']
    run = subprocess.run([*command, *moodle], cwd=graded.root, capture_output=True, text=True, check=False)
    assert (
        run.returncode == 1 and "no assignment 't9', only t1" in run.stderr and "Traceback" not in run.stderr
    )


def test_every_table_that_is_written_has_cells_no_spreadsheet_evaluates(tmp_path: Path) -> None:
    write_table(tmp_path / "grades.csv", [["student_id", "reason"], ["=cmd()", "@SUM(1)"], ["ada", "-0.5"]])
    written = (tmp_path / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert written == ["student_id,reason", "'=cmd(),'@SUM(1)", "ada,-0.5"]
    grader = Path(autograder.__file__).parent
    writers = {
        path.name for path in grader.rglob("*.py") if "csv.writer(" in path.read_text(encoding="utf-8")
    }
    assert writers == {"csv_tables.py"}
