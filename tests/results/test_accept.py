"""What may stand in a graded notebook of all that a kernel sends as outputs."""

import json
from typing import Any

import pytest
from nbformat import validate
from nbformat.v4 import new_code_cell, new_notebook

from autograder.rpc import accept_outputs as module
from autograder.rpc.accept_outputs import DROPPED, accept, store_outputs


def shown(data: dict[str, Any], kind: str = "display_data") -> Any:
    """What is accepted of an output that shows this."""
    return accept({"output_type": kind, "data": data, "metadata": {"text/html": {"isolated": True}}})


@pytest.mark.parametrize(
    "item",
    [None, 5, "stream", [], {}, {"output_type": "update"}, {"output_type": ["stream"]}, {"output_type": "display_data"},
     {"output_type": "display_data", "data": ["text/plain"]}, {"output_type": "execute_result", "data": {}}],
)  # fmt: skip
def test_what_is_no_output_is_left_out(item: Any) -> None:
    assert accept(item) is None


def test_both_streams_are_ordinary_output_and_run_together() -> None:
    cell = new_code_cell()
    outputs = [
        {"output_type": "stream", "name": name, "text": name} for name in ("stderr", "stdout", "\ud800", 3)
    ]
    store_outputs(cell, {"outputs": outputs, "count": 1}, False, 0)
    assert [(each.name, each.text) for each in cell.outputs] == [("stdout", "stderrstdout?3")]


@pytest.mark.parametrize(
    "kind",
    ["application/javascript", "application/vnd.jupyter.widget-view+json", "text/x-unknown", "IMAGE/PNG", 5],
)
def test_only_known_kinds_are_shown(kind: Any) -> None:
    assert shown({kind: "alert(1)"}) is None
    assert shown({kind: "alert(1)", "text/plain": "x"}).data == {"text/plain": "x"}


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg"])
def test_a_picture_is_base64_or_left_out(kind: str) -> None:
    assert shown({kind: "iVBO\nRw0=\n"}).data == {kind: "iVBO\nRw0=\n"}
    for evil in ('"><script>alert(1)</script>', "' onerror=alert(1)", ["a"], {"a": 1}, "a\0"):
        assert shown({kind: evil}) is None


def test_metadata_and_odd_counts_do_not_stay() -> None:
    result = accept({"output_type": "execute_result", "data": {"text/plain": "3"}, "execution_count": "<b>",
                     "metadata": {"isolated": True}})  # fmt: skip
    assert (result.execution_count, result.metadata) == (None, {})
    assert shown({"text/plain": "3"}).metadata == {}
    cell = new_code_cell()
    store_outputs(cell, {"outputs": [], "count": "<b>"}, False, 0)
    assert cell.execution_count is None


def test_an_error_is_text_of_limited_length_whatever_was_sent() -> None:
    error = accept(
        {"output_type": "error", "ename": ["\udfff"] * 999, "evalue": "x" * 10**6, "traceback": ["y"] * 999}
    )
    assert (len(error.ename), len(error.evalue), len(error.traceback)) == (200, 10_000, 200)
    for odd in (None, 5, "text", {"a": 1}):
        error = accept({"output_type": "error", "traceback": odd})
        assert (error.ename, error.evalue, error.traceback) == ("None", "None", [])


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_a_lone_surrogate_can_be_written_to_a_file(text: str) -> None:
    stream = {"output_type": "stream", "text": text}
    error = {"output_type": "error", "ename": text, "evalue": text, "traceback": [text]}
    for output in (accept(stream), accept(error), shown({"text/plain": text, "text/html": text})):
        json.dumps(output, ensure_ascii=False).encode()


def test_a_long_text_is_cut() -> None:
    text = "x" * (module.MOST_TEXT + 1)
    assert len(accept({"output_type": "stream", "text": text}).text) == module.MOST_TEXT
    assert len(shown({"text/plain": text}).data["text/plain"]) == module.MOST_TEXT


def test_all_outputs_together_are_limited_but_for_those_of_tests() -> None:
    outputs = [{"output_type": "display_data", "data": {"text/plain": "x" * module.MOST_TEXT}}] * 9
    student, test = new_code_cell(), new_code_cell()
    kept = store_outputs(student, {"outputs": outputs, "count": 1}, False, 0)
    assert len(student.outputs) == 4 and student.outputs[-1].text == DROPPED
    store_outputs(test, {"outputs": outputs, "count": 1}, True, kept)
    assert len(test.outputs) == 9, "nbgrader gives full points where nothing is shown"


def test_many_small_outputs_weigh_something_too() -> None:
    outputs = [{"output_type": "display_data", "data": {"text/plain": ""}}] * 100_000
    cell = new_code_cell()
    store_outputs(cell, {"outputs": outputs, "count": 1}, False, 0)
    assert len(cell.outputs) < 90_000 and cell.outputs[-1].text == DROPPED


def test_an_error_that_stands_there_already_stays_before_all_else() -> None:
    cell = new_code_cell()
    store_outputs(cell, {"outputs": [{"output_type": "error", "ename": "TimeLimit"}], "count": 1}, True, 0)
    store_outputs(
        cell,
        {"outputs": [{"output_type": "execute_result", "data": {"text/plain": "99"}}], "count": 1},
        True,
        0,
    )
    assert [each.output_type for each in cell.outputs] == ["error", "execute_result"]


@pytest.mark.parametrize("count", [-1, 10**30, True, 1.5, "1", None])
def test_a_number_of_a_run_that_no_notebook_may_have_is_none(count: Any) -> None:
    cell = new_code_cell()
    result = {"output_type": "execute_result", "data": {"text/plain": "3"}, "execution_count": count}
    store_outputs(cell, {"outputs": [result], "count": count}, False, 0)
    validate(new_notebook(cells=[cell]))
    assert cell.execution_count is None and cell.outputs[0].execution_count is None
