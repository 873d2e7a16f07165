"""Masters, notebooks and releases: built the same each time, and no edit is lost."""

import io
import shutil
from pathlib import Path

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

from autograder.authoring import Master, adopt, build_notebooks, build_release, find_masters
from autograder.authoring.build import to_percent
from autograder.authoring.points import faults

ROOT = Path(__file__).parents[2]

LESSON = """\
# %% [markdown]
# # A lesson
#
# Some prose.

# %%
x = 1

# %% tags=["wrong"]
x / 0
"""

ASSIGNMENT = """\
# %% [markdown]
# # An assignment

# %% nbgrader={"grade": false, "grade_id": "double", "locked": false, "schema_version": 3, "solution": true}
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "double-t", "locked": true, "points": 1, "schema_version": 3, "solution": false}
# The graded check.
### BEGIN HIDDEN TESTS
assert double(21) == 42
### END HIDDEN TESTS
"""


@pytest.fixture
def course(tmp_path):
    """A course of one lesson and one assignment, both built."""
    for folder in ("notebooks", "source"):
        (tmp_path / folder).mkdir()
    (tmp_path / "notebooks/01_first.py").write_text(LESSON)
    (tmp_path / "source/a1_double.py").write_text(ASSIGNMENT)
    assert build_notebooks(tmp_path, out=io.StringIO()) == 0
    return tmp_path


def run(function, *args, **kwargs):
    """The exit status of a command and what it printed."""
    out = io.StringIO()
    return function(*args, out=out, **kwargs), out.getvalue()


def read(path):
    return path.read_text(encoding="utf-8")


def lesson(course):
    return course / "notebooks/01_first.ipynb"


def edit(path, text):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = text
    nbformat.write(notebook, path)


def test_masters_are_as_jupytext_writes_them():
    """Else JupyterLab sees two halves that differ, and refuses to open the older one."""
    other = [
        master.path.name for master in find_masters(ROOT) if to_percent(master.read()) != read(master.path)
    ]
    assert other == [], "rewrite them: autograder adopt NOTEBOOK"


@pytest.mark.parametrize(
    ("notebook", "script", "paired"),
    [
        ("notebooks/03_gates.ipynb", "notebooks/03_gates.py", True),
        ("source/a3_gates/a3_gates.ipynb", "source/a3_gates.py", True),
        ("release/a3_gates/a3_gates.ipynb", "release/a3_gates/a3_gates.py", False),
    ],
)
def test_saving_a_notebook_in_jupyterlab_saves_its_master_too_but_no_release(
    tmp_path, notebook, script, paired
):
    for folder in ("notebooks", "source", "release"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)()
    manager.root_dir = str(tmp_path)
    model = manager.get(notebook)
    model["content"]["cells"][0]["source"] += "\nAdded in JupyterLab."
    manager.save(model, notebook)
    assert (tmp_path / script).exists() == paired
    if paired:
        before, after = read(ROOT / script).splitlines(), read(tmp_path / script).splitlines()
        assert [line for line in after if line not in before] == ["# Added in JupyterLab."]
        assert len(after) == len(before) + 1, "nothing else of the master changes"
        assert run(build_notebooks, tmp_path)[0] == 0, "both halves were saved: neither is an edit to adopt"


def test_a_build_gives_the_same_bytes_every_time(course):
    first = lesson(course).read_bytes()
    lesson(course).unlink()
    build_notebooks(course, out=io.StringIO())
    assert lesson(course).read_bytes() == first


def test_cell_ids_tell_the_section_and_survive_an_edit_elsewhere(course):
    before = [cell.id for cell in nbformat.read(lesson(course), as_version=4).cells]
    assert before == ["a-lesson-01", "a-lesson-02", "a-lesson-03"]
    master = course / "notebooks/01_first.py"
    master.write_text(LESSON.replace("x = 1", "x = 2"))
    assert run(build_notebooks, course) == (
        0,
        "built notebooks/01_first.ipynb from notebooks/01_first.py\n2 notebooks: 1 built, no problems\n",
    )
    assert [cell.id for cell in nbformat.read(lesson(course), as_version=4).cells] == before


