"""Fixtures that several test modules share."""

from pathlib import Path

import pytest
from tiny_course import TinyCourse


@pytest.fixture
def tiny(tmp_path: Path) -> TinyCourse:
    """An nbgrader course without submissions."""
    return TinyCourse.make(tmp_path / "course")
