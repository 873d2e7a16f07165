"""The line that says how far a run is: in a kernel, on a saved page, after an interruption, in a script."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from lstmlab.training import Progress, track

RUN = """
from lstmlab.training import track
print([item for item in track({"a": 1, "b": 2}.items(), "two <runs>")])
"""
STOPPED = """
from lstmlab.training import track
import time
for step in track(range(5), "long"):
    if step == 2:
        raise KeyboardInterrupt
    time.sleep(0.3)
"""


def outputs(*sources, fails=False):
    """The outputs of each cell, run one after the other in a real kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3", allow_errors=fails).execute()
    return [cell.outputs for cell in notebook.cells]


def test_a_saved_page_says_the_last_state_in_words_and_needs_no_widget():
    ((line, printed),) = outputs(RUN)
    assert printed.text == "[('a', 1), ('b', 2)]\n"
    assert set(line.data) == {"text/plain", "text/html"}
    assert line.data["text/plain"].startswith("two <runs>: 2 of 2 after ")
    assert "&lt;runs&gt;" in line.data["text/html"] and "<progress" not in line.data["text/html"]


def test_an_interrupted_run_says_how_far_it_came_and_the_kernel_goes_on():
    stopped, then = outputs(STOPPED, "print(step)", fails=True)
    assert stopped[0].data["text/plain"].startswith("long: 2 of 5 after ")
    assert stopped[1].ename == "KeyboardInterrupt"
    assert then[0].text == "2\n"


def test_a_mistake_within_the_loop_is_the_readers_to_see():
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        outputs('from lstmlab.training import track\nfor k in track([0], "one"):\n    1 / k')


def test_a_script_gets_the_items_and_no_output(capsys):
    assert list(track([3, 1, 2], "none")) == [3, 1, 2]
    assert capsys.readouterr().out == ""


def test_the_bar_is_decoration_and_the_words_say_it_all():
    half = Progress("halfway", 1, 2, 3.4)
    assert repr(half) == "halfway: 1 of 2 after 3 s"
    assert 'value="1" max="2" aria-hidden="true"' in half._repr_html_()
