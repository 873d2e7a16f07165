"""The gate before a release: nothing is released that does not hold, or that shows what students must not see."""

import base64
import copy
import io
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from tiny_course import HIDDEN, TinyCourse, marks, source_notebook
from tiny_course import test_cell as graded_cell
from traitlets.config import Config

from autograder.authoring import build_release
from autograder.authoring.gate import examine
from autograder.authoring.points import faults
from autograder.authoring.secrets import Secret, leaks_in_package, leaks_in_release, plain_line, secrets_of


def release(course, **options):
    """The exit status and what was printed."""
    out = io.StringIO()
    return build_release(course.root, out=out, **options), out.getvalue()


def changed(cell, old, new):
    """The instructor's notebook with something else in a cell."""
    notebook = source_notebook()
    each = next(c for c in notebook.cells if c.id == cell)
    assert old in each.source
    each.source = each.source.replace(old, new)
    return notebook


def released_notebook(tmp_path, change):
    """A released folder whose notebook was changed by `change`."""
    notebook = TinyCourse(tmp_path).untouched()
    change(notebook)
    folder = tmp_path / "release/t1"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "two.ipynb")
    return folder


def secrets():
    return secrets_of(source_notebook(), Config())


def test_a_release_that_holds_is_written_and_not_graded_again_until_something_changes(tiny):
    status, said = release(tiny)
    assert status == 0 and "released t1" in said, said
    assert "5 points, reference graded 5 times in two kernels and once in one" in said
    assert "t1: 3 secret lines searched for" in said
    before = (tiny.root / "release/t1/two.ipynb").read_bytes()
    status, said = release(tiny)
    assert status == 0 and "graded" not in said and "released" not in said
    assert (tiny.root / "release/t1/two.ipynb").read_bytes() == before
    assert not (tiny.root / ".autograder/t1.jsonl").exists(), "the gate leaves no trace in grading"


def test_a_course_as_it_was_cloned_is_taken_as_checked_until_a_hidden_test_changes(tiny):
    assert release(tiny, unchecked=True)[0] == 0
    assert "graded" not in release(tiny)[1]
    nbformat.write(changed("test_double", "== 42", "== 43"), tiny.root / "source/t1/two.ipynb")
    status, said = release(tiny)  # the release is the same, and what grades it is not
    assert status == 1 and "cell test_double: the reference gets 0 of 2 points" in said
    assert "AssertionError: wrong for a large number" in said


