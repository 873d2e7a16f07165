"""The table of promises fits the code and the tests; that each is missed when it is removed, `make promises` tries."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tools"))
import promises

TESTS = Path(__file__).parent.parent


@pytest.mark.parametrize("promise", promises.promises(), ids=lambda promise: promise.name)
def test_a_promise_stands_in_its_file_with_the_code_that_keeps_it_and_names_tests(promise) -> None:
    assert promise.faults() == []
    for test in promise.tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (TESTS / file).read_text(encoding="utf-8") or not name