def test_a_changed_master_is_reported_by_the_check_with_both_names_and_the_command(course):
    (course / "notebooks/01_first.py").write_text(LESSON.replace("x = 1", "x = 2"))
    before = lesson(course).read_bytes()
    status, said = run(build_notebooks, course, check=True)
    assert status == 1
    assert "notebooks/01_first.ipynb" in said and "notebooks/01_first.py" in said and "make notebooks" in said
    assert lesson(course).read_bytes() == before


def test_an_edit_made_in_the_notebook_is_never_overwritten_without_a_word(course):
    edit(lesson(course), "x = 'mine'")
    status, said = run(build_notebooks, course)
    assert status == 1
    assert "was edited by hand" in said and "autograder adopt notebooks/01_first.ipynb" in said
    assert "mine" in lesson(course).read_text()


def test_an_edit_made_in_the_notebook_can_be_adopted(course):
    edit(lesson(course), "x = 'mine'")
    assert run(adopt, lesson(course))[0] == 0
    assert (course / "notebooks/01_first.py").read_text() == LESSON.replace("x = 1", "x = 'mine'")
    assert run(build_notebooks, course, check=True)[0] == 0


def test_adopting_keeps_the_masters_own_edit_beside_it(course):
    (course / "notebooks/01_first.py").write_text(LESSON.replace("Some prose", "Better prose"))
    edit(lesson(course), "x = 'mine'")
    status, said = run(adopt, lesson(course))
    assert status == 0 and "01_first.py.before-adopt" in said
    assert "Better prose" in (course / "notebooks/01_first.py.before-adopt").read_text()


STATED = """\
# %%
from autograder.checks import score

# %% [markdown]
# # Gates
#
# *An hour, {points}.*

# %% [markdown]
# ## One
#
# *{points} · easy*

# %% nbgrader={"grade": true, "grade_id": "one-visible", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# {points}: what is seen.
score(one)

# %% nbgrader={"grade": true, "grade_id": "one-hidden", "locked": true, "points": 2.5, "schema_version": 3, "solution": false, "task": false}
score(one, hidden=[])

# %% [markdown]
# ## Two
#
# *{points} · read by a person*

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Rubric, {points}.** One for each reason.
"""


def test_points_are_stated_once_in_a_master_and_everywhere_in_its_notebook(course):
    master = Master.of(course / "source/a2_stated.py")
    master.path.write_text(STATED)
    built = master.read()
    assert said_of_points(built) == [
        "*An hour, 5.5 points.*",
        "*3.5 points · easy*",
        "# 1 point: what is seen.",
        "score(one, points=1)",
        "score(one, points=2.5, hidden=[])",
        "*2 points · read by a person*",
        "**Rubric, 2 points.** One for each reason.",
    ]
    assert to_percent(built) == STATED


def said_of_points(notebook):
    lines = [line for cell in notebook.cells for line in cell.source.splitlines()]
    return [line for line in lines if "point" in line]


def test_points_changed_in_the_text_file_change_everywhere_in_its_notebook(course):
    master = Master.of(course / "source/a2_stated.py")
    master.path.write_text(STATED)
    assert run(build_notebooks, course)[0] == 0
    master.path.write_text(STATED.replace('"points": 1,', '"points": 4,'))
    assert run(build_notebooks, course)[0] == 0
    assert said_of_points(nbformat.read(master.notebook, 4))[:4] == [
        "*An hour, 8.5 points.*",
        "*6.5 points · easy*",
        "# 4 points: what is seen.",
        "score(one, points=4)",
    ]


def test_points_changed_in_the_notebook_alone_change_everywhere_when_it_is_adopted(course):
    master = Master.of(course / "source/a2_stated.py")
    master.path.write_text(STATED)
    assert run(build_notebooks, course)[0] == 0
    built = nbformat.read(master.notebook, 4)
    built.cells[3].metadata.nbgrader["points"] = 4
    nbformat.write(built, master.notebook)
    status, said = run(build_notebooks, course)
    assert status == 1 and "autograder adopt source/a2_stated/a2_stated.ipynb" in said
    assert run(adopt, master.notebook)[0] == 0
    assert master.path.read_text() == STATED.replace('"points": 1,', '"points": 4,')
    assert "score(one, points=4)" in said_of_points(nbformat.read(master.notebook, 4))


