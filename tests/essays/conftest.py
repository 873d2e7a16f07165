"""A course with an essay, graded once for all tests of essays."""

import shutil
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell
from reading import ANSWERS, MODEL, Essays, essay
from tiny_course import TinyCourse, source_notebook

from autograder.core.environment import with_own_programs


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """The course as grading left it."""
    source = source_notebook()
    source.cells += [new_markdown_cell("## Why?\n\nSay why.", id="why"), essay(MODEL)]
    made = TinyCourse.make(tmp_path_factory.mktemp("essays") / "course", source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", with_own_programs({})["PATH"])
        made.nbgrader("generate_assignment", "t1")
    for student, text in ANSWERS.items():
        Essays(made).hand_in(student, text)
    assert made.grade()[0] == 1
    return made


@pytest.fixture
def essays(graded: TinyCourse, tmp_path: Path) -> Essays:
    """A copy of it."""
    return Essays(TinyCourse(Path(shutil.copytree(graded.root, tmp_path / "course"))))