def configured(course, line):
    (course.root / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n")


def test_a_released_notebook_says_where_its_checks_lead_to_and_is_the_same_each_time(tiny):
    source = source_notebook()
    source.cells.insert(1, new_code_cell("from autograder.checks import check", id="imports"))
    source.cells[1].metadata.update(marks("imports", locked=True))
    nbformat.write(source, tiny.root / "source/t1/two.ipynb")
    configured(tiny, "c.Lessons.book_url = 'https://example.org/course'")
    status, said = release(tiny)
    assert status == 0 and release(tiny, check=True)[0] == 0, said
    made = nbformat.read(tiny.root / "release/t1/two.ipynb", 4)
    names = [cell.id for cell in made.cells]
    assert names.index("lessons-at") == names.index("imports") + 1
    assert "lessons_at('https://example.org/course')" in made.cells[2].source
    tiny.submit("ada", made)
    status, said = tiny.grade()
    assert status == 0 and tiny.grades()["ada"]["repairs"] == "", said


@pytest.mark.parametrize(
    "wrong", ["example.org", "javascript:alert(1)", "https://x.org/a b", "https://x.org/?q=1"]
)
def test_an_address_of_the_book_that_is_none_is_named_and_nothing_is_released(tiny, wrong):
    configured(tiny, f"c.Lessons.book_url = {wrong!r}")
    status, said = release(tiny)
    assert status == 2 and repr(wrong) in said and "https://example.org/course" in said
    assert not (tiny.root / "release").exists()


def test_one_assignment_is_released_where_it_alone_is_asked_for(tiny):
    (tiny.root / "source/t2").mkdir()
    nbformat.write(changed("last", "items[-1]", "items[0]"), tiny.root / "source/t2/three.ipynb")
    status, said = release(tiny, only=["t1"])
    assert status == 0 and "1 assignment: no problems" in said, said
    assert [path.name for path in (tiny.root / "release").iterdir()] == ["t1"]
    status, said = release(tiny, only=["t3"])
    assert status == 2 and said == "found no source/t3; expected some of t1, t2\n"


def test_an_import_of_a_hidden_test_in_the_package_is_no_leak_and_its_other_lines_are(tmp_path):
    lines = ("from exercises.a1_sequences import streams", "assert double(123456789) == 246913578")
    secret = Secret(
        "cell", True, {plain_line(line): number for number, line in enumerate(lines)} | {"x": 9, "y": 10}
    )
    for line, expected in zip(lines, (0, 1), strict=True):
        (tmp_path / "module.py").write_text(f"{line}\n")
        assert len(leaks_in_package(tmp_path, [tmp_path / "module.py"], [secret])) == expected


def test_nothing_is_released_where_one_assignment_does_not_hold(tiny):
    (tiny.root / "source/t2").mkdir()
    wrong = changed("last", "items[-1]", "items[0]")
    wrong.cells.append(graded_cell("free", 1, "1.0"))
    nbformat.write(wrong, tiny.root / "source/t2/three.ipynb")
    status, said = release(tiny)
    assert status == 1 and "nothing was released" in said and not (tiny.root / "release").exists()
    assert "source/t2/three.ipynb, cell test_last: the reference gets 1 of 3 points in two kernels" in said
    assert "last: expected the last item" in said and "in one kernel" in said
    assert "source/t2/three.ipynb, cell free: an untouched release gets 1 of 1 points" in said
    status, said = release(tiny, unchecked=True)
    assert (
        status == 0 and "released without a check" in said and (tiny.root / "release/t2/three.ipynb").exists()
    )


def put(where, what):
    """A change that puts text somewhere in a notebook."""

    def change(notebook):
        cell = notebook.cells[1]
        if where == "source":
            notebook.cells.append(new_markdown_cell(f"Hint:\n\n    {what}", id="hint"))
        elif where == "output":
            cell.outputs = [new_output("stream", text=f"tried\n{what}\n")]
        elif where == "metadata":
            cell.metadata["note"] = {"deep": [what]}
        elif where == "notebook metadata":
            notebook.metadata["author"] = what
        elif where == "attachment":
            packed = base64.b64encode(f"x\n{what}\n".encode()).decode()
            notebook.cells[0]["attachments"] = {"a.txt": {"text/plain": packed}}

    return change


@pytest.mark.parametrize("where", ["source", "output", "metadata", "notebook metadata", "attachment"])
@pytest.mark.parametrize("what", ["return 2*x  #", HIDDEN, HIDDEN.replace(" ", "   ")])
def test_a_secret_line_is_found_wherever_it_hides_in_a_released_notebook(tmp_path, where, what):
    (leak, *_) = leaks_in_release(released_notebook(tmp_path, put(where, what)), secrets())
    assert str(leak).startswith("release/t1/two.ipynb") and "shows line" in str(leak)
    assert leak.cell == ("double" if "return" in what else "test_double")


def test_a_released_notebook_as_nbgrader_makes_it_shows_no_secret(tmp_path):
    assert leaks_in_release(released_notebook(tmp_path, lambda notebook: None), secrets()) == []


def test_secrets_in_files_beside_the_notebook_are_found_in_archives_too(tmp_path):
    folder = released_notebook(tmp_path, lambda notebook: None)
    (folder / "helpers.py").write_text(f"def f():\n    {HIDDEN}\n")
    with zipfile.ZipFile(folder / "data.zip", "w") as archive:
        archive.writestr("inner/old.py", HIDDEN)
    found = [str(leak) for leak in leaks_in_release(folder, secrets())]
    assert any(each.startswith("release/t1/helpers.py: shows line 3 of") for each in found)
    assert any(each.startswith("release/t1/data.zip, inner/old.py: shows") for each in found)


def test_a_line_that_the_source_shows_openly_or_that_anything_has_is_no_secret():
    notebook = source_notebook()
    notebook.cells.append(new_code_cell(f"# For example:\n{HIDDEN}", id="open"))
    known = {line for secret in secrets_of(notebook, Config()) for line in secret.lines}
    assert known == {"return2*x", "returnitems[-1]"}


def test_whole_solutions_without_marks_and_written_answers_are_secret():
    cells = [
        new_code_cell("def f(x):\n    return x ** 17", id="f", metadata=marks("f", solution=True)),
        new_markdown_cell(
            "The answer is forty-two.", id="q", metadata=marks("q", solution=True, grade=True, points=1)
        ),
    ]
    found = secrets_of(nbformat.v4.new_notebook(cells=cells), Config())
    assert [(each.cell, *each.lines) for each in found] == [
        ("f", "returnx**17"),
        ("q", "Theanswerisforty-two."),
    ]


def test_in_the_package_one_common_line_is_chance_and_half_a_solution_is_not(tmp_path):
    body = "total = sum(values)\ncount = len(values)\nmean = total / count\nreturn mean"
    source = nbformat.v4.new_notebook(
        cells=[
            new_code_cell(
                f"### BEGIN SOLUTION\n{body}\n### END SOLUTION", metadata=marks("mean", solution=True)
            )
        ]
    )
    known = secrets_of(source, Config())
    for lines, expected in ((1, 0), (3, 3)):
        (tmp_path / "a.py").write_text("\n".join(body.splitlines()[:lines]))
        assert len(leaks_in_package(tmp_path, [tmp_path / "a.py"], known)) == expected


@pytest.mark.parametrize(
    ("text", "graded", "complaint"),
    [
        ("## One\n\n*6 points · easy*", (4, 2), ""),
        ("## One\n\n*6 points · easy*", (4, 1), "n, 'One': states 6 points, its cells have 5"),
        ("*About an hour, 7 points.*", (4, 2), "the first cell states 7 points in all, the cells have 6"),
        ("", (4, 0), "cell g1: a graded cell without points"),
        ("", (), "no cell is graded"),
    ],
)
def test_points_that_do_not_add_up_are_named(text, graded, complaint):
    cells = [new_markdown_cell(text), *(graded_cell(f"g{k}", most, "pass") for k, most in enumerate(graded))]
    notebook = nbformat.v4.new_notebook(cells=cells)
    found = faults(notebook, notebook, "n")
    assert (not found) if not complaint else any(complaint in each for each in found)
    if graded:
        other = copy.deepcopy(notebook)
        other.cells[1].metadata.nbgrader.points = 9
        assert "4 points in the source, 9 in the release" in faults(notebook, other, "n")[0]


def test_an_assignment_of_the_course_whose_graders_nobody_has_tried_is_not_released(tiny, tmp_path):
    (tiny.root / "source/t1").rename(tiny.root / "source/a3_gates")
    assert release(tiny, unchecked=True)[0] == 0
    (tmp_path / "release").symlink_to(tiny.root / "release")
    known = examine(tiny.root, "a3_gates", tmp_path, ["audit"]).findings
    assert any("autograder audit a3_gates" in finding and "found no source/" in finding for finding in known)