@pytest.mark.parametrize(
    "said", ["score(one, points=3)", "score(one, 3)", "score(\n    one,\n    points=3.0,\n)"]
)
def test_other_points_in_the_code_than_in_the_metadata_are_refused_with_what_to_type(course, said):
    master = Master.of(course / "source/a2_stated.py")
    master.path.write_text(STATED.replace("score(one)", said))
    status, complaint = run(build_notebooks, course)
    assert status == 1 and "a2_stated.py" in complaint
    assert "cell 'one-visible': its metadata say 1 point, its code score(..., points=3)" in complaint
    assert "write points=1 there" in complaint and not master.notebook.exists()


def test_a_notebook_with_other_points_in_its_code_is_not_adopted_and_the_text_file_stays(course):
    master = Master.of(course / "source/a2_stated.py")
    master.path.write_text(STATED)
    assert run(build_notebooks, course)[0] == 0
    built = nbformat.read(master.notebook, 4)
    built.cells[3].source = built.cells[3].source.replace("points=1", "points=3")
    nbformat.write(built, master.notebook)
    status, said = run(adopt, master.notebook)
    assert status == 2 and "cannot be adopted: cell 'one-visible'" in said and "write points=1 there" in said
    assert master.path.read_text() == STATED


@pytest.mark.parametrize(
    ("code", "built"),
    [
        ("score(one, points=1)", "score(one, points=1)"),
        ("score(one, 1)", "score(one, 1)"),
        ("score(\n    one,\n    hidden=[],\n)", "score(\n    one, points=1,\n    hidden=[],\n)"),
        ("name = 'Zoë ✓'; score(one)  # ☺", "name = 'Zoë ✓'; score(one, points=1)  # ☺"),
        ("%matplotlib inline\nscore(one)", "%matplotlib inline\nscore(one, points=1)"),
        ("(score(one, 0.5) + score(two, points=0.5))", "(score(one, 0.5) + score(two, points=0.5))"),
        ("1.0 if one else score(one, **more)", "1.0 if one else score(one, **more)"),
    ],
)
def test_points_are_filled_into_code_only_where_they_are_missing(course, code, built):
    master = Master.of(course / "source/a2_stated.py")
    master.path.write_text(STATED.replace("score(one)", code))
    assert master.read().cells[3].source == f"# 1 point: what is seen.\n{built}"


def test_two_scores_without_points_in_a_cell_are_refused(course):
    (course / "source/a2_stated.py").write_text(STATED.replace("score(one)", "score(one) + score(two)"))
    status, said = run(build_notebooks, course)
    assert (
        status == 1 and "cell 'one-visible': score has no points" in said and "points=N in each call" in said
    )


def test_a_function_of_another_course_that_is_called_score_is_left_alone(course):
    master = Master.of(course / "source/a2_stated.py")
    master.path.write_text(STATED.replace("from autograder.checks", "from my_checks"))
    assert master.read().cells[3].source == "# 1 point: what is seen.\nscore(one)"


def test_the_gate_says_where_code_and_metadata_differ_in_points(course):
    master = Master.of(course / "source/a2_stated.py")
    master.path.write_text(STATED)
    notebook = master.read()
    assert faults(notebook, notebook, "a.ipynb") == []
    notebook.cells[3].source = notebook.cells[3].source.replace("points=1", "points=3")
    (found,) = faults(notebook, notebook, "a.ipynb")
    assert found.startswith("a.ipynb, cell 'one-visible': its metadata say 1 point") and "points=1" in found
    notebook.cells[3].source = notebook.cells[3].source.replace(", points=3", "")
    (found,) = faults(notebook, notebook, "a.ipynb")
    assert found.startswith("a.ipynb, cell 'one-visible': score has no points; to fill them in")


def test_saving_the_masters_form_of_points_in_jupyterlab_is_no_edit(course):
    master = Master.of(course / "source/a2_stated.py")
    master.path.write_text(STATED)
    assert run(build_notebooks, course)[0] == 0
    built = nbformat.read(master.notebook, 4)
    built.cells[2].source = built.cells[2].source.replace("3.5 points", "{points}")
    built.cells[3].source = built.cells[3].source.replace("1 point:", "{points}:").replace(", points=1", "")
    nbformat.write(built, master.notebook)
    assert run(build_notebooks, course)[0] == 0
    again = nbformat.read(master.notebook, 4)
    assert "3.5 points" in again.cells[2].source and "score(one, points=1)" in again.cells[3].source


