"""Fixtures that several test modules share."""

import os
import shutil
import sys
from collections.abc import Container, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tiny_course import TinyCourse

from autograder.core.environment import with_own_programs

if TYPE_CHECKING:  # heavy, and only the tests of the review need them
    from reviewing import Time

    from lstmlab.quiz.review_widgets import Review
    from lstmlab.review.schedule import Reviews


@pytest.fixture(scope="session")
def tiny_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An nbgrader course whose gradebook is made already, which takes nbgrader two seconds each time."""
    from nbgrader.api import Gradebook  # heavy, and only these tests need it

    course = TinyCourse.make(tmp_path_factory.mktemp("template") / "course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", with_own_programs(os.environ)["PATH"])
        Gradebook(f"sqlite:///{course.root}/gradebook.db").close()
    return course.root


@pytest.fixture
def tiny(tiny_template: Path, tmp_path: Path) -> TinyCourse:
    """An nbgrader course without submissions."""
    return TinyCourse(Path(shutil.copytree(tiny_template, tmp_path / "course")))


@pytest.fixture(scope="module")
def show() -> Iterator[Any]:
    """A function that shows a widget on a page of its own."""
    from widget_page import pages  # a browser, which only these tests need

    with pages() as shower:
        yield shower


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test that takes a `maker` with the class of each widget."""
    if "maker" in metafunc.fixturenames:
        from lstmlab import widgets

        metafunc.parametrize(
            "maker", [getattr(widgets, name) for name in widgets.__all__], ids=widgets.__all__
        )


@pytest.fixture
def clock() -> "Time":
    """A clock that stands until it is moved."""
    from reviewing import Time

    return Time()


@pytest.fixture
def store(tmp_path: Path) -> "Reviews":
    """A review's file, not written yet."""
    from lstmlab.review.schedule import Reviews

    return Reviews(tmp_path / "data/reviews.json")


@pytest.fixture
def gates(store: "Reviews", clock: "Time") -> "Review":
    """A review of lesson 3, nothing answered yet."""
    from lstmlab.quiz.review_widgets import Review

    return Review(["03_gates"], store, clock)


# Grading needs Linux; on other systems the lessons, the checks and the builds are tested all the same.
GRADING = {"essays", "grading", "kernels", "sandbox", "scale", "split", "submissions", "threats"}
# What these folders hold takes long: `make test` runs the tests that quick.txt lists, `make test-all` all of them.
SAMPLED = {"grading", "kernels", "project", "sandbox", "scale", "split", "threats", "widgets"}
TESTS = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before -m "not slow" leaves tests out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what cannot run here, with the reason; marks as slow what `make test` leaves out."""
    lines = set((TESTS / "quick.txt").read_text(encoding="utf-8").splitlines())
    for item in items:
        if item.path.parent.parent != TESTS:
            continue
        folder = item.path.parent.name
        if folder in GRADING and not sys.platform.startswith("linux"):
            item.add_marker(pytest.mark.skip(reason="grading needs Linux: a container, or WSL2 on Windows"))
        name = item.nodeid.partition("tests/")[2]
        if not is_quick(name, folder not in SAMPLED, lines):
            item.add_marker(pytest.mark.slow)
    items.sort(key=_place)  # a stable sort


def _place(item: pytest.Item) -> int:
    """Lessons come first, as the book is made from what they show; then what takes longest, so that no core waits."""
    folder = item.path.parent
    return 0 if folder.name == "notebooks" else 1 if folder in (TESTS / "threats", TESTS / "project") else 2


def is_quick(name: str, quick: bool, lines: Container[str]) -> bool:
    """Whether `make test` runs a test: as the closest line of quick.txt says, `quick` where none names it."""
    for part in (name.partition("::")[0], name.partition("[")[0], name):
        if part in lines:
            quick = True
        if f"-{part}" in lines:
            quick = False
    return quick