def test_the_list_of_pairs_for_jupyterlab_follows_the_masters(course):
    path = course / "source/jupytext.toml"
    path.write_text('# Pairs.\nformats = [\n    "a0_gone//ipynb,py:percent",\n]\nx = 1\n')
    status, said = run(build_notebooks, course, check=True)
    assert status == 1 and "source/jupytext.toml does not list the text files" in said
    assert run(build_notebooks, course)[0] == 0
    assert path.read_text() == '# Pairs.\nformats = [\n    "a1_double//ipynb,py:percent",\n]\nx = 1\n'


def test_force_throws_a_hand_edit_away(course):
    edit(lesson(course), "x = 'mine'")
    assert run(build_notebooks, course, force=True)[0] == 0
    assert "mine" not in lesson(course).read_text()


def test_outputs_left_by_a_session_are_no_edit(course):
    notebook = nbformat.read(lesson(course), as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="seen")]
    nbformat.write(notebook, lesson(course))
    assert run(build_notebooks, course, check=True)[0] == 1
    assert run(build_notebooks, course)[0] == 0
    assert "seen" not in lesson(course).read_text()


def test_a_notebook_without_a_master_is_reported(course):
    shutil.copy(lesson(course), course / "notebooks/02_stray.ipynb")
    status, said = run(build_notebooks, course)
    assert status == 1 and "autograder adopt notebooks/02_stray.ipynb" in said
    assert run(adopt, course / "notebooks/02_stray.ipynb")[0] == 0
    assert run(build_notebooks, course)[0] == 0


def test_every_broken_pair_is_reported_and_the_rest_is_built(course):
    lesson(course).write_text("{ not json")
    (course / "source/a1_double.py").write_text(ASSIGNMENT.replace("x):", "x, y=0):"))
    status, said = run(build_notebooks, course)
    assert status == 1 and "01_first.ipynb: is not a readable notebook" in said
    assert "built source/a1_double/a1_double.ipynb" in said
    assert lesson(course).read_text() == "{ not json"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"grade_id": "double-t"', '"grade_id": "double"', "share the grade_id double"),
        (', "points": 1', "", "'double-t' has no points"),
        ('"grade_id": "double", ', "", "no grade_id"),
    ],
)
def test_metadata_that_nbgrader_would_stumble_over_is_refused(course, old, new, complaint):
    (course / "source/a1_double.py").write_text(ASSIGNMENT.replace(old, new, 1))
    status, said = run(build_notebooks, course)
    assert status == 1 and complaint in said


def test_a_folder_without_masters_is_wrong_use(tmp_path):
    status, said = run(build_notebooks, tmp_path)
    assert status == 2 and "found no text file" in said


def test_both_halves_lead_to_the_same_pair():
    for master in find_masters(ROOT):
        assert Master.of(master.notebook) == Master.of(master.path) == master


def test_a_release_holds_neither_solution_nor_hidden_test_and_is_the_same_every_time(course):
    assert run(build_release, course, unchecked=True)[0] == 0
    released = course / "release/a1_double/a1_double.ipynb"
    first = released.read_bytes()
    assert b"2 * x" not in first and b"42" not in first and b"NotImplementedError" in first
    shutil.rmtree(course / "release")
    assert run(build_release, course, unchecked=True)[0] == 0
    assert released.read_bytes() == first
    assert not (course / "gradebook.db").exists()


def test_a_release_that_differs_from_its_source_is_reported_with_the_command(course):
    run(build_release, course, unchecked=True)
    released = course / "release/a1_double/a1_double.ipynb"
    released.write_text(released.read_text().replace("An assignment", "Another"))
    status, said = run(build_release, course, check=True)
    assert status == 1 and "release/a1_double/a1_double.ipynb" in said and "make release" in said
    assert "Another" in released.read_text()


def test_a_release_that_nbgrader_cannot_make_leaves_the_old_one(course):
    run(build_release, course, unchecked=True)
    released = course / "release/a1_double/a1_double.ipynb"
    before = released.read_bytes()
    (course / "source/a1_double.py").write_text(ASSIGNMENT.replace("    ### END SOLUTION\n", ""))
    build_notebooks(course, out=io.StringIO())
    status, said = run(build_release, course, unchecked=True)
    assert status == 1 and "source/a1_double" in said and "solution" in said.lower()
    assert released.read_bytes() == before
